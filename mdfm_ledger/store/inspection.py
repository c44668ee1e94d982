"""Reading everything as it is stored, for verify: rows, not values, and no trust in any of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from sqlalchemy import Connection, text

from mdfm_ledger.chart import CHART
from mdfm_ledger.store.engine import dialect_of
from mdfm_ledger.store.schema import PLACE_COLUMNS

ENTRY_ROWS = (
    "SELECT number, kind, reference, about, day, value_day, recorded_at, actor, approved_by, description,"
    " reverses, line_count, leaf, parts, seal, detail FROM entry LEFT JOIN personal_detail USING (number)"
)
_ENTRIES = f"{ENTRY_ROWS} ORDER BY entry.number"
_LINES = "SELECT number, subaccount, day, amount FROM line ORDER BY number, position"
_LINES_OF = text("SELECT number, subaccount, day, amount FROM line WHERE number = :number ORDER BY position")
_MISNUMBERED = (
    "SELECT number FROM line GROUP BY number"
    " HAVING MIN(position) <> 0 OR MAX(position) <> COUNT(*) - 1 ORDER BY number"
)
_MOVEMENTS = (
    "SELECT subaccount, day, SUM(CASE WHEN amount > 0 THEN amount ELSE 0 END),"
    " SUM(CASE WHEN amount < 0 THEN -amount ELSE 0 END) FROM line GROUP BY subaccount, day"
    " ORDER BY subaccount, day"
)
_OWN = "SELECT number, position, currency, amount, rate, quoted, source, since FROM own_amount"
_OWN_AMOUNTS = f"{_OWN} ORDER BY number, position"
_OWN_AMOUNTS_OF = text(f"{_OWN} WHERE number = :number ORDER BY position")
_SINCE = text(
    "SELECT subaccount, SUM(CASE WHEN amount > 0 THEN amount ELSE 0 END),"
    " SUM(CASE WHEN amount < 0 THEN -amount ELSE 0 END) FROM line WHERE number >= :number AND day <= :day"
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
        self._dialect = dialect_of(connection)

    def database_problems(self) -> list[str]:
        """What the database says is wrong with its own file, and rows whose parents are missing."""
        problems = self._dialect.damage(self._connection)
        problems += [
            f"lines of entry {number} are not numbered from 0"
            for (number,) in self._connection.exec_driver_sql(_MISNUMBERED)
        ]
        return problems + self._dialect.orphans(self._connection)

    def schema_differences(self) -> list[str]:
        """Tables, indexes and guards that are missing, added or altered, and the file's marks."""
        found = self._dialect.schema_of(self._connection)
        differences = self._dialect.misplaced_marks(self._connection)
        differences += schema_differences(found, self._dialect.expected_schema())
        codes = {code for (code,) in self._connection.exec_driver_sql("SELECT code FROM account")}
        return differences + [
            f"account {code} differs from the chart" for code in sorted(codes ^ CHART.keys())
        ]

    def places(self) -> dict[int, tuple[str, ...]]:
        """The subaccounts by id, as rows of PLACE_COLUMNS."""
        return {row[0]: tuple(row[1:]) for row in self._connection.exec_driver_sql(_PLACES)}

    def entries(self) -> Iterator[tuple[StoredEntry, list[StoredLine]]]:
        """Each entry row with the line rows of its number, in number order; a few in memory at a time."""
        lines = self._dialect.stream(self._connection, _LINES)
        line = next(lines, None)
        for entry in map(StoredEntry._make, self._dialect.stream(self._connection, _ENTRIES)):
            number, own = entry.number, []
            while line is not None and line[0] <= number:
                own.append(line)
                line = next(lines, None)
            yield entry, own

    def lines_of(self, number: int) -> list[StoredLine]:
        """The line rows of one entry."""
        rows = self._connection.execute(_LINES_OF, {"number": number})
        return [(row[0], row[1], row[2], row[3]) for row in rows]

    def own_amounts(self) -> Iterator[OwnRow]:
        """The own amounts of lines on bank accounts in other currencies, in the order of the lines."""
        return self._dialect.stream(self._connection, _OWN_AMOUNTS)

    def own_amounts_of(self, number: int) -> list[OwnRow]:
        """The own amounts of one entry."""
        rows = self._connection.execute(_OWN_AMOUNTS_OF, {"number": number})
        return [tuple(row) for row in rows]

    def movements(self) -> Iterator[tuple[int, int, int, int]]:
        """The line rows summed by subaccount and day: id, day, debits, credits; in that order."""
        return self._dialect.stream(self._connection, _MOVEMENTS)

    def posted_since(self, number: int, day: int) -> Iterator[tuple[int, int, int]]:
        """The line rows from an entry on, dated up to a day, by subaccount: id, debits, credits."""
        rows = self._connection.execute(_SINCE, {"number": number, "day": day})
        return ((row[0], row[1], row[2]) for row in rows)

    def tiles(self) -> Iterator[tuple[int, int, bytes]]:
        """The stored tiles: level, position, hash; in that order."""
        return self._dialect.stream(self._connection, _TILES)

    def daily_totals(self) -> dict[tuple[str, str, str, str, int], tuple[int, int]]:
        """The stored sums by account, term, currency, flow and day."""
        rows = self._connection.exec_driver_sql(_TOTALS)
        return {(row[0], row[1], row[2], row[3], row[4]): (row[5], row[6]) for row in rows}


def schema_differences(found: Mapping[str, str], expected: Mapping[str, str]) -> list[str]:
    """What is missing, unknown or altered, by name."""
    return [
        f"{name} is {'missing' if name not in found else 'unknown' if name not in expected else 'altered'}"
        for name in sorted(found.keys() | expected.keys())
        if found.get(name) != expected.get(name)
    ]
