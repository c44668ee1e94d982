"""What every event that moves money through a bank account has to check."""

from __future__ import annotations

from mdfm_ledger.books import Books
from mdfm_ledger.documents import BankAccount
from mdfm_ledger.errors import MismatchError
from mdfm_ledger.money import Amount


def require_bank_currency(books: Books, bank_account: str, amount: Amount) -> None:
    """Raise MismatchError unless the amount is in the currency of the account, UnknownDocumentError."""
    known = books.document(BankAccount, "bank_account", bank_account)
    if amount.currency != known.currency:
        raise MismatchError(
            field="amount",
            given=amount.currency,
            document=f"bank account {bank_account}",
            expected=known.currency,
        )
