"""Eight processes at once, started by a barrier: on the same references, and on the last cents."""

from __future__ import annotations

import multiprocessing
import sqlite3
from collections import Counter
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

import pytest

from mdfm_ledger import errors
from tests.support.bookkeeping import allocation, receipt
from tests.support.ledgers import open_ledger, small_ledger
from tests.support.profile import figure

PROCESSES, ROUNDS = 8, figure(nightly=1_000, gate=100)
_SPAWN = multiprocessing.get_context("spawn")

pytestmark = [pytest.mark.race, pytest.mark.slow]


def same_references(path: Path, barrier: Barrier, results: Any, who: int) -> None:
    with open_ledger(path) as ledger:
        for number in range(ROUNDS):
            barrier.wait()
            done = ledger.record(receipt(f"RACE-{number}", "1.00"))
            results.put((number, who, done.number, done.was_replayed))


def last_cents(path: Path, barrier: Barrier, results: Any, who: int) -> None:
    with open_ledger(path) as ledger:
        for number in range(ROUNDS):
            barrier.wait()
            try:
                ledger.record(allocation(f"LAST-{number}-{who}", "100.00", activity="1.2"))
                results.put((number, who, 0, True))
            except errors.NotFundedError:
                results.put((number, who, 0, False))
            barrier.wait()
            if who == 0:
                ledger.record(receipt(f"MORE-{number}", "100.00"))


def spend_without_a_lock(path: Path, barrier: Barrier, results: Any, who: int) -> None:
    """The control: read, decide, write, each in a transaction of its own."""
    connection = sqlite3.connect(path, isolation_level=None, timeout=30)
    for number in range(ROUNDS):
        barrier.wait()
        (left,) = connection.execute("SELECT SUM(amount) FROM spent WHERE round = ?", (number,)).fetchone()
        barrier.wait()
        if left >= 100:
            connection.execute("INSERT INTO spent VALUES (?, -100)", (number,))
            results.put((number, who, 0, True))
        else:
            results.put((number, who, 0, False))


def race(runner: Any, path: Path) -> list[tuple[int, int, int, bool]]:
    """Run it in eight processes; every result."""
    barrier, results = _SPAWN.Barrier(PROCESSES, timeout=120), _SPAWN.Queue()
    processes = [
        _SPAWN.Process(target=runner, args=(path, barrier, results, who)) for who in range(PROCESSES)
    ]
    for process in processes:
        process.start()
    found = [results.get(timeout=240) for _ in range(PROCESSES * ROUNDS)]
    for process in processes:
        process.join(timeout=60)
        assert process.exitcode == 0
    return found


def test_one_reference_is_recorded_once_whoever_comes_first(tmp_path: Path) -> None:
    path = small_ledger(tmp_path / "l.db")
    found = race(same_references, path)
    for number in range(ROUNDS):
        own = [result for result in found if result[0] == number]
        assert sum(not replayed for _, _, _, replayed in own) == 1
        assert len({entry for _, _, entry, _ in own}) == 1
    with open_ledger(path) as ledger:
        assert [entry.number for entry in ledger.entries()] == list(range(1, 12 + ROUNDS + 1))
        assert ledger.verify().findings == ()


def test_the_last_cents_are_allotted_once(tmp_path: Path) -> None:
    path = small_ledger(tmp_path / "l.db")
    with open_ledger(path) as ledger:
        ledger.record(allocation("REST", "100.00", activity="1.2"))
    found = race(last_cents, path)
    granted = Counter(number for number, _, _, done in found if done)
    # The first round finds 100.00 free; each later one what was received in between.
    assert granted == Counter(range(ROUNDS))
    with open_ledger(path) as ledger:
        assert ledger.balance("8110", term="2020-2021").minor <= 0
        assert ledger.verify().findings == ()


def test_the_control_overspends_without_the_lock(tmp_path: Path) -> None:
    path = tmp_path / "control.db"
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE spent (round INTEGER, amount INTEGER)")
        connection.executemany("INSERT INTO spent VALUES (?, 100)", [(number,) for number in range(ROUNDS)])
    granted = Counter(number for number, _, _, done in race(spend_without_a_lock, path) if done)
    assert max(granted.values()) > 1
