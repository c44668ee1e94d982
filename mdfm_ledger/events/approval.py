"""Somebody approves a document before it is recorded, by the digest of exactly what it says."""

from __future__ import annotations

from datetime import date

from attrs import evolve, frozen

from mdfm_ledger.approvals import ApprovedDocument, GivenApproval
from mdfm_ledger.books import Books
from mdfm_ledger.errors import ApprovalStandsError, ApprovalUsedError
from mdfm_ledger.event import Event
from mdfm_ledger.fields import day, digest, optional_amount, reference, text
from mdfm_ledger.journal import Lines
from mdfm_ledger.money import Amount


@frozen(kw_only=True)
class Approval(Event):
    """An approval of the document of ``document_kind`` and ``document_reference`` with that ``digest``.

    ``given_by`` is who records it: nobody approves in another's name. ``digest`` is the SHA-256 of the
    document's canonical text without its ``approved_by``, so it is for this very text only; ``amount`` is
    what the document says it is over, where it says so. Ledgers make approvals (``Ledger.approve``).
    It posts nothing; while it is not used it can be withdrawn.
    """

    event_kind = "approval"

    on: date = day()
    term: str = reference()
    document_kind: str = reference()
    document_reference: str = reference()
    digest: str = digest()
    amount: Amount | None = optional_amount()
    given_by: str = text()

    @property
    def signed_by(self) -> str:
        return self.given_by

    @property
    def description(self) -> str:
        return f"of {self.document_kind} {self.document_reference}"

    def about(self, books: Books, lines: Lines) -> str:
        return f"approval:{self.digest}"

    def post(self, books: Books) -> Lines:
        """No lines. Refused where the document is recorded already, or the approval stands."""
        books.term(self.term)
        require_not_recorded(books, self.document_kind, self.document_reference)
        if books.has_document("approval", self.digest):
            before = books.document(ApprovedDocument, "approval", self.digest)
            if before.standing_by(self.given_by):
                raise ApprovalStandsError(
                    person=self.given_by, kind=self.document_kind, reference=self.document_reference
                )
        return ()

    def document(self, before: ApprovedDocument | None, lines: Lines) -> ApprovedDocument:
        del lines
        approved = before or ApprovedDocument(
            digest=self.digest,
            term=self.term,
            document_kind=self.document_kind,
            document_reference=self.document_reference,
            amount=self.amount,
        )
        given = GivenApproval(reference=self.reference, given_by=self.given_by, on=self.on)
        return evolve(approved, given=(*approved.given, given))


def require_not_recorded(books: Books, kind: str, reference: str) -> None:
    """Raise ApprovalUsedError where the document is recorded: approval comes before."""
    found = books.found(kind, reference)
    if found is not None:
        raise ApprovalUsedError(kind=kind, reference=reference, number=found.entry.number)
