"""Reading a ledger: balances, documents, entries and reports, as values.

What is asked is answered through a window, in one read transaction: all of it is of one moment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from mdfm_ledger.chart import BASE_CURRENCY
from mdfm_ledger.collector import collector_paused
from mdfm_ledger.errors import InvalidFieldError, UnknownDocumentError
from mdfm_ledger.journal import JournalEntry
from mdfm_ledger.money import Amount

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from structlog.stdlib import BoundLogger

    from mdfm_ledger.reports import DonorStatement
    from mdfm_ledger.source import Window
    from mdfm_ledger.store.reading import JournalReader


_ENTRIES_AT_A_TIME = 500


class LedgerReader:
    """What a ledger answers. :class:`mdfm_ledger.Ledger` is one; it says what a transaction is."""

    _connection: Connection
    _clock: Callable[[], datetime]
    _log: BoundLogger

    def _reading(self) -> AbstractContextManager[None]:
        """One read transaction."""
        raise NotImplementedError

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
        number of the last entry to look at. ``since`` (inclusive) is the first day of the period of those
        that cover one, ``PERIOD_REPORTS``. Raises InvalidFieldError for a name that is none and for a
        period where there is none, UnknownDocumentError for the term.
        """
        from mdfm_ledger.reports import PERIOD_REPORTS, TERM_REPORTS

        if name not in TERM_REPORTS:
            known = ", ".join(TERM_REPORTS)
            raise InvalidFieldError(field="report", problem=f"{name!r} is no report; there are: {known}")
        if since is not None and name not in PERIOD_REPORTS:
            raise InvalidFieldError(field="since", problem=f"{name} covers no period")
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

    def issued_statement(self, reference: str) -> DonorStatement:
        """An issued statement made again, byte for byte, by its number and version.

        Raises UnknownDocumentError.
        """
        from mdfm_ledger.events import IssueStatement
        from mdfm_ledger.issuing import made_again
        from mdfm_ledger.store.query import found
        from mdfm_ledger.store.reading import JournalReader

        with self._reading(), collector_paused():
            issued = found(self._connection, IssueStatement.event_kind, reference)
            if issued is None:
                raise UnknownDocumentError(kind="statement", reference=reference)
            event = issued.entry.event
            assert isinstance(event, IssueStatement)
            return made_again(JournalReader(self._connection), event, prepared_by=issued.entry.actor)

    def balance(
        self, account: str, *, term: str, as_of: date | None = None, known_at: int | None = None, **where: str
    ) -> Amount:
        """The balance of an account on a date (inclusive), debit positive, narrowed by dimensions.

        ``where`` names dimensions such as ``donor``, ``pledge`` or ``bank_account``, and ``currency``
        (US dollars unless given). Raises UnknownDocumentError for the term.
        """
        from mdfm_ledger.chart import account as known_account
        from mdfm_ledger.reports.positions import term_of

        known_account(account)
        wanted = {"currency": BASE_CURRENCY, **where, "account": account, "term": term}
        with self._through(as_of, known_at) as (source, window):
            term_of(source, window, term)
            totals = source.totals(("currency",), window, where=wanted)
        return Amount(sum(total.balance for total in totals), wanted["currency"])

    def documents(self, kind: str, *, known_at: int | None = None) -> dict[str, Any]:
        """The documents of a kind (term, donor, bank_account, pledge, allocation), by reference."""
        with self._through(None, known_at) as (source, window):
            return dict(source.documents(kind, window))

    def entries(self, *, since: date | None = None, as_of: date | None = None) -> Iterator[JournalEntry]:
        """The journal entries in number order, some hundred in memory at a time; dates are inclusive.

        They are those there were when the first was asked for. Between one and the next the ledger can be
        read and recorded to.
        """
        with self._through(as_of, None) as (_, window):
            last = 0
        # What is recorded stays as it is: fetched in several transactions they are still of one moment.
        while True:
            with self._through(window.as_of, window.known_at) as (source, window):
                some = list(source.entries(window, since=since, after=last, at_most=_ENTRIES_AT_A_TIME))
            yield from some
            if len(some) < _ENTRIES_AT_A_TIME:
                return
            last = some[-1].number

    @contextmanager
    def _through(self, as_of: date | None, known_at: int | None) -> Iterator[tuple[JournalReader, Window]]:
        """The journal through a window, read in one transaction."""
        from mdfm_ledger.source import Window
        from mdfm_ledger.store.reading import JournalReader

        with self._reading():
            reader = JournalReader(self._connection)
            last = reader.head if known_at is None else min(known_at, reader.head)
            yield reader, Window(as_of=as_of or self._clock().date(), known_at=last)
