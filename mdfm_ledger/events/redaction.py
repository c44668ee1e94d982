"""Personal details of a document are erased; what was recorded and sealed stays as it is."""

from __future__ import annotations

from datetime import date

from attrs import frozen

from mdfm_ledger.books import Books
from mdfm_ledger.errors import UnknownDocumentError
from mdfm_ledger.event import Event
from mdfm_ledger.fields import day, one_of, reference, text
from mdfm_ledger.journal import Lines

REDACTABLE = ("bank_account", "donor", "partner")


@frozen(kw_only=True)
class Redaction(Event):
    """Erases the names, contacts and bank identifiers of a donor, partner or bank account, for a reason.

    The record holds only their salted digest, so the ledger still verifies; statements and reports say
    withheld from then on, those of earlier days too. It posts nothing and cannot be taken back.
    """

    event_kind = "redaction"
    described_by = "reason"

    on: date = day()
    document_kind: str = one_of(*REDACTABLE)
    document_reference: str = reference()
    reason: str = text()
    approved_by: str = text()

    @property
    def erases(self) -> str:
        return f"{self.document_kind}:{self.document_reference}"

    @property
    def named_donor(self) -> str:
        return self.document_reference if self.document_kind == "donor" else ""

    def about(self, books: Books, lines: Lines) -> str:
        return self.erases

    def post(self, books: Books) -> Lines:
        """No lines: what is erased moved no money."""
        if not books.has_document(self.document_kind, self.document_reference):
            kind = self.document_kind.replace("_", " ")
            raise UnknownDocumentError(kind=kind, reference=self.document_reference)
        return ()
