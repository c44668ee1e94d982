"""Invariants of the money held for each donor."""

from __future__ import annotations

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
    for line in entry.lines:
        place = line.subaccount
        if place.account == "8110":
            lowest, on = after.free(place.term, place.earmark)[place].low_from(day)
            if lowest < 0 and not _is_excused(entry, place):
                raise DonorNegativeError(
                    donor=place.donor,
                    term=place.term,
                    balance=Amount(lowest, place.currency),
                    day=as_date(on),
                )


def _is_excused(entry: JournalEntry, free: Subaccount) -> bool:
    """Whether the entry lowers a donor's free money by no more than its part of an exchange loss."""
    own = [
        line
        for line in entry.lines
        if line.subaccount.donor == free.donor and line.subaccount.term == free.term
    ]
    lost = sum(line.signed for line in own if line.subaccount.account == "2030")
    return sum(line.signed for line in own if line.subaccount.account == "8110") <= max(lost, 0)


def earmark(before: Books, entry: JournalEntry, after: Books) -> None:
    """Hard-earmarked money is allotted only to its activity, or within its area."""
    del after
    for line in entry.lines:
        place = line.subaccount
        if place.account == "8120" and place.earmark:
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
    for line in entry.lines:
        place = line.subaccount
        if place.account in HELD_OR_RESOURCES:
            key = (place.term, place.donor)
            difference[key] = difference.get(key, 0) + line.signed
    for (term, donor), minor in difference.items():
        if minor:
            raise ResourcesDifferError(donor=donor, term=term, difference=minor)
