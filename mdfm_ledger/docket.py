"""What lies before an approver: each document as it is, what the policy asks, what was approved before."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import cast

from attrs import field, frozen

from mdfm_ledger.approvals import ApprovalPolicy, ApprovedDocument, policy_in_force
from mdfm_ledger.approving import approval_digest
from mdfm_ledger.event import Event
from mdfm_ledger.events import Approval, ApprovalWithdrawal
from mdfm_ledger.fields import same_person
from mdfm_ledger.money import Amount
from mdfm_ledger.reports.positions import term_of
from mdfm_ledger.results import Approved
from mdfm_ledger.source import JournalSource, Window


@frozen(kw_only=True)
class Docket:
    """Makes the approvals of one person for documents of one term, of what the ledger holds at ``head``."""

    source: JournalSource
    term: str
    person: str
    on: date
    head: int
    _seen: set[str] = field(factory=set, init=False, repr=False)

    @property
    def _window(self) -> Window:
        return Window(as_of=date.max, known_at=self.head)

    @property
    def policy(self) -> ApprovalPolicy | None:
        """The policy in force today. Raises UnknownDocumentError for the term."""
        return policy_in_force(term_of(self.source, self._window, self.term).approval_policies, self.on)

    def approval_of(self, event: Event) -> tuple[Approved, Approval | None]:
        """What approving the event comes to, and the approval to record, where one is needed."""
        kind, digest, amount = event.event_kind, approval_digest(event), stated_amount(event)
        outcome = self._outcome(event, digest)
        done = Approved(kind=kind, reference=event.reference, digest=digest, amount=amount, outcome=outcome)
        if outcome != "approved":
            return done, None
        self._seen.add(digest)
        approval = Approval(
            reference=self._reference(digest),
            on=self.on,
            term=self.term,
            document_kind=kind,
            document_reference=event.reference,
            digest=digest,
            amount=amount,
            given_by=self.person,
        )
        return done, approval

    def withdrawal_of(self, digest: str, reason: str) -> ApprovalWithdrawal:
        """The withdrawal of this person's approval of a digest."""
        approved = self._approved(digest)
        times = sum(not one.stands for one in approved.given) if approved else 0
        return ApprovalWithdrawal(
            reference=f"{self._reference(digest)}/{times + 1}",
            on=self.on,
            term=self.term,
            digest=digest,
            given_by=self.person,
            reason=reason,
        )

    def _outcome(self, event: Event, digest: str) -> str:
        policy = self.policy
        if policy is None or not policy.governs(event.event_kind):
            return "not-needed"
        if self.source.entry(event.event_kind, event.reference, self._window):
            return "recorded"
        approved = self._approved(digest)
        stands = approved and approved.standing_by(self.person)
        return "already" if stands or digest in self._seen else "approved"

    def _approved(self, digest: str) -> ApprovedDocument | None:
        found = self.source.documents("approval", self._window, references=(digest,)).get(digest)
        return cast("ApprovedDocument | None", found)

    def _reference(self, digest: str) -> str:
        """One for each approval of this person: two who approve at once do not get in each other's way."""
        approved = self._approved(digest)
        before = [one for one in approved.given if same_person(one.given_by, self.person)] if approved else []
        person = hashlib.sha256(self.person.encode()).hexdigest()[:8]
        return f"{digest[:32]}/{person}/{len(before) + 1}"


def stated_amount(event: Event) -> Amount | None:
    """What a document says it is over; None where it does not, or says nothing."""
    amount = getattr(event, "amount", None)
    return amount if isinstance(amount, Amount) and amount.minor > 0 else None
