"""Many subaccounts written in one go, of which each has other dimensions."""

from __future__ import annotations

from mdfm_ledger.store.engine import open_engine
from mdfm_ledger.store.schema import PLACE_COLUMNS, SUBACCOUNT
from mdfm_ledger.store.sqlite import SQLITE

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
