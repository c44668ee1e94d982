"""Money in other currencies: rates, receipts, conversion, revaluation, exchange differences, refusals."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from mdfm_ledger import (
    Advance,
    AdvanceReturn,
    AgentFee,
    Amount,
    BankCharge,
    CarryForward,
    Conversion,
    CurrencyRate,
    Interest,
    Obligation,
    OpenBankAccount,
    OpenTerm,
    Payment,
    PublishRates,
    ReceiptApplication,
    ReceiptReturn,
    Refund,
    RefundPayment,
    RegisterDonor,
    RegisterPartner,
    Revaluation,
    Reversal,
    RevisePolicy,
    TermClose,
    Transfer,
    TransferRefund,
    UnidentifiedReceipt,
    errors,
)
from mdfm_ledger.books import Books
from mdfm_ledger.event import Event
from mdfm_ledger.journal import OwnAmount, credit, debit, subaccount
from mdfm_ledger.rates import DOLLARS_PER_UNIT, UNITS_PER_DOLLAR, RateUsed
from mdfm_ledger.rules.held_in_trust import BankConfirmation
from tests.support.bookkeeping import (
    TERM,
    Desk,
    allocation,
    expenditure,
    pledge,
    receipt,
    table,
    usd,
    written,
)
from tests.support.ledgers import open_ledger, without_guards

SOURCE = "UNORE"


def eur(text: str) -> Amount:
    return Amount.parse(text, "EUR")


def rates(since: date, rate: str, *, currency: str = "EUR", quoted: str = UNITS_PER_DOLLAR) -> PublishRates:
    named = CurrencyRate(currency=currency, rate=rate, quoted=quoted)
    return PublishRates(reference=f"X-{currency}-{since}", source=SOURCE, since=since, rates=(named,))


BASE: tuple[Event, ...] = (
    OpenTerm.from_plan("mdfm", reference=TERM, starts_on=date(2020, 1, 1), agent="host", rate_source=SOURCE),
    OpenBankAccount(reference="uil", name="UIL", currency="USD"),
    OpenBankAccount(reference="eur", name="UIL euros", currency="EUR"),
    OpenBankAccount(reference="jpy", name="UIL yen", currency="JPY"),
    OpenBankAccount(reference="kwd", name="UIL dinars", currency="KWD"),
    RegisterDonor(reference="ham", name="Hamburg", kind="member_city", country="DE"),
    RegisterDonor(reference="med", name="Medellín", kind="member_city", country="CO"),
    RegisterPartner(reference="host", name="UIL"),
    RegisterPartner(reference="kla", name="Kampala", country="UG"),
    rates(date(2020, 3, 1), "0.8"),
    rates(date(2020, 3, 16), "0.9"),
    rates(date(2020, 6, 30), "0.5"),
    rates(date(2020, 3, 1), "110", currency="JPY"),
    rates(date(2020, 3, 1), "0.3", currency="KWD"),
)


class EuroDesk(Desk):
    """Books of a term with accounts in euros, yen and dinars, and rates for them."""

    def __init__(self, *events: Event) -> None:
        self.books = Books()
        self.post(*BASE, *events)


def in_euros(amount: str = "80.00", **fields: Any) -> Event:
    return receipt(money=eur(amount), bank_account="eur", **{"on": date(2020, 3, 10), **fields})


def convert(
    sold: Amount, bought: Amount, *, reference: str = "CV-1", on: date = date(2020, 3, 12)
) -> Conversion:
    accounts = {"USD": "uil", "EUR": "eur", "JPY": "jpy", "KWD": "kwd"}
    return Conversion(
        reference="CV-1",
        term=TERM,
        sold=sold,
        from_account=accounts[sold.currency],
        bought=bought,
        to_account=accounts[bought.currency],
        bank_reference="FX/1",
        on=on,
    )


def revalue(
    on: date = date(2020, 3, 31), *, reference: str = "RV-1", bank_account: str = "eur"
) -> Revaluation:
    return Revaluation(reference=reference, term=TERM, bank_account=bank_account, on=on)


MONEY = (in_euros(), receipt("R-2", "300.00", donor="med"))
"""80.00 euros at 0.8 for Hamburg, which is 100.00 dollars, and 300.00 dollars for Medellín."""

OWED = expenditure("E-1", "20.00", bank_account="", party="kla", on=date(2020, 3, 12))
PAYMENT = Payment(
    reference="PY-1", term=TERM, party="kla", amount=eur("16.80"), settles=usd("20.00"), bank_account="eur",
    bank_reference="x", on=date(2020, 3, 13),
)  # fmt: skip

REFUND = Refund(
    reference="RF-1", term=TERM, donor="ham", amount=usd("20.00"), decision="SC-9",
    approved_by="director@example.org", on=date(2020, 3, 12),
)  # fmt: skip

PASSED_ON = (
    allocation(amount="300.00", on=date(2020, 3, 11)),
    Transfer(
        reference="T-1", allocation="A-1", party="kla", amount=eur("80.00"), bank_account="eur",
        agreement="x", on=date(2020, 3, 12),
    ),
)  # fmt: skip
"""100.00 dollars in euros at 0.8, of which a quarter is Hamburg's."""

PASSED_ON_WHOLE = (
    allocation(amount="400.00", on=date(2020, 3, 11)),
    Transfer(
        reference="T-1", allocation="A-1", party="kla", amount=usd("400.00"), bank_account="uil",
        agreement="x", on=date(2020, 3, 12),
    ),
)  # fmt: skip


ASTRAY = UnidentifiedReceipt(
    reference="U-1", term=TERM, amount=eur("36.00"), bank_account="eur", bank_reference="?",
    on=date(2020, 3, 10),
)  # fmt: skip
"""45.00 dollars in euros at 0.8 that are nobody's."""


def transfer_refund(amount: str, on: date, *, settles: str = "") -> TransferRefund:
    return TransferRefund(
        reference="TR-1", transfer="T-1", amount=eur(amount), settles=usd(settles) if settles else None,
        bank_account="eur", bank_reference="x", on=on,
    )  # fmt: skip


POSTS: dict[str, tuple[tuple[Event, ...], Callable[[], Event], str]] = {
    "a receipt is priced at the rate of its value date": (
        (),
        in_euros,
        """
        Dr 1010 eur USD 100.00
        Cr 2010 ham USD 100.00
        Dr 8100 ham USD 100.00
        Cr 8110 ham USD 100.00
        """,
    ),
    "the value date counts, not the accounting date": (
        (),
        lambda: in_euros(value_date=date(2020, 3, 15), on=date(2020, 3, 20)),
        """
        Dr 1010 eur USD 100.00
        Cr 2010 ham USD 100.00
        Dr 8100 ham USD 100.00
        Cr 8110 ham USD 100.00
        """,
    ),
    "the rate of 30 June serves 1 July": (
        (),
        lambda: in_euros("10.00", on=date(2020, 7, 1)),
        """
        Dr 1010 eur USD 20.00
        Cr 2010 ham USD 20.00
        Dr 8100 ham USD 20.00
        Cr 8110 ham USD 20.00
        """,
    ),
    "a pledge in euros is fulfilled in euros": (
        (pledge(money=eur("80.00")),),
        lambda: in_euros(pledge="P-1", donor="", term=""),
        """
        Dr 1010 eur USD 100.00
        Cr 2010 ham USD 100.00
        Dr 8100 ham USD 100.00
        Cr 8110 ham USD 100.00
        Dr 8040 ham P-1 EUR 80.00
        Cr 8020 ham P-1 EUR 80.00
        """,
    ),
    "what the bank turned into dollars counts for what it brought": (
        (pledge(money=eur("80.00")),),
        lambda: receipt(amount="99.00", pledge="P-1", fulfils=eur("80.00"), on=date(2020, 3, 10)),
        """
        Dr 1010 uil USD 99.00
        Cr 2010 ham USD 99.00
        Dr 8100 ham USD 99.00
        Cr 8110 ham USD 99.00
        Dr 8040 ham P-1 EUR 80.00
        Cr 8020 ham P-1 EUR 80.00
        """,
    ),
    "yen have no decimals": (
        (),
        lambda: receipt(money=Amount(11_000, "JPY"), bank_account="jpy", on=date(2020, 3, 10)),
        """
        Dr 1010 jpy USD 100.00
        Cr 2010 ham USD 100.00
        Dr 8100 ham USD 100.00
        Cr 8110 ham USD 100.00
        """,
    ),
    "dinars have three": (
        (),
        lambda: receipt(money=Amount(30_000, "KWD"), bank_account="kwd", on=date(2020, 3, 10)),
        """
        Dr 1010 kwd USD 100.00
        Cr 2010 ham USD 100.00
        Dr 8100 ham USD 100.00
        Cr 8110 ham USD 100.00
        """,
    ),
    "revaluing brings the account to the rate of the day, the loss to donors by what is held": (
        MONEY,
        revalue,
        """
        Cr 1010 eur USD 11.11
        Dr 2030 ham USD 2.78
        Dr 2030 med USD 8.33
        Dr 8110 ham USD 2.78
        Cr 8100 ham USD 2.78
        Dr 8110 med USD 8.33
        Cr 8100 med USD 8.33
        """,
    ),
    "a gain is free money": (
        MONEY,
        lambda: revalue(date(2020, 7, 15)),
        """
        Dr 1010 eur USD 60.00
        Cr 2030 ham USD 15.00
        Cr 2030 med USD 45.00
        Dr 8100 ham USD 15.00
        Cr 8110 ham USD 15.00
        Dr 8100 med USD 45.00
        Cr 8110 med USD 45.00
        """,
    ),
    "revalued again on the same day there is nothing to post": (
        (*MONEY, revalue()),
        lambda: revalue(reference="RV-2"),
        "",
    ),
    "a conversion posts what the bank gave less than the published rate": (
        MONEY,
        lambda: convert(eur("40.00"), usd("49.60")),
        """
        Dr 1010 uil USD 49.60
        Cr 1010 eur USD 50.00
        Dr 2030 ham USD 0.10
        Dr 2030 med USD 0.30
        Dr 8110 ham USD 0.10
        Cr 8100 ham USD 0.10
        Dr 8110 med USD 0.30
        Cr 8100 med USD 0.30
        """,
    ),
    "one at the published rate posts no difference": (
        MONEY,
        lambda: convert(usd("100.00"), Amount(11_000, "JPY")),
        """
        Dr 1010 jpy USD 100.00
        Cr 1010 uil USD 100.00
        """,
    ),
    "a loss that unearmarked money cannot carry is taken by earmark": (
        (in_euros("80.00", earmark="1.1"),),
        revalue,
        """
        Cr 1010 eur USD 11.11
        Dr 2030 ham USD 11.11
        Dr 8110 ham 1.1 USD 11.11
        Cr 8100 ham USD 11.11
        """,
    ),
    "expenditure in euros is drawn in dollars": (
        (*MONEY, allocation(amount="100.00", on=date(2020, 3, 11))),
        lambda: expenditure(category="4", money=eur("8.00"), bank_account="eur", on=date(2020, 3, 12)),
        """
        Dr 2040 ham A-1 1.1 4 USD 2.50
        Dr 2040 med A-1 1.1 4 USD 7.50
        Cr 1010 eur USD 10.00
        Dr 8120 ham A-1 1.1 USD 2.50
        Cr 8150 ham A-1 1.1 USD 2.50
        Dr 8120 med A-1 1.1 USD 7.50
        Cr 8150 med A-1 1.1 USD 7.50
        """,
    ),
    "a payable paid in euros settles the dollars it stands for": (
        (*MONEY, allocation(amount="100.00", on=date(2020, 3, 11)), OWED),
        lambda: PAYMENT,
        """
        Dr 2110 kla USD 20.00
        Cr 1010 eur USD 21.00
        Dr 2030 ham USD 0.25
        Dr 2030 med USD 0.75
        Dr 8110 ham USD 0.25
        Cr 8100 ham USD 0.25
        Dr 8110 med USD 0.75
        Cr 8100 med USD 0.75
        """,
    ),
    "a refund in the donor's own currency settles the dollars it stands for": (
        (*MONEY, REFUND),
        lambda: RefundPayment(
            reference="RFP-1", refund="RF-1", amount=eur("16.00"), settles=usd("20.00"), bank_account="eur",
            bank_reference="x", on=date(2020, 3, 20),
        ),
        """
        Dr 2060 ham USD 20.00
        Cr 1010 eur USD 17.78
        Cr 2030 ham USD 0.47
        Cr 2030 med USD 1.75
        Dr 8100 ham USD 0.47
        Cr 8110 ham USD 0.47
        Dr 8100 med USD 1.75
        Cr 8110 med USD 1.75
        """,
    ),
    "euros of a transfer that come back dearer stand for the dollars that were transferred": (
        (*MONEY, *PASSED_ON),
        lambda: transfer_refund("80.00", date(2020, 7, 5), settles="100.00"),
        """
        Dr 1010 eur USD 160.00
        Cr 2045 ham kla USD 25.00
        Dr 8150 ham A-1 1.1 USD 25.00
        Cr 8120 ham A-1 1.1 USD 25.00
        Cr 2045 med kla USD 75.00
        Dr 8150 med A-1 1.1 USD 75.00
        Cr 8120 med A-1 1.1 USD 75.00
        Cr 2030 ham USD 15.00
        Cr 2030 med USD 45.00
        Dr 8100 ham USD 15.00
        Cr 8110 ham USD 15.00
        Dr 8100 med USD 45.00
        Cr 8110 med USD 45.00
        """,
    ),
    "euros of a transfer that come back cheaper stand for the dollars that were transferred": (
        (*MONEY, *PASSED_ON),
        lambda: transfer_refund("36.00", date(2020, 3, 20), settles="45.00"),
        """
        Dr 1010 eur USD 40.00
        Cr 2045 ham kla USD 11.25
        Dr 8150 ham A-1 1.1 USD 11.25
        Cr 8120 ham A-1 1.1 USD 11.25
        Cr 2045 med kla USD 33.75
        Dr 8150 med A-1 1.1 USD 33.75
        Cr 8120 med A-1 1.1 USD 33.75
        Dr 2030 ham USD 1.25
        Dr 2030 med USD 3.75
        Dr 8110 ham USD 1.25
        Cr 8100 ham USD 1.25
        Dr 8110 med USD 3.75
        Cr 8100 med USD 3.75
        """,
    ),
    "where all was passed on the difference is theirs whose money comes back": (
        (*MONEY, *PASSED_ON_WHOLE),
        lambda: transfer_refund("18.00", date(2020, 3, 20), settles="18.00"),
        """
        Dr 1010 eur USD 20.00
        Cr 2045 ham kla USD 4.50
        Dr 8150 ham A-1 1.1 USD 4.50
        Cr 8120 ham A-1 1.1 USD 4.50
        Cr 2045 med kla USD 13.50
        Dr 8150 med A-1 1.1 USD 13.50
        Cr 8120 med A-1 1.1 USD 13.50
        Cr 2030 ham USD 0.50
        Cr 2030 med USD 1.50
        Dr 8100 ham USD 0.50
        Cr 8110 ham USD 0.50
        Dr 8100 med USD 1.50
        Cr 8110 med USD 1.50
        """,
    ),
    "euros that came by mistake go back for the dollars they were booked at": (
        (*MONEY, ASTRAY),
        lambda: ReceiptReturn(
            reference="UR-1", receipt="U-1", amount=eur("36.00"), settles=usd("45.00"), bank_account="eur",
            bank_reference="x", reason="credited by mistake", on=date(2020, 3, 20),
        ),
        """
        Dr 2050 U-1 USD 45.00
        Cr 1010 eur USD 40.00
        Cr 2030 ham USD 1.25
        Cr 2030 med USD 3.75
        Dr 8100 ham USD 1.25
        Cr 8110 ham USD 1.25
        Dr 8100 med USD 3.75
        Cr 8110 med USD 3.75
        """,
    ),
    "a charge in euros is that donor's in dollars": (
        MONEY,
        lambda: BankCharge(
            reference="C-1", term=TERM, donor="ham", amount=eur("0.80"), bank_account="eur",
            bank_reference="C", on=date(2020, 3, 12),
        ),
        """
        Dr 2043 ham USD 1.00
        Cr 1010 eur USD 1.00
        Dr 8110 ham USD 1.00
        Cr 8100 ham USD 1.00
        """,
    ),
    "interest in euros is the donors' in dollars": (
        MONEY,
        lambda: Interest(
            reference="I-1", term=TERM, amount=eur("0.80"), bank_account="eur", bank_reference="I",
            since=date(2020, 3, 10), until=date(2020, 3, 10), on=date(2020, 3, 12),
        ),
        """
        Dr 1010 eur USD 1.00
        Cr 2020 ham USD 0.25
        Dr 8100 ham USD 0.25
        Cr 8110 ham USD 0.25
        Cr 2020 med USD 0.75
        Dr 8100 med USD 0.75
        Cr 8110 med USD 0.75
        """,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", POSTS)
def test_an_event_posts(case: str) -> None:
    before, event, expected = POSTS[case]
    # The dollars of Medellín are there before anything is revalued.
    assert EuroDesk(*_early(before)).lines(event()) == table(expected)


def _early(events: tuple[Event, ...]) -> list[Event]:
    return [evolve(event, on=date(2020, 3, 10)) if event.reference == "R-2" else event for event in events]


def test_a_line_on_an_account_in_euros_says_its_euros_and_its_rate() -> None:
    entry = EuroDesk().post(in_euros()).entry
    rate = RateUsed(rate="0.8", quoted=UNITS_PER_DOLLAR, source=SOURCE, since=date(2020, 3, 1))
    assert entry.lines[0].own == OwnAmount(8_000, "EUR", rate)
    assert entry.lines[0].own.amount == eur("80.00")
    assert entry.lines[0].own_signed == 8_000
    assert entry.lines[0].mirrored().own_signed == -8_000
    assert [line.own for line in entry.lines[1:]] == [None] * 3
    assert [line.own_signed for line in entry.lines[1:]] == [0] * 3
    assert str(rate) == "0.8 units per dollar, UNORE of 2020-03-01"


AT_RATE = RevisePolicy(
    reference="RP-1", term=TERM, on=date(2020, 1, 2), agent_fee_basis_points=0,
    support_cost_basis_points=0, interest_to="donors", decision="SC-2",
    rate_source=SOURCE, receipts_at="operational_rate",
)  # fmt: skip


def brought(reference: str, dollars: str) -> Event:
    """Dollars for 80.00 euros of a pledge: 100.00 dollars at 0.8."""
    return receipt(reference, dollars, pledge="P-1", fulfils=eur("80.00"), on=date(2020, 3, 10))


def test_by_policy_what_was_sent_counts_at_the_published_rate_and_the_difference_is_the_donors_own() -> None:
    desk = EuroDesk(AT_RATE, pledge(money=eur("160.00")))
    assert desk.lines(brought("R-1", "99.00")) == table(
        """
        Dr 1010 uil USD 99.00
        Cr 2010 ham USD 100.00
        Dr 2030 ham USD 1.00
        Dr 8100 ham USD 99.00
        Cr 8110 ham USD 99.00
        Dr 8040 ham P-1 EUR 80.00
        Cr 8020 ham P-1 EUR 80.00
        """
    )
    assert desk.lines(brought("R-2", "100.50")).splitlines()[:3] == [
        "Dr 1010 uil USD 100.50",
        "Cr 2010 ham USD 100.00",
        "Cr 2030 ham USD 0.50",
    ]
    # Money in dollars that fulfils a pledge in dollars has no rate to count at.
    desk.post(pledge("P-2", "10.00", on=date(2020, 2, 3)))
    same = receipt("R-3", "10.00", pledge="P-2", fulfils=usd("10.00"), on=date(2020, 3, 10))
    assert "2030" not in desk.lines(same)


def test_a_loss_may_leave_free_money_below_zero_and_then_blocks_allotting() -> None:
    desk = EuroDesk(in_euros(), receipt("R-2", "10.00", donor="med", on=date(2020, 3, 10)))
    desk.post(allocation(amount="105.00", on=date(2020, 3, 11)))
    # Free are 4.55 and 0.45; a loss of 11.11 falls on what is held, 100.00 and 10.00.
    desk.post(revalue())
    # Nothing but money that comes in may touch what is below zero.
    with pytest.raises(errors.ExchangeShortfallError) as caught:
        desk.post(allocation("A-2", "0.01", on=date(2020, 4, 1)))
    figures = caught.value.figures
    assert (figures["free"], figures["shortfall"], figures["donors"]) == (
        usd("-6.11"),
        usd("6.11"),
        "ham, med",
    )
    with pytest.raises(errors.DonorNegativeError):
        desk.post(
            BankCharge(
                reference="C-1", term=TERM, donor="ham", amount=usd("0.01"), bank_account="uil",
                bank_reference="C", on=date(2020, 4, 1),
            )
        )  # fmt: skip
    desk.post(receipt("R-3", "1.00", on=date(2020, 4, 2)))
    desk.post(receipt("R-4", "8.00", donor="med", on=date(2020, 4, 2)))
    with pytest.raises(errors.ExchangeShortfallError, match="ham"):
        desk.post(allocation("A-2", "2.90", on=date(2020, 4, 3)))
    assert desk.lines(allocation("A-3", "2.89", on=date(2020, 4, 3))).startswith("Dr 8110 med USD 2.89")


def test_taking_back_a_gain_may_leave_free_money_below_zero_but_a_receipt_may_not() -> None:
    desk = EuroDesk(in_euros())
    desk.post(revalue(date(2020, 7, 15)), allocation(amount="160.00", on=date(2020, 7, 20)))

    def undo(kind: str, reference: str) -> Reversal:
        return Reversal(
            reference=f"RV-{kind}", reversed_kind=kind, reversed_reference=reference, on=date(2020, 7, 31),
            reason="x",
        )  # fmt: skip

    with pytest.raises(errors.ReversalDependsError, match="allocation A-1"):
        desk.post(undo("receipt", "R-1"))
    assert "Dr 2030 ham USD 60.00" in desk.lines(undo("revaluation", "RV-1"))


REFUSED: dict[str, tuple[tuple[Event, ...], Callable[[], Event], type[errors.LedgerError], str]] = {
    "in dollars what is paid is what is settled": (
        (*MONEY, allocation(amount="100.00", on=date(2020, 3, 11)), OWED),
        lambda: evolve(PAYMENT, amount=usd("20.00"), bank_account="uil"),
        errors.InvalidFieldError,
        "settles: is for accounts in other currencies",
    ),
    "what comes back of a transfer in euros is more dollars than were transferred": (
        (*MONEY, *PASSED_ON),
        lambda: transfer_refund("80.00", date(2020, 7, 5)),
        errors.TransferExceededError,
        "USD 100.00 has not come back yet, the event brings USD 160.00",
    ),
    "a transfer in euros is no more than the dollars it stands for": (
        (*MONEY, *PASSED_ON),
        lambda: transfer_refund("50.00", date(2020, 7, 5), settles="100.01"),
        errors.TransferExceededError,
        "USD 100.00 has not come back yet, the event brings USD 100.01",
    ),
    "what is settled is in dollars": (
        (*MONEY, allocation(amount="100.00", on=date(2020, 3, 11)), OWED),
        lambda: evolve(PAYMENT, settles=eur("20.00")),
        errors.MismatchError,
        "the trust set",
    ),
    "no rate was published lately enough": (
        (),
        lambda: in_euros(on=date(2020, 4, 17)),
        errors.NoRateError,
        "UNORE has no rate of EUR on 2020-04-17 or in the 31 days before",
    ),
    "none was published before": (
        (),
        lambda: in_euros(on=date(2020, 2, 28)),
        errors.NoRateError,
        "no rate of EUR on 2020-02-28",
    ),
    "a currency nobody has a rate for": (
        (OpenBankAccount(reference="chf", name="Francs", currency="CHF"),),
        lambda: receipt(money=Amount(100, "CHF"), bank_account="chf", on=date(2020, 3, 10)),
        errors.NoRateError,
        "CHF",
    ),
    "the policy names no source": (
        (
            RevisePolicy(
                reference="RP-1", term=TERM, on=date(2020, 1, 2), agent_fee_basis_points=0,
                support_cost_basis_points=0, interest_to="donors", decision="SC-2",
            ),
        ),
        in_euros,
        errors.NoRateSourceError,
        "names no rate_source",
    ),
    "other money than the account's": (
        (),
        lambda: receipt(money=eur("1.00"), on=date(2020, 3, 10)),
        errors.MismatchError,
        "bank account uil",
    ),
    "an account in dollars has nothing to revalue": (
        MONEY,
        lambda: revalue(bank_account="uil"),
        errors.InvalidFieldError,
        "nothing to revalue",
    ),
    "a difference nobody's money is held for": (
        (
            UnidentifiedReceipt(
                reference="U-1", term=TERM, amount=eur("80.00"), bank_account="eur", bank_reference="?",
                on=date(2020, 3, 10),
            ),
        ),
        revalue,
        errors.PolicyError,
        "nobody's money is held",
    ),
    "a fee is in dollars": (
        (
            RevisePolicy(
                reference="RP-1", term=TERM, on=date(2020, 1, 2), agent_fee_basis_points=100,
                support_cost_basis_points=0, interest_to="donors", decision="SC-2", rate_source=SOURCE,
            ),
            in_euros(),
        ),
        lambda: AgentFee(reference="F-1", receipt="R-1", bank_account="eur", on=date(2020, 3, 12)),
        errors.MismatchError,
        "bank account eur",
    ),
    "support cost is in dollars, and owed to nobody": (
        (
            RevisePolicy(
                reference="RP-1", term=TERM, on=date(2020, 1, 2), agent_fee_basis_points=0,
                support_cost_basis_points=700, interest_to="donors", decision="SC-2", rate_source=SOURCE,
            ),
            *MONEY,
            allocation(amount="100.00", on=date(2020, 3, 12)),
        ),
        lambda: expenditure(money=eur("8.00"), bank_account="eur", on=date(2020, 3, 12)),
        errors.PolicyError,
        "names no agent to owe fee or support cost to, and USD 0.70 is not paid from eur, which is not in",
    ),
    "what is worth less than half a cent": (
        (),
        lambda: receipt(money=Amount(1, "KWD"), bank_account="kwd", on=date(2020, 3, 10)),
        errors.BelowACentError,
        "KWD 0.001 is worth USD 0.003333 at 0.3 units per dollar",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_an_event_is_refused(case: str) -> None:
    before, event, error, words = REFUSED[case]
    desk = EuroDesk(*_early(before))
    with pytest.raises(error, match=words):
        desk.post(event())


@pytest.mark.parametrize(
    "rate", ["", "0", "0.000", "1e3", "-1", "+1", "01", "1.", ".5", "\uff11", "1,5", "1" * 21, 1.1, None]
)
def test_a_rate_is_written_in_plain_digits(rate: Any) -> None:
    with pytest.raises(errors.InvalidFieldError, match="rate"):
        CurrencyRate(currency="EUR", rate=rate)


def test_rates_are_of_other_currencies_each_once() -> None:
    with pytest.raises(errors.InvalidFieldError, match="against USD"):
        CurrencyRate(currency="USD", rate="1")
    with pytest.raises(errors.UnknownCurrencyError):
        CurrencyRate(currency="DEM", rate="1")
    euro = CurrencyRate(currency="EUR", rate="0.8")
    cases: list[tuple[Any, str]] = [
        ((euro, euro), "EUR twice"),
        ((), "at least one"),
        ([euro], "at least one"),
    ]
    for given_rates, words in cases:
        with pytest.raises(errors.InvalidFieldError, match=words):
            PublishRates(reference="X", source=SOURCE, since=date(2020, 1, 1), rates=given_rates)


def test_two_tables_of_a_day_add_up_and_of_two_rates_the_last_recorded_holds() -> None:
    desk = EuroDesk(rates(date(2020, 3, 16), "100", currency="JPY"))

    def yen(reference: str) -> str:
        money = Amount(11_000, "JPY")
        return desk.lines(receipt(reference, money=money, bank_account="jpy", on=date(2020, 3, 17)))

    assert "USD 110.00" in yen("R-1")
    assert "USD 100.00" in desk.lines(in_euros("90.00", reference="R-2", on=date(2020, 3, 17)))
    again = PublishRates(
        reference="X-again",
        source=SOURCE,
        since=date(2020, 3, 16),
        rates=(CurrencyRate(currency="JPY", rate="220"),),
    )
    desk.post(again)
    assert "USD 50.00" in yen("R-3")


def test_a_conversion_is_between_two_accounts_and_exact_in_one_currency() -> None:
    with pytest.raises(errors.InvalidFieldError, match="the account the money comes from"):
        Conversion(
            reference="CV", term=TERM, sold=usd("1.00"), from_account="uil", bought=usd("1.00"),
            to_account="uil", bank_reference="x", on=date(2020, 3, 1),
        )  # fmt: skip
    with pytest.raises(errors.InvalidFieldError, match="the same in one currency"):
        Conversion(
            reference="CV", term=TERM, sold=usd("1.00"), from_account="uil", bought=usd("0.99"),
            to_account="other", bank_reference="x", on=date(2020, 3, 1),
        )  # fmt: skip


def test_a_line_has_an_own_amount_just_where_its_account_is_in_another_currency() -> None:
    from mdfm_ledger.invariants import INVARIANTS
    from mdfm_ledger.journal import JournalEntry

    desk = EuroDesk()
    rate = RateUsed(rate="0.8", quoted=UNITS_PER_DOLLAR, source=SOURCE, since=date(2020, 3, 1))
    (check,) = [invariant.check for invariant in INVARIANTS if invariant.name == "own-currency"]
    for account, own in (
        ("eur", None),
        ("uil", OwnAmount(1, "EUR", rate)),
        ("jpy", OwnAmount(1, "EUR", rate)),
    ):
        cash = debit(subaccount("1010", term=TERM, bank_account=account), 100, own)
        event = in_euros()
        entry = JournalEntry(
            number=99, event=event, lines=(cash, credit(subaccount("2010", term=TERM, donor="ham"), 100)),
            on=date(2020, 3, 1), value_date=date(2020, 3, 1),
            recorded_at=desk.post(in_euros(reference=f"R-{account}")).entry.recorded_at, actor="a", about="",
        )  # fmt: skip
        with pytest.raises(errors.OwnCurrencyError):
            check(desk.books, entry, desk.books)


def test_elsewhere_only_a_contribution_has_an_own_amount_and_is_worth_it() -> None:
    from mdfm_ledger.invariants import INVARIANTS

    desk = EuroDesk(AT_RATE, pledge(money=eur("160.00")))
    entry = desk.post(brought("R-1", "99.00")).entry
    (check,) = [invariant.check for invariant in INVARIANTS if invariant.name == "own-currency"]
    check(desk.books, entry, desk.books)
    held = entry.lines[1]
    waiting = subaccount("2050", term=TERM, bank_reference="x")
    for place, minor, expected in ((waiting, 10_000, "in USD alone"), (held.subaccount, 9_999, "USD 100.00")):
        lines = (debit(entry.lines[0].subaccount, minor), credit(place, minor, held.own))
        with pytest.raises(errors.OwnCurrencyError, match=expected):
            check(desk.books, evolve(entry, lines=lines), desk.books)


@given(
    minor=st.integers(1, 10**12),
    rate=st.decimals("0.0001", "99999", places=4).map(lambda value: f"{value:f}"),
    quoted=st.sampled_from([UNITS_PER_DOLLAR, DOLLARS_PER_UNIT]),
    currency=st.sampled_from([("EUR", 2), ("JPY", 0), ("KWD", 3)]),
)
def test_dollars_are_the_nearest_cent(minor: int, rate: str, quoted: str, currency: tuple[str, int]) -> None:
    code, digits = currency
    used = RateUsed(rate=rate, quoted=quoted, source=SOURCE, since=date(2020, 1, 1))
    units = Fraction(minor, 10**digits)
    exact = 100 * (units / Fraction(rate) if quoted == UNITS_PER_DOLLAR else units * Fraction(rate))
    if exact > 10**15:
        return
    cents = used.dollars(Amount(minor, code)).minor
    assert abs(cents - exact) <= Fraction(1, 2)
    assert used.dollars(Amount(-minor, code)).minor == -cents


STORED: tuple[Event, ...] = (
    *BASE,
    *MONEY,
    allocation(amount="200.00", on=date(2020, 6, 30)),
    Obligation(
        reference="O-1", allocation="A-1", party="kla", amount=usd("60.00"), purpose="x", on=date(2020, 7, 1)
    ),
    Advance(
        reference="AD-1", obligation="O-1", amount=eur("10.00"), due_on=date(2020, 12, 31),
        bank_account="eur", bank_reference="x", on=date(2020, 7, 2),
    ),
    AdvanceReturn(
        reference="AR-1", advance="AD-1", amount=eur("4.00"), settles=usd("8.00"), bank_account="eur",
        bank_reference="x", on=date(2020, 7, 3),
    ),
    expenditure("E-1", "20.00", bank_account="", party="kla", on=date(2020, 7, 3)),
    Payment(
        reference="PY-1", term=TERM, party="kla", amount=eur("10.00"), bank_account="eur", bank_reference="x",
        on=date(2020, 7, 3),
    ),
    Transfer(
        reference="T-1", allocation="A-1", party="kla", amount=eur("10.00"), bank_account="eur",
        agreement="x", on=date(2020, 7, 4),
    ),
    TransferRefund(
        reference="TR-1", transfer="T-1", amount=eur("5.00"), settles=usd("9.00"), bank_account="eur",
        bank_reference="x", on=date(2020, 7, 5),
    ),
    UnidentifiedReceipt(
        reference="U-1", term=TERM, amount=eur("5.00"), bank_account="eur", bank_reference="?",
        on=date(2020, 7, 5),
    ),
    ReceiptApplication(
        reference="UA-1", receipt="U-1", term=TERM, donor="med", amount=usd("10.00"), on=date(2020, 7, 6)
    ),
    revalue(date(2020, 7, 10)),
    convert(eur("20.00"), usd("41.00"), on=date(2020, 7, 11)),
    Reversal(
        reference="RV-9", reversed_kind="conversion", reversed_reference="CV-1", on=date(2020, 7, 12),
        reason="x",
    ),
)  # fmt: skip


def test_it_is_stored_with_its_own_amounts_and_read_back_the_same(tmp_path: Path) -> None:
    desk = Desk.__new__(Desk)
    desk.books = Books()
    expected = [desk.post(event).entry.lines for event in STORED]
    with open_ledger(tmp_path / "l.db") as ledger:
        ledger.record_all(STORED)
        assert [entry.lines for entry in ledger.entries()] == expected
        assert ledger.verify().findings == ()
        assert ledger.report("tie_out", term=TERM).holds
        held = ledger.balance("1010", term=TERM, as_of=date(2020, 7, 31), bank_account="eur")
    # 80 less 10, 4 back, less 10 and 10, 5 back, 5 more: 64.00 euros at 0.5.
    assert held == usd("128.00")
    dollars, own = desk.books.cash(TERM, "eur")
    assert (dollars.total, own.total) == (12_800, 6_400)


ATTACKS = {
    "an own amount is changed": ("UPDATE own_amount SET amount = 1 WHERE number = {number}", {"lines"}),
    "a rate is changed": ("UPDATE own_amount SET rate = '0.81' WHERE number = {number}", {"lines"}),
    "an own amount is taken away": (
        "DELETE FROM own_amount WHERE number = {number}",
        {"lines", "own-currency"},
    ),
    "one is added to a line on an account in dollars": (
        "INSERT INTO own_amount SELECT {number}, 3, 'EUR', 1, '0.8', 'units_per_dollar', 'X', 20200101",
        {"lines", "own-currency"},
    ),
    "text stands where a rate was": (
        "UPDATE own_amount SET rate = 'x' WHERE number = {number}",
        {"lines", "numbered"},
    ),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_verify_finds_what_was_done_to_own_amounts(attack: str, tmp_path: Path) -> None:
    statement, checks = ATTACKS[attack]
    path = tmp_path / "l.db"
    with open_ledger(path) as ledger:
        number = [done.number for done in ledger.record_all((*BASE, *MONEY))][-2]
    without_guards(path, lambda connection: connection.execute(statement.format(number=number)))
    with open_ledger(path) as ledger:
        found = {finding.check for finding in ledger.verify().findings}
    assert found & checks, found
    assert found <= checks


ATTACKS_ON_WHAT_WAS_SENT = {
    "another amount": "UPDATE own_amount SET amount = 8001",
    "another line": "UPDATE own_amount SET position = 2",
    "a rate that is none": "UPDATE own_amount SET rate = 'x'",
}


@pytest.mark.parametrize("attack", ATTACKS_ON_WHAT_WAS_SENT)
def test_verify_finds_a_contribution_that_is_not_worth_what_it_says_was_sent(
    attack: str, tmp_path: Path
) -> None:
    path = tmp_path / "l.db"
    with open_ledger(path) as ledger:
        ledger.record_all((*BASE, AT_RATE, pledge(money=eur("160.00")), brought("R-1", "99.00")))
        assert ledger.verify(reports=True).is_clean
    without_guards(path, lambda connection: connection.execute(ATTACKS_ON_WHAT_WAS_SENT[attack]))
    with open_ledger(path) as ledger:
        findings = ledger.verify().findings
    (found,) = [finding for finding in findings if finding.check == "own-currency"]
    assert "own amount of a line on 20" in str(found)
    assert {finding.check for finding in findings} <= {"lines", "own-currency", "numbered"}


def test_what_was_sent_is_shown_with_its_rate_beside_what_the_bank_credited(tmp_path: Path) -> None:
    back = Reversal(
        reference="V-1",
        reversed_kind="receipt",
        reversed_reference="R-2",
        reason="twice",
        on=date(2020, 5, 4),
    )
    with open_ledger(tmp_path / "l.db") as ledger:
        ledger.record_all(
            (
                *BASE,
                AT_RATE,
                pledge(money=eur("240.00")),
                brought("R-1", "99.00"),
                brought("R-2", "100.50"),
                back,
            )
        )
        statement = ledger.donor_statement("ham", term=TERM, as_of=date(2020, 12, 31))
        exchange = ledger.report("exchange", term=TERM, as_of=date(2020, 12, 31))
        stored = [line.own for entry in ledger.entries() for line in entry.lines if line.own]
        assert ledger.verify(reports=True).is_clean
    rate = RateUsed(rate="0.8", quoted=UNITS_PER_DOLLAR, source=SOURCE, since=date(2020, 3, 1))
    assert stored == [OwnAmount(8_000, "EUR", rate)] * 3
    assert [(row.amount, row.counts_for, row.rate, row.dollars) for row in statement.receipts] == [
        (usd("99.00"), eur("80.00"), rate, usd("100.00")),
        (usd("100.50"), eur("80.00"), rate, usd("100.00")),
        (usd("-100.50"), eur("-80.00"), rate, usd("-100.00")),
    ]
    (register,) = [one for one in statement.document().tables() if one.key == "receipts"]
    assert [one.key for one in register.columns[4:]] == [
        "amount", "counts_for", "rate", "rate_source", "dollars", "counted", "charges",
    ]  # fmt: skip
    assert register.rows[-1].cells[-3:] == (usd("99.00"), usd("100.00"), usd("0.00"))
    assert [(one.reference, one.own, one.dollars) for one in exchange.contributions] == [
        ("R-1", eur("80.00"), usd("100.00")),
        ("R-2", eur("80.00"), usd("100.00")),
        ("V-1", eur("-80.00"), usd("-100.00")),
    ]
    assert (exchange.movements, exchange.accounts) == ((), ())
    assert exchange.document().tables()


def test_the_database_itself_refuses_to_change_or_add_own_amounts(tmp_path: Path) -> None:
    path = tmp_path / "l.db"
    with open_ledger(path) as ledger:
        ledger.record_all((*BASE, *MONEY))
    connection = sqlite3.connect(path)
    for statement in (
        "UPDATE own_amount SET amount = 1",
        "DELETE FROM own_amount",
        "INSERT INTO own_amount SELECT number, 1, currency, 1, rate, quoted, source, since FROM own_amount",
        "INSERT OR REPLACE INTO own_amount SELECT number, position, currency, 1, rate, quoted, source, since"
        " FROM own_amount",
    ):
        with pytest.raises(sqlite3.IntegrityError, match="mdfm"):
            connection.execute(statement)


@pytest.mark.parametrize("days", [-1, 367, "31", True, None])
def test_how_old_a_rate_may_be_is_a_number_of_days(days: Any) -> None:
    with pytest.raises(errors.InvalidFieldError, match="whole number from 0 to 366"):
        OpenTerm.from_plan("mdfm", reference=TERM, starts_on=date(2020, 1, 1), rate_limit_days=days)


def test_the_report_says_what_is_held_at_which_rates_and_whose_the_differences_are(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "l.db") as ledger:
        ledger.record_all(
            (*BASE, *_early(MONEY), revalue(), convert(eur("40.00"), usd("44.00"), on=date(2020, 4, 1)))
        )
        report = ledger.report("exchange", term=TERM, as_of=date(2020, 4, 2))
        later = ledger.report("exchange", term=TERM, as_of=date(2020, 7, 1))
        stale = ledger.report("exchange", term=TERM, as_of=date(2020, 5, 31))
        first = ledger.report("exchange", term=TERM, as_of=date(2020, 3, 11))
    (account,) = report.accounts
    # 80.00 euros at 0.8 are 100.00 dollars; at 0.9 they are 88.89. 40.00 of them leave at 44.44, for 44.00.
    assert (account.own, account.booked, account.worth) == (eur("40.00"), usd("44.45"), usd("44.44"))
    assert account.not_revalued == usd("-0.01")
    assert [(one.own, one.rate.rate, one.dollars) for one in report.movements] == [
        (eur("80.00"), "0.8", usd("100.00")),
        (eur("0.00"), "0.9", usd("-11.11")),
        (eur("-40.00"), "0.9", usd("-44.44")),
    ]
    assert [(one.kind, one.amount) for one in report.differences] == [
        ("revaluation", usd("-11.11")),
        ("conversion", usd("-0.44")),
    ]
    assert [(one.donor, one.gains, one.losses, one.total) for one in report.donors] == [
        ("ham", usd("0.00"), usd("-2.89"), usd("-2.89")),
        ("med", usd("0.00"), usd("-8.66"), usd("-8.66")),
    ]
    assert report.total == usd("-11.55")
    assert later.accounts[0].worth == usd("80.00")
    assert (stale.accounts[0].rate, stale.accounts[0].worth, stale.accounts[0].not_revalued) == (
        None,
        None,
        None,
    )
    assert (len(first.movements), first.differences, first.donors) == (1, (), ())


def test_a_pledge_in_another_currency_counts_at_the_rate_of_the_terms_first_day(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "l.db") as ledger:
        ledger.record_all(
            (
                *BASE,
                rates(date(2020, 1, 1), "0.5"),
                pledge(money=eur("80.00")),
                in_euros("30.00", pledge="P-1", donor="", term=""),
            )
        )
        report = ledger.report("term_target", term=TERM, as_of=date(2020, 3, 17))
        later = ledger.report("term_target", term=TERM, as_of=date(2020, 5, 17))
        assert ledger.report("tie_out", term=TERM).holds
    (one,) = report.foreign
    # 50.00 euros are open: 100.00 dollars at 0.5 on 1 January, 55.56 at 0.9 on 16 March.
    assert (one.position.open, one.at_reference, one.at_today) == (eur("50.00"), usd("100.00"), usd("55.56"))
    assert one.reference_rate
    assert one.reference_rate.since == date(2020, 1, 1)
    assert (report.received, report.due, report.gap) == (usd("37.50"), usd("100.00"), usd("999862.50"))
    assert (later.foreign[0].at_reference, later.foreign[0].at_today) == (usd("100.00"), None)


def test_without_a_reference_rate_it_counts_when_its_money_arrives(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "l.db") as ledger:
        ledger.record_all((*BASE, pledge(money=eur("80.00"))))
        report = ledger.report("term_target", term=TERM, as_of=date(2020, 3, 17))
    assert (report.foreign[0].at_reference, report.due, report.not_due) == (None, usd("0.00"), usd("0.00"))


def test_statements_of_all_donors_show_the_rates_of_their_own_receipts(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "l.db") as ledger:
        ledger.record_all((*BASE, in_euros(), in_euros("40.00", reference="R-2", donor="med")))
        together = ledger.donor_statements(term=TERM, as_of=date(2020, 12, 31))
        alone = [
            ledger.donor_statement(donor, term=TERM, as_of=date(2020, 12, 31)) for donor in ("ham", "med")
        ]
    assert list(together) == alone
    shown = [(one.amount, one.rate.rate if one.rate else "") for one in together[1].receipts]
    assert shown == [(eur("40.00"), "0.8")]


def test_the_register_shows_of_a_receipt_that_exceeds_its_pledge_what_came_and_what_waits(
    tmp_path: Path,
) -> None:
    # 130.00 euros at 0.8 are 162.50 dollars: 125.00 for the 100.00 promised, 37.50 wait.
    back = Reversal(
        reference="V-1",
        reversed_kind="receipt",
        reversed_reference="R-2",
        reason="bounced",
        on=date(2020, 5, 4),
    )
    events = (
        pledge(money=eur("100.00")),
        in_euros("130.00", pledge="P-1"),
        pledge("P-2", "10.00", on=date(2020, 2, 3)),
        receipt("R-2", "12.00", pledge="P-2", on=date(2020, 3, 11)),
        ReceiptApplication(
            reference="RA-1", receipt="R-1", donor="ham", term=TERM, amount=usd("7.50"), on=date(2020, 4, 1)
        ),
        back,
    )
    with open_ledger(tmp_path / "l.db") as ledger:
        ledger.record_all((*BASE, *events))
        statement = ledger.donor_statement("ham", term=TERM, as_of=date(2020, 12, 31))
        assert ledger.donor_statements(term=TERM, as_of=date(2020, 12, 31)) == (statement,)
    (register,) = [one for one in statement.document().tables() if one.key == "receipts"]
    shown = [[cell.text for cell in row.cells if isinstance(cell, Amount)] for row in register.rows]
    assert [column.key for column in register.columns[-4:]] == ["dollars", "waiting", "counted", "charges"]
    assert shown == [
        ["130.00", "162.50", "37.50", "125.00", "0.00"],
        ["12.00", "12.00", "2.00", "10.00", "0.00"],
        ["7.50", "7.50", "0.00", "7.50", "0.00"],
        ["-12.00", "-12.00", "-2.00", "-10.00", "0.00"],
        ["170.00", "37.50", "132.50", "0.00"],
    ]
    (contributed,) = [one for one in statement.account if one.key == "contributions"]
    assert contributed.inception == usd("132.50")


LATER_TERM = OpenTerm.from_plan("mdfm", reference="2022-2023", starts_on=date(2022, 1, 1), rate_source=SOURCE)


def carry(amount: Amount, *, reference: str = "CF-1", on: date = date(2020, 4, 1)) -> CarryForward:
    return CarryForward(
        reference=reference, term=TERM, to_term="2022-2023", donor="ham", amount=amount,
        bank_account="eur", consent="letter", on=on,
    )  # fmt: skip


def test_euros_are_carried_forward_with_their_dollars_and_their_rate() -> None:
    desk = EuroDesk(LATER_TERM, in_euros())
    # 45.00 euros at 0.9 of 16 March; what is left is revalued as ever.
    posted = desk.post(carry(eur("45.00"))).entry
    assert written(posted) == table(
        """
        Dr 2010 ham carried_out USD 50.00
        Cr 1010 eur USD 50.00
        Dr 8110 ham USD 50.00
        Cr 8100 ham USD 50.00
        Dr 1010 eur USD 50.00
        Cr 2010 ham carried_in USD 50.00
        Dr 8100 ham USD 50.00
        Cr 8110 ham USD 50.00
        """
    )
    out, into = (line for line in posted.lines if line.own)
    assert (out.own, out.own_signed, into.own_signed) == (into.own, -4_500, 4_500)
    assert desk.books.cash("2022-2023", "eur")[1].total == 4_500
    # 35.00 are left.
    with pytest.raises(errors.CashShortError, match="has EUR 35"):
        desk.post(carry(eur("35.01"), reference="CF-2"))
    with pytest.raises(errors.MismatchError, match="EUR"):
        desk.post(carry(usd("1.00"), reference="CF-2"))


def test_after_a_close_euros_leave_for_what_the_books_show_whatever_the_rate_is_by_then() -> None:
    on = date(2020, 7, 31)
    stated = BankConfirmation(bank_account="eur", amount=eur("80.00"), statement="31 July")
    close = TermClose(reference="TC-1", term=TERM, on=on, decision="d", approved_by="x", confirmed=(stated,))
    by_then = (rates(on, "0.9"), rates(date(2020, 8, 1), "0.5"))
    desk = EuroDesk(LATER_TERM, *by_then, in_euros(), revalue(on=on), close)
    desk.post(carry(eur("79.99"), on=date(2020, 8, 4)))
    desk.post(carry(eur("0.01"), reference="CF-2", on=date(2020, 8, 4)))
    for term, left in ((TERM, (0, 0)), ("2022-2023", (8_889, 8_000))):
        assert tuple(series.total for series in desk.books.cash(term, "eur")) == left
    # The later term is revalued, and has the difference.
    assert "USD 71.11" in desk.lines(
        Revaluation(reference="RV-9", term="2022-2023", bank_account="eur", on=date(2020, 8, 31))
    )
