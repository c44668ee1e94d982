"""A bank at work: eight writers and two readers at once, and verify asked all the while."""

from __future__ import annotations

import multiprocessing
import sqlite3
from collections import Counter
from multiprocessing.synchronize import Event as Flag
from pathlib import Path
from typing import Any

import pytest

from mdfm_ledger import errors
from mdfm_ledger.store import sqlite
from tests.support.bank import SNAPSHOT, check, from_a_line, same_reference, verified_while_posting, write
from tests.support.bookkeeping import receipt
from tests.support.ledgers import open_ledger, small_ledger
from tests.support.profile import figure

WRITERS = 8
EVENTS = figure(nightly=2_000, gate=200)
THREADS = 16
REFERENCES = figure(nightly=1_000, gate=100)
VERIFIES = figure(nightly=10_000, gate=1_000)
WAIT = figure(nightly=7_200, gate=500)
"""Seconds after which the writers are taken for stuck."""

_SPAWN = multiprocessing.get_context("spawn")

pytestmark = [pytest.mark.race, pytest.mark.slow]


def read(path: Path, stop: Flag, results: Any) -> None:
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True, isolation_level=None, timeout=30)
    seen = wrong = 0
    while not stop.is_set():
        connection.execute("BEGIN")
        wrong += sum(not connection.execute(one).fetchone()[0] for one in SNAPSHOT)
        connection.execute("COMMIT")
        seen += 1
    results.put(("read", seen, wrong))


def test_every_snapshot_of_a_bank_at_work_is_in_balance(tmp_path: Path) -> None:
    path = small_ledger(tmp_path / "l.db")
    results, stop = _SPAWN.Queue(), _SPAWN.Event()
    readers = [_SPAWN.Process(target=target, args=(path, stop, results)) for target in (read, check)]
    writers = [_SPAWN.Process(target=write, args=(path, who, EVENTS, results)) for who in range(WRITERS)]
    for process in [*readers, *writers]:
        process.start()
    wrote = [results.get(timeout=WAIT) for _ in writers]
    stop.set()
    assert {told for told, _, _ in wrote} == {"wrote"}, wrote
    watched = [results.get(timeout=120) for _ in readers]
    for process in [*readers, *writers]:
        process.join(timeout=60)
        assert process.exitcode == 0
    assert all(seen and not wrong for _, seen, wrong in watched)
    done = sum(count for _, count, _ in wrote)
    assert done + sum(count for _, _, count in wrote) == WRITERS * EVENTS
    with open_ledger(path) as ledger:
        found = ledger.verify()
        assert (found.entries, found.findings) == (12 + done, ())


def test_a_reader_that_asks_twice_sees_two_moments(tmp_path: Path) -> None:
    """The control: questions outside one transaction are not of one moment."""
    path = small_ledger(tmp_path / "l.db")
    connection = sqlite3.connect(path, isolation_level=None)
    counted = "SELECT COUNT(*) FROM entry"
    with open_ledger(path) as ledger:
        (before,) = connection.execute(counted).fetchone()
        ledger.record(receipt("R-9", "1.00"))
        (after,) = connection.execute(counted).fetchone()
        assert after == before + 1
        connection.execute("BEGIN")
        (before,) = connection.execute(counted).fetchone()
        ledger.record(receipt("R-10", "1.00"))
        (after,) = connection.execute(counted).fetchone()
        assert after == before
    connection.close()


def test_a_reference_is_recorded_once_by_sixteen_threads(tmp_path: Path) -> None:
    path = small_ledger(tmp_path / "l.db")
    results, failed = from_a_line(path, same_reference, threads=THREADS, rounds=REFERENCES)
    assert failed == []
    made = Counter(at for at, (_, replayed) in results if not replayed)
    assert made == Counter(range(REFERENCES))
    assert len(results) == THREADS * REFERENCES
    assert len({(at, number) for at, (number, _) in results}) == REFERENCES


def test_the_control_without_the_lock_first_is_turned_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who reads before taking the lock finds that the ledger moved: SQLite then refuses, it does not fork."""
    path = small_ledger(tmp_path / "l.db")
    monkeypatch.setattr(sqlite, "_begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    _, failed = from_a_line(path, same_reference, threads=THREADS, rounds=20)
    assert any(isinstance(error, errors.LedgerBusyError) for error in failed)
    with open_ledger(path) as ledger:
        assert ledger.verify().findings == ()


def test_the_control_without_asking_what_is_recorded_a_reference_is_no_replay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Under the lock too it has to be asked: what comes second is then refused by the database's guard."""
    path = small_ledger(tmp_path / "l.db")
    monkeypatch.setattr(sqlite.SQLite, "known", lambda *_: lambda: ())
    results, failed = from_a_line(path, same_reference, threads=THREADS, rounds=20)
    assert not any(replayed for _, (_, replayed) in results)
    assert any("one entry for a reference" in str(error) for error in failed)


def test_verify_of_a_ledger_that_is_posted_to_raises_no_alarm(tmp_path: Path) -> None:
    path = small_ledger(tmp_path / "l.db")
    seen = verified_while_posting(path, VERIFIES)
    assert seen == sorted(seen)
    assert len(set(seen)) > VERIFIES // 40
    with open_ledger(path) as ledger:
        assert ledger.entry_count() == 12 + VERIFIES // 20
