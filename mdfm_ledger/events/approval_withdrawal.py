"""Who approved a document takes the approval back before it is used."""

from __future__ import annotations

from datetime import date

from attrs import evolve, frozen

from mdfm_ledger.approvals import ApprovedDocument
from mdfm_ledger.books import Books
from mdfm_ledger.errors import ApprovalUsedError, UnknownDocumentError
from mdfm_ledger.event import Event
from mdfm_ledger.fields import day, digest, reference, text
from mdfm_ledger.journal import Lines


@frozen(kw_only=True)
class ApprovalWithdrawal(Event):
    """Takes back the standing approval of ``given_by`` for that ``digest``, with a reason.

    Only who gave it can, and only until the document is recorded; it may be approved again later.
    """

    event_kind = "approval_withdrawal"
    described_by = "reason"

    on: date = day()
    term: str = reference()
    digest: str = digest()
    given_by: str = text()
    reason: str = text()

    @property
    def signed_by(self) -> str:
        return self.given_by

    def about(self, books: Books, lines: Lines) -> str:
        return f"approval:{self.digest}"

    def post(self, books: Books) -> Lines:
        """No lines. Raises UnknownDocumentError where no such approval stands, ApprovalUsedError."""
        approved = books.document(ApprovedDocument, "approval", self.digest)
        if approved.standing_by(self.given_by) is None:
            raise UnknownDocumentError(kind="standing approval", reference=self.digest)
        kind, document = approved.document_kind, approved.document_reference
        found = books.found(kind, document)
        if found is not None:
            raise ApprovalUsedError(kind=kind, reference=document, number=found.entry.number)
        return ()

    def document(self, before: ApprovedDocument, lines: Lines) -> ApprovedDocument:
        del lines
        own = before.standing_by(self.given_by)
        given = tuple(
            evolve(one, withdrawn_on=self.on, reason=self.reason) if one is own else one
            for one in before.given
        )
        return evolve(before, given=given)
