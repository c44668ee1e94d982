"""What events that move money through a bank account have in common."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from attrs import frozen

from mdfm_ledger.books import Books
from mdfm_ledger.documents import BankAccount
from mdfm_ledger.event import Event
from mdfm_ledger.fields import day, positive_amount, reference, require_match, text
from mdfm_ledger.journal import Lines, credit, debit, subaccount
from mdfm_ledger.money import Amount


def require_bank_currency(books: Books, bank_account: str, amount: Amount) -> None:
    """Raise MismatchError unless the amount is in the currency of the account, UnknownDocumentError."""
    known = books.document(BankAccount, "bank_account", bank_account)
    require_match("amount", amount.currency, f"bank account {bank_account}", known.currency)


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
        require_bank_currency(books, self.bank_account, self.amount)
        received = subaccount("1010", term=standing.term, bank_account=self.bank_account)
        minor = self.amount.minor
        return (debit(received, minor), credit(standing.place(self.settles), minor))
