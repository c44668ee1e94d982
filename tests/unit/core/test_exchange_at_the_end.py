"""Other currencies at the end of a term: the last revaluation, what losses left below zero, refunds."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from mdfm_ledger import (
    Amount,
    BankConfirmation,
    CarryForward,
    Conversion,
    CurrencyRate,
    OpenBankAccount,
    OpenTerm,
    PublishRates,
    Refund,
    RefundPayment,
    RegisterDonor,
    Revaluation,
    Reversal,
    TermClose,
    UnidentifiedReceipt,
    errors,
)
from mdfm_ledger.books import Books
from mdfm_ledger.books.closing import RefundOwed
from mdfm_ledger.event import Event
from mdfm_ledger.journal import debit, subaccount
from mdfm_ledger.render.text import render_text
from tests.support.bookkeeping import APPROVER, TERM, Desk, allocation, expenditure, receipt, table, usd
from tests.support.ledgers import open_ledger

NEXT = "2022-2023"
CLOSED_ON = date(2020, 5, 20)


def eur(text: str) -> Amount:
    return Amount.parse(text, "EUR")


def rates(since: date, rate: str) -> PublishRates:
    named = CurrencyRate(currency="EUR", rate=rate)
    return PublishRates(reference=f"X-{since}", source="UN", since=since, rates=(named,))


class EndDesk(Desk):
    """Books of a term with an account in euros; 0.9, then 1.0, then 0.8 euros are a dollar."""

    def __init__(self, *events: Event) -> None:
        self.books = Books()
        self.post(
            OpenTerm.from_plan("mdfm", reference=TERM, starts_on=date(2020, 1, 1), rate_source="UN"),
            OpenTerm.from_plan("mdfm", reference=NEXT, starts_on=date(2022, 1, 1), rate_source="UN"),
            OpenBankAccount(reference="uil", name="UIL", currency="USD"),
            OpenBankAccount(reference="eur", name="UIL euros", currency="EUR"),
            OpenBankAccount(reference="jpy", name="UIL yen", currency="JPY"),
            RegisterDonor(reference="ham", name="Hamburg", kind="member_city", country="DE"),
            RegisterDonor(reference="med", name="Medellín", kind="member_city", country="CO"),
            rates(date(2020, 3, 1), "0.9"),
            rates(date(2020, 4, 1), "1.0"),
            rates(date(2020, 5, 1), "0.8"),
            *events,
        )

    def held(self) -> dict[str, int]:
        """What is held for each donor in the end, in cents."""
        return {donor: series.total for donor, series in self.books.held(TERM).items()}

    def cash(self, account: str) -> tuple[int, int]:
        """What is on an account in the end: in cents, and in its own money."""
        dollars, own = self.books.cash(TERM, account)
        return dollars.total, own.total


def in_euros(amount: str = "900.00", **fields: Any) -> Event:
    return receipt(money=eur(amount), bank_account="eur", **{"on": date(2020, 3, 10), **fields})


def convert(sold: Amount, bought: Amount, on: date) -> Conversion:
    accounts = {"USD": "uil", "EUR": "eur"}
    return Conversion(
        reference="CV-1", term=TERM, sold=sold, from_account=accounts[sold.currency], bought=bought,
        to_account=accounts[bought.currency], bank_reference="FX", on=on,
    )  # fmt: skip


def revalue(on: date, reference: str = "RV-1") -> Revaluation:
    return Revaluation(reference=reference, term=TERM, bank_account="eur", on=on)


def refund(amount: str, reference: str = "RF-1", **fields: Any) -> Refund:
    given = {"donor": "ham", "on": date(2020, 3, 12), **fields}
    return Refund(
        reference=reference, term=TERM, amount=usd(amount), decision="SC-9", approved_by=APPROVER, **given
    )


def payment(amount: Amount, reference: str = "RFP-1", **fields: Any) -> RefundPayment:
    bank_account = {"USD": "uil", "EUR": "eur", "JPY": "jpy"}[amount.currency]
    given = {"refund": "RF-1", "on": date(2020, 3, 20), **fields}
    return RefundPayment(
        reference=reference, amount=amount, bank_account=bank_account, bank_reference="OUT", **given
    )


def closing(on: date = CLOSED_ON, **fields: Any) -> TermClose:
    confirmed = tuple(
        BankConfirmation(
            bank_account=account, amount=Amount(0, currency), statement="s", explanation="not looked at here"
        )
        for account, currency in (("uil", "USD"), ("eur", "EUR"), ("jpy", "JPY"))
    )
    return TermClose(
        reference="TC-1", term=TERM, decision="SC-10", approved_by=APPROVER, confirmed=confirmed, on=on
    )


# -- the last revaluation ---------------------------------------------------------------------------

NOT_REVALUED: dict[str, tuple[tuple[Event, ...], str]] = {
    "all of it was sold, at another rate than it came at": (
        (in_euros(), convert(eur("900.00"), usd("900.00"), date(2020, 4, 10))),
        "cash on eur EUR 0.00 booked at USD 100.00, worth USD 0.00",
    ),
    "it was revalued, and another rate holds since": (
        (in_euros(), revalue(date(2020, 4, 30))),
        "cash on eur EUR 900.00 booked at USD 900.00, worth USD 1,125.00",
    ),
    "what leaves it later leaves at another rate": (
        (
            in_euros(on=date(2020, 5, 2)),
            rates(date(2020, 5, 25), "0.9"),
            refund("100.00", on=date(2020, 5, 26)),
            payment(eur("90.00"), on=date(2020, 5, 26)),
        ),
        "cash on eur EUR 810.00 booked at USD 1,025.00, worth USD 1,012.50",
    ),
}


@pytest.mark.parametrize("case", NOT_REVALUED)
def test_a_term_is_closed_once_its_money_in_other_currencies_is_in_the_books_for_what_it_is_worth(
    case: str,
) -> None:
    before, problem = NOT_REVALUED[case]
    with pytest.raises(errors.StillOpenError) as caught:
        EndDesk(*before).post(closing())
    assert (caught.value.count, caught.value.items) == (1, problem)
    assert "revalue" in caught.value.remedy


def test_without_a_rate_of_the_day_it_cannot_be_told_what_it_is_worth() -> None:
    with pytest.raises(errors.StillOpenError, match=r"EUR 900\.00 booked at USD 1,125\.00, without a rate"):
        EndDesk(in_euros(on=date(2020, 5, 2))).post(closing(date(2020, 7, 1)))


def test_revalued_on_the_day_it_is_closed() -> None:
    desk = EndDesk(in_euros(), revalue(CLOSED_ON))
    desk.post(closing())
    assert desk.cash("eur") == (112_500, 90_000)
    assert desk.held() == {"ham": 112_500}
    desk = EndDesk(
        in_euros(), convert(eur("900.00"), usd("900.00"), date(2020, 4, 10)), revalue(date(2020, 4, 30))
    )
    desk.post(closing())
    assert desk.cash("eur") == (0, 0)
    assert desk.held() == {"ham": 90_000}


def test_a_gain_makes_good_what_is_below_zero_where_nothing_is_held() -> None:
    """All was owed back in dollars; the euros that paid it cost more, and were worth more as well."""
    desk = EndDesk(
        in_euros(), refund("1000.00"), payment(eur("900.00"), on=date(2020, 5, 4), settles=usd("1000.00"))
    )
    assert (desk.held(), desk.cash("eur")) == ({"ham": -12_500}, (-12_500, 0))
    assert desk.lines(revalue(date(2020, 5, 5))) == table("""
        Dr 1010 eur USD 125.00
        Cr 2030 ham USD 125.00
        Dr 8100 ham USD 125.00
        Cr 8110 ham USD 125.00
    """)
    assert desk.held() == {"ham": 0}


def test_what_is_left_over_when_nothing_is_held_any_more_is_shared_by_what_was_contributed() -> None:
    desk = EndDesk(
        in_euros(),
        receipt("R-2", "500.00", donor="med", on=date(2020, 3, 10)),
        allocation(amount="1500.00", on=date(2020, 3, 11)),
        expenditure("E-1", money=eur("600.00"), bank_account="eur", on=date(2020, 3, 12)),
        expenditure("E-2", "833.33", on=date(2020, 3, 12)),
    )
    assert sum(desk.held().values()) == 0
    assert desk.lines(revalue(date(2020, 4, 5))) == table("""
        Cr 1010 eur USD 33.33
        Dr 2030 ham USD 22.22
        Dr 2030 med USD 11.11
        Dr 8110 ham USD 22.22
        Cr 8100 ham USD 22.22
        Dr 8110 med USD 11.11
        Cr 8100 med USD 11.11
    """)


# -- what losses left below zero --------------------------------------------------------------------


def below_zero() -> EndDesk:
    """Hamburg's 1,000.00 were spent and its euros had lost 100.00: not all of Medellín's 500.00 is there."""
    return EndDesk(
        in_euros(),
        allocation(amount="1000.00", on=date(2020, 3, 11)),
        revalue(date(2020, 4, 1)),
        receipt("R-2", "500.00", donor="med", on=date(2020, 4, 2)),
        expenditure("E-1", money=eur("900.00"), bank_account="eur", on=date(2020, 4, 3)),
        expenditure("E-2", "100.00", on=date(2020, 4, 3)),
    )


def carried(amount: str) -> CarryForward:
    return CarryForward(
        reference="CF-1", term=TERM, to_term=NEXT, donor="med", amount=usd(amount), bank_account="uil",
        consent="letter", on=date(2020, 4, 5),
    )  # fmt: skip


def test_free_money_can_be_taken_only_as_far_as_all_that_is_free_is_there() -> None:
    desk = below_zero()
    assert (desk.held(), desk.cash("uil")) == ({"ham": -10_000, "med": 50_000}, (40_000, 0))
    # What is nobody's yet is on the same account, so that cash alone does not say it.
    waiting = UnidentifiedReceipt(
        reference="U-1", term=TERM, amount=usd("90.00"), bank_account="uil", bank_reference="?",
        on=date(2020, 4, 2),
    )  # fmt: skip
    desk.post(waiting)
    april: dict[str, Any] = {"on": date(2020, 4, 5)}
    for event in (
        refund("400.01", donor="med", **april),
        carried("400.01"),
        allocation("A-2", "400.01", **april),
    ):
        with pytest.raises(errors.ExchangeShortfallError) as caught:
            desk.post(event)
        figures = caught.value.figures
        assert (figures["free"], figures["shortfall"], figures["donors"]) == (
            usd("400.00"),
            usd("100.00"),
            "ham",
        )
    for event in (
        refund("400.00", donor="med", **april),
        carried("400.00"),
        allocation("A-2", "400.00", **april),
    ):
        below_zero().post(event)


def test_of_a_donor_no_more_can_be_taken_than_all_of_its_own_together() -> None:
    """What came in earmarked since does not stand beside what is below zero."""
    desk = below_zero()
    desk.post(receipt("R-3", "130.00", earmark="1.1", on=date(2020, 4, 4)))
    with pytest.raises(errors.ExchangeShortfallError, match=r"USD 30\.01 for donor ham: USD 30\.00 is free"):
        desk.post(refund("30.01", on=date(2020, 4, 5)))
    desk.post(refund("30.00", on=date(2020, 4, 5)))
    assert desk.held() == {"ham": 0, "med": 50_000}


def test_a_term_is_closed_once_nobodys_money_is_below_zero() -> None:
    desk = below_zero()
    with pytest.raises(errors.StillOpenError) as caught:
        desk.post(closing())
    assert caught.value.items == "exchange losses beyond the money of ham USD 100.00"
    desk.post(receipt("R-3", "100.00", on=date(2020, 4, 20)), closing())
    desk.post(refund("500.00", donor="med", on=date(2020, 5, 21)))
    desk.post(payment(usd("500.00"), on=date(2020, 5, 21)))
    assert (desk.held(), desk.cash("uil")) == ({"ham": 0, "med": 0}, (0, 0))


# -- refunds in the donor's own currency ------------------------------------------------------------


def owed(dollars: str, euros: str, **fields: Any) -> Refund:
    return refund(dollars, owed=eur(euros), **fields)


def test_what_is_owed_in_the_donors_currency_is_paid_in_it_and_the_dollars_follow_in_proportion() -> None:
    """Of 1,000.00 for 900.00 euros a third is paid at 0.9, a third from dollars, the rest at 0.8."""
    desk = EndDesk(
        in_euros(),
        receipt("R-2", "1000.00", donor="med", on=date(2020, 3, 10)),
        owed("1000.00", "900.00"),
    )
    assert desk.lines(payment(eur("300.00"), "RFP-1")) == table("""
        Dr 2060 ham USD 333.33
        Cr 1010 eur USD 333.33
    """)
    by_bank = payment(usd("340.00"), "RFP-2", settles=eur("300.00"), on=date(2020, 4, 4))
    assert desk.lines(by_bank) == table("""
        Dr 2060 ham USD 333.34
        Cr 1010 uil USD 340.00
        Dr 2030 med USD 6.66
        Dr 8110 med USD 6.66
        Cr 8100 med USD 6.66
    """)
    with pytest.raises(errors.RefundExceededError, match=r"EUR 300\.00 is still to be paid"):
        desk.post(payment(eur("300.01"), "RFP-3", on=date(2020, 5, 4)))
    assert desk.lines(payment(eur("300.00"), "RFP-3", on=date(2020, 5, 4))) == table("""
        Dr 2060 ham USD 333.33
        Cr 1010 eur USD 375.00
        Dr 2030 med USD 41.67
        Dr 8110 med USD 41.67
        Cr 8100 med USD 41.67
    """)
    # Who holds the money has what it gained: 41.67 on the euros that left, 35.00 on those kept for dollars.
    assert "Cr 2030 med USD 83.33" in desk.lines(revalue(date(2020, 5, 5)))
    assert (desk.cash("eur"), desk.held()) == ((37_500, 30_000), {"ham": 0, "med": 103_500})
    with pytest.raises(errors.RefundExceededError, match=r"EUR 0\.00 is still to be paid"):
        desk.post(payment(eur("0.01"), "RFP-4", on=date(2020, 5, 6)))


def test_a_payment_taken_back_is_owed_again_in_both_currencies() -> None:
    desk = EndDesk(in_euros(), owed("1000.00", "900.00"), payment(eur("300.00")))
    desk.post(
        Reversal(
            reference="X-1", reversed_kind="refund_payment", reversed_reference="RFP-1",
            on=date(2020, 3, 21), reason="returned by the donor's bank",
        )
    )  # fmt: skip
    assert desk.lines(payment(eur("900.00"), "RFP-2", on=date(2020, 3, 22))) == table("""
        Dr 2060 ham USD 1,000.00
        Cr 1010 eur USD 1,000.00
    """)


REFUSED: dict[str, tuple[tuple[Event, ...], Event, type[errors.LedgerError], str]] = {
    "a tenth of what is owed for all of its dollars": (
        (in_euros(), owed("100.00", "90.00")),
        payment(eur("10.00"), settles=usd("100.00")),
        errors.InvalidFieldError,
        "settles: is the amount itself, in EUR",
    ),
    "dollars that do not say how much of the euros they pay": (
        (in_euros(), owed("100.00", "90.00")),
        payment(usd("100.00")),
        errors.InvalidFieldError,
        r"settles: is needed: how much of the EUR 90\.00 owed is paid, in EUR",
    ),
    "dollars that say it in dollars": (
        (in_euros(), owed("100.00", "90.00")),
        payment(usd("100.00"), settles=usd("100.00")),
        errors.MismatchError,
        "what is owed says EUR",
    ),
    "dollars for ten times the euros": (
        (in_euros(), owed("100.00", "90.00")),
        payment(usd("10.00"), settles=eur("90.00")),
        errors.FarFromRateError,
        r"settles: USD 10\.00 for EUR 90\.00, which was worth USD 100\.00 to USD 100\.00",
    ),
    "more euros than the dollars ever were": (
        (in_euros(),),
        owed("100.00", "100.02"),
        errors.FarFromRateError,
        r"owed: USD 100\.00 for EUR 100\.02, which was worth USD 111\.13",
    ),
    "dollars owed beside dollars": (
        (in_euros(),),
        refund("100.00", owed=usd("100.00")),
        errors.InvalidFieldError,
        "owed: is for other currencies",
    ),
    "euros for dollars that they never were worth": (
        (in_euros(), refund("100.00")),
        payment(eur("10.00"), settles=usd("100.00")),
        errors.FarFromRateError,
        r"settles: USD 100\.00 for EUR 10\.00, which was worth USD 11\.11 to USD 11\.11",
    ),
    "more dollars than are owed": (
        (in_euros(), refund("100.00")),
        payment(eur("95.00"), settles=usd("100.01")),
        errors.RefundExceededError,
        r"USD 100\.00 is still to be paid, the event pays USD 100\.01",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_refund_is_not_settled_by_something_else(name: str) -> None:
    before, event, error, message = REFUSED[name]
    desk = EndDesk(*before)
    with pytest.raises(error, match=message):
        desk.post(event)


def test_a_debt_may_be_settled_at_any_rate_published_since_it_was_booked_give_or_take_a_tenth() -> None:
    """At 0.9, 1.0 and 0.8, all published since, 90.00 euros were worth 90.00 to 112.50 dollars."""
    for settles in ("81.00", "112.50", "123.76"):
        desk = EndDesk(in_euros(), refund("500.00"))
        desk.post(payment(eur("90.00"), on=date(2020, 5, 4), settles=usd(settles)))
    for settles in ("80.98", "123.77"):
        desk = EndDesk(in_euros(), refund("500.00"))
        with pytest.raises(errors.FarFromRateError, match=r"worth USD 90\.00 to USD 112\.50"):
            desk.post(payment(eur("90.00"), on=date(2020, 5, 4), settles=usd(settles)))


# -- refunds paid after the close -------------------------------------------------------------------


def closed(*events: Event) -> EndDesk:
    """A term with 900.00 euros, closed in May with all of them at 0.8; in June 1.0 euros are a dollar."""
    return EndDesk(in_euros(), *events, revalue(CLOSED_ON, "RV-9"), closing(), rates(date(2020, 6, 1), "1.0"))


JUNE = date(2020, 6, 10)


def test_after_the_close_euros_leave_for_what_the_books_show_of_them() -> None:
    desk = closed()
    desk.post(owed("1125.00", "900.00", on=JUNE))
    assert desk.lines(payment(eur("333.33"), "RFP-1", on=JUNE)) == table("""
        Dr 2060 ham USD 416.66
        Cr 1010 eur USD 416.66
    """)
    assert desk.lines(payment(eur("566.67"), "RFP-2", on=JUNE)) == table("""
        Dr 2060 ham USD 708.34
        Cr 1010 eur USD 708.34
    """)
    assert (desk.cash("eur"), desk.held()) == ((0, 0), {"ham": 0})


def test_after_the_close_the_difference_to_what_was_decided_before_it_is_the_donors_own() -> None:
    before = owed("400.00", "360.00", on=date(2020, 3, 16))
    desk = closed(receipt("R-2", "600.00", donor="med", on=date(2020, 3, 10)), before)
    assert desk.lines(payment(eur("360.00"), on=JUNE)) == table("""
        Dr 2060 ham USD 400.00
        Cr 1010 eur USD 450.00
        Dr 2010 ham refund USD 50.00
        Dr 8110 ham USD 50.00
        Cr 8100 ham USD 50.00
    """)
    # 675.00 dollars of euros and 600.00 are left: they are what is held for both.
    assert desk.cash("eur") == (67_500, 54_000)
    assert sum(desk.held().values()) == 127_500


def test_after_the_close_what_a_refund_costs_less_is_free_again() -> None:
    desk = closed(owed("400.00", "300.00", on=date(2020, 5, 6)))
    assert desk.lines(payment(eur("300.00"), on=JUNE)) == table("""
        Dr 2060 ham USD 400.00
        Cr 1010 eur USD 375.00
        Cr 2010 ham refund USD 25.00
        Dr 8100 ham USD 25.00
        Cr 8110 ham USD 25.00
    """)
    desk.post(refund("750.00", "RF-2", on=JUNE))
    desk.post(payment(eur("600.00"), "RFP-2", refund="RF-2", on=JUNE))
    assert (desk.cash("eur"), desk.held()) == ((0, 0), {"ham": 0})


def test_after_the_close_a_donor_pays_for_its_own_refund_only_as_far_as_it_has_money() -> None:
    desk = closed(
        receipt("R-2", "600.00", donor="med", on=date(2020, 3, 10)),
        owed("400.00", "360.00", on=date(2020, 3, 16)),
    )
    free = desk.held()["ham"]
    desk.post(refund(f"{(free - 4_999) / 100:.2f}", "RF-2", on=JUNE))
    with pytest.raises(errors.RefundLossError) as caught:
        desk.post(payment(eur("360.00"), on=JUNE))
    assert (caught.value.loss, caught.value.free) == (usd("50.00"), usd("49.99"))


def test_what_leaves_an_account_of_a_closed_term_beyond_its_money_is_priced_at_the_closing_rate() -> None:
    desk = closed(receipt("R-2", "600.00", donor="med", on=date(2020, 3, 10)))
    desk.post(refund("1000.00", on=JUNE), payment(eur("800.00"), on=JUNE))
    desk.post(refund("150.00", "RF-2", donor="med", on=JUNE))
    assert desk.lines(payment(eur("120.00"), "RFP-2", refund="RF-2", on=JUNE)) == table("""
        Dr 2060 med USD 150.00
        Cr 1010 eur USD 150.00
    """)
    assert desk.cash("eur") == (-2_500, -2_000)


def test_a_refund_recorded_before_it_was_held_against_what_is_owed_can_still_be_read() -> None:
    """Such payments said dollars beside the donor's own currency, or nothing."""
    books = EndDesk(in_euros(), owed("100.00", "90.00")).books
    before = books.document(RefundOwed, "refund", "RF-1")
    lines = (debit(subaccount("2060", term=TERM, donor="ham"), 5_000),)
    for event, settled in (
        (payment(eur("45.00"), settles=usd("50.00")), eur("45.00")),
        (payment(usd("50.00")), eur("0.00")),
    ):
        after = event.document(before, lines)
        assert (after.paid, after.settled) == (usd("50.00"), settled)


# -- on a ledger ------------------------------------------------------------------------------------

LIFE: tuple[Event, ...] = (
    *(found.entry.event for found in EndDesk().books.entries.values()),
    in_euros(),
    receipt("R-2", "600.00", donor="med", on=date(2020, 3, 10)),
    owed("400.00", "360.00", on=date(2020, 3, 16)),
    payment(eur("60.00"), on=date(2020, 4, 2)),
    revalue(CLOSED_ON),
    closing(),
    rates(date(2020, 6, 1), "1.0"),
    payment(eur("100.00"), "RFP-2", on=JUNE),
    payment(usd("190.00"), "RFP-3", settles=eur("200.00"), on=JUNE),
)


def test_after_the_close_it_verifies_ties_and_reads_the_same(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "l.db") as ledger:
        ledger.record_all(LIFE)
        assert ledger.verify().findings == ()
        assert ledger.report("tie_out", term=TERM, as_of=JUNE).holds
        report = ledger.report("exchange", term=TERM, as_of=JUNE)
        statement = ledger.donor_statement("ham", term=TERM, as_of=JUNE)
        position = ledger.report("assets_and_liabilities", term=TERM, as_of=CLOSED_ON)
        paid_whole = ledger.report("assets_and_liabilities", term=TERM, as_of=JUNE)
    (account,) = report.accounts
    # 740.00 euros are left at 0.8, the rate of the closing day, though 1.0 holds now.
    assert (account.own, account.booked, account.worth) == (eur("740.00"), usd("925.00"), usd("925.00"))
    # Decided were 400.00; the payments after the close cost 125.00 for 111.11 and 190.00 for 222.22.
    (refunds,) = [row.inception for row in statement.account if row.key == "refunds"]
    assert refunds == usd("-381.67")
    (open_refund,) = position.refunds
    assert (open_refund.agreed, open_refund.settled, open_refund.still_owed) == (
        eur("360.00"),
        eur("60.00"),
        eur("300.00"),
    )
    assert open_refund.refunds_payable == usd("333.33")
    assert "RF-1" in render_text(position.document())
    assert paid_whole.refunds == ()


def test_a_donor_below_zero_in_a_closed_term_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(TermClose, "_below_zero", lambda self, books: ())
    events = [found.entry.event for found in below_zero().books.entries.values()]
    with open_ledger(tmp_path / "l.db") as ledger:
        ledger.record_all([*events, closing()])
        (finding,) = ledger.verify().findings
    assert (finding.check, finding.what, finding.found) == (
        "term-closed",
        f"held for ham in {TERM}",
        "-10000",
    )
