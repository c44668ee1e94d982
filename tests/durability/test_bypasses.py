"""Ways around the guards of SQLite: refused or found, and on our own connections not even tried."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from mdfm_ledger import errors
from mdfm_ledger.store import engine
from tests.support.ledgers import open_ledger, small_ledger

pytestmark = pytest.mark.tamper

NO_LINE_GUARD = "DROP TRIGGER line_no_update"
SCHEMA_OPEN = "PRAGMA writable_schema = ON"

# What another program runs, one statement after the other, and the entry that verify names first (0: none of
# them in particular; None: the database refuses).
WAYS: dict[str, tuple[list[str], int | None]] = {
    "replace without recursive triggers": (
        ["PRAGMA recursive_triggers = OFF", "REPLACE INTO line SELECT 7, 0, subaccount, day, 5 FROM line"],
        None,
    ),
    "replace an entry without recursive triggers": (
        ["PRAGMA recursive_triggers = OFF", "REPLACE INTO entry SELECT * FROM entry WHERE number = 7"],
        None,
    ),
    "insert or ignore": (
        ["INSERT OR IGNORE INTO line SELECT 7, 9, subaccount, day, 5 FROM line WHERE number = 7"],
        None,
    ),
    "update or replace": (["UPDATE OR REPLACE line SET amount = 5 WHERE number = 7"], None),
    "update or ignore": (["UPDATE OR IGNORE line SET amount = 5 WHERE number = 7"], None),
    "update from": (["UPDATE line SET amount = e.day FROM entry AS e WHERE e.number = line.number"], None),
    "upsert": (
        [
            "INSERT INTO entry SELECT * FROM entry WHERE number = 7"
            " ON CONFLICT (number) DO UPDATE SET actor = 'x'"
        ],
        None,
    ),
    "delete with returning": (["DELETE FROM line WHERE number = 7 RETURNING amount"], None),
    "a common table in front": (
        ["WITH some AS (SELECT 7 AS n) DELETE FROM line WHERE number IN (SELECT n FROM some)"],
        None,
    ),
    "the hidden row number": (["UPDATE entry SET rowid = 99 WHERE rowid = 12"], None),
    "a row by its hidden number": (["DELETE FROM entry WHERE _rowid_ = 12"], None),
    "an insert below the first number": (
        [
            "PRAGMA foreign_keys = OFF",
            "INSERT INTO entry SELECT -1, kind, 'X', about, day, value_day,"
            " recorded_at, actor, approved_by, description, reverses, line_count, leaf, parts, seal"
            " FROM entry WHERE number = 1",
        ],
        None,
    ),
    "without foreign keys": (
        ["PRAGMA foreign_keys = OFF", "INSERT INTO line VALUES (99, 0, 1, 20200101, 5)"],
        0,
    ),
    "without check constraints": (
        ["PRAGMA ignore_check_constraints = ON", "INSERT INTO line VALUES (13, 0, 1, 20200101, 0)"],
        0,
    ),
    "deferred foreign keys": (
        ["BEGIN", "PRAGMA defer_foreign_keys = ON", "DELETE FROM subaccount WHERE id = 1", "COMMIT"],
        None,
    ),
    "a guard dropped and put back": (
        [
            NO_LINE_GUARD,
            "UPDATE line SET amount = amount * 2 WHERE number = 7",
            "CREATE TRIGGER line_no_update BEFORE UPDATE ON line BEGIN"
            "  SELECT RAISE(ABORT, 'mdfm: line rows are never changed or removed') WHERE 1; END",
        ],
        7,
    ),
    "a guard emptied": (
        [NO_LINE_GUARD, "CREATE TRIGGER line_no_update BEFORE UPDATE ON line BEGIN SELECT 1; END"],
        0,
    ),
    "a guard that ignores in front": (
        [
            "CREATE TRIGGER aaa BEFORE INSERT ON line BEGIN SELECT RAISE(IGNORE); END",
        ],
        0,
    ),
    "a view instead of a table": (
        [
            "DROP TABLE daily_total",
            "CREATE VIEW daily_total AS SELECT 'x' AS account, '' AS term, 'USD' AS currency, '' AS flow,"
            " 1 AS day, 1 AS debit, 1 AS credit",
        ],
        0,
    ),
    "a view that writes": (
        [
            "BEGIN",
            "CREATE VIEW window AS SELECT * FROM line",
            "CREATE TRIGGER through INSTEAD OF UPDATE ON window BEGIN"
            " UPDATE line SET amount = NEW.amount WHERE number = OLD.number; END",
            "UPDATE window SET amount = 5 WHERE number = 7",
        ],
        None,
    ),
    "a table renamed and made again": (
        [
            "PRAGMA legacy_alter_table = ON",
            "ALTER TABLE line RENAME TO old",
            "CREATE TABLE line AS SELECT * FROM old",
        ],
        0,
    ),
    "a column renamed": (["ALTER TABLE entry RENAME COLUMN actor TO who"], 0),
    "a column added": (["ALTER TABLE line ADD COLUMN note TEXT"], 0),
    "a column dropped": (["ALTER TABLE own_amount DROP COLUMN source"], 0),
    "the schema written as text": (
        [
            SCHEMA_OPEN,
            "UPDATE sqlite_master SET sql = replace(sql, 'never', 'always') WHERE name = 'line_no_update'",
        ],
        0,
    ),
    "a guard struck from the schema": (
        [SCHEMA_OPEN, "DELETE FROM sqlite_master WHERE name = 'line_no_update'"],
        0,
    ),
    "a table under another name": (
        [SCHEMA_OPEN, "UPDATE sqlite_master SET tbl_name = 'entry' WHERE name = 'line_no_update'"],
        0,
    ),
    "from another file": (
        ["ATTACH ':memory:' AS other", "CREATE TABLE other.t (x)", "DELETE FROM main.line WHERE number = 7"],
        None,
    ),
    "from the temporary schema": (
        [
            "CREATE TEMP TABLE line (number, amount)",
            "CREATE TEMP TRIGGER t AFTER INSERT ON temp.line BEGIN"
            " DELETE FROM entry WHERE number = NEW.number; END",
            "INSERT INTO temp.line VALUES (12, 1)",
        ],
        None,
    ),
    "an index that answers for its table": (
        ["DROP INDEX line_by_subaccount", "CREATE INDEX line_by_subaccount ON line (subaccount)"],
        0,
    ),
    "the version set back": (["PRAGMA user_version = 0"], 0),
    "the mark taken away": (["PRAGMA application_id = 7"], 0),
    "a generated column": (
        ["ALTER TABLE line ADD COLUMN twice INTEGER GENERATED ALWAYS AS (amount * 2) VIRTUAL"],
        0,
    ),
}


def run(path: Path, statements: list[str]) -> str:
    """Run them as another program would; the database's answer, empty where it did all."""
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        for statement in statements:
            connection.execute(statement).fetchall()
    except sqlite3.Error as error:
        return str(error)
    finally:
        connection.close()
    return ""


def first_found(path: Path) -> int | None:
    """The entry verify names first; 0 if it names none or nothing opens, None if all is well."""
    try:
        with open_ledger(path, create=False) as ledger:
            numbers = [finding.number for finding in ledger.verify().findings]
    except (errors.StoreError, errors.CorruptLedgerError):
        return 0
    return min(filter(None, numbers), default=0) if numbers else None


@pytest.mark.parametrize("name", WAYS)
def test_a_way_around_the_guards_is_refused_or_found(name: str, tmp_path: Path) -> None:
    statements, number = WAYS[name]
    path = small_ledger(tmp_path / "l.db")
    answer = run(path, statements)
    assert (answer == "") == (number is not None), answer
    assert first_found(path) == number


def test_a_file_made_anew_from_its_rows_is_the_same_ledger(tmp_path: Path) -> None:
    path = small_ledger(tmp_path / "l.db")
    for statement in ("VACUUM", "REINDEX", "ANALYZE", "PRAGMA journal_mode = DELETE"):
        assert run(path, [statement]) == ""
        assert first_found(path) is None


# What our own connections refuse, even to a program that has one in its hands.
DENIED = [
    "DROP TRIGGER line_no_update",
    "DROP TABLE line",
    "DROP INDEX line_by_subaccount",
    "ALTER TABLE line ADD COLUMN note TEXT",
    "CREATE TRIGGER aaa BEFORE INSERT ON line BEGIN SELECT RAISE(IGNORE); END",
    "CREATE TEMP TRIGGER aaa BEFORE INSERT ON main.line BEGIN SELECT RAISE(IGNORE); END",
    "CREATE TEMP VIEW line AS SELECT 1",
    "UPDATE entry SET actor = 'x'",
    "UPDATE line SET amount = 5",
    "DELETE FROM entry",
    "DELETE FROM tile",
    "PRAGMA writable_schema = ON",
    "PRAGMA ignore_check_constraints = ON",
    "PRAGMA foreign_keys = OFF",
    "PRAGMA recursive_triggers = OFF",
    "PRAGMA trusted_schema = ON",
    "PRAGMA synchronous = OFF",
    "PRAGMA journal_mode = MEMORY",
    "PRAGMA user_version = 0",
    "PRAGMA application_id = 0",
]

REFUSED = r"not authorized|prohibited"


@pytest.mark.parametrize("statement", DENIED)
@pytest.mark.parametrize("place", ["file", "memory"])
def test_our_own_connections_do_not_even_try(statement: str, place: str, tmp_path: Path) -> None:
    url = "sqlite://" if place == "memory" else f"sqlite:///{small_ledger(tmp_path / 'l.db')}"
    with engine.open_engine(url).connect() as connection:
        driver: Any = connection.connection.driver_connection
        with pytest.raises(sqlite3.DatabaseError, match=REFUSED):
            driver.execute(statement)
        connection.rollback()
        # The control: it is the connection that refuses, not a guard or the grammar.
        driver.set_authorizer(None)
        answer = ""
        try:
            driver.execute(statement)
        except sqlite3.Error as error:
            answer = str(error)
        assert not re.search(REFUSED, answer)
