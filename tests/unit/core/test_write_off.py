"""What a partner owes and nobody will ever pay: whose loss it is, what is refused, and where it is seen."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from mdfm_ledger import (
    Advance,
    AdvanceLiquidation,
    AllocationReturn,
    Expenditure,
    Ledger,
    Obligation,
    ObligationRelease,
    OpenTerm,
    RecoverableWriteOff,
    Recovery,
    RegisterPartner,
    Reversal,
    TermClose,
    errors,
)
from mdfm_ledger.event import Event
from mdfm_ledger.rules.held_in_trust import BankConfirmation
from mdfm_ledger.verify_bundle import (
    Entry,
    RefusedError,
    checkpoint_of,
    key_of,
    require_account,
    verify,
)
from tests.support.bookkeeping import (
    ACTOR,
    APPROVER,
    TERM,
    Desk,
    allocation,
    expenditure,
    receipt,
    table,
    usd,
)
from tests.support.bundles import bundle, issue_all
from tests.support.ledgers import events, open_ledger
from tests.support.signing import KEY

REGISTERED = events()[:5]
"""The term, a bank account and three donors."""
PARTNER = RegisterPartner(reference="kla", name="Kampala", country="UG")
OWED: tuple[Event, ...] = (
    receipt("R-1", "100.00"),
    receipt("R-2", "200.00", donor="med", notional_test=("1.1",)),
    allocation(amount="90.00"),
    PARTNER,
    Obligation(
        reference="O-1", allocation="A-1", party="kla", amount=usd("60.00"), purpose="x", on=date(2020, 5, 4)
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
    AdvanceLiquidation(
        reference="AL-1",
        advance="ADV-1",
        report="Investigation 7: nothing was done and the city's office is closed",
        ineligible=usd("30.00"),
        on=date(2020, 10, 1),
    ),
)
"""Hamburg gave 100.00 and Medellín 200.00; of 90.00 allotted 30.00 were advanced and are to be recovered."""


def write_off(amount: str = "30.00", **fields: Any) -> RecoverableWriteOff:
    given = {
        "reference": "WO-1",
        "advance": "ADV-1",
        "decision": "SC-2020-12",
        "reason": "Investigation 7",
        "approved_by": APPROVER,
        "on": date(2020, 12, 1),
        **fields,
    }
    return RecoverableWriteOff(amount=usd(amount), **given)


def undone(kind: str = "recoverable_write_off", reference: str = "WO-1", **fields: Any) -> Reversal:
    given = {"reference": "RV-1", "reason": "the city paid after all", "on": date(2020, 12, 15), **fields}
    return Reversal(reversed_kind=kind, reversed_reference=reference, **given)


def recovered(amount: str, *, on: date = date(2020, 11, 2)) -> Recovery:
    return Recovery(
        reference="RC-1", advance="ADV-1", amount=usd(amount), bank_account="uil", bank_reference="x", on=on
    )


def test_the_loss_is_the_donors_by_the_shares_of_the_obligation() -> None:
    assert Desk(*OWED).lines(write_off()) == table("""
        Dr 2040 ham A-1 1.1 7 written_off USD 10.00
        Dr 2040 med A-1 1.1 7 written_off USD 20.00
        Cr 1230 A-1 O-1 ADV-1 kla USD 30.00
        Dr 8140 ham A-1 O-1 1.1 kla USD 10.00
        Cr 8150 ham A-1 1.1 written_off USD 10.00
        Dr 8140 med A-1 O-1 1.1 kla USD 20.00
        Cr 8150 med A-1 1.1 written_off USD 20.00
    """)


CASES: dict[str, tuple[tuple[Event, ...], Callable[[], Event], type[errors.LedgerError]]] = {
    "more than is to be recovered": ((), lambda: write_off("30.01"), errors.OutstandingNegativeError),
    "more than is still to be recovered": (
        (recovered("12.00"),),
        lambda: write_off("18.01"),
        errors.OutstandingNegativeError,
    ),
    "before it was found ineligible": (
        (),
        lambda: write_off(on=date(2020, 9, 30)),
        errors.OutstandingNegativeError,
    ),
    "of an advance nobody knows": ((), lambda: write_off(advance="ADV-9"), errors.UnknownDocumentError),
    "approved by who enters it": ((), lambda: write_off(approved_by=ACTOR), errors.SamePersonError),
    "recovered after it was written off": (
        (write_off("30.00", on=date(2020, 11, 1)),),
        lambda: recovered("0.01"),
        errors.OutstandingNegativeError,
    ),
    "its report is taken back": (
        (write_off(),),
        lambda: undone("advance_liquidation", "AL-1"),
        errors.ReversalDependsError,
    ),
    "its money is allotted again": (
        (write_off(),),
        lambda: ObligationRelease(
            reference="OR-1", obligation="O-1", amount=usd("30.01"), reason="x", on=date(2020, 12, 2)
        ),
        errors.OverObligationError,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_it_is_refused(name: str) -> None:
    before, make, error = CASES[name]
    desk = Desk(*OWED, *before)
    with pytest.raises(error):
        desk.post(make())


def test_what_is_said_of_an_approval_that_is_missing() -> None:
    with pytest.raises(errors.InvalidFieldError, match="approved_by"):
        write_off(approved_by="")


def test_money_that_comes_after_all_takes_the_write_off_back_by_the_stored_split() -> None:
    desk = Desk(*OWED, write_off())
    assert desk.lines(undone()).startswith("Cr 2040 ham A-1 1.1 7 written_off USD 10.00")
    assert "Cr 1230 A-1 O-1 ADV-1 kla USD 30.00" in desk.lines(recovered("30.00", on=date(2020, 12, 16)))


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with open_ledger(tmp_path / "l.db") as ledger:
        ledger.record_all([*REGISTERED, *OWED, write_off()])
        yield ledger


def use(**fields: Any) -> Expenditure:
    return expenditure("E-1", "15.00", category="7", on=date(2020, 12, 2), **fields)


def test_it_bears_no_support_cost_though_expenditure_does(tmp_path: Path) -> None:
    term = OpenTerm.from_plan(
        "mdfm", reference=TERM, starts_on=date(2020, 1, 1), support_cost_basis_points=700, agent="host"
    )
    host = RegisterPartner(reference="host", name="The host")
    with open_ledger(tmp_path / "l.db") as ledger:
        ledger.record_all([term, *REGISTERED[1:], host, *OWED, write_off()])
        assert ledger.balance("2042", term=TERM).is_zero
        ledger.record(use())
        assert ledger.balance("2042", term=TERM) == usd("1.05")


def test_reports_say_that_it_was_lost_and_not_that_it_was_used(ledger: Ledger) -> None:
    ledger.record(use())
    fund = ledger.report("fund_financial_report", term=TERM)
    flows = {row.key: row.inception for row in fund.flows}
    assert (flows["activities"], flows["losses"]) == (usd("-15.00"), usd("-30.00"))
    assert [row.inception for row in fund.categories if row.key == "7"] == [usd("15.00")]
    assert [row.inception for row in fund.activities] == [usd("15.00")]
    assert (fund.delivery[-1].allotted, fund.delivery[-1].spent) == (usd("90.00"), usd("15.00"))
    assert ledger.report("activity_budget", term=TERM).total.spent == usd("45.00")
    (lost,) = fund.losses
    assert (lost.reference, lost.partner_name, lost.advance) == ("WO-1", "Kampala", "ADV-1")
    assert (lost.authority, lost.amount) == ("SC-2020-12", usd("30.00"))
    assert ledger.report("focus", term=TERM).total.spent == usd("15.00")
    ham, med = ledger.donor_statements(term=TERM)
    rows = [(row.key, row.activity, row.inception.text) for row in ham.account if row.activity]
    assert rows == [("activities", "1.1", "-5.00"), ("losses", "1.1", "-10.00")]
    assert [(use.activity, use.inception.text) for use in ham.uses] == [("1.1", "5.00")]
    assert ham.closing == usd("85.00")
    # Medellín asks that the fund spend 200.00 on 1.1: what was lost was spent on nothing.
    (test,) = med.notional_tests
    assert (test.spent, test.uncovered) == (usd("15.00"), usd("185.00"))
    assert ledger.verify().is_clean
    assert ledger.report("tie_out", term=TERM).holds


def test_what_is_taken_back_stands_beside_what_was_written_off(ledger: Ledger) -> None:
    ledger.record(undone())
    fund = ledger.report("fund_financial_report", term=TERM)
    assert [one.amount for one in fund.losses] == [usd("30.00"), usd("-30.00")]
    assert fund.losses[1].authority == "the city paid after all"
    assert ledger.balance("1230", term=TERM) == usd("30.00")
    assert ledger.verify().is_clean
    assert ledger.report("tie_out", term=TERM).holds


def test_a_statement_without_losses_has_no_row_of_them(tmp_path: Path) -> None:
    """Else a statement issued by an earlier version could not be made again byte for byte."""
    with open_ledger(tmp_path / "l.db") as ledger:
        ledger.record_all([*REGISTERED, *OWED])
        for statement in ledger.donor_statements(term=TERM):
            assert "losses" not in {row.key for row in statement.account}
            assert "losses" not in {row.key for row in statement.fund}


def test_the_term_can_be_closed_and_goes_on_to_say_what_was_lost(ledger: Ledger) -> None:
    last = date(2021, 12, 31)
    ledger.record_all(
        [
            use(),
            ObligationRelease(
                reference="OR-1", obligation="O-1", amount=usd("30.00"), reason="x", on=date(2021, 1, 4)
            ),
            AllocationReturn(
                reference="AR-1", allocation="A-1", amount=usd("45.00"), reason="x", on=date(2021, 1, 4)
            ),
            TermClose(
                reference="TC-1",
                term=TERM,
                decision="SC-2021-12",
                approved_by=APPROVER,
                on=last,
                confirmed=(BankConfirmation(bank_account="uil", amount=usd("255.00"), statement="x"),),
            ),
        ]
    )
    closing = ledger.entries()
    (entry,) = [one for one in closing if one.event.event_kind == "term_close"]
    places = [line.subaccount for line in entry.lines]
    assert len(places) == len(set(places))
    assert ledger.balance("2040", term=TERM).is_zero
    assert ledger.balance("2010", term=TERM) == usd("-255.00")
    flows = {row.key: row.amount for row in ledger.report("sources_and_uses", term=TERM).flows}
    assert (flows["activities"], flows["losses"]) == (usd("-15.00"), usd("-30.00"))
    assert ledger.verify().is_clean
    assert ledger.report("tie_out", term=TERM).holds


def test_a_bundle_proves_the_loss_of_its_donor(ledger: Ledger) -> None:
    ledger.record(use())
    issue_all(ledger)
    raw = bundle(ledger)
    assert verify(raw, str(KEY))
    told = json.loads(raw)
    rows = told["statement"]["account"]
    assert [row["inception"] for row in rows if row["key"] == "losses"] == ["USD -10.00"]
    # An issuer that leaves the loss out, or calls it expenditure, is found out by the lines it has to show.
    tree = checkpoint_of(told["checkpoint"], key_of(str(KEY)))
    entries = [Entry(one, *tree) for one in told["entries"]]
    require_account(told["statement"], entries, TERM)
    for key in ("activities", ""):
        altered = json.loads(raw)["statement"]
        own = [dict(row, key=key) if row["key"] == "losses" else row for row in altered["account"]]
        altered["account"] = [row for row in own if row["key"]]
        with pytest.raises(RefusedError, match="other rows"):
            require_account(altered, entries, TERM)
