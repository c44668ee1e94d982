"""Books are a value; what they fetch is what they would have replayed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mdfm_ledger import RegisterDonor, errors
from mdfm_ledger.books import Books, Found
from mdfm_ledger.books.closing import BalanceRow
from mdfm_ledger.books.versions import Head, Touching
from mdfm_ledger.books.watched import GroupKey, foreseen
from mdfm_ledger.event import Event
from mdfm_ledger.journal import JournalEntry, Subaccount
from mdfm_ledger.results import Tally
from mdfm_ledger.series import Series, as_date, day_number
from tests.support.bookkeeping import ACTOR, NOW, Desk, allocation, expenditure, pledge, receipt

DAYS = st.dates(date(2019, 1, 1), date(2021, 12, 31)).map(day_number)
MOVEMENTS = st.lists(st.tuples(DAYS, st.integers(-100, 100)), max_size=30)
MANY_DAYS = st.integers(0, 150).flatmap(
    lambda length: st.permutations([20_200_101 + at for at in range(length)])
)


@given(MOVEMENTS, DAYS)
def test_a_series_agrees_with_adding_up(movements: list[tuple[int, int]], day: int) -> None:
    series = Series()
    for on, minor in movements:
        series = series.plus(on, minor)

    def at(until: int) -> int:
        return sum(minor for on, minor in movements if on <= until)

    assert series.total == sum(minor for _, minor in movements)
    assert series.at(day) == at(day)
    later = sorted({day, *(on for on, _ in movements if on > day)})
    assert series.low_from(day)[0] == min(at(on) for on in later)
    assert at(series.low_from(day)[1]) == series.low_from(day)[0]
    assert list(series.every_day_from(day)) == [(on, at(on)) for on in later]


@given(MANY_DAYS, st.integers(20_200_100, 20_200_260))
def test_a_series_of_many_days_is_the_same_whatever_their_order(days: list[int], day: int) -> None:
    series = Series()
    for on in [*days, *days[::7]]:
        series = series.plus(on, on % 11 - 5)
    twice = set(days[::7])
    expected = [(on, (on % 11 - 5) * (2 if on in twice else 1)) for on in sorted(days)]
    assert series == Series.of(expected)
    assert list(series.days) == expected
    assert series.at(day) == sum(minor for on, minor in expected if on <= day)
    later = [on for on, _ in expected if on > day]
    assert [on for on, _ in series.every_day_from(day)] == [day, *later]


@given(st.dates())
def test_a_day_is_read_back_from_its_number(day: date) -> None:
    assert as_date(day_number(day)) == day


def test_an_entry_makes_new_books_and_leaves_the_old_as_they_were() -> None:
    desk = Desk(pledge())
    before = desk.books
    desk.post(receipt(pledge="P-1"))
    assert (before.pledge_open("P-1").total, desk.books.pledge_open("P-1").total) == (100_000, 0)
    assert (before.received("2020-2021"), desk.books.received("2020-2021")) == (0, 100_000)
    assert before.found("receipt", "R-1") is None
    assert before.number + 1 == desk.books.number


def test_settled_books_answer_as_before() -> None:
    desk = Desk(pledge(), receipt(pledge="P-1"), allocation(), expenditure())
    entry = desk.post(receipt(reference="R-2", donor="ham")).entry
    before = desk.books
    kept = {key: dict(value) if type(value) is dict else value for key, value in before.kept.items()}
    settled = Books(number=before.number, kept=kept, changed=dict(before.changed))
    settled.settle()
    assert not settled.changed
    keys = [("free", "2020-2021", ""), ("allotted", "A-1"), ("open", "P-1")]
    assert [dict(settled.group(key)) for key in keys] == [dict(before.group(key)) for key in keys]
    assert settled.received("2020-2021") == before.received("2020-2021") > 0
    assert settled.pledge("P-1") == before.pledge("P-1")
    for place in {line.subaccount for line in entry.lines if line.subaccount.account == "8110"}:
        assert settled.balance(place) == before.balance(place) != Series()


class Replayed:
    """A source that answers from other books, and counts what it is asked."""

    def __init__(self, books: Books, entries: Sequence[JournalEntry]) -> None:
        self.books = books
        self.entries = entries
        self.asked: list[object] = []

    def entries_about(self, document: str) -> Sequence[JournalEntry]:
        self.asked.append(document)
        return [entry for entry in self.entries if entry.about == document]

    def group(self, key: GroupKey) -> Mapping[Subaccount, Series]:
        self.asked.append(key)
        return dict(self.books.group(key).items())

    def total(self, key: GroupKey) -> Series:
        self.asked.append(key)
        return self.books.total(key)

    def held(self, term: str) -> Mapping[str, Series]:
        return self.books.held(term)

    def cash(self, term: str, bank_account: str) -> tuple[Series, Series]:
        return self.books.cash(term, bank_account)

    def courses(self, term: str, accounts: Sequence[str]) -> Mapping[Subaccount, Series]:
        return self.books.whole.courses(term, accounts)

    def trial_balance(self, through: date) -> list[BalanceRow]:
        return self.books.whole.trial_balance(through)

    def journal_seal(self) -> str:
        return self.books.whole.journal_seal()

    def found(self, kind: str, reference: str) -> Found | None:
        return self.books.found(kind, reference)

    def later(self, number: int, touching: Sequence[Touching], about: Sequence[str]) -> Sequence[Head]:
        return self.books.later(number, touching, about)


def test_what_rules_will_ask_is_told_by_the_fields_of_events() -> None:
    free, allocated = ("free", "2020-2021"), ("allocated", "2020-2021", "1.1")
    promises = [pledge("P-1", earmark="1.2"), pledge("P-2", earmark="1.3")]
    money = receipt("R-1", donor="ham", earmark="1.1")
    assert foreseen([money]) == {(*free, "1.1")}
    assert foreseen([*promises, receipt("R-2", pledge="P-1"), expenditure()]) == {(*free, "1.2")}
    assert foreseen([allocation()]) == {(*free, "1.1"), allocated}
    assert foreseen(promises) == set()


def test_books_that_fetch_post_what_books_that_remember_post() -> None:
    from mdfm_ledger.posting import post

    desk = Desk()
    entries = [found.entry for found in desk.books.entries.values()]
    entries += [desk.post(event).entry for event in (pledge(), receipt(pledge="P-1"), allocation())]
    source = Replayed(desk.books, sorted(entries, key=lambda entry: entry.number))
    fetching = Books(number=desk.books.number, source=source)
    event = expenditure()
    posting = post(event, fetching, actor=ACTOR, recorded_at=NOW)
    assert posting.entry == desk.post(event).entry
    asked = list(source.asked)
    post(event, fetching, actor=ACTOR, recorded_at=NOW)
    assert source.asked == asked
    assert posting.books.has_document("allocation", "A-1")
    assert posting.books.found("receipt", "R-1") is not None


def test_every_event_says_what_it_is_about_or_that_it_is_about_nothing() -> None:
    class Silent(Event):
        event_kind = "silent"

    silent = Silent(reference="S")
    assert (silent.about(Books(), ()), silent.document(None, ()), silent.approver, silent.description) == (
        "",
        None,
        "",
        "",
    )
    with pytest.raises(NotImplementedError):
        silent.post(Books())


def test_a_batch_of_nothing_has_no_last_number() -> None:
    assert Tally().batch(()).last_number == 0


def test_a_document_of_another_shape_is_a_fault() -> None:
    from mdfm_ledger.books.documents import Term

    desk = Desk(RegisterDonor(reference="x", name="X", kind="country"))
    with pytest.raises(AssertionError):
        desk.books.document(Term, "donor", "x")
    with pytest.raises(errors.UnknownDocumentError, match="no bank account with reference none"):
        desk.books.document(Term, "bank_account", "none")
