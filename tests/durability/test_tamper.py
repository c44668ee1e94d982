"""File and rows changed in every place: no opening, or a finding, or every row reads the same."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from random import Random
from typing import Any

import pytest

from mdfm_ledger import errors
from mdfm_ledger.store import sqlite
from mdfm_ledger.store.schema import METADATA
from tests.support.bookkeeping import receipt
from tests.support.bundles import note_of
from tests.support.ledgers import events, open_ledger, small_ledger, without_guards
from tests.support.profile import SEED, drawn, figure
from tests.support.signing import ADOPTED
from tests.support.tampering import edits

FLIPS = 600
LENGTHS = 200
EDITS = 250
COPIES = figure(nightly=50, gate=15)

pytestmark = [pytest.mark.tamper, pytest.mark.slow]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small ledger on pages of 512 bytes, so that little of its file is unused."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sqlite, "PAGE_SIZE", 512)
        return small_ledger(tmp_path_factory.mktemp("made") / "l.db")


def rows_of(path: Path) -> dict[str, list[Any]]:
    """Every row of every table: what all figures are made of."""
    connection = sqlite3.connect(path)
    found = {name: connection.execute(f"SELECT * FROM {name}").fetchall() for name in METADATA.tables}
    connection.close()
    return found


def findings_of(path: Path, *notes: str) -> list[int] | None:
    """The numbers of the entries verify names; None where the ledger does not open."""
    try:
        with open_ledger(path, create=False) as ledger:
            return [finding.number for finding in ledger.verify(against=notes).findings]
    except (errors.StoreError, errors.CorruptLedgerError):
        return None


def test_every_byte_flipped_is_found_or_is_no_part_of_the_ledger(small: Path, tmp_path: Path) -> None:
    sound, rows = small.read_bytes(), rows_of(small)
    path = tmp_path / "l.db"
    lot = Random(SEED)
    unseen = 0
    for at in drawn(range(len(sound)), FLIPS):
        changed = bytearray(sound)
        changed[at] ^= lot.randint(1, 255)
        path.write_bytes(changed)
        if findings_of(path) == []:
            unseen += 1
            assert rows_of(path) == rows, at
    # Unused bytes between the cells of a page, and what SQLite keeps in its header for itself.
    assert unseen < len(sound) // 2


def test_the_control_the_database_alone_misses_bytes_that_change_an_answer(
    small: Path, tmp_path: Path
) -> None:
    """What else verify does is needed: by the database's own check many a flip is no damage."""
    sound, rows = small.read_bytes(), rows_of(small)
    path = tmp_path / "l.db"
    lot = Random(SEED)
    missed = 0
    for at in drawn(range(len(sound)), FLIPS):
        changed = bytearray(sound)
        changed[at] ^= lot.randint(1, 255)
        path.write_bytes(changed)
        with suppress(sqlite3.Error, UnicodeDecodeError), closing(sqlite3.connect(path)) as connection:
            says = connection.execute("PRAGMA integrity_check").fetchall()
            missed += says == [("ok",)] and rows_of(path) != rows
    assert missed > FLIPS // 20


def test_every_length_but_the_whole_is_found(small: Path, tmp_path: Path) -> None:
    sound = small.read_bytes()
    path = tmp_path / "l.db"
    for length in drawn(range(len(sound)), LENGTHS):
        path.write_bytes(sound[:length])
        assert findings_of(path) != [], length


def test_every_row_deleted_added_or_edited_is_found(small: Path, tmp_path: Path) -> None:
    path = tmp_path / "l.db"
    every = list(edits(small))
    done = 0
    for at in drawn(range(len(every)), EDITS):
        table, number, statement, values = every[at]
        shutil.copy(small, path)

        def attack(connection: sqlite3.Connection) -> None:
            connection.execute("PRAGMA ignore_check_constraints = ON")
            connection.execute(statement, values)  # noqa: B023  # called in this very round

        try:
            without_guards(path, attack)
        except sqlite3.Error:
            continue
        done += 1
        found = findings_of(path)
        assert found, (table, statement, values)
        if number:
            assert min(filter(None, found), default=0) == number, (table, statement, values, found)
    assert done > EDITS // 2


def test_older_copies_verify_and_are_found_against_a_signed_checkpoint(tmp_path: Path) -> None:
    path, old = small_ledger(tmp_path / "l.db"), tmp_path / "old.db"
    copies: list[bytes] = []
    with open_ledger(path) as ledger:
        ledger.record(ADOPTED)
        for at in range(COPIES):
            ledger.record(receipt(f"C-{at}", "0.01"))
            ledger._connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
            copies.append(path.read_bytes())
        ledger.record(receipt("LAST", "0.01"))
        held, entries = note_of(ledger), ledger.entry_count()
    for at, copy in enumerate(copies):
        old.write_bytes(copy)
        # The limit, and why a checkpoint has to be held elsewhere: an older copy is sound in itself.
        assert findings_of(old) == []
        assert findings_of(old, held) == [13 + at + 2]
        # Written on, it has as many entries again and other ones.
        with open_ledger(old) as ledger:
            missing = entries - ledger.entry_count()
            ledger.record_all(receipt(f"F-{at}", "0.01") for at in range(missing))
        assert findings_of(old) == []
        assert findings_of(old, held) == [1]
    assert findings_of(path, held) == []


def schema_objects(path: Path) -> list[tuple[str, str]]:
    connection = sqlite3.connect(path)
    found = connection.execute("SELECT type, name FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    connection.close()
    return found


def test_every_table_index_and_trigger_dropped_or_altered_is_found(small: Path, tmp_path: Path) -> None:
    path = tmp_path / "l.db"
    objects = schema_objects(small)
    assert len(objects) > 30
    for sort, name in objects:
        for script in (
            ["PRAGMA foreign_keys = OFF", f"DROP {sort} {name}"],
            [
                "PRAGMA writable_schema = ON",
                "UPDATE sqlite_master SET sql = replace(replace(replace(sql, 'BEFORE', 'AFTER'),"
                f" 'NOT NULL', ''), ' ON ', ' ON main.') WHERE name = '{name}' AND type = 'trigger'"
                if sort == "trigger"
                else f"DELETE FROM sqlite_master WHERE name = '{name}'",
            ],
        ):
            shutil.copy(small, path)
            connection = sqlite3.connect(path, isolation_level=None)
            for statement in script:
                connection.execute(statement)
            connection.close()
            assert findings_of(path) != [], script


def test_the_limit_a_full_rewrite_verifies(tmp_path: Path) -> None:
    """Who makes the whole ledger anew, other figures and all, is found only against what others hold."""
    small_ledger(tmp_path / "true.db")
    with open_ledger(tmp_path / "true.db") as ledger:
        ledger.record(ADOPTED)
        held = note_of(ledger)
    with open_ledger(tmp_path / "false.db") as ledger:
        ledger.record_all([*events()[:-1], receipt("R-3", "300.00"), ADOPTED])
    assert findings_of(tmp_path / "false.db") == []
    assert findings_of(tmp_path / "false.db", held) == [1]


def test_the_limit_a_well_formed_lie_verifies(tmp_path: Path) -> None:
    """What was never received can be recorded: only the bank's statement tells."""
    path = small_ledger(tmp_path / "l.db")
    with open_ledger(path) as ledger:
        ledger.record(receipt("NEVER-RECEIVED", "1000000.00"))
        assert ledger.verify().findings == ()
