"""Plain sqlite3: the same tables and primary keys, the same rows, and nothing else."""

from __future__ import annotations

import platform
import sqlite3
from collections.abc import Callable
from pathlib import Path
from time import perf_counter, process_time

TABLES = ("subaccount", "line", "entry", "daily_total")
_KEYS = {
    "subaccount": "id",
    "line": "number, position",
    "entry": "number",
    "daily_total": "account, term, currency, flow, day",
}

Rows = dict[str, list[tuple[object, ...]]]
"""Rows by table."""


def plain_database(path: Path, source: sqlite3.Connection) -> sqlite3.Connection:
    """An empty database with the same tables and primary keys and nothing else."""
    plain = sqlite3.connect(path, isolation_level=None)
    plain.execute("PRAGMA journal_mode = WAL")
    plain.execute("PRAGMA synchronous = FULL")
    for table in TABLES:
        names = [row[1] for row in source.execute(f"PRAGMA table_info({table})")]
        plain.execute(f"CREATE TABLE {table} ({', '.join(names)}, PRIMARY KEY ({_KEYS[table]}))")
    return plain


def insert(plain: sqlite3.Connection, rows: Rows) -> None:
    """Write the rows in one transaction."""
    plain.execute("BEGIN IMMEDIATE")
    for table, values in rows.items():
        if values:
            plain.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(values[0]))})", values)
    plain.execute("COMMIT")


Took = tuple[float, float]
"""Seconds by the clock on the wall, and of CPU: other work on the machine disturbs the second less."""


def timed(action: Callable[[], object]) -> Took:
    """How long an action takes."""
    began, began_cpu = perf_counter(), process_time()
    action()
    return perf_counter() - began, process_time() - began_cpu


def python_itself() -> str:
    """Which Python this is, and what a million steps of it alone take.

    It counts as much as the machine: one built without profile-guided optimisation takes about half as long
    again for all that is ours, and no longer for what SQLite and COPY do in the baselines.
    """

    def steps() -> None:
        kept: dict[tuple[int, str], str] = {}
        for step in range(1_000_000):
            kept[step % 1_000, "place"] = str(step)

    took = min(timed(steps)[1] for _ in range(3))
    built = f"{platform.python_implementation()} {platform.python_version()}, {platform.python_compiler()}"
    return f"{built}: {took * 1e3:.0f} ms for a million steps; SQLite {sqlite3.sqlite_version}"
