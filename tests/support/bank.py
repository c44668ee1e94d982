"""A bank at work: writers that put money in and allot it, what every snapshot is, and races from a line."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

from mdfm_ledger import Ledger, errors
from mdfm_ledger.event import Event
from tests.support.bookkeeping import allocation, receipt
from tests.support.ledgers import open_ledger

# Of one moment: entries without a gap, debits equal to credits in each set, no donor's free money below zero.
SNAPSHOT = (
    "SELECT (SELECT COUNT(*) FROM entry) = (SELECT MAX(number) FROM entry)",
    "SELECT NOT EXISTS (SELECT 1 FROM line JOIN subaccount ON subaccount.id = line.subaccount"
    " GROUP BY account >= '8', term, currency HAVING SUM(amount) <> 0)",
    "SELECT NOT EXISTS (SELECT 1 FROM line JOIN subaccount ON subaccount.id = line.subaccount"
    " WHERE account = '8110' GROUP BY donor HAVING SUM(amount) > 0)",
    "SELECT (SELECT SUM(line_count) FROM entry) = (SELECT COUNT(*) FROM line)",
)


def drawn(lot: Random, who: int, at: int) -> Event:
    """Money in, or money allotted that may not be there."""
    amount = f"{lot.randint(1, 400) / 100:.2f}"
    if lot.random() < 0.5:
        return receipt(f"B-{who}-{at}", amount, donor=lot.choice(["ham", "med", "jp"]))
    return allocation(f"B-{who}-{at}", amount, activity=lot.choice(["1.1", "1.2", "2.1"]))


def write(place: Path | str, who: int, events: int, results: Any) -> None:
    """Record one after the other. Whoever is kept waiting too long is told so, and tries again."""
    lot = Random(who)
    done = refused = 0
    try:
        with open_ledger(place) as ledger:
            waiting = [drawn(lot, who, at) for at in range(events)][::-1]
            while waiting:
                try:
                    ledger.record(waiting[-1])
                    done += 1
                except errors.LedgerBusyError:
                    continue
                except errors.RejectedError:
                    refused += 1
                waiting.pop()
        results.put(("wrote", done, refused))
    except Exception as error:  # noqa: BLE001  # it has to be told, or all wait for it
        results.put((repr(error), done, refused))


def check(place: Path | str, stop: Any, results: Any) -> None:
    """Ask verify again and again while others write: it may not cry wolf."""
    seen = alarms = 0
    with open_ledger(place, read_only=True) as ledger:
        while not stop.is_set():
            alarms += len(ledger.verify().findings)
            seen += 1
    results.put(("read", seen, alarms))


def verified_while_posting(place: Path | str, verifies: int) -> list[int]:
    """Verify that often while another posts an entry with each twentieth; how many entries each time saw."""
    turns, seen = threading.Semaphore(0), list[int]()

    def post() -> None:
        with open_ledger(place) as ledger:
            for at in range(verifies // 20):
                turns.acquire()
                ledger.record(receipt(f"V-{at}", "0.01"))

    poster = threading.Thread(target=post)
    poster.start()
    try:
        with open_ledger(place, read_only=True) as ledger:
            for at in range(verifies):
                if at % 20 == 0:
                    # Whoever posts begins now, and verify does not wait for it.
                    turns.release()
                found = ledger.verify()
                assert found.findings == ()
                seen.append(found.entries)
    finally:
        turns.release(verifies)
        poster.join()
    return seen


Round = Callable[[Ledger, int, int, threading.Barrier], object]
"""What one of several does in a round: its ledger, who it is, which round, and where all meet."""


def from_a_line(
    place: Path | str, one_round: Round, *, threads: int, rounds: int
) -> tuple[list[tuple[int, Any]], list[Exception]]:
    """Threads with a ledger each, all starting each round together; what came of each, what failed."""
    barrier = threading.Barrier(threads, timeout=120)
    results: list[tuple[int, Any]] = []
    failed: list[Exception] = []

    def run(who: int) -> None:
        try:
            with open_ledger(place) as ledger:
                for at in range(rounds):
                    barrier.wait()
                    results.append((at, one_round(ledger, who, at, barrier)))
        except (errors.LedgerError, threading.BrokenBarrierError) as error:
            failed.append(error)
            barrier.abort()

    runners = [threading.Thread(target=run, args=(who,)) for who in range(threads)]
    for runner in runners:
        runner.start()
    for runner in runners:
        runner.join()
    return results, failed


def same_reference(ledger: Ledger, who: int, at: int, barrier: threading.Barrier) -> tuple[int, bool]:
    """All record the same: the number it got, and whether it was there already."""
    del who, barrier
    done = ledger.record(receipt(f"T-{at}", "1.00"))
    return done.number, done.was_replayed


def last_cents(ledger: Ledger, who: int, at: int, barrier: threading.Barrier) -> bool:
    """All allot the last hundred dollars; whether it was granted. Then one brings a hundred more."""
    try:
        ledger.record(allocation(f"LAST-{at}-{who}", "100.00", activity="1.2"))
        granted = True
    except errors.NotFundedError:
        granted = False
    barrier.wait()
    if who == 0:
        ledger.record(receipt(f"MORE-{at}", "100.00"))
    return granted
