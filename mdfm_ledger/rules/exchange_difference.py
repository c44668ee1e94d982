"""Whose an exchange difference is: the donors', by what is held for each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from mdfm_ledger.books import Books
from mdfm_ledger.books.documents import Term
from mdfm_ledger.chart import CARRIED_IN
from mdfm_ledger.errors import PolicyError
from mdfm_ledger.journal import JournalLine, Lines, credit, debit, subaccount
from mdfm_ledger.money import split
from mdfm_ledger.rules.free_money import added, free_of, lowered
from mdfm_ledger.series import day_number


def shared_difference(
    books: Books, term: Term, minor: int, on: date, *, coming: Mapping[str, int] = MappingProxyType({})
) -> Lines:
    """Dr or Cr 2030 per donor, with 8110 and 8100: ``minor`` cents, a gain positive, a loss negative.

    By what is held for each donor on the date (largest remainder), with what the same entry brings it,
    ``coming``. A loss is taken from what is free, the unearmarked first, then by earmark; what nothing free
    can carry leaves the donor's unearmarked money below zero, which blocks taking it. Where nothing is held
    any more, a gain makes good what losses left below zero, and else it is shared by what each contributed.
    Raises PolicyError where nobody did.
    """
    day = day_number(on)
    weights = _weights(books, term, minor, day, coming)
    if not any(weight for _, weight in weights):
        problem = "nobody's money is held, or ever was, that an exchange difference could be shared by"
        raise PolicyError(term=term.reference, on=on, problem=problem)
    differences: list[JournalLine] = []
    resources: list[JournalLine] = []
    for (donor, _), part in zip(weights, split(minor, weights), strict=True):
        if part:
            place = subaccount("2030", term=term.reference, donor=donor)
            differences.append(credit(place, part) if part > 0 else debit(place, -part))
            resources += added(term, donor, part) if part > 0 else _lost(books, term, donor, -part, day)
    return (*differences, *resources)


def _weights(
    books: Books, term: Term, minor: int, day: int, coming: Mapping[str, int]
) -> list[tuple[str, int]]:
    balances = {
        donor: series.at(day) + coming.get(donor, 0) for donor, series in books.held(term.reference).items()
    }
    held = [(donor, max(balance, 0)) for donor, balance in sorted(balances.items())]
    if any(weight for _, weight in held):
        return held
    if minor > 0 and any(balances.values()):
        return [(donor, -balance) for donor, balance in sorted(balances.items())]
    given: dict[str, int] = {}
    for place, series in books.whole.courses(term.reference, ("2010",)).items():
        if place.flow in ("", CARRIED_IN):
            given[place.donor] = given.get(place.donor, 0) + max(series.at(day), 0)
    return sorted(given.items())


def _lost(books: Books, term: Term, donor: str, minor: int, day: int) -> Lines:
    parts: dict[str, int] = {}
    wanted = minor
    for place, free in free_of(books, term, donor, day):
        parts[place.earmark] = min(wanted, free)
        wanted -= parts[place.earmark]
    parts[""] = parts.get("", 0) + wanted
    return lowered(term, donor, parts)
