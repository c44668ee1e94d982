"""A ledger that lies where nothing can be written is read, verified and copied as it lies there."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mdfm_ledger.cli import cli
from mdfm_ledger.store import sqlite_url
from mdfm_ledger.store.copying import head_of
from tests.support.bookkeeping import receipt
from tests.support.ledgers import open_ledger, small_ledger

_NOBODY = 65534
DAY = ("--as-of", "2020-12-31")
DOCTOR = ("doctor", "{path}")


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


def as_nobody(*arguments: object) -> tuple[int, str]:
    """Exit code and answer of a command run by somebody who may write nowhere here."""
    if os.getuid():
        answer = run(*arguments)
        return answer.exit_code, answer.output
    inward, outward = os.pipe()
    child = os.fork()
    if not child:
        os.setgid(_NOBODY)
        os.setuid(_NOBODY)
        answer = run(*arguments)
        os.write(outward, f"{answer.exit_code}\n{answer.output}{answer.exception!r}".encode()[:60_000])
        os._exit(0)
    os.close(outward)
    with os.fdopen(inward) as told:
        code, _, said = told.read().partition("\n")
    os.waitpid(child, 0)
    return int(code), said


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that everybody can reach, and in the end nobody can write to, with a ledger in it."""
    place = Path(tempfile.mkdtemp())
    small_ledger(place / "l.db")
    # What a command loads when it is first run is loaded before who runs it may read less.
    for command in (*COMMANDS, DOCTOR):
        run(*(one.format(path=place / "l.db", to=place) for one in command))
    for file in place.iterdir():
        if file.name != "l.db":
            file.unlink()
    closed(place)
    yield place
    place.chmod(0o755)
    shutil.rmtree(place)


def closed(place: Path) -> None:
    for file in place.iterdir():
        file.chmod(0o444)
    place.chmod(0o555)


COMMANDS = (
    ("backup", "{path}", "{to}/b.db"),
    ("verify", "--ledger", "{path}"),
    ("verify", "--quick", "--ledger", "{path}"),
    ("statement", "ham", "--ledger", "{path}", *DAY),
    ("report", "trial_balance", "--ledger", "{path}", *DAY),
)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: " ".join(command[:2]))
def test_a_ledger_is_read_where_nothing_can_be_written(command: tuple[str, ...], place: Path) -> None:
    elsewhere = Path(tempfile.mkdtemp())
    elsewhere.chmod(0o777)
    try:
        code, said = as_nobody(*(one.format(path=place / "l.db", to=elsewhere) for one in command))
    finally:
        shutil.rmtree(elsewhere)
    assert (code, said) == (0, said)
    assert sorted(file.name for file in place.iterdir()) == ["l.db"]


def test_doctor_looks_at_it_too(place: Path) -> None:
    code, said = as_nobody("doctor", place / "l.db")
    assert code == 1
    assert "danger" not in said
    assert "no-backup" in said


def test_what_is_written_there_is_refused(place: Path) -> None:
    due = ("due", "--ledger", place / "l.db", "--actor", "it", "--on", "2021-01-01", "--term", "2020-2021")
    code, said = as_nobody(*due)
    assert (code, "readonly" in said) == (3, True), said


def test_an_empty_log_is_none(place: Path) -> None:
    place.chmod(0o755)
    Path(f"{place / 'l.db'}-wal").touch()
    closed(place)
    assert as_nobody("verify", "--ledger", place / "l.db")[0] == 0


def test_beside_its_log_it_is_refused_since_it_would_lack_what_stands_there(place: Path) -> None:
    place.chmod(0o755)
    (place / "l.db").chmod(0o644)
    with open_ledger(place / "l.db") as ledger:
        ledger.record(receipt("R-7", "70.00"))
        copied = {end: Path(f"{place / 'l.db'}{end}").read_bytes() for end in ("", "-wal")}
    for end, content in copied.items():
        Path(f"{place / 'l.db'}{end}").write_bytes(content)
    closed(place)
    for command in (("verify", "--ledger", place / "l.db"), ("restore", place / "l.db", "/tmp/none.db")):
        code, said = as_nobody(*command)
        assert code == 3, said
        assert "it lies with its log where nothing can be written" in said
        assert "copy both elsewhere" in said


def test_a_file_that_somebody_holds_is_waited_for_not_read_as_if_nobody_did(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_url, "BUSY_SECONDS", 0)
    path = tmp_path / "l.db"
    with sqlite3.connect(path, isolation_level=None) as held:
        held.execute("CREATE TABLE mine (x)")
        held.execute("BEGIN EXCLUSIVE")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            head_of(path)
        held.execute("COMMIT")
    assert head_of(path).number == 0
