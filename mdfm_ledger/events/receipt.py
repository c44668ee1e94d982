"""Money arrives: it is held in trust for its donor from that moment."""

from __future__ import annotations

from datetime import date

from attrs import frozen

from mdfm_ledger.banking import received
from mdfm_ledger.books import Books
from mdfm_ledger.contribution import Contribution
from mdfm_ledger.fields import day, reference, text
from mdfm_ledger.journal import JournalLine, Lines


@frozen(kw_only=True)
class Receipt(Contribution):
    """A contribution credited to a bank account of the trust, gross.

    With a ``pledge``, donor, term and earmark are the pledge's; without one, ``donor`` and ``term``
    are required. ``fulfils`` is what it counts for in the pledge's own currency, needed only where
    that is not the currency of the money: a promise is fulfilled in the donor's currency. On an account
    in another currency the money is priced at the published rate of its value date.
    """

    event_kind = "receipt"
    described_by = "bank_reference"

    on: date = day()
    bank_account: str = reference()
    bank_reference: str = text()

    def post(self, books: Books) -> Lines:
        """Dr 1010 Cr 2010, Dr 8100 Cr 8110; on a pledge also Dr 8040 paid, Cr 8020 (or 8010) open."""
        return self.contributed(books)

    def from_where(self, books: Books, term: str) -> JournalLine:
        return received(books, term, self.bank_account, self.amount, self.bank_day)

    def bears(self) -> tuple[str, ...]:
        return (f"agent_fee:{self.reference}",)
