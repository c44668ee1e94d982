"""Small ledgers on disk for tests, and attacks on them with raw SQL."""

from __future__ import annotations

import hashlib
import itertools
import sqlite3
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import select

from mdfm_ledger import Ledger, Reversal
from mdfm_ledger.event import Event
from mdfm_ledger.store.schema import METADATA
from tests.support.bookkeeping import ACTOR, Desk, allocation, expenditure, pledge, receipt


def counted_salts() -> Callable[[], str]:
    """Salts that are the same in each run, so that records and their digests are too."""
    numbers = itertools.count()
    return lambda: hashlib.sha256(str(next(numbers)).encode()).hexdigest()[:32]


RECORDED_AT = datetime(2022, 1, 15, 9, 30, tzinfo=UTC)


def open_ledger(path: Path | str, **options: object) -> Ledger:
    """The ledger at a path or database URL, with a clock that stands still and salts that are counted."""
    given = {"actor": ACTOR, "clock": lambda: RECORDED_AT, "salts": counted_salts(), **options}
    url = str(path) if "://" in str(path) else f"sqlite:///{path}"
    return Ledger.open(url, **given)  # type: ignore[arg-type]  # options of one call


def events() -> list[Event]:
    """Registrations, a pledge paid in part, an allocation, and an expenditure taken back."""
    desk = Desk()
    registered = [found.entry.event for found in desk.books.entries.values()]
    order = {"open_term": 0, "open_bank_account": 1, "register_donor": 2}
    return [
        *sorted(registered, key=lambda event: (order[event.event_kind], event.reference)),
        pledge(),
        receipt(amount="400.00", pledge="P-1"),
        receipt("R-2", "600.00", donor="med", earmark="1.1"),
        allocation(amount="800.00"),
        expenditure("E-1", "100.00"),
        expenditure("E-2", "50.00"),
        Reversal(
            reference="RV-1",
            reversed_kind="expenditure",
            reversed_reference="E-2",
            on=date(2020, 6, 1),
            reason="booked twice",
        ),
    ]


def small_ledger(path: Path) -> Path:
    """A ledger with those events."""
    with open_ledger(path) as ledger:
        ledger.record_all(events())
    return path


def rows_of(ledger: Ledger) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    with ledger._reading():
        asked = {one.name: select(one).order_by(*one.primary_key) for one in METADATA.sorted_tables}
        return {name: [tuple(row) for row in ledger._connection.execute(asked[name])] for name in asked}


def without_guards(path: Path, attack: Callable[[sqlite3.Connection], object]) -> None:
    """Do something to the database with its guards taken out, and put them back as they were."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA foreign_keys = OFF")
    # What is done to a ledger here need not outlive the machine.
    connection.execute("PRAGMA synchronous = OFF")
    guards = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for name, _ in guards:
        connection.execute(f"DROP TRIGGER {name}")
    attack(connection)
    for _, sql in guards:
        connection.execute(sql)
    connection.close()
