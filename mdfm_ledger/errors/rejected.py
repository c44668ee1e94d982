"""Rejected: nothing was written, the event has to change."""

from __future__ import annotations

from datetime import date

from mdfm_ledger.errors.base import LedgerError


class RejectedError(LedgerError):
    """Nothing was written. The same event will be refused again until it is changed."""


class InvalidEventError(RejectedError):
    """The event is malformed or names something the books do not know."""

    code = "invalid-event"


class InvalidFieldError(InvalidEventError):
    """A field is missing, of the wrong type, or outside what it may hold."""

    code = "invalid-field"
    template = "{field}: {problem}"
    remedy = "Give the field a value its description in the schema allows."
    field: str
    problem: str


class InvalidAmountError(InvalidEventError):
    """An amount is not exact, not positive where it must be, or out of range."""

    code = "invalid-amount"
    template = "{value} is not an amount: {problem}"
    remedy = "Write the amount as plain digits with at most the currency's decimals, such as 50000.00."
    value: str
    problem: str


class AmountTooLargeError(InvalidAmountError):
    """An amount is larger than any that is entered: mistyped, or the sum of one that was."""

    code = "amount-too-large"
    template = "{value} is more than an entry can say, {problem}"
    remedy = "Look for digits too many, here or in what this adds up; take back what was recorded wrong."


class UnknownCurrencyError(InvalidEventError):
    """The currency is not an active ISO 4217 currency with a minor unit."""

    code = "unknown-currency"
    template = "{currency} is not an active ISO 4217 currency"
    remedy = "Use the three capital letters of a currency in use today, such as USD."
    currency: str


class InvalidDateError(InvalidEventError):
    """A date is not a calendar date written YYYY-MM-DD, or a time carries no zone."""

    code = "invalid-date"
    template = "{value} is not a date: {problem}"
    remedy = "Write the date as YYYY-MM-DD, with a day that exists."
    value: str
    problem: str


class WrongDayError(InvalidEventError):
    """A date there is, on which what the event says cannot be."""

    code = "wrong-day"
    template = "{field} is {value}: {problem}"
    remedy = "Correct the date, or what it is measured by."
    field: str
    value: date
    problem: str


class InvalidTextError(InvalidEventError):
    """A text holds characters that can hide or forge what a reader sees."""

    code = "invalid-text"
    template = "{field}: {problem}"
    remedy = "Remove control and direction characters; write plain text."
    field: str
    problem: str


class UnknownDocumentError(InvalidEventError):
    """The event names a donor, term, pledge, allocation or other document never recorded."""

    code = "unknown-document"
    template = "no {kind} with reference {reference} is recorded"
    remedy = "Record the document first, or correct the reference."
    kind: str
    reference: str


class UnknownPlanError(InvalidEventError):
    """No budget plan of that name ships with the package."""

    code = "unknown-plan"
    template = "no budget plan is named {plan}; there are: {plans}"
    remedy = "Name a shipped plan, or give the budget lines yourself."
    plan: str
    plans: str


class UnknownActivityError(InvalidEventError):
    """The activity or area is not in the budget of the term."""

    code = "unknown-activity"
    template = "{activity} is not in the budget of term {term}, which has: {activities}"
    remedy = "Use a code of the term's budget, or revise the budget first."
    activity: str
    term: str
    activities: str


class MismatchError(InvalidEventError):
    """Two documents the event joins do not belong together."""

    code = "mismatch"
    template = "{field} is {given}, but {document} says {expected}"
    remedy = "Correct the field so that both documents agree."
    field: str
    given: str
    document: str
    expected: str


class PolicyError(InvalidEventError):
    """The policy of the term has no such thing on that date, or forbids it."""

    code = "policy"
    template = "the policy of term {term} on {on}: {problem}"
    remedy = "Leave the event out, or record a revision of the policy with its decision first."
    term: str
    on: date
    problem: str


class MalformedInputError(InvalidEventError):
    """A file or line is not what the format says: broken JSON, too long, cut short."""

    code = "malformed-input"
    template = "{problem}"
    remedy = "Write one JSON object a line, in UTF-8, as the event schemas describe."
    problem: str


class ReferenceConflictError(RejectedError):
    """A document with this reference exists and says something else."""

    code = "reference-conflict"
    template = "{kind} {reference} is already recorded as entry {number} with other content: {fields}"
    remedy = "Use a new reference for a new document, or reverse the recorded one first."
    kind: str
    reference: str
    number: int
    fields: str


class FeeTakenError(RejectedError):
    """The agent's fee on this receipt has been taken before."""

    code = "fee-taken"
    template = "the agent's fee on {receipt} was taken by {fee}"
    remedy = "Leave the event out; to take the fee anew, reverse the first one."
    receipt: str
    fee: str


class BooksMovedError(RejectedError):
    """The books are no longer those the plan was made on."""

    code = "books-moved"
    template = "the plan was made at entry {planned}, the ledger is at entry {found}"
    remedy = "Plan again, look at the result, and record it then."
    planned: int
    found: int
