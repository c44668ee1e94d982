"""Statements sent to the server one after the other, whose answers are read when they are needed.

The driver's own pipeline turns to the server with each statement, and takes longer over one than the server
over its answer. Here they gather in the library of the server's makers beneath it, and go along together.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Generator, Mapping
from functools import lru_cache
from itertools import count
from typing import Any

import psycopg
from psycopg.adapt import Transformer
from psycopg.pq import ConnStatus, ExecStatus, Format, PipelineStatus
from psycopg.waiting import Ready, Wait

from mdfm_ledger.store.dialect import Values
from mdfm_ledger.store.postgres.arrays import parameter

_VALUE = re.compile(r"%(?:\((\w+)\)s|s|%)")
_FAILED = (ExecStatus.FATAL_ERROR, ExecStatus.PIPELINE_ABORTED)
_LOST = "the connection to the server was lost"


class Answer:
    """What the server answers to a statement, once that is read."""

    def __init__(self, sent: Sent) -> None:
        self._sent = sent
        self.result: Any = None
        self.is_called_for = False
        """Whether the server was told to give it without waiting for what is sent after it."""

    def rows(self) -> list[tuple[Any, ...]]:
        """Its rows, waited for if need be. Raises the first error of all that was sent till now."""
        if self.result is None:
            self._sent.settle(self if self.is_called_for else None)
        self.require_done()
        return self._sent.rows_of(self.result)

    def require_done(self) -> None:
        """Raise the server's error where it did not do it."""
        if self.result.status in _FAILED:
            raise psycopg.errors.error_from_result(self.result)


class Sent:
    """What was sent on a connection and is not answered yet."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection
        self._library = connection.pgconn
        self._reader: Any = None
        # In the order they were sent; None is where the server is told to answer all before.
        self._awaited: deque[Answer | None] = deque()
        self._prepared: dict[tuple[str, tuple[int, ...]], bytes] = {}
        self._numbers = count(1)

    def send(self, statement: str, values: Values = ()) -> Answer:
        """Have a statement run, written with ``%s`` or ``%(name)s`` for its values, after all before it."""
        if self._library.pipeline_status == PipelineStatus.OFF:
            self._library.enter_pipeline_mode()
        text, order = _numbered(statement)
        given = [values[name] for name in order] if isinstance(values, Mapping) else values
        written = [parameter(value) for value in given]
        types = tuple([kind for kind, _ in written])
        name = self._prepared.get((statement, types))
        if name is None:
            name = self._prepared[statement, types] = b"mdfm_%d" % next(self._numbers)
            self._library.send_prepare(name, text, types)
            self._awaited.append(Answer(self))
        # Values go in the server's own form, and what is answered comes as text, which the driver reads.
        forms = [Format.BINARY] * len(written)
        self._library.send_query_prepared(name, [value for _, value in written], forms, Format.TEXT)
        answer = Answer(self)
        self._awaited.append(answer)
        return answer

    def push(self) -> None:
        """Have the server begin with what was sent, as far as it takes it at once, and answer it."""
        is_new = False
        for answer in reversed(self._awaited):
            if answer is None or answer.is_called_for:
                break
            answer.is_called_for = is_new = True
        if is_new:
            self._library.send_flush_request()
        self._library.flush()

    def settle(self, until: Answer | None = None) -> None:
        """Wait until all that was sent is answered, or up to an answer called for. Raises the first error."""
        if not self._awaited:
            return
        if until is None and self._awaited[-1] is not None:
            self._library.pipeline_sync()
            self._awaited.append(None)
        answers = list(self._awaited)
        # What was to be prepared after a failure was not; nobody knows what, where this is broken off.
        prepared, self._prepared = self._prepared, {}
        self._connection.wait(self._read(until))
        for one in answers:
            if one is not None and one.result is not None:
                one.require_done()
        self._prepared = prepared

    def forget_prepared(self) -> None:
        """Prepare anew what is sent from now on."""
        self._prepared.clear()

    def leave(self) -> None:
        """Settle, and let the driver speak with the server by itself from now on."""
        try:
            self.settle()
        finally:
            if self._library.status == ConnStatus.OK:
                self._leave_mode()

    def _leave_mode(self) -> None:
        try:
            self._library.exit_pipeline_mode()
        except psycopg.OperationalError:
            # Whoever was interrupted while sending or reading does not know what is still to come.
            self._connection.close()
            raise

    def rows_of(self, result: Any) -> list[tuple[Any, ...]]:
        """The rows of a result as the driver's own cursors give them."""
        if self._reader is None:
            self._reader = Transformer(self._connection)
        self._reader.set_pgresult(result)
        rows: list[tuple[Any, ...]] = self._reader.load_rows(0, result.ntuples, tuple)
        return rows

    def _read(self, until: Answer | None) -> Generator[Wait, Ready | int, None]:
        """Read all answers, or up to one, asking the driver to wait wherever there is nothing to read yet."""
        library = self._library
        library.flush()
        while self._awaited and (until is None or until.result is None):
            while library.is_busy():
                ready = yield Wait.RW if library.flush() else Wait.R
                # Nothing is said where the driver, interrupted, begins to wait anew for what is cancelled.
                if not ready or ready & Ready.R:
                    library.consume_input()
            result = library.get_result()
            if result is None:
                # So ends the answer to each statement.
                if library.status != ConnStatus.OK:
                    raise psycopg.OperationalError(_LOST)
                continue
            answer = self._awaited.popleft()
            if answer is not None:
                answer.result = result


@lru_cache(maxsize=512)
def _numbered(statement: str) -> tuple[bytes, tuple[str, ...]]:
    """A statement with its values by number, and their names in that order."""
    names: list[str] = []

    def number(found: re.Match[str]) -> str:
        if found[0] == "%%":
            return "%"
        names.append(found[1])
        return f"${len(names)}"

    return _VALUE.sub(number, statement).encode(), tuple(names)
