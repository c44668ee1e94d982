"""Any sequence of events: ledger and naive model accept and refuse the same, and agree on every figure."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import attrs
import hypothesis.strategies as st
import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from mdfm_ledger import (
    Allocation,
    AllocationReturn,
    Amount,
    Expenditure,
    Ledger,
    OpenBankAccount,
    OpenTerm,
    Pledge,
    PledgeAmendment,
    PledgeWriteOff,
    Receipt,
    RegisterDonor,
    Reversal,
)
from mdfm_ledger.errors import ReferenceConflictError, RejectedError
from mdfm_ledger.event import Event
from mdfm_ledger.journal import JournalEntry
from mdfm_ledger.store.query import found as found_entry
from tests.stateful.naive_model import Bucket, Model, Movement, Promise

TERM = "T"
FIRST = date(2020, 1, 1)
DAYS = st.integers(0, 12).map(lambda days: FIRST + timedelta(days=days))
DONORS = st.sampled_from(["ham", "med", "jp"])
EARMARKS = st.sampled_from(["", "", "1", "1.1", "2.2"])
ACTIVITIES = st.sampled_from(["1.1", "1.2", "2.2"])
CENTS = st.one_of(st.integers(1, 300), st.integers(1, 3_000_000))
REVERSIBLE = [
    "receipt",
    "pledge",
    "pledge_amendment",
    "pledge_write_off",
    "allocation",
    "allocation_return",
    "expenditure",
]


def usd(cents: int) -> Amount:
    return Amount(cents, "USD")


class Fund(RuleBasedStateMachine):
    """Records events in any order and on any day, and asks both sides after each."""

    def __init__(self) -> None:
        super().__init__()
        self.ledger = Ledger.open(
            "sqlite://", actor="finance", clock=lambda: datetime(2022, 1, 1, tzinfo=UTC)
        )
        self.model = Model()
        self.count = 0
        self.last: Event | None = None
        self.last_number = 0

    @initialize()
    def begin(self) -> None:
        self.ledger.record(OpenTerm.from_plan("mdfm", reference=TERM, starts_on=FIRST))
        self.ledger.record(OpenBankAccount(reference="uil", name="UIL", currency="USD"))
        for donor in ("ham", "med", "jp"):
            self.ledger.record(RegisterDonor(reference=donor, name=donor, kind="member_city"))
        self.last_number = 5

    def reference(self, letter: str) -> str:
        self.count += 1
        return f"{letter}-{self.count}"

    def recorded(self, event: Event) -> JournalEntry | None:
        """The entry of the event, or None where it was refused; numbers have no gaps."""
        try:
            done = self.ledger.record(event)
        except RejectedError:
            return None
        assert done.number == self.last_number + 1
        self.last, self.last_number = event, done.number
        with self.ledger._recorder.reading():
            found = found_entry(self.ledger._connection, event.event_kind, event.reference)
        assert found is not None
        return found.entry

    def agree(self, event: Event, effects: dict[Bucket, int], *, allowed: bool) -> None:
        entry = self.recorded(event)
        assert (entry is not None) is allowed, event
        if entry is not None:
            self.note(event, effects)

    def note(self, event: Any, effects: dict[Bucket, int]) -> None:
        self.model.movements.append(Movement(event.event_kind, event.reference, event.on, effects))

    def standing(self, kind: str) -> list[str]:
        return [
            movement.reference
            for movement in self.model.movements
            if movement.kind == kind and not movement.reversed_by
        ]

    # -- rules -------------------------------------------------------------------------------------

    @rule(donor=DONORS, cents=CENTS, on=DAYS, earmark=EARMARKS)
    def pledge(self, donor: str, cents: int, on: date, earmark: str) -> None:
        event = Pledge(
            reference=self.reference("P"), term=TERM, donor=donor, amount=usd(cents), on=on, earmark=earmark
        )
        self.model.promises[event.reference] = Promise(on, [(event.reference, cents)], [on])
        self.agree(event, {("open", event.reference, donor, earmark): cents}, allowed=True)

    def open_bucket(self, pledge: str) -> Bucket:
        (bucket,) = self.model.buckets("open", pledge)
        return bucket

    @precondition(lambda self: self.standing("pledge"))
    @rule(data=st.data(), cents=CENTS, on=DAYS)
    def amend(self, data: st.DataObject, cents: int, on: date) -> None:
        pledge = data.draw(st.sampled_from(self.standing("pledge")))
        promise = self.model.promises[pledge]
        event = PledgeAmendment(
            reference=self.reference("PA"), pledge=pledge, amount=usd(cents), on=on, reason="x"
        )
        change = cents - promise.amounts[-1][1]
        effects = {self.open_bucket(pledge): change} if change else {}
        allowed = on >= promise.days[-1] and self.model.allows(effects, on)
        self.agree(event, effects, allowed=allowed)
        if allowed:
            promise.amounts.append((event.reference, cents))
            promise.days.append(on)

    @precondition(lambda self: self.standing("pledge"))
    @rule(data=st.data(), cents=CENTS, on=DAYS)
    def write_off(self, data: st.DataObject, cents: int, on: date) -> None:
        pledge = data.draw(st.sampled_from(self.standing("pledge")))
        event = PledgeWriteOff(
            reference=self.reference("PW"), pledge=pledge, amount=usd(cents), on=on, reason="x"
        )
        effects = {self.open_bucket(pledge): -cents}
        self.agree(event, effects, allowed=self.model.allows(effects, on))

    @rule(donor=DONORS, cents=CENTS, on=DAYS, earmark=EARMARKS)
    def receive(self, donor: str, cents: int, on: date, earmark: str) -> None:
        event = Receipt(
            reference=self.reference("R"),
            term=TERM,
            donor=donor,
            amount=usd(cents),
            on=on,
            bank_account="uil",
            bank_reference="b",
            earmark=earmark,
        )
        self.agree(event, {("free", donor, earmark): cents}, allowed=True)

    @precondition(lambda self: self.standing("pledge"))
    @rule(data=st.data(), cents=CENTS, on=DAYS)
    def receive_on_a_pledge(self, data: st.DataObject, cents: int, on: date) -> None:
        bucket = self.open_bucket(data.draw(st.sampled_from(self.standing("pledge"))))
        _, pledge, donor, earmark = bucket
        event = Receipt(
            reference=self.reference("R"),
            pledge=pledge,
            amount=usd(cents),
            on=on,
            bank_account="uil",
            bank_reference="b",
        )
        effects = {("free", donor, earmark): cents, bucket: -cents}
        self.agree(event, effects, allowed=self.model.allows(effects, on))

    @rule(activity=ACTIVITIES, cents=CENTS, on=DAYS)
    def allocate(self, activity: str, cents: int, on: date) -> None:
        event = Allocation(
            reference=self.reference("A"),
            term=TERM,
            activity=activity,
            amount=usd(cents),
            on=on,
            decision="d",
            approved_by="director",
        )
        funded = sum(sum(pool.values()) for pool in self.model.pools(activity, on)) >= cents
        within = self.model.allows({("allocated", activity): cents}, on)
        entry = self.recorded(event)
        assert (entry is not None) is (funded and within), event
        if entry is not None:
            parts: dict[Bucket, int] = {
                ("free", line.subaccount.donor, line.subaccount.earmark): line.minor
                for line in entry.lines
                if line.subaccount.account == "8110"
            }
            self.model.check_allocation(parts, activity, cents, on)
            parcels: dict[Bucket, int] = {
                ("parcel", event.reference, donor, mark): part for (_, donor, mark), part in parts.items()
            }
            taken: dict[Bucket, int] = {bucket: -part for bucket, part in parts.items()}
            self.model.shares[event.reference] = parcels
            self.note(event, {**taken, **parcels, ("allocated", activity): cents})

    def draw(self, event: Any, cents: int, on: date) -> dict[Bucket, int] | None:
        allocation = event.allocation
        allowed = self.model.left(allocation, on) >= cents
        entry = self.recorded(event)
        assert (entry is not None) is allowed, event
        if entry is None:
            return None
        parts: dict[Bucket, int] = {
            ("parcel", allocation, line.subaccount.donor, line.subaccount.earmark): line.minor
            for line in entry.lines
            if line.subaccount.account == "8120"
        }
        self.model.check_draw(allocation, parts, cents)
        return parts

    @precondition(lambda self: self.standing("allocation"))
    @rule(data=st.data(), cents=CENTS, on=DAYS)
    def spend(self, data: st.DataObject, cents: int, on: date) -> None:
        allocation = data.draw(st.sampled_from(self.standing("allocation")))
        event = Expenditure(
            reference=self.reference("E"),
            allocation=allocation,
            amount=usd(cents),
            category="5",
            bank_account="uil",
            purpose="p",
            on=on,
        )
        parts = self.draw(event, cents, on)
        if parts is not None:
            self.note(event, {bucket: -part for bucket, part in parts.items()})

    @precondition(lambda self: self.standing("allocation"))
    @rule(data=st.data(), cents=CENTS, on=DAYS)
    def give_back(self, data: st.DataObject, cents: int, on: date) -> None:
        allocation = data.draw(st.sampled_from(self.standing("allocation")))
        event = AllocationReturn(
            reference=self.reference("AR"), allocation=allocation, amount=usd(cents), on=on, reason="x"
        )
        parts = self.draw(event, cents, on)
        if parts is not None:
            found = self.model.find("allocation", allocation)
            assert found is not None
            (activity,) = [bucket for bucket in found.effects if bucket[0] == "allocated"]
            freed: dict[Bucket, int] = {
                ("free", donor, mark): part for (_, _, donor, mark), part in parts.items()
            }
            taken: dict[Bucket, int] = {bucket: -part for bucket, part in parts.items()}
            self.note(event, {**freed, **taken, activity: -cents})

    @precondition(lambda self: any(self.standing(kind) for kind in REVERSIBLE))
    @rule(data=st.data(), on=DAYS)
    def reverse(self, data: st.DataObject, on: date) -> None:
        kind = data.draw(st.sampled_from([kind for kind in REVERSIBLE if self.standing(kind)]))
        found = self.model.find(kind, data.draw(st.sampled_from(self.standing(kind))))
        assert found is not None
        event = Reversal(
            reference=self.reference("RV"),
            reversed_kind=kind,
            reversed_reference=found.reference,
            on=on,
            reason="x",
        )
        effects = {bucket: -change for bucket, change in found.effects.items()}
        allowed = on >= found.day and bool(found.effects) and self.is_last(found)
        if kind == "pledge" and allowed:
            # The promise is gone with it: its money is measured from the reversal on.
            promise = self.model.promises.pop(found.reference)
            allowed = self.model.allows(effects, on)
            if not allowed:
                self.model.promises[found.reference] = promise
        else:
            allowed = allowed and self.model.allows(effects, on)
        self.agree(event, effects, allowed=allowed)
        if allowed:
            found.reversed_by = event.reference
            self.forget(found)

    def is_last(self, found: Movement) -> bool:
        """Whether no later amendment of the same pledge stands."""
        if found.kind not in ("pledge", "pledge_amendment"):
            return True
        for promise in self.model.promises.values():
            if found.reference in [reference for reference, _ in promise.amounts]:
                return promise.amounts[-1][0] == found.reference
        return False

    def forget(self, found: Movement) -> None:
        for promise in self.model.promises.values():
            if promise.amounts[-1][0] == found.reference:
                promise.amounts.pop()
                promise.days.pop()
        for bucket in found.effects:
            if bucket[0] == "parcel":
                self.model.had_draw_reversed.add(bucket[1])

    @precondition(lambda self: self.last is not None)
    @rule()
    def repeat_the_last(self) -> None:
        assert self.last is not None
        again = self.ledger.record(self.last)
        assert (again.was_replayed, again.number) == (True, self.last_number)

    @precondition(lambda self: isinstance(self.last, Receipt))
    @rule()
    def use_a_reference_again(self) -> None:
        assert isinstance(self.last, Receipt)
        other = attrs.evolve(self.last, bank_reference="another")
        with pytest.raises(ReferenceConflictError) as caught:
            self.ledger.record(other)
        assert caught.value.fields == "bank_reference"

    # -- after each step -----------------------------------------------------------------------------

    @invariant()
    def figures_agree(self) -> None:
        for day in (FIRST, FIRST + timedelta(days=6), FIRST + timedelta(days=12)):
            for donor in ("ham", "med", "jp"):
                free = sum(self.model.at(bucket, day) for bucket in self.model.buckets("free", donor))
                assert -self.ledger.balance("8110", term=TERM, as_of=day, donor=donor).minor == free
        for bucket in self.model.buckets("open"):
            accounts = [
                self.ledger.balance(code, term=TERM, pledge=bucket[1]).minor for code in ("8010", "8020")
            ]
            assert sum(accounts) == self.model.total(bucket)

    def teardown(self) -> None:
        if self.last_number:
            assert self.ledger.verify().findings == ()
            assert self.ledger.report("tie_out", term=TERM, as_of=FIRST + timedelta(days=6)).holds
            assert self.ledger.report("tie_out", term=TERM).holds
        self.ledger.close()


TestFund = Fund.TestCase
TestFund.settings = settings(
    max_examples=25, stateful_step_count=25, deadline=None, derandomize=settings().derandomize
)
