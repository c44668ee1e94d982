"""The named invariants: one class for each way the books would stop being right."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, ClassVar

from mdfm_ledger.errors.rejected import RejectedError

if TYPE_CHECKING:
    from mdfm_ledger.money import Amount


class RuleError(RejectedError):
    """A named invariant would be broken. ``invariant`` is its name in the accounting model."""

    code = "rule"
    invariant: ClassVar[str] = ""


class UnbalancedError(RuleError):
    """Debits and credits of an entry differ within a set, a term or a currency."""

    code = "unbalanced"
    invariant = "balanced"
    template = (
        "{journal_set} set of term {term}, {currency}: debits exceed credits by {difference} minor units"
    )
    remedy = "This is a fault of the posting rule, not of the event: report it."
    journal_set: str
    term: str
    currency: str
    difference: int


class RevenueAccountError(RuleError):
    """An account outside the chart, such as a revenue account, was named."""

    code = "not-a-trust-account"
    invariant = "no-revenue"
    template = "{account} is not in the chart: money held in trust has assets and liabilities only"
    remedy = "Post to an account of the chart; trust money is never anybody's revenue."
    account: str


class DonorNegativeError(RuleError):
    """A donor's free balance would fall below zero on the entry's date or a later one."""

    code = "donor-negative"
    invariant = "donor-not-negative"
    template = "free money of {donor} in term {term} would be {balance} on {day}"
    remedy = "Take less, choose a later date, or return what was allotted first."
    donor: str
    term: str
    balance: Amount
    day: date


class PledgeExceededError(RuleError):
    """More would be paid, written off or taken back than the pledge leaves open."""

    code = "pledge-exceeded"
    invariant = "pledge-identity"
    template = "pledge {pledge} leaves {open} open, the event needs {asked}"
    remedy = "Lower the amount, or amend the pledge first; record an excess without the pledge."
    pledge: str
    asked: Amount
    open: Amount


class NotFundedError(RuleError):
    """An allocation asks for more than the cash-backed free money, now or on a later date."""

    code = "not-funded"
    invariant = "funded-allocation"
    template = "{activity} asks {asked}, but free and received on {on} and every later date is {free}"
    remedy = "Allocate at most the free amount, or wait until the money has arrived; pledges do not count."
    activity: str
    asked: Amount
    free: Amount
    on: date


class NotFreeError(RuleError):
    """A cost of the whole fund is more than all free money, now or on a later date."""

    code = "not-free"
    invariant = "funded-allocation"
    template = "{asked} is to be taken from the free money of term {term}; on {on} and later {free} is free"
    remedy = "Return an allocation first, or name the donor whose cost it is."
    term: str
    asked: Amount
    free: Amount
    on: date


class EarmarkError(RuleError):
    """Earmarked money would go to something it was not given for."""

    code = "earmark"
    invariant = "earmark"
    template = "{activity} asks {asked}; {free} is free for it, another {earmarked} is earmarked elsewhere"
    remedy = "Allot at most what is free for it, or agree on another earmark with a donor (earmark_change)."
    activity: str
    asked: Amount
    free: Amount
    earmarked: Amount


class OverBudgetError(RuleError):
    """Allocations of an activity would exceed its budget line."""

    code = "over-budget"
    invariant = "within-budget"
    template = "activity {activity} of term {term}: budget {budget}, allocated on {day} would be {allocated}"
    remedy = "Allocate less, or record a budget revision with its decision first."
    activity: str
    term: str
    budget: Amount
    allocated: Amount
    day: date


class BudgetNotTargetError(RuleError):
    """The budget lines do not add up to the target of the term."""

    code = "budget-not-target"
    invariant = "within-budget"
    template = "budget lines add up to {lines}, the target is {target}"
    remedy = "Change a line so that the budget adds up to the target exactly."
    lines: Amount
    target: Amount


class FutureDateError(RuleError):
    """The event is dated after today (UTC)."""

    code = "future-date"
    invariant = "period-open"
    template = "{field} {day} is after today, {today}"
    remedy = "Record the event on or after its date; a promise for later is an instalment, not an event."
    field: str
    day: date
    today: date


class BeforeTermError(RuleError):
    """Money would be allotted or spent before the term starts."""

    code = "before-term"
    invariant = "period-open"
    template = "{on} is before term {term} starts on {starts_on}"
    remedy = "Date the event inside the term; pledges and receipts may come earlier."
    term: str
    on: date
    starts_on: date


class ResourcesDifferError(RuleError):
    """An entry would change the money held for a donor and its resources by different amounts."""

    code = "resources-differ"
    invariant = "resources-identity"
    template = (
        "money held for {donor} in term {term} and its resources would differ by {difference} minor units"
    )
    remedy = "This is a fault of the posting rule, not of the event: report it."
    donor: str
    term: str
    difference: int


class AlreadyReversedError(RuleError):
    """The entry has been reversed before."""

    code = "already-reversed"
    invariant = "reversal-exact"
    template = "{kind} {reference} has been reversed by entry {reversed_by}"
    remedy = "Record the right event anew; an entry is reversed once only."
    kind: str
    reference: str
    reversed_by: int


class NotReversibleError(RuleError):
    """The entry is a reversal, or posted nothing and is put right by another event."""

    code = "not-reversible"
    invariant = "reversal-exact"
    template = "{kind} {reference} cannot be reversed: {problem}"
    remedy = "Record a new event that says what is right."
    kind: str
    reference: str
    problem: str


class ReversalDateError(RuleError):
    """A reversal is dated before the entry it reverses, or before the last change of its document."""

    code = "reversal-date"
    invariant = "reversal-exact"
    template = "reversal on {on} comes before the entry, or the last change of its document, of {reversed_on}"
    remedy = "Date the reversal on or after that day."
    on: date
    reversed_on: date


class ReversalDependsError(RuleError):
    """Something recorded later stands on the entry that would be reversed."""

    code = "reversal-depends"
    invariant = "reversal-exact"
    template = "{kind} {reference} cannot be reversed: {problem}"
    remedy = "Reverse what came after it first, the latest one first."
    kind: str
    reference: str
    problem: str
