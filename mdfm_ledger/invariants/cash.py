"""Invariants of money at the bank, and of what was priced."""

from __future__ import annotations

from mdfm_ledger.books import Books
from mdfm_ledger.books.documents import BankAccount
from mdfm_ledger.chart import BASE_CURRENCY
from mdfm_ledger.errors import OwnCurrencyError
from mdfm_ledger.journal import JournalEntry


def own_currency(before: Books, entry: JournalEntry, after: Books) -> None:
    """A line on a bank account in another currency says its amount in it; on one in dollars it does not.

    Else only a contribution says what it is in another currency, and then it is worth that at its rate.
    """
    del after
    for line in entry.lines:
        if line.subaccount.account == "1010":
            bank_account = line.subaccount.bank_account
            currency = before.document(BankAccount, "bank_account", bank_account).currency
            given = line.own.currency if line.own else BASE_CURRENCY
            if given != currency:
                raise OwnCurrencyError(
                    place=f"bank account {bank_account}", expected=f"in {currency}", given=f"in {given}"
                )
        elif line.own:
            worth = line.own.rate.dollars(line.own.amount) if line.subaccount.account == "2010" else None
            if worth != line.amount:
                raise OwnCurrencyError(
                    place=f"account {line.subaccount.account}",
                    expected=str(worth or f"in {BASE_CURRENCY} alone"),
                    given=f"{line.amount} for {line.own.amount}",
                )
