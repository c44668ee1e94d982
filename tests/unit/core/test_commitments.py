"""Obligations, payables and advances: what they post, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from mdfm_ledger import (
    Advance,
    AdvanceLiquidation,
    AdvanceReturn,
    Amount,
    Obligation,
    ObligationIncrease,
    ObligationRelease,
    Payment,
    Recovery,
    RegisterPartner,
    Reversal,
    Transfer,
    TransferRefund,
    errors,
    posting,
)
from mdfm_ledger.event import Event
from tests.support.bookkeeping import ACTOR, NOW, TERM, Desk, allocation, expenditure, receipt, table, usd
from tests.support.ledgers import open_ledger


def desk(*events: Event) -> Desk:
    """Hamburg holds 100.00, Medellín 200.00; 90.00 are allotted, in thirds; a city is registered."""
    return Desk(
        receipt("R-1", "100.00"),
        receipt("R-2", "200.00", donor="med"),
        allocation(amount="90.00"),
        RegisterPartner(reference="kla", name="Kampala", country="UG"),
        *events,
    )


def obligation(reference: str = "O-1", amount: str = "60.00", **fields: Any) -> Obligation:
    given = {"allocation": "A-1", "party": "kla", "purpose": "Workshop", "on": date(2020, 5, 4), **fields}
    return Obligation(reference=reference, amount=usd(amount), **given)


def advance(reference: str = "ADV-1", amount: str = "30.00", **fields: Any) -> Advance:
    given = {
        "obligation": "O-1",
        "on": date(2020, 6, 1),
        "due_on": date(2020, 9, 30),
        "bank_account": "uil",
        "bank_reference": "ADV",
        **fields,
    }
    return Advance(reference=reference, amount=given.pop("money", None) or usd(amount), **given)


def liquidation(reference: str = "AL-1", amount: str | None = "21.00", **fields: Any) -> AdvanceLiquidation:
    given = {"advance": "ADV-1", "report": "Certified", "on": date(2020, 10, 1), **fields}
    return AdvanceLiquidation(reference=reference, amount=usd(amount) if amount else None, **given)


def returned(reference: str = "ART-1", amount: str = "5.00", **fields: Any) -> AdvanceReturn:
    given = {
        "advance": "ADV-1",
        "bank_account": "uil",
        "bank_reference": "BACK",
        "on": date(2020, 10, 5),
        **fields,
    }
    return AdvanceReturn(reference=reference, amount=usd(amount), **given)


def recovery(reference: str = "RC-1", amount: str = "2.00") -> Recovery:
    return Recovery(
        reference=reference,
        advance="ADV-1",
        amount=usd(amount),
        bank_account="uil",
        bank_reference="BACK",
        on=date(2020, 10, 9),
    )


def release(amount: str, **fields: Any) -> ObligationRelease:
    given = {"reference": "OR-1", "obligation": "O-1", "reason": "less", "on": date(2020, 7, 1), **fields}
    return ObligationRelease(amount=usd(amount), **given)


def payment(reference: str = "PAY-1", amount: str = "10.00") -> Payment:
    return Payment(
        reference=reference,
        term=TERM,
        party="kla",
        amount=usd(amount),
        bank_account="uil",
        bank_reference="PAY",
        on=date(2020, 8, 3),
    )


# -- what is posted ---------------------------------------------------------------------------------


def test_an_obligation_sets_allotted_money_aside_in_the_frozen_shares() -> None:
    assert desk().lines(obligation()) == table("""
        Dr 8120 ham A-1 1.1 USD 20.00
        Cr 8140 ham A-1 O-1 1.1 kla USD 20.00
        Dr 8120 med A-1 1.1 USD 40.00
        Cr 8140 med A-1 O-1 1.1 kla USD 40.00
    """)


def test_an_advance_taken_back_is_not_overdue_on_the_days_between() -> None:
    taken_back = Reversal(
        reference="RV-1",
        reversed_kind="advance",
        reversed_reference="ADV-1",
        on=date(2020, 11, 2),
        reason="never paid",
    )
    books = desk(obligation(), advance(), taken_back)
    late = {"on": date(2020, 10, 20), "due_on": date(2020, 12, 31)}
    assert "Dr 1210" in books.lines(advance("ADV-2", "5.00", **late))


def test_an_obligation_is_not_raised_before_it_is_made() -> None:
    """Else a report as of the days between would know of the raise and not of the obligation."""
    raised = ObligationIncrease(
        reference="OI-1", obligation="O-1", amount=usd("3.00"), reason="more", on=date(2020, 5, 3)
    )
    with pytest.raises(errors.MismatchError, match="a date from 2020-05-04 on"):
        desk(obligation()).post(raised)


def test_an_obligation_is_raised_and_released_again() -> None:
    books = desk(obligation())
    raised = ObligationIncrease(
        reference="OI-1", obligation="O-1", amount=usd("3.00"), reason="more", on=date(2020, 6, 1)
    )
    assert books.lines(raised) == table("""
        Dr 8120 ham A-1 1.1 USD 1.00
        Cr 8140 ham A-1 O-1 1.1 kla USD 1.00
        Dr 8120 med A-1 1.1 USD 2.00
        Cr 8140 med A-1 O-1 1.1 kla USD 2.00
    """)
    assert books.lines(release("63.00")) == table("""
        Dr 8140 ham A-1 O-1 1.1 kla USD 21.00
        Cr 8120 ham A-1 1.1 USD 21.00
        Dr 8140 med A-1 O-1 1.1 kla USD 42.00
        Cr 8120 med A-1 1.1 USD 42.00
    """)


def test_spending_under_an_obligation_uses_it_up_to_the_cent() -> None:
    books = desk(obligation(amount="1.00"))
    drawn = [
        books.lines(expenditure(f"E-{at}", "0.25", allocation="", obligation="O-1")).count("8140 med")
        for at in range(4)
    ]
    assert drawn == [1, 1, 1, 1]
    assert books.books.obligation_left("O-1").total == 0
    assert all(series.total == 0 for _, series in books.books.obligated("O-1").items())


def test_what_is_owed_is_a_payable_until_it_is_paid() -> None:
    books = desk(obligation())
    owed = expenditure(amount="10.00", allocation="", obligation="O-1", bank_account="", party="kla")
    assert books.lines(owed) == table("""
        Dr 2040 ham A-1 1.1 5 USD 3.33
        Dr 2040 med A-1 1.1 5 USD 6.67
        Cr 2110 kla USD 10.00
        Dr 8140 ham A-1 O-1 1.1 kla USD 3.33
        Cr 8150 ham A-1 1.1 USD 3.33
        Dr 8140 med A-1 O-1 1.1 kla USD 6.67
        Cr 8150 med A-1 1.1 USD 6.67
    """)
    assert books.lines(payment()) == table("""
        Dr 2110 kla USD 10.00
        Cr 1010 uil USD 10.00
    """)


def test_an_advance_is_expenditure_only_when_a_report_says_so() -> None:
    books = desk(obligation())
    assert books.lines(advance()) == table("""
        Dr 1210 A-1 O-1 ADV-1 kla USD 30.00
        Cr 1010 uil USD 30.00
    """)
    assert books.lines(liquidation(ineligible=usd("2.00"), country="UG")) == table("""
        Dr 1230 A-1 O-1 ADV-1 kla USD 2.00
        Cr 1210 A-1 O-1 ADV-1 kla USD 2.00
        Dr 2040 ham A-1 1.1 6 UG USD 7.00
        Dr 2040 med A-1 1.1 6 UG USD 14.00
        Cr 1210 A-1 O-1 ADV-1 kla USD 21.00
        Dr 8140 ham A-1 O-1 1.1 kla USD 7.00
        Cr 8150 ham A-1 1.1 USD 7.00
        Dr 8140 med A-1 O-1 1.1 kla USD 14.00
        Cr 8150 med A-1 1.1 USD 14.00
    """)
    assert books.lines(returned(amount="7.00")) == table("""
        Dr 1010 uil USD 7.00
        Cr 1210 A-1 O-1 ADV-1 kla USD 7.00
    """)
    assert books.lines(recovery()) == table("""
        Dr 1010 uil USD 2.00
        Cr 1230 A-1 O-1 ADV-1 kla USD 2.00
    """)


def test_what_is_allotted_again_is_cash() -> None:
    """Of an advance of 30.00 all is ineligible: it can be allotted anew when it is back, and not before."""
    books = desk(obligation(), advance(), liquidation(amount=None, ineligible=usd("30.00")))
    with pytest.raises(errors.AdvanceNotCoveredError, match=r"USD 29\.99 .* hold or owe USD 30\.00"):
        books.post(release("30.01", on=date(2020, 11, 2)))
    books.post(recovery(amount="30.00"), release("60.00", on=date(2020, 11, 2)))


def test_a_report_may_account_for_nothing_but_what_is_to_be_recovered() -> None:
    books = desk(obligation(), advance())
    assert books.lines(liquidation(amount=None, ineligible=usd("30.00"))) == table("""
        Dr 1230 A-1 O-1 ADV-1 kla USD 30.00
        Cr 1210 A-1 O-1 ADV-1 kla USD 30.00
    """)


def test_an_overdue_advance_bars_another_unless_a_decision_allows_it() -> None:
    books = desk(obligation(), advance(), returned("ART-0", "10.00"))
    books.post(advance("ADV-0", "1.00", on=date(2020, 9, 30), due_on=date(2020, 12, 31)))
    late = {"on": date(2020, 10, 20), "due_on": date(2020, 12, 31)}
    with pytest.raises(errors.AdvanceOverdueError) as caught:
        books.post(advance("ADV-2", "5.00", **late))
    assert (caught.value.outstanding, caught.value.due_on) == (usd("20.00"), date(2020, 9, 30))
    assert books.post(advance("ADV-2", "5.00", despite_overdue="SC-2020-10", **late)).entry.lines


def transfer(amount: str = "0.10", **fields: Any) -> Transfer:
    given = {
        "reference": "T-1",
        "allocation": "A-1",
        "party": "kla",
        "bank_account": "uil",
        "agreement": "Pass-through",
        "on": date(2020, 5, 4),
        **fields,
    }
    return Transfer(amount=usd(amount), **given)


def transfer_refund(amount: str, reference: str = "TR-1", **fields: Any) -> TransferRefund:
    given = {
        "transfer": "T-1",
        "bank_account": "uil",
        "bank_reference": "BACK",
        "on": date(2020, 8, 3),
        **fields,
    }
    return TransferRefund(reference=reference, amount=usd(amount), **given)


def test_a_transfer_is_the_use_and_what_comes_back_goes_by_its_shares() -> None:
    books = desk()
    assert books.lines(transfer()) == table("""
        Dr 2044 ham kla USD 0.03
        Dr 2044 med kla USD 0.07
        Cr 1010 uil USD 0.10
        Dr 8120 ham A-1 1.1 USD 0.03
        Cr 8150 ham A-1 1.1 USD 0.03
        Dr 8120 med A-1 1.1 USD 0.07
        Cr 8150 med A-1 1.1 USD 0.07
    """)
    assert books.lines(transfer_refund("0.01")) == table("""
        Dr 1010 uil USD 0.01
        Cr 2045 med kla USD 0.01
        Dr 8150 med A-1 1.1 USD 0.01
        Cr 8120 med A-1 1.1 USD 0.01
    """)
    assert books.lines(transfer_refund("0.09", "TR-2")) == table("""
        Dr 1010 uil USD 0.09
        Cr 2045 ham kla USD 0.03
        Dr 8150 ham A-1 1.1 USD 0.03
        Cr 8120 ham A-1 1.1 USD 0.03
        Cr 2045 med kla USD 0.06
        Dr 8150 med A-1 1.1 USD 0.06
        Cr 8120 med A-1 1.1 USD 0.06
    """)


def test_what_was_returned_later_was_still_held_on_an_earlier_day() -> None:
    books = desk(obligation(), advance(), returned("ART-0", "30.00", on=date(2020, 11, 2)))
    late = {"on": date(2020, 10, 20), "due_on": date(2020, 12, 31)}
    with pytest.raises(errors.AdvanceOverdueError) as caught:
        books.post(advance("ADV-2", "5.00", **late))
    assert caught.value.outstanding == usd("30.00")


# -- what is refused --------------------------------------------------------------------------------

EUR = Amount(100, "EUR")
Case = tuple[tuple[Event, ...], Callable[[], Event], type[errors.LedgerError]]
CASES: dict[str, Case] = {
    "more obligated than allotted": ((), lambda: obligation(amount="90.01"), errors.OverAllotmentError),
    "a partner never registered": ((), lambda: obligation(party="kcca"), errors.UnknownDocumentError),
    "a report on an advance never paid": (
        (obligation(),),
        liquidation,
        errors.UnknownDocumentError,
    ),
    "an advance the obligation does not cover": (
        (obligation(),),
        lambda: advance(amount="60.01"),
        errors.AdvanceNotCoveredError,
    ),
    "spending what is advanced": (
        (obligation(), advance()),
        lambda: expenditure(amount="30.01", allocation="", obligation="O-1"),
        errors.AdvanceNotCoveredError,
    ),
    "releasing what is advanced": (
        (obligation(), advance()),
        lambda: release("30.01"),
        errors.AdvanceNotCoveredError,
    ),
    "releasing what the partner owes": (
        (obligation(), advance(), liquidation(ineligible=usd("2.00"))),
        lambda: release("30.01", on=date(2020, 11, 2)),
        errors.AdvanceNotCoveredError,
    ),
    "taking a recovery back once what it covered is released": (
        (
            obligation(),
            advance(),
            liquidation(ineligible=usd("2.00")),
            recovery(),
            release("32.00", on=date(2020, 11, 2)),
        ),
        lambda: undone("recovery", "RC-1"),
        errors.ReversalDependsError,
    ),
    "spending more than is obligated": (
        (obligation(),),
        lambda: expenditure(amount="60.01", allocation="", obligation="O-1"),
        errors.OverObligationError,
    ),
    "spending before the obligation": (
        (obligation(),),
        lambda: expenditure(amount="1.00", allocation="", obligation="O-1", on=date(2020, 5, 3)),
        errors.OverObligationError,
    ),
    "an expenditure in another currency": (
        (obligation(),),
        lambda: expenditure(money=EUR, allocation="", obligation="O-1", bank_account="", party="kla"),
        errors.MismatchError,
    ),
    "owed to somebody else than obligated": (
        (obligation(), RegisterPartner(reference="print", name="Print")),
        lambda: expenditure(amount="1.00", allocation="", obligation="O-1", bank_account="", party="print"),
        errors.MismatchError,
    ),
    "more reported than advanced": (
        (obligation(), advance()),
        lambda: liquidation(amount="30.01"),
        errors.OutstandingNegativeError,
    ),
    "reported before it was advanced": (
        (obligation(), advance()),
        lambda: liquidation(on=date(2020, 5, 20)),
        errors.OutstandingNegativeError,
    ),
    "ineligible in another currency": (
        (obligation(), advance()),
        lambda: liquidation(ineligible=EUR),
        errors.MismatchError,
    ),
    "more returned than advanced": (
        (obligation(), advance(), liquidation()),
        lambda: returned(amount="9.01"),
        errors.OutstandingNegativeError,
    ),
    "more recovered than to be recovered": (
        (obligation(), advance(), liquidation(ineligible=usd("1.99"))),
        recovery,
        errors.OutstandingNegativeError,
    ),
    "more transferred than allotted": ((), lambda: transfer("90.01"), errors.OverAllotmentError),
    "more back than was transferred": (
        (transfer(), transfer_refund("0.04")),
        lambda: transfer_refund("0.07", "TR-2"),
        errors.TransferExceededError,
    ),
    "back before it was transferred": (
        (transfer(),),
        lambda: transfer_refund("0.01", on=date(2020, 5, 3)),
        errors.MismatchError,
    ),
    "a transfer taken back that came back in part": (
        (transfer(), transfer_refund("0.04")),
        lambda: undone("transfer", "T-1"),
        errors.ReversalDependsError,
    ),
    "more paid than owed": ((), payment, errors.OutstandingNegativeError),
    "an advance taken back after its report": (
        (obligation(), advance(), liquidation()),
        lambda: undone("advance", "ADV-1"),
        errors.ReversalDependsError,
    ),
    "an obligation taken back after it was used": (
        (obligation(), expenditure(amount="1.00", allocation="", obligation="O-1", on=date(2020, 5, 5))),
        lambda: undone("obligation", "O-1"),
        errors.ReversalDependsError,
    ),
}


def undone(kind: str, reference: str) -> Reversal:
    return Reversal(
        reference="X",
        reversed_kind=kind,
        reversed_reference=reference,
        on=date(2020, 12, 1),
        reason="wrong",
    )


@pytest.mark.parametrize("name", CASES)
def test_it_is_refused(name: str) -> None:
    before, make, error = CASES[name]
    books = desk(*before)
    number = books.books.number
    with pytest.raises(error):
        books.post(make())
    assert books.books.number == number


@pytest.mark.parametrize(
    "make",
    [
        lambda: liquidation(amount=None),
        lambda: advance(due_on=date(2020, 5, 31)),
        lambda: expenditure(allocation="A-1", obligation="O-1"),
        lambda: expenditure(allocation="", obligation=""),
        lambda: expenditure(party="kla"),
        lambda: expenditure(bank_account=""),
        lambda: RegisterPartner(reference="kla", name="Kampala", country="XX"),
    ],
)
def test_a_field_that_cannot_be_is_refused(make: Callable[[], Event]) -> None:
    with pytest.raises(errors.InvalidFieldError):
        make()


# -- what is reported -------------------------------------------------------------------------------


def usds(*amounts: str) -> list[Amount]:
    return [usd(amount) for amount in amounts]


def test_the_report_says_what_is_left_held_and_overdue_on_a_day(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "l.db") as ledger:
        done = (advance(), liquidation(ineligible=usd("2.00")), returned(), recovery(amount="1.50"))
        ledger.record_all(events_of(desk(obligation(), *done, release("10.00"))))

        def on(day: date) -> tuple[list[Amount], list[Amount], list[int]]:
            report = ledger.report("commitments", term=TERM, as_of=day)
            assert ledger.report("tie_out", term=TERM, as_of=day).holds
            committed = report.obligations[0] if report.obligations else None
            held = report.advances[0] if report.advances else None
            left = [committed.obligated, committed.left, committed.advanced] if committed else []
            open_amounts = [held.paid, held.outstanding, held.recoverable] if held else []
            return left, open_amounts, [age.minor for age in held.ages] if held else []

        assert on(date(2020, 5, 3)) == ([], [], [])
        assert on(date(2020, 5, 31)) == (usds("60.00", "60.00", "0.00"), [], [])
        held = usds("30.00", "30.00", "0.00")
        assert on(date(2020, 9, 29)) == (usds("60.00", "50.00", "30.00"), held, [3000, 0, 0, 0, 0])
        assert on(date(2020, 9, 30)) == (usds("60.00", "50.00", "30.00"), held, [0, 3000, 0, 0, 0])
        rest = usds("30.00", "2.00", "0.50")
        assert on(date(2020, 10, 31)) == (usds("60.00", "29.00", "2.00"), rest, [0, 0, 200, 0, 0])
        assert on(date(2021, 12, 31)) == (usds("60.00", "29.00", "2.00"), rest, [0, 0, 0, 0, 200])


# -- what verify recounts ---------------------------------------------------------------------------


def test_a_ledger_with_all_of_it_verifies_and_reads_its_documents(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "l.db") as ledger:
        ledger.record_all(events_of(desk(obligation(), advance(), liquidation(), returned())))
        ledger.record_all([transfer(), transfer_refund("0.04")])
        assert ledger.verify().is_clean
        assert ledger.documents("transfer")["T-1"].refunded == (1, 3)
        assert ledger.documents("obligation")["O-1"].party == "kla"
        assert ledger.documents("advance")["ADV-1"].due_on == date(2020, 9, 30)
        assert ledger.documents("partner")["kla"].name == "Kampala"
        # A second opening has nothing in memory: the balances are read from the database.
        with pytest.raises(errors.OutstandingNegativeError):
            ledger.record(returned("ART-2", "4.01"))
    with open_ledger(tmp_path / "l.db") as ledger:
        with pytest.raises(errors.OutstandingNegativeError):
            ledger.record(returned("ART-2", "4.01"))
        with pytest.raises(errors.AdvanceOverdueError):
            ledger.record(advance("ADV-2", on=date(2020, 12, 1), due_on=date(2020, 12, 31)))
        with pytest.raises(errors.OverObligationError):
            ledger.record(release("60.00", on=date(2020, 12, 1)))
        assert ledger.record(returned("ART-2", "4.00")).number


def test_what_the_rules_would_have_refused_is_found(tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch, open_ledger(tmp_path / "l.db") as ledger:
        patch.setattr(posting, "checks_of", lambda accounts: ())
        ledger.record_all(events_of(desk(obligation(), advance())))
        ledger.record(expenditure(amount="50.00", allocation="", obligation="O-1", on=date(2020, 7, 1)))
        ledger.record(returned(amount="30.01"))
        ledger.record(payment())
        ledger.record(undone("obligation", "O-1"))
        found = {(finding.check, finding.what.split(",")[0]) for finding in ledger.verify().findings}
    assert {check for check, _ in found} == {"within-allotment", "outstanding-not-negative"}
    assert ("within-allotment", "advances under O-1 beyond what it covers") in found
    assert ("outstanding-not-negative", "1210 ADV-1  on 2020-10-05") in found
    assert ("outstanding-not-negative", "2110 kla  on 2020-08-03") in found


def events_of(books: Desk) -> list[Event]:
    """The events a desk has posted, in their order."""
    entries = sorted((found.entry for found in books.books.entries.values()), key=lambda entry: entry.number)
    return [entry.event for entry in entries]


def test_a_plan_of_a_reversal_says_what_the_obligation_would_lack() -> None:
    spent = expenditure(amount="1.00", allocation="", obligation="O-1", on=date(2020, 5, 5))
    books = desk(obligation(), spent).books
    _, verdicts = posting.examine(undone("obligation", "O-1"), books, actor=ACTOR, recorded_at=NOW)
    assert {verdict.invariant for verdict in verdicts if verdict.error} == {
        "reversal-exact",
        "within-allotment",
    }
