"""Rows of a ledger on a server deleted, edited, swapped, hashed again: verify names the first wrong entry."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest

from mdfm_ledger.evidence.checkpoint import signed_note
from tests.support.ledgers import open_ledger, small_ledger
from tests.support.postgres import server
from tests.support.profile import drawn
from tests.support.server_attacks import AsSQLite, without_guards
from tests.support.signing import ADOPTED, KEY, sign
from tests.support.tampering import edits, re_hashed, records, swap, swaps

EDITS = 80
SWAPS = 40
CHANGES = 50

pytestmark = [pytest.mark.tamper, pytest.mark.slow]


@pytest.fixture(scope="module")
def twin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small ledger in a file, with the rows of that on the server: by them is listed what can be done."""
    return small_ledger(tmp_path_factory.mktemp("made") / "l.db")


@pytest.fixture(scope="module")
def held() -> Iterator[tuple[str, list[str]]]:
    """A small ledger with a key, and a signed checkpoint of each of its sizes."""
    name = server().small_ledger()
    with open_ledger(server().url(name)) as ledger:
        ledger.record(ADOPTED)
        sizes = range(1, ledger.entry_count())
        notes = [signed_note(one.text, KEY, sign) for one in ledger.checkpoints(KEY.name, sizes)]
    yield name, notes
    server().drop(name)


def first_of(database: str, attack: Callable[[AsSQLite], object], notes: list[str]) -> dict[str, int]:
    """After an attack on a copy, the first entry that each check names, 0 where it names none."""
    name, first = server().copy(database), dict[str, int]()
    try:
        without_guards(name, attack)
        with open_ledger(server().url(name), create=False) as ledger:
            for one in ledger.verify(against=notes).findings:
                first[one.check] = first.get(one.check) or one.number
    finally:
        server().drop(name)
    return first


def named(found: dict[str, int]) -> int:
    return min(filter(None, found.values()), default=0)


def test_every_row_deleted_added_or_edited_is_refused_or_found(
    twin: Path, held: tuple[str, list[str]]
) -> None:
    """What is true of rows is asked of a server's tables too; the first refusal is theirs."""
    done = 0
    for table, number, statement, values in drawn(list(edits(twin)), EDITS):
        try:
            found = first_of(held[0], lambda one: one.execute(statement, values), [])  # noqa: B023  # called now
        except psycopg.Error:
            continue
        done += 1
        assert found, (table, statement, values)
        assert not number or named(found) == number, (table, statement, values, found)
    assert done > EDITS // 2


def test_every_two_rows_swapped_are_refused_or_found(twin: Path, held: tuple[str, list[str]]) -> None:
    done = 0
    for table, number, *rows in drawn(list(swaps(twin)), SWAPS):
        try:
            found = first_of(held[0], partial(swap, table=table, rows=tuple(rows)), [])
        except psycopg.Error:
            continue
        done += 1
        assert found, (table, rows)
        assert not number or named(found) == number, (table, rows, found)
    assert done > SWAPS // 2


def test_every_value_changed_and_hashed_again_is_found(twin: Path, held: tuple[str, list[str]]) -> None:
    """By what checkpoints say, in its place; see the test of the same name for ledgers in files."""
    database, notes = held
    for number, which, where in drawn(list(records(twin)), CHANGES):
        attack: Any = partial(re_hashed, number=number, which=which, where=where)
        found = first_of(database, attack, notes)
        assert found["checkpoints"] == named(found) == number, (number, which, where, found)


def test_the_control_guards_put_back_and_nothing_done_is_no_finding(held: tuple[str, list[str]]) -> None:
    database, notes = held
    assert first_of(database, lambda one: one.execute("SELECT 1"), notes) == {}
