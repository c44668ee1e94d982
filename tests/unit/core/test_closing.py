"""The end of a term: refunds, what waits, what is carried forward, closed terms and closed months."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from mdfm_ledger import (
    Advance,
    AdvanceLiquidation,
    Amount,
    BankConfirmation,
    CarryForward,
    Conversion,
    DonorBalance,
    Interest,
    Ledger,
    Obligation,
    OpenBankAccount,
    OpenTerm,
    PeriodClose,
    PeriodReopening,
    PledgeAmendment,
    Refund,
    RefundPayment,
    RegisterPartner,
    Reversal,
    RevisePolicy,
    TermClose,
    Transfer,
    UnidentifiedReceipt,
    errors,
    posting,
)
from mdfm_ledger.event import Event
from mdfm_ledger.journal import JournalLine, Lines, subaccount
from mdfm_ledger.posting import examine
from tests.support.bookkeeping import (
    ACTOR,
    APPROVER,
    NOW,
    TERM,
    Desk,
    allocation,
    expenditure,
    pledge,
    receipt,
    table,
    usd,
)
from tests.support.ledgers import open_ledger, without_guards
from tests.support.records import rewrite

NEXT = "2022-2023"
NEXT_TERM = OpenTerm.from_plan("mdfm", reference=NEXT, starts_on=date(2022, 1, 1))
SAVINGS = OpenBankAccount(reference="savings", name="Savings", currency="USD")
CLOSED_ON = date(2022, 1, 10)
LATER = date(2022, 1, 12)


def refund(reference: str = "RF-1", amount: str = "100.00", **fields: Any) -> Refund:
    given = {
        "term": TERM,
        "donor": "ham",
        "on": date(2021, 6, 1),
        "decision": "SC-9",
        "approved_by": APPROVER,
        **fields,
    }
    return Refund(reference=reference, amount=usd(amount), **given)


def payment(reference: str = "RFP-1", amount: str = "100.00", **fields: Any) -> RefundPayment:
    given = {
        "refund": "RF-1",
        "on": date(2021, 6, 8),
        "bank_account": "uil",
        "bank_reference": "OUT/1",
        **fields,
    }
    return RefundPayment(reference=reference, amount=usd(amount), **given)


def carried(reference: str = "CF-1", amount: str = "100.00", **fields: Any) -> CarryForward:
    given = {
        "term": TERM,
        "to_term": NEXT,
        "donor": "ham",
        "on": LATER,
        "bank_account": "uil",
        "consent": "letter of 2 January 2022",
        **fields,
    }
    return CarryForward(reference=reference, amount=usd(amount), **given)


def stated(amount: str = "0.00", **fields: Any) -> BankConfirmation:
    given = {"bank_account": "uil", "statement": "statement of the day", **fields}
    return BankConfirmation(amount=usd(amount), **given)


def closing(reference: str = "TC-1", **fields: Any) -> TermClose:
    given = {
        "term": TERM,
        "on": CLOSED_ON,
        "decision": "SC-10",
        "approved_by": APPROVER,
        "confirmed": (
            stated(explanation="not what is looked at here"),
            stated(bank_account="savings", explanation="the same"),
        ),
        **fields,
    }
    return TermClose(reference=reference, **given)


def aside(reference: str = "DB-1", amount: str = "100.00", **fields: Any) -> DonorBalance:
    given = {"term": TERM, "donor": "ham", "on": LATER, "notice": "letter of 10 January", **fields}
    return DonorBalance(reference=reference, amount=usd(amount), **given)


def month(reference: str = "PC-1", ends_on: date = date(2021, 3, 31), **fields: Any) -> PeriodClose:
    given = {"on": date(2021, 4, 7), "approved_by": APPROVER, **fields}
    return PeriodClose(reference=reference, ends_on=ends_on, **given)


def reopening(reference: str = "PR-1", closing: str = "PC-1", **fields: Any) -> PeriodReopening:
    given = {"on": date(2021, 4, 9), "reason": "a bank letter came late", "approved_by": APPROVER, **fields}
    return PeriodReopening(reference=reference, closing=closing, **given)


def undone(kind: str, reference: str, on: date = LATER) -> Reversal:
    return Reversal(
        reference=f"X-{reference}", reversed_kind=kind, reversed_reference=reference, on=on, reason="wrong"
    )


def interest(amount: str = "3.00") -> Interest:
    return Interest(
        reference="I-1",
        term=TERM,
        amount=usd(amount),
        since=date(2021, 1, 1),
        until=date(2021, 6, 30),
        on=date(2021, 6, 30),
        bank_account="uil",
        bank_reference="INT",
    )


def conversion(**fields: Any) -> Conversion:
    """A hundred dollars from one account to another, where nobody gains or loses."""
    given = {
        "reference": "CV-1",
        "term": TERM,
        "sold": usd("100.00"),
        "bought": usd("100.00"),
        "from_account": "uil",
        "to_account": "savings",
        "bank_reference": "TRF",
        "on": LATER,
        **fields,
    }
    return Conversion(**given)


SPENT: tuple[Event, ...] = (
    receipt("R-1", "200.00"),
    receipt("R-2", "100.00", donor="med"),
    allocation(amount="60.00"),
    expenditure(amount="60.00"),
    interest(),
)
"""200 and 100 received, 40 and 20 spent, 2 and 1 earned: 162 and 81 are unspent."""


# -- what is posted ---------------------------------------------------------------------------------


def test_a_refund_is_owed_out_of_what_is_free_the_unearmarked_first() -> None:
    desk = Desk(receipt("R-1", "70.00"), receipt("R-2", "50.00", earmark="1.1"))
    assert desk.lines(refund()) == table("""
        Dr 2010 ham refund USD 100.00
        Cr 2060 ham USD 100.00
        Dr 8110 ham USD 70.00
        Cr 8100 ham USD 70.00
        Dr 8110 ham 1.1 USD 30.00
        Cr 8100 ham USD 30.00
    """)


def test_a_refund_is_paid_in_parts() -> None:
    desk = Desk(receipt(), refund(amount="300.00"))
    assert desk.lines(payment(amount="100.00")) == table("""
        Dr 2060 ham USD 100.00
        Cr 1010 uil USD 100.00
    """)
    with pytest.raises(errors.RefundExceededError, match=r"USD 200\.00 is still to be paid"):
        desk.post(payment("RFP-2", "200.01"))
    desk.post(payment("RFP-2", "200.00"), undone("refund_payment", "RFP-2"))
    assert desk.lines(payment("RFP-3", "200.00", on=LATER)) == table("""
        Dr 2060 ham USD 200.00
        Cr 1010 uil USD 200.00
    """)


def test_carrying_forward_moves_money_from_term_to_term_and_nothing_at_the_bank() -> None:
    desk = Desk(receipt("R-1", "70.00"), receipt("R-2", "50.00", earmark="1.1"), NEXT_TERM)
    entry = desk.post(carried()).entry
    shown = [
        f"{line.subaccount.term} {'Dr' if line.signed > 0 else 'Cr'} {line.subaccount.account}"
        f" {line.subaccount.flow or line.subaccount.earmark or '-'} {line.minor}"
        for line in entry.lines
    ]
    assert shown == [
        "2020-2021 Dr 2010 carried_out 10000",
        "2020-2021 Cr 1010 - 10000",
        "2020-2021 Dr 8110 - 7000",
        "2020-2021 Cr 8100 - 7000",
        "2020-2021 Dr 8110 1.1 3000",
        "2020-2021 Cr 8100 - 3000",
        "2022-2023 Dr 1010 - 10000",
        "2022-2023 Cr 2010 carried_in 10000",
        "2022-2023 Dr 8100 - 7000",
        "2022-2023 Cr 8110 - 7000",
        "2022-2023 Dr 8100 - 3000",
        "2022-2023 Cr 8110 1.1 3000",
    ]
    assert {line.subaccount.bank_account for line in entry.lines} == {"", "uil"}


def test_the_donor_may_name_what_carried_money_is_for() -> None:
    desk = Desk(receipt("R-1", "120.00", earmark="1.1"), NEXT_TERM)
    assert "Cr 8110 ham 2.1 USD 100.00" in desk.lines(carried(earmark="2.1"))


def test_closing_a_term_sets_what_was_earned_and_used_against_contributions() -> None:
    assert Desk(*SPENT).lines(closing()) == table("""
        Dr 2020 ham closing USD 2.00
        Dr 2020 med closing USD 1.00
        Cr 2040 ham A-1 1.1 5 closing USD 40.00
        Cr 2040 med A-1 1.1 5 closing USD 20.00
        Dr 2010 ham closing USD 38.00
        Dr 2010 med closing USD 19.00
    """)


def test_a_term_in_which_nothing_was_earned_or_used_closes_without_lines() -> None:
    assert Desk(receipt()).lines(closing()) == ""


def test_what_stands_aside_is_free_no_longer() -> None:
    assert Desk(*SPENT, closing()).lines(aside(amount="162.00")) == table("""
        Dr 2010 ham donor_balance USD 162.00
        Cr 2070 ham donor_balance USD 162.00
        Dr 8110 ham USD 162.00
        Cr 8100 ham USD 162.00
    """)


def test_from_its_donor_balance_account_money_is_refunded_or_carried_forward() -> None:
    desk = Desk(*SPENT, NEXT_TERM, closing(), aside(amount="162.00"))
    out: dict[str, Any] = {"out_of": "donor_balance", "on": LATER}
    assert desk.lines(refund(amount="60.00", **out)) == table("""
        Dr 2070 ham refund USD 60.00
        Cr 2060 ham USD 60.00
    """)
    assert desk.lines(carried(amount="102.00", **out)) == table("""
        Dr 2070 ham carried_out USD 102.00
        Cr 1010 uil USD 102.00
        Dr 1010 uil USD 102.00
        Cr 2010 ham carried_in USD 102.00
        Dr 8100 ham USD 102.00
        Cr 8110 ham USD 102.00
    """)
    with pytest.raises(errors.OutstandingNegativeError, match="donor balance account of ham"):
        desk.post(refund("RF-2", "0.01", **out))


def test_closed_months_post_nothing_and_seal_what_was_there() -> None:
    desk = Desk(receipt())
    entry = desk.post(month()).entry
    assert entry.lines == ()
    assert isinstance(entry.event, PeriodClose)
    assert len(entry.event.trial_balance) == 64
    assert entry.event.journal_head == entry.number - 1
    assert entry.event.description == "through 2021-03-31"


def test_closing_again_gives_a_new_seal() -> None:
    desk = Desk(receipt())
    first = desk.post(month()).entry.event
    desk.post(reopening(), receipt("R-2", "0.01"))
    second = desk.post(month("PC-2", on=date(2021, 4, 12))).entry.event
    assert isinstance(first, PeriodClose)
    assert isinstance(second, PeriodClose)
    assert first.trial_balance != second.trial_balance


# -- what is refused --------------------------------------------------------------------------------

Case = tuple[tuple[Event, ...], Callable[[], Event], type[errors.LedgerError]]
HOST = RegisterPartner(reference="host", name="UIL")
FUNDED: tuple[Event, ...] = (receipt(), NEXT_TERM)


def priced(**fields: Any) -> RevisePolicy:
    return RevisePolicy(
        reference="RP-1",
        term=TERM,
        agent_fee_basis_points=0,
        support_cost_basis_points=0,
        interest_to="host",
        decision="SC-2",
        on=date(2020, 5, 1),
        **fields,
    )


CASES: dict[str, Case] = {
    "a refund of more than is free": (FUNDED, lambda: refund(amount="1000.01"), errors.DonorNegativeError),
    "a refund of what is allotted later": (
        (*FUNDED, allocation(amount="950.00", on=date(2021, 7, 1))),
        refund,
        errors.DonorNegativeError,
    ),
    "a refund before the money came": (
        FUNDED,
        lambda: refund(on=date(2020, 3, 1)),
        errors.DonorNegativeError,
    ),
    "a refund to nobody known": (FUNDED, lambda: refund(donor="who"), errors.UnknownDocumentError),
    "a refund in another currency": (
        FUNDED,
        lambda: evolve(refund(), amount=evolve(usd("1.00"), currency="EUR")),
        errors.MismatchError,
    ),
    "a refund that is too small": (
        (*FUNDED, priced(refund_de_minimis=usd("100.01"))),
        refund,
        errors.BelowDeMinimisError,
    ),
    "a policy in another currency": (
        (),
        lambda: priced(refund_de_minimis=evolve(usd("1.00"), currency="EUR")),
        errors.MismatchError,
    ),
    "a term with a policy in another currency": (
        (),
        lambda: OpenTerm.from_plan(
            "mdfm",
            reference="T",
            starts_on=date(2024, 1, 1),
            refund_de_minimis=evolve(usd("1.00"), currency="EUR"),
        ),
        errors.MismatchError,
    ),
    "a payment before the refund": (
        (*FUNDED, refund()),
        lambda: payment(on=date(2021, 5, 31)),
        errors.MismatchError,
    ),
    "a payment of no refund": (FUNDED, payment, errors.UnknownDocumentError),
    "a payment from no account": (
        (*FUNDED, refund()),
        lambda: payment(bank_account="x"),
        errors.UnknownDocumentError,
    ),
    "a refund taken back that was paid": (
        (*FUNDED, refund(), payment()),
        lambda: undone("refund", "RF-1"),
        errors.ReversalDependsError,
    ),
    "money back from a term that does not hold it": (
        FUNDED,
        lambda: refund(term=NEXT),
        errors.DonorNegativeError,
    ),
    "carrying more than is free": (FUNDED, lambda: carried(amount="1000.01"), errors.CashShortError),
    "carrying what another has paid in": (
        (*FUNDED, receipt("R-2", donor="med")),
        lambda: carried(amount="1000.01"),
        errors.DonorNegativeError,
    ),
    "carrying cash the term has spent": (
        (*FUNDED, receipt("R-2", donor="med"), refund("RF-1", "900.00", on=LATER)),
        lambda: carried(amount="1000.00", on=LATER),
        errors.DonorNegativeError,
    ),
    "carrying into the same term": (FUNDED, lambda: carried(to_term=TERM), errors.MismatchError),
    "carrying back": (
        (NEXT_TERM, receipt(term=NEXT)),
        lambda: carried(term=NEXT, to_term=TERM),
        errors.MismatchError,
    ),
    "carrying for what the next term does not do": (
        FUNDED,
        lambda: carried(earmark="9.9"),
        errors.UnknownActivityError,
    ),
    "carrying into a term that is closed": (
        (*FUNDED, closing("TC-2", term=NEXT)),
        carried,
        errors.TermClosedError,
    ),
    "putting aside before the close": (FUNDED, aside, errors.TermNotClosedError),
    "putting aside dated before the close": (
        (*FUNDED, closing()),
        lambda: aside(on=date(2022, 1, 9)),
        errors.TermNotClosedError,
    ),
    "putting aside more than is unspent": (
        (*SPENT, closing()),
        lambda: aside(amount="162.01"),
        errors.DonorNegativeError,
    ),
    "closing a term before it begins": (
        FUNDED,
        lambda: closing(term=NEXT, on=date(2021, 12, 31)),
        errors.MismatchError,
    ),
    "closing a term twice": ((*SPENT, closing()), lambda: closing("TC-2"), errors.TermClosedError),
    "a receipt after the close": (
        (*SPENT, closing()),
        lambda: receipt("R-9"),
        errors.TermClosedError,
    ),
    "an expenditure taken back after the close": (
        (*SPENT, closing()),
        lambda: undone("expenditure", "E-1"),
        errors.TermClosedError,
    ),
    "money moved between accounts after the close": (
        (SAVINGS, *SPENT, closing()),
        conversion,
        errors.TermClosedError,
    ),
    "a move between accounts taken back after the close": (
        (SAVINGS, *SPENT, conversion(on=date(2021, 7, 1)), closing()),
        lambda: undone("conversion", "CV-1"),
        errors.TermClosedError,
    ),
    "a budget or policy after the close": ((*SPENT, closing()), priced, errors.TermClosedError),
    "other conditions of a pledge after the close": (
        (pledge(), receipt("R-9", pledge="P-1"), *FUNDED, closing()),
        lambda: PledgeAmendment(reference="PA", pledge="P-1", preference=("2",), on=LATER, reason="letter"),
        errors.TermClosedError,
    ),
    "taking the close back once money stands aside": (
        (*SPENT, closing(), aside()),
        lambda: undone("term_close", "TC-1"),
        errors.ReversalDependsError,
    ),
    "a posting in a closed month": (
        (*FUNDED, month()),
        lambda: refund(on=date(2021, 3, 31)),
        errors.PeriodClosedError,
    ),
    "a registration in a closed month": (
        (month(),),
        lambda: RegisterPartner(reference="p", name="P", on=date(2021, 3, 1)),
        errors.PeriodClosedError,
    ),
    "a reversal in a closed month": (
        (*FUNDED, month()),
        lambda: undone("receipt", "R-1", on=date(2021, 3, 31)),
        errors.PeriodClosedError,
    ),
    "closing a month that is not over": (
        (),
        lambda: month(on=date(2021, 3, 31)),
        errors.PeriodOrderError,
    ),
    "closing a month that is closed": ((month(),), lambda: month("PC-2"), errors.PeriodOrderError),
    "reopening what is not the last": (
        (month(), month("PC-2", date(2021, 4, 30), on=date(2021, 5, 3))),
        lambda: reopening(on=date(2021, 5, 4)),
        errors.PeriodOrderError,
    ),
    "reopening what is open": ((), reopening, errors.PeriodOrderError),
    "reopening twice": ((month(), reopening()), lambda: reopening("PR-2"), errors.PeriodOrderError),
    "reopening dated in what it opens": (
        (month(),),
        lambda: reopening(on=date(2021, 3, 30)),
        errors.PeriodClosedError,
    ),
    "taking a close of a month back": (
        (month(),),
        lambda: undone("period_close", "PC-1"),
        errors.NotReversibleError,
    ),
    "a seal that was approved before the books moved": (
        (receipt(),),
        lambda: month(trial_balance="0" * 64),
        errors.SealDiffersError,
    ),
    "an approver who prepared it": ((receipt(),), lambda: refund(approved_by=ACTOR), errors.SamePersonError),
    "a reopening its preparer approves": (
        (month(),),
        lambda: reopening(approved_by=ACTOR),
        errors.SamePersonError,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_it_is_refused(name: str) -> None:
    before, make, error = CASES[name]
    books = Desk(*before)
    number = books.books.number
    with pytest.raises(error):
        books.post(make())
    assert books.books.number == number


def test_a_month_ends_on_its_last_day() -> None:
    with pytest.raises(
        errors.WrongDayError, match=r"ends_on is .*: a period ends on the last day of a month"
    ):
        month(ends_on=date(2021, 2, 27))
    with pytest.raises(errors.InvalidFieldError):
        month(journal_head=-1)


def test_a_small_refund_needs_its_decision() -> None:
    desk = Desk(receipt(), priced(refund_de_minimis=usd("100.00")))
    desk.post(refund(amount="100.00"))
    desk.post(refund("RF-2", "99.99", despite_de_minimis="SC-11"))


def test_everything_open_is_listed_with_its_figure() -> None:
    desk = Desk(
        HOST,
        receipt("R-1", "500.00"),
        pledge("P-1", "70.00"),
        UnidentifiedReceipt(
            reference="U-1",
            term=TERM,
            amount=usd("5.00"),
            on=date(2021, 2, 1),
            bank_account="uil",
            bank_reference="?",
        ),
        allocation(amount="400.00"),
        Obligation(
            reference="O-1",
            allocation="A-1",
            party="host",
            amount=usd("300.00"),
            purpose="Workshop",
            on=date(2021, 2, 1),
        ),
        Advance(
            reference="ADV-1",
            obligation="O-1",
            amount=usd("100.00"),
            on=date(2021, 2, 2),
            due_on=date(2021, 9, 1),
            bank_account="uil",
            bank_reference="ADV",
        ),
        AdvanceLiquidation(
            reference="AL-1",
            advance="ADV-1",
            report="Certified",
            amount=usd("20.00"),
            ineligible=usd("10.00"),
            on=date(2021, 10, 1),
        ),
        expenditure(amount="50.00", bank_account="", party="host", on=date(2021, 11, 1)),
        receipt("R-2", "1.00", on=date(2022, 1, 11)),
    )
    with pytest.raises(errors.StillOpenError) as caught:
        desk.post(closing())
    assert caught.value.count == 8
    assert caught.value.items.split("; ") == [
        "advance ADV-1 USD 70.00",
        "allocation A-1 USD 50.00",
        "obligation O-1 USD 280.00",
        "payable to host USD 50.00",
        "pledge P-1 USD 70.00",
        "recoverable of advance ADV-1 USD 10.00",
        "unapplied receipt U-1 USD 5.00",
        "entries dated after it, the last on 2022-01-11",
    ]


def test_cash_is_reconciled_before_a_term_is_closed() -> None:
    """243.00 are left of the term, and 10.00 on the same account are another's: the bank states 253.00."""
    desk = Desk(SAVINGS, NEXT_TERM, *SPENT, receipt("R-9", "10.00", term=NEXT, on=date(2022, 1, 3)))
    refused = {
        (): "cash on uil USD 253.00 without a bank statement",
        (stated("253.00", bank_account="savings"),): "cash on uil USD 253.00 without a bank statement",
        (stated("243.00"),): "cash on uil USD 253.00, the bank states USD 243.00",
    }
    for confirmed, problem in refused.items():
        with pytest.raises(errors.StillOpenError) as caught:
            desk.post(closing(confirmed=confirmed))
        assert (caught.value.count, caught.value.items) == (1, problem)
    yen = BankConfirmation(bank_account="uil", amount=Amount(253, "JPY"), statement="S")
    with pytest.raises(errors.MismatchError):
        desk.post(closing(confirmed=(yen,)))
    desk.post(closing(confirmed=(stated("253.00"),)))


def test_a_difference_to_the_bank_is_explained() -> None:
    why = "a charge of the last day, booked by the bank on the next"
    Desk(*SPENT).post(closing(confirmed=(stated("242.00", explanation=why),)))


def test_a_term_without_cash_needs_no_bank_statement() -> None:
    desk = Desk(receipt("R-1", "60.00"), allocation(amount="60.00"), expenditure(amount="60.00"))
    assert desk.post(closing(confirmed=())).entry.lines


def test_a_term_is_not_closed_before_its_last_movement() -> None:
    with pytest.raises(errors.StillOpenError, match="entries dated after it, the last on 2021-06-30"):
        Desk(*SPENT).post(closing(on=date(2021, 6, 29)))


DATED_LATER: dict[str, tuple[Event, ...]] = {
    "a contribution": (receipt("R-9", "1.00", on=LATER),),
    "money carried in": (
        OpenTerm.from_plan("mdfm", reference="2018", starts_on=date(2018, 1, 1)),
        receipt("R-9", "1.00", term="2018", on=date(2019, 1, 1)),
        carried("CF-9", "1.00", term="2018", to_term=TERM),
    ),
    "interest": (evolve(interest(), reference="I-9", on=LATER),),
    "money moved between accounts": (conversion(),),
}


@pytest.mark.parametrize("name", DATED_LATER)
def test_what_may_not_follow_a_close_may_not_be_dated_after_it(name: str) -> None:
    with pytest.raises(errors.StillOpenError, match="entries dated after it, the last on 2022-01-12"):
        Desk(SAVINGS, *SPENT, *DATED_LATER[name]).post(closing())
    Desk(SAVINGS, *SPENT, *DATED_LATER[name]).post(closing(on=LATER))


def test_refunds_and_money_carried_on_may_be_dated_after_a_close() -> None:
    later = (refund("RF-9", on=LATER), payment("RFP-9", refund="RF-9", on=LATER), carried(amount="50.00"))
    desk = Desk(SAVINGS, NEXT_TERM, *SPENT, *later)
    assert desk.post(closing()).entry.lines


def test_the_remedy_for_a_closed_month_works() -> None:
    desk = Desk(month())
    with pytest.raises(errors.PeriodClosedError, match="period close PC-1") as caught:
        desk.post(receipt(on=date(2021, 3, 30)))
    assert "value_date" in caught.value.remedy
    entry = desk.post(receipt(on=date(2021, 4, 8), value_date=date(2021, 3, 30))).entry
    assert (entry.on, entry.value_date) == (date(2021, 4, 8), date(2021, 3, 30))


def test_reopening_goes_back_month_by_month() -> None:
    desk = Desk(month("PC-1", date(2021, 1, 31)), month("PC-2", date(2021, 2, 28)))
    desk.post(reopening(closing="PC-2"))
    desk.post(receipt(on=date(2021, 2, 1)))
    with pytest.raises(errors.PeriodClosedError, match="PC-1"):
        desk.post(receipt("R-2", on=date(2021, 1, 31)))
    desk.post(reopening("PR-2", "PC-1"), receipt("R-2", on=date(2021, 1, 31)))


def test_a_close_taken_back_opens_the_term_again() -> None:
    desk = Desk(*SPENT, closing())
    lines = desk.post(undone("term_close", "TC-1")).entry.lines
    assert {line.subaccount.flow for line in lines} == {"closing"}
    desk.post(receipt("R-9", on=LATER))
    assert "Dr 2010 ham closing USD 38.00" in desk.lines(closing("TC-2", on=date(2022, 1, 14)))


def test_a_close_without_lines_taken_back_opens_the_term_again(tmp_path: Path) -> None:
    """Nothing was earned or used; no other event could open the term again."""
    desk = Desk(receipt(), closing())
    with pytest.raises(errors.ReversalDateError):
        desk.post(undone("term_close", "TC-1", on=date(2022, 1, 9)))
    assert desk.post(undone("term_close", "TC-1")).entry.lines == ()
    desk.post(receipt("R-9", on=LATER), closing("TC-2", on=LATER), aside())
    with pytest.raises(errors.ReversalDependsError, match="donor balances stand on it, of ham"):
        desk.post(undone("term_close", "TC-2"))
    with open_ledger(tmp_path / "l.db") as ledger:
        ledger.record_all((*REGISTERED, receipt(), closing(), undone("term_close", "TC-1")))
        ledger.record(receipt("R-9", on=LATER))
        with pytest.raises(errors.AlreadyReversedError):
            ledger.record(evolve(undone("term_close", "TC-1"), reference="again"))
        assert ledger.verify().findings == ()
        assert ledger.report("tie_out", term=TERM, as_of=LATER).holds


@pytest.mark.parametrize(
    ("event", "kind"),
    [(refund(), "refund"), (carried(), "carry_forward")],
)
def test_taken_back_it_is_as_if_it_had_not_been(event: Event, kind: str) -> None:
    desk = Desk(receipt(), NEXT_TERM)
    lines = desk.post(event).entry.lines
    mirror = desk.post(undone(kind, event.reference)).entry.lines
    assert mirror == tuple(line.mirrored() for line in lines)
    desk.post(refund("RF-9", "1000.00", on=LATER))


def test_what_was_put_aside_can_be_taken_back() -> None:
    desk = Desk(*SPENT, closing(), aside(amount="162.00"), undone("donor_balance", "DB-1"))
    desk.post(aside("DB-2", "162.00"))


def test_money_carried_in_is_no_new_money() -> None:
    desk = Desk(receipt(amount="1000.00"), NEXT_TERM)
    posting = desk.post(carried(amount="1000.00"))
    assert posting.warnings == ()
    assert desk.books.received(NEXT) == 0
    assert desk.books.received(TERM) == 100_000


def test_the_invariants_are_named_in_a_plan() -> None:
    desk = Desk(*SPENT, month(), closing())
    _, verdicts = examine(receipt("R-9", on=date(2021, 1, 1)), desk.books, actor=ACTOR, recorded_at=NOW)
    broken = {verdict.invariant for verdict in verdicts if verdict.error}
    assert broken == {"period-open", "term-closed"}


# -- what holds for any of it -----------------------------------------------------------------------

CENTS = st.integers(1, 5_000_00)


@given(CENTS, CENTS, st.integers(0, 5_000_00), st.integers(0, 500_00))
def test_closing_leaves_each_donor_what_was_held_for_it(ham: int, med: int, spent: int, earned: int) -> None:
    desk = Desk(receipt("R-1", f"{ham / 100:.2f}"), receipt("R-2", f"{med / 100:.2f}", donor="med"))
    cost = min(spent, ham + med)
    if cost:
        desk.post(allocation(amount=f"{cost / 100:.2f}"), expenditure(amount=f"{cost / 100:.2f}"))
    if earned and cost < ham + med:
        desk.post(interest(f"{earned / 100:.2f}"))
    held = {donor: series.total for donor, series in desk.books.held(TERM).items()}
    entry = desk.post(closing()).entry
    assert {donor: series.total for donor, series in desk.books.held(TERM).items()} == held
    after = desk.books.whole.courses(TERM, ("2010",))
    assert held == {
        donor: sum(series.total for place, series in after.items() if place.donor == donor) for donor in held
    }
    rest = desk.books.whole.courses(TERM, ("2020", "2040"))
    assert all(
        sum(
            series.total for place, series in rest.items() if (place.donor, place.account) == (donor, account)
        )
        == 0
        for donor in held
        for account in ("2020", "2040")
    )
    assert sum(line.signed for line in entry.lines) == 0


@given(CENTS, st.lists(st.tuples(st.sampled_from(["refund", "carry"]), CENTS), max_size=6))
def test_nobody_gets_back_or_leaves_more_than_is_free(paid_in: int, asked: list[tuple[str, int]]) -> None:
    desk = Desk(receipt(amount=f"{paid_in / 100:.2f}"), receipt("R-2", "9000.00", donor="med"), NEXT_TERM)
    free = paid_in
    for position, (what, cents) in enumerate(asked):
        make = refund if what == "refund" else carried
        event: Event = make(f"E-{position}", f"{cents / 100:.2f}", on=LATER)
        if cents <= free:
            desk.post(event)
            free -= cents
        else:
            with pytest.raises(errors.DonorNegativeError):
                desk.post(event)
    assert desk.books.held(TERM)["ham"].total == free


# -- on a ledger ------------------------------------------------------------------------------------

REGISTERED: tuple[Event, ...] = tuple(
    sorted(
        (found.entry.event for found in Desk(NEXT_TERM).books.entries.values()),
        key=lambda event: (event.event_kind != "open_term", event.reference),
    )
)
LIFE: tuple[Event, ...] = (
    *REGISTERED,
    *SPENT,
    month("PC-1", date(2021, 6, 30), on=date(2021, 7, 6)),
    refund(amount="12.00", on=date(2021, 7, 7)),
    payment(amount="10.00", on=date(2021, 7, 9)),
    receipt("R-NEXT", "500.00", term=NEXT, on=date(2021, 12, 1)),
    allocation("A-NEXT", "100.00", term=NEXT, on=date(2022, 1, 3)),
    reopening(closing="PC-1", on=date(2022, 1, 4)),
    receipt("R-LATE", "1.00", on=date(2021, 6, 29)),
    month("PC-2", date(2021, 6, 30), on=date(2022, 1, 5)),
    closing(),
    carried(amount="100.00"),
    aside(amount="51.00"),
    aside("DB-2", "81.00", donor="med"),
    refund("RF-2", "80.00", donor="med", on=LATER, out_of="donor_balance"),
    payment("RFP-2", "80.00", refund="RF-2", on=date(2022, 1, 13)),
    month("PC-3", date(2021, 12, 31), on=date(2022, 1, 14)),
)
"""Two terms that overlap, a donor in both, one bank account; one term closed and wound up."""


def recorded(path: Path) -> Path:
    with open_ledger(path) as ledger:
        ledger.record_all(LIFE)
    return path


def test_a_ledger_with_all_of_it_verifies(tmp_path: Path) -> None:
    with open_ledger(recorded(tmp_path / "l.db")) as ledger:
        assert ledger.verify().findings == ()
        for term in (TERM, NEXT):
            assert ledger.report("tie_out", term=term).holds
        bank = [ledger.balance("1010", term=term, bank_account="uil").minor for term in (TERM, NEXT)]
        assert bank == [200_00 + 100_00 + 1_00 - 60_00 + 3_00 - 10_00 - 100_00 - 80_00, 600_00]
        target = ledger.report("term_target", term=NEXT)
        assert (target.received, target.carried_in) == (usd("500.00"), usd("100.00"))
        ended = ledger.donor_statement("ham", term=TERM)
        assert {row.key: row.inception for row in ended.account if row.inception.minor} == {
            "contributions": usd("201.00"),
            "interest": usd("2.00"),
            "activities": usd("-40.00"),
            "refunds": usd("-12.00"),
            "carried_out": usd("-100.00"),
            "donor_balances": usd("-51.00"),
        }
        begun = ledger.donor_statement("ham", term=NEXT)
        assert {row.key: row.inception for row in begun.account if row.inception.minor} == {
            "contributions": usd("500.00"),
            "carried_in": usd("100.00"),
            "closing": usd("600.00"),
        }
        assert begun.allotted == usd("100.00")


def test_a_report_as_it_was_known_before_the_close_is_the_same_for_ever(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "l.db") as ledger:
        position = LIFE.index(closing())
        ledger.record_all(LIFE[:position])
        names = ("trial_balance", "sources_and_uses", "activity_budget", "term_target")
        before = [ledger.report(name, term=TERM) for name in names]
        known_at = before[0].head.known_at
        ledger.record_all(LIFE[position:])
        assert [ledger.report(name, term=TERM, known_at=known_at) for name in names] == before


def test_closing_a_term_changes_no_figure_but_the_balances(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "l.db") as ledger:
        ledger.record_all(LIFE[: LIFE.index(closing())])
        before = ledger.report("sources_and_uses", term=TERM)
        ledger.record(closing())
        after = ledger.report("sources_and_uses", term=TERM)
    assert evolve(after, head=before.head) == before


def test_transfers_of_a_closed_term_still_tie_out(tmp_path: Path) -> None:
    """A close sets them against contributions; who received them is said all the same."""
    passed_on = Transfer(
        reference="T-1",
        allocation="A-2",
        party="org",
        amount=usd("30.00"),
        on=CLOSED_ON,
        bank_account="uil",
        agreement="MOU",
    )
    with open_ledger(tmp_path / "l.db") as ledger:
        ledger.record_all(LIFE[: LIFE.index(closing())])
        ledger.record(
            RegisterPartner(reference="org", name="Organization", kind="organization", on=CLOSED_ON)
        )
        ledger.record(allocation("A-2", "30.00", on=CLOSED_ON))
        ledger.record(passed_on)
        ledger.record(closing())
        assert ledger.report("sources_and_uses", term=TERM).receivers[0].net == usd("30.00")
        assert [one for one in ledger.report("tie_out", term=TERM).ties if not one.holds] == []


def test_the_seal_is_that_of_the_books_in_memory_and_of_the_last_entry(tmp_path: Path) -> None:
    desk = Desk(NEXT_TERM, *LIFE[len(REGISTERED) : -1])
    with open_ledger(tmp_path / "l.db") as ledger:
        ledger.record_all(LIFE[:-1])
        planned = ledger.plan(LIFE[-1])
        done = ledger.record(LIFE[-1], expecting=planned)
        assert ledger.record(LIFE[-1]).was_replayed
        with pytest.raises(errors.ReferenceConflictError):
            ledger.record(month("PC-3", date(2021, 11, 30), on=date(2022, 1, 14)))
        (event,) = [entry.event for entry in ledger.entries() if entry.number == done.number]
        assert ledger.record(event).was_replayed
    in_memory = desk.post(LIFE[-1]).entry.event
    assert isinstance(event, PeriodClose)
    assert isinstance(in_memory, PeriodClose)
    assert event.trial_balance == in_memory.trial_balance
    assert event.journal_head == done.number - 1
    assert len(event.journal_seal) == 64
    assert in_memory.journal_seal == ""
    assert planned.entry.event == event


def test_a_seal_that_was_approved_is_taken_as_long_as_it_is_right(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "l.db") as ledger:
        ledger.record_all(REGISTERED)
        approved = ledger.plan(month()).entry.event
        assert isinstance(approved, PeriodClose)
        ledger.record(receipt())
        with pytest.raises(errors.SealDiffersError, match="event says"):
            ledger.record(approved)
        ledger.record(evolve(approved, trial_balance="", journal_head=0, journal_seal=""))
        assert ledger.verify().is_clean


def test_the_roll_forward_says_what_left_one_term_and_entered_another(tmp_path: Path) -> None:
    with open_ledger(recorded(tmp_path / "l.db")) as ledger:
        rolled = ledger.report("roll_forward", term=TERM, since=date(2021, 6, 30))
    cash = next(one for one in rolled.accounts if one.account == "1010")
    assert (cash.opening, cash.debits) == (usd("241.00"), usd("3.00"))
    assert (cash.credits, cash.closing) == (usd("190.00"), usd("54.00"))
    assert [(one.activity, one.opening, one.period) for one in rolled.activities] == [
        ("1.1", usd("60.00"), usd("0.00"))
    ]
    (ham,) = rolled.carried
    assert (ham.donor, ham.carried_out, ham.carried_in) == ("ham", usd("100.00"), usd("100.00"))


def test_two_terms_side_by_side_keep_their_own_books(tmp_path: Path) -> None:
    """What is free in one term is not free in the other, and one may be closed while the other goes on."""
    with Ledger.open("sqlite://", actor=ACTOR, clock=lambda: datetime(2022, 1, 15, tzinfo=UTC)) as ledger:
        ledger.record_all([*REGISTERED, receipt(amount="100.00"), receipt("R-2", "50.00", term=NEXT)])
        with pytest.raises(errors.NotFundedError):
            ledger.record(allocation(term=NEXT, amount="50.01", on=LATER))
        with pytest.raises(errors.DonorNegativeError):
            ledger.record(refund(term=NEXT, amount="50.01", on=LATER))
        ledger.record_all([closing(on=date(2021, 3, 1)), allocation(term=NEXT, amount="50.00", on=LATER)])
        assert ledger.balance("8110", term=TERM).minor == -100_00
        assert ledger.balance("8110", term=NEXT).minor == 0
        for term in (TERM, NEXT):
            assert ledger.report("tie_out", term=term).holds
        assert ledger.verify().is_clean


# -- what verify finds ------------------------------------------------------------------------------


def found_in(path: Path) -> set[tuple[str, int]]:
    with open_ledger(path) as ledger:
        return {(finding.check, finding.number) for finding in ledger.verify().findings}


def number_of(reference: str) -> int:
    return 1 + [event.reference for event in LIFE].index(reference)


@pytest.mark.parametrize("field", ["trial_balance", "journal_seal"])
def test_another_seal_in_the_record_is_found(field: str, tmp_path: Path) -> None:
    number = number_of("PC-2")

    def attack(connection: sqlite3.Connection) -> None:
        rewrite(connection, number, event=lambda event: event.update({field: "0" * 64}))

    without_guards(recorded(tmp_path / "l.db"), attack)
    assert ("period-seal", number) in found_in(tmp_path / "l.db")


def test_a_cent_moved_in_a_sealed_month_is_found_at_every_close_after_it(tmp_path: Path) -> None:
    """Even where the lines, the daily totals and the balances agree with each other."""

    def attack(connection: sqlite3.Connection) -> None:
        number = number_of("R-1")
        connection.execute("UPDATE line SET amount = amount + sign(amount) WHERE number = ?", (number,))
        day = "day = (SELECT day FROM entry WHERE number = ?) AND term = '2020-2021'"
        for account, side in (("1010", "debit"), ("2010", "credit"), ("8100", "debit"), ("8110", "credit")):
            change = f"UPDATE daily_total SET {side} = {side} + 1 WHERE account = '{account}' AND {day}"
            connection.execute(change, (number,))

    without_guards(recorded(tmp_path / "l.db"), attack)
    found = found_in(tmp_path / "l.db")
    assert {("period-seal", number_of(one)) for one in ("PC-1", "PC-2", "PC-3")} <= found
    assert ("daily-totals", 0) not in found


UNCHECKED: dict[str, tuple[Event, tuple[str, bool]]] = {
    "money moved in a closed term": (conversion(), ("term-closed", True)),
    "a receipt in a closed term": (receipt("R-9", on=LATER), ("term-closed", True)),
    "a policy of a closed term": (priced(), ("term-closed", True)),
    "a receipt in a closed month": (receipt("R-9", term=NEXT, on=date(2021, 12, 31)), ("period-open", True)),
    "more aside than there is": (
        refund("RF-9", "51.01", on=LATER, out_of="donor_balance"),
        ("outstanding-not-negative", False),
    ),
}


@pytest.mark.parametrize("name", UNCHECKED)
def test_what_was_posted_past_the_checks_is_found(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    event, (check, is_of_the_entry) = UNCHECKED[name]
    monkeypatch.setattr(posting, "checks_of", lambda accounts: ())
    path = recorded(tmp_path / "l.db")
    with open_ledger(path) as ledger:
        ledger.record(SAVINGS)
        number = ledger.record(event).number
    assert (check, number if is_of_the_entry else 0) in found_in(path)


def with_lines(change: Callable[[Lines], Lines], kind: type[Event], monkeypatch: pytest.MonkeyPatch) -> None:
    right = kind.post
    monkeypatch.setattr(kind, "post", lambda self, books: change(right(self, books)))


def test_carrying_through_another_bank_account_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = subaccount("1010", term=NEXT, bank_account="other")

    def change(lines: Lines) -> Lines:
        return tuple(
            JournalLine(other, line.signed)
            if (line.subaccount.account, line.subaccount.term) == ("1010", NEXT)
            else line
            for line in lines
        )

    with_lines(change, CarryForward, monkeypatch)
    path = tmp_path / "l.db"
    with open_ledger(path) as ledger:
        ledger.record_all([OpenBankAccount(reference="other", name="Other", currency="USD"), *LIFE])
    assert ("roll-forward", number_of("CF-1") + 1) in found_in(path)


def test_what_leaves_one_term_and_enters_no_other_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def change(lines: Lines) -> Lines:
        return tuple(line for line in lines if line.subaccount.term == TERM)

    with_lines(change, CarryForward, monkeypatch)
    assert ("roll-forward", 0) in found_in(recorded(tmp_path / "l.db"))


def test_what_is_put_aside_and_does_not_stand_there_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def change(lines: Lines) -> Lines:
        owed = subaccount("2060", term=TERM, donor="ham")
        return tuple(
            JournalLine(owed, line.signed) if line.subaccount.account == "2070" else line for line in lines
        )

    with_lines(change, DonorBalance, monkeypatch)
    path = tmp_path / "l.db"
    with open_ledger(path) as ledger:
        ledger.record_all(LIFE[: 1 + LIFE.index(aside(amount="51.00"))])
    assert ("roll-forward", 0) in found_in(path)


def test_a_close_that_leaves_something_off_2010_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_lines(lambda lines: (), TermClose, monkeypatch)
    path = tmp_path / "l.db"
    with open_ledger(path) as ledger:
        ledger.record_all(LIFE[: 1 + LIFE.index(closing())])
    assert ("term-closed", 0) in found_in(path)
