"""Many subaccounts written in one go, of which each has other dimensions, and their ids."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import pytest

from mdfm_ledger import RegisterDonor
from mdfm_ledger.journal import Subaccount
from mdfm_ledger.store import place_ids
from mdfm_ledger.store.engine import open_engine
from mdfm_ledger.store.schema import PLACE_COLUMNS, SUBACCOUNT
from mdfm_ledger.store.sqlite import SQLITE, SQLite
from tests.support.bookkeeping import pledge, receipt
from tests.support.ledgers import events, open_ledger

_MANY = 150


def _row(at: int) -> tuple[object, ...]:
    """A row of few dimensions; one in a hundred has one more than the rest."""
    place = dict.fromkeys(PLACE_COLUMNS, "")
    place |= {"account": "8120", "term": "T", "currency": "USD", "donor": f"D{at}", "activity": "1.1"}
    place |= {"allocation": "A", "earmark": "area" if at % 100 == 99 else ""}
    return (at, *place.values())


def test_each_subaccount_keeps_the_dimensions_it_has_and_no_other() -> None:
    rows = [_row(at) for at in range(1, _MANY + 1)]
    engine = open_engine("sqlite://")
    with engine.connect() as connection:
        cursor = SQLITE.cursor(connection)
        SQLITE.insert(cursor, SUBACCOUNT, rows)
        assert cursor.execute("SELECT * FROM subaccount ORDER BY id").fetchall() == rows
        cursor.close()
    engine.dispose()


def asked_for(monkeypatch: pytest.MonkeyPatch) -> list[Subaccount]:
    """The places that are looked for from now on, with each entry written by itself."""
    asked, ids_of = list[Subaccount](), SQLite.ids_of

    def counted(dialect: SQLite, cursor: Any, places: Collection[Subaccount]) -> Mapping[Subaccount, int]:
        asked.extend(places)
        return ids_of(dialect, cursor, places)

    monkeypatch.setattr(SQLite, "ids_of", counted)
    monkeypatch.setattr(SQLite, "most_waiting", 1)
    return asked


@pytest.mark.parametrize("most", [40, 4])
def test_places_of_documents_that_were_forgotten_are_found_again(
    most: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = asked_for(monkeypatch)
    monkeypatch.setattr(place_ids, "_MOST_KNOWN", most)
    donors = [
        RegisterDonor(reference=f"d{at}", name=f"D{at}", kind="country", country="DE") for at in range(4)
    ]
    promises = [pledge(f"N-{at}", "5.00") for at in range(60)]
    paid = [receipt(f"N-{at}", "5.00", pledge=f"N-{at}") for at in (0, 30, 59)]
    with open_ledger(tmp_path / "places.db") as ledger:
        ledger.record_all([*events(), *donors])
        asked.clear()
        ledger.record_all([*promises, *paid, receipt("N-d0", "5.00", donor="d0"), pledge("N-60", "5.00")])
        known = most == 40
        assert any(place.pledge == "N-0" for place in asked)
        assert any(place.donor == "d0" for place in asked) is not known
        assert not any(place.pledge == "N-60" for place in asked)
        assert ledger.verify().findings == ()


def test_who_made_all_places_asks_for_none_until_another_makes_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = asked_for(monkeypatch)
    path = tmp_path / "places.db"
    donors = [
        RegisterDonor(reference=f"d{at}", name=f"D{at}", kind="country", country="DE") for at in range(4)
    ]
    with open_ledger(path) as one:
        one.record_all([*events(), *donors])
        asked.clear()
        one.record_all([receipt("N-0", "5.00", donor="d0"), receipt("N-4", "5.00", donor="d3")])
        assert {place.donor for place in asked} == {"d0"}
        with open_ledger(path) as other:
            other.record(receipt("N-1", "5.00", donor="d1"))
        asked.clear()
        one.record_all([receipt("N-2", "5.00", donor="d2"), receipt("N-3", "5.00", donor="d1")])
        assert {"d1", "d2"} <= {place.donor for place in asked}
        assert one.verify().findings == ()
