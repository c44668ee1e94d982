"""A balance through time, and dates as numbers that sort."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from attrs import frozen


# A ledger has few days and many lines on them.
@lru_cache(maxsize=4_096)
def day_number(day: date) -> int:
    """A date as the integer YYYYMMDD: sorts like the date, and reads like it in the database."""
    return day.year * 10_000 + day.month * 100 + day.day


@lru_cache(maxsize=4_096, typed=True)
def as_date(day: int) -> date:
    """The date of a YYYYMMDD number."""
    return date(day // 10_000, day // 100 % 100, day % 100)


@frozen
class Series:
    """A balance through time, in minor units, positive on the account's normal side.

    ``days`` holds (YYYYMMDD, movement of that day), in date order, one pair a day.
    """

    total: int = 0
    days: tuple[tuple[int, int], ...] = ()

    def plus(self, day: int, minor: int) -> Series:
        """The series with a movement on a day, wherever in time that day lies."""
        days = self.days
        if not days or days[-1][0] < day:
            return Series(self.total + minor, (*days, (day, minor)))
        if days[-1][0] == day:
            return Series(self.total + minor, (*days[:-1], (day, days[-1][1] + minor)))
        at = bisect_left(days, (day,))
        if days[at][0] == day:
            changed = (*days[:at], (day, days[at][1] + minor), *days[at + 1 :])
        else:
            changed = (*days[:at], (day, minor), *days[at:])
        return Series(self.total + minor, changed)

    def at(self, day: int) -> int:
        """The balance at the end of that day."""
        if not self.days or self.days[-1][0] <= day:
            return self.total
        return self.total - sum([minor for _, minor in self._later(day)])

    def _later(self, day: int) -> tuple[tuple[int, int], ...]:
        """What moved after a day: most questions are about late days, which have few after them."""
        return self.days[bisect_left(self.days, (day + 1,)) :]

    def low_from(self, day: int) -> tuple[int, int]:
        """The lowest balance on that day or any later one, and the first day it is reached."""
        if not self.days or self.days[-1][0] <= day:
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


def added_up(parts: Iterable[Series]) -> Series:
    """Several balances as one."""
    whole = Series()
    for part in parts:
        if not whole.days:
            whole = part
            continue
        for day, minor in part.days:
            whole = whole.plus(day, minor)
    return whole
