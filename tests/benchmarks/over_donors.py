"""Allocations that take from all 200 donors, against inserts of their rows in the same run.

Plain inserts go into tables with their primary keys and nothing else; raw ones into the ledger's own tables
as they were before, with their indexes and without guards, rules or seals.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from statistics import median

from mdfm_ledger import Allocation, Amount, Ledger, Receipt
from mdfm_ledger.event import Event
from tests.benchmarks.plain import Rows, Took, insert, plain_database, timed
from tests.benchmarks.workload import ACTIVITIES, BANK, DONORS, FIRST, TERM, registrations

IN_BULK, SINGLY = 200, 60


def figures(folder: Path) -> Iterator[str]:
    """How many times the time of plain inserts they take, in bulk and as single durable posts."""
    path = folder / "allocations.db"
    with Ledger.open(f"sqlite:///{path}", actor="bench@example.org") as ledger:
        ledger.record_all([*registrations(), *_money()])
        source = sqlite3.connect(path)
        raw = _raw_database(folder / "raw-allocations.db", source)
        ours, rows = _written(source, lambda: ledger.record_all(_allocations("B", IN_BULK)))
        single = [_written(source, partial(ledger.record, event)) for event in _allocations("S", SINGLY)]
    plain = plain_database(folder / "plain-allocations.db", source)
    for name, database in (("plain", plain), ("raw", raw)):
        theirs = timed(partial(insert, database, rows))
        by_one = [timed(partial(insert, database, one)) for _, one in single]
        for at, clock in enumerate(("wall", "CPU")):
            alone = median(took[at] for took, _ in single) / median(took[at] for took in by_one)
            bulk = ours[at] / theirs[at]
            yield (
                f"allocation over {DONORS} donors, {clock}:"
                f" {bulk:.2f} times {name} inserts in bulk, {alone:.2f} singly"
            )
    yield f"allocation over {DONORS} donors: {ours[1] / IN_BULK * 1e3:.2f} ms CPU in bulk"


def _raw_database(path: Path, source: sqlite3.Connection) -> sqlite3.Connection:
    """A copy of the ledger as it is, without its guards."""
    raw = sqlite3.connect(path, isolation_level=None)
    source.backup(raw)
    for (trigger,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        raw.execute(f"DROP TRIGGER {trigger}")
    raw.execute("PRAGMA journal_mode = WAL")
    raw.execute("PRAGMA synchronous = FULL")
    return raw


def _written(source: sqlite3.Connection, action: Callable[[], object]) -> tuple[Took, Rows]:
    """How long it takes, and the rows it wrote."""
    (number,) = source.execute("SELECT MAX(number) FROM entry").fetchone()
    (place,) = source.execute("SELECT MAX(id) FROM subaccount").fetchone()
    took = timed(action)
    return took, {
        "subaccount": source.execute("SELECT * FROM subaccount WHERE id > ?", (place,)).fetchall(),
        "line": source.execute("SELECT * FROM line WHERE number > ?", (number,)).fetchall(),
        "entry": source.execute("SELECT * FROM entry WHERE number > ?", (number,)).fetchall(),
    }


def _money() -> Iterator[Event]:
    """Free money of every donor, no two alike, so that every allocation takes from all of them."""
    for at in range(DONORS):
        yield Receipt(
            reference=f"R-{at}",
            term=TERM,
            donor=f"donor-{at:03d}",
            amount=Amount(1_000_000_00 + at * 7_919, "USD"),
            on=FIRST,
            bank_account=BANK,
            bank_reference=f"TRF/{at}",
        )


def _allocations(mark: str, count: int) -> Iterator[Event]:
    for at in range(count):
        yield Allocation(
            reference=f"{mark}-{at}",
            term=TERM,
            activity=f"1.{at % ACTIVITIES}",
            amount=Amount(50_000_00 + at, "USD"),
            on=FIRST + timedelta(days=at if mark == "B" else IN_BULK + at),
            decision=f"D-{at}",
            approved_by="director@example.org",
        )
