"""Invariants of when an entry is dated."""

from __future__ import annotations

from mdfm_ledger.books import Books
from mdfm_ledger.errors import BeforeTermError, FutureDateError
from mdfm_ledger.invariants.closed import require_open_period
from mdfm_ledger.journal import JournalEntry

_COMMITTING = frozenset({"8120", "8140"})


def period_open(before: Books, entry: JournalEntry, after: Books) -> None:
    """Nothing in a closed period or after the day of recording (UTC); none allotted before the term."""
    del after
    require_open_period(before, entry)
    today = entry.recorded_at.date()
    if entry.on > today:
        raise FutureDateError(field="on", day=entry.on, today=today)
    if entry.value_date > today:
        raise FutureDateError(field="value_date", day=entry.value_date, today=today)
    if _COMMITTING.isdisjoint(entry.accounts):
        return
    for term in {place.term for code in _COMMITTING for place, _, _ in entry.lines_on(code)}:
        starts_on = before.term(term).starts_on
        if entry.on < starts_on:
            raise BeforeTermError(term=term, on=entry.on, starts_on=starts_on)
