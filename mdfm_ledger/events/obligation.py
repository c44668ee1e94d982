"""An agreement or order commits allotted money to a partner; it is not expenditure yet."""

from __future__ import annotations

from datetime import date

from attrs import frozen

from mdfm_ledger.books import Books
from mdfm_ledger.books.documents import Partner
from mdfm_ledger.books.shares import ObligatedShares, parcels_on
from mdfm_ledger.event import Event
from mdfm_ledger.fields import day, optional_text, positive_amount, reference, text
from mdfm_ledger.journal import Lines
from mdfm_ledger.money import Amount
from mdfm_ledger.rules.burden import support_cost_to_come
from mdfm_ledger.rules.drawing import draw_on, obligated


@frozen(kw_only=True)
class Obligation(Event):
    """Money of an allocation committed to a partner by a signed agreement, order or contract.

    Whose money it is follows the frozen shares of the allocation; what is later spent or advanced
    under the obligation follows the shares it took.
    """

    event_kind = "obligation"
    described_by = "purpose"

    on: date = day()
    allocation: str = reference()
    party: str = reference()
    amount: Amount = positive_amount()
    purpose: str = text()
    approved_by: str = optional_text()

    def about(self, books: Books, lines: Lines) -> str:
        return f"obligation:{self.reference}"

    def post(self, books: Books) -> Lines:
        """Dr 8120 Cr 8140 per donor."""
        books.document(Partner, "partner", self.party)
        burden = support_cost_to_come(books, self.allocation, self.on, self.amount.minor)
        drawn = draw_on(books, self.allocation, self.amount, self.on, burden=burden)
        return obligated(drawn, self.reference, self.party)

    def document(self, before: ObligatedShares | None, lines: Lines) -> ObligatedShares:
        del before
        place = lines[0].subaccount
        return ObligatedShares(
            reference=self.reference,
            allocation=self.allocation,
            party=self.party,
            term=place.term,
            activity=place.activity,
            on=self.on,
            parcels=parcels_on(lines, "8140"),
        )
