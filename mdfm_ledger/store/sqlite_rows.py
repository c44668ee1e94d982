"""Rows written to SQLite, as plain tuples by the driver's own cursor."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from functools import cache
from itertools import chain

from sqlalchemy import Table

Rows = Sequence[tuple[object, ...]]

_AT_A_TIME = 64
"""Rows of one statement where there are many: beginning and ending one for each costs a third of the row."""

_ADD_TO_TOTAL = (
    "INSERT INTO daily_total (account, term, currency, flow, day, debit, credit) VALUES (?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (account, term, currency, flow, day)"
    " DO UPDATE SET debit = debit + excluded.debit, credit = credit + excluded.credit"
)


def insert(cursor: sqlite3.Cursor, table: Table, rows: Rows) -> None:
    """Write rows that hold every column of a table, in its order."""
    whole = len(rows) - len(rows) % _AT_A_TIME
    for start in range(0, whole, _AT_A_TIME):
        some = rows[start : start + _AT_A_TIME]
        cursor.execute(_insert_into(table, _AT_A_TIME), list(chain.from_iterable(some)))
    cursor.executemany(_insert_into(table), rows[whole:])


def add_totals(cursor: sqlite3.Cursor, rows: Rows) -> None:
    """Add rows of daily totals to those that are there."""
    cursor.executemany(_ADD_TO_TOTAL, rows)


@cache
def _insert_into(table: Table, rows: int = 1) -> str:
    # OR FAIL, since a statement that may abort has each page copied for each row; what fails is rolled back
    # with its whole transaction anyway.
    columns = table.columns.keys()
    row = f"({', '.join('?' * len(columns))})"
    return f"INSERT OR FAIL INTO {table.name} ({', '.join(columns)}) VALUES {', '.join([row] * rows)}"
