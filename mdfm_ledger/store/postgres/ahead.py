"""A connection on which statements may be sent to the server before it has answered those sent earlier.

So a posting goes to the server and back a few times, not ten, and the server writes what is recorded while
the next entries are worked out. What is read is waited for; what is written is answered for at the next
question, at the latest by the commit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus

from mdfm_ledger.store.dialect import Values
from mdfm_ledger.store.postgres.arrays import taught
from mdfm_ledger.store.postgres.sending import Answer, Sent

_COMMIT = "COMMIT"


class Connection(psycopg.Connection[Any]):
    """A connection that may run ahead of its answers, within one transaction."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.cursor_factory = _Answering
        self.server_cursor_factory = _Streaming
        self.is_ahead = False
        """Whether statements are sent without waiting."""
        self._sent = Sent(self)

    def run_ahead(self, *statements: str) -> None:
        """Begin a transaction with these statements, and wait for none from now on but for questions."""
        self.is_ahead = True
        for statement in statements:
            self._sent.send(statement)

    def send(self, statement: str, values: Values = ()) -> Answer:
        """Send a statement along with the next that is waited for."""
        return self._sent.send(statement, values)

    def push(self) -> None:
        """Have the server begin with what was sent, without waiting."""
        self._sent.push()

    def step_back(self) -> None:
        """Wait for all that was sent, so that the driver can ask by itself. Raises the first error of it."""
        if self.is_ahead:
            self._sent.leave()

    def fall_back(self) -> None:
        """Wait for all that was sent, and for each statement from now on. Raises the first error."""
        if self.is_ahead:
            self.is_ahead = False
            self._sent.leave()

    def rollback(self) -> None:
        is_none = self.info.transaction_status == TransactionStatus.IDLE
        super().rollback()
        if not is_none:
            self.forget_prepared()

    def forget_prepared(self) -> None:
        """Prepare anew what is sent from now on: the driver may have had the server forget all statements."""
        self._sent.forget_prepared()

    def commit_ahead(self) -> None:
        """Commit on the same way to the server as what is still to be written. Raises the first error."""
        if not self.is_ahead:
            return
        committed = self._sent.send(_COMMIT)
        self.fall_back()
        # A server answers the commit of a transaction that failed earlier by undoing it.
        said = committed.result.command_status
        if said != _COMMIT.encode() or self.info.transaction_status != TransactionStatus.IDLE:
            raise psycopg.OperationalError("the server did not commit")


class Cursor:
    """A cursor for what is run by the hundred: while its connection runs ahead, only rows are waited for."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._driver = taught(psycopg.Cursor(connection))
        self.copy, self.close = self._driver.copy, self._driver.close
        self._rows: Callable[[], list[Any]] = self._driver.fetchall

    def execute(self, statement: str, values: Values = ()) -> Cursor:
        """Run a statement, or send it ahead."""
        if self.connection.is_ahead:
            self._rows = self.connection.send(statement, values).rows
        else:
            self._driver.execute(statement.encode(), values)
            self._rows = self._driver.fetchall
        return self

    def executemany(self, statement: str, many: Iterable[Values]) -> None:
        """Run a statement with many values in turn."""
        for values in many:
            self.execute(statement, values)

    def ask(self, statement: str, values: Values) -> Callable[[], list[Any]]:
        """Ask a question, along with the next that is waited for if ahead; what gives its rows."""
        self.execute(statement, values)
        if self.connection.is_ahead:
            return self._rows
        found = self.fetchall()
        return lambda: found

    def fetchall(self) -> list[Any]:
        """All rows of what was run last."""
        return self._rows()

    def fetchone(self) -> Any:
        """The first row of what was run last, or None."""
        return next(iter(self._rows()), None)


class _Answering(psycopg.Cursor[Any]):
    """A cursor of the driver's, for whoever never sends ahead."""

    connection: Connection

    def execute(self, *given: Any, **named: Any) -> _Answering:
        self.connection.step_back()
        super().execute(*given, **named)
        # After what undoes or removes something the driver does.
        if not (self.statusmessage or "").startswith("SELECT"):
            self.connection.forget_prepared()
        return self

    def executemany(self, *given: Any, **named: Any) -> None:
        self.connection.step_back()
        super().executemany(*given, **named)


class _Streaming(psycopg.ServerCursor[Any]):
    """A cursor of the server's, which the driver reads from bit by bit."""

    connection: Connection

    def execute(self, *given: Any, **named: Any) -> _Streaming:
        self.connection.fall_back()
        super().execute(*given, **named)
        return self
