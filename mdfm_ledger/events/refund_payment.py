"""A refund is paid to its donor, whole or in part."""

from __future__ import annotations

from datetime import date

from attrs import evolve, frozen

from mdfm_ledger.books import Books
from mdfm_ledger.books.closing import RefundOwed
from mdfm_ledger.errors import RefundExceededError
from mdfm_ledger.event import Event
from mdfm_ledger.fields import (
    day,
    optional_amount,
    optional_text,
    positive_amount,
    reference,
    require_from,
    text,
)
from mdfm_ledger.journal import Lines, debit, subaccount
from mdfm_ledger.money import Amount
from mdfm_ledger.rules.banking import paid
from mdfm_ledger.rules.settlement import settled_with


@frozen(kw_only=True)
class RefundPayment(Event):
    """Money of a refund that leaves a bank account of the trust, on or after the day it was decided.

    From an account in another currency, the donor's own say, it settles what it is worth in dollars on
    the bank's day, or the dollars that ``settles`` says it stands for.
    """

    event_kind = "refund_payment"
    described_by = "bank_reference"

    on: date = day()
    refund: str = reference()
    amount: Amount = positive_amount()
    bank_account: str = reference()
    bank_reference: str = text()
    settles: Amount | None = optional_amount()
    approved_by: str = optional_text()

    def about(self, books: Books, lines: Lines) -> str:
        return f"refund:{self.refund}"

    def post(self, books: Books) -> Lines:
        """Dr 2060 Cr 1010; where it settles other dollars than it is worth, Dr or Cr 2030 per donor."""
        standing = books.document(RefundOwed, "refund", self.refund)
        require_from(self.on, standing.on, f"refund {self.refund}")
        cash = paid(books, standing.term, self.bank_account, self.amount, self.bank_day)
        left = standing.amount - standing.paid
        minor, difference = settled_with(books, cash, self.settles, self.on)
        if minor > left.minor:
            asked = Amount(minor, left.currency)
            raise RefundExceededError(refund=self.refund, asked=asked, left=left)
        owed = subaccount("2060", term=standing.term, donor=standing.donor)
        return (debit(owed, minor), cash, *difference)

    def document(self, before: RefundOwed | None, lines: Lines) -> RefundOwed:
        assert before is not None, "a refund is paid after it was decided"
        return evolve(before, paid=before.paid + Amount(lines[0].minor, before.paid.currency))
