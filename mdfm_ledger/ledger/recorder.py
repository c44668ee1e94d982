"""Recording: one write transaction around reading, deciding and writing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime

import attrs
from sqlalchemy import Connection

from mdfm_ledger.books import Books
from mdfm_ledger.books.following import trimmed
from mdfm_ledger.collector import age_unseen, collect_young, collector_paused
from mdfm_ledger.errors import (
    BooksMovedError,
    InvalidDateError,
    InvalidFieldError,
    ReferenceConflictError,
    RejectedError,
)
from mdfm_ledger.event import Event
from mdfm_ledger.events import IssueStatement
from mdfm_ledger.invariants import require_replaced
from mdfm_ledger.issuing import require_as_made
from mdfm_ledger.ledger.chunks import Key, Parsed, events_in, in_chunks
from mdfm_ledger.notices import Notice
from mdfm_ledger.posting import examine, post
from mdfm_ledger.results import BalanceChange, Batch, Plan, Recorded, Refusal, Tally
from mdfm_ledger.sealing.seal import SaltSource
from mdfm_ledger.store import query
from mdfm_ledger.store.append import Appender
from mdfm_ledger.store.following import at_head
from mdfm_ledger.store.reading import JournalReader
from mdfm_ledger.store.transactions import Transactions

Progress = Callable[[int], None]


class Recorder:
    """Records on one connection, as one person, by one clock.

    ``owns`` says whether the transactions are ours; on a caller's connection a savepoint undoes what
    was refused, and the commit is the caller's.
    """

    def __init__(
        self,
        connection: Connection,
        *,
        url: str,
        actor: str,
        clock: Callable[[], datetime],
        salts: SaltSource,
        owns: bool,
        require_sound: Callable[[], None],
    ) -> None:
        self._connection = connection
        self._actor = actor
        self._clock = clock
        self._transactions = Transactions(connection, url=url, owns=owns, require_sound=require_sound)
        self._appender = Appender(connection, salts)
        self.close = self._appender.close
        self.retried = self._transactions.retried
        self._books = Books(source=self._appender)
        self._is_making = False
        self._transactions.when_undone(self._forget)

    def record(self, event: Event, expecting: Plan | None) -> Recorded:
        """Record one event, or raise and write nothing."""
        with self.writing() as now, collector_paused():
            asked = self._appender.asked_for((event.event_kind, event.reference), self._books.unread(event))
            books = self._books_at_head()
            if expecting is not None and expecting.entry.number != books.number + 1:
                raise BooksMovedError(planned=expecting.entry.number - 1, found=books.number)
            done, books = self._record_one(event, books, now, asked(books))
            require_replaced(books)
            self._appender.flush()
        self._books = books
        return self._with_notices([done])[0]

    def record_all(self, events: Iterable[Event], progress: Progress | None) -> tuple[Recorded, ...]:
        """Record all events in one transaction, or raise the first refusal and write nothing."""
        results: list[Recorded] = []
        with self.writing() as now, collector_paused():
            for position, outcome in self._outcomes(events, now, progress):
                if isinstance(outcome, RejectedError):
                    outcome.add_note(f"event {position} of the batch; nothing was written")
                    raise outcome
                results.append(outcome)
        return self._with_notices(results)

    def record_made(self, events: Iterable[Event]) -> tuple[Recorded, ...]:
        """Record events that are made of what the ledger holds while they are asked for, all or none.

        They are made in the very transaction that writes them, so what they say need not be looked up again.
        """
        self._is_making = True
        try:
            return self.record_all(events, None)
        finally:
            self._is_making = False

    def record_parsed(self, events: Iterable[Parsed], *, dry_run: bool, progress: Progress | None) -> Batch:
        """Record all events unless one is refused; go on to the end to name every refusal."""
        tally = Tally()
        with self.writing(keep=lambda: not dry_run and not tally.refusals) as now, collector_paused():
            for position, outcome in self._outcomes(events, now, progress):
                if isinstance(outcome, RejectedError):
                    tally.refusals.append(Refusal(position=position, error=outcome))
                else:
                    tally.count(outcome)
        return tally.batch(self._late_notices())

    def _late_notices(self) -> tuple[Notice, ...]:
        """The notice that what was erased may still stand on the disk, where it may."""
        if not self._appender.has_erased:
            return ()
        self._appender.has_erased = False
        # The books remember documents as they were.
        self._books = Books(source=self._appender)
        where = self._transactions.still_standing()
        return (Notice("still-logged", f"what was erased may stand {where}"),) if where else ()

    def _with_notices(self, results: list[Recorded]) -> tuple[Recorded, ...]:
        notices = self._late_notices()
        if notices:
            results[-1] = attrs.evolve(results[-1], warnings=(*results[-1].warnings, *notices))
        return tuple(results)

    def plan(self, event: Event) -> Plan:
        """What recording the event would do, read in one transaction that writes nothing."""
        self._require_actor()
        with self.reading():
            books = self._books_at_head()
            if self._appender.asked_references([(event.event_kind, event.reference)])():
                self._replayed(event)
                # It is examined as if it were new, and what books learn of a new document is not true of it.
                books = Books(number=books.number, source=self._appender)
            entry, verdicts = examine(event, books, actor=self._actor, recorded_at=self._now())
            places = list(dict.fromkeys(line.subaccount for line in entry.lines))
            before = query.balances(self._connection, places)
        changes = dict.fromkeys(places, 0)
        for line in entry.lines:
            changes[line.subaccount] += line.signed
        balances = tuple(
            BalanceChange(subaccount=place, before=before[place], after=before[place] + change)
            for place, change in changes.items()
        )
        return Plan(entry=entry, balances=balances, verdicts=verdicts)

    # -- one event, many events ----------------------------------------------------------------

    def _record_one(
        self, event: Event, books: Books, now: datetime, known: set[Key]
    ) -> tuple[Recorded, Books]:
        if (event.event_kind, event.reference) in known:
            return self._replayed(event), books
        posting = post(event, books, actor=self._actor, recorded_at=now)
        if isinstance(event, IssueStatement) and not self._is_making:
            self._appender.flush()
            require_as_made(JournalReader(self._connection), event, prepared_by=self._actor)
        self._appender.append(posting.entry)
        posting.books.settle()
        return Recorded(
            number=posting.entry.number, was_replayed=False, warnings=posting.warnings
        ), posting.books

    def _outcomes(
        self,
        events: Iterable[Parsed],
        now: datetime,
        progress: Progress | None,
    ) -> Iterator[tuple[int, Recorded | RejectedError]]:
        books = self._books_at_head()
        given = events if self._is_making else self._transactions.given(events)
        position = 0
        recorded = set[Key]()
        for chunk, known, is_last in in_chunks(given, self._appender.asked_early):
            collect_young()
            if is_last:
                self._appender.ends_after(len(chunk))
            told = known() | recorded
            met = set(told)
            outcomes, books = self._chunk_outcomes(chunk, books, now, met)
            recorded = met - told
            age_unseen()
            for at, outcome in enumerate(outcomes, start=position + 1):
                if outcome is not None:
                    yield at, outcome
            position += len(chunk)
            books = trimmed(books)
            if progress:
                progress(position)
        try:
            require_replaced(books)
        except RejectedError as error:
            yield position, error
        self._appender.flush()
        self._books = books

    def _chunk_outcomes(
        self, chunk: list[Parsed], books: Books, now: datetime, known: set[Key]
    ) -> tuple[list[Recorded | RejectedError | None], Books]:
        outcomes: list[Recorded | RejectedError | None] = []
        self._appender.learn_balances(books, events_in(chunk))
        for event in chunk:
            if not isinstance(event, Event):
                outcomes.append(event)
                continue
            try:
                done, books = self._record_one(event, books, now, known)
            except RejectedError as error:
                outcomes.append(error)
                # The batch is refused already; what follows is judged by itself, not as what is missing.
                books = attrs.evolve(books, awaited=None)
            else:
                known.add((event.event_kind, event.reference))
                outcomes.append(done)
        return outcomes, books

    def _replayed(self, event: Event) -> Recorded:
        found = self._appender.found(event.event_kind, event.reference)
        assert found is not None, "a reference known to be recorded is found"
        event = event.as_recorded(found.entry.event)
        if found.entry.event != event:
            raise ReferenceConflictError(
                kind=event.event_kind.replace("_", " "),
                reference=event.reference,
                number=found.entry.number,
                fields=_differences(found.entry.event, event),
            )
        return Recorded(number=found.entry.number, was_replayed=True)

    # -- the books between events --------------------------------------------------------------

    def _books_at_head(self) -> Books:
        """The books of the last time, with what somebody else has recorded since."""
        # Let go of meanwhile: if this is broken off, they may have followed in part.
        books, self._books = self._books, Books(source=self._appender)
        self._books = trimmed(at_head(books, self._connection))
        return self._books

    # -- transactions --------------------------------------------------------------------------

    @contextmanager
    def writing(self, keep: Callable[[], bool] = lambda: True) -> Iterator[datetime]:
        """One write transaction: the writer lock is taken before anything is read.

        It is undone where the body raises, or where ``keep`` says so at the end.
        """
        self._require_actor()
        # Before anything: what another transaction of this ledger has learnt is not to be forgotten for it.
        self._transactions.require_idle("record")
        now = self._now()

        def finish() -> bool:
            if keep():
                self._appender.flush()
                return True
            self._forget()
            return False

        try:
            with self._transactions.writing(finish):
                self._appender.begin()
                yield now
        except BaseException as error:
            # What was refused before anything was written leaves all that was learnt as true as it was.
            if self._appender.has_written or not isinstance(error, RejectedError):
                self._forget()
            raise

    def _forget(self) -> None:
        """Drop all that was learnt in a transaction that was undone."""
        self._appender.forget()
        self._books = Books(source=self._appender)

    def reading(self) -> AbstractContextManager[None]:
        """One read transaction: everything read in it is of one moment."""
        return self._transactions.reading()

    def _require_actor(self) -> None:
        if not self._actor:
            raise InvalidFieldError(
                field="actor", problem="is needed to record; open the ledger with actor=…"
            )

    def _now(self) -> datetime:
        now = self._clock()
        if now.tzinfo is None:
            raise InvalidDateError(value=str(now), problem="the clock must give times with their zone")
        return now.astimezone(UTC)


def _differences(recorded: Event, given: Event) -> str:
    names = [attribute.name for attribute in attrs.fields(type(recorded))]
    return ", ".join(name for name in names if getattr(recorded, name) != getattr(given, name))
