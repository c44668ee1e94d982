"""The bank charges for its services."""

from __future__ import annotations

from datetime import date

from attrs import frozen

from mdfm_ledger.books import Books
from mdfm_ledger.books.documents import Donor
from mdfm_ledger.event import Event
from mdfm_ledger.fields import day, optional_reference, optional_text, positive_amount, reference, text
from mdfm_ledger.journal import JournalLine, Lines, debit, subaccount
from mdfm_ledger.money import Amount
from mdfm_ledger.rules.banking import paid
from mdfm_ledger.rules.free_money import shared_by_held, taken


@frozen(kw_only=True)
class BankCharge(Event):
    """A charge on a bank account. That of a transfer is its ``donor``'s; any other is everybody's.

    What is everybody's is shared by what is held for each donor on the date (largest remainder), and
    taken from what is free.
    """

    event_kind = "bank_charge"
    described_by = "bank_reference"

    on: date = day()
    term: str = reference()
    amount: Amount = positive_amount()
    bank_account: str = reference()
    bank_reference: str = text()
    donor: str = optional_reference()
    approved_by: str = optional_text()

    def post(self, books: Books) -> Lines:
        """Dr 2043 per donor, Cr 1010; Dr 8110 Cr 8100 per donor."""
        term = books.term(self.term)
        cash = paid(books, self.term, self.bank_account, self.amount, self.bank_day)
        if self.donor:
            books.document(Donor, "donor", self.donor)
            shares = [(self.donor, cash.minor)]
        else:
            shares = shared_by_held(books, term, cash.amount, self.on)
        lines: list[JournalLine] = [
            debit(subaccount("2043", term=self.term, donor=donor), minor) for donor, minor in shares
        ]
        lines.append(cash)
        for donor, minor in shares:
            lines += taken(books, term, donor, minor, self.on)
        return tuple(lines)
