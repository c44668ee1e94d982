"""The lines of an entry on one account, whether they are few or many."""

from __future__ import annotations

from datetime import date

import pytest

from mdfm_ledger.journal import JournalEntry, moved, subaccount
from tests.support.bookkeeping import ACTOR, NOW, TERM, allocation


@pytest.mark.parametrize("donors", [2, 4, 5, 200])
def test_they_are_those_of_the_account_in_their_order(donors: int) -> None:
    names = [f"donor-{at}" for at in range(donors)]
    free = [subaccount("8110", term=TERM, donor=name) for name in names]
    under = {"term": TERM, "activity": "1.1", "allocation": "A-1"}
    allotted = [subaccount("8120", donor=name, **under) for name in names]
    day = date(2020, 3, 1)
    entry = JournalEntry(
        number=1,
        event=allocation(),
        lines=moved(free, allotted, range(1, donors + 1)),
        on=day,
        value_date=day,
        recorded_at=NOW,
        actor=ACTOR,
        about="allocation:A-1",
    )
    assert entry.accounts == {"8110", "8120"}
    assert [line.subaccount for line in entry.lines_on("8120")] == allotted
    assert [line.signed for line in entry.lines_on("8110")] == list(range(1, donors + 1))
    assert list(entry.lines_on("8140")) == []
