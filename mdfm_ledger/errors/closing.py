"""Rules of the end of a term: refunds, carry-forward, closed periods and closed terms."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from mdfm_ledger.errors.rejected import RejectedError
from mdfm_ledger.errors.rules import RuleError

if TYPE_CHECKING:
    from mdfm_ledger.money import Amount


class BelowDeMinimisError(RejectedError):
    """A refund is smaller than the term's policy finds worth paying."""

    code = "refund-below-de-minimis"
    template = "{amount} is less than {least}, the least the policy of term {term} refunds on {on}"
    remedy = "Carry it forward with the donor's consent, or name the decision in despite_de_minimis."
    amount: Amount
    least: Amount
    term: str
    on: date


class RefundExceededError(RuleError):
    """More would be paid on a refund than was decided."""

    code = "refund-exceeded"
    invariant = "outstanding-not-negative"
    template = "of refund {refund} {left} is still to be paid, the event pays {asked}"
    remedy = "Pay at most what is left, or decide a further refund first."
    refund: str
    asked: Amount
    left: Amount


class RefundLossError(RuleError):
    """In a closed term the payment of a refund costs more than was decided and its donor has free."""

    code = "refund-loss"
    invariant = "donor-not-negative"
    template = (
        "what is paid of refund {refund} costs {loss} more than was decided of it;"
        " of {donor} {free} is free in term {term}, which is closed"
    )
    remedy = (
        "Agree on less and decide the refund anew, or take the close back: an open term shares the"
        " difference."
    )
    refund: str
    donor: str
    term: str
    loss: Amount
    free: Amount


class CashShortError(RuleError):
    """A term would carry forward more cash than it has in the bank account, now or on a later date."""

    code = "cash-short"
    invariant = "roll-forward"
    template = "term {term} has {cash} in {bank_account} on {on} and every later date, {asked} would leave it"
    remedy = "Name the bank account the money is in, or carry it forward in parts."
    term: str
    bank_account: str
    asked: Amount
    cash: Amount
    on: date


class PeriodClosedError(RuleError):
    """The event is dated in a period that is closed."""

    code = "period-closed"
    invariant = "period-open"
    template = "{on} is in a closed period: {closing} closed it through {through}"
    remedy = "Date it on an open day with its own value_date, or record a period_reopening first."
    on: date
    closing: str
    through: date


class PeriodOrderError(RuleError):
    """A period is closed or reopened out of turn."""

    code = "period-order"
    invariant = "period-open"
    template = "{problem}"
    remedy = "Close months in their order, each once it is over; reopen the last closed one first."
    problem: str


class SealDiffersError(RuleError):
    """What was approved for sealing is not what the books say."""

    code = "seal-differs"
    invariant = "period-seal"
    template = "{field} is {found}, the event says {given}"
    remedy = "Look at the trial balance again and have it approved as it is now, or leave the field out."
    field: str
    found: str
    given: str


class BankDiffersError(RuleError):
    """A bank states another balance than the books have, and no explanation is given."""

    code = "bank-differs"
    invariant = "trust-tie-out"
    template = "bank account {bank_account} has {booked} by the books on {as_of}, the bank states {stated}"
    remedy = "Find and record what is missing, or give an explanation with the confirmation."
    bank_account: str
    as_of: date
    booked: Amount
    stated: Amount


class TermClosedError(RuleError):
    """Something other than a refund or a carry-forward would be posted to a closed term."""

    code = "term-closed"
    invariant = "term-closed"
    template = "term {term} was closed on {closed_on}; {what} cannot be posted to it"
    remedy = (
        "Post it to an open term; a closed one takes refunds, their charges, carry-forward, donor balances."
    )
    term: str
    closed_on: date
    what: str


class TermNotClosedError(RuleError):
    """The term has to be closed before what is unspent can wait on donor balance accounts."""

    code = "term-not-closed"
    invariant = "term-closed"
    template = "term {term} is not closed on {on}"
    remedy = "Close the term first, and date the event on or after its closing."
    term: str
    on: date


class StillOpenError(RuleError):
    """The term cannot be closed while anything of it is open; everything that is stands in the message."""

    code = "still-open"
    invariant = "term-closed"
    template = "term {term} cannot be closed on {on}, {count} still open: {items}"
    remedy = (
        "Settle, return, release, apply, write off, reconcile, revalue each, make good what is below zero,"
        " and close it then."
    )
    term: str
    on: date
    count: int
    items: str
