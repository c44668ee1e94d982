"""After a term is closed, a donor's unspent balance is put aside until the donor says what is to be done."""

from __future__ import annotations

from datetime import date

from attrs import frozen

from mdfm_ledger.books import Books
from mdfm_ledger.chart import DONOR_BALANCE
from mdfm_ledger.errors import TermNotClosedError
from mdfm_ledger.event import Event
from mdfm_ledger.fields import day, optional_text, positive_amount, reference, text
from mdfm_ledger.journal import Lines, credit, subaccount
from mdfm_ledger.money import Amount
from mdfm_ledger.rules.unspent import HELD, no_longer_free, unspent


@frozen(kw_only=True)
class DonorBalance(Event):
    """Unspent money of a closed term that waits for its donor's word, by the ``notice`` sent.

    At most what is free of the donor's money. From its donor balance account it is refunded, or carried
    forward with consent.
    """

    event_kind = "donor_balance"
    described_by = "notice"

    on: date = day()
    term: str = reference()
    donor: str = reference()
    amount: Amount = positive_amount()
    notice: str = text()
    approved_by: str = optional_text()

    def post(self, books: Books) -> Lines:
        """Dr 2010 Cr 2070; Dr 8110 Cr 8100."""
        term = books.term(self.term)
        if term.closed_on is None or self.on < term.closed_on:
            raise TermNotClosedError(term=self.term, on=self.on)
        aside = subaccount("2070", term=self.term, donor=self.donor, flow=DONOR_BALANCE)
        return (
            unspent(books, term, self.donor, self.amount, HELD, flow=DONOR_BALANCE),
            credit(aside, self.amount.minor),
            *no_longer_free(books, term, self.donor, self.amount, HELD, self.on),
        )
