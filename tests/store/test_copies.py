"""Backups and restores: verified before they count, nothing in their way lost, refused in plain words."""

from __future__ import annotations

import shutil
import sqlite3
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from mdfm_ledger import errors
from mdfm_ledger.known_backups import notes_of
from mdfm_ledger.safekeeping import backup, migrate, restore
from mdfm_ledger.store import copying, sqlite
from mdfm_ledger.store.schema import APPLICATION_ID
from tests.support.bookkeeping import receipt
from tests.support.ledgers import open_ledger, small_ledger, without_guards


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return small_ledger(tmp_path / "l.db")


def address(path: Path) -> str:
    return f"sqlite:///{path}"


def leftovers(folder: Path) -> list[str]:
    return [one.name for one in folder.iterdir() if one.name.startswith(".mdfm-")]


def test_a_backup_holds_what_is_still_in_the_log_and_is_restored_with_its_head(path: Path) -> None:
    target, other = path.parent / "b.db", path.parent / "r.db"
    with open_ledger(path) as ledger:
        ledger.record(receipt("R-9", "1.00"))
        made = backup(address(path), target)
    assert (made.entries, target.stat().st_mode & 0o777) == (13, 0o600)
    put = restore(target, address(other), expect_head=made.head)
    assert put.head == made.head == str(copying.head_of(path))
    with open_ledger(other) as ledger:
        assert ledger.record(receipt("R-9", "1.00")).was_replayed
    assert made.head in notes_of(path).read_text()
    assert leftovers(path.parent) == []


def test_a_backup_while_others_write_is_of_one_moment(path: Path) -> None:
    stop = threading.Event()

    def write() -> None:
        with open_ledger(path) as ledger:
            number = 0
            while not stop.is_set():
                number += 1
                ledger.record(receipt(f"W-{number}", "1.00"))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        made = [backup(address(path), path.parent / f"b{at}.db") for at in range(5)]
    finally:
        stop.set()
        writer.join()
    entries = [one.entries for one in made]
    assert entries == sorted(entries)
    with open_ledger(path) as ledger:
        assert ledger.verify().is_clean


def test_nothing_is_overwritten(path: Path) -> None:
    target = path.parent / "b.db"
    backup(address(path), target)
    before = target.read_bytes()
    with pytest.raises(errors.TargetExistsError):
        backup(address(path), target)
    with pytest.raises(errors.TargetExistsError):
        restore(target, address(path))
    assert target.read_bytes() == before
    stray = path.parent / "new.db-wal"
    stray.write_bytes(b"x")
    with pytest.raises(errors.TargetExistsError, match=r"new\.db-wal"):
        restore(target, address(path.parent / "new.db"))


def test_a_ledger_that_does_not_verify_is_neither_backed_up_nor_restored(path: Path) -> None:
    target = path.parent / "b.db"
    backup(address(path), target)
    for broken in (path, target):
        without_guards(broken, lambda db: db.execute("UPDATE entry SET actor = 'x' WHERE number = 3"))
    with pytest.raises(errors.CorruptLedgerError):
        backup(address(path), path.parent / "b2.db")
    with pytest.raises(errors.CorruptLedgerError):
        restore(target, address(path.parent / "r.db"))
    assert not (path.parent / "b2.db").exists()
    assert not (path.parent / "r.db").exists()
    assert leftovers(path.parent) == []


def test_another_head_than_expected_is_refused(path: Path) -> None:
    backup(address(path), path.parent / "b.db")
    with pytest.raises(errors.HeadDiffersError, match="12/"):
        restore(path.parent / "b.db", address(path.parent / "r.db"), expect_head="13/00")
    assert not (path.parent / "r.db").exists()


def test_only_an_earlier_state_is_replaced(path: Path) -> None:
    earlier, later = path.parent / "earlier.db", path.parent / "later.db"
    backup(address(path), earlier)
    with open_ledger(path) as ledger:
        ledger.record(receipt("R-9", "1.00"))
    backup(address(path), later)
    with pytest.raises(errors.NotAPrefixError, match="entry 13"):
        restore(earlier, address(path), replace=True)
    with pytest.raises(errors.NotAPrefixError, match="nothing to gain"):
        restore(later, address(path), replace=True)
    restore(earlier, address(path.parent / "r.db"))
    assert restore(later, address(path.parent / "r.db"), replace=True).entries == 13
    with open_ledger(path.parent / "r.db") as ledger:
        assert ledger.verify().entries == 13
        ledger.record(receipt("R-10", "1.00"))


def test_a_damaged_ledger_is_named_and_kept(path: Path) -> None:
    backup(address(path), path.parent / "b.db")
    damaged = bytearray(path.read_bytes())
    for page in range(sqlite.PAGE_SIZE, len(damaged), sqlite.PAGE_SIZE):
        damaged[page] = 0xFF
    path.write_bytes(damaged)
    with pytest.raises(errors.NotAPrefixError, match="is damaged") as caught:
        restore(path.parent / "b.db", address(path), replace=True)
    assert str(path) in str(caught.value)
    assert path.read_bytes() == damaged


def test_a_ledger_in_use_is_not_replaced(path: Path) -> None:
    backup(address(path), path.parent / "e.db")
    with open_ledger(path) as ledger:
        ledger.record(receipt("R-9", "1.00"))
    backup(address(path), path.parent / "b.db")
    used = path.parent / "r.db"
    restore(path.parent / "e.db", address(used))
    with open_ledger(used) as ledger:
        ledger.verify(quick=True)
        with pytest.raises(errors.LedgerBusyError):
            restore(path.parent / "b.db", address(used), replace=True)
    with open_ledger(used) as ledger:
        assert ledger.verify().entries == 12


@pytest.mark.parametrize(
    ("make", "error"),
    [
        (lambda path: None, "no such file"),
        (lambda path: path.mkdir(), "a folder"),
        (lambda path: path.write_bytes(b"date,amount\n" * 500), "not an mdfm ledger"),
        (lambda path: path.write_bytes(b""), "not an mdfm ledger"),
        (lambda path: sqlite3.connect(path).execute("CREATE TABLE mine (x)"), "not an mdfm ledger"),
    ],
)
def test_what_is_no_ledger_is_neither_copied_nor_restored(
    make: Callable[[Path], object], error: str, tmp_path: Path
) -> None:
    make(tmp_path / "x.db")
    acts: list[Callable[[], object]] = [
        lambda: backup(address(tmp_path / "x.db"), tmp_path / "b.db"),
        lambda: restore(tmp_path / "x.db", address(tmp_path / "b.db")),
    ]
    for act in acts:
        with pytest.raises(errors.StoreError) as caught:
            act()
        assert error in str(caught.value) or "empty" in str(caught.value)
    assert not (tmp_path / "b.db").exists()
    assert leftovers(tmp_path) == []


def test_a_missing_folder_and_a_full_disk_say_so(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(errors.StoreUnavailableError, match="no folder"):
        backup(address(path), path.parent / "no" / "b.db")

    def full(source: Path, temporary: Path) -> None:
        temporary.write_bytes(b"half")
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(copying, "_copy", full)
    with pytest.raises(errors.StoreUnavailableError, match="disk is full"):
        backup(address(path), path.parent / "b.db")
    assert leftovers(path.parent) == []


def test_a_server_has_its_own_tools_for_an_earlier_schema(tmp_path: Path) -> None:
    with pytest.raises(errors.OwnToolError, match="pg_dump") as caught:
        migrate("postgresql+psycopg://mdfm:secret@host/books", tmp_path / "b.db")
    assert "secret" not in str(caught.value)
    with pytest.raises(errors.StoreUnavailableError, match="not kept in a file"):
        backup("sqlite://", tmp_path / "b.db")


def test_a_ledger_up_to_date_is_only_verified(path: Path) -> None:
    before = shutil.copy(path, path.parent / "copy.db")
    assert migrate(address(path), None).entries == 12
    assert path.read_bytes() == Path(before).read_bytes()
    assert migrate(address(path), path.parent / "saved.db").entries == 12
    assert copying.head_of(path.parent / "saved.db").number == 12


def test_a_ledger_of_an_earlier_version_is_saved_as_it_was_and_verified_after(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "l.db") as connection:
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    made = migrate(address(tmp_path / "l.db"), tmp_path / "saved.db")
    assert (made.entries, made.head) == (0, "0")
    with sqlite3.connect(tmp_path / "saved.db") as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (0,)
    with open_ledger(tmp_path / "l.db") as ledger:
        assert ledger.verify().is_clean


def test_without_the_extra_migrating_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with sqlite3.connect(tmp_path / "l.db") as connection:
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    monkeypatch.setitem(sys.modules, "alembic.operations", None)
    with pytest.raises(errors.StoreUnavailableError, match="mdfm-ledger"):
        migrate(address(tmp_path / "l.db"), None)
