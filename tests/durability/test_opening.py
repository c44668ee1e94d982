"""Opening what is not a ledger, or cannot be used: a typed error, and nothing is touched."""

from __future__ import annotations

import os
import resource
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from mdfm_ledger import Ledger, errors
from mdfm_ledger.store import engine, sqlite
from mdfm_ledger.store.schema import APPLICATION_ID
from tests.support.bookkeeping import ACTOR, receipt
from tests.support.ledgers import open_ledger, small_ledger


def garbage(path: Path) -> None:
    path.write_bytes(b"date,amount\n2020-01-01,5.00\n" * 100)


def another_application(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE mine (x)")
        connection.execute("INSERT INTO mine VALUES (7)")


def version(number: int) -> Callable[[Path], None]:
    def set_version(path: Path) -> None:
        small_ledger(path)
        with sqlite3.connect(path) as connection:
            connection.execute(f"PRAGMA user_version = {number}")

    return set_version


@pytest.mark.parametrize(
    ("make", "error"),
    [
        (garbage, errors.NotALedgerError),
        (another_application, errors.NotALedgerError),
        (version(99), errors.SchemaNewerError),
        (version(0), errors.SchemaOutdatedError),
        (lambda path: path.mkdir(), errors.StoreUnavailableError),
    ],
)
def test_what_is_not_a_ledger_is_refused_and_left_as_it_is(
    make: Callable[[Path], object], error: type[errors.StoreError], tmp_path: Path
) -> None:
    path = tmp_path / "l.db"
    make(path)
    before = path.read_bytes() if path.is_file() else b""
    with pytest.raises(error) as caught:
        Ledger.open(f"sqlite:///{path}", actor=ACTOR)
    assert caught.value.remedy
    assert not caught.value.is_transient
    assert (path.read_bytes() if path.is_file() else b"") == before


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:////no/such/folder/l.db",
        "postgresql://host/db",
        "no url",
        "mysql://x/y",
        "sqlite+pysqlcipher:///l.db",
        "sqlite://host/l.db",
        "sqlite:///l.db?mode=ro",
        "sqlite:///file:l.db",
        "sqlite:///l\0.db",
        "sqlite:///" + "l" * 300,
        "sqlite:////dev/null",
    ],
)
def test_an_address_that_cannot_be_used_says_so(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(errors.StoreUnavailableError):
        Ledger.open(url, actor=ACTOR)
    assert list(tmp_path.iterdir()) == []


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(errors.StoreUnavailableError, match="not an ordinary file"):
        Ledger.open(f"sqlite:///{tmp_path / 'pipe'}", actor=ACTOR)


def test_a_path_may_hold_any_sign_a_file_may(tmp_path: Path) -> None:
    path = small_ledger(tmp_path / "50% of #1.db")
    with Ledger.open(f"sqlite:///{path}", actor=ACTOR, read_only=True) as ledger:
        assert ledger.verify().entries == 12


def test_a_missing_file_is_made_only_where_that_is_wanted(tmp_path: Path) -> None:
    with pytest.raises(errors.StoreUnavailableError, match="no such file"):
        Ledger.open(f"sqlite:///{tmp_path / 'l.db'}", create=False)
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "empty.db").touch()
    with pytest.raises(errors.NotALedgerError, match="empty"):
        Ledger.open(f"sqlite:///{tmp_path / 'empty.db'}", create=False)
    with Ledger.open(f"sqlite:///{tmp_path / 'empty.db'}", actor=ACTOR) as ledger:
        assert ledger.verify().entries == 0


def test_every_setting_is_made_and_read_back(tmp_path: Path) -> None:
    path = small_ledger(tmp_path / "l.db")
    with engine.open_engine(f"sqlite:///{path}").connect() as connection:
        expected = {name: value for name, _, value in sqlite._SETTINGS + sqlite._DURABLE}
        found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in expected}
        assert found == expected
        assert connection.exec_driver_sql("PRAGMA application_id").scalar() == APPLICATION_ID


def test_a_setting_that_does_not_hold_stops_the_opening(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = small_ledger(tmp_path / "l.db")
    monkeypatch.setattr(sqlite, "_SETTINGS", (("foreign_keys", "OFF", 1),))
    with pytest.raises(errors.StoreUnavailableError, match="foreign_keys is 0, it must be 1"):
        Ledger.open(f"sqlite:///{path}", actor=ACTOR)


def test_a_ledger_read_only_is_not_written(tmp_path: Path) -> None:
    path = small_ledger(tmp_path / "l.db")
    with Ledger.open(f"sqlite:///{path}", actor=ACTOR, read_only=True) as ledger:
        with pytest.raises(errors.StoreUnavailableError, match="readonly"):
            ledger.record(receipt("R-9"))
        assert ledger.verify().entries == 12


def test_a_copy_that_another_program_made_is_read_as_it_is(tmp_path: Path) -> None:
    path, copy = small_ledger(tmp_path / "l.db"), tmp_path / "copy.db"
    connection = sqlite3.connect(path)
    connection.execute("VACUUM INTO ?", (str(copy),))
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()
    before = copy.read_bytes()
    with Ledger.open(f"sqlite:///{copy}", read_only=True) as ledger:
        assert ledger.verify().findings == ()
    assert copy.read_bytes() == before
    connection = sqlite3.connect(copy)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    connection.close()


def test_another_writer_is_waited_for_and_then_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = small_ledger(tmp_path / "l.db")
    monkeypatch.setattr(sqlite, "_SETTINGS", (("busy_timeout", "50", 50),))
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with open_ledger(path) as ledger:
        with pytest.raises(errors.LedgerBusyError) as caught:
            ledger.record(receipt("R-9"))
        assert caught.value.is_transient
        other.execute("ROLLBACK")
        assert ledger.record(receipt("R-9")).number == 13
    other.close()


def test_a_full_disk_loses_nothing_and_the_retry_posts_once(tmp_path: Path) -> None:
    path = small_ledger(tmp_path / "l.db")
    script = f"""
import resource, signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
from tests.support.ledgers import open_ledger
from tests.support.bookkeeping import receipt
from mdfm_ledger import errors
with open_ledger({str(path)!r}) as ledger:
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, resource.RLIM_INFINITY))
    try:
        ledger.record_all(receipt(f"F-{{at}}", "1.00") for at in range(3000))
    except errors.StoreUnavailableError as error:
        print("refused", error.code)
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    print(len(ledger.verify().findings), ledger.verify().entries)
    print(ledger.record(receipt("F-0", "1.00")).number, ledger.record(receipt("F-0", "1.00")).was_replayed)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.stdout.split("\n")[:3] == ["refused store-unavailable", "0 12", "13 True"], done.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can step down to somebody without rights")
@pytest.mark.parametrize("made", [True, False])
def test_a_folder_that_cannot_be_written_is_a_clear_refusal(made: bool, tmp_path: Path) -> None:
    folder = tmp_path / "closed"
    folder.mkdir()
    path = folder / "l.db"
    if made:
        small_ledger(path)
    script = f"""
import os
from mdfm_ledger import Ledger, errors
from mdfm_ledger.ledger import recorder
from tests.support.bookkeeping import receipt
os.setgid(65534); os.setuid(65534)
try:
    with Ledger.open("sqlite:///{path}", actor="x") as ledger:
        ledger.record(receipt("R-9"))
    print("recorded")
except errors.StoreUnavailableError as error:
    print(error.code)
"""
    for parent in [folder, *folder.parents]:
        if parent.is_relative_to("/tmp"):
            parent.chmod(0o755)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "store-unavailable", done.stderr
    if made:
        with open_ledger(path) as ledger:
            assert (ledger.verify().entries, ledger.verify().findings) == (12, ())


def test_there_is_a_limit_on_file_size_to_test_with() -> None:
    assert resource.getrlimit(resource.RLIMIT_FSIZE)
