"""Debits and credits of every day by account, term, currency and flow, added up line by line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mdfm_ledger.audit.recount.sums import Daily, Days
from mdfm_ledger.audit.recount.whole import Found
from mdfm_ledger.books.closing import BalanceRow
from mdfm_ledger.sealing.stored_place import ACCOUNT, CURRENCY, FLOW, TERM, Place


class Totals:
    """The sums of the lines so far. There are few of them: they hold no donor and no document."""

    def __init__(self) -> None:
        self._sums: dict[tuple[str, str, str, str], tuple[Days, Days]] = {}
        self._shared: list[tuple[Days, list[Days]]] = []

    def of(self, place: Place) -> tuple[Days, Days]:
        """Where the debits and the credits of a place are added to, by day."""
        key = (place[ACCOUNT], place[TERM], place[CURRENCY], place[FLOW])
        return self._sums.setdefault(key, ({}, {}))

    def shared(self, sums: list[Days]) -> Days:
        """Where amounts are added to, by day, that are part of each of these sums."""
        amounts: Days = {}
        self._shared.append((amounts, sums))
        return amounts

    def share_no_more(self) -> None:
        """Let go of all that is shared: nothing more is added there."""
        self._settle()
        self._shared.clear()

    def _settle(self) -> None:
        """Add what is shared to the sums it is part of."""
        for amounts, sums in self._shared:
            for day, minor in amounts.items():
                for days in sums:
                    days[day] = days.get(day, 0) + minor
            amounts.clear()

    def trial_balance(self, through: int) -> list[BalanceRow]:
        """What stands on each account, by term and currency, at the end of a day."""
        self._settle()
        sums: dict[tuple[str, str, str], list[int]] = {}
        for (account, term, currency, _), sides in self._sums.items():
            both = sums.setdefault((account, term, currency), [0, 0])
            for side, days in enumerate(sides):
                both[side] += sum(minor for day, minor in days.items() if day <= through)
        return [(*key, debit, credit) for key, (debit, credit) in sums.items() if debit or credit]

    def differences(self, stored: Mapping[Daily, tuple[int, int]]) -> Iterator[Found]:
        """Where the stored daily totals are not these."""
        self._settle()
        counted = {
            (*key, day): (debits.get(day, 0), credited.get(day, 0))
            for key, (debits, credited) in self._sums.items()
            for day in debits.keys() | credited.keys()
        }
        for key in sorted(counted.keys() | stored.keys()):
            if counted.get(key) != stored.get(key):
                yield ("daily-totals", " ".join(map(str, key)), counted.get(key), stored.get(key))
