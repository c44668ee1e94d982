"""What events that move money through a bank account have in common."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from attrs import frozen

from mdfm_ledger.books import Books
from mdfm_ledger.chart import BASE_CURRENCY
from mdfm_ledger.documents import BankAccount
from mdfm_ledger.event import Event
from mdfm_ledger.exchange import own_amount
from mdfm_ledger.fields import day, positive_amount, reference, require_match, text
from mdfm_ledger.journal import JournalLine, Lines, OwnAmount, credit, debit, subaccount
from mdfm_ledger.money import Amount


def received(books: Books, term: str, bank_account: str, amount: Amount, on: date) -> JournalLine:
    """Dr 1010: an amount in the currency of the account, priced in dollars on ``on``, its value date.

    The line's amount is what it is worth in dollars. Raises MismatchError for another currency,
    UnknownDocumentError, and what :func:`mdfm_ledger.exchange.rate_on` does.
    """
    minor, own = _priced(books, term, bank_account, amount, on)
    return debit(subaccount("1010", term=term, bank_account=bank_account), minor, own)


def paid(books: Books, term: str, bank_account: str, amount: Amount, on: date) -> JournalLine:
    """Cr 1010: the same for an amount that leaves the account."""
    minor, own = _priced(books, term, bank_account, amount, on)
    return credit(subaccount("1010", term=term, bank_account=bank_account), minor, own)


def is_in_base_currency(books: Books, bank_account: str) -> bool:
    """Whether a bank account is in the currency of the trust set. Raises UnknownDocumentError."""
    return books.document(BankAccount, "bank_account", bank_account).currency == BASE_CURRENCY


def _priced(
    books: Books, term: str, bank_account: str, amount: Amount, on: date
) -> tuple[int, OwnAmount | None]:
    known = books.document(BankAccount, "bank_account", bank_account)
    require_match("amount", amount.currency, f"bank account {bank_account}", known.currency)
    if known.currency == BASE_CURRENCY:
        return amount.minor, None
    own = own_amount(books, books.term(term), amount, on)
    return own.rate.dollars(amount).minor, own


@frozen(kw_only=True)
class PartnerRepayment(Event):
    """Money of an advance that a partner pays back into a bank account of the trust."""

    described_by = "bank_reference"
    settles: ClassVar[str] = ""
    """The account on which it stands until now."""

    on: date = day()
    advance: str = reference()
    amount: Amount = positive_amount()
    bank_account: str = reference()
    bank_reference: str = text()

    def post(self, books: Books) -> Lines:
        standing = books.advance(self.advance)
        cash = received(books, standing.term, self.bank_account, self.amount, self.bank_day)
        return (cash, credit(standing.place(self.settles), cash.minor))
