"""What reports ask of the store, against the same added up from whole entries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mdfm_ledger import Ledger
from mdfm_ledger.demo.story import TERM, story
from mdfm_ledger.evidence.merkle import leaf_hash
from mdfm_ledger.journal import JournalEntry
from mdfm_ledger.reports.by_donor import ByDonor
from mdfm_ledger.source import JournalSource, Window
from mdfm_ledger.store.reading import _shape, _totals_statement

LAST = date(2021, 12, 31)


@pytest.fixture(scope="module")
def ledger() -> Iterator[Ledger]:
    clock = datetime(2022, 1, 15, tzinfo=UTC)
    with Ledger.open("sqlite://", actor="finance@example.org", clock=lambda: clock) as ledger:
        ledger.record_all(story())
        yield ledger


def within(ledger: Ledger, window: Window) -> list[JournalEntry]:
    entries = ledger.entries()
    return [entry for entry in entries if entry.number <= window.known_at and entry.on <= window.as_of]


def causes(ledger: Ledger) -> dict[int, str]:
    """The kind of each entry, a reversal's being that of what it takes back."""
    return {
        entry.number: entry.event.reverses[0] if entry.event.reverses else entry.event.event_kind
        for entry in ledger.entries()
    }


windows = st.builds(
    Window,
    as_of=st.dates(min_value=date(2020, 6, 1), max_value=LAST),
    known_at=st.integers(1, 140),
)


@given(window=windows, after=st.integers(0, 140))
def test_lines_after_an_entry_are_those_recorded_since(ledger: Ledger, window: Window, after: int) -> None:
    with ledger._through(None, None) as (source, _):
        every = source.lines(window, where={"term": TERM})
        since = source.lines(window, where={"term": TERM}, after=after)
        once: JournalSource = ByDonor(source)
        assert once.lines(window, where={"term": TERM}, after=after) == since
        own = {"term": TERM, "donor": "JP"}
        assert once.lines(window, where=own, after=after) == source.lines(window, where=own, after=after)
    assert since == [line for line in every if line.number > after]
    of = causes(ledger)
    assert all(line.cause == of[line.number] for line in every)
    assert {line.number for line in every if line.reverses} == {
        entry.number for entry in within(ledger, window) if entry.event.reverses
    }


@given(window=windows, count=st.integers(0, 9))
def test_what_is_asked_of_several_is_what_is_asked_of_each(
    ledger: Ledger, window: Window, count: int
) -> None:
    """Also of none, and on accounts of pledges, of others, and of both."""
    with ledger._through(None, None) as (source, _):
        donors = tuple(source.documents("donor", window))[:count]
        for accounts in (("8020", "8090"), ("2010", "8110"), ("8090", "8100"), ("2010",)):
            limits = {"term": TERM, "account": accounts}
            every = source.lines(window, where=limits)
            some = source.lines(window, where={**limits, "donor": donors})
            assert some == [line for line in every if line.place.donor in donors]
            assert every == [
                line for line in source.lines(window, where={"term": TERM}) if line.place.account in accounts
            ]
            assert source.totals(("donor",), window, where={**limits, "donor": donors}) == [
                total for total in source.totals(("donor",), window, where=limits) if total.key[0] in donors
            ]
        assert list(source.documents("donor", window, references=donors)) == list(donors)


@given(window=windows)
def test_touched_counts_the_entries_of_each_donor(ledger: Ledger, window: Window) -> None:
    expected: Counter[str] = Counter()
    for entry in within(ledger, window):
        expected.update({line.subaccount.donor for line in entry.lines} - {""})
    with ledger._through(None, None) as (source, _):
        once: JournalSource = ByDonor(source)
        assert source.touched(window, where={"term": TERM}) == expected
        assert once.touched(window, where={"term": TERM}) == expected
        for donor in ("JP", "nobody"):
            where = {"term": TERM, "donor": donor}
            own = {donor: expected[donor]} if donor in expected else {}
            assert source.touched(window, where=where) == once.touched(window, where=where) == own


ASKED = [
    None,
    ("8110", "8120", "8140", "8150"),
    ("2010", "2040"),
    ("2042", "8090"),
    "8150",
    "8120",
    "2010",
    ("8020", "8090"),
]


@pytest.mark.parametrize("accounts", ASKED)
def test_what_is_asked_of_a_donor_is_what_all_lines_say_of_it(
    ledger: Ledger, accounts: str | tuple[str, ...] | None
) -> None:
    """A donor's places are found by the donor, by its pledges, or by allocations that took from it."""
    window = Window(as_of=LAST, known_at=1_000)
    limits: dict[str, str | tuple[str, ...]] = {"term": TERM}
    if accounts:
        limits["account"] = accounts
    with ledger._through(None, None) as (source, _):
        every = source.lines(window, where={"term": TERM})
        donors = {line.place.donor for line in every} - {""}
        for donor in donors:
            own = [
                line
                for line in every
                if line.place.donor == donor and (not accounts or line.place.account in accounts)
            ]
            assert source.lines(window, where={**limits, "donor": donor}) == own
            totals = source.totals(("account",), window, where={**limits, "donor": donor})
            assert sum(total.balance for total in totals) == sum(line.signed for line in own)
    allotted = {line.place.account for line in every if line.place.allocation and line.place.donor}
    assert allotted >= {"8120", "8150", "2040", "2042"}, "the story has places of all sorts"
    assert len(donors) > 5


def test_what_is_asked_of_a_donor_reads_no_more_than_its_own_places(ledger: Ledger) -> None:
    """Each of the three ways has its index; to go through all places or lines would be slow, and unseen."""
    accounts = ("8090", "8110", "8120", "8140")
    asked = _shape((), None, {"donor": "JP", "account": accounts}, knows_less=True)
    written = _totals_statement(asked).compile(ledger._connection)
    limits = [str(at) for at in range(len(written.positiontup or ()))]
    with ledger._through(None, None):
        plan = ledger._connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {written}", tuple(limits)).all()
    steps = [step for *_, step in plan]
    assert not [step for step in steps if step.startswith("SCAN")], steps
    for index in ("subaccount_by_donor", "one_place_of_pledge", "one_place (allocation=? AND donor=?"):
        assert [step for step in steps if index in step], index


def test_the_seal_of_an_entry_is_the_digest_of_its_leaf(ledger: Ledger) -> None:
    statement = "SELECT leaf FROM entry WHERE number = 1"
    with ledger._through(None, None) as (source, _):
        leaf = ledger._connection.exec_driver_sql(statement).scalar_one()
        assert source.seal(1) == ByDonor(source).seal(1) == leaf_hash(leaf).hex()
        assert source.seal(10_000) == ""
