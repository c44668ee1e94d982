"""Approvals that are missing, or are not those the policy of the term asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdfm_ledger.errors.rejected import InvalidEventError
from mdfm_ledger.errors.rules import RuleError

if TYPE_CHECKING:
    from mdfm_ledger.money import Amount


ALL_TERMS = "all terms"


class ApprovalError(RuleError):
    """Nobody else has approved the document, or nobody who may; the attempt goes on record.

    ``digest`` is that of the document as it was given.
    """

    code = "approval"
    invariant = "two-people"
    term: str
    kind: str
    reference: str
    digest: str


class ApprovalMissingError(ApprovalError):
    """No approval stands for the document as it is: none was given, or it was edited since."""

    code = "approval-missing"
    template = "{kind} {reference} of term {term} needs an approval by {by}; none stands for digest {digest}"
    remedy = "Have it approved as it is now: `mdfm approve`, for `mdfm correct` with --corrects."
    by: str


class SamePersonError(ApprovalError):
    """Preparer and approver are one person. What is of no one term, as the closing of a month, is of all."""

    code = "same-person"
    template = (
        "{person} prepared {kind} {reference} of {term} and cannot approve it too; its digest is {digest}"
    )
    remedy = "Have somebody else approve, or record under the preparer's own name."
    person: str


class SelfApprovalError(ApprovalError):
    """The only approval is that of the person who enters the document."""

    code = "self-approval"
    template = (
        "{person} enters {kind} {reference} of term {term} and cannot approve it too; its digest is {digest}"
    )
    remedy = "Have somebody else approve it, or have somebody else enter it."
    person: str


class NotApproverError(ApprovalError):
    """The person may not approve documents of that kind in the term."""

    code = "not-approver"
    template = "{person} may not approve {kind} {reference} in term {term}; its digest is {digest}"
    remedy = "Ask an approver the policy of the term names for this kind, or revise the policy first."
    person: str


class ApprovalLimitError(ApprovalError):
    """The document comes to more than the person may approve."""

    code = "approval-limit"
    template = (
        "{kind} {reference} of term {term}, digest {digest}, comes to {amount};"
        " {person} may approve up to {limit}"
    )
    remedy = "Ask an approver with a higher limit; dividing a document to stay below one is no way out."
    person: str
    amount: Amount
    limit: Amount


class ApprovalUsedError(InvalidEventError):
    """The document was recorded already: its approval can be neither given nor withdrawn any more."""

    code = "approval-used"
    template = "{kind} {reference} is recorded already, as entry {number}"
    remedy = "Reverse or correct the entry instead."
    kind: str
    reference: str
    number: int


class ApprovalStandsError(InvalidEventError):
    """The person's approval of this digest stands already."""

    code = "approval-stands"
    template = "the approval of {person} for {kind} {reference} stands already"
    remedy = "Nothing is left to do; one approval of a person is enough."
    person: str
    kind: str
    reference: str
