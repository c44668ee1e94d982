"""What the fund costs and earns: fee, support cost, charges, interest; what is posted and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mdfm_ledger import (
    Advance,
    AdvanceLiquidation,
    AgentFee,
    AllocationReturn,
    BankCharge,
    Interest,
    Obligation,
    ObligationIncrease,
    OpenBankAccount,
    OpenTerm,
    ReceiptApplication,
    RegisterDonor,
    RegisterPartner,
    Reversal,
    RevisePolicy,
    Transfer,
    UnidentifiedReceipt,
    errors,
)
from mdfm_ledger.codec import event_to_json
from mdfm_ledger.event import Event
from mdfm_ledger.rules.burden import share_of
from mdfm_ledger.rules.free_money import balance_days, shared_by_held
from mdfm_ledger.series import Series, day_number
from tests.support.bookkeeping import TERM, Desk, allocation, expenditure, receipt, table, usd
from tests.support.ledgers import open_ledger

BASE: tuple[Event, ...] = (
    OpenTerm.from_plan(
        "mdfm",
        reference=TERM,
        starts_on=date(2020, 1, 1),
        agent_fee_basis_points=100,
        support_cost_basis_points=700,
        agent="host",
    ),
    OpenBankAccount(reference="uil", name="UIL", currency="USD"),
    RegisterDonor(reference="ham", name="Hamburg", kind="member_city", country="DE"),
    RegisterDonor(reference="med", name="Medellín", kind="member_city", country="CO"),
    RegisterPartner(reference="host", name="UIL"),
    RegisterPartner(reference="kla", name="Kampala", country="UG"),
)
MONEY: tuple[Event, ...] = (receipt("R-1", "100.00"), receipt("R-2", "200.00", donor="med"))


class PricedDesk(Desk):
    """Books of a term with a fee of 1 % and a support cost of 7 %."""

    def __init__(self, *events: Event) -> None:
        from mdfm_ledger.books import Books

        self.books = Books()
        self.post(*BASE, *events)


def fee(reference: str = "F-1", **fields: Any) -> AgentFee:
    given = {"receipt": "R-1", "on": date(2020, 3, 2), **fields}
    return AgentFee(reference=reference, **given)


def charge(amount: str = "3.00", **fields: Any) -> BankCharge:
    given = {
        "reference": "C-1",
        "term": TERM,
        "bank_account": "uil",
        "bank_reference": "FEE",
        "on": date(2020, 6, 30),
        **fields,
    }
    return BankCharge(amount=usd(amount), **given)


def interest(amount: str = "1.00", **fields: Any) -> Interest:
    given = {
        "reference": "I-1",
        "term": TERM,
        "since": date(2020, 4, 1),
        "until": date(2020, 6, 30),
        "bank_account": "uil",
        "bank_reference": "INT",
        "on": date(2020, 6, 30),
        **fields,
    }
    return Interest(amount=usd(amount), **given)


def policy(**fields: Any) -> RevisePolicy:
    given = {
        "reference": "RP-1",
        "term": TERM,
        "agent_fee_basis_points": 0,
        "support_cost_basis_points": 0,
        "interest_to": "host",
        "decision": "SC-2",
        "on": date(2020, 5, 1),
        **fields,
    }
    return RevisePolicy(**given)


# -- what is posted ---------------------------------------------------------------------------------


def test_the_fee_on_a_receipt_is_that_donors_and_is_owed_to_the_agent() -> None:
    assert PricedDesk(receipt(amount="100.50", earmark="1.1")).lines(fee()) == table("""
        Dr 2041 ham USD 1.01
        Cr 2110 host USD 1.01
        Dr 8110 ham 1.1 USD 1.01
        Cr 8100 ham USD 1.01
    """)


def test_the_fee_may_be_paid_at_once() -> None:
    assert "Cr 1010 uil USD 1.00" in PricedDesk(*MONEY).lines(fee(bank_account="uil"))


def test_support_cost_rides_with_the_expenditure_in_the_same_shares() -> None:
    books = PricedDesk(*MONEY, allocation(amount="30.00"))
    assert books.lines(expenditure(amount="10.00")) == table("""
        Dr 2040 ham A-1 1.1 5 USD 3.33
        Dr 2040 med A-1 1.1 5 USD 6.67
        Cr 1010 uil USD 10.00
        Dr 2042 ham A-1 1.1 USD 0.23
        Dr 2042 med A-1 1.1 USD 0.47
        Cr 1010 uil USD 0.70
        Dr 8120 ham A-1 1.1 USD 3.33
        Cr 8150 ham A-1 1.1 USD 3.33
        Dr 8120 med A-1 1.1 USD 6.67
        Cr 8150 med A-1 1.1 USD 6.67
        Dr 8120 ham A-1 1.1 USD 0.23
        Cr 8150 ham A-1 1.1 USD 0.23
        Dr 8120 med A-1 1.1 USD 0.47
        Cr 8150 med A-1 1.1 USD 0.47
    """)


def under_an_obligation() -> tuple[Event, ...]:
    return (
        *MONEY,
        allocation(amount="90.00"),
        Obligation(
            reference="O-1",
            allocation="A-1",
            party="kla",
            amount=usd("60.00"),
            purpose="Workshop",
            on=date(2020, 5, 4),
        ),
        Advance(
            reference="ADV-1",
            obligation="O-1",
            amount=usd("30.00"),
            on=date(2020, 6, 1),
            due_on=date(2020, 9, 30),
            bank_account="uil",
            bank_reference="ADV",
        ),
    )


def liquidation(**fields: Any) -> AdvanceLiquidation:
    given = {"advance": "ADV-1", "report": "Certified", "on": date(2020, 10, 1), **fields}
    return AdvanceLiquidation(reference="AL-1", amount=usd("15.00"), **given)


def test_what_is_indirect_support_itself_bears_none() -> None:
    """Support cost is a rate on direct cost; a report on an advance follows the same rule."""
    books = PricedDesk(*MONEY, allocation(amount="30.00"))
    assert books.lines(expenditure(amount="10.00", category="8")) == table("""
        Dr 2040 ham A-1 1.1 8 USD 3.33
        Dr 2040 med A-1 1.1 8 USD 6.67
        Cr 1010 uil USD 10.00
        Dr 8120 ham A-1 1.1 USD 3.33
        Cr 8150 ham A-1 1.1 USD 3.33
        Dr 8120 med A-1 1.1 USD 6.67
        Cr 8150 med A-1 1.1 USD 6.67
    """)
    reported = PricedDesk(*under_an_obligation()).lines(liquidation(category="8"))
    assert not [line for line in reported if "2042" in line]


def test_support_cost_of_what_an_advance_was_used_for_comes_from_the_allocation() -> None:
    assert PricedDesk(*under_an_obligation()).lines(liquidation()) == table("""
        Dr 2040 ham A-1 1.1 6 USD 5.00
        Dr 2040 med A-1 1.1 6 USD 10.00
        Cr 1210 A-1 O-1 ADV-1 kla USD 15.00
        Dr 2042 ham A-1 1.1 USD 0.35
        Dr 2042 med A-1 1.1 USD 0.70
        Cr 2110 host USD 1.05
        Dr 8120 ham A-1 1.1 USD 0.35
        Cr 8150 ham A-1 1.1 USD 0.35
        Dr 8120 med A-1 1.1 USD 0.70
        Cr 8150 med A-1 1.1 USD 0.70
        Dr 8140 ham A-1 O-1 1.1 kla USD 5.00
        Cr 8150 ham A-1 1.1 USD 5.00
        Dr 8140 med A-1 O-1 1.1 kla USD 10.00
        Cr 8150 med A-1 1.1 USD 10.00
    """)
    assert "Cr 1010 uil USD 1.05" in PricedDesk(*under_an_obligation()).lines(liquidation(bank_account="uil"))


def test_support_cost_of_an_expenditure_on_an_obligation_comes_from_the_allocation() -> None:
    spent = expenditure(amount="15.00", allocation="", obligation="O-1")
    lines = PricedDesk(*under_an_obligation()).lines(spent)
    assert "Dr 8140 ham A-1 O-1 1.1 kla USD 5.00" in lines
    assert "Dr 8120 ham A-1 1.1 USD 0.35" in lines


def obligation(amount: str, reference: str = "O-2") -> Obligation:
    return Obligation(
        reference=reference, allocation="A-1", party="kla", amount=usd(amount), purpose="Grant",
        on=date(2020, 4, 2),
    )  # fmt: skip


TAKEN: dict[str, Event] = {
    "an obligation": obligation("0.01", "O-3"),
    "more of one": ObligationIncrease(
        reference="OI-1", obligation="O-2", amount=usd("0.01"), reason="more", on=date(2020, 4, 3)
    ),
    "a return": AllocationReturn(
        reference="AR-1", allocation="A-1", amount=usd("0.01"), reason="left", on=date(2020, 4, 3)
    ),
    "an expenditure": expenditure(amount="0.01"),
    "a transfer": Transfer(
        reference="T-1", allocation="A-1", party="kla", amount=usd("0.01"), bank_account="uil", agreement="x",
        on=date(2020, 4, 3),
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", TAKEN)
def test_the_support_cost_of_what_is_obligated_stays_in_the_allocation(what: str) -> None:
    """Of 107.00, 100.00 can be obligated at 7 %, and nothing more be taken before it is used or released."""
    books = PricedDesk(*MONEY, allocation(amount="107.00", on=date(2020, 4, 1)))
    with pytest.raises(errors.BurdenNotCoveredError, match=r"takes USD 100.01, and .* will take USD 7.00"):
        books.post(obligation("100.01"))
    books.post(obligation("100.00"))
    with pytest.raises(errors.BurdenNotCoveredError, match=r"has USD 7.00 left .* will take USD 7.00"):
        books.post(TAKEN[what])
    assert "Dr 2042 ham A-1 1.1 USD 2.34" in books.lines(
        expenditure(allocation="", obligation="O-2", amount="100.00")
    )


def test_without_a_support_cost_all_of_an_allocation_can_be_obligated() -> None:
    books = PricedDesk(*MONEY, allocation(amount="100.00", on=date(2020, 4, 1)), policy(on=date(2020, 2, 1)))
    books.post(obligation("100.00"))


def test_a_donors_own_charge_is_taken_from_its_free_money_the_unearmarked_first() -> None:
    books = PricedDesk(receipt(amount="2.00"), receipt("R-2", "5.00", earmark="1.1"))
    assert books.lines(charge(donor="ham")) == table("""
        Dr 2043 ham USD 3.00
        Cr 1010 uil USD 3.00
        Dr 8110 ham USD 2.00
        Cr 8100 ham USD 2.00
        Dr 8110 ham 1.1 USD 1.00
        Cr 8100 ham USD 1.00
    """)


def test_a_charge_of_everybodys_is_shared_by_what_is_held() -> None:
    assert PricedDesk(*MONEY).lines(charge(amount="1.00")) == table("""
        Dr 2043 ham USD 0.33
        Dr 2043 med USD 0.67
        Cr 1010 uil USD 1.00
        Dr 8110 ham USD 0.33
        Cr 8100 ham USD 0.33
        Dr 8110 med USD 0.67
        Cr 8100 med USD 0.67
    """)


def test_what_a_donor_cannot_carry_falls_on_the_others() -> None:
    """All but 0.10 of Hamburg's money is allotted: its share of 1.00 would be 0.33."""
    books = PricedDesk(
        receipt("R-1", "100.00", earmark="1.1"),
        receipt("R-2", "200.00", donor="med"),
        allocation(amount="99.90"),
    )
    lines = books.lines(charge(amount="1.00"))
    assert "Dr 2043 ham USD 0.10" in lines
    assert "Dr 2043 med USD 0.90" in lines


def test_interest_goes_by_the_average_daily_balance() -> None:
    """Hamburg holds 100.00 for 30 days, Medellín 200.00 for the last 15 of them: equal shares."""
    books = PricedDesk(
        receipt("R-1", "100.00", on=date(2020, 6, 1)),
        receipt("R-2", "200.00", donor="med", on=date(2020, 6, 16)),
    )
    credited = interest(amount="3.01", since=date(2020, 6, 1), until=date(2020, 6, 30))
    assert books.lines(credited) == table("""
        Dr 1010 uil USD 3.01
        Cr 2020 ham USD 1.51
        Dr 8100 ham USD 1.51
        Cr 8110 ham USD 1.51
        Cr 2020 med USD 1.50
        Dr 8100 med USD 1.50
        Cr 8110 med USD 1.50
    """)


def test_interest_that_a_receiver_returns_stands_apart_even_where_the_host_keeps_its_own() -> None:
    assert PricedDesk(*MONEY, policy()).lines(interest(amount="0.30", party="kla")) == table("""
        Dr 1010 uil USD 0.30
        Cr 2021 ham kla USD 0.10
        Dr 8100 ham USD 0.10
        Cr 8110 ham USD 0.10
        Cr 2021 med kla USD 0.20
        Dr 8100 med USD 0.20
        Cr 8110 med USD 0.20
    """)


def test_a_donor_that_held_next_to_nothing_gets_no_line() -> None:
    books = PricedDesk(receipt("R-1", "100000.00"), receipt("R-2", "0.01", donor="med"))
    assert "med" not in books.lines(interest(amount="0.05"))


def test_a_new_policy_holds_from_its_date_and_prices_nothing_again() -> None:
    books = PricedDesk(*MONEY, receipt("R-3", "100.00", on=date(2020, 5, 2)), policy())
    assert books.lines(fee()).startswith("Dr 2041 ham USD 1.00")
    with pytest.raises(errors.PolicyError, match="no agent's fee"):
        books.post(fee("F-3", receipt="R-3", on=date(2020, 5, 2)))
    assert "2042" not in books.lines(allocation(amount="30.00")) + books.lines(expenditure(amount="10.00"))


def test_each_day_has_the_rates_of_its_policy_whatever_was_decided_since() -> None:
    """The fee is of the receipt's day, even if it is taken later; support cost of the expenditure's."""
    books = PricedDesk(*MONEY, allocation(amount="30.00", on=date(2020, 4, 1)), policy())
    assert books.lines(fee(bank_account="uil", on=date(2020, 6, 1))).startswith("Dr 2041 ham USD 1.00")
    assert "Dr 2042 ham A-1 1.1 USD 0.23" in books.lines(expenditure(amount="10.00", on=date(2020, 4, 30)))
    books.post(policy(reference="RP-2", support_cost_basis_points=300, agent="host", on=date(2020, 7, 1)))
    assert "2042" not in books.lines(expenditure("E-2", amount="1.00", on=date(2020, 6, 30)))
    late = books.lines(expenditure("E-3", amount="10.00", on=date(2020, 7, 1)))
    assert "Cr 1010 uil USD 0.30" in late


# -- what is refused --------------------------------------------------------------------------------


def undone(kind: str, reference: str) -> Reversal:
    return Reversal(
        reference="X",
        reversed_kind=kind,
        reversed_reference=reference,
        on=date(2020, 12, 1),
        reason="wrong",
    )


UNNAMED = (
    UnidentifiedReceipt(
        reference="U-1",
        term=TERM,
        amount=usd("500.00"),
        bank_account="uil",
        bank_reference="TRF/?",
        on=date(2020, 3, 2),
    ),
    ReceiptApplication(
        reference="R-1", receipt="U-1", term=TERM, donor="ham", amount=usd("250.00"), on=date(2020, 3, 9)
    ),
    ReceiptApplication(
        reference="UA-2", receipt="U-1", term=TERM, donor="med", amount=usd("100.50"), on=date(2020, 3, 9)
    ),
)


def fee_on_application(reference: str = "F-1", receipt: str = "R-1", **fields: Any) -> AgentFee:
    given = {"on": date(2020, 3, 10), "receipt_kind": "receipt_application", **fields}
    return AgentFee(reference=reference, receipt=receipt, **given)


CASES: dict[str, tuple[tuple[Event, ...], Callable[[], Event], type[errors.LedgerError]]] = {
    "a fee on a receipt never recorded": ((), fee, errors.UnknownDocumentError),
    "a fee before its receipt": (
        MONEY,
        lambda: fee(on=date(2020, 3, 1)),
        errors.MismatchError,
    ),
    "a fee on an application before it": (
        UNNAMED,
        lambda: fee_on_application(on=date(2020, 3, 2)),
        errors.MismatchError,
    ),
    "a fee twice": ((*MONEY, fee()), lambda: fee("F-2"), errors.FeeTakenError),
    "a fee on a receipt taken back": (
        (*MONEY, undone("receipt", "R-1")),
        fee,
        errors.UnknownDocumentError,
    ),
    "a receipt taken back whose fee stands": (
        (*MONEY, fee()),
        lambda: undone("receipt", "R-1"),
        errors.ReversalDependsError,
    ),
    "a fee twice on an application": (
        (*UNNAMED, fee_on_application()),
        lambda: fee_on_application("F-2"),
        errors.FeeTakenError,
    ),
    "a fee on what waits for a name": (
        UNNAMED,
        lambda: fee_on_application(receipt="U-1"),
        errors.UnknownDocumentError,
    ),
    "a fee on an application taken back": (
        (*UNNAMED, undone("receipt_application", "R-1")),
        fee_on_application,
        errors.UnknownDocumentError,
    ),
    "an application taken back whose fee stands": (
        (*UNNAMED, fee_on_application()),
        lambda: undone("receipt_application", "R-1"),
        errors.ReversalDependsError,
    ),
    "a fee from an account never opened": (MONEY, lambda: fee(bank_account="x"), errors.UnknownDocumentError),
    "a fee nobody is owed": (
        (*MONEY, policy(agent_fee_basis_points=100, on=date(2020, 2, 1))),
        fee,
        errors.PolicyError,
    ),
    "a cost whose burden is not covered": (
        (*MONEY, allocation(amount="30.00")),
        lambda: expenditure(amount="28.05"),
        errors.OverAllotmentError,
    ),
    "support cost from an account never opened": (
        under_an_obligation(),
        lambda: liquidation(bank_account="x"),
        errors.UnknownDocumentError,
    ),
    "a charge of a donor that has nothing free": ((), lambda: charge(donor="ham"), errors.DonorNegativeError),
    "a charge of nobody known": (MONEY, lambda: charge(donor="who"), errors.UnknownDocumentError),
    "a charge of more than is free": (MONEY, lambda: charge(amount="300.01"), errors.NotFreeError),
    "interest the host keeps": ((*MONEY, policy()), interest, errors.PolicyError),
    "interest of a receiver never registered": (
        MONEY,
        lambda: interest(party="x"),
        errors.UnknownDocumentError,
    ),
    "interest when nothing was held": (
        MONEY,
        lambda: interest(since=date(2020, 1, 1), until=date(2020, 2, 1)),
        errors.PolicyError,
    ),
    "a policy before the last": (
        (policy(),),
        lambda: policy(reference="RP-2", on=date(2020, 4, 30)),
        errors.MismatchError,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_it_is_refused(name: str) -> None:
    before, make, error = CASES[name]
    books = PricedDesk(*before)
    number = books.books.number
    with pytest.raises(error):
        books.post(make())
    assert books.books.number == number


def test_a_fee_can_be_taken_again_after_it_was_taken_back() -> None:
    books = PricedDesk(*MONEY, fee(), undone("agent_fee", "F-1"))
    assert books.lines(fee("F-2", on=date(2020, 12, 2)))


def test_money_without_a_name_bears_its_fee_once_it_is_a_donors() -> None:
    books = PricedDesk(*UNNAMED)
    assert books.lines(fee_on_application()) == table("""
        Dr 2041 ham USD 2.50
        Cr 2110 host USD 2.50
        Dr 8110 ham USD 2.50
        Cr 8100 ham USD 2.50
    """)
    assert books.lines(fee_on_application("F-2", "UA-2", bank_account="uil")).startswith(
        "Dr 2041 med USD 1.01"
    )


def test_a_receipt_and_an_application_of_one_name_bear_their_own_fees() -> None:
    books = PricedDesk(*UNNAMED, receipt("R-1", "80.00"), fee_on_application())
    assert books.lines(fee("F-2")).startswith("Dr 2041 ham USD 0.80")


def test_the_fee_on_an_application_is_by_the_policy_of_its_own_date() -> None:
    later = policy(agent_fee_basis_points=200, on=date(2020, 3, 5), agent="host")
    assert PricedDesk(later, *UNNAMED).lines(fee_on_application()).startswith("Dr 2041 ham USD 5.00")


def test_a_fee_on_an_application_can_be_taken_again_after_it_was_taken_back() -> None:
    books = PricedDesk(*UNNAMED, fee_on_application(), undone("agent_fee", "F-1"))
    assert books.lines(fee_on_application("F-2", on=date(2020, 12, 2)))
    books = PricedDesk(*UNNAMED, fee_on_application(), undone("agent_fee", "F-1"))
    assert books.lines(undone("receipt_application", "R-1"))


def test_a_fee_says_which_receipt_it_is_on_and_a_plain_one_as_ever() -> None:
    assert fee_on_application().description == "on receipt application R-1"
    assert event_to_json(fee()) == {
        "event": "agent_fee",
        "reference": "F-1",
        "receipt": "R-1",
        "on": "2020-03-02",
    }


def test_interest_of_days_to_come_is_refused() -> None:
    with pytest.raises(errors.WrongDayError, match=r"until is .*: the period from .* is not over"):
        interest(until=date(2020, 7, 1))


# -- what holds for any of it -----------------------------------------------------------------------

DAYS = st.dates(date(2020, 1, 1), date(2020, 12, 31))


@given(st.lists(st.tuples(DAYS, st.integers(-1_000, 1_000)), max_size=8), DAYS, DAYS)
def test_balance_days_are_the_balances_of_all_days_added_up(
    movements: list[tuple[date, int]], one: date, other: date
) -> None:
    series = Series()
    for on, minor in movements:
        series = series.plus(day_number(on), minor)
    since, until = min(one, other), max(one, other)
    naive, day = 0, since
    while day <= until:
        naive += max(sum(minor for on, minor in movements if on <= day), 0)
        day += timedelta(days=1)
    assert balance_days({"ham": series}, since, until) == [("ham", naive)]


@given(st.integers(1, 10_000), st.integers(0, 5_000), st.integers(0, 5_000), st.integers(1, 9_000))
def test_a_shared_cost_adds_up_and_asks_nobody_for_more_than_is_free(
    ham: int, ham_allotted: int, med_earmarked: int, cost: int
) -> None:
    books = PricedDesk(receipt("R-1", f"{ham}.00"))
    if med_earmarked:
        books.post(receipt("R-2", f"{med_earmarked}.00", donor="med", earmark="2.1"))
    if 0 < ham_allotted <= ham:
        books.post(allocation(amount=f"{ham_allotted}.00"))
    free = {"ham": ham - (ham_allotted if ham_allotted <= ham else 0), "med": med_earmarked}
    term, amount = books.books.term(TERM), usd(f"{cost}.00")
    try:
        shares = dict(shared_by_held(books.books, term, amount, date(2020, 6, 30)))
    except errors.NotFreeError:
        assert cost > sum(free.values())
    else:
        assert sum(shares.values()) == amount.minor
        assert all(0 < minor <= free[donor] * 100 for donor, minor in shares.items())


@pytest.mark.parametrize(
    ("minor", "basis_points", "share"), [(10_050, 100, 101), (10_049, 100, 100), (1, 700, 0), (100, 0, 0)]
)
def test_a_rate_is_rounded_to_the_nearest_cent(minor: int, basis_points: int, share: int) -> None:
    assert share_of(minor, basis_points) == share


def test_a_ledger_with_all_of_it_verifies(tmp_path: Path) -> None:
    """Of 30.00 allotted by 99.00 and 200.00 free Hamburg gives 9.93, so of 10.00 spent 3.31, of 0.70 0.23."""
    with open_ledger(tmp_path / "l.db") as ledger:
        spending = (allocation(amount="30.00"), expenditure(amount="10.00"))
        ledger.record_all([*BASE, *MONEY, fee(), *spending])
    with open_ledger(tmp_path / "l.db") as ledger:
        ledger.record_all([charge(), interest()])
        with pytest.raises(errors.ReversalDependsError):
            ledger.record(undone("receipt", "R-1"))
        assert ledger.verify().is_clean
        statement = ledger.donor_statement("ham", term=TERM)
        assert {row.key: row.inception for row in statement.account} == {
            "opening": usd("0.00"),
            "contributions": usd("100.00"),
            "interest": usd("0.33"),
            "interest_of_receivers": usd("0.00"),
            "exchange": usd("0.00"),
            "activities": usd("-3.31"),
            "support_cost": usd("-0.23"),
            "agent_fee": usd("-1.00"),
            "bank_charges": usd("-0.99"),
            "transfers": usd("0.00"),
            "transfer_refunds": usd("0.00"),
            "refunds": usd("0.00"),
            "carried_in": usd("0.00"),
            "carried_out": usd("0.00"),
            "donor_balances": usd("0.00"),
            "closing": usd("94.80"),
        }
        assert ledger.report("tie_out", term=TERM).holds
