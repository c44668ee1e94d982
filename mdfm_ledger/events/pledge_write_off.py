"""A pledge, or part of one, is written off."""

from __future__ import annotations

from datetime import date

from attrs import frozen

from mdfm_ledger.books import Books
from mdfm_ledger.event import Event
from mdfm_ledger.fields import day, optional_text, positive_amount, reference, require_match, text
from mdfm_ledger.journal import Lines, debit
from mdfm_ledger.money import Amount
from mdfm_ledger.rules.promises import cleared


@frozen(kw_only=True)
class PledgeWriteOff(Event):
    """The part of a pledge that is no longer expected, and by whose decision.

    The pledge keeps its amount; paid, written off and open stay visible side by side.
    """

    event_kind = "pledge_write_off"
    described_by = "reason"

    on: date = day()
    pledge: str = reference()
    amount: Amount = positive_amount()
    reason: str = text()
    approved_by: str = optional_text()

    def post(self, books: Books) -> Lines:
        """Memorandum only: Dr 8050 written off, Cr 8030 due first, then 8020 (or 8010 announced)."""
        promise = books.pledge(self.pledge)
        require_match("amount", self.amount.currency, f"pledge {self.pledge}", promise.amount.currency)
        given_up = debit(promise.place("8050"), self.amount.minor)
        return (given_up, *cleared(books, promise, self.amount.minor))
