"""A balance through time, and dates as numbers that sort."""

from __future__ import annotations

from bisect import bisect_left
from calendar import monthrange
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import lru_cache, partial
from typing import NamedTuple


# A ledger has few days and many lines on them.
@lru_cache(maxsize=4_096)
def day_number(day: date) -> int:
    """A date as the integer YYYYMMDD: sorts like the date, and reads like it in the database."""
    return day.year * 10_000 + day.month * 100 + day.day


@lru_cache(maxsize=4_096)
def written_day(day: date) -> str:
    """A date as records write it: YYYY-MM-DD."""
    return day.isoformat()


@lru_cache(maxsize=4_096, typed=True)
def as_date(day: int) -> date:
    """The date of a YYYYMMDD number."""
    return date(day // 10_000, day // 100 % 100, day % 100)


def months_after(first: date, months: int) -> date:
    """The same day so many months later, or the last day of a month that is too short."""
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(year, month + 1, min(first.day, monthrange(year, month + 1)[1]))


Days = tuple[tuple[int, int], ...]
"""(YYYYMMDD, movement of that day), in date order, one pair a day."""

_MOST_LATEST = 32


class Series(NamedTuple):
    """A balance through time, in minor units, positive on the account's normal side.

    The last days stand apart: most movements are late ones, and then only these few have to be written anew.
    How many there are follows from how many days there are, so that equal balances are equal values.
    """

    total: int = 0
    earlier: Days = ()
    latest: Days = ()
    """At least one day where there is any."""

    @classmethod
    def of(cls, days: Sequence[tuple[int, int]]) -> Series:
        """The series of these movements, in date order, one a day."""
        before = max(len(days) - 1, 0) // _MOST_LATEST * _MOST_LATEST
        return cls(sum([minor for _, minor in days]), tuple(days[:before]), tuple(days[before:]))

    @property
    def days(self) -> Days:
        """All movements."""
        return self.earlier + self.latest

    def plus(self, day: int, minor: int) -> Series:
        """The series with a movement on a day, wherever in time that day lies."""
        total, earlier, latest = self
        total += minor
        if not latest or latest[-1][0] < day:
            if len(latest) == _MOST_LATEST:
                return _series((total, earlier + latest, ((day, minor),)))
            return _series((total, earlier, latest + ((day, minor),)))  # noqa: RUF005  # unpacked it is slow
        if latest[-1][0] == day:
            return _series((total, earlier, (*latest[:-1], (day, latest[-1][1] + minor))))
        days = list(self.days)
        at = bisect_left(days, (day,))
        if days[at][0] == day:
            days[at] = (day, days[at][1] + minor)
        else:
            days.insert(at, (day, minor))
        return Series.of(days)

    def at(self, day: int) -> int:
        """The balance at the end of that day."""
        if not self.latest or self.latest[-1][0] <= day:
            return self.total
        return self.total - sum([minor for _, minor in self._later(day)])

    def _later(self, day: int) -> Days:
        """What moved after a day: most questions are about late days, which have few after them."""
        days = self.days if self.earlier and self.earlier[-1][0] > day else self.latest
        return days[bisect_left(days, (day + 1,)) :]

    def low_from(self, day: int) -> tuple[int, int]:
        """The lowest balance on that day or any later one, and the first day it is reached."""
        if not self.latest or self.latest[-1][0] <= day:
            return self.total, day
        later = self._later(day)
        balance = lowest = self.total - sum([minor for _, minor in later])
        lowest_day = day
        for on, minor in later:
            balance += minor
            if balance < lowest:
                lowest, lowest_day = balance, on
        return lowest, lowest_day

    def every_day_from(self, day: int) -> Iterable[tuple[int, int]]:
        """(day, balance) on that day and on each later day with a movement."""
        balance = self.at(day)
        yield day, balance
        for on, minor in self._later(day):
            balance += minor
            yield on, balance


# What every line makes anew, without looking at the names of its fields.
_series: Callable[[tuple[int, Days, Days]], Series] = partial(tuple.__new__, Series)


def begun(day: int, minor: int) -> Series:
    """The balance of what moves for the first time."""
    return _series((minor, (), ((day, minor),)))


def added_up(parts: Iterable[Series]) -> Series:
    """Several balances as one."""
    whole = Series()
    for part in parts:
        if not whole.latest:
            whole = part
            continue
        for day, minor in part.days:
            whole = whole.plus(day, minor)
    return whole
