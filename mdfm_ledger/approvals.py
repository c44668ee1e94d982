"""Who may approve what, and what was approved: values that later events are checked against."""

from __future__ import annotations

from datetime import date

from attrs import frozen

from mdfm_ledger.errors import InvalidFieldError
from mdfm_ledger.fields import optional_amount, require_plain_text, same_person, text
from mdfm_ledger.money import Amount


@frozen(kw_only=True)
class Authority:
    """One person's delegation of authority: the event kinds it may approve, and up to which amount.

    ``up_to`` (inclusive) is in the currency of the term; without it there is no limit.
    """

    approver: str = text()
    kinds: tuple[str, ...] = ()
    up_to: Amount | None = optional_amount()

    def __attrs_post_init__(self) -> None:
        if type(self.kinds) is not tuple or not self.kinds or len(set(self.kinds)) != len(self.kinds):
            raise InvalidFieldError(field="kinds", problem="needs event kinds, each of them once")
        for kind in self.kinds:
            require_plain_text("kinds", kind)


def within(amount: Amount, limit: Amount) -> bool:
    """Whether an amount is within a limit (inclusive); one in another currency never is."""
    return amount.currency == limit.currency and amount.minor <= limit.minor


@frozen(kw_only=True)
class ApprovalPolicy:
    """The authorities of a term and the day of recording from which they are in force (inclusive).

    A kind that any of them names needs an approval; a policy without authorities asks for none.
    """

    since: date
    authorities: tuple[Authority, ...]
    decision: str

    def governs(self, kind: str) -> bool:
        """Whether events of that kind need an approval."""
        return any(kind in one.kinds for one in self.authorities)

    def authority(self, person: str, kind: str) -> Authority | None:
        """What a person may approve of that kind, whatever case or spacing the name is written in."""
        own = (one for one in self.authorities if kind in one.kinds and same_person(one.approver, person))
        return next(own, None)


def policy_in_force(policies: tuple[ApprovalPolicy, ...], day: date) -> ApprovalPolicy | None:
    """The policy for what is recorded on that day (UTC): the last one since then or before, if any."""
    in_force = [policy for policy in policies if policy.since <= day]
    return in_force[-1] if in_force else None


@frozen(kw_only=True)
class GivenApproval:
    """One person's approval; ``reference`` is the approval's own."""

    reference: str
    given_by: str
    on: date
    withdrawn_on: date | None = None
    reason: str = ""

    @property
    def stands(self) -> bool:
        """Whether it was not withdrawn."""
        return self.withdrawn_on is None


@frozen(kw_only=True)
class ApprovedDocument:
    """A document by the digest of what was approved, with all approvals of it ever given."""

    digest: str
    term: str
    document_kind: str
    document_reference: str
    amount: Amount | None
    given: tuple[GivenApproval, ...] = ()

    def standing_by(self, person: str) -> GivenApproval | None:
        """The approval of that person that stands, if any does."""
        own = (one for one in self.given if one.stands and same_person(one.given_by, person))
        return next(own, None)


@frozen(kw_only=True)
class Attempt:
    """A refused attempt to record or to approve: who, when, what by its digest, and which rule.

    ``term`` is empty where it is of no term.
    """

    reference: str
    term: str
    attempted_by: str
    on: date
    document_kind: str
    document_reference: str
    digest: str
    rule: str
