"""Debits and credits of every day by account, term, currency and flow, added up line by line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mdfm_ledger.closing import BalanceRow
from mdfm_ledger.recount.sums import Daily, Days
from mdfm_ledger.recount.whole import Found
from mdfm_ledger.stored_place import ACCOUNT, CURRENCY, FLOW, TERM, Place


class Totals:
    """The sums of the lines so far. There are few of them: they hold no donor and no document."""

    def __init__(self) -> None:
        self._sums: dict[tuple[str, str, str, str], tuple[Days, Days]] = {}

    def of(self, place: Place) -> tuple[Days, Days]:
        """Where the debits and the credits of a place are added to, by day."""
        key = (place[ACCOUNT], place[TERM], place[CURRENCY], place[FLOW])
        return self._sums.setdefault(key, ({}, {}))

    def trial_balance(self, through: int) -> list[BalanceRow]:
        """What stands on each account, by term and currency, at the end of a day."""
        sums: dict[tuple[str, str, str], list[int]] = {}
        for (account, term, currency, _), sides in self._sums.items():
            both = sums.setdefault((account, term, currency), [0, 0])
            for side, days in enumerate(sides):
                both[side] += sum(minor for day, minor in days.items() if day <= through)
        return [(*key, debit, credit) for key, (debit, credit) in sums.items() if debit or credit]

    def differences(self, stored: Mapping[Daily, tuple[int, int]]) -> Iterator[Found]:
        """Where the stored daily totals are not these."""
        counted = {
            (*key, day): (debits.get(day, 0), credited.get(day, 0))
            for key, (debits, credited) in self._sums.items()
            for day in debits.keys() | credited.keys()
        }
        for key in sorted(counted.keys() | stored.keys()):
            if counted.get(key) != stored.get(key):
                yield ("daily-totals", " ".join(map(str, key)), counted.get(key), stored.get(key))
