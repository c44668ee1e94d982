"""An attempt to record or approve what the approval policy does not allow stays on record."""

from __future__ import annotations

from datetime import date

from attrs import frozen

from mdfm_ledger.approvals import Attempt
from mdfm_ledger.books import Books
from mdfm_ledger.event import Event
from mdfm_ledger.fields import day, digest, optional_reference, reference, text
from mdfm_ledger.journal import Lines


@frozen(kw_only=True)
class RefusedAttempt(Event):
    """Who tried to record or approve which document without the approval it needs, and the rule broken.

    Ledgers write it in a transaction of its own after the refusal. It holds kind, reference and digest
    of the document and nothing else of it; ``term`` is left out where it is of no one term, such as the
    closing of a month. ``rule`` is the code of the error. It posts nothing.
    """

    event_kind = "refused_attempt"
    described_by = "rule"

    on: date = day()
    term: str = optional_reference()
    attempted_by: str = text()
    document_kind: str = reference()
    document_reference: str = reference()
    digest: str = digest()
    rule: str = reference()

    @property
    def signed_by(self) -> str:
        return self.attempted_by

    def about(self, books: Books, lines: Lines) -> str:
        return f"refused_attempt:{self.reference}"

    def post(self, books: Books) -> Lines:
        """No lines: nothing happened."""
        if self.term:
            books.term(self.term)
        return ()

    def document(self, before: object, lines: Lines) -> Attempt:
        del before, lines
        return Attempt(
            reference=self.reference,
            term=self.term,
            attempted_by=self.attempted_by,
            on=self.on,
            document_kind=self.document_kind,
            document_reference=self.document_reference,
            digest=self.digest,
            rule=self.rule,
        )
