"""Rows swapped, records changed with every digest worked out again: verify names the first wrong entry."""

from __future__ import annotations

import itertools
import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from mdfm_ledger.canonical import canonical
from mdfm_ledger.evidence.checkpoint import signed_note
from mdfm_ledger.evidence.merkle import leaf_hash, root_of
from mdfm_ledger.store.schema import METADATA
from tests.support.ledgers import open_ledger, small_ledger, without_guards
from tests.support.profile import drawn
from tests.support.records import rewrite
from tests.support.signing import ADOPTED, KEY, sign

SWAPS = 120
CHANGES = 150

pytestmark = [pytest.mark.tamper, pytest.mark.slow]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_ledger(tmp_path_factory.mktemp("made") / "l.db")


def findings_of(path: Path) -> list[int]:
    """The numbers of the entries that verify names."""
    with open_ledger(path, create=False) as ledger:
        return [finding.number for finding in ledger.verify().findings]


def after(small: Path, path: Path, attack: Callable[[sqlite3.Connection], object]) -> list[int]:
    shutil.copy(small, path)
    without_guards(path, attack)
    return findings_of(path)


# -- swapped -------------------------------------------------------------------------------------------


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


def swap(connection: sqlite3.Connection, table: str, rows: tuple[tuple[Any, ...], ...]) -> None:
    """Put rows in the place of those with their keys."""
    keys = [column.name for column in METADATA.tables[table].primary_key.columns]
    here = " AND ".join(f"{key} = ?" for key in keys)
    connection.execute("PRAGMA ignore_check_constraints = ON")
    for row in rows:
        connection.execute(f"DELETE FROM {table} WHERE {here}", row[: len(keys)])
    for row in rows:
        connection.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", row)


def test_every_two_rows_swapped_are_found(small: Path, tmp_path: Path) -> None:
    every = list(swaps(small))
    assert {table for table, *_ in every} >= {"entry", "line", "subaccount", "daily_total", "personal_detail"}
    for table, number, *rows in drawn(every, SWAPS):
        found = after(small, tmp_path / "l.db", partial(swap, table=table, rows=tuple(rows)))
        assert found, (table, rows)
        if number:
            assert min(filter(None, found), default=0) == number, (table, rows, found)


def renumber(connection: sqlite3.Connection, one: int, other: int) -> None:
    """Let two entries change their numbers, with all rows that are theirs."""
    for table in ("entry", "line", "own_amount", "personal_detail"):
        for old, new in ((one, 99), (other, one), (99, other)):
            connection.execute(f"UPDATE {table} SET number = ? WHERE number = ?", (new, old))


def test_two_entries_that_change_their_numbers_with_all_that_is_theirs_are_found(
    small: Path, tmp_path: Path
) -> None:
    """Only the numbers in the leaves say that they stood otherwise."""
    for one, other in itertools.combinations(range(1, 13), 2):
        found = after(small, tmp_path / "l.db", partial(renumber, one=one, other=other))
        assert min(filter(None, found), default=0) == one, (one, other, found)


# -- re-hashed -----------------------------------------------------------------------------------------


def scalars(value: Any, where: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where the texts and numbers of a JSON value stand."""
    if isinstance(value, dict | list):
        for key, one in value.items() if isinstance(value, dict) else enumerate(value):
            yield from scalars(one, (*where, key))
    else:
        yield where


def another(value: Any) -> Any:
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
    value[last] = another(value[last])


def re_hashed(connection: sqlite3.Connection, number: int, which: str, where: tuple[Any, ...]) -> None:
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


@pytest.fixture(scope="module")
def held(small: Path) -> tuple[Path, list[str]]:
    """The small ledger with a key, and a signed checkpoint of each of its sizes."""
    path = small.parent / "held.db"
    shutil.copy(small, path)
    with open_ledger(path) as ledger:
        ledger.record(ADOPTED)
        sizes = range(1, ledger.entry_count())
        notes = [signed_note(one.text, KEY, sign) for one in ledger.checkpoints(KEY.name, sizes)]
    return path, notes


def test_every_value_changed_and_hashed_again_is_found(held: tuple[Path, list[str]], tmp_path: Path) -> None:
    """By what checkpoints say in each place; without them but for salts and what an event may as well say.

    A salt says nothing, so another one is as good; that an area is called otherwise is a lie well formed.
    Left out is the entry of the key itself: with another one there is none that signed the notes.
    """
    path, notes = held
    every = [one for one in records(path) if one[0] < len(notes)]
    assert len(every) > 400
    alone = 0
    for number, which, where in drawn(every, CHANGES):
        shutil.copy(path, tmp_path / "l.db")
        attack = partial(re_hashed, number=number, which=which, where=where)
        without_guards(tmp_path / "l.db", attack)
        found = first_of(tmp_path / "l.db", notes)
        assert found["checkpoints"] == number, (number, which, where, found)
        assert min(found.values()) == number, (number, which, where, found)
        alone += len(found) > 1
        assert len(found) > 1 or (which == "parts" and ("event" in where or where[-1] == "salt"))
    assert alone > CHANGES // 2


def first_of(path: Path, notes: list[str]) -> dict[str, int]:
    """The first entry that each check names, where it names one."""
    first: dict[str, int] = {}
    with open_ledger(path, create=False) as ledger:
        for one in ledger.verify(against=notes).findings:
            if one.number:
                first.setdefault(one.check, one.number)
    return first
