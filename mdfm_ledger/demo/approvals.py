"""The part of the story about approvals: who may approve transfers, one withdrawn, one attempt refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from mdfm_ledger.approvals import Authority
from mdfm_ledger.approving import approval_digest
from mdfm_ledger.event import Event
from mdfm_ledger.events import (
    Approval,
    ApprovalWithdrawal,
    RefusedAttempt,
    ReviseApprovalPolicy,
    Transfer,
)
from mdfm_ledger.money import Amount

_OFFICER = "finance@example.org"
_DIRECTOR = "director@example.org"
_ON = date(2021, 12, 29)


def approvals(term: str, bank_account: str) -> Iterator[Event]:
    """From the end of the term on transfers need an approval; of the two prepared neither is recorded."""
    yield ReviseApprovalPolicy(
        reference="AP-1",
        term=term,
        on=_ON,
        authorities=(
            Authority(approver=_DIRECTOR, kinds=("transfer", "revise_approval_policy")),
            Authority(approver=_OFFICER, kinds=("transfer",), up_to=Amount(1_000_000, "USD")),
        ),
        decision="SC-2021-09: transfers need an approval",
        approved_by=_DIRECTOR,
    )
    prepared, own = _transfer("TR-8", bank_account), _transfer("TR-9", bank_account)
    digest = approval_digest(prepared)
    yield Approval(
        reference="AV-1",
        term=term,
        on=_ON,
        document_kind=prepared.event_kind,
        document_reference=prepared.reference,
        digest=digest,
        amount=prepared.amount,
        given_by=_OFFICER,
    )
    yield ApprovalWithdrawal(
        reference="AW-1",
        term=term,
        on=_ON,
        digest=digest,
        given_by=_OFFICER,
        reason="the receiver's letter of accountability is not signed yet",
    )
    yield RefusedAttempt(
        reference="attempt-TR-9",
        term=term,
        on=_ON,
        attempted_by=_OFFICER,
        document_kind=own.event_kind,
        document_reference=own.reference,
        digest=approval_digest(own),
        rule="approval-missing",
    )


def _transfer(reference: str, bank_account: str) -> Transfer:
    """A transfer as it is prepared; where it is refused, nothing of it but its digest is kept."""
    return Transfer(
        reference=reference,
        allocation="A-4",
        party="ORG",
        amount=Amount(500_000, "USD"),
        bank_account=bank_account,
        agreement="Pass-through agreement of December 2021",
        on=_ON,
        approved_by=_DIRECTOR,
    )
