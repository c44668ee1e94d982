"""Reading everything as it is stored, for verify: rows, not values, and no trust in any of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, create_engine

from mdfm_ledger.chart import CHART
from mdfm_ledger.store.engine import make_schema
from mdfm_ledger.store.schema import APPLICATION_ID, PLACE_COLUMNS, SCHEMA_VERSION

ENTRY_ROWS = (
    "SELECT number, kind, reference, about, day, value_day, recorded_at, actor, approved_by, description,"
    " reverses, line_count, leaf, parts, seal, detail FROM entry LEFT JOIN personal_detail USING (number)"
)
_ENTRIES = f"{ENTRY_ROWS} ORDER BY entry.number"
_LINES = "SELECT number, subaccount, day, amount FROM line ORDER BY number, position"
_LINES_OF = "SELECT number, subaccount, day, amount FROM line WHERE number = ? ORDER BY position"
_MISNUMBERED = (
    "SELECT number FROM line GROUP BY number"
    " HAVING MIN(position) <> 0 OR MAX(position) <> COUNT(*) - 1 ORDER BY number"
)
_MOVEMENTS = (
    "SELECT subaccount, day, SUM(CASE WHEN amount > 0 THEN amount ELSE 0 END),"
    " SUM(CASE WHEN amount < 0 THEN -amount ELSE 0 END) FROM line GROUP BY subaccount, day"
)
_OWN = "SELECT number, position, currency, amount, rate, quoted, source, since FROM own_amount"
_OWN_AMOUNTS = f"{_OWN} ORDER BY number, position"
_OWN_AMOUNTS_OF = f"{_OWN} WHERE number = ? ORDER BY position"
_SINCE = (
    "SELECT subaccount, SUM(CASE WHEN amount > 0 THEN amount ELSE 0 END),"
    " SUM(CASE WHEN amount < 0 THEN -amount ELSE 0 END) FROM line WHERE number >= ? AND day <= ?"
    " GROUP BY subaccount"
)
_PLACES = f"SELECT id, {', '.join(PLACE_COLUMNS)} FROM subaccount"
_TILES = "SELECT level, position, hash FROM tile ORDER BY level, position"
_TOTALS = "SELECT account, term, currency, flow, day, debit, credit FROM daily_total ORDER BY 1, 2, 3, 4, 5"


class StoredEntry(NamedTuple):
    """An entry row, column by column."""

    number: int
    kind: str
    reference: str
    about: str
    day: int
    value_day: int
    recorded_at: str
    actor: str
    approved_by: str
    description: str
    reverses: int | None
    line_count: int
    leaf: bytes
    parts: bytes
    seal: bytes
    detail: bytes | None


StoredLine = tuple[int, int, int, int]
"""A line row: number, id of the subaccount, day, amount."""


OwnRow = tuple[int, int, str, int, str, str, str, int]
"""An own amount: number and position of its line, currency, amount, rate, quoted, source, since."""


class Inspection:
    """The rows of a ledger, read in one read transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def database_problems(self) -> list[str]:
        """What the database says is wrong with its own file, and rows whose parents are missing."""
        problems = [
            str(text)
            for (text,) in self._connection.exec_driver_sql("PRAGMA integrity_check")
            if text != "ok"
        ]
        problems += [
            f"lines of entry {number} are not numbered from 0"
            for (number,) in self._connection.exec_driver_sql(_MISNUMBERED)
        ]
        return problems + [
            f"a row of {table} names a missing row of {parent}"
            for table, _, parent, _ in self._connection.exec_driver_sql("PRAGMA foreign_key_check")
        ]

    def schema_differences(self) -> list[str]:
        """Tables, indexes and guards that are missing, added or altered, and the file's marks."""
        found = schema_of(self._connection)
        marks = {"application_id": APPLICATION_ID, "user_version": SCHEMA_VERSION}
        differences = [
            f"PRAGMA {name} is not {value}"
            for name, value in marks.items()
            if self._connection.exec_driver_sql(f"PRAGMA {name}").scalar() != value
        ]
        differences += schema_differences(found, expected_schema())
        codes = {code for (code,) in self._connection.exec_driver_sql("SELECT code FROM account")}
        return differences + [
            f"account {code} differs from the chart" for code in sorted(codes ^ CHART.keys())
        ]

    def places(self) -> dict[int, tuple[str, ...]]:
        """The subaccounts by id, as rows of PLACE_COLUMNS."""
        return {row[0]: tuple(row[1:]) for row in self._connection.exec_driver_sql(_PLACES)}

    def entries(self) -> Iterator[tuple[StoredEntry, list[StoredLine]]]:
        """Each entry row with the line rows of its number, in number order; a few in memory at a time."""
        lines = _buffered(self._connection, _LINES)
        line = next(lines, None)
        for entry in map(StoredEntry._make, _buffered(self._connection, _ENTRIES)):
            number, own = entry.number, []
            while line is not None and line[0] <= number:
                own.append(line)
                line = next(lines, None)
            yield entry, own

    def lines_of(self, number: int) -> list[StoredLine]:
        """The line rows of one entry."""
        rows = self._connection.exec_driver_sql(_LINES_OF, (number,))
        return [(row[0], row[1], row[2], row[3]) for row in rows]

    def own_amounts(self) -> Iterator[OwnRow]:
        """The own amounts of lines on bank accounts in other currencies, in the order of the lines."""
        return _buffered(self._connection, _OWN_AMOUNTS)

    def own_amounts_of(self, number: int) -> list[OwnRow]:
        """The own amounts of one entry."""
        rows = self._connection.exec_driver_sql(_OWN_AMOUNTS_OF, (number,))
        return [tuple(row) for row in rows]

    def movements(self) -> Iterator[tuple[int, int, int, int]]:
        """The line rows summed by subaccount and day: id, day, debits, credits; in that order."""
        return _buffered(self._connection, _MOVEMENTS)

    def posted_since(self, number: int, day: int) -> Iterator[tuple[int, int, int]]:
        """The line rows from an entry on, dated up to a day, by subaccount: id, debits, credits."""
        rows = self._connection.exec_driver_sql(_SINCE, (number, day))
        return ((row[0], row[1], row[2]) for row in rows)

    def tiles(self) -> Iterator[tuple[int, int, bytes]]:
        """The stored tiles: level, position, hash; in that order."""
        return _buffered(self._connection, _TILES)

    def daily_totals(self) -> dict[tuple[str, str, str, str, int], tuple[int, int]]:
        """The stored sums by account, term, currency, flow and day."""
        rows = self._connection.exec_driver_sql(_TOTALS)
        return {(row[0], row[1], row[2], row[3], row[4]): (row[5], row[6]) for row in rows}


def _buffered(connection: Connection, statement: str) -> Iterator[Any]:
    # The driver's own cursor: a million rows need no result object each.
    cursor = connection.connection.cursor()
    cursor.execute(statement)
    while rows := cursor.fetchmany(1_000):
        yield from rows


def schema_of(connection: Connection) -> dict[str, str]:
    """What every table, index and guard was made with, by sort and name; how it is spaced does not count."""
    # Indexes SQLite makes by itself have no text, and ANALYZE leaves tables of its own.
    rows = connection.exec_driver_sql(
        "SELECT type || ' ' || name, sql FROM sqlite_master"
        " WHERE sql IS NOT NULL AND name NOT IN ('sqlite_stat1', 'sqlite_stat4')"
    )
    return {name: " ".join(text.split()) for name, text in rows}


def expected_schema() -> dict[str, str]:
    """The schema of a ledger this package makes."""
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        make_schema(connection)
        expected = schema_of(connection)
    engine.dispose()
    return expected


def schema_differences(found: Mapping[str, str], expected: Mapping[str, str]) -> list[str]:
    """What is missing, unknown or altered, by name."""
    return [
        f"{name} is {'missing' if name not in found else 'unknown' if name not in expected else 'altered'}"
        for name in sorted(found.keys() | expected.keys())
        if found.get(name) != expected.get(name)
    ]
