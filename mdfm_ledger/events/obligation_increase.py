"""An obligation is raised by more of the money of its allocation."""

from __future__ import annotations

from datetime import date

from attrs import evolve, frozen

from mdfm_ledger.books import Books
from mdfm_ledger.books.shares import ObligatedShares, Parcel, parcels_on
from mdfm_ledger.event import Event
from mdfm_ledger.fields import day, optional_text, positive_amount, reference, require_from, text
from mdfm_ledger.journal import Lines
from mdfm_ledger.money import Amount
from mdfm_ledger.rules.burden import support_cost_to_come
from mdfm_ledger.rules.drawing import draw_on, obligated


@frozen(kw_only=True)
class ObligationIncrease(Event):
    """More money of the same allocation committed to the same partner, with the reason.

    On or after the day of the obligation.
    """

    event_kind = "obligation_increase"
    described_by = "reason"

    on: date = day()
    obligation: str = reference()
    amount: Amount = positive_amount()
    reason: str = text()
    approved_by: str = optional_text()

    def about(self, books: Books, lines: Lines) -> str:
        return f"obligation:{self.obligation}"

    def post(self, books: Books) -> Lines:
        """Dr 8120 Cr 8140 per donor."""
        standing = books.obligation(self.obligation)
        require_from(self.on, standing.on, f"obligation {self.obligation}")
        burden = support_cost_to_come(books, standing.allocation, self.on, self.amount.minor)
        drawn = draw_on(books, standing.allocation, self.amount, self.on, burden=burden)
        return obligated(drawn, standing.reference, standing.party)

    def document(self, before: ObligatedShares | None, lines: Lines) -> ObligatedShares:
        assert before is not None, "an obligation is raised after it was made"
        shares = dict(before.parcels)
        for place, minor in parcels_on(lines, "8140"):
            shares[place] = shares.get(place, 0) + minor
        parcels = tuple([Parcel(place, minor) for place, minor in shares.items()])
        return evolve(before, parcels=parcels)
