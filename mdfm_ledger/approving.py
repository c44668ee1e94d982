"""Whether a document has the approval its term asks for: two people, of whom one may approve as much.

An approval is of the digest of the document's canonical text without the name of its approver. So a
document that is edited afterwards, be it by a cent or a comma, is another one and needs another approval.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from datetime import date

from mdfm_ledger.approvals import ApprovalPolicy, ApprovedDocument, policy_in_force, within
from mdfm_ledger.books import Books
from mdfm_ledger.books.documents import Term
from mdfm_ledger.canonical import compact
from mdfm_ledger.chart import CHART, JournalSet
from mdfm_ledger.codec import event_to_json
from mdfm_ledger.errors import (
    ApprovalError,
    ApprovalLimitError,
    ApprovalMissingError,
    InvalidFieldError,
    MismatchError,
    NotApproverError,
    SamePersonError,
    SelfApprovalError,
)
from mdfm_ledger.errors.approvals import ALL_TERMS
from mdfm_ledger.event import Event
from mdfm_ledger.events import (
    EVENT_KINDS,
    Approval,
    RefusedAttempt,
    ReviseApprovalPolicy,
)
from mdfm_ledger.fields import same_person
from mdfm_ledger.journal import JournalEntry, Lines
from mdfm_ledger.money import Amount

GOVERNED = frozenset(EVENT_KINDS) - {
    "approval",
    "approval_withdrawal",
    "classify_countries",
    "adopt_key",
    "in_kind_outcome",
    "issue_statement",
    "leave_cluster",
    "open_bank_account",
    "open_term",
    "period_close",
    "period_reopening",
    "publish_holdings",
    "publish_rates",
    "redaction",
    "refused_attempt",
    "register_donor",
    "register_partner",
    "rotate_key",
}
"""Kinds a policy can name. The others are of no one term, or are themselves about approvals; who certifies a
statement is its second person, and it is made while it is issued, so that nobody could approve it before."""


def terms_asked(posted: frozenset[str], event: Event, about: object) -> frozenset[str]:
    """The terms whose policy an entry is under: those it posts in.

    What posts nothing is under that of the term it names, or of the document it is ``about``: what a donor
    asks for of a pledge, or that a close is taken back, is of a term too.
    """
    if posted:
        return posted
    named = getattr(event, "term", "") or getattr(
        about, "reference" if isinstance(about, Term) else "term", ""
    )
    return frozenset({named} if named else ())


def approval_digest(event: Event) -> str:
    """The SHA-256 of an event's canonical text without its ``approved_by``, in hexadecimal."""
    plain = event_to_json(event)
    plain.pop("approved_by", None)
    return hashlib.sha256(compact(plain).encode()).hexdigest()


def amounts_of(lines: Lines, term: str) -> tuple[Amount, ...]:
    """What an entry comes to in a term, by currency: the debits of trust, or of memorandum without those.

    So an expenditure counts with its support cost, and an allocation with what is allotted.
    """
    own = [line for line in lines if line.subaccount.term == term and line.signed > 0]
    trust = [line for line in own if CHART[line.subaccount.account].journal_set is JournalSet.TRUST]
    sums: dict[str, int] = {}
    for line in trust or own:
        currency = line.subaccount.currency
        sums[currency] = sums.get(currency, 0) + line.minor
    return tuple(Amount(minor, currency) for currency, minor in sums.items())


def require_approved(books: Books, entry: JournalEntry) -> None:
    """Raise ApprovalError unless the entry has the approvals its terms ask for. Free where none does.

    Whatever they ask for, who approved is not who entered, in whatever case or spacing the names are
    written. Who signs an approval is who records it; whether that person may is looked at as well.
    """
    event = entry.event
    if event.signed_by:
        _require_own_name(event.signed_by, entry.actor)
    if isinstance(event, ReviseApprovalPolicy):
        _require_governed(event)
    for term, policy in _policies(books, entry):
        if isinstance(event, Approval):
            _require_authority(event, policy)
        elif policy.governs(event.event_kind):
            _require_one(books, entry, term, policy)
    if event.approver and same_person(event.approver, entry.actor):
        raise SamePersonError(
            term=getattr(event, "term", "") or min(_terms(books, entry), default=ALL_TERMS),
            kind=event.event_kind,
            reference=event.reference,
            digest=approval_digest(event),
            person=event.approver,
        )


def _require_own_name(signed_by: str, actor: str) -> None:
    if not same_person(signed_by, actor):
        raise MismatchError(field="signed by", given=signed_by, document="who records it", expected=actor)


def _require_governed(event: ReviseApprovalPolicy) -> None:
    """Raise InvalidFieldError for a kind no policy can govern: a word misspelt would ask for nothing."""
    for kind in (kind for one in event.authorities for kind in one.kinds):
        if kind not in GOVERNED:
            raise InvalidFieldError(
                field="kinds", problem=f"{kind[:40]!r} is no event kind a term's approval policy can name"
            )


def _policies(books: Books, entry: JournalEntry) -> Iterator[tuple[str, ApprovalPolicy]]:
    """The approval policies in force for what is recorded now, of every term the entry is about."""
    for reference in sorted(_terms(books, entry)):
        # A term's own opening is not recorded yet: it has no policy.
        term = books.standing(f"term:{reference}")
        if isinstance(term, Term) and term.approval_policies:
            policy = policy_in_force(term.approval_policies, entry.recorded_at.date())
            if policy:
                yield reference, policy


def _terms(books: Books, entry: JournalEntry) -> Collection[str]:
    """The terms an entry is about, by its lines, its event or its document."""
    about = books.standing(entry.about) if entry.about and not entry.terms else None
    return terms_asked(entry.terms, entry.event, about)


def _require_authority(event: Approval, policy: ApprovalPolicy) -> None:
    """Raise unless who gives the approval may, as far as the document says what it comes to."""
    amounts = (event.amount,) if event.amount else ()
    found = {"term": event.term, "kind": event.document_kind, "reference": event.document_reference}
    problem = _problem(policy, event.given_by, amounts, {**found, "digest": event.digest})
    if problem:
        raise problem


def _require_one(books: Books, entry: JournalEntry, term: str, policy: ApprovalPolicy) -> None:
    """Raise unless one person who may, and is not who enters, has approved exactly this document."""
    event, digest = entry.event, approval_digest(entry.event)
    found = {"term": term, "kind": event.event_kind, "reference": event.reference, "digest": digest}
    versions = books.versions(f"approval:{digest}")
    approved = versions[-1][1] if versions else None
    names = approved.given if isinstance(approved, ApprovedDocument) else ()
    named = [
        one.given_by
        for one in names
        if one.stands and (not event.approver or same_person(event.approver, one.given_by))
    ]
    problem: ApprovalError | None = None
    for person in named:
        problem = _problem(policy, person, amounts_of(entry.lines, term), found)
        if same_person(person, entry.actor):
            problem = SelfApprovalError(**found, person=person)
        if problem is None:
            return
    if event.approver and same_person(event.approver, entry.actor):
        problem = SelfApprovalError(**found, person=event.approver)
    raise problem or ApprovalMissingError(**found, by=event.approver or "an approver")


def _problem(
    policy: ApprovalPolicy, person: str, amounts: tuple[Amount, ...], found: dict[str, str]
) -> ApprovalError | None:
    """Why a person may not approve a document that comes to these amounts; None where it may."""
    authority = policy.authority(person, found["kind"])
    if authority is None:
        return NotApproverError(**found, person=person)
    limit = authority.up_to
    beyond = [one for one in amounts if limit and not within(one, limit)]
    if limit is None or not beyond:
        return None
    return ApprovalLimitError(**found, person=person, amount=beyond[0], limit=limit)


def attempt_of(error: ApprovalError, reference: str, by: str, on: date) -> RefusedAttempt:
    """The record of a refused attempt: who, what by its digest, and which rule; nothing of the content."""
    return RefusedAttempt(
        reference=reference,
        on=on,
        term="" if error.term == ALL_TERMS else error.term,
        attempted_by=by,
        document_kind=error.kind,
        document_reference=error.reference,
        digest=error.digest,
        rule=error.code,
    )
