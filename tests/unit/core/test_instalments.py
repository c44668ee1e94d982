"""Schedules of pledges: exact to the cent, on days that exist."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mdfm_ledger import Amount, Pledge, errors, instalments
from tests.support.bookkeeping import TERM, usd


def test_odd_cents_are_on_the_first_parts_and_short_months_end_early() -> None:
    parts = instalments(usd("100.00"), 3, date(2020, 8, 31), every_months=3)
    assert [(part.due_on, part.amount) for part in parts] == [
        (date(2020, 8, 31), usd("33.34")),
        (date(2020, 11, 30), usd("33.33")),
        (date(2021, 2, 28), usd("33.33")),
    ]


DAYS = st.dates(date(2000, 1, 1), date(2050, 1, 1))


@given(st.integers(1, 10**9), st.integers(1, 60), DAYS, st.integers(1, 24))
def test_a_schedule_is_one_a_pledge_accepts(minor: int, parts: int, first: date, months: int) -> None:
    amount = Amount(max(minor, parts), "JPY")
    schedule = instalments(amount, parts, first, every_months=months)
    Pledge(reference="P", term=TERM, donor="jp", amount=amount, on=first, instalments=schedule)
    assert max(part.amount.minor for part in schedule) - min(part.amount.minor for part in schedule) <= 1
    for at, part in enumerate(schedule):
        due = part.due_on
        passed = (due.year - first.year) * 12 + due.month - first.month
        assert passed == at * months
        is_last_of_month = (due + timedelta(days=1)).day == 1
        assert due.day == first.day or (due.day < first.day and is_last_of_month)


@pytest.mark.parametrize(("parts", "months"), [(0, 1), (-1, 1), (2, 0), (101, 1)])
def test_what_is_no_schedule_is_refused(parts: int, months: int) -> None:
    with pytest.raises(errors.InvalidFieldError):
        instalments(usd("1.00"), parts, date(2020, 1, 1), every_months=months)
