"""Settling in another currency what stands in the books in dollars."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from attrs import frozen

from mdfm_ledger.books import Books
from mdfm_ledger.chart import BASE_CURRENCY
from mdfm_ledger.errors import InvalidFieldError
from mdfm_ledger.event import Event
from mdfm_ledger.fields import day, optional_amount, positive_amount, reference, require_match, text
from mdfm_ledger.journal import JournalLine, Lines, credit
from mdfm_ledger.money import Amount
from mdfm_ledger.rules.banking import received
from mdfm_ledger.rules.exchange import require_plausible
from mdfm_ledger.rules.exchange_difference import shared_difference


def settled_with(
    books: Books, cash: JournalLine, settles: Amount | None, event: Event, *, since: date
) -> tuple[int, Lines]:
    """The dollars a movement of cash settles, in cents, and the lines of the exchange difference.

    As :func:`dollars_settled` says; what the cash is worth more or less is shared among the donors.
    """
    minor, gained = dollars_settled(books, cash, settles, since=since, until=event.bank_day)
    if not gained:
        return minor, ()
    assert event.on, "an event that moves money is dated"
    return minor, shared_difference(books, books.term(cash.subaccount.term), gained, event.on)


def dollars_settled(
    books: Books, cash: JournalLine, settles: Amount | None, *, since: date, until: date
) -> tuple[int, int]:
    """The dollars a movement of cash settles, and what the trust gains by it, below zero a loss, in cents.

    It settles what it is worth, unless ``settles`` says how many dollars it stands for: what it was worth
    at some rate published since the debt was booked. Raises InvalidFieldError where the account is in
    dollars, since there both are one, MismatchError for ``settles`` in another currency, and
    FarFromRateError for dollars it never was worth.
    """
    if settles is None:
        return cash.minor, 0
    require_match("settles", settles.currency, "the trust set", BASE_CURRENCY)
    if cash.own is None:
        raise InvalidFieldError(field="settles", problem="is for accounts in other currencies; leave it out")
    term = books.term(cash.subaccount.term)
    require_plausible(books, term, settles, cash.own.amount, since, until, field="settles")
    gained = cash.minor - settles.minor if cash.signed > 0 else settles.minor - cash.minor
    return settles.minor, gained


@frozen(kw_only=True)
class PartnerRepayment(Event):
    """Money of an advance that a partner pays back into a bank account of the trust.

    On an account in another currency ``settles`` may say how many dollars of the advance it stands for.
    """

    described_by = "bank_reference"
    settled_account: ClassVar[str] = ""
    """The account on which it stands until now."""

    on: date = day()
    advance: str = reference()
    amount: Amount = positive_amount()
    bank_account: str = reference()
    bank_reference: str = text()
    settles: Amount | None = optional_amount()

    def post(self, books: Books) -> Lines:
        standing = books.advance(self.advance)
        cash = received(books, standing.term, self.bank_account, self.amount, self.bank_day)
        minor, difference = settled_with(books, cash, self.settles, self, since=standing.on)
        return (cash, credit(standing.place(self.settled_account), minor), *difference)
