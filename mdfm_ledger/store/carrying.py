"""Carrying a ledger from one engine to another, row by row, past the guards of where it goes.

The records are the same bytes everywhere, and every other row is derived from them: so nothing is translated.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice

from sqlalchemy import Connection, Table, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from mdfm_ledger.errors import TargetExistsError
from mdfm_ledger.store.copying import Head
from mdfm_ledger.store.engine import dialect_of, open_engine, translated
from mdfm_ledger.store.schema import (
    DAILY_TOTAL,
    ENTRY,
    LINE,
    OWN_AMOUNT,
    PERSONAL_DETAIL,
    SUBACCOUNT,
    TILE,
)

_AT_A_TIME = 1_000
_OF_ENTRIES = (LINE, OWN_AMOUNT, PERSONAL_DETAIL, ENTRY)
"""The entry row comes last, as when it is recorded: it is what the guards count by."""

_HEAD = "SELECT number, seal FROM entry ORDER BY number DESC LIMIT 1"


def is_on_server(url: str) -> bool:
    """Whether the URL leads to a server, not to a file."""
    try:
        return make_url(url).get_backend_name() == "postgresql"
    except (ArgumentError, ValueError):
        return False


def shown(url: str) -> str:
    """The URL without its password."""
    return make_url(url).render_as_string(hide_password=True)


def dump_command(url: str) -> str:
    """What copies the database of a ledger as it is, of whatever schema."""
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=True)
    return f"pg_dump --format=custom --file=mdfm.dump '{plain}'"


@contextmanager
def reading(url: str, *, outdated: bool = False) -> Iterator[Connection]:
    """A connection to a ledger, in a transaction in which everything read is of one moment."""
    engine = open_engine(url, read_only=True, create=False, outdated=outdated)
    try:
        with translated(shown(url), dialect_of(engine)), engine.connect() as connection:
            dialect_of(engine).begin_read(connection)
            yield connection
            connection.rollback()
    finally:
        engine.dispose()


@contextmanager
def filling(url: str) -> Iterator[Connection]:
    """A connection to an empty ledger, made where there is none, in one transaction under the writer lock.

    Raises TargetExistsError where entries are in it.
    """
    engine = open_engine(url)
    try:
        with translated(shown(url), dialect_of(engine)), engine.connect() as connection:
            transaction = dialect_of(engine).begin_write(connection)
            if head_of(connection).number:
                raise TargetExistsError(target=f"a ledger with entries at {shown(url)}")
            yield connection
            transaction.commit()
    finally:
        engine.dispose()


def head_of(connection: Connection) -> Head:
    """The last entry of a ledger."""
    row = connection.exec_driver_sql(_HEAD).first()
    return Head(row[0], bytes(row[1]).hex()) if row else Head(0, "")


def has_head(connection: Connection, head: str) -> bool:
    """Whether the ledger has the entry a copy ended with, ``NUMBER/SEAL``; a copy without one is nobody's."""
    number, _, seal = head.partition("/")
    found = connection.execute(select(ENTRY.c.seal).where(ENTRY.c.number == _whole(number))).scalar()
    return found is not None and bytes(found).hex() == seal


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def carry(source: Connection, target: Connection) -> None:
    """Write every row of one ledger into another, which is empty and has its chart and guards already."""
    _carry(source, target, SUBACCOUNT)
    for first in range(1, head_of(source).number + 1, _AT_A_TIME):
        for table in _OF_ENTRIES:
            _carry(source, target, table, f"WHERE number BETWEEN {first} AND {first + _AT_A_TIME - 1}")
    for table in (TILE, DAILY_TOTAL):
        _carry(source, target, table)


def _carry(source: Connection, target: Connection, table: Table, where: str = "") -> None:
    columns, key = ", ".join(table.columns.keys()), ", ".join(table.primary_key.columns.keys())
    rows = dialect_of(source).stream(source, f"SELECT {columns} FROM {table.name} {where} ORDER BY {key}")
    cursor = dialect_of(target).cursor(target)
    try:
        # The lines of an entry are added in one go: what is of a run of entries is not cut.
        while some := list(islice(rows, None if where else _AT_A_TIME)):
            dialect_of(target).insert(cursor, table, some)
    finally:
        cursor.close()
