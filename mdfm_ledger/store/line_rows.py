"""The rows of lines of many entries, of their own amounts, and of the daily totals they add to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain, repeat
from operator import itemgetter

from mdfm_ledger.journal import JournalEntry, OwnAmount, Subaccount
from mdfm_ledger.series import day_number
from mdfm_ledger.store.place_ids import Held, PlaceIds, Row
from mdfm_ledger.store.schema import PLACE_COLUMNS

CountsIn = tuple[str, str, str, str]
"""Account, term, currency and flow: what daily totals are kept by."""

_counts_in: Callable[[Subaccount], CountsIn] = itemgetter(0, 1, 2, PLACE_COLUMNS.index("flow"))


class LineRows:
    """Rows that wait to be written, those of lines by column: number, position, subaccount, day, amount.

    A line on a place that is not known yet holds the place till it is found.
    """

    def __init__(self, places: PlaceIds) -> None:
        self._places = places
        self.lines: tuple[list[int], list[int], list[Held], list[int], list[int]] = ([], [], [], [], [])
        self.own_amounts: list[Row] = []
        self._totals: dict[tuple[int, CountsIn], list[int]] = {}

    def add(self, entries: Sequence[JournalEntry]) -> None:
        """Make the rows of entries, one step for all of them and then the next: so each is quicker."""
        for entry in entries:
            self._places.begins(*entry.key)
        lines = [line for entry in entries for line in entry.lines]
        if not lines:
            return
        counts = [len(entry.lines) for entry in entries]
        days = list(chain.from_iterable(map(repeat, [entry.day for entry in entries], counts)))
        places, signed, own = zip(*lines, strict=True)
        columns = self.lines
        columns[0].extend(chain.from_iterable(map(repeat, [entry.number for entry in entries], counts)))
        columns[1].extend(chain.from_iterable(map(range, counts)))
        columns[2].extend(self._places.of_lines(places, len(columns[2])))
        columns[3].extend(days)
        columns[4].extend(signed)
        if any(own):
            self._add_own(entries)
        if not any(entry.alike for entry in entries):
            self._add_totals(days, places, signed)
            return
        for entry in entries:
            if entry.alike:
                self._add_alike(entry)
            else:
                self._add_totals(
                    [entry.day] * len(entry.lines),
                    [place for place, _, _ in entry.lines],
                    [minor for _, minor, _ in entry.lines],
                )

    def _add_alike(self, entry: JournalEntry) -> None:
        """Add to totals where lines are many: once for all whose places differ in their donors only."""
        for run in entry.alike:
            sums = self._totals.setdefault((entry.day, _counts_in(run.place)), [0, 0])
            debit = sum([minor for minor in run.signed if minor > 0])
            sums[0] += debit
            sums[1] += debit - sum(run.signed)

    def _add_own(self, entries: Sequence[JournalEntry]) -> None:
        for entry in entries:
            for position, (_, _, own) in enumerate(entry.lines):
                if own is not None:
                    self.own_amounts.append(_own_row(entry.number, position, own))

    def _add_totals(self, days: Sequence[int], places: Sequence[Subaccount], signed: Sequence[int]) -> None:
        totals = self._totals
        for counts_in, minor in zip(zip(days, map(_counts_in, places), strict=True), signed, strict=True):
            sums = totals.get(counts_in)
            if sums is None:
                sums = totals[counts_in] = [0, 0]
            if minor > 0:
                sums[0] += minor
            else:
                sums[1] -= minor

    def totals(self) -> list[Row]:
        """What the lines add to daily totals, a row for each."""
        return [(*key, day, *sums) for (day, key), sums in self._totals.items()]


def _own_row(number: int, position: int, own: OwnAmount) -> Row:
    rate = own.rate
    since = day_number(rate.since)
    return (number, position, own.currency, own.minor, rate.rate, rate.quoted, rate.source, since)
