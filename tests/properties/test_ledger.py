"""Valid events in any order keep the invariants, windows agree with a recount, reversals cancel."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import hypothesis.strategies as st
import pytest
from hypothesis import given

from mdfm_ledger import Ledger, Reversal
from mdfm_ledger.demo.story import TERM, story
from mdfm_ledger.errors import RejectedError
from mdfm_ledger.event import Event
from mdfm_ledger.journal import require_balanced

STORY = tuple(story())
_FIRST = ("open_term", "register_donor", "open_bank_account")
REGISTRATIONS = tuple(event for event in STORY if event.event_kind in _FIRST)
BUSINESS = tuple(event for event in STORY if event not in REGISTRATIONS)


def recorded(events: list[Event]) -> Ledger:
    """A ledger in memory with what of the events is accepted, one after the other."""
    ledger = Ledger.open("sqlite://", actor="finance", clock=lambda: datetime(2022, 1, 15, tzinfo=UTC))
    ledger.record_all(REGISTRATIONS)
    for event in events:
        try:
            ledger.record(event)
        except RejectedError:
            continue
    return ledger


@given(st.permutations(BUSINESS))
def test_any_order_of_events_keeps_every_invariant(events: list[Event]) -> None:
    with recorded(events) as ledger:
        assert ledger.verify().findings == ()
        assert ledger.report("tie_out", term=TERM).holds
        for entry in ledger.entries():
            require_balanced(entry.lines)


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    return recorded(list(BUSINESS))


@given(data=st.data())
def test_any_window_agrees_with_adding_up_the_entries(ledger: Ledger, data: st.DataObject) -> None:
    as_of = date(2020, 1, 1) + timedelta(days=data.draw(st.integers(0, 740)))
    known_at = data.draw(st.integers(1, 98))
    balances: Counter[tuple[str, str]] = Counter()
    held: Counter[str] = Counter()
    for entry in ledger.entries():
        if entry.number <= known_at and entry.on <= as_of:
            for line in entry.lines:
                place = line.subaccount
                balances[place.account, place.currency] += line.signed
                if place.account.startswith("2"):
                    held[place.donor] -= line.signed
    report = ledger.report("trial_balance", term=TERM, as_of=as_of, known_at=known_at)
    assert {(row.account, row.currency): row.balance.minor for row in report.rows} == {
        key: balance for key, balance in balances.items() if any(row.account == key[0] for row in report.rows)
    }
    assert all((row.account, row.currency) in balances for row in report.rows)
    for statement in ledger.donor_statements(term=TERM, as_of=as_of, known_at=known_at):
        assert statement.closing.minor == held[statement.donor.reference]
        assert statement.closing == statement.free + statement.allotted + statement.obligated
        alone = ledger.donor_statement(statement.donor.reference, term=TERM, as_of=as_of, known_at=known_at)
        assert alone == statement


@given(st.data())
def test_a_reversal_and_its_entry_net_to_zero_in_every_dimension(data: st.DataObject) -> None:
    with recorded(list(BUSINESS)) as books:
        entries = [entry for entry in books.entries() if entry.lines and not entry.event.reverses]
        wrong = data.draw(st.sampled_from(entries))
        undo = Reversal(
            reference="UNDO",
            reversed_kind=wrong.event.event_kind,
            reversed_reference=wrong.event.reference,
            on=date(2021, 12, 31),
            reason="drawn by lot",
        )
        try:
            books.record(undo)
        except RejectedError:
            return
        last = list(books.entries())[-1]
        net: Counter[tuple[str, ...]] = Counter()
        for line in (*wrong.lines, *last.lines):
            net[line.subaccount] += line.signed
        assert set(net.values()) == {0}
