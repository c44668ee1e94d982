"""It becomes known whose money an unidentified receipt is."""

from __future__ import annotations

from datetime import date

from attrs import frozen

from mdfm_ledger.books import Books
from mdfm_ledger.books.documents import APPLICATION, UnappliedReceipt, fee_on
from mdfm_ledger.fields import day, optional_text, reference, require_match
from mdfm_ledger.journal import JournalLine, Lines, debit, subaccount
from mdfm_ledger.rules.conditions import ConditionedReceipt
from mdfm_ledger.rules.contribution import Contribution


@frozen(kw_only=True)
class ReceiptApplication(Contribution):
    """All or part of an unidentified receipt is a donor's contribution, from its own date on.

    With a ``pledge``, donor and earmark are the pledge's; without one, ``donor`` and ``term`` are
    required. The term is that of the receipt.
    """

    event_kind = "receipt_application"

    on: date = day()
    receipt: str = reference()
    approved_by: str = optional_text()

    @property
    def description(self) -> str:
        return f"unidentified receipt {self.receipt}"

    def post(self, books: Books) -> Lines:
        """Dr 2050 Cr 2010, Dr 8100 Cr 8110; on a pledge also Dr 8040 paid, Cr 8020 (or 8010) open."""
        waiting = books.document(UnappliedReceipt, "unidentified_receipt", self.receipt)
        lines = self.contributed(books)
        named = f"unidentified receipt {self.receipt}"
        require_match("amount", self.amount.currency, named, waiting.amount.currency)
        require_match("term", lines[0].subaccount.term, named, waiting.term)
        return lines

    def bears(self) -> tuple[str, ...]:
        return (f"{fee_on(APPLICATION)}:{self.reference}",)

    def document(self, before: object, lines: Lines) -> ConditionedReceipt:
        del before
        return self.conditioned(lines)

    def from_where(self, books: Books, term: str) -> JournalLine:
        return debit(subaccount("2050", term=term, bank_reference=self.receipt), self.amount.minor)
