"""The ledger: the one door in. It opens, records, plans, reports and verifies.

Everything below is values in, values out; here are the clock, the log and the transactions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime
from os import urandom
from types import TracebackType
from typing import TYPE_CHECKING, Self

from mdfm_ledger.errors import NothingDueError, RejectedError
from mdfm_ledger.event import Event
from mdfm_ledger.fields import require_plain_text
from mdfm_ledger.ledger.issuer import LedgerIssuer
from mdfm_ledger.ledger.keeping import LedgerKeeper
from mdfm_ledger.ledger.reading import LedgerReader
from mdfm_ledger.results import Batch, Plan, Recorded

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection, Engine

    from mdfm_ledger.reports import Report
    from mdfm_ledger.sealing.seal import SaltSource


_SALTS_AT_A_TIME = 256


def utc_now() -> datetime:
    """The time now, in UTC."""
    return datetime.now(UTC)


def random_salts() -> SaltSource:
    """A source of salts: 16 bytes each from the system's source of chance, fetched some hundred at a time."""

    def fetched() -> Iterator[str]:
        while True:
            chance = urandom(16 * _SALTS_AT_A_TIME).hex()
            for at in range(0, len(chance), 32):
                yield chance[at : at + 32]

    return fetched().__next__


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
    from mdfm_ledger.ledger.output import write_report as written

    written(report, path, language=language)


class Ledger(LedgerReader, LedgerIssuer, LedgerKeeper):
    """A ledger of trust funds in a database. Use it in one thread, as a context manager.

    ``actor`` is who enters: it goes on every entry. ``clock`` gives the UTC time of writing,
    ``salts`` the 16 random bytes (in hexadecimal) that keep the parts of a record from being guessed.
    """

    def __init__(
        self,
        connection: Connection,
        *,
        url: str,
        actor: str,
        clock: Callable[[], datetime],
        salts: SaltSource | None,
        engine: Engine | None,
    ) -> None:
        # Database and log are loaded only where a ledger is opened: importing events stays quick.
        from mdfm_ledger.ledger.log import structured_log
        from mdfm_ledger.ledger.recorder import Recorder

        if actor:
            require_plain_text("actor", actor)
        self._connection = connection
        self._actor = actor
        self._engine = engine
        self._clock = clock
        self._salts = salts or random_salts()
        self._recorder = Recorder(
            connection,
            url=url,
            actor=actor,
            clock=clock,
            salts=self._salts,
            owns=engine is not None,
            require_sound=self._require_sound,
        )
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
        salts: SaltSource | None = None,
    ) -> Ledger:
        """Open the ledger at a database URL such as ``sqlite:///mdfm.db``; make it where there is none.

        ``actor`` is needed to record. Raises StoreError and CorruptLedgerError; a database that is
        not a ledger is left as it is.
        """
        from mdfm_ledger.store.engine import dialect_of, open_engine, translated

        engine = open_engine(url, read_only=read_only, create=create)
        with translated(url, dialect_of(engine)):
            connection = engine.connect()
        return cls(connection, url=url, actor=actor, clock=clock, salts=salts, engine=engine)

    @classmethod
    def on_connection(
        cls,
        connection: Connection,
        *,
        actor: str = "",
        clock: Callable[[], datetime] = utc_now,
        salts: SaltSource | None = None,
    ) -> Ledger:
        """A ledger on the caller's own connection and transaction, which stay the caller's.

        The connection is one of an engine made by :func:`mdfm_ledger.open_engine`. What is recorded
        is there once the caller commits; after a rollback, make a new Ledger.
        """
        url = "the caller's connection"
        return cls(connection, url=url, actor=actor, clock=clock, salts=salts, engine=None)

    def close(self) -> None:
        """Close the connection, if it is the ledger's own."""
        if self._engine is not None:
            self._recorder.close()
            self._connection.close()
            self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _reading(self) -> AbstractContextManager[None]:
        return self._recorder.reading()

    # -- recording -----------------------------------------------------------------------------

    def record(self, event: Event, *, expecting: Plan | None = None) -> Recorded:
        """Record one event: post it, check every invariant, write it, durably.

        The same event again gives the first result with ``was_replayed``. With ``expecting``, refuses
        where the books have moved since the plan. Raises RejectedError (nothing was written, but for the
        attempt where an approval was missing) or StoreError.
        """
        with self._attempts_filed():
            done = self._recorder.retried(lambda: self._recorder.record(event, expecting))
        self._log.info("recorded", number=done.number, kind=event.event_kind, reference=event.reference)
        return done

    def record_all(
        self, events: Iterable[Event], *, progress: Callable[[int], None] | None = None
    ) -> tuple[Recorded, ...]:
        """Record many events in one transaction: all, or none where one is refused.

        Returns one result per event, in order. The error of a refused event carries its position
        (from 1) as a note. ``progress`` is called with the number of events dealt with so far.
        """
        with self._attempts_filed():
            # What can be gone through again is, where other transactions got in the way.
            results = self._recorder.retried(
                lambda: self._recorder.record_all(events, progress), again=isinstance(events, Sequence)
            )
        self._log.info("recorded_all", events=len(results))
        return results

    def reverse(
        self, wrong: tuple[str, str], *, reference: str, on: date, reason: str, approved_by: str = ""
    ) -> Recorded:
        """Take back the entry of that kind and reference by its exact mirror, dated ``on``, with a reason.

        Once only, never a reversal. Raises ReversalDependsError where something later stands on it, and
        names all of that.
        """
        from mdfm_ledger.events import Reversal

        kind, undone = wrong
        return self.record(
            Reversal(
                reference=reference,
                reversed_kind=kind,
                reversed_reference=undone,
                on=on,
                reason=reason,
                approved_by=approved_by,
            )
        )

    def correct(
        self,
        wrong: tuple[str, str],
        replacement: Event,
        *,
        reference: str,
        on: date,
        reason: str,
        approved_by: str = "",
    ) -> tuple[Recorded, Recorded]:
        """Take back the entry of that kind and reference and record what is right, both or neither.

        ``reference``, ``on``, ``reason`` and ``approved_by`` are the reversal's; the two name each other.
        Raises as :meth:`reverse`, and as recording the replacement does.
        """
        from mdfm_ledger.correcting import correction

        both = correction(
            wrong, replacement, reference=reference, on=on, reason=reason, approved_by=approved_by
        )
        taken_back, recorded = self.record_all(both)
        return taken_back, recorded

    def record_due(self, *, term: str, on: date) -> Recorded | None:
        """Record as due what has fallen due on the pledges to a term by ``on`` (inclusive) and is unpaid.

        None where nothing has that is not recorded already, so that a job may run every day. The first
        event of a date has the reference ``TERM/YYYY-MM-DD``, a further one ``…/2``. Raises
        UnknownDocumentError, FutureDateError.
        """
        from mdfm_ledger.events import PledgesDue

        run, done = 1, Recorded(number=0, was_replayed=True)
        while done.was_replayed:
            reference = f"{term}/{on}" if run == 1 else f"{term}/{on}/{run}"
            try:
                done = self.record(PledgesDue(reference=reference, term=term, on=on))
            except NothingDueError:
                return None
            run += 1
        return done

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
        if not dry_run:
            self._file([one.error for one in batch.refusals])
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
