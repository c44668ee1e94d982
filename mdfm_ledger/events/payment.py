"""A payable is paid."""

from __future__ import annotations

from datetime import date

from attrs import frozen

from mdfm_ledger.books import Books
from mdfm_ledger.books.documents import Partner
from mdfm_ledger.event import Event
from mdfm_ledger.fields import day, optional_amount, optional_text, positive_amount, reference, text
from mdfm_ledger.journal import Lines, debit, subaccount
from mdfm_ledger.money import Amount
from mdfm_ledger.rules.banking import paid
from mdfm_ledger.rules.settlement import settled_with


@frozen(kw_only=True)
class Payment(Event):
    """What a term owes a partner is paid from a bank account; the expenditure was booked before.

    From an account in another currency ``settles`` may say how many dollars of the debt it stands for.
    """

    event_kind = "payment"
    described_by = "bank_reference"

    on: date = day()
    term: str = reference()
    party: str = reference()
    amount: Amount = positive_amount()
    bank_account: str = reference()
    bank_reference: str = text()
    settles: Amount | None = optional_amount()
    approved_by: str = optional_text()

    def post(self, books: Books) -> Lines:
        """Dr 2110 Cr 1010; where it settles other dollars than it is worth, Dr or Cr 2030 per donor."""
        term = books.term(self.term)
        books.document(Partner, "partner", self.party)
        cash = paid(books, self.term, self.bank_account, self.amount, self.bank_day)
        minor, difference = settled_with(books, cash, self.settles, self, since=term.starts_on)
        return (debit(subaccount("2110", term=self.term, party=self.party), minor), cash, *difference)
