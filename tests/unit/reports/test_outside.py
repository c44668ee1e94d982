"""What is owed to donors besides what is held: decided and not paid, put aside, and carried on from there.

Of 200.00 and 100.00 received 40.00 and 20.00 were spent. When the term is closed Hamburg has 160.00: 20.00
was to be refunded before (15.00 is paid), 60.00 is put aside, 50.00 carried forward at once. Of what was put
aside 10.00 is to be refunded (nothing is paid) and 30.00 is carried forward: 30.00 is held, 15.00 to be paid
back, 20.00 stands aside.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from mdfm_ledger import (
    BankConfirmation,
    CarryForward,
    DonorBalance,
    Ledger,
    OpenTerm,
    Refund,
    RefundPayment,
    Reversal,
    TermClose,
)
from mdfm_ledger.event import Event
from mdfm_ledger.ledger.output import render
from mdfm_ledger.reports.flows import MOVES
from tests.support.bookkeeping import APPROVER, TERM, allocation, expenditure, receipt, usd
from tests.support.ledgers import events, open_ledger

NEXT = "2022-2023"
END = date(2021, 12, 31)
CLOSED, LATER = date(2022, 1, 10), date(2022, 1, 12)
ASIDE: dict[str, Any] = {"out_of": "donor_balance", "on": LATER}


def refund(reference: str, amount: str, **fields: Any) -> Refund:
    given = {"donor": "ham", "on": date(2021, 6, 1), "decision": "SC-9", "approved_by": APPROVER, **fields}
    return Refund(reference=reference, term=TERM, amount=usd(amount), **given)


def payment(reference: str, amount: str, of: str, on: date) -> RefundPayment:
    return RefundPayment(
        reference=reference, refund=of, amount=usd(amount), on=on, bank_account="uil", bank_reference="OUT"
    )


def carried(reference: str, amount: str, **fields: Any) -> CarryForward:
    given = {"term": TERM, "to_term": NEXT, "donor": "ham", "bank_account": "uil", "on": LATER, **fields}
    return CarryForward(reference=reference, amount=usd(amount), consent="letter", **given)


def reversal(kind: str, reference: str, on: date = LATER) -> Reversal:
    return Reversal(
        reference=f"RV-{reference}",
        reversed_kind=kind,
        reversed_reference=reference,
        on=on,
        reason="a mistake",
    )


REGISTERED = [
    event for event in events() if event.event_kind in ("open_term", "open_bank_account", "register_donor")
]
LIFE: tuple[Event, ...] = (
    *REGISTERED,
    OpenTerm.from_plan("mdfm", reference=NEXT, starts_on=date(2022, 1, 1)),
    receipt("R-1", "200.00"),
    receipt("R-2", "100.00", donor="med"),
    allocation(amount="60.00"),
    expenditure(amount="60.00"),
    refund("RF-1", "20.00"),
    payment("RP-1", "15.00", "RF-1", date(2021, 6, 8)),
    TermClose(
        reference="TC-1",
        term=TERM,
        on=CLOSED,
        decision="SC-10",
        approved_by=APPROVER,
        confirmed=(BankConfirmation(bank_account="uil", amount=usd("225.00"), statement="of the day"),),
    ),
    carried("CF-1", "50.00"),
    DonorBalance(reference="DB-1", term=TERM, donor="ham", amount=usd("60.00"), on=LATER, notice="letter"),
    refund("RF-2", "10.00", **ASIDE),
    carried("CF-2", "30.00", **ASIDE),
)


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    with open_ledger("sqlite://") as ledger:
        ledger.record_all(LIFE)
        yield ledger


def test_a_donor_is_told_what_is_owed_to_it_besides(ledger: Ledger) -> None:
    statement = ledger.donor_statement("ham", term=TERM)
    assert (statement.closing, statement.refunds_payable, statement.donor_balance) == (
        usd("30.00"),
        usd("15.00"),
        usd("20.00"),
    )
    own = {row.key: row.inception for row in statement.account if row.inception.minor}
    assert (own["refunds"], own["carried_out"], own["donor_balances"]) == (
        usd("-30.00"),
        usd("-80.00"),
        usd("-20.00"),
    )
    assert {row.key: row.inception for row in statement.outside} == {
        "refunds_decided": usd("30.00"),
        "refunds_paid": usd("15.00"),
        "refunds_payable": usd("15.00"),
        "put_aside": usd("60.00"),
        "aside_refunded": usd("10.00"),
        "aside_carried": usd("30.00"),
        "donor_balance": usd("20.00"),
        "held": usd("30.00"),
        "owed": usd("65.00"),
    }


def test_in_a_period_what_moved_is_told_apart_from_what_stands(ledger: Ledger) -> None:
    statement = ledger.donor_statement("ham", term=TERM, since=date(2022, 1, 1))
    assert {row.key: (row.prior, row.period) for row in statement.outside if row.prior != row.period} == {
        "refunds_decided": (usd("20.00"), usd("10.00")),
        "refunds_paid": (usd("15.00"), usd("0.00")),
        "refunds_payable": (usd("5.00"), usd("15.00")),
        "put_aside": (usd("0.00"), usd("60.00")),
        "aside_refunded": (usd("0.00"), usd("10.00")),
        "aside_carried": (usd("0.00"), usd("30.00")),
        "donor_balance": (usd("0.00"), usd("20.00")),
        "held": (usd("140.00"), usd("30.00")),
        "owed": (usd("145.00"), usd("65.00")),
    }


@pytest.mark.parametrize("form", ["text", "html", "csv"])
def test_every_form_says_it_and_is_silent_where_there_is_nothing(ledger: Ledger, form: str) -> None:
    shown = render(ledger.donor_statement("ham", term=TERM), form)
    assert all(word in shown for word in ("Refunds decided, not yet paid", "Owed in all", "15.00", "65.00"))
    assert ledger.donor_statement("med", term=TERM).outside == ()
    silent = render(ledger.donor_statement("med", term=TERM), form)
    assert "Owed in all" not in silent
    fund = render(ledger.report("sources_and_uses", term=TERM), form)
    assert "Owed in all" in fund
    assert "Owed in all" not in render(ledger.report("sources_and_uses", term=NEXT), form)


def test_what_one_term_carries_forward_another_carries_in(ledger: Ledger) -> None:
    """It was told as moved to donor balance accounts in the one, and as carried in in the other."""
    left = ledger.report("sources_and_uses", term=TERM).flow("carried_out")
    entered = ledger.report("sources_and_uses", term=NEXT).flow("carried_in")
    assert (left, entered) == (usd("-80.00"), usd("80.00"))
    rolled = ledger.report("roll_forward", term=TERM)
    assert {(one.term, one.carried_out, one.carried_in) for one in rolled.terms} == {
        (TERM, usd("80.00"), usd("0.00")),
        (NEXT, usd("0.00"), usd("80.00")),
    }
    assert [(one.donor, one.carried_out, one.carried_in) for one in rolled.carried] == [
        ("ham", usd("80.00"), usd("80.00"))
    ]
    changes = ledger.report("changes", term=TERM, since=date(2020, 1, 1)).total
    assert (changes.flow("carried_out"), changes.flow("refunds")) == (usd("-80.00"), usd("-30.00"))


def test_assets_and_liabilities_name_what_is_owed_to_whom(ledger: Ledger) -> None:
    owed = ledger.report("assets_and_liabilities", term=TERM).owed
    assert [(one.donor, one.held, one.refunds_payable, one.donor_balance, one.owed) for one in owed] == [
        ("ham", usd("30.00"), usd("15.00"), usd("20.00"), usd("65.00")),
        ("med", usd("80.00"), usd("0.00"), usd("0.00"), usd("80.00")),
    ]


@pytest.mark.parametrize("as_of", [END, CLOSED, LATER])
def test_it_ties_out(ledger: Ledger, as_of: date) -> None:
    own, other = (ledger.report("tie_out", term=term, as_of=as_of) for term in (TERM, NEXT))
    assert [tie for tie in (*own.ties, *other.ties) if not tie.holds] == []
    keys = {tie.key for tie in own.ties}
    assert {
        "refunds_paid",
        "carried_out",
        "roll_terms",
        "put_aside",
        "owed_held",
        "donors_carried_out",
    } <= keys


def test_what_is_taken_back_was_neither_decided_nor_paid(ledger: Ledger) -> None:
    ledger.record_all(
        [
            reversal("refund", "RF-2"),
            reversal("carry_forward", "CF-2"),
            reversal("refund_payment", "RP-1"),
            payment("RP-2", "4.00", "RF-1", LATER),
        ]
    )
    statement = ledger.donor_statement("ham", term=TERM)
    told = {row.key: row.inception.text for row in statement.outside}
    assert told == {
        "refunds_decided": "20.00",
        "refunds_paid": "4.00",
        "refunds_payable": "16.00",
        "put_aside": "60.00",
        "aside_refunded": "0.00",
        "aside_carried": "0.00",
        "donor_balance": "60.00",
        "held": "30.00",
        "owed": "106.00",
    }
    for term in (TERM, NEXT):
        assert ledger.report("tie_out", term=term).holds
    assert ledger.verify().findings == ()


def test_a_late_refund_changes_what_was_to_be_paid(ledger: Ledger) -> None:
    """Stated on the day, and then 3.00 more is decided out of what stands aside, dated the same day."""
    ledger.issue_statement("ham", term=TERM, kind="interim", as_of=LATER, certified_by="chief@example.org")
    ledger.record(refund("RF-3", "3.00", **ASIDE))
    changes = ledger.donor_statement("ham", term=TERM, as_of=LATER).changes
    assert changes is not None
    assert {one.key: (one.as_reported.text, one.restated.text) for one in changes.figures} == {
        "refunds": ("-30.00", "-33.00"),
        "donor_balances": ("-20.00", "-17.00"),
        "closing": ("30.00", "30.00"),
        "refunds_payable": ("15.00", "18.00"),
        "donor_balance": ("20.00", "17.00"),
    }
    (late,) = changes.entries
    assert {one.key: one.amount.text for one in late.effects} == {
        "refunds": "-3.00",
        "donor_balances": "3.00",
        "refunds_payable": "3.00",
        "donor_balance": "-3.00",
    }


def test_the_matrix_finds_what_was_told_otherwise(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """As it was told before: what left by a donor balance account was told as moved there, and no more."""
    told = {place: moved for place, moved in MOVES.items() if place[0] != "2070"}
    monkeypatch.setattr("mdfm_ledger.reports.flows.MOVES", told)
    matrix = ledger.report("tie_out", term=TERM)
    assert {tie.key for tie in matrix.ties if not tie.holds} == {
        "carried_out",
        "refunds_decided",
        "put_aside",
    }
