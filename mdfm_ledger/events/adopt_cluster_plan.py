"""A term adopts a plan for the thematic clusters, beside its budget."""

from __future__ import annotations

from typing import Any

from attrs import field, frozen, validators

from mdfm_ledger.books import Books
from mdfm_ledger.errors import InvalidFieldError
from mdfm_ledger.event import Event
from mdfm_ledger.fields import reference, require_match, text
from mdfm_ledger.journal import Lines
from mdfm_ledger.plans import BudgetPlan, shipped_plan
from mdfm_ledger.rules.clusters import ClusterPlan


@frozen(kw_only=True)
class AdoptClusterPlan(Event):
    """What a term's clusters are estimated to cost, by cluster and line: an estimate, no budget.

    Allocations may name a cluster of it and one of its lines. A later plan takes the place of the one
    before. Source: strategy, part one, "Proposed activities of the thematic clusters".
    """

    event_kind = "adopt_cluster_plan"
    described_by = "decision"

    term: str = reference()
    plan: BudgetPlan = field(validator=validators.instance_of(BudgetPlan))
    decision: str = text()

    def __attrs_post_init__(self) -> None:
        if not self.plan.clusters:
            raise InvalidFieldError(field="plan", problem=f"{self.plan.name} has no clusters")

    @classmethod
    def from_plan(cls, plan: str, **fields: Any) -> AdoptClusterPlan:
        """A plan that ships with the package, such as ``clusters``. Raises UnknownPlanError."""
        return cls(plan=shipped_plan(plan), **fields)

    def about(self, books: Books, lines: Lines) -> str:
        return f"cluster_plan:{self.term}"

    def post(self, books: Books) -> Lines:
        require_match("plan", self.plan.currency, f"term {self.term}", books.term(self.term).currency)
        return ()

    def document(self, before: ClusterPlan | None, lines: Lines) -> ClusterPlan:
        del before, lines
        return ClusterPlan(term=self.term, plan=self.plan, decision=self.decision)
