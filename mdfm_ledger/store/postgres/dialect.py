"""PostgreSQL behind the same questions as every engine: one writer at a time by an advisory lock."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from itertools import count
from typing import Any

import psycopg
from sqlalchemy import BigInteger, Connection, Engine, Integer, LargeBinary, Table, Text, Transaction
from sqlalchemy.engine import URL
from sqlalchemy.exc import PendingRollbackError

from mdfm_ledger.errors import NotALedgerError, ServerUnavailableError
from mdfm_ledger.journal import Subaccount
from mdfm_ledger.store.dialect import Dialect, moved_after
from mdfm_ledger.store.postgres import arrays, failures, inspection, opening, pages
from mdfm_ledger.store.postgres.ahead import Connection as Ahead
from mdfm_ledger.store.postgres.guards import FIND_GUARDS, LOCK, POSTGRESQL_GUARDS, ROOM
from mdfm_ledger.store.postgres.roles import Roles, owner_for_the_transaction, statements_for
from mdfm_ledger.store.schema import APPLICATION_ID, DAILY_TOTAL, ENTRY, PLACE_COLUMNS, SCHEMA_VERSION

_COPIED_FROM = 100
"""Rows from which on a COPY is quicker than an INSERT of them all, where it is waited for."""

# What guards put off to the commit they do while the next entries are worked out: once entries are written
# nothing of them is missing any more.
_CHECK_NOW = ("SET CONSTRAINTS ALL IMMEDIATE", "SET CONSTRAINTS ALL DEFERRED")
_BEGIN = "BEGIN ISOLATION LEVEL READ COMMITTED"

_AT_A_TIME = 1_000
_TYPES = ((BigInteger, "int8"), (Integer, "int4"), (LargeBinary, "bytea"), (Text, "text"))
# What is read in a transaction that writes is few rows by an index. A plan kept from when a table was small
# would go through all of it; and to look for a plan anew, for each value asked, takes longer than the answer.
_TAKE_LOCK = (
    "SELECT set_config('enable_seqscan', 'off', true),"
    f" set_config('plan_cache_mode', 'force_generic_plan', true), {LOCK}"
)
_SHARE_LOCK = f"SELECT pg_advisory_xact_lock_shared({APPLICATION_ID})"
_CALLERS = (
    "SELECT current_setting('transaction_isolation'), current_setting('search_path'),"
    " current_setting('synchronous_commit')"
)
_PAUSE = "SELECT pg_sleep(%s * (0.5 + random()) / 1000)"
_ADDING = (
    " ON CONFLICT (account, term, currency, flow, day) DO UPDATE SET"
    " debit = daily_total.debit + excluded.debit, credit = daily_total.credit + excluded.credit"
)
# Each by the index of its kind, whatever a server believes of a table it has not counted yet.
_FIND = (
    f"SELECT at, id FROM unnest({', '.join(['%s::text[]'] * len(PLACE_COLUMNS))})"
    f" WITH ORDINALITY AS asked ({', '.join(PLACE_COLUMNS)}, at), LATERAL (SELECT id FROM subaccount WHERE "
    + " AND ".join(f"subaccount.{name} = asked.{name}" for name in PLACE_COLUMNS)
)
_FIND_PLEDGED = f"{_FIND} AND subaccount.pledge <> '' OFFSET 0) AS found"
_FIND_OTHER = f"{_FIND} AND subaccount.pledge = '' OFFSET 0) AS found"
_KNOWN = "SELECT reference FROM entry WHERE kind = %s AND reference = ANY(%s)"
_PLACE_BY_ID = "LATERAL (SELECT * FROM subaccount WHERE id = moved.subaccount OFFSET 0) AS found"
_names = count(1)


class PostgreSQL(Dialect):
    """A ledger in a schema of its own in a database of a server."""

    name = "postgresql"
    errors = (psycopg.Error,)
    # The server writes some while the next are worked out.
    most_waiting = 400
    # Said with an end they are few to a server that plans without knowing the number.
    moved_after = moved_after(
        _PLACE_BY_ID, by="subaccount, day", until="number <= (SELECT max(number) FROM entry)"
    )

    # -- opening -------------------------------------------------------------------------------

    def open(self, target: URL, url: str, *, read_only: bool, create: bool, outdated: bool) -> Engine:
        engine = opening.engine_on(target, url, read_only=read_only)
        with engine.connect() as connection:
            version = opening.version_of(connection, url)
            connection.rollback()
            if version is None:
                if not create or opening.reads_only(connection):
                    raise NotALedgerError(url=url, problem="no ledger is in the database")
                version = self._create(connection, url)
        opening.require_known(version, outdated=outdated)
        return engine

    def _create(self, connection: Connection, url: str) -> int:
        with self.begin_write(connection):
            # Somebody else may have made the ledger while we waited for the lock.
            version = opening.version_of(connection, url)
            if version is None:
                self.make_schema(connection)
        return version or SCHEMA_VERSION

    def ours(self, error: BaseException, url: str) -> Exception:
        return failures.ours(error, url)

    # -- transactions --------------------------------------------------------------------------

    def begin_write(self, connection: Connection) -> Transaction:
        # Each statement sees what was committed before it, and so what was before the lock was had.
        self._set(connection, "READ COMMITTED", read_only=opening.reads_only(connection))
        transaction = connection.begin()
        connection.exec_driver_sql(_TAKE_LOCK)
        return transaction

    def begin_posting(self, connection: Connection) -> Transaction:
        transaction = connection.begin()
        access = "READ ONLY" if opening.reads_only(connection) else "READ WRITE"
        _driver(connection).run_ahead(f"{_BEGIN} {access}", _TAKE_LOCK)
        return transaction

    def commit_posting(self, connection: Connection) -> None:
        _driver(connection).commit_ahead()
        connection.commit()

    def undo_posting(self, connection: Connection) -> None:
        # What went wrong is told already. Whoever was interrupted while it waited has no connection any more.
        with suppress(psycopg.Error, PendingRollbackError):
            _driver(connection).fall_back()
        connection.rollback()

    def begin_read(self, connection: Connection) -> None:
        self._set(connection, "REPEATABLE READ", read_only=True)
        connection.begin()

    def _set(self, connection: Connection, isolation: Any, *, read_only: bool) -> None:
        connection.execution_options(isolation_level=isolation, postgresql_readonly=read_only)

    def lock_for_writing(self, connection: Connection) -> None:
        isolation, path, commit = connection.exec_driver_sql(_CALLERS).one()
        problem = ""
        if isolation != "read committed":
            problem = f"the transaction is {isolation}; what it reads may be older than the writer lock"
        elif path != opening.PATH:
            problem = f"search_path is {path}, it must be {opening.PATH}"
        elif commit == "off":
            problem = "synchronous_commit is off, it must be on"
        if problem:
            raise ServerUnavailableError(url="the caller's connection", problem=problem)
        connection.exec_driver_sql(_TAKE_LOCK)

    def hold_still(self, connection: Connection) -> None:
        """Keep writers waiting, unless the caller's transaction sees one moment by itself."""
        isolation, _, _ = connection.exec_driver_sql(_CALLERS).one()
        if isolation == "read committed":
            connection.exec_driver_sql(_SHARE_LOCK)

    def clear_log(self, connection: Connection) -> bool:
        """No: the server's log is its own, and its copies are elsewhere."""
        return False

    def pause(self, connection: Connection, attempt: int) -> None:
        # The server waits: chance and clock are its own.
        connection.exec_driver_sql(_PAUSE, (10 << attempt,))
        connection.rollback()

    # -- schema --------------------------------------------------------------------------------

    def guards(self) -> Mapping[str, str]:
        return POSTGRESQL_GUARDS

    def drop_guards(self, connection: Connection) -> None:
        for found in FIND_GUARDS:
            for statement in connection.exec_driver_sql(found).scalars().all():
                connection.exec_driver_sql(statement)

    def make_room(self, connection: Connection) -> None:
        connection.exec_driver_sql(f"CREATE SCHEMA {ROOM}")

    def set_version(self, connection: Connection, version: int) -> None:
        connection.exec_driver_sql(f"COMMENT ON SCHEMA {ROOM} IS '{opening.mark(version)}'")

    def version_of(self, connection: Connection) -> int:
        return opening.version_of(connection, "") or 0

    def ready_to_migrate(self, connection: Connection) -> None:
        """Nothing: what a revision changes, and its rows, are of one transaction here."""

    def act_as_owner(self, connection: Connection) -> None:
        connection.exec_driver_sql(owner_for_the_transaction(connection))

    @contextmanager
    def room_apart(self, connection: Connection) -> Iterator[Connection]:
        # In the transaction itself, since whoever migrates may not be allowed another database.
        apart = connection.begin_nested()
        connection.exec_driver_sql(f"ALTER SCHEMA {ROOM} RENAME TO {ROOM}_aside")
        try:
            yield connection
        finally:
            apart.rollback()

    def misplaced_marks(self, connection: Connection) -> list[str]:
        found = opening.version_of(connection, "")
        return [] if found == SCHEMA_VERSION else [f"the comment on schema {ROOM} is not its mark"]

    def schema_of(self, connection: Connection) -> dict[str, str]:
        return inspection.schema_of(connection)

    def expected_schema(self) -> dict[str, str]:
        return inspection.expected_schema()

    def damage(self, connection: Connection, *, quick: bool = False) -> list[str]:
        # Where pages have checksums the server checks each it reads; which rows an index lacks, it does not.
        return [] if quick else pages.problems(connection)

    def orphans(self, connection: Connection) -> list[str]:
        return inspection.orphans(connection)

    def grants(self, connection: Connection, *, owner: str, poster: str, auditor: str) -> tuple[str, ...]:
        statements = statements_for(connection, Roles(owner=owner, poster=poster, auditor=auditor))
        connection.rollback()
        return statements

    # -- rows ----------------------------------------------------------------------------------

    def placed(self, statement: str) -> str:
        return statement.replace("?", "%s")

    def cursor(self, connection: Connection) -> Any:
        return arrays.taught(psycopg.Cursor(_driver(connection)))

    def insert(self, cursor: Any, table: Table, rows: Sequence[tuple[object, ...]]) -> None:
        is_ahead = isinstance(cursor.connection, Ahead) and cursor.connection.is_ahead
        # What is copied is waited for; where that is not wanted an INSERT is quicker, however many they are.
        if is_ahead or len(rows) < _COPIED_FROM:
            cursor.execute(_insert_into(table), _columns_of(table, rows))
            if is_ahead and table is ENTRY and len(rows) >= _COPIED_FROM:
                for statement in _CHECK_NOW:
                    cursor.execute(statement)
            return
        with cursor.copy(_copy_into(table)) as copy:
            copy.set_types(_types_of(table))
            for row in rows:
                copy.write_row(row)

    def add_totals(self, cursor: Any, rows: Sequence[tuple[object, ...]]) -> None:
        if rows:
            cursor.execute(_insert_into(DAILY_TOTAL) + _ADDING, _columns_of(DAILY_TOTAL, rows))

    def ids_of(self, cursor: Any, places: Collection[Subaccount]) -> Mapping[Subaccount, int]:
        found: dict[Subaccount, int] = {}
        for statement, is_pledged in ((_FIND_PLEDGED, True), (_FIND_OTHER, False)):
            some = [place for place in places if bool(place.pledge) == is_pledged]
            if some:
                texts = map(arrays.WRITERS["text"], zip(*some, strict=True))
                rows = cursor.execute(statement, list(texts)).fetchall()
                found.update((some[at - 1], number) for at, number in rows)
        return found

    def known(self, cursor: Any, kind: str, references: Sequence[str]) -> Sequence[Any]:
        rows: Sequence[Any] = cursor.execute(_KNOWN, (kind, arrays.WRITERS["text"](references))).fetchall()
        return rows

    def stream(self, connection: Connection, statement: str) -> Iterator[Any]:
        # A cursor of the server's: one of the driver would have all rows in memory at once.
        with _driver(connection).cursor(name=f"mdfm_{next(_names)}") as cursor:
            cursor.execute(statement)
            while rows := cursor.fetchmany(_AT_A_TIME):
                yield from rows


POSTGRESQL = PostgreSQL()


@cache
def _insert_into(table: Table) -> str:
    # All rows by one statement: one way to the server and back, and each guard looks once.
    arrays = ", ".join(f"%s::{kind}[]" for kind in _types_of(table))
    return f"INSERT INTO {table.name} ({', '.join(table.columns.keys())}) SELECT * FROM unnest({arrays})"


def _columns_of(table: Table, rows: Sequence[tuple[object, ...]]) -> list[object]:
    return [write(column) for write, column in zip(_writers_of(table), zip(*rows, strict=True), strict=True)]


@cache
def _writers_of(table: Table) -> list[Callable[[Sequence[Any]], object]]:
    return [arrays.WRITERS[kind] for kind in _types_of(table)]


def _driver(connection: Connection) -> Any:
    return connection.connection.driver_connection


@cache
def _copy_into(table: Table) -> str:
    return f"COPY {table.name} ({', '.join(table.columns.keys())}) FROM STDIN (FORMAT BINARY)"


@cache
def _types_of(table: Table) -> list[str]:
    # BigInteger is an Integer too: the first that fits counts.
    return [next(kind for sort, kind in _TYPES if isinstance(one.type, sort)) for one in table.columns]
