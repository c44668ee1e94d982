"""What is left of an allocation goes back to the donors it was taken from."""

from __future__ import annotations

from datetime import date

from attrs import frozen

from mdfm_ledger.books import Books
from mdfm_ledger.event import Event
from mdfm_ledger.fields import day, optional_text, positive_amount, reference, text
from mdfm_ledger.journal import Lines, moved, places_like, subaccount
from mdfm_ledger.money import Amount
from mdfm_ledger.rules.burden import support_cost_to_come
from mdfm_ledger.rules.drawing import draw_on


@frozen(kw_only=True)
class AllocationReturn(Event):
    """Allotted money that is not needed and becomes free again, in the frozen shares."""

    event_kind = "allocation_return"
    described_by = "reason"

    on: date = day()
    allocation: str = reference()
    amount: Amount = positive_amount()
    reason: str = text()
    approved_by: str = optional_text()

    def post(self, books: Books) -> Lines:
        """Dr 8120 Cr 8110 per donor, with the earmark it came with."""
        burden = support_cost_to_come(books, self.allocation, self.on)
        drawn = draw_on(books, self.allocation, self.amount, self.on, burden=burden)
        places, minors = zip(*drawn, strict=True)
        first = places[0]
        like = subaccount("8110", term=first.term, donor=first.donor, earmark=first.earmark)
        free = places_like(like, [(place.donor, place.earmark) for place in places])
        return moved(places, free, minors)
