"""From an event and the books before it to a checked journal entry and the books after it."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from mdfm_ledger.approving import require_approved
from mdfm_ledger.books import Books
from mdfm_ledger.errors import ApprovalError, ReversalDependsError
from mdfm_ledger.event import Event
from mdfm_ledger.invariants import Verdict, checks_of, verdicts
from mdfm_ledger.invariants.corrections import groundless
from mdfm_ledger.journal import JournalEntry
from mdfm_ledger.notices import Notice, warnings


class Posting(NamedTuple):
    """An entry that keeps every invariant, the books with it, and what a person should know."""

    entry: JournalEntry
    books: Books
    warnings: tuple[Notice, ...]


def post(event: Event, books: Books, *, actor: str, recorded_at: datetime) -> Posting:
    """The posting of the event as the next entry. Raises RejectedError where a rule is broken."""
    entry = entry_for(event, books, actor=actor, recorded_at=recorded_at)
    after = _after(books, entry)
    require_approved(books, entry)
    for check in checks_of(entry.accounts):
        check(books, entry, after)
    return Posting(entry, after, warnings(books, entry, after))


def examine(
    event: Event, books: Books, *, actor: str, recorded_at: datetime
) -> tuple[JournalEntry, tuple[Verdict, ...]]:
    """The entry as it would be posted, with the verdict of every invariant, broken or not.

    Raises RejectedError only where no entry can be made of the event at all.
    """
    entry = entry_for(event, books, actor=actor, recorded_at=recorded_at)
    after = _after(books, entry)
    refused: ApprovalError | None = None
    try:
        require_approved(books, entry)
    except ApprovalError as error:
        refused = error
    return entry, (Verdict(ApprovalError.invariant, refused), *verdicts(books, entry, after))


def _after(books: Books, entry: JournalEntry) -> Books:
    try:
        return books.with_entry(entry)
    except ReversalDependsError as error:
        # A document's later changes are not all that may stand on what is taken back: name the rest too.
        raise groundless(books, entry) or error from None


def entry_for(event: Event, books: Books, *, actor: str, recorded_at: datetime) -> JournalEntry:
    """The next journal entry, made by the event's own rule; a registration is dated today (UTC)."""
    event = event.completed(books)
    on = event.on or recorded_at.date()
    lines = event.post(books)
    return JournalEntry(
        number=books.number + 1,
        event=event,
        lines=lines,
        on=on,
        value_date=event.value_date or on,
        recorded_at=recorded_at,
        actor=actor,
        about=event.about(books, lines),
    )
