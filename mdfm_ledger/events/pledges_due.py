"""What is due on the pledges to a term by a date is recorded as due."""

from __future__ import annotations

from datetime import date

from attrs import frozen

from mdfm_ledger.books import Books
from mdfm_ledger.errors import NothingDueError
from mdfm_ledger.event import Event
from mdfm_ledger.fields import day, reference
from mdfm_ledger.journal import JournalLine, Lines, credit, debit
from mdfm_ledger.rules.promises import fallen_due


@frozen(kw_only=True)
class PledgesDue(Event):
    """Every instalment of a signed pledge to the term that is due by ``on`` (inclusive) and unpaid.

    What an earlier run recorded is not recorded again; where nothing has fallen due since, the event is
    refused with NothingDueError. Made by the ledger from the schedules: see ``Ledger.record_due``.
    """

    event_kind = "pledges_due"

    on: date = day()
    term: str = reference()

    @property
    def description(self) -> str:
        return f"due by {self.on}"

    def post(self, books: Books) -> Lines:
        """Memorandum only: Dr 8030 due Cr 8020 signed, two lines a pledge."""
        books.term(self.term)
        lines: list[JournalLine] = []
        not_due = books.whole.courses(self.term, ("8020",))
        for pledge in sorted(place.pledge for place, series in not_due.items() if series.total > 0):
            promise = books.pledge(pledge)
            minor = fallen_due(books, promise, self.on)
            if minor:
                lines += (debit(promise.place("8030"), minor), credit(promise.place("8020"), minor))
        if not lines:
            raise NothingDueError(term=self.term, on=self.on)
        return tuple(lines)
