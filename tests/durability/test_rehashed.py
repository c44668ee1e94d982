"""Rows swapped, records changed with every digest worked out again: verify names the first wrong entry."""

from __future__ import annotations

import itertools
import shutil
import sqlite3
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from mdfm_ledger.evidence.checkpoint import signed_note
from tests.support.ledgers import open_ledger, small_ledger, without_guards
from tests.support.profile import drawn
from tests.support.signing import ADOPTED, KEY, sign
from tests.support.tampering import re_hashed, records, renumber, swap, swaps

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


def test_every_two_rows_swapped_are_found(small: Path, tmp_path: Path) -> None:
    every = list(swaps(small))
    assert {table for table, *_ in every} >= {"entry", "line", "subaccount", "daily_total", "personal_detail"}
    for table, number, *rows in drawn(every, SWAPS):
        found = after(small, tmp_path / "l.db", partial(swap, table=table, rows=tuple(rows)))
        assert found, (table, rows)
        if number:
            assert min(filter(None, found), default=0) == number, (table, rows, found)


def test_two_entries_that_change_their_numbers_with_all_that_is_theirs_are_found(
    small: Path, tmp_path: Path
) -> None:
    """Only the numbers in the leaves say that they stood otherwise."""
    for one, other in itertools.combinations(range(1, 13), 2):
        found = after(small, tmp_path / "l.db", partial(renumber, one=one, other=other))
        assert min(filter(None, found), default=0) == one, (one, other, found)


# -- re-hashed -----------------------------------------------------------------------------------------


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
