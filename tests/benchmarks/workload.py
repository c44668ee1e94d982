"""The workload of the benchmarks: 200 donors, 20 activities, two years, one event in twenty back-dated.

Of 100 events 30 are pledges, 30 receipts on them, 30 receipts without a pledge, 2 allocations and 8
expenditures. The same count gives the same events.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta

from mdfm_ledger import (
    Allocation,
    Amount,
    Area,
    BudgetLine,
    BudgetPlan,
    Expenditure,
    Names,
    OpenBankAccount,
    OpenTerm,
    Pledge,
    Receipt,
    RegisterDonor,
)
from mdfm_ledger.event import Event

DONORS, ACTIVITIES = 200, 20
TERM, BANK = "T", "bank"
FIRST = date(2020, 1, 1)
LAST = date(2021, 12, 31)


def registrations() -> Iterator[Event]:
    """The term, the bank account and the donors."""
    lines = tuple(
        BudgetLine(code=f"1.{at}", area="1", amount=Amount(10**12, "USD"), names=Names(en=f"Activity {at}"))
        for at in range(ACTIVITIES)
    )
    plan = BudgetPlan(name="bench", areas=(Area(code="1", names=Names(en="Area")),), lines=lines)
    yield OpenTerm(reference=TERM, starts_on=FIRST, ends_on=LAST, plan=plan)
    yield OpenBankAccount(reference=BANK, name="Bank", currency="USD")
    for at in range(DONORS):
        yield RegisterDonor(reference=f"donor-{at:03d}", name=f"Donor {at}", kind="member_city", country="DE")


def events(count: int) -> Iterator[Event]:
    """That many events, on the days of two years in order, but for the back-dated ones."""
    chance = random.Random(20200101)
    pledged: list[tuple[str, int]] = []
    allocations: list[tuple[str, date]] = []
    for at in range(count):
        day = on = FIRST + timedelta(days=at * 700 // count)
        if chance.random() < 0.05:
            on = max(FIRST, day - timedelta(days=chance.randrange(60)))
        minor = chance.randrange(10_000, 5_000_000)
        if at % 10 in (0, 3, 6):
            pledged.append((f"P-{at:07d}", minor))
            yield _pledge(at, on, minor, chance)
        elif at % 10 in (1, 4, 7):
            yield _receipt(at, max(on, day), pledged[-1][1], pledge=pledged[-1][0])
        elif at % 100 in (9, 59):
            allocations.append((f"A-{at:07d}", day))
            yield _allocation(at, day)
        elif at % 10 == 9 and allocations:
            yield _expenditure(at, day, allocations[-1][0], chance.randrange(100, 5_000))
        else:
            yield _receipt(at, on, minor, donor=_donor(chance))


def short_events(count: int) -> Iterator[Event]:
    """Of eight events five are pledges and three receipts without one: two to four lines, 2.75 on average."""
    chance = random.Random(20200101)
    for at in range(count):
        on = FIRST + timedelta(days=at * 700 // count)
        if chance.random() < 0.05:
            on = max(FIRST, on - timedelta(days=chance.randrange(60)))
        minor = chance.randrange(10_000, 5_000_000)
        if at % 8 in (0, 2, 3, 5, 7):
            yield _pledge(at, on, minor, chance)
        else:
            yield _receipt(at, on, minor, donor=_donor(chance))


def _donor(chance: random.Random) -> str:
    return f"donor-{chance.randrange(DONORS):03d}"


def _pledge(at: int, on: date, minor: int, chance: random.Random) -> Pledge:
    """One pledge in thirty is earmarked, each activity by the same three donors.

    So an allocation takes from a few donors, not from all, early in the run as late in it.
    """
    donor, earmark = _donor(chance), ""
    if at % 100 == 0:
        activity, turn = at // 100 % ACTIVITIES, at // 100 // ACTIVITIES % 3
        donor, earmark = f"donor-{3 * activity + turn:03d}", f"1.{activity}"
    return Pledge(
        reference=f"P-{at:07d}", term=TERM, donor=donor, amount=Amount(minor, "USD"), on=on, earmark=earmark
    )


def _receipt(at: int, on: date, minor: int, pledge: str = "", donor: str = "") -> Receipt:
    return Receipt(
        reference=f"R-{at:07d}",
        amount=Amount(minor, "USD"),
        on=on,
        bank_account=BANK,
        bank_reference=f"TRF/{at}",
        pledge=pledge,
        donor=donor,
        term=TERM if donor else "",
    )


def _allocation(at: int, on: date) -> Allocation:
    return Allocation(
        reference=f"A-{at:07d}",
        term=TERM,
        activity=f"1.{at // 100 % ACTIVITIES}",
        amount=Amount(25_000, "USD"),
        on=on,
        decision=f"D-{at}",
        approved_by="director@example.org",
    )


def _expenditure(at: int, on: date, allocation: str, minor: int) -> Expenditure:
    return Expenditure(
        reference=f"E-{at:07d}",
        allocation=allocation,
        amount=Amount(minor, "USD"),
        category="4",
        bank_account=BANK,
        purpose="Services",
        on=on,
    )
