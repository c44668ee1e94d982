"""Issuing statements: made of the books as they are and recorded in one write transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import TYPE_CHECKING

from mdfm_ledger.collector import collector_paused
from mdfm_ledger.event import Event
from mdfm_ledger.ledger.approver import LedgerApprover

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from structlog.stdlib import BoundLogger

    from mdfm_ledger.evidence.checkpoint import Checkpoint
    from mdfm_ledger.evidence.holdings import ShownFragment
    from mdfm_ledger.issuing import Issued, Made, Order
    from mdfm_ledger.ledger.recorder import Recorder
    from mdfm_ledger.reports import DonorStatement
    from mdfm_ledger.results import Recorded
    from mdfm_ledger.rules.held_in_trust import BankConfirmation
    from mdfm_ledger.sealing.seal import SaltSource
    from mdfm_ledger.source import JournalSource, Window


class LedgerIssuer(LedgerApprover):
    """What a ledger states to donors. :class:`mdfm_ledger.Ledger` is one."""

    _connection: Connection
    _recorder: Recorder
    _clock: Callable[[], datetime]
    _actor: str
    _salts: SaltSource
    _log: BoundLogger

    def issue_statement(
        self,
        donor: str,
        *,
        term: str,
        kind: str,
        certified_by: str,
        since: date | None = None,
        as_of: date | None = None,
        because: str = "",
    ) -> Issued:
        """Issue the statement of a donor: make it of the books as they are, number it, record it.

        ``kind`` is interim, annual (twelve months at most) or final (all of the term). The period is from
        ``since`` (the term's first day) to ``as_of`` (today in UTC), both inclusive. Who certifies is not
        who enters. For a period that has a statement this is its next version; one whose figures stand needs
        another certifier and ``because``, why. Raises NothingToStateError,
        StatementUnchangedError, StatementPeriodError, AnnualStatementError, FinalPeriodError,
        FinalStatementError and whatever ``record`` raises.
        """
        from mdfm_ledger.issuing import issue_one

        def one(source: JournalSource, window: Window, order: Order) -> Iterator[Made]:
            yield issue_one(source, window, order, donor)

        (issued,) = self._issue(one, term, certified_by, (kind, since, as_of), because)
        return issued

    def issue_statements(
        self,
        *,
        term: str,
        kind: str,
        certified_by: str,
        since: date | None = None,
        as_of: date | None = None,
    ) -> tuple[Issued, ...]:
        """Issue the statements of all donors with a line in the term: all of them, or none.

        A statement that was issued for the period and still says what the books say stands as it is.
        Raises what :meth:`issue_statement` raises for any of them.
        """
        from mdfm_ledger.issuing import issue_all

        return self._issue(issue_all, term, certified_by, (kind, since, as_of))

    def statement_bundle(
        self,
        reference: str,
        *,
        checkpoint: str,
        key: str,
        earlier: Iterable[str] = (),
        disclosing: bool = False,
    ) -> bytes:
        """The bundle of an issued statement, by its number and version: what its donor can check offline.

        ``checkpoint`` is a signed note of this ledger that covers the issue, ``key`` its verifier key.
        ``earlier`` are notes the donor may hold from before: that the ledger only grew since is proved too.
        Where those were signed with keys that ``key`` replaced, the keys follow it, with spaces between.
        Reasons and references of shared entries are shown as they were typed; where they name another donor
        it is refused, unless ``disclosing`` says that they may be. Raises UnknownDocumentError,
        NoteRefusedError, DisclosesDonorError, ForkedLedgerError where a note is not of this ledger's
        history, and BundleRefusedError where what was made of it would not hold.
        """
        from mdfm_ledger.ledger.bundling import bundle_statement

        with self._reading(), collector_paused():
            return bundle_statement(
                self._connection,
                reference,
                note=checkpoint,
                key=key,
                earlier=tuple(earlier),
                disclosing=disclosing,
            )

    def publish_holdings(
        self,
        reference: str,
        *,
        as_of: date,
        confirmed: Iterable[BankConfirmation] = (),
        approved_by: str = "",
    ) -> Recorded:
        """Publish what is held for every donor at the end of a day, as a tree in which each finds its own.

        ``confirmed`` is what the banks state on that day. Raises BankDiffersError where one states another
        amount than the books and no explanation is given, and whatever ``record`` raises.
        """
        from mdfm_ledger.events import PublishHoldings

        event = PublishHoldings(
            reference=reference,
            on=self._clock().date(),
            as_of=as_of,
            seed=self._salts() + self._salts(),
            confirmed=tuple(confirmed),
            approved_by=approved_by,
        )
        done = self._recorder.record(event, None)
        self._log.info("published_holdings", number=done.number, reference=reference)
        return done

    def holding_proof(self, reference: str, donor: str) -> tuple[ShownFragment, ...]:
        """What proves a donor its balance in published holdings: its fragments and the path of each.

        Nothing where it had no line by then. Raises UnknownDocumentError.
        """
        from mdfm_ledger.ledger.bundling import shown_holdings

        with self._reading(), collector_paused():
            return shown_holdings(self._connection, reference, donor)

    def checkpoints(self, name: str, sizes: Iterable[int] = ()) -> tuple[Checkpoint, ...]:
        """The ledger's checkpoint as it is, the last, and those at earlier sizes; ``name`` is the ledger's.

        Every leaf is hashed anew from its stored bytes, and the tiles compared. Raises SigningRefusedError.
        """
        from mdfm_ledger.ledger.bundling import recomputed

        with self._reading(), collector_paused():
            return recomputed(self._connection, name, sizes)

    def require_grown(self, first: str, second: str, *, key: str) -> None:
        """Raise ForkedLedgerError unless both notes are of this ledger's own history: both are shown.

        Compared with the entries as they are stored. ``key`` is the ledger's verifier key, or several with
        spaces between where it replaced some. Raises NoteRefusedError for a note of another key.
        """
        from mdfm_ledger.ledger.bundling import compared

        with self._reading():
            compared(self._connection, first, second, key=key)

    def entry_count(self) -> int:
        """How many entries there are."""
        from mdfm_ledger.store.query import head

        with self._reading():
            return head(self._connection)

    def _reading(self) -> AbstractContextManager[None]:
        """One read transaction."""
        raise NotImplementedError

    def _issue(
        self,
        make: Callable[[JournalSource, Window, Order], Iterator[Made]],
        term: str,
        certified_by: str,
        period: tuple[str, date | None, date | None],
        because: str = "",
    ) -> tuple[Issued, ...]:
        from mdfm_ledger.issuing import Issued, Order
        from mdfm_ledger.source import Window
        from mdfm_ledger.store.reading import JournalReader

        kind, since, as_of = period
        today = self._clock().date()
        order = Order(
            kind=kind,
            term=term,
            since=since,
            on=today,
            prepared_by=self._actor,
            certified_by=certified_by,
            because=because,
        )
        made: list[DonorStatement] = []

        def events() -> Iterator[Event]:
            reader = JournalReader(self._connection)
            window = Window(as_of=as_of or today, known_at=reader.head)
            for statement, event in make(reader, window, order):
                made.append(statement)
                yield event

        with self._attempts_filed():
            recorded = self._recorder.record_made(events())
        self._log.info("issued", statements=len(recorded), kind=kind)
        return tuple(
            Issued(statement=statement, recorded=one) for statement, one in zip(made, recorded, strict=True)
        )
