"""The quick check: what the database can tell by itself, sums it adds up, and the last entries byte by byte.

It finds damage, guards taken out and sums that do not hold within a second or so, however long the journal.
It does not read the older records: a change to one that keeps every sum is found by the full check alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Protocol

from mdfm_ledger.audit import entry_alone, finding_of, of_the_ledger
from mdfm_ledger.audit.recount import Recount
from mdfm_ledger.audit.recount.documents import Documents
from mdfm_ledger.audit.recount.own_amounts import OwnAmounts, OwnRow, StoredLines
from mdfm_ledger.audit.recount.sums import Sums
from mdfm_ledger.audit.recount.whole import Found, trust_tie_out
from mdfm_ledger.audit.verification import Finding, Verification
from mdfm_ledger.sealing.unsealing import UNREADABLE

LAST = 256
"""How many entries are read byte by byte, the last ones."""

CHECKS = (
    "database",
    "schema",
    "numbered",
    "columns",
    "lines",
    "period-open",
    "two-people",
    "personal-details",
    "trust-tie-out",
    "resources-identity",
    "daily-totals",
)
"""The checks of the quick verify; all but the sums are made of the last entries only."""


class Glanced(Protocol):
    """What the store answers without reading all records."""

    def database_problems(self) -> list[str]:
        """What the database finds wrong with itself in a short time."""

    def schema_differences(self) -> list[str]:
        """What of tables and guards is not as it was made."""

    def places(self, first: int, count: int) -> Iterable[tuple[Any, ...]]:
        """Subaccounts from an id on, in the order of ids, at most so many: each a PlaceRow."""

    def numbers(self) -> tuple[int, int, int]:
        """How many entries there are, the first number and the last; zeros where there is none."""

    def line_count(self) -> int:
        """How many lines there are."""

    def last_entries(self, count: int) -> Iterator[Any]:
        """The last entry rows, in number order."""

    def lines_of(self, number: int) -> list[Any]:
        """The line rows of one entry."""

    def own_amounts_of(self, number: int) -> list[OwnRow]:
        """The own amounts of one entry."""

    def balances(self) -> Iterator[tuple[int, int]]:
        """The line rows summed by subaccount: id, balance with debit positive."""

    def total_differences(self) -> list[tuple[str, int, int]]:
        """Daily totals that are not the sums of the lines: which, the lines' net, the total's."""


def verify(stored: Glanced) -> Verification:
    """Make the quick checks. Never raises for what it finds; findings are values."""
    findings = [of_the_ledger("database", text, "a sound file") for text in stored.database_problems()]
    entries = lines = records = 0
    try:
        findings += [of_the_ledger("schema", text, "as it was made") for text in stored.schema_differences()]
        entries, first, last = stored.numbers()
        lines = stored.line_count()
        if entries and (first, last) != (1, entries):
            found: Found = ("numbered", "numbers of the entries", f"1 to {entries}", f"{first} to {last}")
            findings.append(finding_of(found, 0))
        recount = Recount(stored.places)
        findings += [finding_of(one, 0) for one in _sums(stored, recount)]
        for row in stored.last_entries(LAST):
            records += 1
            findings += _record(stored, row, recount)
    except UNREADABLE as error:
        findings.append(
            of_the_ledger("database", f"the rest cannot be read: {error!r}"[:200], "a sound file")
        )
    return Verification(
        entries=entries, lines=lines, checks=CHECKS, findings=tuple(findings), records=records, quick=True
    )


def _record(stored: Glanced, row: Any, recount: Recount) -> list[Finding]:
    own = OwnAmounts(stored.own_amounts_of(row.number)).of(row.number)
    _, found = entry_alone(row.number, row, StoredLines(stored.lines_of(row.number), own), recount)
    return found


def _sums(stored: Glanced, recount: Recount) -> Iterator[Found]:
    sums = Sums(Documents())
    for place_id, balance in stored.balances():
        sums.add(recount.place(place_id), balance)
    yield from trust_tie_out(sums)
    for what, expected, found in stored.total_differences():
        yield ("daily-totals", what, expected, found)
