"""Times, as records write them and as the database has them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache

from mdfm_ledger.series import written_day

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECONDS_OF_A_DAY = 24 * 60 * 60 * 1_000_000


@lru_cache(maxsize=64)
def time_text(moment: datetime) -> str:
    """A UTC time with six decimals and Z, the one way times are written."""
    return f"{moment.isoformat(timespec='microseconds')[:26]}Z"


@lru_cache(maxsize=64)
def time_number(moment: datetime) -> int:
    """A time as the database has it: the microseconds since 1970 began, in UTC."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


@lru_cache(maxsize=64)
def numbered_time(number: int) -> str:
    """The text of a time that the database has as a number. Raises OverflowError where it is none."""
    # Where entries were recorded one by one each has its own time, but many were recorded on one day.
    day, micros = divmod(number, _MICROSECONDS_OF_A_DAY)
    minute, micros = divmod(micros, 60_000_000)
    second, micros = divmod(micros, 1_000_000)
    return f"{_day_since_1970(day)}T{minute // 60:02}:{minute % 60:02}:{second:02}.{micros:06}Z"


@lru_cache(maxsize=4_096)
def _day_since_1970(day: int) -> str:
    return written_day((_EPOCH + timedelta(days=day)).date())
