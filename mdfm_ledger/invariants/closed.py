"""Invariants of what is closed: periods, for the whole ledger, and terms."""

from __future__ import annotations

from collections.abc import Iterable

from mdfm_ledger.books import Books
from mdfm_ledger.books.closing import may_follow_a_close
from mdfm_ledger.books.documents import Term
from mdfm_ledger.errors import PeriodClosedError, ReversalDependsError, TermClosedError
from mdfm_ledger.journal import JournalEntry


def require_open_period(before: Books, entry: JournalEntry) -> None:
    """Raise PeriodClosedError where an entry, of whatever kind, is dated in a closed period."""
    last = before.last_closed
    if last and entry.on <= last.through:
        raise PeriodClosedError(on=entry.on, closing=f"period close {last.closing}", through=last.through)


def term_closed(before: Books, entry: JournalEntry, after: Books) -> None:
    """A closed term takes nothing but refunds, carry-forward and donor balances.

    What an entry is shows in its lines; taking the close itself back opens the term again.
    """
    for term in _terms(before, entry):
        known = before.standing(f"term:{term}")
        closed_on = known.closed_on if isinstance(known, Term) else None
        if closed_on and not after.term(term).closed_on:
            _require_nothing_aside(before, term, entry)
        elif closed_on:
            own = [line.subaccount for line in entry.lines if line.subaccount.term == term]
            if not may_follow_a_close((place.account, place.flow) for place in own):
                what = f"{entry.event.event_kind.replace('_', ' ')} {entry.event.reference}"
                raise TermClosedError(term=term, closed_on=closed_on, what=what)


def _terms(before: Books, entry: JournalEntry) -> Iterable[str]:
    """The terms an entry is of: those of its lines, and of its document where that could be all there is."""
    kind, _, about = entry.about.partition(":")
    if kind == "term":
        return sorted(entry.terms | {about})
    # Other conditions or another schedule of a pledge move nothing, and what was reported stands on them.
    return {before.pledge(about).term} if kind == "pledge" and not entry.lines else entry.terms


def _require_nothing_aside(before: Books, term: str, entry: JournalEntry) -> None:
    courses = before.whole.courses(term, ("2070",))
    if donors := sorted({place.donor for place, series in courses.items() if series.total}):
        kind, reference = entry.event.reverses or entry.key
        problem = f"donor balances stand on it, of {', '.join(donors)}"
        raise ReversalDependsError(kind=kind, reference=reference, problem=problem)
