"""SQLite: settings made and read back, one writer at a time, errors that say what to do."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, Transaction, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.pool import NullPool, StaticPool

from mdfm_ledger.disk import synced
from mdfm_ledger.errors import (
    CorruptLedgerError,
    LedgerBusyError,
    NotALedgerError,
    SchemaNewerError,
    SchemaOutdatedError,
    StillReadError,
    StoreUnavailableError,
)
from mdfm_ledger.results import Scrubbed
from mdfm_ledger.store import sqlite_rows
from mdfm_ledger.store.authorizer import authorize
from mdfm_ledger.store.dialect import BUSY_SECONDS, Dialect
from mdfm_ledger.store.guards import SQLITE_GUARDS
from mdfm_ledger.store.schema import APPLICATION_ID, SCHEMA_VERSION
from mdfm_ledger.store.sqlite_url import path_of, read_only_url, require_path, require_plain

PAGE_SIZE = 8192
"""Bytes of a page of the file, of which a commit writes whole ones."""

# Each is set when a connection opens and read back: a setting the library was built without, or
# a file system that cannot keep it, must stop us rather than cost a posting.
_SETTINGS: tuple[tuple[str, str, object], ...] = (
    ("busy_timeout", str(BUSY_SECONDS * 1000), BUSY_SECONDS * 1000),
    ("foreign_keys", "ON", 1),
    ("recursive_triggers", "ON", 1),
    ("trusted_schema", "OFF", 0),
    ("secure_delete", "ON", 1),
    ("cache_size", "-96000", -96000),
)
_DURABLE: tuple[tuple[str, str, object], ...] = (
    ("journal_mode", "WAL", "wal"),
    ("synchronous", "FULL", 2),
)
_DAMAGE = ("malformed", "decode", "no such table", "no such column")
_KNOWN = "SELECT reference FROM entry WHERE kind = ? AND reference IN (SELECT value FROM json_each(?))"


class SQLite(Dialect):
    """A ledger in a file, or in memory for tests and trials."""

    name = "sqlite"
    errors = (sqlite3.Error,)
    still_stands = "in the database's log until all who read the ledger have closed it"

    # -- opening -------------------------------------------------------------------------------

    def open(self, target: URL, url: str, *, read_only: bool, create: bool, outdated: bool) -> Engine:
        require_plain(target, url)
        path = path_of(target)
        if path is not None:
            require_path(path, url, may_create=create and not read_only)
        engine = create_engine(
            read_only_url(target, path, url) if read_only and path is not None else target,
            hide_parameters=True,
            poolclass=StaticPool if path is None else NullPool,
        )
        event.listen(engine, "connect", _no_implicit_begin)
        event.listen(engine, "begin", _begin)
        _identify(engine, url, may_create=create and not read_only, outdated=outdated, path=path)
        # How the file is written is for writers to settle: a copy that was made in another way can be read.
        durable = path is not None and not read_only
        event.listen(engine, "connect", lambda connection, _: _settle(connection, url, durable=durable))
        if not outdated:
            event.listen(engine, "connect", lambda connection, _: connection.set_authorizer(authorize))
        if path is None:
            with engine.connect() as connection:
                driver: Any = connection.connection.driver_connection
                _settle(driver, url, durable=False)
                driver.set_authorizer(authorize)
        return engine

    def ours(self, error: BaseException, url: str) -> Exception:
        problem = str(error)
        if "locked" in problem or "busy" in problem:
            return LedgerBusyError(seconds=BUSY_SECONDS)
        if "not a database" in problem:
            return NotALedgerError(url=url, problem="the file is not an SQLite database")
        # Under the writer lock nobody took a number or a place meanwhile: what stands in the way is damage.
        if isinstance(error, sqlite3.IntegrityError) or any(sign in problem for sign in _DAMAGE):
            return CorruptLedgerError(
                number=0, what="the database refused", expected="a sound ledger", found=problem
            )
        return StoreUnavailableError(url=url, problem=problem)

    # -- transactions --------------------------------------------------------------------------

    def begin_write(self, connection: Connection) -> Transaction:
        connection.execution_options(mdfm_write=True)
        return connection.begin()

    def send_on(self, connection: Connection) -> None:
        """Nothing: a file has all at once."""

    def begin_read(self, connection: Connection) -> None:
        connection.execution_options(mdfm_write=False)
        connection.begin()

    def lock_for_writing(self, connection: Connection) -> None:
        # Any write takes SQLite's lock; a statement that matches no row writes nothing.
        connection.exec_driver_sql("DELETE FROM daily_total WHERE account = ''")

    def hold_still(self, connection: Connection) -> None:
        """Nothing to do: a transaction of SQLite reads of one moment."""

    def clear_log(self, connection: Connection) -> bool:
        """Have the write-ahead log emptied. It cannot be while another connection reads of before."""
        # Asked of the driver itself, since a log cannot be emptied from within a transaction.
        busy, _, _ = connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not busy

    def scrub(self, connection: Connection, url: str, *, log: bool) -> Scrubbed:
        if not self.clear_log(connection):
            raise StillReadError(who="somebody who has the ledger open")
        return Scrubbed(
            done=("what was erased is overwritten in the file, and its log is empty",),
            left=("backups, copies, snapshots, and old blocks of a flash disk",),
        )

    def pause(self, connection: Connection, attempt: int) -> None:
        """Nothing to do: who has the lock loses no race."""

    # -- schema --------------------------------------------------------------------------------

    def guards(self) -> Mapping[str, str]:
        return SQLITE_GUARDS

    def drop_guards(self, connection: Connection) -> None:
        guards = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars()
        for name in guards.all():
            connection.exec_driver_sql(f'DROP TRIGGER "{name}"')

    def make_room(self, connection: Connection) -> None:
        """Nothing to do: the file is the room."""

    def set_version(self, connection: Connection, version: int) -> None:
        connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.exec_driver_sql(f"PRAGMA user_version = {version}")

    def version_of(self, connection: Connection) -> int:
        return int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())

    def ready_to_migrate(self, connection: Connection) -> None:
        # Foreign keys can only be turned off outside a transaction; they are checked as a whole after it.
        connection.connection.cursor().execute("PRAGMA foreign_keys = OFF")

    def act_as_owner(self, connection: Connection) -> None:
        """Nothing: a file has one owner."""

    @contextmanager
    def room_apart(self, connection: Connection) -> Iterator[Connection]:
        engine = create_engine("sqlite://")
        with engine.connect() as apart:
            yield apart
        engine.dispose()

    def misplaced_marks(self, connection: Connection) -> list[str]:
        marks = {"application_id": APPLICATION_ID, "user_version": SCHEMA_VERSION}
        return [
            f"PRAGMA {name} is not {value}"
            for name, value in marks.items()
            if connection.exec_driver_sql(f"PRAGMA {name}").scalar() != value
        ]

    def schema_of(self, connection: Connection) -> dict[str, str]:
        # Indexes SQLite makes by itself have no text, and ANALYZE leaves tables of its own.
        rows = connection.exec_driver_sql(
            "SELECT type || ' ' || name, sql FROM sqlite_master"
            " WHERE sql IS NOT NULL AND name NOT IN ('sqlite_stat1', 'sqlite_stat4')"
        )
        return {name: " ".join(text.split()) for name, text in rows}

    def expected_schema(self) -> dict[str, str]:
        engine = create_engine("sqlite://")
        with engine.connect() as connection:
            self.make_schema(connection)
            expected = self.schema_of(connection)
        engine.dispose()
        return expected

    def damage(self, connection: Connection, *, quick: bool = False) -> list[str]:
        rows = connection.exec_driver_sql(f"PRAGMA {'quick' if quick else 'integrity'}_check")
        return [str(text) for (text,) in rows if text != "ok"]

    def orphans(self, connection: Connection) -> list[str]:
        return sqlite_rows.orphans(connection)

    def grants(self, connection: Connection, *, owner: str, poster: str, auditor: str) -> tuple[str, ...]:
        problem = "a file has no roles; who may write to it is said by its permissions"
        raise StoreUnavailableError(url=str(connection.engine.url), problem=problem)

    # -- rows ----------------------------------------------------------------------------------

    def placed(self, statement: str) -> str:
        return statement

    def insert(self, cursor: Any, table: Table, rows: Sequence[tuple[object, ...]]) -> None:
        sqlite_rows.insert(cursor, table, rows)

    def add_totals(self, cursor: Any, rows: Sequence[tuple[object, ...]]) -> None:
        sqlite_rows.add_totals(cursor, rows)

    def known(self, cursor: Any, kind: str, references: Sequence[str]) -> Callable[[], Sequence[Any]]:
        rows: Sequence[Any] = cursor.execute(_KNOWN, (kind, json.dumps(references))).fetchall()
        return lambda: rows

    def stream(self, connection: Connection, statement: str) -> Iterator[Any]:
        # The driver's own cursor: a million rows need no result object each. Few at a time: each is looked at
        # while the processor still has it at hand.
        cursor = connection.connection.cursor()
        cursor.execute(statement)
        while rows := cursor.fetchmany(100):
            yield from rows


SQLITE = SQLite()


def _no_implicit_begin(connection: sqlite3.Connection, _: object) -> None:
    # The driver would begin by itself, deferred, and let two readers both become writers.
    connection.isolation_level = None


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("mdfm_write", False)
    # Asked of the driver itself: each posting begins, and SQLAlchemy takes longer for it than SQLite.
    driver: Any = connection.connection.driver_connection
    driver.execute("BEGIN IMMEDIATE" if writes else "BEGIN").close()


def _settle(connection: Any, url: str, *, durable: bool) -> None:
    for name, value, expected in _SETTINGS + (_DURABLE if durable else ()):
        connection.execute(f"PRAGMA {name} = {value}")
        found = connection.execute(f"PRAGMA {name}").fetchone()[0]
        if found != expected:
            raise StoreUnavailableError(
                url=url, problem=f"PRAGMA {name} is {found!r}, it must be {expected!r}"
            )


def _identify(engine: Engine, url: str, *, may_create: bool, outdated: bool, path: Path | None) -> None:
    with engine.connect() as connection:
        application_id = connection.exec_driver_sql("PRAGMA application_id").scalar()
        version = connection.exec_driver_sql("PRAGMA user_version").scalar() or 0
        tables = connection.exec_driver_sql("SELECT COUNT(*) FROM sqlite_master").scalar()
    if application_id == APPLICATION_ID:
        if version > SCHEMA_VERSION:
            raise SchemaNewerError(found=version, known=SCHEMA_VERSION)
        if version < SCHEMA_VERSION and not outdated:
            raise SchemaOutdatedError(found=version, known=SCHEMA_VERSION)
    elif tables or application_id:
        raise NotALedgerError(url=url, problem="it holds other tables")
    elif not may_create:
        raise NotALedgerError(url=url, problem="the file is empty")
    else:
        _create(engine, url, path)


def _create(engine: Engine, url: str, path: Path | None) -> None:
    """Make the tables and guards in one transaction, and let the disk have them before we go on."""
    with engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        if path is not None:
            # A record takes a kilobyte: on small pages a third of the file would be what does not fit.
            driver.execute(f"PRAGMA page_size = {PAGE_SIZE}")
            driver.execute("PRAGMA journal_mode = WAL")
            driver.execute("PRAGMA synchronous = EXTRA")
        SQLITE.begin_write(connection)
        # Another process may have made the ledger while we waited for the lock.
        if connection.exec_driver_sql("PRAGMA application_id").scalar() != APPLICATION_ID:
            SQLITE.make_schema(connection)
        connection.commit()
        if path is not None:
            driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    if path is not None:
        try:
            synced(path.parent)
        except OSError as error:
            raise StoreUnavailableError(url=url, problem=error.strerror or str(error)) from error
