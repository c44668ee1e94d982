"""One walk through every rule of the machine, so that each kind of event is recorded, not only tried."""

from __future__ import annotations

from typing import Any, cast

import hypothesis.strategies as st
from sqlalchemy import text

from mdfm_ledger.events import EVENT_KINDS
from tests.stateful.fund import FIRST, LAST
from tests.stateful.registers import KEYS
from tests.stateful.test_machine import Fund


class Chosen:
    """Draws what it was given, one after the other."""

    def __init__(self, *values: object) -> None:
        self.values = list(values)

    def draw(self, strategy: st.SearchStrategy[Any]) -> Any:
        """The next value."""
        del strategy
        return self.values.pop(0)


def chosen(*values: object) -> st.DataObject:
    return cast("st.DataObject", Chosen(*values))


def spend(fund: Fund) -> None:
    """Under an allocation of the first term: everything that can be done and comes back."""
    allocation = fund.model.standing("allocation")[0]
    obligation, advance = fund.model.standing("obligation")[0], fund.model.standing("advance")[0]
    fund.increase(chosen(obligation), 100, LAST)
    fund.spend(chosen(allocation), 500, LAST, "uil-usd", "org", is_paid=False, category="5")
    fund.spend_on_an_obligation(chosen(obligation), 200, LAST)
    fund.liquidate(chosen(advance), 300, 20, LAST, whole=False)
    fund.repay(chosen(advance), 10, LAST, whole=False, is_recovery=True)
    fund.lose(chosen(advance), 3, LAST, whole=False)
    fund.repay(chosen(advance), 100, LAST, whole=False, is_recovery=False)
    fund.release(chosen(obligation), 50, LAST)
    fund.transfer(chosen(allocation), 400, LAST, "uil-usd")
    transfer = fund.model.standing("transfer")[0]
    fund.refund_a_transfer(chosen(transfer), 40, LAST, "uil-usd", whole=False, says=False)
    fund.refund_a_transfer(chosen(transfer), 30, LAST, "uil-eur", whole=False, says=True)
    fund.give_back(chosen(allocation), 30, LAST)
    fund.pay("T1", "org", 2, LAST)


def promise(fund: Fund) -> None:
    """Pledges and money on them, or from nobody knows whom."""
    fund.pledge("T1", "ham", 10_000, FIRST, "", "EUR", "announced", 3, ("1.1",))
    pledge = fund.model.standing("pledge")[0]
    fund.amend(chosen(pledge), 12_000, LAST, is_signed=True, keeps_amount=False, asks=None)
    fund.fall_due("T1", LAST)
    fund.receive_on_a_pledge(chosen(pledge), 4_000, LAST, 1, through_usd=False)
    fund.write_off(chosen(pledge), 1_000, LAST)
    fund.change_the_earmark("T1", "ham", 100, LAST, "", "1.1", whole=False)
    fund.change_the_earmark("T1", "ham", 1, LAST, "1.1", "2.2", whole=True)
    fund.receive_unidentified("T1", 700, FIRST, "uil-usd")
    unknown = fund.model.standing("unidentified_receipt")[0]
    fund.give_a_receipt_back(chosen(unknown), 200, FIRST, "uil-usd", whole=False, says=False)
    fund.apply(chosen(unknown), 100, LAST, "ham", ("", ()), whole=False)
    fund.give_a_receipt_back(chosen(unknown), 300, LAST, "uil-eur", whole=True, says=True)


def cost(fund: Fund) -> None:
    """Rates, policies, charges, interest and exchange."""
    fund.classify(FIRST, "low")
    fund.revise_policy("T1", FIRST, 100, 700, "donors", "host", "proceeds")
    fund.revise_budget("T1", FIRST, 100, "2")
    fund.take_a_fee(chosen(fund.model.standing("receipt")[0]), LAST, is_paid=True)
    applied = fund.model.standing("receipt_application")[0]
    fund.take_a_fee_on_what_was_applied(chosen(applied), LAST, is_paid=False)
    fund.charge_everybody("T1", 30, LAST, "uil-usd")
    fund.earn_interest("T1", 30, FIRST, LAST, LAST, "uil-usd", "")
    fund.convert("T1", 1_000, 900, ["uil-usd", "uil-eur", "uil-jpy"], LAST)
    fund.revalue("T1", "uil-eur", LAST)
    fund.publish(chosen(("1.10", "dollars_per_unit")), "EUR", LAST)
    for _ in range(2):
        fund.refund("T1", "ham", 1_000, LAST, "held", whole=False, in_euros=True)


def register(fund: Fund) -> None:
    """What moves no money."""
    fund.state("T1", "ham", LAST, "interim")
    fund.publish_what_is_held(LAST)
    fund.enter("T1", FIRST, "ham", "ESD", "member", 5)
    fund.enter("T1", FIRST, "jp", "ESD", "coordinator", 500)
    fund.leave(LAST, "jp", "ESD", "coordinator", chosen(None))
    fund.offer("T1", FIRST, "ham", "1", "ESD")
    fund.decide_on_an_offer(chosen(min(fund.offered)), LAST, "accepted")
    fund.adopt_key(FIRST, KEYS[0])
    fund.rotate(LAST, KEYS[1], KEYS[0])
    fund.erase(LAST, ("donor", "jp"))


def wind_up(fund: Fund) -> None:
    """Months and a term are closed, and what is left goes back, on, or aside."""
    fund.close_a_month(FIRST.replace(day=31), LAST)
    fund.receive("T1", "ham", 100, FIRST, "", "uil-usd")
    fund.reopen_a_month(chosen(), is_last=True, on=LAST)
    fund.reverse(chosen("bank_charge", fund.model.standing("bank_charge")[0]), LAST)
    first, second = fund.model.standing("refund")[:2]
    fund.pay_a_refund(chosen(first), 300, LAST, "uil-eur", whole=False, says=False)
    fund.pay_a_refund(chosen(first), 400, LAST, "uil-usd", whole=False, says=False)
    fund.close_a_term("T1", FIRST, settles=False, reconciles=False)
    fund.close_a_term("T1", LAST, settles=True, reconciles=True)
    assert fund.model.closed == {"T1": LAST}
    fund.receive("T1", "ham", 100, LAST, "", "uil-usd")
    fund.pay_a_refund(chosen(first), 1, LAST, "uil-eur", whole=True, says=False)
    fund.pay_a_refund(chosen(second), 1, LAST, "uil-usd", whole=True, says=False)
    assert len(fund.model.standing("refund_payment")) == 4
    fund.put_aside("T1", "ham", 900, LAST, whole=False)
    fund.refund("T1", "ham", 400, LAST, "donor_balance", whole=False, in_euros=False)
    fund.pay_a_refund(chosen(fund.model.standing("refund")[-1]), 1, LAST, "uil-usd", whole=True, says=False)
    fund.carry("T1", "jp", 300, LAST, "held", ("", ("1.1",)), whole=False)
    fund.carry("T1", "ham", 500, LAST, "donor_balance", ("1.1", ()), whole=False)
    fund.carry("T1", "jp", 1, LAST, "held", ("", ()), whole=False, bank="uil-eur")


def approve(fund: Fund) -> None:
    """Two people, and an attempt without the second."""
    fund.revise_approvals("T1", FIRST, "refund", "director", 100)
    fund.draft("T1", "jp", 90, LAST, "refund", chosen(False))
    draft = fund.drafts[0]
    fund.withdraw(chosen(draft), "director")
    fund.record_a_draft(chosen(draft))
    fund.approve(chosen(draft), "director")
    fund.record_a_draft(chosen(draft))
    assert draft.is_recorded
    fund.draft("T1", "jp", 101, LAST, "refund", chosen(False))


def walk(fund: Fund) -> None:
    """Through every rule."""
    fund.begin(2_000_000)
    for part in (spend, promise, cost, register, approve, wind_up):
        part(fund)
        fund.figures_agree()
        fund.reports_tie()
        fund.statements_stand()


def test_every_kind_of_event_is_recorded() -> None:
    fund = Fund()
    walk(fund)
    with fund.ledger._recorder.reading():
        kinds = set(fund.ledger._connection.execute(text("SELECT DISTINCT kind FROM entry")).scalars())
    fund.teardown()
    assert kinds == EVENT_KINDS.keys()
