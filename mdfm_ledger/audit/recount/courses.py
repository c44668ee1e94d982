"""What has to hold on every day: of each place by itself, and of those that belong together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

from mdfm_ledger.audit.recount.sums import Days, Movement, Sums, date_of, merge, running
from mdfm_ledger.audit.recount.whole import COMMITTED, Found
from mdfm_ledger.books.documents import Term
from mdfm_ledger.sealing.stored_place import (
    ACCOUNT,
    ACTIVITY,
    ADVANCE,
    ALLOCATION,
    BANK_REFERENCE,
    DONOR,
    EARMARK,
    OBLIGATION,
    PARTY,
    TERM,
    Place,
)

_NEVER_NEGATIVE = {
    "8110": ("donor-not-negative", DONOR),
    "8120": ("within-allotment", ALLOCATION),
    "8140": ("within-allotment", OBLIGATION),
    "1210": ("outstanding-not-negative", ADVANCE),
    "1230": ("outstanding-not-negative", ADVANCE),
    "2050": ("outstanding-not-negative", BANK_REFERENCE),
    "2060": ("outstanding-not-negative", DONOR),
    "2110": ("outstanding-not-negative", PARTY),
}
"""The balances that are never negative on their account's normal side, and what names them."""

WATCHED = frozenset({*_NEVER_NEGATIVE, *COMMITTED, "2070"})
"""The accounts of whose places something holds on every day; of all others balances are enough."""

LOSSES = "2030"
"""The account whose debits are exchange losses."""

Loss = tuple[str, str, int, int]
"""A debit on it: term, donor, day, amount."""


class Courses:
    """Looks at the days of one place after the other; ``close`` says what does not hold."""

    def __init__(self, sums: Sums, losses: Iterable[Loss]) -> None:
        self._sums = sums
        self._below: list[tuple[Place, Days]] = []
        self._earmarks: list[Place] = []
        self._losses: dict[tuple[str, str], Days] = {}
        for term, donor, day, minor in losses:
            merge(self._losses.setdefault((term, donor), {}), [(day, minor)])
        self._covered = defaultdict[str, Days](dict)
        self._allocated = defaultdict[tuple[str, str], Days](dict)
        self._aside = defaultdict[tuple[str, str], Days](dict)

    def add(self, place: Place, movements: Sequence[Movement]) -> None:
        """Take what moved on a place, in the order of the days."""
        account = place[ACCOUNT]
        balances = list(accumulate([moved for _, moved in movements], initial=0))
        self._sums.add(place, balances[-1])
        if account in _NEVER_NEGATIVE and (min(balances) if account < "2000" else -max(balances)) < 0:
            self._below.append((place, dict(movements)))
        if place[OBLIGATION] and account in {"8140", "1210", "1230"}:
            merge(self._covered[place[OBLIGATION]], movements)
        if account in COMMITTED:
            merge(self._allocated[place[TERM], place[ACTIVITY]], movements)
        if account == "8120" and place[EARMARK]:
            self._earmarks.append(place)
        if account == "2070":
            merge(self._aside[place[TERM], place[DONOR]], movements)

    def close(self) -> Iterator[Found]:
        """What does not hold, once all places were taken."""
        yield from self._never_negative()
        yield from self._within_obligations()
        yield from self._budgets()
        yield from self._set_aside()

    def _never_negative(self) -> Iterator[Found]:
        """No place is beyond zero, on any day, where nothing can be."""
        for place, days in self._below:
            check, dimension = _NEVER_NEGATIVE[place[ACCOUNT]]
            sign = 1 if place[ACCOUNT] < "2000" else -1
            losses = self._losses_of(place)
            for day, balance in running(days):
                if sign * balance + sum(lost for on, lost in losses.items() if on <= day) < 0:
                    what = f"{place[ACCOUNT]} {place[dimension]} {place[DONOR]} on {date_of(day)}"
                    yield (check, what, "zero or more", sign * balance)
                    break

    def _losses_of(self, place: Place) -> Days:
        """The exchange losses that may have left a donor's free money below zero, by day."""
        if place[ACCOUNT] != "8110" or place[EARMARK]:
            return {}
        return self._losses.get((place[TERM], place[DONOR]), {})

    def _within_obligations(self) -> Iterator[Found]:
        """A partner holds and owes no more of advances than its obligation still covers."""
        for obligation, days in self._covered.items():
            for day, balance in running(days):
                if balance > 0:
                    what = f"advances under {obligation} beyond what it covers, on {date_of(day)}"
                    yield ("within-allotment", what, "none", balance)
                    break

    def _budgets(self) -> Iterator[Found]:
        """Allocations of an activity stay within its budget line on every day; earmarks on their own."""
        for place in self._earmarks:
            yield from self._earmark(place)
        for (term, activity), days in sorted(self._allocated.items()):
            known = self._sums.documents.standing(f"term:{term}", Term)
            for day, balance in running(days):
                budget = known.budget_on(date_of(day)).amount_of(activity).minor if known else 0
                if -balance > budget:
                    yield ("within-budget", f"{activity} of {term} on {date_of(day)}", budget, -balance)
                    break

    def _earmark(self, place: Place) -> Iterator[Found]:
        term = self._sums.documents.standing(f"term:{place[TERM]}", Term)
        # By any budget: the date does not tell which held then, since a later one may be dated back.
        budgets = term.budgets if term else ()
        if not any(version.plan.allows(place[EARMARK], place[ACTIVITY]) for version in budgets):
            what = f"money of {place[DONOR]} on {place[ACTIVITY]}"
            yield ("earmark", what, place[EARMARK], place[ACTIVITY])

    def _set_aside(self) -> Iterator[Found]:
        """Never less than nothing stands aside for a donor."""
        for (term, donor), days in sorted(self._aside.items()):
            for day, balance in running(days):
                if balance > 0:
                    what = f"donor balance account of {donor} in {term} on {date_of(day)}"
                    yield ("outstanding-not-negative", what, "zero or more", -balance)
                    break
