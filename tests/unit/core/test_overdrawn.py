"""A bank account below nothing is accepted and said: its own amount, on the day or a later one."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from mdfm_ledger import (
    Amount,
    BankCharge,
    Conversion,
    CurrencyRate,
    OpenBankAccount,
    PublishRates,
    RegisterDonor,
    RevisePolicy,
)
from mdfm_ledger.event import Event
from mdfm_ledger.notices import Notice
from tests.support.bookkeeping import TERM, Desk, allocation, expenditure, receipt, usd
from tests.support.ledgers import open_ledger


def eur(minor: int) -> Amount:
    return Amount(minor, "EUR")


BASE: tuple[Event, ...] = (
    RevisePolicy(
        reference="RP-1",
        term=TERM,
        on=date(2020, 1, 1),
        agent_fee_basis_points=0,
        support_cost_basis_points=0,
        interest_to="donors",
        rate_source="UN",
        rate_limit_days=366,
        decision="SC-1",
    ),
    PublishRates(
        reference="X-1",
        on=date(2020, 1, 1),
        source="UN",
        since=date(2020, 1, 1),
        rates=(CurrencyRate(currency="EUR", rate="1.25"),),
    ),
    OpenBankAccount(reference="eur", name="Euros", currency="EUR"),
)


def charge(reference: str, minor: int, on: date) -> BankCharge:
    return BankCharge(
        reference=reference, term=TERM, amount=eur(minor), bank_account="eur", bank_reference="x", on=on
    )


def euros(reference: str, minor: int, on: date) -> Event:
    return receipt(reference, money=eur(minor), bank_account="eur", on=on)


def said(*notices: Notice) -> list[str]:
    return [one.message for one in notices if one.code == "overdrawn"]


def test_more_is_sold_than_there_is() -> None:
    desk = Desk(*BASE, euros("R-1", 100_00, date(2020, 3, 2)), receipt("R-2", "500.00"))
    sold = Conversion(
        reference="CV-1",
        term=TERM,
        sold=eur(120_00),
        from_account="eur",
        bought=usd("240.00"),
        to_account="uil",
        bank_reference="x",
        on=date(2020, 3, 10),
    )
    assert said(*desk.post(sold).warnings) == ["bank account eur is at EUR -20.00 on 2020-03-10"]


def test_the_day_is_what_counts_and_every_later_one() -> None:
    desk = Desk(*BASE, receipt(), euros("R-2", 100_00, date(2020, 4, 1)))
    # In March the money was not there yet.
    posting = desk.post(charge("C-1", 30_00, date(2020, 3, 10)))
    assert said(*posting.warnings) == ["bank account eur is at EUR -30.00 on 2020-03-10"]
    # In April it is; what comes in is never said.
    assert not said(*desk.post(charge("C-2", 70_00, date(2020, 4, 1))).warnings)
    assert not said(*desk.post(euros("R-3", 5_00, date(2020, 3, 20))).warnings)
    # What is dated back leaves a later day below nothing.
    posting = desk.post(charge("C-3", 1_00, date(2020, 3, 30)))
    assert said(*posting.warnings) == ["bank account eur is at EUR -26.00 on 2020-03-30"]
    assert not said(*desk.post(receipt("R-9", "1.00")).warnings)


def test_money_in_dollars_that_stands_elsewhere_is_not_on_the_account() -> None:
    desk = Desk(*BASE, euros("R-1", 100_00, date(2020, 3, 2)), allocation(amount="60.00"))
    posting = desk.post(expenditure(amount="50.00"))
    assert said(*posting.warnings) == ["bank account uil is at USD -50.00 on 2020-05-04"]


def taken(reference: str, minor: int, on: date, account: str) -> BankCharge:
    currency = "EUR" if account == "eur" else "USD"
    return BankCharge(
        reference=reference,
        term=TERM,
        amount=Amount(minor, currency),
        bank_account=account,
        bank_reference="x",
        on=on,
    )


@pytest.mark.parametrize(("account", "currency"), [("eur", "EUR"), ("uil", "USD")])
def test_it_is_said_to_whoever_records_after_others_took(account: str, currency: str, tmp_path: Path) -> None:
    """Three at one ledger, in turn: 100.00 are on each account, and each takes 40.00 of the one."""
    registered = [found.entry.event for found in Desk().books.entries.values()]
    base = sorted(registered, key=lambda event: event.event_kind != "open_term")
    money = (receipt("R-1", "100.00"), euros("R-2", 100_00, date(2020, 3, 2)))
    turns = [open_ledger(tmp_path / "l.db", actor=f"officer-{at}@example.org") for at in range(3)]
    turns[0].record_all([*base, *BASE, *money])
    for at, ledger in enumerate(turns):
        ledger.record(taken(f"C-{at}", 1, date(2020, 3, 2), account))
    notices = [
        said(*turns[at % 3].record(taken(f"D-{at}", 40_00, date(2020, 3, 3 + at), account)).warnings)
        for at in range(4)
    ]
    said_of = f"bank account {account} is at {currency}"
    assert notices == [[], [], [f"{said_of} -20.03 on 2020-03-05"], [f"{said_of} -60.03 on 2020-03-06"]]
    for ledger in turns:
        ledger.close()


def test_of_many_lines_it_is_the_accounts_own_amount_too() -> None:
    """A charge of everybody's over seven donors has 22 lines."""
    donors = [RegisterDonor(reference=one, name=one, kind="member_city") for one in "abcdef"]
    money = [receipt(f"R-{one.reference}", "50.00", donor=one.reference) for one in donors]
    desk = Desk(*BASE, *donors, *money, euros("R-E", 100_00, date(2020, 3, 2)))
    posting = desk.post(charge("C-1", 130_00, date(2020, 3, 10)))
    assert posting.entry.alike
    assert said(*posting.warnings) == ["bank account eur is at EUR -30.00 on 2020-03-10"]
