"""A term of the fund is opened with its budget, its target and its rates."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from attrs import field, frozen, validators

from mdfm_ledger.books import Books
from mdfm_ledger.books.documents import INTEREST_TO, PROCEEDS, RECEIPTS_AT, BudgetVersion, Policy, Term
from mdfm_ledger.errors import BudgetNotTargetError, MismatchError, WrongDayError
from mdfm_ledger.event import Event
from mdfm_ledger.fields import (
    basis_points,
    day,
    one_of,
    optional_amount,
    optional_reference,
    require_match,
    whole_number,
)
from mdfm_ledger.journal import Lines
from mdfm_ledger.money import Amount
from mdfm_ledger.plans import BudgetPlan, shipped_plan


@frozen(kw_only=True)
class OpenTerm(Event):
    """A term from ``starts_on`` to ``ends_on``, both inclusive, with a budget that sums to its target.

    The rates of the administrative agent's fee (on receipts) and of programme support (on
    expenditure) are policy of the term, in basis points: 7 % is 700; so is whose the interest is, and
    ``agent``, the partner that is owed fee and support cost not paid at once. Money in other currencies
    is priced by the rates of ``rate_source``, none older than ``rate_limit_days``; what the bank turned
    into dollars counts for what it brought, or by ``receipts_at`` for the published rate. What is less
    than ``refund_de_minimis`` is not refunded to a donor without a decision of its own. Source:
    strategy, "The initial target amount for the MDFM is US$1 million for each two-year term".
    """

    event_kind = "open_term"

    starts_on: date = day()
    ends_on: date = day()
    plan: BudgetPlan = field(validator=validators.instance_of(BudgetPlan))
    target: Amount | None = optional_amount()
    agent_fee_basis_points: int = basis_points()
    support_cost_basis_points: int = basis_points()
    interest_to: str = one_of(*INTEREST_TO, default="donors")
    agent: str = optional_reference()
    rate_source: str = optional_reference()
    rate_limit_days: int = whole_number(0, 366, default=31)
    receipts_at: str = one_of(*RECEIPTS_AT, default=PROCEEDS)
    refund_de_minimis: Amount | None = optional_amount()

    def __attrs_post_init__(self) -> None:
        if self.ends_on < self.starts_on:
            raise WrongDayError(
                field="ends_on", value=self.ends_on, problem=f"the term starts on {self.starts_on}"
            )
        require_sum(self.plan, self.target or self.plan.target)

    @classmethod
    def from_plan(cls, plan: str, *, reference: str, starts_on: date, **fields: Any) -> OpenTerm:
        """A term on a shipped plan, two years long. Raises UnknownPlanError."""
        fields.setdefault("ends_on", two_years_from(starts_on))
        return cls(reference=reference, starts_on=starts_on, plan=shipped_plan(plan), **fields)

    @property
    def description(self) -> str:
        return self.plan.name

    def about(self, books: Books, lines: Lines) -> str:
        return f"term:{self.reference}"

    def post(self, books: Books) -> Lines:
        if self.plan.currency != "USD":
            raise MismatchError(
                field="plan", given=self.plan.currency, document="the trust set", expected="USD"
            )
        if self.refund_de_minimis:
            require_match("refund_de_minimis", self.refund_de_minimis.currency, "the trust set", "USD")
        return ()

    def document(self, before: Term | None, lines: Lines) -> Term:
        del before, lines
        return Term(
            reference=self.reference,
            starts_on=self.starts_on,
            ends_on=self.ends_on,
            currency=self.plan.currency,
            budgets=(BudgetVersion(since=self.starts_on, plan=self.plan),),
            policies=(
                Policy(
                    since=self.starts_on,
                    agent_fee_basis_points=self.agent_fee_basis_points,
                    support_cost_basis_points=self.support_cost_basis_points,
                    interest_to=self.interest_to,
                    agent=self.agent,
                    rate_source=self.rate_source,
                    rate_limit_days=self.rate_limit_days,
                    receipts_at=self.receipts_at,
                    refund_de_minimis=self.refund_de_minimis,
                ),
            ),
        )


def require_sum(plan: BudgetPlan, target: Amount) -> None:
    """Raise BudgetNotTargetError unless the budget lines add up to the target exactly."""
    if plan.target != target:
        raise BudgetNotTargetError(lines=plan.target, target=target)


def two_years_from(start: date) -> date:
    """The last day of a two-year term (inclusive)."""
    leap_start = start.month == 2 and start.day == 29
    return (
        date(start.year + 2, 2, 28) if leap_start else start.replace(year=start.year + 2) - timedelta(days=1)
    )
