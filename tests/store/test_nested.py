"""One ledger asked for something in the middle of something else: it works, or it is refused in words."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from datetime import date

import pytest

from mdfm_ledger import Ledger, errors, open_engine
from mdfm_ledger.event import Event
from mdfm_ledger.ledger import reading
from tests.support.bookkeeping import ACTOR, TERM, receipt
from tests.support.ledgers import RECORDED_AT, counted_salts, events, open_ledger

FEW = 5


@pytest.fixture
def ledger(url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ledger]:
    """Twelve entries, fetched five at a time."""
    monkeypatch.setattr(reading, "_ENTRIES_AT_A_TIME", FEW)
    with open_ledger(url) as ledger:
        ledger.record_all(events())
        yield ledger


def numbers(ledger: Ledger, **limits: date) -> list[int]:
    return [entry.number for entry in ledger.entries(**limits)]


def test_entries_fetched_in_parts_are_all_of_them_once(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    for at_a_time in (1, 4, 6, 12, 13, 500):
        monkeypatch.setattr(reading, "_ENTRIES_AT_A_TIME", at_a_time)
        assert numbers(ledger) == list(range(1, 13))
        assert numbers(ledger, since=date(2020, 3, 1), as_of=date(2020, 5, 4)) == [7, 8, 9, 10, 11]


def test_the_ledger_is_read_while_its_entries_are_gone_through(ledger: Ledger) -> None:
    cash = {ledger.balance("1010", term=TERM).text for _ in ledger.entries()}
    pairs = [(one.number, other.number) for one in ledger.entries() for other in ledger.entries()]
    assert (cash, len(set(pairs))) == ({"900.00"}, 144)


def test_and_recorded_to_but_they_are_those_there_were(ledger: Ledger) -> None:
    found = []
    for entry in ledger.entries():
        ledger.record(receipt(f"N-{entry.number}", "1.00"))
        found.append(entry.number)
    assert found == list(range(1, 13))
    assert numbers(ledger) == list(range(1, 25))


def test_entries_that_are_not_gone_through_to_the_end_are_in_nobodys_way(ledger: Ledger) -> None:
    entries = ledger.entries()
    assert next(entries).number == 1
    assert ledger.record(receipt("N-1", "1.00")).number == 13
    assert [entry.number for entry in entries] == list(range(2, 13))


def test_what_is_read_within_a_reading_is_of_its_moment(ledger: Ledger) -> None:
    with ledger._reading():
        cash = ledger.balance("1010", term=TERM).text
        assert (cash, numbers(ledger)) == ("900.00", list(range(1, 13)))
        # The one within has not ended the one around it.
        assert ledger.balance("1010", term=TERM).text == cash


ASKED: dict[str, Callable[[Ledger], object]] = {
    "balance": lambda ledger: ledger.balance("1010", term=TERM),
    "entries": lambda ledger: list(ledger.entries()),
    "plan": lambda ledger: ledger.plan(receipt("N-9", "1.00")),
    "record": lambda ledger: ledger.record(receipt("N-9", "1.00")),
    "record_all": lambda ledger: ledger.record_all([receipt("N-9", "1.00")]),
}


@pytest.mark.parametrize("asked", ASKED)
def test_events_made_while_they_are_recorded_cannot_ask_the_ledger(ledger: Ledger, asked: str) -> None:
    def made() -> Iterator[Event]:
        yield receipt("N-1", "1.00")
        ASKED[asked](ledger)

    with pytest.raises(errors.LedgerOccupiedError) as caught:
        ledger.record_all(made())
    assert caught.value.doing == "recording"
    assert numbers(ledger) == list(range(1, 13))
    assert ledger.record(receipt("N-1", "1.00")).number == 13


@pytest.mark.parametrize("asked", ASKED)
def test_what_was_recorded_before_such_a_question_is_not_lost(ledger: Ledger, asked: str) -> None:
    def made() -> Iterator[Event]:
        yield receipt("N-1", "1.00")
        with contextlib.suppress(errors.LedgerOccupiedError):
            ASKED[asked](ledger)
        yield receipt("N-2", "1.00")

    assert [one.number for one in ledger.record_all(made())] == [13, 14]
    assert numbers(ledger) == list(range(1, 15))
    ledger.verify().raise_if_broken()


def test_nothing_is_recorded_in_the_middle_of_reading(ledger: Ledger) -> None:
    with ledger._reading():
        with pytest.raises(errors.LedgerOccupiedError) as caught:
            ledger.record(receipt("N-1", "1.00"))
        assert (caught.value.asked, caught.value.doing) == ("record", "reading")
        assert numbers(ledger) == list(range(1, 13))


def test_so_it_is_on_a_connection_of_the_caller(url: str) -> None:
    engine = open_engine(url)
    with engine.connect() as connection, connection.begin():
        ledger = Ledger.on_connection(
            connection, actor=ACTOR, clock=lambda: RECORDED_AT, salts=counted_salts()
        )
        ledger.record_all(events())
        with pytest.raises(errors.LedgerOccupiedError):
            ledger.record_all(receipt(f"N-{entry.number}", "1.00") for entry in ledger.entries())
        for entry in ledger.entries():
            ledger.record(receipt(f"N-{entry.number}", ledger.balance("1010", term=TERM).text))
        assert len(numbers(ledger)) == 24
    engine.dispose()
