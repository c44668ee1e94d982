"""Marks of an axis."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mdfm_ledger.money import MAX_SUM
from mdfm_ledger.render.axis import month_marks, round_levels
from tests.support.documents import dates


@pytest.mark.parametrize(
    ("top", "levels"),
    [
        (0, [0, 1]),
        (1, [0, 1]),
        (6, [0, 1, 2, 3, 4, 5, 6]),
        (7, [0, 2, 4, 6, 8]),
        (100, [0, 20, 40, 60, 80, 100]),
        (101, [0, 20, 40, 60, 80, 100, 120]),
        (1_300, [0, 500, 1_000, 1_500]),
    ],
)
def test_levels_are_round(top: int, levels: list[int]) -> None:
    assert round_levels(top) == levels


@given(st.integers(0, MAX_SUM))
def test_levels_reach_the_top_in_a_few_equal_steps(top: int) -> None:
    levels = round_levels(top)
    steps = {after - before for before, after in pairwise(levels)}
    assert levels[0] == 0
    assert levels[-2] < max(top, 1) <= levels[-1]
    assert len(steps) == 1
    assert str(steps.pop()).rstrip("0") in {"1", "2", "5"}
    assert len(levels) <= 7


@pytest.mark.parametrize(
    ("first", "last", "most", "marks"),
    [
        ("2020-01-01", "2021-12-31", 7, ["2020-01-01", "2020-07-01", "2021-01-01", "2021-07-01"]),
        ("2020-01-01", "2021-12-31", 3, ["2020-01-01", "2021-01-01"]),
        ("2020-01-02", "2020-03-31", 7, ["2020-02-01", "2020-03-01"]),
        ("2020-01-02", "2020-01-31", 7, []),
        ("2019-11-15", "2020-05-01", 3, ["2020-01-01", "2020-03-01", "2020-05-01"]),
    ],
)
def test_months(first: str, last: str, most: int, marks: list[str]) -> None:
    found = month_marks(date.fromisoformat(first), date.fromisoformat(last), most)
    assert [day.isoformat() for day in found] == marks


@given(dates, st.integers(0, 60_000), st.integers(1, 9))
def test_months_lie_in_the_period_equally_spaced(first: date, days: int, most: int) -> None:
    last = first + timedelta(days=days)
    marks = month_marks(first, last, most)
    assert len(marks) <= most
    assert all(first <= day <= last and day.day == 1 for day in marks)
    months = [day.year * 12 + day.month for day in marks]
    assert len({after - before for before, after in pairwise(months)}) <= 1
