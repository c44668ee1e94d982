"""Opening a database by its URL, whichever engine it is of, with errors that say what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from mdfm_ledger.errors import StoreUnavailableError
from mdfm_ledger.store.dialect import Dialect
from mdfm_ledger.store.sqlite import SQLITE


def open_engine(url: str, *, read_only: bool = False, create: bool = True, outdated: bool = False) -> Engine:
    """An engine on a ledger, made where none is and ``create`` allows it.

    With ``outdated`` one of an earlier schema is opened too, to be migrated. Raises StoreUnavailableError,
    NotALedgerError, SchemaNewerError or SchemaOutdatedError; a database that is not ours is left untouched.
    """
    target = _parse(url)
    shown = target.render_as_string(hide_password=True) if target.password else url
    dialect = _named(target.get_backend_name(), shown)
    with translated(shown, dialect):
        return dialect.open(target, shown, read_only=read_only, create=create, outdated=outdated)


def dialect_of(bind: Connection | Engine) -> Dialect:
    """What is the engine's own way where this connection leads."""
    return _named(bind.dialect.name)


def _named(name: str, url: str = "") -> Dialect:
    if name == SQLITE.name:
        return SQLITE
    try:
        # Loaded only where it is needed, since its driver need not be installed.
        from mdfm_ledger.store.postgres.dialect import POSTGRESQL
    except ImportError:
        raise StoreUnavailableError(
            url=url, problem="it takes mdfm-ledger[postgres], not installed"
        ) from None
    return POSTGRESQL


@contextmanager
def translated(url: str, dialect: Dialect = SQLITE, *, runs_others: bool = False) -> Iterator[None]:
    """Turn the driver's errors into ours; texts of bound values never appear.

    Unless it ``runs_others``, iterators of the caller say, text that cannot be decoded is the database's.
    """
    try:
        yield
    except UnicodeDecodeError as error:
        if runs_others:
            raise
        raise dialect.ours(error, url) from error
    except DBAPIError as error:
        # The driver's own error, without what of it holds values: its wrapping would repeat those.
        cause = error.orig if isinstance(error.orig, dialect.errors) else error
        raise dialect.ours(cause, url) from cause
    except dialect.errors as error:
        raise dialect.ours(error, url) from error


def _parse(url: str) -> URL:
    try:
        target = make_url(url)
    except (ArgumentError, ValueError):
        problem = "it is not a database URL such as sqlite:///mdfm.db"
        raise StoreUnavailableError(url=url, problem=problem) from None
    if target.drivername in {"sqlite", "sqlite+pysqlite", "postgresql+psycopg"}:
        return target
    problem = f"ledgers on {target.drivername} are not supported; use sqlite:///… or postgresql+psycopg://…"
    raise StoreUnavailableError(url=target.render_as_string(hide_password=True), problem=problem)
