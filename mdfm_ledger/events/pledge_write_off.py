"""A pledge, or part of one, is written off."""

from __future__ import annotations

from datetime import date

from attrs import frozen

from mdfm_ledger.books import Books
from mdfm_ledger.errors import MismatchError, PledgeExceededError
from mdfm_ledger.event import Event
from mdfm_ledger.fields import day, optional_text, positive_amount, reference, text
from mdfm_ledger.journal import Lines, credit, debit
from mdfm_ledger.money import Amount


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
        """Memorandum only: Dr 8050 written off, Cr 8020 signed (or 8010 announced)."""
        promise = books.pledge(self.pledge)
        if self.amount.currency != promise.amount.currency:
            raise MismatchError(
                field="amount",
                given=self.amount.currency,
                document=f"pledge {self.pledge}",
                expected=promise.amount.currency,
            )
        still_open = books.pledge_open(self.pledge).total
        if self.amount.minor > still_open:
            raise PledgeExceededError(
                pledge=self.pledge, asked=self.amount, open=Amount(still_open, self.amount.currency)
            )
        return (
            debit(promise.place("8050"), self.amount.minor),
            credit(promise.open_place, self.amount.minor),
        )
