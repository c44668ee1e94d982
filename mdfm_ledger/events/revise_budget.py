"""The budget of a term is revised by a decision; the old one stays visible."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from attrs import evolve, field, frozen, validators

from mdfm_ledger.books import Books
from mdfm_ledger.books.documents import BudgetVersion, Term
from mdfm_ledger.errors import BudgetNotTargetError, MismatchError, OverBudgetError
from mdfm_ledger.event import Event
from mdfm_ledger.fields import day, optional_amount, optional_text, reference, require_from, text
from mdfm_ledger.journal import Lines
from mdfm_ledger.money import Amount
from mdfm_ledger.plans import BudgetPlan
from mdfm_ledger.series import as_date, day_number

_EARMARKED = ("8110", "8120", "8140")

_SAID = {
    "outside-earmark": "earmarked money stays allotted where this budget would not allot it",
    "earmark-unserved": "earmarked money is free and no line of this budget is for it",
}


@frozen(kw_only=True)
class ReviseBudget(Event):
    """A whole new set of budget lines from ``on`` (inclusive), by a named decision.

    The lines sum to the target in force; a new target has to be stated. No activity may fall below
    what is allocated to it already. Earmarked money that is allotted stays where it is, also where its
    activity goes to another area; the answer notes it, and earmarked money that nothing is left for.
    """

    event_kind = "revise_budget"
    described_by = "decision"

    on: date = day()
    term: str = reference()
    plan: BudgetPlan = field(validator=validators.instance_of(BudgetPlan))
    target: Amount | None = optional_amount()
    decision: str = text()
    approved_by: str = optional_text()

    def about(self, books: Books, lines: Lines) -> str:
        return f"term:{self.term}"

    def post(self, books: Books) -> Lines:
        term = books.term(self.term)
        if self.plan.currency != term.currency:
            raise MismatchError(
                field="plan", given=self.plan.currency, document=f"term {self.term}", expected=term.currency
            )
        require_from(self.on, term.budgets[-1].since, f"the last budget of term {self.term}")
        target = self.target or term.budgets[-1].plan.target
        if self.plan.target != target:
            raise BudgetNotTargetError(lines=self.plan.target, target=target)
        self._require_room(books, term)
        return ()

    def _require_room(self, books: Books, term: Term) -> None:
        for line in term.budgets[-1].plan.lines:
            budget = self.plan.amount_of(line.code)
            for on, allocated in books.allocated(self.term, line.code).every_day_from(day_number(self.on)):
                if allocated > budget.minor:
                    raise OverBudgetError(
                        activity=line.code,
                        term=self.term,
                        budget=budget,
                        allocated=Amount(allocated, term.currency),
                        day=as_date(on),
                    )

    def notes(self, books: Books) -> tuple[tuple[str, str], ...]:
        """Earmarked money that this budget would not put where it is, or has nothing for; the last had."""
        until_now = books.term(self.term).budgets[-1].plan
        outside: dict[str, int] = {}
        unserved: dict[str, int] = {}
        for place, series in sorted(books.whole.courses(self.term, _EARMARKED).items()):
            bound, activity = place.earmark, place.activity
            if place.account == "8110":
                if until_now.serves(bound) and not self.plan.serves(bound):
                    name = f"of {place.donor} for {bound}"
                    unserved[name] = unserved.get(name, 0) + series.total
            elif until_now.allows(bound, activity) and not self.plan.allows(bound, activity):
                name = f"for {bound} on {activity} by allocation {place.allocation}"
                outside[name] = outside.get(name, 0) + series.total
        return (*self._noted("outside-earmark", outside), *self._noted("earmark-unserved", unserved))

    def _noted(self, code: str, found: Mapping[str, int]) -> Iterator[tuple[str, str]]:
        named = [f"{Amount(minor, self.plan.currency)} {name}" for name, minor in found.items() if minor > 0]
        if named:
            yield code, f"{_SAID[code]}: {'; '.join(named)}"

    def document(self, before: Term, lines: Lines) -> Term:
        del lines
        version = BudgetVersion(since=self.on, plan=self.plan, decision=self.decision)
        return evolve(before, budgets=(*before.budgets, version))
