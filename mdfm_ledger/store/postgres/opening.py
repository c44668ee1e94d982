"""Opening a ledger on a PostgreSQL server: its settings read, and refused where a posting could be lost."""

from __future__ import annotations

import re
from typing import Any

from psycopg import Connection as Driver
from psycopg.adapt import Loader
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.pool import NullPool

from mdfm_ledger.errors import (
    NotALedgerError,
    SchemaNewerError,
    SchemaOutdatedError,
    ServerUnavailableError,
)
from mdfm_ledger.store.dialect import BUSY_SECONDS
from mdfm_ledger.store.postgres.ahead import Connection as Ahead
from mdfm_ledger.store.postgres.guards import ROOM
from mdfm_ledger.store.schema import SCHEMA_VERSION

OLDEST = 15
"""The first major version that is supported."""

PATH = f"{ROOM}, pg_temp"
"""Where tables are looked for: nobody's temporary table stands before one of ours."""

_MADE = {
    "search_path": PATH,
    "lock_timeout": f"{BUSY_SECONDS}s",
    "client_encoding": "UTF8",
    "standard_conforming_strings": "on",
    "transform_null_equals": "off",
    "jit": "off",
}
_SETTLE = "SELECT " + ", ".join(f"set_config('{name}', '{value}', false)" for name, value in _MADE.items())
# What a server may be run without, and what it then may lose: read, never set, since it is the server's.
_SOUND = {
    "server_encoding": ("UTF8",),
    "session_replication_role": ("origin",),
    "zero_damaged_pages": ("off",),
    "ignore_checksum_failure": ("off",),
}
_DURABLE = {
    "fsync": ("on",),
    "full_page_writes": ("on",),
    "synchronous_commit": ("on", "local", "remote_write", "remote_apply"),
}
_ASK = "SELECT name, setting FROM pg_settings WHERE name = ANY(%s)"
_TAKES_WRITES = (
    "SELECT NOT pg_is_in_recovery() AND NOT current_setting('default_transaction_read_only')::boolean,"
    f" (SELECT has_schema_privilege(oid, 'USAGE') FROM pg_catalog.pg_namespace WHERE nspname = '{ROOM}')"
)
_MARK = (
    "SELECT oid::bigint, obj_description(oid, 'pg_namespace') FROM pg_catalog.pg_namespace"
    f" WHERE nspname = '{ROOM}'"
)
_READS_ONLY = "mdfm_reads_only"
_MARKED = re.compile(r"mdfm ledger, schema ([0-9]+)\Z", re.ASCII)


class _WholeNumber(Loader):
    """Sums come as numeric from the server; ours are whole."""

    def load(self, data: Any) -> int:
        return int(bytes(data))


def mark(version: int) -> str:
    """The comment on the schema that marks it as a ledger of that version."""
    return f"mdfm ledger, schema {version}"


def engine_on(target: URL, url: str, *, read_only: bool) -> Engine:
    """An engine whose every connection is settled. On a standby it only reads, whatever was asked."""
    engine = create_engine(target, hide_parameters=True, poolclass=NullPool, isolation_level="READ COMMITTED")

    def settle(driver: Driver[Any], record: Any) -> None:
        record.info[_READS_ONLY] = _settle(driver, url, read_only=read_only)

    event.listen(engine, "do_connect", lambda *given: Ahead.connect(*given[2], **given[3]))
    # Before anything else is asked of the server, since its encoding may be one nothing else can read.
    event.listen(engine, "connect", settle, insert=True)
    return engine


def reads_only(connection: Connection) -> bool:
    """Whether the connection was opened to read, or leads to a server that takes no writing."""
    return bool(connection.info[_READS_ONLY])


def _settle(driver: Driver[Any], url: str, *, read_only: bool) -> bool:
    """Make and check the settings of a new connection; whether it only reads."""
    major = driver.info.server_version // 10_000
    if major < OLDEST:
        raise ServerUnavailableError(url=url, problem=f"PostgreSQL {major} is too old, it must be {OLDEST}")
    driver.adapters.register_loader("numeric", _WholeNumber)
    driver.execute(_SETTLE)
    found = dict(driver.execute(_ASK, (list(_SOUND | _DURABLE),)).fetchall())
    takes_writes, may_look = driver.execute(_TAKES_WRITES).fetchone() or (False, None)
    # What is asked next would make room for temporary tables, which a standby cannot, and few roles may.
    if not takes_writes and may_look is None:
        raise NotALedgerError(url=url, problem="no ledger is in the database")
    if may_look is False:
        problem = f"this role has no right on the schema {ROOM}: grant it mdfm_poster or mdfm_auditor"
        raise ServerUnavailableError(url=url, problem=problem)
    driver.commit()
    reads = read_only or not takes_writes
    for name, allowed in (_SOUND if reads else _SOUND | _DURABLE).items():
        # An engine that only speaks PostgreSQL may not know a setting.
        if found.get(name, allowed[0]) not in allowed:
            problem = f"{name} is {found[name]}, it must be {allowed[0]}"
            raise ServerUnavailableError(url=url, problem=problem)
    return reads


def version_of(connection: Connection, url: str) -> int | None:
    """The version of the ledger's schema, None where there is none. Raises NotALedgerError."""
    row = connection.exec_driver_sql(_MARK).first()
    if row is None:
        return None
    marked = _MARKED.match(row[1] or "")
    if marked is None:
        raise NotALedgerError(url=url, problem=f"its schema {ROOM} is another application's")
    return int(marked[1])


def require_known(version: int, *, outdated: bool) -> None:
    """Raise SchemaNewerError or SchemaOutdatedError where it is not this package's schema."""
    if version > SCHEMA_VERSION:
        raise SchemaNewerError(found=version, known=SCHEMA_VERSION)
    if version < SCHEMA_VERSION and not outdated:
        raise SchemaOutdatedError(found=version, known=SCHEMA_VERSION)
