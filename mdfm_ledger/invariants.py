"""The invariants by name, each as a check of one entry against the books before and after it.

The names are those of the accounting model, section 5. An entry that cannot be built unbalanced
or outside the chart has passed ``balanced`` and ``no-revenue`` already; ``numbered`` and ``once``
are the store's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache

from attrs import frozen

from mdfm_ledger.books import Books
from mdfm_ledger.chart import BASE_CURRENCY, HELD_OR_RESOURCES, PLEDGE_STATES
from mdfm_ledger.errors import (
    AdvanceNotCoveredError,
    BeforeTermError,
    DonorNegativeError,
    EarmarkError,
    FutureDateError,
    OutstandingNegativeError,
    OverAllotmentError,
    OverBudgetError,
    OverObligationError,
    PledgeExceededError,
    ResourcesDifferError,
    RuleError,
    SamePersonError,
)
from mdfm_ledger.fields import same_person
from mdfm_ledger.journal import JournalEntry, Subaccount
from mdfm_ledger.money import Amount
from mdfm_ledger.series import as_date, day_number

Check = Callable[[Books, JournalEntry, Books], None]


@frozen
class Verdict:
    """What one named invariant says of an event: ``error`` is None where it holds."""

    invariant: str
    error: RuleError | None


_COMMITTING = frozenset({"8120", "8140"})


def period_open(before: Books, entry: JournalEntry, after: Books) -> None:
    """No date after the day of recording (UTC); no money allotted or spent before the term."""
    del after
    today = entry.recorded_at.date()
    for name, day in (("on", entry.on), ("value_date", entry.value_date)):
        if day > today:
            raise FutureDateError(field=name, day=day, today=today)
    if not entry.accounts & _COMMITTING:
        return
    for term in {line.subaccount.term for line in entry.lines if line.subaccount.account in _COMMITTING}:
        starts_on = before.term(term).starts_on
        if entry.on < starts_on:
            raise BeforeTermError(term=term, on=entry.on, starts_on=starts_on)


def two_people(before: Books, entry: JournalEntry, after: Books) -> None:
    """Who approved is not who entered, whatever case or spacing the names are written in."""
    del before, after
    approver = entry.event.approver
    if approver and same_person(approver, entry.actor):
        raise SamePersonError(person=approver, kind=entry.event.event_kind.replace("_", " "))


def donor_not_negative(before: Books, entry: JournalEntry, after: Books) -> None:
    """The free money of each donor touched is never below zero, on the date and on every later one."""
    del before
    day = entry.day
    for line in entry.lines:
        place = line.subaccount
        if place.account == "8110":
            lowest, on = after.free(place.term, place.earmark)[place].low_from(day)
            if lowest < 0:
                raise DonorNegativeError(
                    donor=place.donor,
                    term=place.term,
                    balance=Amount(lowest, place.currency),
                    day=as_date(on),
                )


def pledge_identity(before: Books, entry: JournalEntry, after: Books) -> None:
    """What is open on a pledge touched is never below zero from the pledge's own date on.

    Money may come before the pledge is signed; on the days in between more is paid than promised,
    which the report shows as received ahead.
    """
    for line in entry.lines:
        place = line.subaccount
        if not place.pledge or place.account == "8090":
            continue
        versions = after.versions(f"pledge:{place.pledge}")
        since = after.pledge(place.pledge).on if versions else entry.on
        lowest, _ = after.pledge_open(place.pledge).low_from(max(day_number(since), entry.day))
        if lowest < 0:
            was_open = before.pledge_open(place.pledge).low_from(entry.day)[0]
            raise PledgeExceededError(
                pledge=place.pledge,
                asked=Amount(was_open - lowest, place.currency),
                open=Amount(was_open, place.currency),
            )


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


def within_budget(before: Books, entry: JournalEntry, after: Books) -> None:
    """Allocations of an activity stay within its budget line, on the date and on every later one."""
    day = entry.day
    touched = {
        (line.subaccount.term, line.subaccount.activity)
        for line in entry.lines
        if line.subaccount.account == "8120"
    }
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

    That is no donor's part of an allocation, none of an obligation; and a partner holds no more in
    advances than its obligation still covers.
    """
    for line in entry.lines:
        place = line.subaccount
        if place.account == "8120":
            _require_allotted(before, after, place, entry.day)
        elif place.account == "8140":
            _require_obligated(before, after, place, entry.day)
    for obligation in {line.subaccount.obligation for line in entry.lines} - {""}:
        _require_covered(after, obligation, entry.day)


def _require_allotted(before: Books, after: Books, place: Subaccount, day: int) -> None:
    lowest, on = after.allotted(place.allocation)[place].low_from(day)
    if lowest < 0:
        left = sum(series.low_from(day)[0] for series in before.allotted(place.allocation).values())
        raise OverAllotmentError(
            allocation=place.allocation,
            asked=Amount(left - lowest, place.currency),
            left=Amount(max(left, 0), place.currency),
            day=as_date(on),
        )


def _require_obligated(before: Books, after: Books, place: Subaccount, day: int) -> None:
    lowest, on = after.obligated(place.obligation)[place].low_from(day)
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


_OUTSTANDING = {
    "1210": "the advance",
    "1230": "the recoverable part",
    "2050": "the unapplied receipt",
    "2110": "the payable",
}


def outstanding_not_negative(before: Books, entry: JournalEntry, after: Books) -> None:
    """No more is settled than a partner holds, owes or is owed, on the date or any later one."""
    del before
    for place in {line.subaccount for line in entry.lines if line.subaccount.account in _OUTSTANDING}:
        lowest, on = after.outstanding(place).low_from(entry.day)
        if lowest < 0:
            raise OutstandingNegativeError(
                what=f"{_OUTSTANDING[place.account]} {place.advance or place.party or place.bank_reference}",
                balance=Amount(lowest, place.currency),
                day=as_date(on),
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


@frozen
class Invariant:
    """A named invariant: its check, and the accounts an entry has to touch to be able to break it."""

    name: str
    check: Check
    accounts: frozenset[str] = frozenset()
    """Empty where every entry is checked."""


_ALLOTTED = frozenset({"8120"})

INVARIANTS = (
    Invariant("period-open", period_open),
    Invariant("two-people", two_people),
    Invariant("donor-not-negative", donor_not_negative, frozenset({"8110"})),
    Invariant("pledge-identity", pledge_identity, frozenset(PLEDGE_STATES)),
    Invariant("earmark", earmark, _ALLOTTED),
    Invariant("within-budget", within_budget, _ALLOTTED),
    Invariant("within-allotment", within_allotment, frozenset({"8120", "8140", "1210"})),
    Invariant("outstanding-not-negative", outstanding_not_negative, frozenset(_OUTSTANDING)),
    Invariant("resources-identity", resources_identity, HELD_OR_RESOURCES),
)
"""Checked in this order on every entry; the first that is broken is the error raised."""


@lru_cache(maxsize=1_024)
def checks_of(accounts: frozenset[str]) -> tuple[Check, ...]:
    """The checks an entry on these accounts could break, in order."""
    return tuple(
        invariant.check for invariant in INVARIANTS if not invariant.accounts or invariant.accounts & accounts
    )


def verdicts(before: Books, entry: JournalEntry, after: Books) -> Iterable[Verdict]:
    """What each invariant says of the entry, in order."""
    for invariant in INVARIANTS:
        try:
            invariant.check(before, entry, after)
        except RuleError as error:
            yield Verdict(invariant.name, error)
        else:
            yield Verdict(invariant.name, None)
