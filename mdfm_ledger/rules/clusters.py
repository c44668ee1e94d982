"""Thematic clusters: the plan they are estimated by, which allocations are for them, and who is in them.

Source: strategy, part one, "General terms for coordinating member cities and cluster member cities".
"""

from __future__ import annotations

from datetime import date, timedelta

from attrs import evolve, frozen

from mdfm_ledger.books import Books
from mdfm_ledger.books.documents import Donor, Term
from mdfm_ledger.errors import InvalidFieldError, MembershipError
from mdfm_ledger.fields import require_match
from mdfm_ledger.plans import BudgetPlan
from mdfm_ledger.series import months_after

MEMBER = "member"
COORDINATOR = "coordinator"
ROLES = (MEMBER, COORDINATOR)
REGISTER = "cluster_register:all"
"""The document all memberships stand in: the rules look at all of them together."""

MOST_CLUSTERS = 3
MOST_COORDINATORS = 2
_MONTHS = 24


@frozen(kw_only=True)
class ClusterPlan:
    """The plan a term's clusters are estimated by, beside its budget."""

    term: str
    plan: BudgetPlan
    decision: str


@frozen(kw_only=True)
class Membership:
    """A city in a cluster from ``on`` to ``ends_on``, both inclusive; ``reason`` says why it left early."""

    role: str
    city: str
    cluster: str
    term: str
    on: date
    ends_on: date
    reason: str = ""

    def holds_on(self, day: date) -> bool:
        """Whether the city is in the cluster on that day."""
        return self.on <= day <= self.ends_on


@frozen(kw_only=True)
class ClusterRegister:
    """All memberships there are or were, in the order recorded."""

    memberships: tuple[Membership, ...] = ()

    def with_membership(self, new: Membership) -> ClusterRegister:
        """The register with one more. Raises MembershipError where a rule is broken on any of its days."""
        for day in self._days(new):
            self._require_room(new, [one for one in self.memberships if one.holds_on(day)], day)
        return ClusterRegister(memberships=(*self.memberships, new))

    def without(self, city: str, cluster: str, role: str, last: date, reason: str) -> ClusterRegister:
        """The register with a membership ended, ``last`` its last day. Raises MembershipError."""
        for at, one in enumerate(self.memberships):
            if (one.city, one.cluster, one.role) == (city, cluster, role) and one.holds_on(last):
                ended = evolve(one, ends_on=last, reason=reason)
                return ClusterRegister(
                    memberships=(*self.memberships[:at], ended, *self.memberships[at + 1 :])
                )
        raise MembershipError(city=city, cluster=cluster, day=last, problem=f"it is no {role} then")

    def _days(self, new: Membership) -> list[date]:
        """The days a rule can break on first: the first of the new one, and of each that begins within it."""
        return sorted({new.on, *(one.on for one in self.memberships if new.holds_on(one.on))})

    def _require_room(self, new: Membership, standing: list[Membership], day: date) -> None:
        own = [one for one in standing if one.city == new.city]
        problem = ""
        if any((one.cluster, one.role) == (new.cluster, new.role) for one in own):
            problem = f"it is a {new.role} already"
        elif len({new.cluster, *(one.cluster for one in own)}) > MOST_CLUSTERS:
            problem = f"it would be in more than {MOST_CLUSTERS} clusters"
        elif new.role == COORDINATOR:
            problem = _coordination_problem(new, own, standing)
        if problem:
            raise MembershipError(city=new.city, cluster=new.cluster, day=day, problem=problem)


def _coordination_problem(new: Membership, own: list[Membership], standing: list[Membership]) -> str:
    coordinated = [one.cluster for one in own if one.role == COORDINATOR]
    if coordinated:
        return f"it coordinates {coordinated[0]}, and a city coordinates one cluster at a time"
    others = [one for one in standing if (one.cluster, one.role) == (new.cluster, COORDINATOR)]
    if len(others) >= MOST_COORDINATORS:
        return f"the cluster has its {MOST_COORDINATORS} coordinating cities"
    return ""


def last_day(on: date, ends_on: date | None) -> date:
    """The last day of a membership: two years unless it says less. Raises InvalidFieldError for more."""
    latest = months_after(on, _MONTHS) - timedelta(days=1)
    if ends_on is not None and not on <= ends_on <= latest:
        problem = f"{ends_on} is not within {on} to {latest}: it lasts two years at most"
        raise InvalidFieldError(field="ends_on", problem=problem)
    return ends_on or latest


def register_of(books: Books) -> ClusterRegister:
    """The register of memberships as it stands; empty where there is none."""
    kind, _, reference = REGISTER.partition(":")
    if not books.has_document(kind, reference):
        return ClusterRegister()
    return books.document(ClusterRegister, kind, reference)


def require_member_city(books: Books, city: str) -> None:
    """Raise UnknownDocumentError unless the city is registered, MismatchError unless as a member city."""
    donor = books.document(Donor, "donor", city)
    require_match("city", donor.kind, f"cities of the network, and {city}", "member_city")


def cluster_plan_of(books: Books, term: Term, on: date) -> BudgetPlan:
    """The plan with the clusters of a term: its budget where that has some, else the plan it adopted.

    Raises UnknownDocumentError where there is neither.
    """
    budget = term.budget_on(on)
    if budget.clusters:
        return budget
    return books.document(ClusterPlan, "cluster_plan", term.reference).plan


def require_cluster(books: Books, term: Term, cluster: str, on: date) -> BudgetPlan:
    """The plan that has the cluster. Raises InvalidFieldError where the term's plan does not."""
    plan = cluster_plan_of(books, term, on)
    known = [one.code for one in plan.clusters]
    if cluster not in known:
        problem = f"{cluster!r} is no cluster of {plan.name}; there are: {', '.join(known)}"
        raise InvalidFieldError(field="cluster", problem=problem)
    return plan


def require_cluster_line(
    books: Books, term: Term, on: date, *, activity: str, cluster: str, line: str
) -> None:
    """Raise unless an allocation's cluster and line, if it names any, are those of a plan.

    Where the term's budget is that of the clusters, its activity says both already and they only may
    repeat it. Raises InvalidFieldError, MismatchError and UnknownActivityError.
    """
    if not cluster and not line:
        return
    if not cluster:
        raise InvalidFieldError(field="cluster", problem="is needed where a line of its plan is named")
    plan = require_cluster(books, term, cluster, on)
    if activity in plan.codes:
        require_match("cluster", cluster, f"activity {activity}", plan.line(activity).cluster)
        if line:
            require_match("cluster_line", line, f"activity {activity}", activity)
    elif line:
        require_match("cluster", cluster, f"line {line}", plan.line(line).cluster)
