"""PostgreSQL behind the same questions as every engine: one writer at a time by an advisory lock."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from itertools import count
from typing import Any

import psycopg
from sqlalchemy import Connection, Engine, Table, Transaction
from sqlalchemy.engine import URL
from sqlalchemy.exc import PendingRollbackError

from mdfm_ledger.errors import NotALedgerError, ServerUnavailableError
from mdfm_ledger.journal import Subaccount
from mdfm_ledger.results import Scrubbed
from mdfm_ledger.store.dialect import Dialect, Values, moved_after
from mdfm_ledger.store.postgres import arrays, failures, inspection, opening, pages, scrubbing, writing
from mdfm_ledger.store.postgres.ahead import Cursor
from mdfm_ledger.store.postgres.guards import FIND_GUARDS, LOCK, POSTGRESQL_GUARDS, ROOM
from mdfm_ledger.store.postgres.roles import Roles, owner_for_the_transaction, statements_for
from mdfm_ledger.store.schema import APPLICATION_ID, NOTHING, PLACE_COLUMNS, SCHEMA_VERSION

_BEGIN = "BEGIN ISOLATION LEVEL READ COMMITTED"

_AT_A_TIME = 1_000
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
_KNOWN = "SELECT reference FROM entry WHERE kind = %s AND reference = ANY(%s)"
_PLACE_BY_ID = "LATERAL (SELECT * FROM subaccount WHERE id = moved.subaccount OFFSET 0) AS found"
_names = count(1)


class PostgreSQL(Dialect):
    """A ledger in a schema of its own in a database of a server."""

    name = "postgresql"
    errors = (psycopg.Error,)
    answers_together = True
    # The server writes some while the next are worked out.
    most_waiting = 400
    least_waiting = 50
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

    def send_on(self, connection: Connection) -> None:
        _driver(connection).push()

    def commit_posting(self, connection: Connection) -> None:
        _driver(connection).commit_ahead()
        connection.commit()

    def undo_posting(self, connection: Connection) -> None:
        # What went wrong is told already. Whoever was interrupted while it waited has no connection any more.
        with suppress(psycopg.Error, PendingRollbackError):
            _driver(connection).fall_back()
        if not connection.invalidated and _driver(connection).closed:
            # What was lost, or had to be closed, is not asked again: the next transaction has another.
            connection.invalidate()
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

    still_stands = pages.STILL_STANDS

    def clear_log(self, connection: Connection) -> bool:
        """No: the server's log is its own, and its copies are elsewhere."""
        return False

    def scrub(self, connection: Connection, url: str, *, log: bool) -> Scrubbed:
        return scrubbing.scrub(connection, url, log=log)

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

    def unseen(self, connection: Connection, *, quick: bool = False) -> str:
        return "the quick check does not ask for it" if quick else pages.unseen(connection)

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
        return Cursor(_driver(connection))

    def asked(self, connection: Connection, text: str, values: Values) -> Callable[[], Sequence[Any]]:
        driver = _driver(connection)
        if driver.is_ahead:
            rows: Callable[[], Sequence[Any]] = driver.send(text, values).rows
            return rows
        return super().asked(connection, text, values)

    def insert(self, cursor: Any, table: Table, rows: Sequence[tuple[object, ...]]) -> None:
        writing.insert(cursor, table, rows)

    def insert_columns(self, cursor: Any, table: Table, columns: Sequence[Sequence[object]]) -> None:
        writing.insert_columns(cursor, table, columns)

    def add_totals(self, cursor: Any, rows: Sequence[tuple[object, ...]]) -> None:
        writing.add_totals(cursor, rows)

    def ids_of(self, cursor: Any, places: Collection[Subaccount]) -> Mapping[Subaccount, int]:
        alike: dict[tuple[bool, ...], list[Subaccount]] = {}
        for place in places:
            alike.setdefault(tuple(map(bool, place)), []).append(place)
        asked = [(some, cursor.ask(_find(given), _columns(some))) for given, some in alike.items()]
        return {some[at - 1]: number for some, rows in asked for at, number in rows()}

    def known(self, cursor: Any, kind: str, references: Sequence[str]) -> Callable[[], Sequence[Any]]:
        asked: Callable[[], Sequence[Any]] = cursor.ask(_KNOWN, (kind, arrays.WRITERS["text"](references)))
        return asked

    def stream(self, connection: Connection, statement: str) -> Iterator[Any]:
        # A cursor of the server's: one of the driver would have all rows in memory at once.
        with _driver(connection).cursor(name=f"mdfm_{next(_names)}") as cursor:
            cursor.execute(statement)
            while rows := cursor.fetchmany(_AT_A_TIME):
                yield from rows


POSTGRESQL = PostgreSQL()


@cache
def _find(given: tuple[bool, ...]) -> str:
    """What asks for the ids of places that have these columns and no others, each by the index of its kind.

    It goes by that index whatever a server believes of a table it has not counted yet.
    """
    names = [name for name, is_given in zip(PLACE_COLUMNS, given, strict=True) if is_given]
    are_equal = [
        f"subaccount.{name} = {f'asked.{name}' if name in names else NOTHING}" for name in PLACE_COLUMNS
    ]
    of_pledge = [f"subaccount.pledge <> {NOTHING}"] if "pledge" in names else []
    return (
        f"SELECT at, id FROM unnest({', '.join(['%s::text[]'] * len(names))})"
        f" WITH ORDINALITY AS asked ({', '.join(names)}, at), LATERAL (SELECT id FROM subaccount"
        f" WHERE {' AND '.join(are_equal + of_pledge)} OFFSET 0) AS found"
    )


def _columns(alike: Sequence[Subaccount]) -> list[object]:
    """The columns that places have, if they all have the same."""
    write = arrays.WRITERS["text"]
    return [write(column) for column in zip(*alike, strict=True) if column[0]]


def _driver(connection: Connection) -> Any:
    return connection.connection.driver_connection
