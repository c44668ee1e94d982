"""Money that came without a name: it waits, and is applied when it is known whose it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from mdfm_ledger import Amount, OpenTerm, ReceiptApplication, Reversal, UnidentifiedReceipt, errors
from mdfm_ledger.event import Event
from mdfm_ledger.rules.contribution import Contribution
from tests.support.bookkeeping import TERM, Desk, allocation, pledge, table, usd
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


def test_a_contribution_says_where_its_money_is() -> None:
    contribution = Contribution(reference="C", amount=usd("1.00"), donor="ham", term=TERM)
    with pytest.raises(NotImplementedError):
        contribution.from_where(Desk().books, TERM)
