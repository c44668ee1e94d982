"""The last closed period is opened again, for a reason, by a second person."""

from __future__ import annotations

from datetime import date

from attrs import frozen

from mdfm_ledger.books import Books
from mdfm_ledger.books.closing import PERIODS, Periods
from mdfm_ledger.errors import PeriodOrderError
from mdfm_ledger.event import Event
from mdfm_ledger.fields import day, reference, text
from mdfm_ledger.journal import Lines


@frozen(kw_only=True)
class PeriodReopening(Event):
    """The period that the period close ``closing`` closed is open again: who, why, and who approved.

    Only the last one that is closed. Its seal stays on record; closing again gives a new one.
    """

    event_kind = "period_reopening"
    described_by = "reason"

    on: date = day()
    closing: str = reference()
    reason: str = text()
    approved_by: str = text()

    def about(self, books: Books, lines: Lines) -> str:
        return PERIODS

    def post(self, books: Books) -> Lines:
        """No lines."""
        last = books.last_closed
        if last is None or last.closing != self.closing:
            standing = f"the last closed period is that of {last.closing}" if last else "no period is closed"
            raise PeriodOrderError(problem=f"{self.closing} cannot be reopened: {standing}")
        return ()

    def document(self, before: Periods | None, lines: Lines) -> Periods:
        assert before is not None, "what is reopened was closed"
        del lines
        return Periods(closed=before.closed[:-1])
