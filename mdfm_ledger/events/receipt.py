"""Money arrives: it is held in trust for its donor from that moment."""

from __future__ import annotations

from datetime import date

from attrs import frozen

from mdfm_ledger.books import Books
from mdfm_ledger.books.documents import RECEIPT, UnappliedReceipt, fee_on
from mdfm_ledger.fields import day, reference, text
from mdfm_ledger.journal import JournalLine, Lines
from mdfm_ledger.rules.banking import received
from mdfm_ledger.rules.conditions import ConditionedReceipt
from mdfm_ledger.rules.contribution import Contribution
from mdfm_ledger.rules.promises import open_on


@frozen(kw_only=True)
class Receipt(Contribution):
    """A contribution credited to a bank account of the trust, gross.

    With a ``pledge``, donor, term and earmark are the pledge's; without one, ``donor`` and ``term``
    are required. ``fulfils`` is what it counts for in the pledge's own currency, needed only where
    that is not the currency of the money: a promise is fulfilled in the donor's currency. On an account
    in another currency the money is priced at the published rate of its value date.

    What exceeds the pledge waits as an unapplied receipt of the same reference until a receipt
    application says what it is for. Where nothing at all is open the receipt is refused: it is likelier
    to be booked twice; record it as an unidentified receipt if it is not.
    """

    event_kind = "receipt"
    described_by = "bank_reference"

    on: date = day()
    bank_account: str = reference()
    bank_reference: str = text()

    def post(self, books: Books) -> Lines:
        """Dr 1010 Cr 2010, and what exceeds the pledge Cr 2050; Dr 8100 Cr 8110.

        On a pledge also Dr 8040 paid, Cr what is due (8030) first, then 8020 (or 8010).
        """
        return self.contributed(books)

    def about(self, books: Books, lines: Lines) -> str:
        return f"unidentified_receipt:{self.reference}" if _waiting(lines) else super().about(books, lines)

    def excess(self, books: Books) -> int:
        if not self.pledge or self.fulfils:
            return 0
        promise = books.pledge(self.pledge)
        if promise.amount.currency != self.amount.currency:
            return 0
        can_be_paid = open_on(books, promise, self.on)
        return max(self.amount.minor - can_be_paid, 0) if can_be_paid else 0

    def from_where(self, books: Books, term: str) -> JournalLine:
        return received(books, term, self.bank_account, self.amount, self.bank_day)

    def bears(self) -> tuple[str, ...]:
        return (f"{fee_on(RECEIPT)}:{self.reference}",)

    def document(self, before: object, lines: Lines) -> UnappliedReceipt | ConditionedReceipt:
        del before
        if not self.pledge:
            return self.conditioned(lines)
        (waiting,) = _waiting(lines)
        return UnappliedReceipt(reference=self.reference, term=waiting.subaccount.term, amount=waiting.amount)


def _waiting(lines: Lines) -> list[JournalLine]:
    """The line on 2050 of what exceeds the pledge, where anything does."""
    return [line for line in lines if line.subaccount.account == "2050"]
