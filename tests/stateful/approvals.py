"""Rules of who approves what: policies, approvals of drafts, withdrawals, and what is refused without."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date

import hypothesis.strategies as st
from hypothesis.stateful import precondition, rule

from mdfm_ledger import Authority, DonorBalance, Refund, ReviseApprovalPolicy
from mdfm_ledger.approving import approval_digest
from mdfm_ledger.errors import ApprovalError, RejectedError
from tests.stateful.fund import ACTOR, CENTS, DAYS, DONOR, TERM, usd
from tests.stateful.winding_up import WindingUp

PERSON = st.sampled_from(["director", "director", ACTOR])
KIND = st.sampled_from(["refund", "donor_balance"])


@dataclass
class Draft:
    """A document that is not recorded yet, and whose approvals of it stand."""

    event: Refund | DonorBalance
    approved_by: set[str] = field(default_factory=set)
    is_recorded: bool = False


@dataclass
class Asked:
    """What a policy asks for from a day on: by person and kind, the most it may approve."""

    since: date
    limits: dict[tuple[str, str], int | None]


class Approvals(WindingUp):
    """Two people decide about money that goes back, and one of them may only decide so much."""

    def __init__(self) -> None:
        super().__init__()
        self.drafts: list[Draft] = []
        self.asked: dict[str, list[Asked]] = {}

    @contextmanager
    def _as(self, person: str) -> Iterator[None]:
        """Somebody else works with the same ledger."""
        self.ledger._actor = self.ledger._recorder._actor = person
        try:
            yield
        finally:
            self.ledger._actor = self.ledger._recorder._actor = ACTOR

    @rule(
        term=TERM,
        on=DAYS,
        kind=st.sampled_from(["refund", "refund", "donor_balance", ""]),
        person=PERSON,
        limit=st.one_of(st.none(), CENTS),
    )
    def revise_approvals(self, term: str, on: date, kind: str, person: str, limit: int | None) -> None:
        up_to = None if limit is None else usd(limit)
        event = ReviseApprovalPolicy(
            reference=self.reference("AP"),
            term=term,
            authorities=(Authority(approver=person, kinds=(kind,), up_to=up_to),) if kind else (),
            decision="d",
            approved_by="director",
            on=on,
        )
        policies = self.asked.setdefault(term, [])
        if self.agree(event, {}, allowed=not policies or on >= policies[-1].since):
            policies.append(Asked(on, {(person, kind): limit} if kind else {}))

    def _limits(self, term: str, kind: str) -> dict[str, int | None]:
        """Who may approve documents of a kind, and the most each may."""
        policies = self.asked.get(term)
        limits = policies[-1].limits if policies else {}
        return {person: limit for (person, of), limit in limits.items() if of == kind}

    def lacks_approval(self, event: object) -> bool:
        """Whether the policy asks for an approval that nobody who may, but the one who enters, has given."""
        if not isinstance(event, (Refund, DonorBalance)):
            return False
        limits = self._limits(event.term, event.event_kind)
        given = {who for one in self.drafts if one.event == event for who in one.approved_by} - {ACTOR}
        may = {who for who in given & limits.keys() if _within(event, limits[who])}
        named = {event.approved_by} if event.approved_by else may
        return bool(limits) and not may & named

    @rule(term=TERM, donor=DONOR, cents=CENTS, on=DAYS, kind=KIND, data=st.data())
    def draft(self, term: str, donor: str, cents: int, on: date, kind: str, data: st.DataObject) -> None:
        """A document is written and approved, if anybody asks for that."""
        reference = self.reference("DR")
        minor = self.unspent(term, donor, on, "held") if data.draw(st.booleans()) else cents
        amount = usd(min(minor, cents) or cents)
        if kind == "refund":
            event: Refund | DonorBalance = Refund(
                reference=reference,
                term=term,
                donor=donor,
                amount=amount,
                decision="d",
                approved_by="director",
                on=on,
            )
        else:
            event = DonorBalance(
                reference=reference, term=term, donor=donor, amount=amount, notice="n", on=on
            )
        self.drafts.append(Draft(event))
        self._approve(self.drafts[-1], "director")

    @precondition(lambda self: bool(self.drafts))
    @rule(data=st.data(), person=PERSON)
    def approve(self, data: st.DataObject, person: str) -> None:
        self._approve(data.draw(st.sampled_from(self.drafts)), person)

    def _approve(self, draft: Draft, person: str) -> None:
        event = draft.event
        limits = self._limits(event.term, event.event_kind)
        is_needed = bool(limits) and not draft.is_recorded and person not in draft.approved_by
        may = not is_needed or (person in limits and _within(event, limits[person]))
        refusal: RejectedError | None = None
        with self._as(person):
            try:
                self.ledger.approve([event], term=event.term)
            except ApprovalError as error:
                refusal = error
        assert (refusal is None) is may, refusal
        if is_needed:
            # The approval, or the attempt that was refused, is on record.
            self.passed_by(1)
        if is_needed and may:
            draft.approved_by.add(person)

    @precondition(lambda self: bool(self.drafts))
    @rule(data=st.data(), person=PERSON)
    def withdraw(self, data: st.DataObject, person: str) -> None:
        draft = data.draw(st.sampled_from(self.drafts))
        refusal: RejectedError | None = None
        with self._as(person):
            try:
                self.ledger.withdraw_approval(approval_digest(draft.event), term=draft.event.term, reason="x")
            except RejectedError as error:
                refusal = error
        assert (refusal is None) is (person in draft.approved_by and not draft.is_recorded), refusal
        if refusal is None:
            self.passed_by(1)
            draft.approved_by.discard(person)

    @precondition(lambda self: any(not one.is_recorded for one in self.drafts))
    @rule(data=st.data())
    def record_a_draft(self, data: st.DataObject) -> None:
        draft = data.draw(st.sampled_from([one for one in self.drafts if not one.is_recorded]))
        if isinstance(draft.event, Refund):
            draft.is_recorded = self.record_refund(draft.event)
        else:
            draft.is_recorded = self.record_aside(draft.event)


def _within(event: Refund | DonorBalance, limit: int | None) -> bool:
    return limit is None or event.amount.minor <= limit
