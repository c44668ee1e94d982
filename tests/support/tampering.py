"""Every way to change the rows of a ledger: deleted, doubled, edited, swapped, renumbered, hashed again."""

from __future__ import annotations

import itertools
import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mdfm_ledger.canonical import canonical
from mdfm_ledger.evidence.merkle import leaf_hash, root_of
from mdfm_ledger.store.schema import METADATA
from tests.support.records import Executes, rewrite


def edits(path: Path) -> Iterator[tuple[str, int, str, tuple[Any, ...]]]:
    """Every row deleted, doubled, and edited column by column, also with what the next row says.

    Gives the table, the entry that verify has to name first where there is one, the statement and its values.
    """
    connection = sqlite3.connect(path)
    for name, table in METADATA.tables.items():
        columns = [column.name for column in table.columns]
        keys = [column.name for column in table.primary_key.columns]
        here = " AND ".join(f"{key} = ?" for key in keys)
        rows = [dict(zip(columns, row, strict=True)) for row in connection.execute(f"SELECT * FROM {name}")]
        for row, after in zip(rows, [*rows[1:], rows[0]], strict=True) if rows else ():
            key = tuple(row[one] for one in keys)
            number = row.get("number", 0)
            yield name, 0, f"DELETE FROM {name} WHERE {here}", key
            again = {**row, keys[-1]: beside(row[keys[-1]])}
            yield (
                name,
                0,
                f"INSERT OR REPLACE INTO {name} VALUES ({', '.join('?' * len(columns))})",
                tuple(again.values()),
            )
            for column in columns:
                update = f"UPDATE OR REPLACE {name} SET {column} = ? WHERE {here}"
                first = 0 if column in keys else number
                yield name, first, update, (beside(row[column]), *key)
                if after[column] != row[column]:
                    yield name, first, update, (after[column], *key)
    connection.close()


def beside(value: Any) -> Any:
    """A value near it, of the same type."""
    if value is None:
        return 1
    if isinstance(value, int):
        return value + 1
    if isinstance(value, bytes):
        return value[:-1] + bytes([value[-1] ^ 1]) if value else b"x"
    return value + "x"


def swaps(path: Path) -> Iterator[tuple[str, int, tuple[Any, ...], tuple[Any, ...]]]:
    """Every two rows of a table with what they say exchanged: table, the first entry of the two, the rows."""
    connection = sqlite3.connect(path)
    for name, table in METADATA.tables.items():
        keys = len(table.primary_key.columns)
        assert [column.name for column in table.columns][:keys] == [
            column.name for column in table.primary_key.columns
        ]
        rows = connection.execute(f"SELECT * FROM {name}").fetchall()
        for one, other in itertools.combinations(rows, 2):
            if one[keys:] != other[keys:]:
                first = min(one[0], other[0]) if "number" in table.columns else 0
                yield name, first, (*one[:keys], *other[keys:]), (*other[:keys], *one[keys:])
    connection.close()


def swap(connection: Executes, table: str, rows: tuple[tuple[Any, ...], ...]) -> None:
    """Put rows in the place of those with their keys."""
    keys = [column.name for column in METADATA.tables[table].primary_key.columns]
    here = " AND ".join(f"{key} = ?" for key in keys)
    connection.execute("PRAGMA ignore_check_constraints = ON")
    for row in rows:
        connection.execute(f"DELETE FROM {table} WHERE {here}", row[: len(keys)])
    for row in rows:
        connection.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", row)


def renumber(connection: Executes, one: int, other: int) -> None:
    """Let two entries change their numbers, with all rows that are theirs."""
    for table in ("entry", "line", "own_amount", "personal_detail"):
        for old, new in ((one, 99), (other, one), (99, other)):
            connection.execute(f"UPDATE {table} SET number = ? WHERE number = ?", (new, old))


# -- hashed again ----------------------------------------------------------------------------------------


def scalars(value: Any, where: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where the texts and numbers of a JSON value stand."""
    if isinstance(value, dict | list):
        for key, one in value.items() if isinstance(value, dict) else enumerate(value):
            yield from scalars(one, (*where, key))
    else:
        yield where


def respelled(value: Any) -> Any:
    """A value near it that is spelled as well as it was."""
    if isinstance(value, int):
        return value + 1
    if value and value[-1].isdigit():
        return f"{value[:-1]}{(int(value[-1]) + 1) % 10}"
    return f"{value}x"


def records(path: Path) -> Iterator[tuple[int, str, tuple[Any, ...]]]:
    """Every text and number of every leaf and part: the entry, which of both, where."""
    connection = sqlite3.connect(path)
    for number, leaf, parts in connection.execute("SELECT number, leaf, parts FROM entry"):
        for where in scalars(json.loads(leaf)):
            yield number, "leaf", where
        for where in scalars([json.loads(part) for part in parts.split(b"\n")]):
            yield number, "parts", where
    connection.close()


def changed_at(value: Any, where: tuple[Any, ...]) -> None:
    *steps, last = where
    for step in steps:
        value = value[step]
    value[last] = respelled(value[last])


def re_hashed(connection: Executes, number: int, which: str, where: tuple[Any, ...]) -> None:
    """Change one value of a record, and work out every digest that follows from it, as the writer does."""
    if which == "leaf":
        rewrite(connection, number, leaf=lambda leaf: changed_at(leaf, where))
        return
    row = connection.execute("SELECT leaf, parts FROM entry WHERE number = ?", (number,)).fetchone()
    leaf, parts = json.loads(row[0]), [json.loads(part) for part in row[1].split(b"\n")]
    changed_at(parts, where)
    texts = [canonical(part) for part in parts]
    leaf["parts_root"] = root_of([leaf_hash(text) for text in texts]).hex()
    new = canonical(leaf)
    connection.execute(
        "UPDATE entry SET leaf = ?, parts = ?, seal = ? WHERE number = ?",
        (new, b"\n".join(texts), leaf_hash(new), number),
    )
