"""What is asked once of many lines is what each alone would say: the two ways are held together."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mdfm_ledger import errors
from mdfm_ledger.books.movements import movements
from mdfm_ledger.books.watched import GroupKey
from mdfm_ledger.journal import (
    JournalEntry,
    JournalLine,
    Lines,
    OwnAmount,
    Subaccount,
    alike_in,
    moved,
    require_balanced,
    subaccount,
)
from mdfm_ledger.money import minor_text
from mdfm_ledger.rates import RateUsed
from mdfm_ledger.sealing.written_line import line_texts, texts_of_many
from mdfm_ledger.series import Series, begun
from tests.support.bookkeeping import ACTOR, NOW, TERM, allocation

DAY = date(2020, 3, 1)
RATE = RateUsed(rate="0.91", quoted="units_per_dollar", source="UN operational", since=date(2020, 3, 1))
DONORS = ("ham", "med", "stp", "zür")


def _place(account: str, donor: str) -> Subaccount:
    more: dict[str, dict[str, str]] = {
        "1010": {"bank_account": f"bank-{donor}"},
        "2060": {"donor": donor},
        "2070": {"donor": donor},
        "2110": {"party": donor},
        "8010": {"donor": donor, "pledge": f"P-{donor}"},
        "8110": {"donor": donor},
        "8120": {"donor": donor, "allocation": "A", "activity": "1.1"},
        "8140": {"donor": donor, "allocation": "A", "activity": "1.1", "obligation": "O", "party": "p"},
    }
    return subaccount(account, term=TERM, **more[account])


places = st.builds(
    _place,
    st.sampled_from(["1010", "2060", "2070", "2110", "8010", "8110", "8120", "8140"]),
    st.sampled_from(DONORS),
) | st.builds(
    lambda donor, earmark: subaccount("8110", term=TERM, donor=donor, earmark=earmark),
    st.sampled_from(DONORS),
    st.sampled_from(["", "1", "1.1"]),
)


@st.composite
def many(draw: st.DrawFn) -> Lines:
    """Lines of an entry with more than a few, on any places, that balance pair by pair."""
    drawn: list[JournalLine] = []
    for place, minor in draw(st.lists(st.tuples(places, st.integers(1, 10**6)), min_size=9, max_size=30)):
        own = OwnAmount(minor, "EUR", RATE) if place.account == "1010" and minor % 2 else None
        drawn += (JournalLine(place, minor, own), JournalLine(place, -minor))
    return tuple(draw(st.permutations(drawn)))


def entry_of(lines: Lines) -> JournalEntry:
    return JournalEntry(
        number=7,
        event=allocation(),
        lines=lines,
        on=DAY,
        value_date=DAY,
        recorded_at=NOW,
        actor=ACTOR,
        about="allocation:A-1",
    )


@given(lines=many())
def test_lines_that_are_alike_differ_in_nothing_but_the_donor(lines: Lines) -> None:
    runs = alike_in(lines)
    assert sorted(at for run in runs for at in run.at) == list(range(len(lines)))
    for run in runs:
        assert [lines[at][:2] for at in run.at] == list(zip(run.places, run.signed, strict=True))
        assert list(run.at) == sorted(run.at)
        assert len({place._replace(donor="x") for place in run.places}) == 1
    assert entry_of(lines).accounts == {line.subaccount.account for line in lines}
    for account in (*entry_of(lines).accounts, "8150"):
        own = [line for line in lines if line.subaccount.account == account]
        assert list(entry_of(lines).lines_on(account)) == own


@given(lines=many())
def test_many_lines_are_written_as_each_is(lines: Lines) -> None:
    assert texts_of_many(lines, alike_in(lines)) == line_texts(lines)


@given(lines=many(), before=many())
def test_many_lines_move_what_each_moves(lines: Lines, before: Lines) -> None:
    """Over groups that were fetched, that changed since, and that are new."""
    held = {place: begun(20200101, signed) for place, signed, _ in before}
    groups: dict[GroupKey, dict[Subaccount, Series]] = {}

    def kept(key: GroupKey) -> dict[Subaccount, Series]:
        return groups.setdefault(key, dict(held) if len(key) % 2 else {})

    entry = entry_of(lines)
    changed, _ = movements(entry_of(before), {}, kept)
    found = movements(entry, changed, kept)
    object.__setattr__(entry, "alike", ())
    assert movements(entry, changed, kept) == found


@pytest.mark.parametrize("minor", [0, 5, 99, 100, 123_456_789])
@pytest.mark.parametrize("currency", ["USD", "JPY", "KWD"])
def test_an_amount_among_many_is_written_as_it_is_alone(minor: int, currency: str) -> None:
    place = subaccount("8010", term=TERM, currency=currency, donor="ham", pledge="P")
    lines = moved([place] * 9, [place] * 9, [minor + 1] * 9)
    assert f"{currency} {minor_text(minor + 1, currency)}" in texts_of_many(lines, alike_in(lines))[0]
    assert texts_of_many(lines, alike_in(lines)) == line_texts(lines)


def test_many_lines_that_do_not_balance_are_no_entry() -> None:
    place = _place("8110", "ham")
    lines = (*moved([place] * 9, [place] * 9, [5] * 9), JournalLine(place, 1))
    with pytest.raises(errors.UnbalancedError):
        entry_of(lines)
    with pytest.raises(errors.UnbalancedError):
        require_balanced(lines)


@pytest.mark.parametrize("minors", [(5, 0), (5, -1), (5, True), (5, 2.0), (10**15 + 1, 5)])
def test_no_amount_among_many_is_nothing_or_no_whole_number(minors: tuple[int, ...]) -> None:
    place = _place("8110", "ham")
    with pytest.raises(errors.InvalidAmountError):
        moved([place] * 2, [place] * 2, minors)
