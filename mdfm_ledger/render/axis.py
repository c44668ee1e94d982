"""Where the marks of an axis stand: round sums, and first days of months."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

_STEPS_IN_MONTHS = (1, 2, 3, 6, 12, 24, 60, 120, 600)


def round_levels(top: int, most: int = 6) -> list[int]:
    """Levels from nothing to at least ``top``, in equal steps of 1, 2 or 5 times a power of ten."""
    step = next(step for step in _round_steps() if step * most >= top)
    return list(range(0, -(-max(top, 1) // step) * step + 1, step))


def _round_steps() -> Iterator[int]:
    power = 1
    while True:
        yield from (power, 2 * power, 5 * power)
        power *= 10


def month_marks(first: date, last: date, most: int) -> list[date]:
    """At most ``most`` first days of months in a period (inclusive), in equal steps; none if too short."""
    for step in _STEPS_IN_MONTHS:
        found = [
            date(month // 12, month % 12 + 1, 1)
            for month in range(_month(first) + (first.day > 1), _month(last) + 1)
            if month % step == 0
        ]
        if len(found) <= most:
            return found
    return []


def _month(day: date) -> int:
    return day.year * 12 + day.month - 1
