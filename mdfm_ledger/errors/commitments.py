"""Rules of allotments, obligations, advances and payables that an event would break."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from mdfm_ledger.errors.rules import RuleError

if TYPE_CHECKING:
    from mdfm_ledger.money import Amount


class OverAllotmentError(RuleError):
    """More would be spent or returned than the allocation has left, now or on a later date."""

    code = "over-allotment"
    invariant = "within-allotment"
    template = (
        "allocation {allocation} has {left} left on {day} and every later date, the event needs {asked}"
    )
    remedy = "Spend at most what is left, or record a further allocation first."
    allocation: str
    asked: Amount
    left: Amount
    day: date


class BurdenNotCoveredError(RuleError):
    """What is left of an allocation would not pay the support cost of what is obligated under it."""

    code = "burden-not-covered"
    invariant = "within-allotment"
    template = (
        "allocation {allocation} has {left} left on {day} and every later date: the event takes {asked}, and"
        " support cost of what is obligated under it will take {burden}"
    )
    remedy = "Take less, release what is obligated and not needed, or allot so much that it covers both."
    allocation: str
    asked: Amount
    burden: Amount
    left: Amount
    day: date


class OverObligationError(RuleError):
    """More would be spent or released than an obligation has left, now or on a later date."""

    code = "over-obligation"
    invariant = "within-allotment"
    template = (
        "obligation {obligation} has {left} left on {day} and every later date, the event needs {asked}"
    )
    remedy = "Use at most what is left, or increase the obligation first."
    obligation: str
    asked: Amount
    left: Amount
    day: date


class AdvanceNotCoveredError(RuleError):
    """A partner would hold or owe more of advances than its obligation still covers."""

    code = "advance-not-covered"
    invariant = "within-allotment"
    template = (
        "obligation {obligation} would cover {covered} on {day},"
        " the partner would hold or owe {advanced} of advances"
    )
    remedy = "Spend or release less, have the partner report or pay back first, or increase the obligation."
    obligation: str
    covered: Amount
    advanced: Amount
    day: date


class AdvanceOverdueError(RuleError):
    """The partner has not reported on an earlier advance that is overdue."""

    code = "advance-overdue"
    invariant = "within-allotment"
    template = "{party} still holds {outstanding} of advance {advance}, to be reported on by {due_on}"
    remedy = "Record the partner's report or return first, or name the decision in despite_overdue."
    party: str
    advance: str
    outstanding: Amount
    due_on: date


class TransferExceededError(RuleError):
    """More of a transfer would come back than was transferred."""

    code = "transfer-exceeded"
    invariant = "outstanding-not-negative"
    template = "of transfer {transfer} {left} has not come back yet, the event brings {asked}"
    remedy = (
        "Lower the amount, or say in settles what of the transfer came back;"
        " the rest is interest or an unidentified receipt."
    )
    transfer: str
    asked: Amount
    left: Amount


class OutstandingNegativeError(RuleError):
    """More would be settled or applied than is outstanding, now or on a later date."""

    code = "outstanding-negative"
    invariant = "outstanding-not-negative"
    template = "{what} would be {balance} on {day}"
    remedy = (
        "Settle at most what is outstanding on the date and every later one; look for one recorded twice."
    )
    what: str
    balance: Amount
    day: date
