"""Money that came without a name: it waits, and is applied when it is known whose it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from mdfm_ledger import (
    Amount,
    OpenTerm,
    ReceiptApplication,
    ReceiptReturn,
    Reversal,
    UnidentifiedReceipt,
    errors,
)
from mdfm_ledger.event import Event
from mdfm_ledger.rules.contribution import Contribution
from tests.support.bookkeeping import TERM, Desk, allocation, pledge, receipt, table, usd
from tests.support.ledgers import events, open_ledger


def unidentified(amount: str = "100.00", **fields: Any) -> UnidentifiedReceipt:
    given = {
        "reference": "U-1",
        "term": TERM,
        "bank_account": "uil",
        "bank_reference": "TRF/?",
        "on": date(2020, 3, 2),
        **fields,
    }
    return UnidentifiedReceipt(amount=usd(amount), **given)


def application(amount: str = "60.00", **fields: Any) -> ReceiptApplication:
    given = {"reference": "UA-1", "receipt": "U-1", "on": date(2020, 3, 9), **fields}
    if "pledge" not in given:
        given = {"term": TERM, "donor": "ham", **given}
    return ReceiptApplication(amount=given.pop("money", None) or usd(amount), **given)


def given_back(amount: str = "60.00", **fields: Any) -> ReceiptReturn:
    given = {
        "reference": "UR-1",
        "receipt": "U-1",
        "bank_account": "uil",
        "bank_reference": "OUT/1",
        "reason": "the sender's bank took our account for another",
        "on": date(2020, 3, 9),
        **fields,
    }
    return ReceiptReturn(amount=given.pop("money", None) or usd(amount), **given)


def test_it_waits_on_an_account_of_its_own() -> None:
    assert Desk().lines(unidentified()) == table("""
        Dr 1010 uil USD 100.00
        Cr 2050 U-1 USD 100.00
    """)


def test_it_becomes_a_donors_contribution_from_the_date_it_is_applied() -> None:
    assert Desk(unidentified()).lines(application(earmark="1.1")) == table("""
        Dr 2050 U-1 USD 60.00
        Cr 2010 ham USD 60.00
        Dr 8100 ham USD 60.00
        Cr 8110 ham 1.1 USD 60.00
    """)


def test_it_pays_a_pledge() -> None:
    assert Desk(pledge(), unidentified()).lines(application(pledge="P-1")) == table("""
        Dr 2050 U-1 USD 60.00
        Cr 2010 ham USD 60.00
        Dr 8100 ham USD 60.00
        Cr 8110 ham USD 60.00
        Dr 8040 ham P-1 USD 60.00
        Cr 8020 ham P-1 USD 60.00
    """)


def test_what_came_by_mistake_goes_back_to_its_sender() -> None:
    assert Desk(unidentified(), application("40.00")).lines(given_back()) == table("""
        Dr 2050 U-1 USD 60.00
        Cr 1010 uil USD 60.00
    """)


def test_what_exceeded_a_pledge_goes_back_too() -> None:
    desk = Desk(pledge(amount="50.00"), receipt(amount="70.00", pledge="P-1", on=date(2020, 3, 2)))
    assert desk.lines(given_back("20.00", receipt="R-1")) == table("""
        Dr 2050 R-1 USD 20.00
        Cr 1010 uil USD 20.00
    """)


def other_term() -> OpenTerm:
    return OpenTerm.from_plan("mdfm", reference="T2", starts_on=date(2022, 1, 1))


Case = tuple[tuple[Event, ...], Callable[[], Event], type[errors.LedgerError]]
CASES: dict[str, Case] = {
    "nothing of it can be allotted": (
        (unidentified(),),
        lambda: allocation(amount="1.00"),
        errors.NotFundedError,
    ),
    "one never received": ((), application, errors.UnknownDocumentError),
    "more than was received": (
        (unidentified(),),
        lambda: application(amount="100.01"),
        errors.OutstandingNegativeError,
    ),
    "more than is left": (
        (unidentified(), application()),
        lambda: application(amount="40.01", reference="UA-2"),
        errors.OutstandingNegativeError,
    ),
    "before it was received": (
        (unidentified(),),
        lambda: application(on=date(2020, 3, 1)),
        errors.OutstandingNegativeError,
    ),
    "for another term": (
        (other_term(), unidentified()),
        lambda: application(term="T2"),
        errors.MismatchError,
    ),
    "in another currency": (
        (unidentified(),),
        lambda: application(money=Amount(100, "JPY")),
        errors.MismatchError,
    ),
    "more than the pledge leaves open": (
        (pledge(amount="50.00"), unidentified()),
        lambda: application(pledge="P-1"),
        errors.PledgeExceededError,
    ),
    "given back though never received": ((), given_back, errors.UnknownDocumentError),
    "given back though it is a donor's": (
        (receipt(amount="100.00"),),
        lambda: given_back(receipt="R-1"),
        errors.UnknownDocumentError,
    ),
    "more given back than is left": (
        (unidentified(), application()),
        lambda: given_back("40.01"),
        errors.OutstandingNegativeError,
    ),
    "given back before a later application": (
        (unidentified(), application(on=date(2020, 5, 4))),
        lambda: given_back("40.01"),
        errors.OutstandingNegativeError,
    ),
    "given back before it came": (
        (unidentified(),),
        lambda: given_back(on=date(2020, 3, 1)),
        errors.OutstandingNegativeError,
    ),
    "given back in another currency than the account's": (
        (unidentified(),),
        lambda: given_back(money=Amount(100, "JPY")),
        errors.MismatchError,
    ),
    "settles dollars for dollars": (
        (unidentified(),),
        lambda: given_back(settles=usd("60.00")),
        errors.InvalidFieldError,
    ),
    "applied after it was given back": (
        (unidentified(), given_back()),
        lambda: application("40.01", on=date(2020, 3, 20)),
        errors.OutstandingNegativeError,
    ),
    "taken back after it was given back": (
        (unidentified(), given_back()),
        lambda: Reversal(
            reference="X",
            reversed_kind="unidentified_receipt",
            reversed_reference="U-1",
            on=date(2020, 4, 1),
            reason="wrong",
        ),
        errors.ReversalDependsError,
    ),
    "taken back after it was applied": (
        (unidentified(), application()),
        lambda: Reversal(
            reference="X",
            reversed_kind="unidentified_receipt",
            reversed_reference="U-1",
            on=date(2020, 4, 1),
            reason="wrong",
        ),
        errors.ReversalDependsError,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_it_is_refused(name: str) -> None:
    before, make, error = CASES[name]
    desk = Desk(*before)
    with pytest.raises(error):
        desk.post(make())


def test_it_counts_toward_the_target_only_when_applied(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "l.db") as ledger:
        ledger.record_all([*events(), unidentified()])
        before = ledger.report("term_target", term=TERM).received
    with open_ledger(tmp_path / "l.db") as ledger:
        ledger.record(application())
        with pytest.raises(errors.OutstandingNegativeError):
            ledger.record(application(amount="40.01", reference="UA-2"))
        after = ledger.report("term_target", term=TERM).received
        assert after - before == usd("60.00")
        assert ledger.verify().is_clean
        assert ledger.report("tie_out", term=TERM).holds


def test_given_back_it_is_nobodys_receipt_and_nobodys_refund(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "l.db") as ledger:
        ledger.record_all(events())
        before = ledger.report("sources_and_uses", term=TERM)
        received = ledger.report("term_target", term=TERM).received
        ledger.record_all([unidentified(), given_back("100.00")])
        after = ledger.report("sources_and_uses", term=TERM)
        assert (after.flows, after.balance) == (before.flows, before.balance)
        assert ledger.report("term_target", term=TERM).received == received
        moves = ledger.report("roll_forward", term=TERM, since=date(2020, 1, 1))
        rolled = {one.account: one for one in moves.accounts}
        assert (rolled["2050"].debits, rolled["2050"].closing) == (usd("100.00"), usd("0.00"))
        owed = [
            row for row in ledger.report("assets_and_liabilities", term=TERM).rows if row.account == "2050"
        ]
        assert not any(row.amount.minor for row in owed)
        assert ledger.verify().is_clean
        assert ledger.report("tie_out", term=TERM).holds
        back = Reversal(
            reference="RV",
            reversed_kind="receipt_return",
            reversed_reference="UR-1",
            on=date(2020, 4, 1),
            reason="the payment came back: account closed",
        )
        ledger.record(back)
        assert ledger.balance("2050", term=TERM) == usd("-100.00")
        assert ledger.verify().is_clean


def test_a_contribution_says_where_its_money_is() -> None:
    contribution = Contribution(reference="C", amount=usd("1.00"), donor="ham", term=TERM)
    with pytest.raises(NotImplementedError):
        contribution.from_where(Desk().books, TERM)
