"""What our own connections may not do, whatever statement a fault or a caller runs on them.

The triggers hold for every program, unless somebody drops them; here not even that is possible. SQLite asks
once for each statement it prepares, so what is written by the thousand pays nothing.
"""

from __future__ import annotations

import sqlite3

from mdfm_ledger.store.schema import METADATA

_DELETED = frozenset({"daily_total", "personal_detail"})
_UPDATED = frozenset({"daily_total"})
_TABLES = frozenset(METADATA.tables)

_REMADE = frozenset(
    {
        sqlite3.SQLITE_ALTER_TABLE,
        sqlite3.SQLITE_CREATE_TEMP_TRIGGER,
        sqlite3.SQLITE_CREATE_TEMP_VIEW,
        sqlite3.SQLITE_CREATE_TRIGGER,
        sqlite3.SQLITE_DROP_INDEX,
        sqlite3.SQLITE_DROP_TABLE,
        sqlite3.SQLITE_DROP_TRIGGER,
    }
)
"""Changes of the schema: only making a ledger and migrating it do them, on connections of their own."""

_FIXED_PRAGMAS = frozenset(
    {
        "application_id",
        "foreign_keys",
        "ignore_check_constraints",
        "journal_mode",
        "recursive_triggers",
        "schema_version",
        "secure_delete",
        "synchronous",
        "trusted_schema",
        "user_version",
        "writable_schema",
    }
)
"""Settings that are read, and set no more once the connection is settled.

Without ``writable_schema`` SQLite itself refuses statements on its table of tables.
"""


def authorize(action: int, first: str | None, second: str | None, *_: object) -> int:
    """SQLite's question before it prepares a statement: ``SQLITE_OK``, or ``SQLITE_DENY``."""
    refused = (
        action in _REMADE
        or (action == sqlite3.SQLITE_DELETE and first in _TABLES - _DELETED)
        or (action == sqlite3.SQLITE_UPDATE and first in _TABLES - _UPDATED)
        or (action == sqlite3.SQLITE_PRAGMA and second is not None and first in _FIXED_PRAGMAS)
    )
    return sqlite3.SQLITE_DENY if refused else sqlite3.SQLITE_OK
