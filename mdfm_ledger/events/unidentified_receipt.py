"""Money arrives and nobody knows yet from whom, or for which pledge."""

from __future__ import annotations

from datetime import date

from attrs import frozen

from mdfm_ledger.books import Books
from mdfm_ledger.books.documents import UnappliedReceipt
from mdfm_ledger.event import Event
from mdfm_ledger.fields import day, positive_amount, reference, text
from mdfm_ledger.journal import Lines, credit, subaccount
from mdfm_ledger.money import Amount
from mdfm_ledger.rules.banking import received
from mdfm_ledger.rules.contribution import require_unused


@frozen(kw_only=True)
class UnidentifiedReceipt(Event):
    """Money credited to a bank account of the trust that waits to be applied.

    Also what a donor paid beyond its pledge. It is no donor's contribution, counts toward no target
    and cannot be allotted until a receipt application says whose it is.
    """

    event_kind = "unidentified_receipt"
    described_by = "bank_reference"

    on: date = day()
    term: str = reference()
    amount: Amount = positive_amount()
    bank_account: str = reference()
    bank_reference: str = text()

    def about(self, books: Books, lines: Lines) -> str:
        return f"unidentified_receipt:{self.reference}"

    def post(self, books: Books) -> Lines:
        """Dr 1010 Cr 2050."""
        books.term(self.term)
        require_unused(books, self.reference)
        cash = received(books, self.term, self.bank_account, self.amount, self.bank_day)
        waiting = subaccount("2050", term=self.term, bank_reference=self.reference)
        return (cash, credit(waiting, cash.minor))

    def document(self, before: UnappliedReceipt | None, lines: Lines) -> UnappliedReceipt:
        del before
        return UnappliedReceipt(reference=self.reference, term=self.term, amount=lines[0].amount)
