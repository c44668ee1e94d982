"""Invariants of the money held for each donor."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mdfm_ledger.books import Books
from mdfm_ledger.chart import HELD_OR_RESOURCES
from mdfm_ledger.errors import DonorNegativeError, EarmarkError, ResourcesDifferError
from mdfm_ledger.journal import JournalEntry, Subaccount
from mdfm_ledger.money import Amount
from mdfm_ledger.series import as_date


def donor_not_negative(before: Books, entry: JournalEntry, after: Books) -> None:
    """The free money of each donor touched is never below zero, on the date and on every later one.

    But for exchange losses, which fall on whoever's money is held: they may leave it below zero, and
    then nothing else may lower it further (accounting model, section 3).
    """
    del before
    day = entry.day
    for place, _, _ in entry.lines_on("8110"):
        lowest, on = after.balance(place).low_from(day)
        if lowest < 0 and not is_excused(_moves(entry), place):
            raise DonorNegativeError(
                donor=place.donor,
                term=place.term,
                balance=Amount(lowest, place.currency),
                day=as_date(on),
            )


def _moves(entry: JournalEntry) -> Iterator[tuple[Subaccount, int]]:
    return ((line.subaccount, line.signed) for line in entry.lines)


def is_excused(moves: Iterable[tuple[Subaccount, int]], free: Subaccount) -> bool:
    """Whether moves (debit positive) lower free money by no more than its donor's exchange loss in them."""
    own = [
        (place.account, signed)
        for place, signed in moves
        if place.donor == free.donor and place.term == free.term
    ]
    lost = sum(signed for account, signed in own if account == "2030")
    return sum(signed for account, signed in own if account == "8110") <= max(lost, 0)


def earmark(before: Books, entry: JournalEntry, after: Books) -> None:
    """Hard-earmarked money is allotted only to its activity, or within its area."""
    del after
    for line in entry.lines_on("8120"):
        place = line.subaccount
        if place.earmark:
            plan = before.term(place.term).budget_on(entry.on)
            if place.earmark not in (place.activity, plan.area_of(place.activity)):
                raise EarmarkError(
                    activity=place.activity,
                    asked=line.amount,
                    free=Amount(0, place.currency),
                    earmarked=line.amount,
                )


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
