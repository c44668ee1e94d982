"""Places are read as lines on them come up, ahead where they go on, and not all are held."""

from __future__ import annotations

from typing import Any

import pytest

from mdfm_ledger.audit.recount import places as module
from mdfm_ledger.audit.recount.places import Places
from mdfm_ledger.audit.recount.totals import Totals
from mdfm_ledger.chart import DIMENSIONS
from mdfm_ledger.sealing.stored_place import BETWEEN, NOWHERE, OTHERS

Row = tuple[Any, ...]


class Table:
    """Donors' places with the ids 1 to 50, and what was asked of them."""

    def __init__(self) -> None:
        self.asked: list[tuple[int, int]] = []

    def read(self, first: int, count: int) -> list[Row]:
        """The rows from an id on."""
        self.asked.append((first, count))
        return [(at, f"donor-{at}", "", "2010", "T", "USD", "") for at in range(max(first, 1), 51)][:count]


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> Table:
    """So few are held and read ahead that fifty are many."""
    monkeypatch.setattr(module, "_HELD", 20)
    monkeypatch.setattr(module, "_AHEAD", 5)
    return Table()


def test_new_places_and_those_that_go_on_are_read_ahead(table: Table) -> None:
    places = Places(table.read, Totals())
    assert [places[at].donor for at in range(1, 12)] == [f"donor-{at}" for at in range(1, 12)]
    assert places[40].donor == "donor-40"
    assert places[12].donor == "donor-12"
    assert places[12].donor == places[13].donor.replace("3", "2")
    assert table.asked == [(1, 5), (6, 5), (11, 5), (40, 5)]
    assert [places[at].donor for at in (20, 21)] == ["donor-20", "donor-21"]
    assert table.asked[4:] == [(20, 1), (21, 5)]


def test_the_oldest_are_forgotten_and_read_again(table: Table) -> None:
    places = Places(table.read, Totals())
    for at in range(1, 51):
        assert places[at].donor == f"donor-{at}"
        assert len(places) <= 26
    assert 3 not in places
    assert places[3].donor == "donor-3"


def test_what_is_no_place_is_nowhere(table: Table) -> None:
    places = Places(table.read, Totals())
    assert places[99].values == NOWHERE
    assert places[0].values == NOWHERE
    assert not places[0].kind.is_place


def test_places_of_one_account_add_up_together(table: Table) -> None:
    totals = Totals()
    places = Places(table.read, totals)
    places[1].kind.debit.by_day[20200101] = 5
    assert places[2].kind.debit.by_day == {20200101: 5}
    assert totals.trial_balance(20191231) == []
    assert totals.trial_balance(20200101) == [("2010", "T", "USD", 5, 0)]


def test_the_other_dimensions_are_taken_apart_and_a_sign_too_many_is_nowhere() -> None:
    others = dict.fromkeys(OTHERS, "") | {"bank_account": "uil"}
    joined = BETWEEN.join(others.values())
    rows = [(1, "", "", "1010", "T", "USD", joined), (2, "", "", "1010", "T", "USD", f"{joined}{BETWEEN}")]
    places = Places(lambda first, _: rows[first - 1 :], Totals())
    assert places[1].values == ("1010", "T", "USD", *(others.get(name, "") for name in DIMENSIONS))
    assert places[1].kind.is_place
    assert not places[2].kind.is_place
