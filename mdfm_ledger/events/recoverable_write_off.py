"""What a partner owes and nobody will ever pay is given up: a loss of the money it was advanced from."""

from __future__ import annotations

from datetime import date

from attrs import frozen

from mdfm_ledger.books import Books
from mdfm_ledger.chart import WRITTEN_OFF
from mdfm_ledger.event import Event
from mdfm_ledger.fields import day, positive_amount, reference, text
from mdfm_ledger.journal import Lines, credit
from mdfm_ledger.money import Amount
from mdfm_ledger.rules.drawing import draw_on_obligation, expended, spent

_OTHER_COSTS = "7"
"""General operating and other direct costs: where the United Nations report what fits no other category."""


@frozen(kw_only=True)
class RecoverableWriteOff(Event):
    """All or part of what is to be recovered of an advance, written off after full investigation.

    By a ``decision``, for a ``reason``, with an approver who is not the preparer. The loss falls on the
    donors of the allocation, by the frozen shares of the obligation, and the money is authority to spend
    no longer. It is no expenditure on an activity and bears no support cost. What a partner never
    reported on is first found ineligible by an advance liquidation.
    """

    event_kind = "recoverable_write_off"
    described_by = "decision"

    on: date = day()
    advance: str = reference()
    amount: Amount = positive_amount()
    decision: str = text()
    reason: str = text()
    approved_by: str = text()

    def post(self, books: Books) -> Lines:
        """Dr 2040 per donor Cr 1230; Dr 8140 Cr 8150 per donor, both said to be written off."""
        standing = books.advance(self.advance)
        drawn = draw_on_obligation(books, standing.obligation, self.amount, self.on)
        return (
            *spent(drawn, _OTHER_COSTS, "", flow=WRITTEN_OFF),
            credit(standing.place("1230"), self.amount.minor),
            *expended(drawn, flow=WRITTEN_OFF),
        )
