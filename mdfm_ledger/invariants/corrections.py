"""Invariants of corrections: what stands on an entry is taken back before it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from mdfm_ledger.books import Books
from mdfm_ledger.books.versions import Head, Touching
from mdfm_ledger.books.watched import group_of, totals_of
from mdfm_ledger.chart import CHART, DIMENSIONS, PLEDGE_OPEN, Side
from mdfm_ledger.errors import CorrectionError, ReversalDependsError
from mdfm_ledger.invariants.donor_money import is_excused
from mdfm_ledger.invariants.spending import OUTSTANDING
from mdfm_ledger.journal import JournalEntry, Subaccount
from mdfm_ledger.series import Series

_NEVER_NEGATIVE = frozenset({"8110", "8120", "8140", *OUTSTANDING, *PLEDGE_OPEN})
"""The accounts on which no place is ever beyond zero, so that what was taken from it leans on what came."""

_CARRIED = frozenset({"pledge", "allocation", "obligation", "advance"})
"""The documents that everything under them carries as a dimension of its lines."""


def reversal_exact(before: Books, entry: JournalEntry, after: Books) -> None:
    """Nothing that stands is left without ground by a reversal, and what replaces it comes right after.

    The refusal names everything that would be left without ground.
    """
    del after
    _require_linked(before, entry)
    if not entry.event.reverses:
        return
    error = groundless(before, entry)
    if error:
        raise error


def groundless(before: Books, entry: JournalEntry) -> ReversalDependsError | None:
    """The error that names all that a reversal would leave without ground; None where nothing would be."""
    assert entry.event.reverses, "the entry is a reversal"
    found = before.found(*entry.event.reverses)
    assert found is not None, "what is reversed was recorded"
    later = standing_on(before, found.entry, entry.day)
    if not later:
        return None
    count = f"{len(later)} later entries stand" if len(later) > 1 else "a later entry stands"
    kind, reference = found.entry.key
    problem = f"{count} on it: {', '.join(map(str, later))}"
    return ReversalDependsError(kind=kind, reference=reference, problem=problem)


def require_replaced(books: Books) -> None:
    """Raise CorrectionError where the last entry took something back and its replacement is missing."""
    if books.awaited:
        kind, reference = books.awaited
        raise CorrectionError(kind=kind, reference=reference, problem="the replacement is not there")


def _require_linked(before: Books, entry: JournalEntry) -> None:
    awaited, corrects = before.awaited, entry.event.corrects
    problem = ""
    if awaited and entry.key != awaited:
        problem = f"{' '.join(awaited)} has to come first, the reversal before it names it as replacement"
    elif awaited or corrects:
        found = before.found("reversal", corrects)
        if not awaited or found is None or found.entry.number != before.number:
            problem = f"corrects is {corrects or 'empty'}, which is not the reversal right before it"
    if problem:
        kind, reference = entry.key
        raise CorrectionError(kind=kind, reference=reference, problem=problem)


def standing_on(books: Books, entry: JournalEntry, day: int) -> Sequence[Head]:
    """All later entries that an entry taken back on ``day`` (YYYYMMDD) would leave without ground, in order.

    That is what changed the document again, what stands under a document the entry began, and what
    drew on a balance that would be beyond zero without the entry.
    """
    kind, reference = entry.key
    about = [document for document in (entry.about, *entry.event.bears()) if document]
    changes = _mirrored([entry, *_found(books, books.later(entry.number, (), about))])
    touching = [*_beyond_zero(books, changes, day), *_uncovered(books, changes, day)]
    if entry.about == f"{kind}:{reference}" and kind in _CARRIED:
        touching.append(Touching(((kind, reference),)))
    return books.later(entry.number, touching, about)


def _found(books: Books, heads: Iterable[Head]) -> Iterator[JournalEntry]:
    for head in heads:
        found = books.found(head.kind, head.reference)
        assert found is not None, "a later entry is found"
        yield found.entry


def _mirrored(entries: Iterable[JournalEntry]) -> dict[Subaccount, int]:
    """What taking these entries back changes: an entry, and the later changes of its document."""
    changes: dict[Subaccount, int] = {}
    for line in (line for entry in entries for line in entry.lines):
        changes[line.subaccount] = changes.get(line.subaccount, 0) - line.signed
    return changes


def _beyond_zero(books: Books, changes: Mapping[Subaccount, int], day: int) -> Iterator[Touching]:
    """Where less than nothing would be left: the draws there, on any later day."""
    for place, signed in changes.items():
        if place.account not in _NEVER_NEGATIVE:
            continue
        if place.account == "8110" and is_excused(changes.items(), place):
            continue
        sign = _normal(place)
        balance = _balance(books, place).plus(day, sign * signed)
        lowest = balance.total if place.account in PLEDGE_OPEN else balance.low_from(day)[0]
        if sign * signed < 0 and lowest < 0:
            yield Touching(_where(place), -sign)


def _uncovered(books: Books, changes: Mapping[Subaccount, int], day: int) -> Iterator[Touching]:
    """Obligations that would no longer cover what their partner holds or owes of advances."""
    left: dict[str, int] = {}
    for place, signed in changes.items():
        if place.account in {"8140", "1210", "1230"}:
            left[place.obligation] = left.get(place.obligation, 0) - signed
    for obligation, change in left.items():
        covers, advanced = books.obligation_left(obligation), books.advanced(obligation)
        later = {on for on, _ in (*covers.days, *advanced.days) if on > day}
        if change < 0 and any(covers.at(on) + change < advanced.at(on) for on in {day, *later}):
            yield Touching((("obligation", obligation),))


def _balance(books: Books, place: Subaccount) -> Series:
    if place.account in OUTSTANDING:
        return books.outstanding(place)
    group = group_of(place)
    return books.group(group)[place] if group else books.total(totals_of(place)[0])


def _normal(place: Subaccount) -> int:
    return 1 if CHART[place.account].normal is Side.DEBIT else -1


def _where(place: Subaccount) -> tuple[tuple[str, str], ...]:
    named = (("account", place.account), ("term", place.term), ("currency", place.currency))
    # What stands aside for a donor is one balance, whatever came and went.
    dimensions = zip(DIMENSIONS, place.dimensions, strict=True)
    return named + tuple((name, value) for name, value in dimensions if name != "flow")
