"""An entry is taken back by its exact mirror; the wrong one stays on record."""

from __future__ import annotations

from datetime import date

from attrs import frozen

from mdfm_ledger.books import Books, Found
from mdfm_ledger.errors import (
    AlreadyReversedError,
    InvalidFieldError,
    NotReversibleError,
    ReversalDateError,
    UnknownDocumentError,
)
from mdfm_ledger.event import Event
from mdfm_ledger.fields import day, optional_reference, optional_text, reference, text
from mdfm_ledger.journal import Lines


@frozen(kw_only=True)
class Reversal(Event):
    """Takes back the entry of ``reversed_kind`` and ``reversed_reference``, with a reason.

    Once only, and never a reversal. It has its own date, on or after the reversed entry's. Donor
    splits are those of the entry, never worked out again. What was recorded later and stands on the
    entry is taken back first; the refusal names all of it. A reversal that is half of a correction names
    the event that follows it and says what is right; that event names the reversal in ``corrects``.
    """

    event_kind = "reversal"
    described_by = "reason"

    on: date = day()
    reversed_kind: str = reference()
    reversed_reference: str = reference()
    reason: str = text()
    replacement_kind: str = optional_reference()
    replacement_reference: str = optional_reference()
    approved_by: str = optional_text()

    def __attrs_post_init__(self) -> None:
        if bool(self.replacement_kind) is not bool(self.replacement_reference):
            raise InvalidFieldError(field="replacement_reference", problem="give its kind too, or neither")

    @property
    def replacement(self) -> tuple[str, str] | None:
        return (self.replacement_kind, self.replacement_reference) if self.replacement_kind else None

    @property
    def reverses(self) -> tuple[str, str]:
        return (self.reversed_kind, self.reversed_reference)

    def about(self, books: Books, lines: Lines) -> str:
        return self._reversed(books).entry.about

    def post(self, books: Books) -> Lines:
        """The lines of the reversed entry with their sides exchanged."""
        found = self._reversed(books)
        if found.reversed_by is not None:
            raise AlreadyReversedError(
                kind=self.reversed_kind,
                reference=self.reversed_reference,
                reversed_by=found.reversed_by,
            )
        if found.entry.event.reverses:
            self._refuse("it is a reversal itself")
        if not (found.entry.lines or found.entry.event.is_undone_without_lines):
            self._refuse("it posted no lines; record a new event that changes the document")
        if self.on < found.entry.on:
            raise ReversalDateError(on=self.on, reversed_on=found.entry.on)
        return tuple(line.mirrored() for line in found.entry.lines)

    def _reversed(self, books: Books) -> Found:
        found = books.found(self.reversed_kind, self.reversed_reference)
        if found is None:
            raise UnknownDocumentError(kind=self.reversed_kind, reference=self.reversed_reference)
        return found

    def _refuse(self, problem: str) -> None:
        raise NotReversibleError(kind=self.reversed_kind, reference=self.reversed_reference, problem=problem)
