"""Many at once on a server: a bank at work, the last cents, the same references, and none of it unlocked."""

from __future__ import annotations

import multiprocessing
import threading
from collections import Counter
from collections.abc import Iterator
from multiprocessing.synchronize import Event as Flag
from typing import Any

import psycopg
import pytest

from mdfm_ledger import errors
from mdfm_ledger.store import transactions
from mdfm_ledger.store.postgres import dialect
from tests.support.bank import (
    SNAPSHOT,
    check,
    from_a_line,
    last_cents,
    same_reference,
    verified_while_posting,
    write,
)
from tests.support.bookkeeping import allocation
from tests.support.ledgers import open_ledger
from tests.support.postgres import server
from tests.support.profile import figure

WRITERS = 16
EVENTS = figure(nightly=10_000, gate=100)
SPENDERS = 8
ROUNDS = figure(nightly=1_000, gate=100)
THREADS = 16
REFERENCES = figure(nightly=1_000, gate=100)
VERIFIES = figure(nightly=10_000, gate=1_000)
WAIT = figure(nightly=14_000, gate=500)
"""Seconds after which the writers are taken for stuck."""

# Sixteen starts of Python cost more than what they do in the gate: one start, then copies of it.
_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["tests.support.bank", "psycopg"])

pytestmark = [pytest.mark.race, pytest.mark.slow]


@pytest.fixture
def small() -> Iterator[str]:
    name = server().small_ledger()
    yield name
    server().drop(name)


def read(where: str, database: str, stop: Flag, results: Any) -> None:
    seen = wrong = 0
    with psycopg.connect(host=where, dbname=database, user="postgres") as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.execute("SET search_path = mdfm")
        connection.commit()
        while not stop.is_set():
            answers = [connection.execute(one.encode()).fetchone() for one in SNAPSHOT]
            connection.commit()
            wrong += sum(answer != (True,) for answer in answers)
            seen += 1
    results.put(("read", seen, wrong))


def test_every_snapshot_of_a_bank_at_work_is_in_balance(small: str) -> None:
    url, where = server().url(small), str(server().folder)
    results, stop = _FORKS.Queue(), _FORKS.Event()
    readers = [
        _FORKS.Process(target=read, args=(where, small, stop, results)),
        _FORKS.Process(target=check, args=(url, stop, results)),
    ]
    writers = [_FORKS.Process(target=write, args=(url, who, EVENTS, results)) for who in range(WRITERS)]
    for process in [*readers, *writers]:
        process.start()
    wrote = [results.get(timeout=WAIT) for _ in writers]
    stop.set()
    assert {told for told, _, _ in wrote} == {"wrote"}, wrote
    watched = [results.get(timeout=300) for _ in readers]
    for process in [*readers, *writers]:
        process.join(timeout=60)
        assert process.exitcode == 0
    assert all(seen and not wrong for _, seen, wrong in watched), watched
    done = sum(count for _, count, _ in wrote)
    assert done + sum(count for _, _, count in wrote) == WRITERS * EVENTS
    with open_ledger(url) as ledger:
        found = ledger.verify()
        assert (found.entries, found.findings) == (12 + done, ())
        assert ledger.entry_count() == 12 + done


def test_the_last_cents_are_allotted_once(small: str) -> None:
    url = server().url(small)
    with open_ledger(url) as ledger:
        ledger.record(allocation("REST", "100.00", activity="1.2"))
    found, failed = from_a_line(url, last_cents, threads=SPENDERS, rounds=ROUNDS)
    assert failed == []
    # The first round finds 100.00 free; each later one what was received in between.
    assert Counter(at for at, granted in found if granted) == Counter(range(ROUNDS))
    with open_ledger(url) as ledger:
        assert ledger.balance("8110", term="2020-2021").minor <= 0
        assert ledger.verify().findings == ()


def test_a_reference_is_recorded_once_by_sixteen_threads(small: str) -> None:
    url = server().url(small)
    results, failed = from_a_line(url, same_reference, threads=THREADS, rounds=REFERENCES)
    assert failed == []
    made = Counter(at for at, (_, replayed) in results if not replayed)
    assert made == Counter(range(REFERENCES))
    assert len(results) == THREADS * REFERENCES
    assert len({(at, number) for at, (number, _) in results}) == REFERENCES


def test_verify_of_a_ledger_that_is_posted_to_raises_no_alarm(small: str) -> None:
    url = server().url(small)
    seen = verified_while_posting(url, VERIFIES)
    assert seen == sorted(seen)
    assert len(set(seen)) > VERIFIES // 40
    with open_ledger(url) as ledger:
        assert ledger.entry_count() == 12 + VERIFIES // 20


def test_the_control_without_the_lock_first_is_turned_away(
    small: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who reads before having the lock is refused by the guards, which take it too: nothing forks."""
    url = server().url(small)
    monkeypatch.setattr(dialect, "_TAKE_LOCK", "SELECT 1")
    monkeypatch.setattr(transactions, "ATTEMPTS", 1)
    for _ in range(20):
        _, failed = from_a_line(url, same_reference, threads=THREADS, rounds=20)
        if any(isinstance(error, errors.RaceLostError) for error in failed):
            break
    else:
        pytest.fail("nobody lost a race, as if the lock were had first")
    with open_ledger(url) as ledger:
        assert ledger.verify().findings == ()


def left_of_a_hundred(database: str, isolation: str, lock: str) -> int:
    """What is left where each in a transaction of its own reads, decides, and spends the hundred."""
    server().execute("CREATE TABLE spent (amount int)", database)
    server().execute("INSERT INTO spent VALUES (100)", database)
    everybody = threading.Barrier(SPENDERS, timeout=60)
    asked = b"SELECT coalesce(sum(amount), 0)::int FROM spent"

    def spend() -> None:
        with server().connect(database) as connection:
            connection.execute(f"BEGIN ISOLATION LEVEL {isolation}".encode())
            if lock:
                connection.execute(lock.encode())
            (left,) = connection.execute(asked).fetchone() or (0,)
            if not lock:
                everybody.wait()
            if left >= 100:
                connection.execute("INSERT INTO spent VALUES (-100)")
            connection.execute("COMMIT")

    spenders = [threading.Thread(target=spend) for _ in range(SPENDERS)]
    for spender in spenders:
        spender.start()
    for spender in spenders:
        spender.join()
    with server().connect(database) as connection:
        (left,) = connection.execute(asked).fetchone() or (0,)
    return int(left)


@pytest.mark.parametrize("isolation", ["READ COMMITTED", "REPEATABLE READ"])
def test_the_control_overspends_without_the_lock(small: str, isolation: str) -> None:
    """No isolation short of SERIALIZABLE keeps eight from spending the same hundred."""
    assert left_of_a_hundred(small, isolation, "") == 100 - 100 * SPENDERS


def test_the_control_spends_once_with_the_lock_first(small: str) -> None:
    assert left_of_a_hundred(small, "READ COMMITTED", "SELECT pg_advisory_xact_lock(1)") == 0
