"""Opening a database: settings made and read back, one writer at a time, errors that say what to do."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, Transaction, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import NullPool, StaticPool

from mdfm_ledger.chart import CHART
from mdfm_ledger.errors import (
    CorruptLedgerError,
    LedgerBusyError,
    NotALedgerError,
    SchemaNewerError,
    SchemaOutdatedError,
    StoreUnavailableError,
)
from mdfm_ledger.store.authorizer import authorize
from mdfm_ledger.store.guards import SQLITE_GUARDS
from mdfm_ledger.store.schema import ACCOUNT, APPLICATION_ID, METADATA, SCHEMA_VERSION

BUSY_SECONDS = 30
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
    ("cache_size", "-160000", -160000),
)
_DURABLE: tuple[tuple[str, str, object], ...] = (
    ("journal_mode", "WAL", "wal"),
    ("synchronous", "FULL", 2),
)


def open_engine(url: str, *, read_only: bool = False, create: bool = True, outdated: bool = False) -> Engine:
    """An engine on a ledger, made where none is and ``create`` allows it.

    With ``outdated`` one of an earlier schema is opened too, to be migrated. Raises StoreUnavailableError,
    NotALedgerError, SchemaNewerError or SchemaOutdatedError; a database that is not ours is left untouched.
    """
    target = _parse(url)
    path = _path(target)
    if path is not None:
        _require_path(path, url, may_create=create and not read_only)
    engine = create_engine(
        _read_only_url(target, path) if read_only and path is not None else target,
        hide_parameters=True,
        poolclass=StaticPool if path is None else NullPool,
    )
    event.listen(engine, "connect", _no_implicit_begin)
    event.listen(engine, "begin", _begin)
    with translated(url):
        _identify(engine, url, may_create=create and not read_only, outdated=outdated, path=path)
        event.listen(
            engine, "connect", lambda connection, _: _settle(connection, url, durable=path is not None)
        )
        if not outdated:
            event.listen(engine, "connect", lambda connection, _: connection.set_authorizer(authorize))
        if path is None:
            with engine.connect() as connection:
                driver: Any = connection.connection.driver_connection
                _settle(driver, url, durable=False)
                driver.set_authorizer(authorize)
    return engine


def begin_write(connection: Connection) -> Transaction:
    """Take the writer lock, then begin: what is read from now on cannot move before the commit."""
    connection.execution_options(mdfm_write=True)
    return connection.begin()


def begin_read(connection: Connection) -> None:
    """Begin a transaction in which everything read is of one moment."""
    connection.execution_options(mdfm_write=False)
    connection.begin()


def lock_for_writing(connection: Connection) -> None:
    """Take the writer lock inside a transaction the caller began."""
    # Any write takes SQLite's lock; a statement that matches no row writes nothing.
    connection.exec_driver_sql("DELETE FROM daily_total WHERE account = ''")


def clear_log(connection: Connection) -> bool:
    """Have the write-ahead log emptied, so that what was erased stands nowhere any more; whether it could be.

    It cannot while another connection still reads of an earlier moment.
    """
    # Asked of the driver itself, since a log cannot be emptied from within a transaction.
    busy, _, _ = connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy


@contextmanager
def translated(url: str, *, runs_others: bool = False) -> Iterator[None]:
    """Turn the driver's errors into ours; texts of bound values never appear.

    Unless it ``runs_others``, iterators of the caller say, text that cannot be decoded is the database's.
    """
    try:
        yield
    except UnicodeDecodeError as error:
        if runs_others:
            raise
        raise _ours(error, url) from error
    except DBAPIError as error:
        raise _ours(error.orig if isinstance(error.orig, sqlite3.Error) else error, url) from error
    except sqlite3.Error as error:
        raise _ours(error, url) from error


_DAMAGE = ("malformed", "decode", "no such table", "no such column")


def _ours(error: BaseException, url: str) -> Exception:
    problem = str(error)
    if "locked" in problem or "busy" in problem:
        return LedgerBusyError(seconds=BUSY_SECONDS)
    if "not a database" in problem:
        return NotALedgerError(url=url, problem="the file is not an SQLite database")
    if problem.startswith("mdfm:") or any(sign in problem for sign in _DAMAGE):
        return CorruptLedgerError(
            number=0, what="the database refused", expected="a sound ledger", found=problem
        )
    return StoreUnavailableError(url=url, problem=problem)


def _parse(url: str) -> URL:
    try:
        target = make_url(url)
    except (ArgumentError, ValueError):
        problem = "it is not a database URL such as sqlite:///mdfm.db"
        raise StoreUnavailableError(url=url, problem=problem) from None
    if target.drivername not in {"sqlite", "sqlite+pysqlite"}:
        problem = f"ledgers on {target.drivername} are not supported; use sqlite:///mdfm.db"
    elif target.host or "?" in url or (target.database or "").startswith("file:"):
        # What stands behind a question mark would be taken for settings, and another file be opened.
        problem = "after sqlite:/// comes the path of a file, without options"
    else:
        return target
    raise StoreUnavailableError(url=target.render_as_string(hide_password=True), problem=problem)


def _path(target: URL) -> Path | None:
    """The file of the database, or None for one in memory."""
    name = target.database
    return None if not name or name == ":memory:" else Path(name)


def _read_only_url(target: URL, path: Path) -> URL:
    return target.set(database=f"file:{quote(os.fsencode(path))}", query={"mode": "ro", "uri": "true"})


def _require_path(path: Path, url: str, *, may_create: bool) -> None:
    try:
        problem = _path_problem(path, may_create=may_create)
    except OSError as error:
        problem = error.strerror or str(error)
    if problem:
        raise StoreUnavailableError(url=url, problem=problem)


def _path_problem(path: Path, *, may_create: bool) -> str:
    if "\0" in str(path):
        return "a path has no NUL character"
    if path.is_dir():
        return "it is a folder, not a file"
    if path.exists():
        # A pipe or a device would keep us waiting, or take what is written and give nothing back.
        return "" if path.is_file() else "it is not an ordinary file"
    if not may_create:
        return "there is no such file"
    return "" if path.parent.is_dir() else f"there is no folder {path.parent}"


def _no_implicit_begin(connection: sqlite3.Connection, _: object) -> None:
    # The driver would begin by itself, deferred, and let two readers both become writers.
    connection.isolation_level = None


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("mdfm_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


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
        begin_write(connection)
        # Another process may have made the ledger while we waited for the lock.
        if connection.exec_driver_sql("PRAGMA application_id").scalar() != APPLICATION_ID:
            make_schema(connection)
        connection.commit()
        if path is not None:
            driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    if path is not None:
        try:
            folder = os.open(path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
        except OSError as error:
            raise StoreUnavailableError(url=url, problem=error.strerror or str(error)) from error


def make_schema(connection: Connection) -> None:
    """Create tables, chart and guards on an empty database, within the caller's transaction."""
    METADATA.create_all(connection)
    connection.execute(
        ACCOUNT.insert(),
        [{"code": known.code, "journal_set": known.journal_set.value} for known in CHART.values()],
    )
    for guard in SQLITE_GUARDS.values():
        connection.exec_driver_sql(guard)
    connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.exec_driver_sql(f"PRAGMA user_version = {SCHEMA_VERSION}")
