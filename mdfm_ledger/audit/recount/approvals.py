"""That what needed an approval had one: by another person, allowed as much, of exactly what was recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any

from mdfm_ledger.approvals import ApprovalPolicy, ApprovedDocument, policy_in_force, within
from mdfm_ledger.approving import approval_digest, terms_asked
from mdfm_ledger.audit.recount.documents import Documents
from mdfm_ledger.audit.recount.whole import Found
from mdfm_ledger.books.documents import Term
from mdfm_ledger.event import Event
from mdfm_ledger.fields import same_person
from mdfm_ledger.money import Amount
from mdfm_ledger.sealing.stored_place import ACCOUNT, CURRENCY, TERM, Place

OnPlaces = Iterable[tuple[Place, int]]


class Approvals:
    """The approval policies as they stand while the entries are looked at in number order."""

    def __init__(self) -> None:
        self._policies: dict[str, tuple[ApprovalPolicy, ...]] = {}

    @property
    def are_asked(self) -> bool:
        """Whether any policy asks for approvals."""
        return bool(self._policies)

    def add(
        self, row: Any, event: Event, documents: Documents, lines: Callable[[], OnPlaces]
    ) -> Iterator[Found]:
        """Look at an entry, after the document it is about was brought up to date."""
        if event.signed_by and not same_person(event.signed_by, row.actor):
            yield ("two-people", "signed in another's name", row.actor, event.signed_by)
        if self._policies:
            day = date.fromisoformat(row.recorded_at[:10])
            yield from self._look_at(row, event, day, documents, lines)
        kind, _, reference = row.about.partition(":")
        if kind == "term":
            # The entry itself was under the policy before it.
            term = documents.standing(row.about, Term)
            if term and term.approval_policies:
                self._policies[reference] = term.approval_policies

    def _look_at(
        self,
        row: Any,
        event: Event,
        day: date,
        documents: Documents,
        lines: Callable[[], OnPlaces],
    ) -> Iterator[Found]:
        on_places = list(lines())
        about = documents.standing(row.about, object) if row.about and not on_places else None
        terms = terms_asked(frozenset(place[TERM] for place, _ in on_places), event, about)
        for term in sorted(terms & self._policies.keys()):
            policy = policy_in_force(self._policies[term], day)
            if policy and policy.governs(event.event_kind):
                digest = approval_digest(event)
                approved = documents.standing(f"approval:{digest}", ApprovedDocument)
                persons = _standing(approved, event.approver, row.actor)
                if not any(_may(policy, one, event, _sums(on_places, term)) for one in persons):
                    yield ("two-people", f"approval of digest {digest} in term {term}", "one", "none")


def _standing(approved: ApprovedDocument | None, named: str, actor: str) -> list[str]:
    """Who approved and did not withdraw, is not who entered, and is the approver the event names, if any."""
    given = approved.given if approved else ()
    persons = [one.given_by for one in given if one.withdrawn_on is None]
    return [one for one in persons if not same_person(one, actor) and (not named or same_person(one, named))]


def _may(policy: ApprovalPolicy, person: str, event: Event, sums: list[Amount]) -> bool:
    authority = policy.authority(person, event.event_kind)
    if authority is None:
        return False
    limit = authority.up_to
    return limit is None or all(within(one, limit) for one in sums)


def _sums(lines: list[tuple[Place, int]], term: str) -> list[Amount]:
    """The debits of trust accounts in the term, or of memorandum accounts without those, by currency."""
    debits = [(place, amount) for place, amount in lines if place[TERM] == term and amount > 0]
    trust = [(place, amount) for place, amount in debits if place[ACCOUNT] < "8"]
    sums: dict[str, int] = {}
    for place, amount in trust or debits:
        sums[place[CURRENCY]] = sums.get(place[CURRENCY], 0) + amount
    return [Amount(minor, currency) for currency, minor in sums.items()]
