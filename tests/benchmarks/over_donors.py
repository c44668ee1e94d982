"""Allocations that take from all 200 donors, against plain inserts of their rows in the same run."""

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
        ours, rows = _written(source, lambda: ledger.record_all(_allocations("B", IN_BULK)))
        single = [_written(source, partial(ledger.record, event)) for event in _allocations("S", SINGLY)]
    plain = plain_database(folder / "plain-allocations.db", source)
    theirs = timed(lambda: insert(plain, rows))
    by_one = [timed(partial(insert, plain, one)) for _, one in single]
    for at, clock in enumerate(("wall", "CPU")):
        alone = median(took[at] for took, _ in single) / median(took[at] for took in by_one)
        bulk = ours[at] / theirs[at]
        yield f"allocation over {DONORS} donors, {clock}: {bulk:.2f} times plain in bulk, {alone:.2f} singly"
    yield f"allocation over {DONORS} donors: {ours[1] / IN_BULK * 1e3:.2f} ms CPU in bulk"


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
