"""A partner pays back what it did not use of an advance."""

from __future__ import annotations

from datetime import date

from attrs import frozen

from mdfm_ledger.banking import require_bank_currency
from mdfm_ledger.books import Books
from mdfm_ledger.event import Event
from mdfm_ledger.fields import day, positive_amount, reference, text
from mdfm_ledger.journal import Lines, credit, debit, subaccount
from mdfm_ledger.money import Amount


@frozen(kw_only=True)
class AdvanceReturn(Event):
    """Unspent money of an advance, back in a bank account of the trust."""

    event_kind = "advance_return"
    described_by = "bank_reference"

    on: date = day()
    advance: str = reference()
    amount: Amount = positive_amount()
    bank_account: str = reference()
    bank_reference: str = text()

    def post(self, books: Books) -> Lines:
        """Dr 1010 Cr 1210."""
        standing = books.advance(self.advance)
        require_bank_currency(books, self.bank_account, self.amount)
        received = subaccount("1010", term=standing.term, bank_account=self.bank_account)
        return (debit(received, self.amount.minor), credit(standing.place("1210"), self.amount.minor))
