"""What is left of an obligation goes back to its allocation."""

from __future__ import annotations

from datetime import date

from attrs import frozen

from mdfm_ledger.books import Books
from mdfm_ledger.event import Event
from mdfm_ledger.fields import day, optional_text, positive_amount, reference, text
from mdfm_ledger.journal import Lines
from mdfm_ledger.money import Amount
from mdfm_ledger.rules.drawing import draw_on_obligation, released


@frozen(kw_only=True)
class ObligationRelease(Event):
    """Obligated money that is not needed and can be used for something else of the allocation.

    To reduce an obligation, release the difference; to end it, release what is left. What the partner
    holds in advances is not released.
    """

    event_kind = "obligation_release"
    described_by = "reason"

    on: date = day()
    obligation: str = reference()
    amount: Amount = positive_amount()
    reason: str = text()
    approved_by: str = optional_text()

    def post(self, books: Books) -> Lines:
        """Dr 8140 Cr 8120 per donor."""
        return released(draw_on_obligation(books, self.obligation, self.amount, self.on))
