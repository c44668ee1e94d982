"""What events that move money through a bank account have in common."""

from __future__ import annotations

from datetime import date

from mdfm_ledger.books import Books
from mdfm_ledger.books.documents import BankAccount, Term
from mdfm_ledger.chart import BASE_CURRENCY
from mdfm_ledger.fields import require_match
from mdfm_ledger.journal import JournalLine, OwnAmount, credit, debit, subaccount
from mdfm_ledger.money import Amount
from mdfm_ledger.rules.exchange import own_amount


def received(books: Books, term: str, bank_account: str, amount: Amount, on: date) -> JournalLine:
    """Dr 1010: an amount in the currency of the account, priced in dollars on ``on``, its value date.

    The line's amount is what it is worth in dollars. Raises MismatchError for another currency,
    BelowACentError, UnknownDocumentError, and what :func:`mdfm_ledger.rules.exchange.rate_on` does.
    """
    minor, own = _priced(books, term, bank_account, amount, on)
    return debit(subaccount("1010", term=term, bank_account=bank_account), minor, own)


def paid(books: Books, term: str, bank_account: str, amount: Amount, on: date) -> JournalLine:
    """Cr 1010: the same for an amount that leaves the account."""
    minor, own = _priced(books, term, bank_account, amount, on)
    return credit(subaccount("1010", term=term, bank_account=bank_account), minor, own)


def leaving(books: Books, term: Term, bank_account: str, amount: Amount, on: date) -> JournalLine:
    """Cr 1010: money that leaves an account of the term, priced as any payment is while the term is open.

    A closed term is not revalued any more: its money in other currencies stays at the rates of its last day
    and leaves for what the books show of it, so that an account that is empty stands at nothing.
    """
    if term.closed_on is None or is_in_base_currency(books, bank_account):
        return paid(books, term.reference, bank_account, amount, on)
    priced = paid(books, term.reference, bank_account, amount, term.closed_on)
    assert priced.own, "an account in another currency"
    dollars, own = (series.total for series in books.cash(term.reference, bank_account))
    there = min(amount.minor, max(own, 0))
    booked = (2 * dollars * there + own) // (2 * own) if there else 0
    beyond = priced.own.rate.dollars(Amount(amount.minor - there, amount.currency))
    return credit(priced.subaccount, booked + beyond.minor, priced.own)


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
    return own.rate.cents(amount), own
