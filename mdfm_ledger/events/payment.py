"""A payable is paid."""

from __future__ import annotations

from datetime import date

from attrs import frozen

from mdfm_ledger.banking import paid
from mdfm_ledger.books import Books
from mdfm_ledger.documents import Partner
from mdfm_ledger.event import Event
from mdfm_ledger.fields import day, optional_text, positive_amount, reference, text
from mdfm_ledger.journal import Lines, debit, subaccount
from mdfm_ledger.money import Amount


@frozen(kw_only=True)
class Payment(Event):
    """What a term owes a partner is paid from a bank account; the expenditure was booked before."""

    event_kind = "payment"
    described_by = "bank_reference"

    on: date = day()
    term: str = reference()
    party: str = reference()
    amount: Amount = positive_amount()
    bank_account: str = reference()
    bank_reference: str = text()
    approved_by: str = optional_text()

    def post(self, books: Books) -> Lines:
        """Dr 2110 Cr 1010."""
        books.term(self.term)
        books.document(Partner, "partner", self.party)
        cash = paid(books, self.term, self.bank_account, self.amount, self.bank_day)
        return (debit(subaccount("2110", term=self.term, party=self.party), cash.minor), cash)
