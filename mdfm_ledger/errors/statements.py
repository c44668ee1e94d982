"""Statements that cannot be issued."""

from __future__ import annotations

from datetime import date

from mdfm_ledger.errors.rejected import InvalidEventError


class StatementPeriodError(InvalidEventError):
    """The period of a statement is not one: it ends before it begins, or after the day it is issued."""

    code = "statement-period"
    template = "a statement issued on {on} cannot be for {since} to {as_of}"
    remedy = "Give a period that begins on or before its last day and has ended by the day of issue."
    since: date
    as_of: date
    on: date


class NothingToStateError(InvalidEventError):
    """The donor has neither a promise nor money in the term by that day."""

    code = "nothing-to-state"
    template = "donor {donor} has neither promised nor paid anything in term {term} by {as_of}"
    remedy = "Look for another term, or a later date."
    donor: str
    term: str
    as_of: date


class StatementUnchangedError(InvalidEventError):
    """The statement issued last for the period still says what the books say."""

    code = "statement-unchanged"
    template = "statement {reference} stands: no figure of it has changed since"
    remedy = "Make the issued one again by its reference; for another certifier give the reason (because)."
    reference: str


class AnnualStatementError(InvalidEventError):
    """An annual statement was asked for over more than twelve months."""

    code = "annual-statement-period"
    template = "an annual statement to {as_of} covers twelve months, from {first} on; not from {since}"
    remedy = "Give that day or a later one as its first, or issue an interim or final statement."
    since: date
    as_of: date
    first: date


class FinalStatementError(InvalidEventError):
    """A final statement was asked for while something is still open for the donor.

    Money held is open until the term is closed; what is owed besides is not, once it is.
    """

    code = "final-statement-open"
    template = "a final statement for {donor} in term {term} has to wait; still open: {still_open}"
    remedy = "Settle what is open first, or issue an interim or annual statement."
    donor: str
    term: str
    still_open: str


class FinalPeriodError(InvalidEventError):
    """A final statement was asked for that would not cover the whole of a donor's part in a term."""

    code = "final-statement-period"
    template = "a final statement in term {term} covers all of it, from {first} on; not from {since}"
    remedy = "Leave out the first day, or issue an interim or annual statement."
    term: str
    first: date
    since: date


class StatementOutOfTurnError(InvalidEventError):
    """A statement does not carry the number and version that come next."""

    code = "statement-out-of-turn"
    template = "the next statement of donor {donor} for that period is {expected}, not {given}"
    remedy = "Issue statements through the ledger, which numbers them; try again if another was just issued."
    donor: str
    expected: str
    given: str


class StatementDiffersError(InvalidEventError):
    """What a statement is said to hold is not what the books make of it."""

    code = "statement-differs"
    template = "statement {reference}: {field} is {found} by the books, not {given}"
    remedy = "Issue statements through the ledger, which makes them; do not write such an event by hand."
    reference: str
    field: str
    given: str
    found: str


class DisclosesDonorError(InvalidEventError):
    """A bundle would show its donor what names another donor, typed into an entry that it is shown."""

    code = "discloses-donor"
    template = "the bundle would tell {donor} of others: {where}"
    remedy = "Ask the donors named; if they agree, make it with --disclosing. Name no donor in such texts."
    donor: str
    where: str
