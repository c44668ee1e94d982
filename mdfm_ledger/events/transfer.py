"""Money passes through to an organization that takes full accountability for it."""

from __future__ import annotations

from datetime import date

from attrs import frozen

from mdfm_ledger.books import Books
from mdfm_ledger.books.documents import Partner
from mdfm_ledger.books.shares import TransferShares, parcels_on
from mdfm_ledger.event import Event
from mdfm_ledger.fields import day, optional_text, positive_amount, reference, text
from mdfm_ledger.journal import JournalLine, Lines, debit, subaccount
from mdfm_ledger.money import Amount
from mdfm_ledger.rules.banking import paid
from mdfm_ledger.rules.burden import support_cost_to_come
from mdfm_ledger.rules.drawing import draw_on, expended


@frozen(kw_only=True)
class Transfer(Event):
    """A pass-through transfer of allotted money to a participating organization or another fund.

    Only where the receiver takes full financial and programmatic accountability, by the ``agreement``
    named: the transfer itself is the use. What the receiver reports later is no posting, and no
    support cost is taken.
    """

    event_kind = "transfer"
    described_by = "agreement"

    on: date = day()
    allocation: str = reference()
    party: str = reference()
    amount: Amount = positive_amount()
    bank_account: str = reference()
    agreement: str = text()
    approved_by: str = optional_text()

    def about(self, books: Books, lines: Lines) -> str:
        return f"transfer:{self.reference}"

    def post(self, books: Books) -> Lines:
        """Dr 2044 per donor, Cr 1010; Dr 8120 Cr 8150 per donor."""
        books.document(Partner, "partner", self.party)
        term = books.allocation(self.allocation).term
        cash = paid(books, term, self.bank_account, self.amount, self.bank_day)
        burden = support_cost_to_come(books, self.allocation, self.on)
        drawn = draw_on(books, self.allocation, cash.amount, self.on, burden=burden)
        lines: list[JournalLine] = [
            debit(subaccount("2044", term=term, donor=place.donor, party=self.party), minor)
            for place, minor in drawn
        ]
        return (*lines, cash, *expended(drawn))

    def document(self, before: TransferShares | None, lines: Lines) -> TransferShares:
        del before
        parcels = parcels_on(lines, "8150")
        place = lines[-1].subaccount
        return TransferShares(
            reference=self.reference,
            allocation=self.allocation,
            party=self.party,
            term=place.term,
            activity=place.activity,
            on=self.on,
            parcels=parcels,
            refunded=(0,) * len(parcels),
        )
