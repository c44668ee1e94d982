"""Money that was credited to the trust by mistake goes back to whoever sent it."""

from __future__ import annotations

from datetime import date

from attrs import frozen

from mdfm_ledger.books import Books
from mdfm_ledger.books.documents import UnappliedReceipt
from mdfm_ledger.event import Event
from mdfm_ledger.fields import day, optional_amount, optional_text, positive_amount, reference, text
from mdfm_ledger.journal import Lines, debit, subaccount
from mdfm_ledger.money import Amount
from mdfm_ledger.rules.banking import paid
from mdfm_ledger.rules.settlement import settled_with


@frozen(kw_only=True)
class ReceiptReturn(Event):
    """All or part of what still waits of a receipt is paid back to its sender: it was never the trust's.

    At most what is not applied, of an unidentified receipt or of what exceeded a pledge. It counts
    nowhere as received, nor as a refund to a donor. ``bank_reference`` is that of the payment. From an
    account in another currency ``settles`` may say how many dollars of the receipt it stands for.
    """

    event_kind = "receipt_return"
    described_by = "bank_reference"

    on: date = day()
    receipt: str = reference()
    amount: Amount = positive_amount()
    bank_account: str = reference()
    bank_reference: str = text()
    reason: str = text()
    settles: Amount | None = optional_amount()
    approved_by: str = optional_text()

    def post(self, books: Books) -> Lines:
        """Dr 2050 Cr 1010; where it settles other dollars than it is worth, Dr or Cr 2030 per donor."""
        waiting = books.document(UnappliedReceipt, "unidentified_receipt", self.receipt)
        cash = paid(books, waiting.term, self.bank_account, self.amount, self.bank_day)
        since = books.term(waiting.term).starts_on
        minor, difference = settled_with(books, cash, self.settles, self, since=since)
        place = subaccount("2050", term=waiting.term, bank_reference=self.receipt)
        return (debit(place, minor), cash, *difference)
