"""Statements sent to the server before it has answered those sent earlier.

So a posting goes to the server and back three times, not ten, and the server writes what is recorded while
the next entries are worked out. What is read is waited for; what is written is answered for at the next
question, at the latest by the commit.
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus

_COMMIT = "COMMIT"


class Connection(psycopg.Connection[Any]):
    """A connection that may run ahead of its answers, within one transaction."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.cursor_factory = _Answering
        self.server_cursor_factory = _Streaming
        self._ahead = ExitStack()
        self._sent: psycopg.Pipeline | None = None
        self._own = psycopg.Cursor(self)

    def run_ahead(self, *statements: str) -> None:
        """Begin a transaction with these statements, and wait for none from now on but for questions."""
        # The driver would begin one itself, and wait for that.
        self.autocommit = True
        self._sent = self._ahead.enter_context(self.pipeline())
        for statement in statements:
            self._own.execute(statement)

    @property
    def is_ahead(self) -> bool:
        """Whether statements are sent without waiting."""
        return self._sent is not None

    def settle(self) -> None:
        """Wait until all that was sent is done. Raises the first error of it."""
        if self._sent is not None:
            self._sent.sync()

    def fall_back(self) -> None:
        """Wait for all that was sent, and for each statement from now on. Raises the first error."""
        self._sent = None
        self._ahead.close()

    def commit_ahead(self) -> None:
        """Commit on the same way to the server as what is still to be written. Raises the first error."""
        if self._sent is None:
            return
        self._own.execute(_COMMIT)
        self.fall_back()
        # A server answers the commit of a transaction that failed earlier by undoing it.
        if self._own.statusmessage != _COMMIT or self.info.transaction_status != TransactionStatus.IDLE:
            raise psycopg.OperationalError("the server did not commit")


class _Answering(psycopg.Cursor[Any]):
    """A cursor whose answer is there once a statement is run, as whoever never sends ahead expects."""

    connection: Connection

    def execute(self, *given: Any, **named: Any) -> _Answering:
        super().execute(*given, **named)
        self.connection.settle()
        return self

    def executemany(self, *given: Any, **named: Any) -> None:
        super().executemany(*given, **named)
        self.connection.settle()


class _Streaming(psycopg.ServerCursor[Any]):
    """A cursor of the server's, which the driver cannot read from while it runs ahead."""

    connection: Connection

    def execute(self, *given: Any, **named: Any) -> _Streaming:
        self.connection.fall_back()
        super().execute(*given, **named)
        return self
