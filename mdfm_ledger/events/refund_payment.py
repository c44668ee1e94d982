"""A refund is paid to its donor, whole or in part."""

from __future__ import annotations

from datetime import date

from attrs import evolve, frozen

from mdfm_ledger.books import Books
from mdfm_ledger.books.closing import RefundOwed
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
from mdfm_ledger.rules.banking import leaving
from mdfm_ledger.rules.refunds import difference, dollars_paid


@frozen(kw_only=True)
class RefundPayment(Event):
    """Money of a refund that leaves a bank account of the trust, on or after the day it was decided.

    Where the donor is owed an amount in its own currency, that amount is paid, and the dollars decided with
    it are settled in the same proportion. From an account in another currency than that ``settles`` says how
    much of what is owed it pays, in that currency. Where dollars are owed, money in another currency pays
    what it is worth in dollars on the bank's day, or the dollars that ``settles`` says it stands for.
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
        """Dr 2060 Cr 1010; where it costs other dollars than it settles, Dr or Cr 2030 per donor.

        In a closed term that is the donor's own: Dr or Cr 2010.
        """
        refund = books.document(RefundOwed, "refund", self.refund)
        require_from(self.on, refund.on, f"refund {self.refund}")
        term = books.term(refund.term)
        cash = leaving(books, term, self.bank_account, self.amount, self.bank_day)
        minor = dollars_paid(books, refund, cash, self.amount, self.settles, self.bank_day)
        owed = subaccount("2060", term=refund.term, donor=refund.donor)
        return (debit(owed, minor), cash, *difference(books, refund, minor - cash.minor, self.on))

    def document(self, before: RefundOwed | None, lines: Lines) -> RefundOwed:
        assert before is not None, "a refund is paid after it was decided"
        parts = [
            one
            for one in (self.amount, self.settles)
            if one and before.owed and one.currency == before.owed.currency
        ]
        paid = before.paid + Amount(lines[0].minor, before.paid.currency)
        return evolve(before, paid=paid, settled=sum(parts[:1], before.settled))
