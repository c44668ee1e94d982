"""The ledger: the one door in. It opens, records, plans, reports and verifies.

Everything below is values in, values out; here are the clock, the log and the transactions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from mdfm_ledger.chart import BASE_CURRENCY
from mdfm_ledger.collector import collector_paused
from mdfm_ledger.errors import InvalidFieldError, RejectedError
from mdfm_ledger.event import Event
from mdfm_ledger.fields import require_plain_text
from mdfm_ledger.journal import JournalEntry
from mdfm_ledger.money import Amount
from mdfm_ledger.results import Batch, Plan, Recorded

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection, Engine

    from mdfm_ledger.audit import Verification
    from mdfm_ledger.reports import DonorStatement, Report
    from mdfm_ledger.source import Window
    from mdfm_ledger.store.reading import JournalReader


def utc_now() -> datetime:
    """The time now, in UTC."""
    return datetime.now(UTC)


def open_engine(url: str, *, create: bool = True) -> Engine:
    """An engine whose connections are set up as a ledger needs them, for a transaction of your own.

    Hand a connection of it to :meth:`Ledger.on_connection`. Raises StoreError.
    """
    from mdfm_ledger.store.engine import open_engine as opened

    return opened(url, create=create)


def write_report(report: Report, path: str | Path, *, language: str = "en") -> None:
    """Write a report to a file: ``.txt``, ``.json``, ``.csv`` or ``.html`` says in which format.

    The file is there whole or not at all. HTML needs the extra ``html``. Raises InvalidFieldError for
    another ending, StoreUnavailableError where the file cannot be written.
    """
    from mdfm_ledger.output import write_report as written

    written(report, path, language=language)


class Ledger:
    """A ledger of trust funds in a database. Use it in one thread, as a context manager.

    ``actor`` is who enters: it goes on every entry. ``clock`` gives the UTC time of writing.
    """

    def __init__(
        self,
        connection: Connection,
        *,
        url: str,
        actor: str,
        clock: Callable[[], datetime],
        engine: Engine | None,
    ) -> None:
        # Database and log are loaded only where a ledger is opened: importing events stays quick.
        from mdfm_ledger.log import structured_log
        from mdfm_ledger.recorder import Recorder

        if actor:
            require_plain_text("actor", actor)
        self._connection = connection
        self._engine = engine
        self._clock = clock
        self._recorder = Recorder(connection, url=url, actor=actor, clock=clock, owns=engine is not None)
        self._log = structured_log()

    @classmethod
    def open(
        cls,
        url: str,
        *,
        actor: str = "",
        read_only: bool = False,
        create: bool = True,
        clock: Callable[[], datetime] = utc_now,
    ) -> Ledger:
        """Open the ledger at a database URL such as ``sqlite:///mdfm.db``; make it where there is none.

        ``actor`` is needed to record. Raises StoreError and CorruptLedgerError; a database that is
        not a ledger is left as it is.
        """
        from mdfm_ledger.store.engine import open_engine, translated

        engine = open_engine(url, read_only=read_only, create=create)
        with translated(url):
            connection = engine.connect()
        return cls(connection, url=url, actor=actor, clock=clock, engine=engine)

    @classmethod
    def on_connection(
        cls, connection: Connection, *, actor: str = "", clock: Callable[[], datetime] = utc_now
    ) -> Ledger:
        """A ledger on the caller's own connection and transaction, which stay the caller's.

        The connection is one of an engine made by :func:`mdfm_ledger.open_engine`. What is recorded
        is there once the caller commits; after a rollback, make a new Ledger.
        """
        return cls(connection, url="the caller's connection", actor=actor, clock=clock, engine=None)

    def close(self) -> None:
        """Close the connection, if it is the ledger's own."""
        if self._engine is not None:
            self._connection.close()
            self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # -- recording -----------------------------------------------------------------------------

    def record(self, event: Event, *, expecting: Plan | None = None) -> Recorded:
        """Record one event: post it, check every invariant, write it, durably.

        The same event again gives the first result with ``was_replayed``. With ``expecting``, refuses
        where the books have moved since the plan. Raises RejectedError (nothing was written) or
        StoreError.
        """
        done = self._recorder.record(event, expecting)
        self._log.info("recorded", number=done.number, kind=event.event_kind, reference=event.reference)
        return done

    def record_all(
        self, events: Iterable[Event], *, progress: Callable[[int], None] | None = None
    ) -> tuple[Recorded, ...]:
        """Record many events in one transaction: all, or none where one is refused.

        Returns one result per event, in order. The error of a refused event carries its position
        (from 1) as a note. ``progress`` is called with the number of events dealt with so far.
        """
        results = self._recorder.record_all(events, progress)
        self._log.info("recorded_all", events=len(results))
        return results

    def record_lines(
        self,
        lines: Iterable[str | bytes],
        *,
        dry_run: bool = False,
        progress: Callable[[int], None] | None = None,
    ) -> Batch:
        """Record events written one JSON object a line: all, or none where any is refused.

        Goes on after a refusal, so that the answer lists every line that has to change; empty lines
        are passed over and counted. With ``dry_run`` nothing is written whatever the outcome.
        """
        from mdfm_ledger.codec import parse_event

        def parsed(line: str | bytes) -> Event | RejectedError | None:
            try:
                return parse_event(line) if line.strip() else None
            except RejectedError as error:
                return error

        batch = self._recorder.record_parsed(map(parsed, lines), dry_run=dry_run, progress=progress)
        self._log.info(
            "recorded_lines", recorded=batch.recorded, replayed=batch.replayed, refused=len(batch.refusals)
        )
        return batch

    def plan(self, event: Event) -> Plan:
        """What recording the event would do, writing nothing.

        Raises RejectedError where no entry can be made of it (an unknown donor, say); a broken
        invariant is a verdict of the plan.
        """
        return self._recorder.plan(event)

    # -- reading -------------------------------------------------------------------------------

    def report(
        self,
        name: str,
        *,
        term: str,
        as_of: date | None = None,
        known_at: int | None = None,
        since: date | None = None,
    ) -> Any:
        """A report on a term by its name, as a value.

        The names are those of ``TERM_REPORTS``: ``trial_balance``, ``journal``, ``term_target`` and so on.
        ``as_of`` (inclusive) limits accounting dates, today in UTC unless given; ``known_at`` is the
        number of the last entry to look at. ``since`` (inclusive) is for the journal only. Raises
        InvalidFieldError for a name that is none, UnknownDocumentError for the term.
        """
        from mdfm_ledger.reports import TERM_REPORTS

        if name not in TERM_REPORTS:
            known = ", ".join(TERM_REPORTS)
            raise InvalidFieldError(field="report", problem=f"{name!r} is no report; there are: {known}")
        limits = {} if since is None else {"since": since}
        with self._through(as_of, known_at) as (source, window), collector_paused():
            return TERM_REPORTS[name](source, window, term=term, **limits)

    def donor_statement(
        self,
        donor: str,
        *,
        term: str,
        since: date | None = None,
        as_of: date | None = None,
        known_at: int | None = None,
    ) -> DonorStatement:
        """The statement of a donor for a term, from ``since`` (the term's first day) to ``as_of``.

        Both dates are inclusive; ``as_of`` is today in UTC unless given. Raises UnknownDocumentError.
        """
        from mdfm_ledger.reports import donor_statement

        with self._through(as_of, known_at) as (source, window), collector_paused():
            return donor_statement(source, window, donor=donor, term=term, since=since)

    def donor_statements(
        self,
        *,
        term: str,
        since: date | None = None,
        as_of: date | None = None,
        known_at: int | None = None,
    ) -> tuple[DonorStatement, ...]:
        """The statements of all donors with a line in the term, all of one moment."""
        from mdfm_ledger.reports import donor_statements

        with self._through(as_of, known_at) as (source, window), collector_paused():
            return donor_statements(source, window, term=term, since=since)

    def balance(
        self, account: str, *, term: str, as_of: date | None = None, known_at: int | None = None, **where: str
    ) -> Amount:
        """The balance of an account on a date (inclusive), debit positive, narrowed by dimensions.

        ``where`` names dimensions such as ``donor``, ``pledge`` or ``bank_account``, and ``currency``
        (US dollars unless given).
        """
        from mdfm_ledger.chart import account as known_account

        known_account(account)
        wanted = {"currency": BASE_CURRENCY, **where, "account": account, "term": term}
        with self._through(as_of, known_at) as (source, window):
            totals = source.totals(("currency",), window, where=wanted)
        return Amount(sum(total.balance for total in totals), wanted["currency"])

    def documents(self, kind: str, *, known_at: int | None = None) -> dict[str, Any]:
        """The documents of a kind (term, donor, bank_account, pledge, allocation), by reference."""
        with self._through(None, known_at) as (source, window):
            return dict(source.documents(kind, window))

    def entries(self, *, since: date | None = None, as_of: date | None = None) -> Iterator[JournalEntry]:
        """The journal entries in number order, a few in memory at a time; dates are inclusive."""
        with self._through(as_of, None) as (source, window):
            yield from source.entries(window, since=since)

    def verify(self, *, progress: Callable[[int], None] | None = None) -> Verification:
        """Check everything stored, by name; findings are values, nothing is raised for them."""
        from mdfm_ledger import audit
        from mdfm_ledger.store.inspection import Inspection

        with self._recorder.reading(), collector_paused():
            verification = audit.verify(Inspection(self._connection), progress=progress)
        self._log.info("verified", entries=verification.entries, findings=len(verification.findings))
        return verification

    @contextmanager
    def _through(self, as_of: date | None, known_at: int | None) -> Iterator[tuple[JournalReader, Window]]:
        """The journal through a window, read in one transaction."""
        from mdfm_ledger.source import Window
        from mdfm_ledger.store.reading import JournalReader

        with self._recorder.reading():
            reader = JournalReader(self._connection)
            last = reader.head if known_at is None else min(known_at, reader.head)
            yield reader, Window(as_of=as_of or self._clock().date(), known_at=last)
