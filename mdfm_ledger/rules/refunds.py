"""Paying a refund: what leaves the bank, how much of what is owed that pays, and whose the difference is."""

from __future__ import annotations

from datetime import date

from mdfm_ledger.books import Books
from mdfm_ledger.books.closing import RefundOwed
from mdfm_ledger.chart import REFUND
from mdfm_ledger.errors import InvalidFieldError, RefundExceededError, RefundLossError
from mdfm_ledger.fields import require_match
from mdfm_ledger.journal import JournalLine, Lines, credit, debit, subaccount
from mdfm_ledger.money import Amount
from mdfm_ledger.rules.exchange import require_plausible
from mdfm_ledger.rules.exchange_difference import shared_difference
from mdfm_ledger.rules.free_money import added, free_of, taken
from mdfm_ledger.rules.settlement import dollars_settled
from mdfm_ledger.series import day_number


def dollars_paid(
    books: Books, refund: RefundOwed, cash: JournalLine, amount: Amount, settles: Amount | None, on: date
) -> int:
    """The dollars of a refund, in cents, that money leaving an account pays.

    Where the donor is owed an amount in its own currency, that is what is paid: the dollars are the same
    share of those decided, and all of them once all of it is paid. Raises RefundExceededError for more
    than is owed.
    """
    term = books.term(refund.term)
    since = min(refund.on, term.closed_on or refund.on)
    if refund.owed is None:
        minor, _ = dollars_settled(books, cash, settles, since=since, until=on)
        _require_owed(refund, Amount(minor, refund.amount.currency), refund.amount - refund.paid)
        return minor
    part = _of_owed(refund.owed, amount, settles)
    if settles:
        require_plausible(books, term, cash.amount, part, since, on, field="settles")
    _require_owed(refund, part, refund.owed - refund.settled)
    whole, settled = refund.owed.minor, (refund.settled + part).minor
    return (2 * refund.amount.minor * settled + whole) // (2 * whole) - refund.paid.minor


def _of_owed(owed: Amount, amount: Amount, settles: Amount | None) -> Amount:
    """How much of what is owed is paid: what leaves an account in that currency, else what is said."""
    if amount.currency == owed.currency:
        if settles:
            raise InvalidFieldError(field="settles", problem=f"is the amount itself, in {owed.currency}")
        return amount
    if settles is None:
        problem = f"is needed: how much of the {owed} owed is paid, in {owed.currency}"
        raise InvalidFieldError(field="settles", problem=problem)
    require_match("settles", settles.currency, "what is owed", owed.currency)
    return settles


def _require_owed(refund: RefundOwed, asked: Amount, left: Amount) -> None:
    if asked > left:
        raise RefundExceededError(refund=refund.reference, asked=asked, left=left)


def difference(books: Books, refund: RefundOwed, gained: int, on: date) -> Lines:
    """The lines of what a payment costs less than it pays, in cents; below zero it costs more.

    In an open term it is an exchange difference of the donors', as any other. In a closed one 2030 stands
    on 2010 already, and what was told to the others at the close is not changed any more: there it is the
    donor's own, whose refund came to that much less or more. Raises RefundLossError where its free money
    does not cover it, since nothing could make it good any more.
    """
    term = books.term(refund.term)
    if not gained:
        return ()
    if term.closed_on is None:
        return shared_difference(books, term, gained, on)
    place = subaccount("2010", term=term.reference, donor=refund.donor, flow=REFUND)
    if gained > 0:
        return (credit(place, gained), *added(term, refund.donor, gained))
    free = sum(minor for _, minor in free_of(books, term, refund.donor, day_number(on)))
    if free < -gained:
        raise RefundLossError(
            refund=refund.reference,
            donor=refund.donor,
            term=term.reference,
            loss=Amount(-gained, term.currency),
            free=Amount(free, term.currency),
        )
    return (debit(place, -gained), *taken(books, term, refund.donor, -gained, on))
