"""Writing rows to a server: all of a table by one statement, or by a COPY.

Few rows are listed, value by value; of many each column is an array. To unfold arrays costs a server more
than few rows do, and to list rows takes a statement for each number of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Integer, LargeBinary, Table, Text

from mdfm_ledger.store.postgres import arrays
from mdfm_ledger.store.schema import DAILY_TOTAL, ENTRY

Row = tuple[object, ...]

_MOST_LISTED = 8

_COPIED_FROM = 100
"""Rows from which on a COPY is quicker than an INSERT of them all, where it is waited for."""

# What guards put off to the commit they do while the next entries are worked out: once entries are written
# nothing of them is missing any more.
_CHECK_NOW = ("SET CONSTRAINTS ALL IMMEDIATE", "SET CONSTRAINTS ALL DEFERRED")

_TYPES = ((BigInteger, "int8"), (Integer, "int4"), (LargeBinary, "bytea"), (Text, "text"))
_ADDING = (
    " ON CONFLICT (account, term, currency, flow, day) DO UPDATE SET"
    " debit = daily_total.debit + excluded.debit, credit = daily_total.credit + excluded.credit"
)


def insert(cursor: Any, table: Table, rows: Sequence[Row]) -> None:
    """Write rows that hold every column of a table, in its order."""
    is_ahead = cursor.connection.is_ahead
    # What is copied is waited for; where that is not wanted an INSERT is quicker, however many they are.
    if is_ahead or len(rows) < _COPIED_FROM:
        cursor.execute(*_inserting(table, rows))
        if is_ahead and table is ENTRY and len(rows) >= _COPIED_FROM:
            for statement in _CHECK_NOW:
                cursor.execute(statement)
        cursor.connection.push()
        return
    with cursor.copy(_copy_into(table)) as copy:
        copy.set_types(_types_of(table))
        for row in rows:
            copy.write_row(row)


def add_totals(cursor: Any, rows: Sequence[Row]) -> None:
    """Add rows of daily totals to those that are there."""
    if rows:
        statement, values = _inserting(DAILY_TOTAL, rows)
        cursor.execute(statement + _ADDING, values)


def _inserting(table: Table, rows: Sequence[Row]) -> tuple[str, list[object]]:
    """A statement that writes all rows, so that each guard looks once, and its values."""
    if len(rows) <= _MOST_LISTED:
        return _listing(table, len(rows)), [value for row in rows for value in row]
    return _unfolding(table), _columns_of(table, rows)


@cache
def _listing(table: Table, count: int) -> str:
    row = f"({', '.join(['%s'] * len(table.columns))})"
    return f"{_insert_into(table)} VALUES {', '.join([row] * count)}"


@cache
def _unfolding(table: Table) -> str:
    arrays = ", ".join(f"%s::{kind}[]" for kind in _types_of(table))
    return f"{_insert_into(table)} SELECT * FROM unnest({arrays})"


def _insert_into(table: Table) -> str:
    return f"INSERT INTO {table.name} ({', '.join(table.columns.keys())})"


def _columns_of(table: Table, rows: Sequence[Row]) -> list[object]:
    return [write(column) for write, column in zip(_writers_of(table), zip(*rows, strict=True), strict=True)]


@cache
def _writers_of(table: Table) -> list[Callable[[Sequence[Any]], object]]:
    return [arrays.WRITERS[kind] for kind in _types_of(table)]


@cache
def _copy_into(table: Table) -> str:
    return f"COPY {table.name} ({', '.join(table.columns.keys())}) FROM STDIN (FORMAT BINARY)"


@cache
def _types_of(table: Table) -> list[str]:
    # BigInteger is an Integer too: the first that fits counts.
    return [next(kind for sort, kind in _TYPES if isinstance(one.type, sort)) for one in table.columns]
