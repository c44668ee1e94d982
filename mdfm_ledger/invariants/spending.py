"""Invariants of budgets, allotments, obligations, advances, and of what is owed."""

from __future__ import annotations

from mdfm_ledger.books import Books
from mdfm_ledger.chart import BASE_CURRENCY
from mdfm_ledger.errors import (
    AdvanceNotCoveredError,
    OutstandingNegativeError,
    OverAllotmentError,
    OverBudgetError,
    OverObligationError,
)
from mdfm_ledger.journal import JournalEntry, Subaccount
from mdfm_ledger.money import Amount
from mdfm_ledger.series import as_date


def within_budget(before: Books, entry: JournalEntry, after: Books) -> None:
    """Allocations of an activity stay within its budget line, on the date and on every later one."""
    day = entry.day
    touched = {(place.term, place.activity) for place, _, _ in entry.lines_on("8120")}
    for term, activity in sorted(touched):
        if after.allocated(term, activity) != before.allocated(term, activity):
            require_within_budget(after, term, activity, day)


def require_within_budget(books: Books, term: str, activity: str, day: int) -> None:
    """Raise OverBudgetError where the activity is over its line on that day or a later one."""
    known = books.term(term)
    for on, allocated in books.allocated(term, activity).every_day_from(day):
        budget = known.budget_on(as_date(on)).amount_of(activity)
        if allocated > budget.minor:
            raise OverBudgetError(
                activity=activity,
                term=term,
                budget=budget,
                allocated=Amount(allocated, known.currency),
                day=as_date(on),
            )


def within_allotment(before: Books, entry: JournalEntry, after: Books) -> None:
    """Nothing touched is drawn below zero, on the date or any later one.

    That is no donor's part of an allocation, none of an obligation; and a partner holds and owes no
    more of advances than its obligation still covers, so that what is allotted again is cash.
    """
    # What is added draws nothing below zero; only what is taken can.
    for place, signed, _ in entry.lines_on("8120"):
        if signed > 0:
            _require_allotted(before, after, place, entry.day)
    for place, signed, _ in entry.lines_on("8140"):
        if signed > 0:
            _require_obligated(before, after, place, entry.day)
    for obligation in {place.obligation for code in _OBLIGATED for place, _, _ in entry.lines_on(code)}:
        _require_covered(after, obligation, entry.day)


_OBLIGATED = ("8140", "1210", "1230")
"""The accounts whose places are under an obligation."""


def _require_allotted(before: Books, after: Books, place: Subaccount, day: int) -> None:
    lowest, on = after.balance(place).low_from(day)
    if lowest < 0:
        left = sum(series.low_from(day)[0] for series in before.allotted(place.allocation).values())
        raise OverAllotmentError(
            allocation=place.allocation,
            asked=Amount(left - lowest, place.currency),
            left=Amount(max(left, 0), place.currency),
            day=as_date(on),
        )


def _require_obligated(before: Books, after: Books, place: Subaccount, day: int) -> None:
    lowest, on = after.balance(place).low_from(day)
    if lowest < 0:
        left = before.obligation_left(place.obligation).low_from(day)[0]
        raise OverObligationError(
            obligation=place.obligation,
            asked=Amount(left - lowest, place.currency),
            left=Amount(max(left, 0), place.currency),
            day=as_date(on),
        )


def _require_covered(after: Books, obligation: str, day: int) -> None:
    left, advanced = after.obligation_left(obligation), after.advanced(obligation)
    later = {on for on, _ in (*left.days, *advanced.days) if on > day}
    for on in sorted({day} | later):
        if left.at(on) < advanced.at(on):
            raise AdvanceNotCoveredError(
                obligation=obligation,
                covered=Amount(left.at(on), BASE_CURRENCY),
                advanced=Amount(advanced.at(on), BASE_CURRENCY),
                day=as_date(on),
            )


OUTSTANDING = {
    "1210": "the advance",
    "1230": "the recoverable part",
    "2050": "the unapplied receipt",
    "2060": "the refund payable to",
    "2070": "the donor balance account of",
    "2110": "the payable",
}
"""What may be outstanding, by account, in the words of a refusal."""


def outstanding_not_negative(before: Books, entry: JournalEntry, after: Books) -> None:
    """No more is settled than a partner holds, owes or is owed, on the date or any later one."""
    del before
    for place in {line.subaccount for line in entry.lines if line.subaccount.account in OUTSTANDING}:
        lowest, on = after.outstanding(place).low_from(entry.day)
        if lowest < 0:
            raise OutstandingNegativeError(
                what=f"{OUTSTANDING[place.account]} {_named(place)}",
                balance=Amount(lowest, place.currency),
                day=as_date(on),
            )


def _named(place: Subaccount) -> str:
    return place.advance or place.party or place.bank_reference or place.donor
