"""Reading everything as it is stored, for verify: rows, not values, and no trust in any of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby, islice
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Connection, text

from mdfm_ledger.chart import CHART
from mdfm_ledger.moments import numbered_time
from mdfm_ledger.sealing.stored_place import BETWEEN, OTHERS
from mdfm_ledger.store.engine import dialect_of
from mdfm_ledger.store.indexed import said_about
from mdfm_ledger.store.schema import PLACE_COLUMNS

ENTRY_ROWS = (
    "SELECT number, kind, reference, about, day, value_day, recorded_at, actor, approved_by, description,"
    " reverses, line_count, leaf, parts, seal, detail FROM entry LEFT JOIN personal_detail USING (number)"
)
_ENTRIES = f"{ENTRY_ROWS} ORDER BY entry.number"
_LINES = "SELECT number, subaccount, day, amount FROM line ORDER BY number, position"
_LINES_OF = text("SELECT number, subaccount, day, amount FROM line WHERE number = :number ORDER BY position")
_HISTORY = text(
    "SELECT parts, detail FROM entry LEFT JOIN personal_detail USING (number)"
    f" WHERE entry.number < :number AND {said_about(':about', ':kind', ':reference')} ORDER BY entry.number"
)
_MISNUMBERED = (
    "SELECT number FROM line GROUP BY number"
    " HAVING MIN(position) <> 0 OR MAX(position) <> COUNT(*) - 1 ORDER BY number"
)
_PLACES_BUT_ON = (
    f"SELECT {', '.join(PLACE_COLUMNS)},"
    " (SELECT SUM(amount) FROM line WHERE line.subaccount = subaccount.id)"
    " FROM subaccount WHERE pledge = '' AND account NOT IN ({accounts})"
)
_PLACES_ON = (
    f"SELECT id, {', '.join(PLACE_COLUMNS)} FROM subaccount"
    " WHERE pledge = '' AND account IN ({accounts}) ORDER BY id"
)
_MOVEMENTS_ON = (
    "SELECT id, line.day, SUM(amount) FROM subaccount JOIN line ON line.subaccount = subaccount.id"
    " WHERE pledge = '' AND account IN ({accounts}) GROUP BY id, line.day ORDER BY id, line.day"
)
_DEBITS_ON = (
    "SELECT term, donor, line.day, SUM(amount) FROM subaccount"
    " JOIN line ON line.subaccount = subaccount.id"
    " WHERE pledge = '' AND account IN ({accounts}) AND amount > 0 GROUP BY term, donor, line.day"
)
_PLEDGED = (
    "SELECT pledge, account, line.day, amount FROM subaccount"
    " JOIN line ON line.subaccount = subaccount.id WHERE pledge <> '' ORDER BY pledge"
)
_OWN = "SELECT number, position, currency, amount, rate, quoted, source, since FROM own_amount"
_OWN_AMOUNTS = f"{_OWN} ORDER BY number, position"
_OWN_AMOUNTS_OF = text(f"{_OWN} WHERE number = :number ORDER BY position")
# Each column that is read costs as much as a comparison, and few places have any of these.
_NO_OTHERS = " AND ".join(f"{name} = ''" for name in OTHERS)
_OTHERS = f" || '{BETWEEN}' || ".join(OTHERS)
_PLACES = (
    f"SELECT id, donor, pledge, account, term, currency, CASE WHEN {_NO_OTHERS} THEN '' ELSE {_OTHERS} END"
    " FROM subaccount WHERE id >= ? ORDER BY id LIMIT ?"
)
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
    recorded: int
    """Microseconds since 1970 began, in UTC."""
    actor: str
    approved_by: str
    description: str
    reverses: int | None
    line_count: int
    leaf: bytes
    parts: bytes
    seal: bytes
    detail: bytes | None

    @property
    def recorded_at(self) -> str:
        """The same as a text, as a leaf has it. Raises OverflowError where it is no time."""
        return numbered_time(self.recorded)


StoredLine = tuple[int, int, int, int]
"""A line row: number, id of the subaccount, day, amount."""


_LINES_AT_A_TIME = 256
_END: Any = (1 << 63,)
"""Stands after the last line that was read."""

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

    def pages_unseen(self) -> str:
        """Why the database was not asked to look at its pages; empty where it was."""
        return self._dialect.unseen(self._connection)

    def schema_differences(self) -> list[str]:
        """Tables, indexes and guards that are missing, added or altered, and the file's marks."""
        found = self._dialect.schema_of(self._connection)
        differences = self._dialect.misplaced_marks(self._connection)
        differences += schema_differences(found, self._dialect.expected_schema())
        codes = {code for (code,) in self._connection.exec_driver_sql("SELECT code FROM account")}
        # In a damaged file a code may be no text.
        differing = sorted(map(str, codes ^ CHART.keys()))
        return differences + [f"account {code} differs from the chart" for code in differing]

    def places(self, first: int, count: int) -> Sequence[Any]:
        """The subaccounts from an id on, in the order of ids, at most so many: each a PlaceRow."""
        return self._dialect.asked(self._connection, self._dialect.placed(_PLACES), (first, count))()

    def entries(self) -> Iterator[tuple[StoredEntry, list[StoredLine]]]:
        """Each entry row with the line rows of its number, in number order; a few in memory at a time."""
        lines = self._dialect.stream(self._connection, _LINES)
        chunk, at = [_END], 0
        for entry in map(StoredEntry._make, self._dialect.stream(self._connection, _ENTRIES)):
            number, end = entry.number, at
            while True:
                while chunk[end][0] <= number:
                    end += 1
                more = list(islice(lines, _LINES_AT_A_TIME)) if chunk[end] is _END else []
                if not more:
                    break
                chunk, at, end = [*chunk[at:end], *more, _END], 0, end - at
            yield entry, chunk[at:end]
            at = end

    def history(self, about: str, number: int) -> list[tuple[bytes, bytes | None]]:
        """Parts and details of the entries about a document before a number, in the order of numbers."""
        kind, _, reference = about.partition(":")
        limits = {"about": about, "kind": kind, "reference": reference, "number": number}
        rows = self._connection.execute(_HISTORY, limits)
        return [(row[0], row[1]) for row in rows]

    def lines_of(self, number: int) -> list[StoredLine]:
        """The line rows of one entry."""
        rows = self._connection.execute(_LINES_OF, {"number": number})
        return [(row[0], row[1], row[2], row[3]) for row in rows]

    def own_amounts(self) -> Iterator[OwnRow]:
        """The own amounts of lines that were priced, in the order of the lines."""
        return self._dialect.stream(self._connection, _OWN_AMOUNTS)

    def own_amounts_of(self, number: int) -> list[OwnRow]:
        """The own amounts of one entry."""
        rows = self._connection.execute(_OWN_AMOUNTS_OF, {"number": number})
        return [tuple(row) for row in rows]

    def places_but_on(self, accounts: Iterable[str]) -> Iterator[tuple[tuple[str, ...], int]]:
        """Each place of no pledge that is on none of these accounts, with its balance."""
        for *place, balance in self._dialect.stream(self._connection, _on(_PLACES_BUT_ON, accounts)):
            yield tuple(place), int(balance or 0)

    def movements_on(
        self, accounts: Iterable[str]
    ) -> Iterator[tuple[tuple[str, ...], list[tuple[int, int]]]]:
        """Each place of no pledge on these accounts with what moved on it: day, amount, in that order."""
        places = self._dialect.stream(self._connection, _on(_PLACES_ON, accounts))
        movements = self._dialect.stream(self._connection, _on(_MOVEMENTS_ON, accounts))
        for identity, rows in groupby(movements, key=itemgetter(0)):
            place = next((place for place in places if place[0] == identity), None)
            if place is None:
                raise LookupError(f"subaccount {identity} is in an index and not in its table")
            yield place[1:], [(day, int(amount)) for _, day, amount in rows]

    def debits_on(self, account: str) -> Iterator[tuple[str, str, int, int]]:
        """The debits on the places of an account: term, donor, day, amount."""
        for term, donor, day, amount in self._dialect.stream(self._connection, _on(_DEBITS_ON, [account])):
            yield term, donor, day, int(amount)

    def pledged(self) -> Iterator[tuple[str, str, int, int]]:
        """The lines on places of pledges, one pledge after the other: pledge, account, day, amount."""
        return self._dialect.stream(self._connection, _PLEDGED)

    def tiles(self) -> Iterator[tuple[int, int, bytes]]:
        """The stored tiles: level, position, hash; in that order."""
        return self._dialect.stream(self._connection, _TILES)

    def daily_totals(self) -> dict[tuple[str, str, str, str, int], tuple[int, int]]:
        """The stored sums by account, term, currency, flow and day."""
        rows = self._connection.exec_driver_sql(_TOTALS)
        return {(row[0], row[1], row[2], row[3], row[4]): (row[5], row[6]) for row in rows}


def _on(statement: str, accounts: Iterable[str]) -> str:
    """A statement about places on accounts of the chart."""
    return statement.format(accounts=", ".join(f"'{code}'" for code in sorted(accounts)))


def schema_differences(found: Mapping[str, str], expected: Mapping[str, str]) -> list[str]:
    """What is missing, unknown or altered, by name."""
    return [
        f"{name} is {'missing' if name not in found else 'unknown' if name not in expected else 'altered'}"
        for name in sorted(found.keys() | expected.keys())
        if found.get(name) != expected.get(name)
    ]
