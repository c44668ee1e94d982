"""Entries over many donors: the rows of their lines and places, and what they add to daily totals."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from mdfm_ledger import Allocation, Amount, Expenditure, Ledger, Receipt
from mdfm_ledger.event import Event
from mdfm_ledger.journal import subaccount
from mdfm_ledger.store.engine import open_engine
from mdfm_ledger.store.place_ids import PlaceIds
from mdfm_ledger.store.schema import SUBACCOUNT
from mdfm_ledger.store.sqlite import SQLITE
from tests.benchmarks.workload import BANK, FIRST, TERM, registrations

DONORS = 40


def _events() -> list[Event]:
    receipts = [
        Receipt(
            reference=f"R-{at}",
            term=TERM,
            donor=f"donor-{at:03d}",
            amount=Amount(100_000 + at * 7_919, "USD"),
            on=FIRST,
            bank_account=BANK,
            bank_reference=f"TRF/{at}",
        )
        for at in range(DONORS)
    ]
    allocations = [
        Allocation(
            reference=f"A-{at}",
            term=TERM,
            activity=f"1.{at}",
            amount=Amount(400_000 + at, "USD"),
            on=date(2020, 2, 1),
            decision="D",
            approved_by="director@example.org",
        )
        for at in range(3)
    ]
    spent = Expenditure(
        reference="E-1",
        allocation="A-1",
        amount=Amount(123_457, "USD"),
        category="4",
        bank_account=BANK,
        purpose="Services",
        on=date(2020, 3, 1),
    )
    return [*receipts, *allocations, spent]


def test_in_bulk_and_one_by_one_the_same_is_written_and_verifies(tmp_path: Path) -> None:
    """Entries of many lines and of few in one go, on places that are there and on new ones."""
    tables = ("line", "daily_total", "subaccount")
    written = []
    for name in ("bulk", "single"):
        with Ledger.open(f"sqlite:///{tmp_path}/{name}.db", actor="clerk@example.org") as ledger:
            ledger.record_all(registrations())
            if name == "bulk":
                ledger.record_all(_events())
            else:
                for event in _events():
                    ledger.record(event)
            ledger.verify().raise_if_broken()
            rows = [
                ledger._connection.exec_driver_sql(f"SELECT * FROM {table} ORDER BY 1, 2, 3, 4, 5").all()
                for table in tables
            ]
            written.append(rows)
    assert written[0] == written[1]
    assert len(written[0][0]) > 3 * 2 * DONORS


def test_a_place_that_comes_twice_among_many_gets_one_id() -> None:
    engine = open_engine("sqlite://")
    with engine.connect() as connection:
        cursor = SQLITE.cursor(connection)
        places = PlaceIds(SQLITE, lambda: cursor)
        places.begins("allocation", "A")
        made = [
            subaccount("8120", term=TERM, donor=f"d{at}", allocation="A", activity="1.1") for at in range(20)
        ]
        assert places.of_lines([*made, *made[:5]], 0) == [*range(1, 21), *range(1, 6)]
        rows = places.new()
        assert [row[0] for row in rows] == list(range(1, 21))
        SQLITE.insert(cursor, SUBACCOUNT, rows)
        # Of others among them nobody knows yet whether they are there: all are looked for.
        other = subaccount("8120", term=TERM, donor="d", allocation="B", activity="1.1")
        places.begin()
        held = places.of_lines([other] * 9, 0)
        assert held == [other] * 9
        places.find(held)
        assert held == [21] * 9
        cursor.close()
    engine.dispose()
