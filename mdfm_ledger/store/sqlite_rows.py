"""Rows written to SQLite, as plain tuples by the driver's own cursor."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import chain, compress

from sqlalchemy import Table

from mdfm_ledger.store.schema import SUBACCOUNT

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
    names = tuple(table.columns.keys())
    whole = len(rows) - len(rows) % _AT_A_TIME
    for start in range(0, whole, _AT_A_TIME):
        given: Iterable[Sequence[object]] = rows[start : start + _AT_A_TIME]
        named = names
        if table is SUBACCOUNT:
            # Most dimensions apply to none of so many places: an empty one is what stands there by itself.
            columns = list(zip(*given, strict=True))
            are_given = list(map(any, columns))
            named = tuple(compress(names, are_given))
            given = zip(*compress(columns, are_given), strict=True)
        cursor.execute(_insert_into(table.name, named, _AT_A_TIME), list(chain.from_iterable(given)))
    cursor.executemany(_insert_into(table.name, names), rows[whole:])


def add_totals(cursor: sqlite3.Cursor, rows: Rows) -> None:
    """Add rows of daily totals to those that are there."""
    cursor.executemany(_ADD_TO_TOTAL, rows)


@lru_cache(maxsize=256)
def _insert_into(table: str, names: tuple[str, ...], rows: int = 1) -> str:
    # OR FAIL, since a statement that may abort has each page copied for each row; what fails is rolled back
    # with its whole transaction anyway.
    row = f"({', '.join('?' * len(names))})"
    return f"INSERT OR FAIL INTO {table} ({', '.join(names)}) VALUES {', '.join([row] * rows)}"
