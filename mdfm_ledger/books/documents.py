"""What the books know of the documents later events refer to: terms, donors, pledges, allocations.

These are values made by the events that register or change a document, so that an event kind
can look at a pledge without knowing the event kinds that pledges are made of.
"""

from __future__ import annotations

from datetime import date

from attrs import frozen

from mdfm_ledger.approvals import ApprovalPolicy
from mdfm_ledger.condition_change import ConditionChange
from mdfm_ledger.errors import InvalidFieldError, UnknownActivityError
from mdfm_ledger.fields import day, positive_amount
from mdfm_ledger.journal import Subaccount, subaccount
from mdfm_ledger.money import Amount
from mdfm_ledger.plans import BudgetPlan
from mdfm_ledger.series import months_after

ANNOUNCED = "announced"
SIGNED = "signed"


@frozen(kw_only=True)
class BudgetVersion:
    """A budget and the date from which it holds (inclusive); the first one has no decision."""

    since: date
    plan: BudgetPlan
    decision: str = ""


MADE_OF_LINES = frozenset({"advance", "allocation", "obligation", "refund", "transfer"}) | {
    "conditioned_receipt",
    "unidentified_receipt",
}
"""Kinds of documents that hold what their lines say: shares that were split, or where they were posted."""

PROCEEDS = "proceeds"
RECEIPTS_AT = (PROCEEDS, "operational_rate")
"""What money counts for that the bank turned into dollars: what it brought, or at the published rate."""

INTEREST_TO = ("donors", "host")
"""Whose the interest of a bank account is: the donors', by what was held for each, or the host's."""


@frozen(kw_only=True)
class Policy:
    """Rates in basis points and rules of a term, and the date from which they hold (inclusive).

    ``agent`` is the partner that is owed the agent's fee and the support cost where they are not paid
    at once. ``rate_source`` publishes the rates of other currencies; one more than ``rate_limit_days`` old
    is not used. What is less than ``refund_de_minimis`` is not refunded without a decision of its own.
    """

    since: date
    agent_fee_basis_points: int
    support_cost_basis_points: int
    interest_to: str
    agent: str
    rate_source: str = ""
    rate_limit_days: int = 31
    receipts_at: str = PROCEEDS
    decision: str = ""
    refund_de_minimis: Amount | None = None


@frozen(kw_only=True)
class Term:
    """A term of the fund: its dates (both inclusive), budgets and policies, and the day it was closed.

    ``approval_policies`` say who has to approve what; there need not be any.
    """

    reference: str
    starts_on: date
    ends_on: date
    currency: str
    budgets: tuple[BudgetVersion, ...]
    policies: tuple[Policy, ...]
    closed_on: date | None = None
    approval_policies: tuple[ApprovalPolicy, ...] = ()

    def policy_on(self, day: date) -> Policy:
        """The policy in force on that day: the last one dated on or before it, else the first."""
        in_force = [policy for policy in self.policies if policy.since <= day]
        return in_force[-1] if in_force else self.policies[0]

    def budget_on(self, day: date) -> BudgetPlan:
        """The budget in force on that day: the last one dated on or before it, else the first."""
        in_force = [version for version in self.budgets if version.since <= day]
        return (in_force[-1] if in_force else self.budgets[0]).plan

    def require_activity(self, activity: str, day: date) -> None:
        """Raise UnknownActivityError unless the budget of that day has a line for the activity."""
        plan = self.budget_on(day)
        if activity not in plan.codes:
            raise UnknownActivityError(
                activity=activity, term=self.reference, activities=", ".join(sorted(plan.codes))
            )

    @property
    def earmarks(self) -> frozenset[str]:
        """What money can be earmarked for: nothing, or an activity or area of any budget so far."""
        return frozenset({""}.union(*(one.plan.codes | one.plan.area_codes for one in self.budgets)))

    def require_earmark(self, earmark: str) -> None:
        """Raise UnknownActivityError unless the earmark is empty, an activity or an area of a budget."""
        if not earmark:
            return
        plan = self.budgets[-1].plan
        known = plan.codes | plan.area_codes
        if earmark not in known:
            raise UnknownActivityError(
                activity=earmark, term=self.reference, activities=", ".join(sorted(known))
            )


@frozen(kw_only=True)
class Donor:
    """A donor as registered."""

    reference: str
    name: str
    kind: str
    country: str
    language: str


@frozen(kw_only=True)
class BankAccount:
    """A bank account as opened; it has one currency."""

    reference: str
    name: str
    currency: str


@frozen(kw_only=True)
class Instalment:
    """A part of a pledge and the day it falls due (inclusive)."""

    due_on: date = day()
    amount: Amount = positive_amount()


def instalments(
    amount: Amount, parts: int, first_due: date, *, every_months: int = 12
) -> tuple[Instalment, ...]:
    """A schedule of equal parts that add up to the amount exactly, the odd cents on the first ones.

    The first falls due on ``first_due``, the others on the same day of every so many months, or the last of
    one that is too short. Raises InvalidFieldError for no parts or months, or more parts than cents.
    """
    if parts < 1 or every_months < 1 or parts > amount.minor:
        problem = f"{amount} cannot be paid in {parts} parts every {every_months} months"
        raise InvalidFieldError(field="instalments", problem=problem)
    dues = [months_after(first_due, part * every_months) for part in range(parts)]
    return tuple(
        Instalment(due_on=due, amount=part) for due, part in zip(dues, spread(amount, parts), strict=True)
    )


def spread(total: Amount, count: int) -> list[Amount]:
    """A total in ``count`` parts that differ by a cent at most, larger ones first."""
    if count < 1:
        raise ValueError("there is at least one part")
    base, more = divmod(total.minor, count)
    return [Amount(base + (1 if at < more else 0), total.currency) for at in range(count)]


def require_instalments(instalments: tuple[Instalment, ...], amount: Amount) -> None:
    """Raise InvalidFieldError unless the instalments, if any, sum to the amount, in due order."""
    if not instalments:
        return
    if {part.amount.currency for part in instalments} != {amount.currency}:
        raise InvalidFieldError(field="instalments", problem=f"are not all in {amount.currency}")
    total = Amount(sum(part.amount.minor for part in instalments), amount.currency)
    if total != amount:
        raise InvalidFieldError(field="instalments", problem=f"add up to {total}, the pledge is {amount}")
    if list(instalments) != sorted(instalments, key=lambda part: part.due_on):
        raise InvalidFieldError(field="instalments", problem="are not in the order of their due dates")


@frozen(kw_only=True)
class PledgePromise:
    """What a donor has promised, as last amended; amounts in the pledge's own currency.

    ``on`` is the day of the pledge, ``changed_on`` that of its last amendment.
    """

    reference: str
    term: str
    donor: str
    on: date
    changed_on: date
    status: str
    amount: Amount
    earmark: str
    instalments: tuple[Instalment, ...]
    preference: tuple[str, ...] = ()
    notional_test: tuple[str, ...] = ()
    condition_changes: tuple[ConditionChange, ...] = ()

    def place(self, account: str) -> Subaccount:
        """The subaccount of the pledge on a memorandum account."""
        # Not asked of those kept: there are as many of these places as pledges, and each is used a few times.
        return Subaccount(account, self.term, self.amount.currency, self.donor, self.reference)

    def schedule(self) -> tuple[tuple[date, Amount], ...]:
        """When how much is to be paid: the agreed instalments, or the whole on the pledge's own date."""
        if self.instalments or self.amount.is_zero:
            return tuple((part.due_on, part.amount) for part in self.instalments)
        return ((self.on, self.amount),)

    def due_by(self, day: date) -> int:
        """What the schedule asks for until a day (inclusive), paid or not; nothing while only announced."""
        if self.status == ANNOUNCED:
            return 0
        return sum(part.minor for due_on, part in self.schedule() if due_on <= day)


@frozen(kw_only=True)
class PublishedHoldings:
    """What was held for all donors on a day, as published: the total and root of the tree over it."""

    reference: str
    as_of: date
    known_at: int
    fragments: int
    root: str
    total: Amount


@frozen(kw_only=True)
class Partner:
    """A city or organization that is paid, advanced to or owed money, as registered."""

    reference: str
    name: str
    country: str
    kind: str


@frozen(kw_only=True)
class UnappliedReceipt:
    """Money received that waits to be applied to a donor or a pledge, in dollars."""

    reference: str
    term: str
    amount: Amount


RECEIPT, APPLICATION = "receipt", "receipt_application"


def fee_on(kind: str) -> str:
    """The kind of the document that is the fee on a receipt, or on the application of one."""
    return "agent_fee" if kind == RECEIPT else "application_fee"


@frozen(kw_only=True)
class FeeTaken:
    """The administrative agent's fee on a receipt or its application, taken once."""

    reference: str
    receipt: str


@frozen(kw_only=True)
class AdvancePaid:
    """Money a partner holds until a certified report says what it was used for."""

    reference: str
    obligation: str
    allocation: str
    party: str
    term: str
    on: date
    due_on: date
    amount: Amount

    def place(self, account: str) -> Subaccount:
        """Where it stands: 1210 while outstanding, 1230 for what is to be recovered."""
        return subaccount(
            account,
            term=self.term,
            party=self.party,
            allocation=self.allocation,
            obligation=self.obligation,
            advance=self.reference,
        )
