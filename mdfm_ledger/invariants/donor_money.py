"""Invariants of the money held for each donor."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from mdfm_ledger.books import Books
from mdfm_ledger.chart import HELD_OR_RESOURCES
from mdfm_ledger.errors import DonorNegativeError, EarmarkError, ResourcesDifferError
from mdfm_ledger.journal import JournalEntry, Subaccount
from mdfm_ledger.money import Amount
from mdfm_ledger.series import Series, as_date


def donor_not_negative(before: Books, entry: JournalEntry, after: Books) -> None:
    """The free money of each donor touched is never below zero, on the date and on every later one.

    But for exchange losses, which fall on whoever's money is held: they may leave it below zero, and
    then nothing else may lower it further (accounting model, section 3).
    """
    del before
    day = entry.day
    for place, series in _free_after(entry, after):
        lowest, on = series.low_from(day)
        if lowest < 0 and not is_excused(_moves(entry), place):
            raise DonorNegativeError(
                donor=place.donor,
                term=place.term,
                balance=Amount(lowest, place.currency),
                day=as_date(on),
            )


def _free_after(entry: JournalEntry, after: Books) -> list[tuple[Subaccount, Series]]:
    if not entry.alike:
        return [(place, after.balance(place)) for place, _, _ in entry.lines_on("8110")]
    runs = [run.places for run in entry.alike if run.place.account == "8110"]
    return [one for places in runs for one in zip(places, after.balances(places), strict=True)]


def _moves(entry: JournalEntry) -> Iterator[tuple[Subaccount, int]]:
    return ((line.subaccount, line.signed) for line in entry.lines)


def is_excused(moves: Iterable[tuple[Subaccount, int]], free: Subaccount) -> bool:
    """Whether moves (debit positive) lower free money by no more than its donor's exchange loss in them.

    What they do not lower is excused. What goes from one earmark to another lowers the one.
    """
    own = [
        (place, signed) for place, signed in moves if place.donor == free.donor and place.term == free.term
    ]
    if sum(signed for place, signed in own if place == free) <= 0:
        return True
    lost = sum(signed for place, signed in own if place.account == "2030")
    return 0 < lost >= sum(signed for place, signed in own if place.account == "8110")


def earmark(before: Books, entry: JournalEntry, after: Books) -> None:
    """Hard-earmarked money is allotted only to its activity, or within its area, by the budget of that day.

    What was allotted so stays usable under its allocation, also where the budget is revised later: whose
    money an allocation takes is decided once. A reversal puts back what was allotted before.
    """
    del after
    if entry.event.reverses:
        return
    for (term, _, activity, _, bound), minor in _newly_allotted(entry).items():
        known = before.term(term)
        if minor > 0 and not known.budget_on(entry.on).allows(bound, activity):
            amount = Amount(minor, known.currency)
            raise EarmarkError(
                activity=activity, asked=amount, free=Amount(0, known.currency), earmarked=amount
            )


_COMMITTED = ("8120", "8140", "8150")


def _newly_allotted(entry: JournalEntry) -> Mapping[tuple[str, ...], int]:
    """What the entry allots of earmarked money, less what it gives back; what only moves on is nothing."""
    allotted: dict[tuple[str, ...], int] = {}
    for account in _COMMITTED:
        for place, signed, _ in entry.lines_on(account):
            if place.earmark:
                key = (place.term, place.allocation, place.activity, place.donor, place.earmark)
                allotted[key] = allotted.get(key, 0) - signed
    return allotted


def resources_identity(before: Books, entry: JournalEntry, after: Books) -> None:
    """What an entry changes in money held is what it changes in net less expended resources."""
    del before, after
    difference: dict[tuple[str, str], int] = {}
    for place, signed, _ in entry.lines:
        if place.account in HELD_OR_RESOURCES:
            key = (place.term, place.donor)
            difference[key] = difference.get(key, 0) + signed
    for (term, donor), minor in difference.items():
        if minor:
            raise ResourcesDifferError(donor=donor, term=term, difference=minor)
