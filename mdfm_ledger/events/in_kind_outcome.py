"""What became of an offer in kind."""

from __future__ import annotations

from datetime import date

from attrs import evolve, frozen

from mdfm_ledger.books import Books
from mdfm_ledger.books.in_kind import OUTCOMES, InKind
from mdfm_ledger.errors import WrongDayError
from mdfm_ledger.event import Event
from mdfm_ledger.fields import day, one_of, optional_text, reference
from mdfm_ledger.journal import Lines


@frozen(kw_only=True)
class InKindOutcome(Event):
    """An offer in kind was accepted, delivered, declined or withdrawn. Nothing is posted."""

    event_kind = "in_kind_outcome"
    described_by = "note"

    on: date = day()
    offer: str = reference()
    outcome: str = one_of(*OUTCOMES)
    note: str = optional_text()

    def about(self, books: Books, lines: Lines) -> str:
        return f"in_kind_offer:{self.offer}"

    def post(self, books: Books) -> Lines:
        standing = books.document(InKind, "in_kind_offer", self.offer)
        if self.on < standing.changed_on:
            problem = f"offer {self.offer} stands as of {standing.changed_on}"
            raise WrongDayError(field="on", value=self.on, problem=problem)
        return ()

    def document(self, before: InKind, lines: Lines) -> InKind:
        del lines
        return evolve(before, outcome=self.outcome, note=self.note, changed_on=self.on)
