"""Verify: every check by name, recounted from what is stored, with findings as values.

Nothing here uses the books or the posting rules: sums are added up anew from the rows, so that a
fault in those does not hide itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol

from mdfm_ledger import issuing, publishing
from mdfm_ledger.audit import ordinary
from mdfm_ledger.audit.compared import agreeing, day_in, disagreements
from mdfm_ledger.audit.recount import Recount, Summed
from mdfm_ledger.audit.recount.own_amounts import OwnAmounts, OwnRow, StoredLines
from mdfm_ledger.audit.recount.whole import Found
from mdfm_ledger.audit.verification import Finding, Verification
from mdfm_ledger.events import IssueStatement, PublishHoldings
from mdfm_ledger.evidence.merkle import leaf_hash
from mdfm_ledger.evidence.tiling import Tiles
from mdfm_ledger.fields import same_person
from mdfm_ledger.sealing.told import Told, told_by
from mdfm_ledger.sealing.unsealing import UNREADABLE, event_of
from mdfm_ledger.source import JournalSource


class Stored(Summed, Protocol):
    """The rows of a ledger, as the store reads them."""

    def database_problems(self) -> list[str]:
        """What the database says is wrong with itself."""

    def schema_differences(self) -> list[str]:
        """What of tables and guards is not as it was made."""

    def places(self, first: int, count: int) -> Iterable[tuple[Any, ...]]:
        """Subaccounts from an id on, in the order of ids, at most so many: each a PlaceRow."""

    def entries(self) -> Iterator[tuple[Any, list[Any]]]:
        """Entry rows with their line rows, in number order."""

    def history(self, about: str, number: int) -> Iterable[tuple[bytes, bytes | None]]:
        """Parts and details of the entries about a document before a number, in the order of numbers."""

    def lines_of(self, number: int) -> list[Any]:
        """The line rows of one entry."""

    def own_amounts(self) -> Iterator[OwnRow]:
        """The own amounts of lines on bank accounts in other currencies, in the order of the lines."""

    def own_amounts_of(self, number: int) -> list[OwnRow]:
        """The own amounts of one entry."""

    def tiles(self) -> Iterator[tuple[int, int, bytes]]:
        """The stored roots over 256 entries each, and over 256 of those: level, position, hash."""


CHECKS = (
    "database",
    "schema",
    "numbered",
    "tiles",
    "columns",
    "lines",
    "balanced",
    "no-revenue",
    "period-open",
    "period-seal",
    "term-closed",
    "two-people",
    "reversal-exact",
    "trust-tie-out",
    "donor-not-negative",
    "pledge-identity",
    "earmark",
    "within-budget",
    "within-allotment",
    "outstanding-not-negative",
    "own-currency",
    "personal-details",
    "resources-identity",
    "target-not-a-cap",
    "roll-forward",
    "daily-totals",
    "statements",
    "holdings",
)
"""The checks of verify, in the order they are reported."""


def verify(
    stored: Stored, journal: JournalSource, *, progress: Callable[[int], None] | None = None
) -> Verification:
    """Check everything that is stored. Never raises for what it finds; findings are values.

    Statements are made again from the ``journal``, which reads what is ``stored``.
    """
    findings = [of_the_ledger("database", text, "a sound file") for text in stored.database_problems()]
    entries = lines = 0
    issued: list[issuing.IssueEntry] = []
    published: list[Any] = []
    try:
        findings += [of_the_ledger("schema", text, "as it was made") for text in stored.schema_differences()]
        recount, own_amounts = Recount(stored.places, stored.history), OwnAmounts(stored.own_amounts())
        tiles = Tiles()
        for entry, said in ordinary.told(_numbered_on(stored.entries(), own_amounts), recount):
            entries, row, rows, foreign = entry
            lines += len(rows)
            tiles.add(row.seal)
            if said is None or not recount.takes(row, *said):
                own = StoredLines(rows, foreign)
                findings += _entry_findings(entries, row, own, recount, said and said[0])
                if row.reverses is not None:
                    undone = OwnAmounts(stored.own_amounts_of(row.reverses)).of(row.reverses)
                    findings += _mirror(row, own, StoredLines(stored.lines_of(row.reverses), undone))
                if row.kind == IssueStatement.event_kind:
                    issued.append((row.number, row.actor, row.parts))
                if row.kind == PublishHoldings.event_kind:
                    published.append(row)
            if progress and entries % 1_000 == 0:
                progress(entries)
        findings += [finding_of(found, 0) for found in tiles.close(stored.tiles())]
        whole = recount.close(stored)
        findings += [finding_of(found, number) for number, found in whole]
        findings += [
            finding_of(("statements", found.what, found.expected, found.found), found.number)
            for found in issuing.findings(journal, issued)
        ]
        findings += [finding for row in published for finding in _published(journal, row)]
    except UNREADABLE as error:
        # In a damaged file text may stand where a number was.
        findings.append(
            of_the_ledger("database", f"the rest cannot be read: {error!r}"[:200], "a sound file")
        )
    order = {name: position for position, name in enumerate(CHECKS)}
    findings.sort(key=lambda finding: (finding.number, order[finding.check]))
    told = tuple(findings)
    return Verification(entries=entries, lines=lines, checks=CHECKS, findings=told, records=entries)


def _numbered_on(
    entries: Iterable[tuple[Any, list[Any]]], own_amounts: OwnAmounts
) -> Iterator[ordinary.Entry]:
    for position, (row, rows) in enumerate(entries, start=1):
        yield ordinary.Entry(position, row, rows, own_amounts.of(row.number))


def _entry_findings(
    position: int, row: Any, stored: StoredLines, recount: Recount, told: Told | None
) -> list[Finding]:
    """What is wrong with an entry, of which it may be known that it agrees with its record."""
    findings: list[Finding] = []
    if told is None:
        told, findings = entry_alone(position, row, stored, recount)
    try:
        findings += [finding_of(found, row.number) for found in recount.add(row, stored, told)]
    except UNREADABLE as error:
        # Its columns say what its record does not, or its record what cannot be: it is named, and we go on.
        problem = repr(error)[:200]
        findings.append(
            finding_of(("columns", "what it changes", "what its record says", problem), row.number)
        )
    return findings


def entry_alone(
    position: int, row: Any, stored: StoredLines, recount: Recount
) -> tuple[Told | None, list[Finding]]:
    """What the event says of an entry that should have the number ``position``, and what is wrong with it.

    ``recount`` is asked only what the places of its lines are.
    """
    findings = _numbered(position, row)
    told = None
    try:
        told = agreeing(row, stored, recount)
        if told is None:
            event, found = disagreements(row, stored, recount)
            told = told_by(event)
            findings += [finding_of(one, row.number) for one in found]
        findings += _dates_and_people(row, told.approver)
    except UNREADABLE as error:
        findings.append(finding_of(("numbered", "leaf", "an entry", repr(error)[:200]), row.number))
    return told, findings


def _published(journal: JournalSource, row: Any) -> Iterator[Finding]:
    event = event_of(row.parts, row.detail)
    if isinstance(event, PublishHoldings):
        yield from (finding_of(found, row.number) for found in publishing.findings(journal, event))


def of_the_ledger(check: str, found: str, expected: str) -> Finding:
    """A finding about the ledger as a whole."""
    return Finding(check=check, number=0, what=check, expected=expected, found=found)


def finding_of(found: Found, number: int) -> Finding:
    """A finding about an entry, or with 0 about the ledger."""
    check, what, expected, seen = found
    return Finding(check=check, number=number, what=what, expected=str(expected), found=str(seen))


def _numbered(position: int, row: Any) -> list[Finding]:
    digest, findings = leaf_hash(row.leaf), []
    if row.number != position:
        findings.append(finding_of(("numbered", "number", position, row.number), row.number))
    if digest != row.seal:
        findings.append(
            finding_of(("numbered", "seal of the leaf", digest.hex(), row.seal.hex()), row.number)
        )
    return findings


def _dates_and_people(row: Any, approver: str) -> list[Finding]:
    findings = []
    today = day_in(row.recorded_at[:10])
    if row.day > today or row.value_day > today:
        found: Found = ("period-open", "dated after it was recorded", today, row.day)
        findings.append(finding_of(found, row.number))
    if approver and same_person(approver, row.actor):
        findings.append(finding_of(("two-people", "approver", "somebody else", approver), row.number))
    return findings


def _mirror(row: Any, stored: StoredLines, undone: StoredLines) -> Iterable[Finding]:
    expected = sorted((place, -amount, own) for (_, place, _, amount), own in undone.pairs())
    found = sorted((place, amount, own) for (_, place, _, amount), own in stored.pairs())
    if expected != found:
        yield finding_of(("reversal-exact", f"mirror of entry {row.reverses}", expected, found), row.number)
