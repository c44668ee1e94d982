"""What a database file says of itself, asked without trusting it to be a ledger in order."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from attrs import frozen

from mdfm_ledger.moments import numbered_time
from mdfm_ledger.store.copying import read_file
from mdfm_ledger.store.schema import SCHEMA_VERSION

_MENDED = (3, 51, 3)
"""The first SQLite without the fault in resetting the log, which is in every version since 3.7.0."""


@frozen(kw_only=True)
class Condition:
    """The settings of a file, and the last thing that was written to it."""

    schema: int
    known_schema: int
    journal_mode: str
    last_recorded_at: str
    library: str
    library_is_mended: bool


def condition_of(path: Path) -> Condition:
    """Read it. Raises sqlite3's errors, to be translated, where the file is no ledger."""
    with closing(read_file(path)) as connection:
        (schema,) = connection.execute("PRAGMA user_version").fetchone()
        (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
        row = connection.execute("SELECT recorded_at FROM entry ORDER BY number DESC LIMIT 1").fetchone()
    return Condition(
        schema=schema,
        known_schema=SCHEMA_VERSION,
        journal_mode=mode,
        last_recorded_at=numbered_time(row[0]) if row else "",
        library=sqlite3.sqlite_version,
        library_is_mended=sqlite3.sqlite_version_info >= _MENDED,
    )
