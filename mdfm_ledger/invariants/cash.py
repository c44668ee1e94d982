"""Invariants of money at the bank."""

from __future__ import annotations

from mdfm_ledger.books import Books
from mdfm_ledger.books.documents import BankAccount
from mdfm_ledger.chart import BASE_CURRENCY
from mdfm_ledger.errors import OwnCurrencyError
from mdfm_ledger.journal import JournalEntry


def own_currency(before: Books, entry: JournalEntry, after: Books) -> None:
    """A line on a bank account in another currency says its amount in it; on one in dollars it does not."""
    del after
    for line in entry.lines:
        if line.subaccount.account == "1010":
            bank_account = line.subaccount.bank_account
            currency = before.document(BankAccount, "bank_account", bank_account).currency
            given = line.own.currency if line.own else BASE_CURRENCY
            if given != currency:
                raise OwnCurrencyError(bank_account=bank_account, expected=currency, given=given)
