"""Transactions on one connection: writing under the writer lock, reading of one moment."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from sqlalchemy import Connection, Transaction, event

from mdfm_ledger.errors import CorruptLedgerError, LedgerError, LedgerOccupiedError, RaceLostError
from mdfm_ledger.store.engine import dialect_of, translated

ATTEMPTS = 6
"""How often a transaction is tried, where others may get in its way."""

Result = TypeVar("Result")
Item = TypeVar("Item")


class Transactions:
    """Begins and ends them. ``owns`` says whether they are ours.

    On a caller's connection a savepoint undoes what was refused, and the commit is the caller's.
    """

    def __init__(
        self, connection: Connection, *, url: str, owns: bool, require_sound: Callable[[], None]
    ) -> None:
        self._connection = connection
        self._dialect = dialect_of(connection)
        self._url = url
        self._owns = owns
        self._doing = ""
        self._require_sound = require_sound
        self._theirs: Exception | None = None

    def when_undone(self, forget: Callable[[], None]) -> None:
        """Have ``forget`` called whenever the caller undoes what was written on its connection."""
        if not self._owns:
            event.listen(self._connection, "rollback", lambda _: forget())
            event.listen(self._connection, "rollback_savepoint", lambda *_: forget())

    @contextmanager
    def writing(self, finish: Callable[[], bool]) -> Iterator[None]:
        """One write transaction: the writer lock is taken before anything is read.

        It is undone where the body or ``finish`` raises, or where ``finish``, called at the end, says so.
        Never within another one: see :meth:`require_idle`.
        """
        with (
            self._understood(),
            translated(self._url, self._dialect, runs_others=True),
            self._busy("recording"),
        ):
            transaction = self._begun()
            try:
                yield
                if finish():
                    self._commit(transaction)
                else:
                    self._undo(transaction)
            except BaseException:
                self._undo(transaction)
                raise

    def _begun(self) -> Transaction:
        if not self._owns:
            self._dialect.lock_for_writing(self._connection)
            return self._connection.begin_nested()
        try:
            return self._dialect.begin_posting(self._connection)
        except BaseException:
            # Without the lock there is no transaction, whatever of it was begun.
            self._dialect.undo_posting(self._connection)
            raise

    def retried(self, work: Callable[[], Result], *, again: bool = True) -> Result:
        """What ``work`` gives, begun again a few times where other transactions got in its way.

        Not ``again`` where what it works on is used up, or where the transaction is the caller's.
        """
        for attempt in range(1, ATTEMPTS):
            try:
                return work()
            except RaceLostError:
                if not (again and self._owns):
                    raise
            with translated(self._url, self._dialect):
                self._dialect.pause(self._connection, attempt)
        return work()

    def _commit(self, transaction: Transaction) -> None:
        if self._owns:
            self._dialect.commit_posting(self._connection)
        else:
            transaction.commit()

    def _undo(self, transaction: Transaction) -> None:
        if self._owns:
            # A failed write or commit may have undone it by itself; the connection has to know.
            self._dialect.undo_posting(self._connection)
        elif transaction.is_active:
            transaction.rollback()

    def given(self, items: Iterable[Item]) -> Iterator[Item]:
        """What the caller gives, noting what its own iterator raises: that is theirs to understand."""
        try:
            yield from items
        except Exception as error:
            self._theirs = error
            raise

    @contextmanager
    def _understood(self) -> Iterator[None]:
        """Where what stops a transaction is no error of ours, or names no entry, everything is verified.

        The first finding is raised as CorruptLedgerError, which names the entry where that is known: what was
        read made no sense since it is damaged. Where nothing is found the fault is ours, and raised as it is.
        """
        self._theirs = None
        try:
            yield
        except Exception as error:
            if self._is_unclear(error):
                with self._one_moment():
                    self._require_sound()
            raise

    def _is_unclear(self, error: Exception) -> bool:
        if isinstance(error, CorruptLedgerError):
            return not error.number
        return not isinstance(error, LedgerError) and error is not self._theirs

    @contextmanager
    def reading(self) -> Iterator[None]:
        """One read transaction: everything read in it is of one moment, the same within another one.

        Raises LedgerOccupiedError while something is written: what waits to be written would be missing.
        """
        if self._doing == "reading":
            yield
            return
        self.require_idle("read")
        with self._understood(), self._one_moment():
            yield

    def require_idle(self, asked: str) -> None:
        """Raise LedgerOccupiedError within another transaction of this ledger's."""
        if self._doing:
            raise LedgerOccupiedError(asked=asked, doing=self._doing)

    @contextmanager
    def _busy(self, doing: str) -> Iterator[None]:
        self._doing = doing
        try:
            yield
        finally:
            self._doing = ""

    @contextmanager
    def _one_moment(self) -> Iterator[None]:
        with translated(self._url, self._dialect), self._busy("reading"):
            yield from self._read()

    def _read(self) -> Iterator[None]:
        if not self._owns:
            self._dialect.hold_still(self._connection)
            yield
            return
        self._dialect.begin_read(self._connection)
        try:
            yield
        finally:
            self._connection.rollback()

    def still_standing(self) -> str:
        """Where what was erased may stand still, and until when; empty where it is gone from the log too."""
        is_gone = self._owns and self._dialect.clear_log(self._connection)
        return "" if is_gone else self._dialect.still_stands
