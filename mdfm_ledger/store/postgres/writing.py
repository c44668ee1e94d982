"""Writing rows to a server: all of a table by one statement, or by a COPY.

Few rows are listed, value by value; of many each column is an array. To unfold arrays costs a server more
than few rows do, and to list rows takes a statement for each number of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, Table, Text

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
        if is_ahead and table is ENTRY and len(rows) > _MOST_LISTED:
            for statement in _CHECK_NOW:
                cursor.execute(statement)
        cursor.connection.push()
        return
    with cursor.copy(_copy_into(table)) as copy:
        copy.set_types(_types_of(table))
        for row in rows:
            copy.write_row(row)


def insert_columns(cursor: Any, table: Table, columns: Sequence[Sequence[Any]]) -> None:
    """The same of rows given by column."""
    if len(columns[0]) <= _MOST_LISTED or not cursor.connection.is_ahead:
        insert(cursor, table, list(zip(*columns, strict=True)))
        return
    cursor.execute(*_unfolded(table, columns))
    cursor.connection.push()


def add_totals(cursor: Any, rows: Sequence[Row]) -> None:
    """Add rows of daily totals to those that are there."""
    if rows:
        statement, values = _inserting(DAILY_TOTAL, rows)
        cursor.execute(statement + _ADDING, values)


def _inserting(table: Table, rows: Sequence[Row]) -> tuple[str, list[object]]:
    """A statement that writes all rows, so that each guard looks once, and its values."""
    if len(rows) <= _MOST_LISTED:
        return _listing(table, len(rows)), [value for row in rows for value in row]
    return _unfolded(table, list(zip(*rows, strict=True)))


def _unfolded(table: Table, given: Sequence[Sequence[Any]]) -> tuple[str, list[object]]:
    columns = dict(zip(table.columns.keys(), given, strict=True))
    # Most of what a place may be of it is not of, and nothing is what then stands there by itself.
    written = tuple(
        [name for name, values in columns.items() if name not in _may_be_nothing(table) or any(values)]
    )
    writers = _writers_of(table)
    return _unfolding(table, written), [writers[name](columns[name]) for name in written]


@cache
def _listing(table: Table, count: int) -> str:
    row = f"({', '.join(['%s'] * len(table.columns))})"
    return f"{_insert_into(table)} VALUES {', '.join([row] * count)}"


@cache
def _unfolding(table: Table, names: tuple[str, ...]) -> str:
    # Said one beside the other they are unfolded row by row; as a table they would all be put aside first.
    unfolded = ", ".join(f"unnest(%s::{_type_of(table.columns[name])}[])" for name in names)
    return f"INSERT INTO {table.name} ({', '.join(names)}) SELECT {unfolded}"


@cache
def _may_be_nothing(table: Table) -> frozenset[str]:
    return frozenset(column.name for column in table.columns if column.server_default is not None)


def _insert_into(table: Table) -> str:
    return f"INSERT INTO {table.name} ({', '.join(table.columns.keys())})"


@cache
def _writers_of(table: Table) -> dict[str, Callable[[Sequence[Any]], object]]:
    return {column.name: arrays.WRITERS[_type_of(column)] for column in table.columns}


@cache
def _copy_into(table: Table) -> str:
    return f"COPY {table.name} ({', '.join(table.columns.keys())}) FROM STDIN (FORMAT BINARY)"


@cache
def _types_of(table: Table) -> list[str]:
    return [_type_of(column) for column in table.columns]


def _type_of(column: Column[Any]) -> str:
    # BigInteger is an Integer too: the first that fits counts.
    return next(kind for sort, kind in _TYPES if isinstance(column.type, sort))
