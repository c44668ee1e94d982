"""Rows of SQLite: written as plain tuples by the driver's own cursor, and looked over for missing ones."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain, compress, count
from typing import Any

from sqlalchemy import Connection, Table

from mdfm_ledger.store.schema import ENTRY, SUBACCOUNT

Rows = Sequence[tuple[object, ...]]

_AT_A_TIME = 64
"""Rows of one statement where there are many: beginning and ending one for each costs a third of the row."""

_PARTS = list(ENTRY.columns.keys()).index("parts")
_LARGE = 8_192
"""Bytes of an entry's parts, above which copying them takes longer than beginning and ending a statement."""

_ADD_TO_TOTAL = (
    "INSERT INTO daily_total (account, term, currency, flow, day, debit, credit) VALUES (?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (account, term, currency, flow, day)"
    " DO UPDATE SET debit = debit + excluded.debit, credit = credit + excluded.credit"
)


def insert(cursor: sqlite3.Cursor, table: Table, rows: Rows) -> None:
    """Write rows that hold every column of a table, in its order."""
    names = tuple(table.columns.keys())
    whole = 0 if table is ENTRY and _are_large(rows) else len(rows) - len(rows) % _AT_A_TIME
    for start in range(0, whole, _AT_A_TIME):
        given = rows[start : start + _AT_A_TIME]
        if table is SUBACCOUNT:
            cursor.execute(*_places(names, given))
        else:
            cursor.execute(_insert_into(table.name, names, _AT_A_TIME), list(chain.from_iterable(given)))
    cursor.executemany(_insert_into(table.name, names), rows[whole:])


def _are_large(rows: Rows) -> bool:
    """Whether entries have so many parts that each is sooner written by a statement of its own.

    Of the rows of one statement SQLite makes a table first, where there are guards, and copies from there.
    """
    parts: list[Any] = [row[_PARTS] for row in rows]
    return sum(map(len, parts)) > len(rows) * _LARGE


def _places(names: tuple[str, ...], rows: Rows) -> tuple[str, list[object]]:
    """The statement that writes so many places, and its values.

    Most dimensions apply to none of them: an empty one is what stands there by itself. And those an
    allocation makes differ in the donor only: what is the same in all is given once.
    """
    columns = list(zip(*rows, strict=True))
    are_given = list(map(any, columns))
    given = list(compress(columns, are_given))
    shared = tuple([column.count(column[0]) == len(rows) for column in given])
    values = [column[0] for column in compress(given, shared)]
    own = compress(given, [not one for one in shared])
    values += chain.from_iterable(zip(*own, strict=True))
    return _insert_into(SUBACCOUNT.name, tuple(compress(names, are_given)), len(rows), shared), values


def add_totals(cursor: sqlite3.Cursor, rows: Rows) -> None:
    """Add rows of daily totals to those that are there."""
    cursor.executemany(_ADD_TO_TOTAL, rows)


@lru_cache(maxsize=256)
def _insert_into(table: str, names: tuple[str, ...], rows: int = 1, shared: tuple[bool, ...] = ()) -> str:
    """The statement for rows of these columns; the values of ``shared`` ones come first, once for all."""
    number = count(1)
    fixed = [next(number) if is_shared else 0 for is_shared in shared or [False] * len(names)]
    values = ["(" + ", ".join([f"?{at or next(number)}" for at in fixed]) + ")" for _ in range(rows)]
    # OR FAIL, since a statement that may abort has each page copied for each row; what fails is rolled back
    # with its whole transaction anyway.
    return f"INSERT OR FAIL INTO {table} ({', '.join(names)}) VALUES {', '.join(values)}"


_CHILDLESS = (
    "SELECT 'line', 'subaccount' FROM line"
    " WHERE NOT EXISTS (SELECT 1 FROM subaccount WHERE id = line.subaccount)"
    " UNION ALL SELECT 'own_amount', 'line' FROM own_amount AS own WHERE NOT EXISTS"
    " (SELECT 1 FROM line WHERE line.number = own.number AND line.position = own.position)"
)


def orphans(connection: Connection) -> list[str]:
    """Rows that name a row which is not there: by foreign keys, and where guards see to it instead."""
    by_keys = connection.exec_driver_sql("PRAGMA foreign_key_check")
    childless = [(table, parent) for table, _, parent, _ in by_keys]
    childless += [(table, parent) for table, parent in connection.exec_driver_sql(_CHILDLESS)]
    return [f"a row of {table} names a missing row of {parent}" for table, parent in childless]
