"""Adding everything up again: plain sums over stored rows, and the invariants they must keep.

A finding is (check, what, expected, found). Amounts are minor units, debit positive.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from mdfm_ledger.documents import MADE_OF_LINES
from mdfm_ledger.errors import LedgerError
from mdfm_ledger.event import Event
from mdfm_ledger.journal import JournalLine, Lines, Subaccount
from mdfm_ledger.recount.sums import Daily, Movement, Sums
from mdfm_ledger.recount.whole import COURSES, RULES, Found
from mdfm_ledger.seal import line_from
from mdfm_ledger.stored_place import ACCOUNT, CURRENCY, NOWHERE, Place, known_place
from mdfm_ledger.versions import Versions, next_versions


class Recount:
    """Sums over the entries of a ledger, fed in number order; ``close`` says what does not hold."""

    def __init__(self, places: Mapping[int, Place]) -> None:
        self._places = {place_id: known_place(values) for place_id, values in places.items()}
        self._documents: dict[str, Versions] = {}
        self._reversed: dict[int, int] = {}

    def place(self, place_id: int) -> Place:
        """The subaccount of that id, as plain values; question marks where there is none."""
        return self._places.get(place_id, NOWHERE).values

    def line_texts(self, lines: list[Any], number: int, day: int) -> list[str] | None:
        """The line rows as a leaf writes them; None where one is on no place, or of another entry or day."""
        texts = []
        for own_number, place_id, own_day, amount in lines:
            place = self._places.get(place_id, NOWHERE)
            if place.around is None or own_number != number or own_day != day:
                return None
            texts.append(line_from(place.around, place.values[CURRENCY], amount))
        return texts

    # -- entry by entry ------------------------------------------------------------------------

    def add(self, row: Any, lines: list[Any], event: Event | None) -> Iterator[Found]:
        """Look at an entry with its line rows; yield what is wrong with the entry itself."""
        yield from self._add_lines(lines)
        if event is not None and (row.about or row.reverses is not None):
            yield from self._add_document(row, lines, event)

    def _add_lines(self, lines: list[Any]) -> Iterator[Found]:
        sets: dict[tuple[bool, str, str], int] = {}
        resources: dict[tuple[str, str], int] = {}
        for _, place_id, _, amount in lines:
            place = self._places.get(place_id, NOWHERE)
            if place.around is None:
                yield ("no-revenue", "account", "one of the chart", place.values[ACCOUNT])
            sets[place.balances_in] = sets.get(place.balances_in, 0) + amount
            if place.resources_of:
                resources[place.resources_of] = resources.get(place.resources_of, 0) + amount
        if any(sets.values()) or any(resources.values()):
            for (_, term, currency), difference in _not_zero(sets):
                yield ("balanced", f"debits less credits, {term} {currency}", 0, difference)
            for (term, donor), difference in _not_zero(resources):
                yield ("resources-identity", f"money less resources, {donor} in {term}", 0, difference)

    def _add_document(self, row: Any, lines: list[Any], event: Event) -> Iterator[Found]:
        if row.about:
            # What is frozen are shares, and those stand in the lines; the others need not read theirs.
            is_made_of_lines = row.about.partition(":")[0] in MADE_OF_LINES
            own = self._journal_lines(lines) if is_made_of_lines else ()
            try:
                versions = self._documents.get(row.about, ())
                self._documents[row.about] = next_versions(versions, event, own)
            except LedgerError as error:
                yield ("reversal-exact", "document", "the last change reversed first", str(error))
        if row.reverses is not None:
            if row.reverses in self._reversed:
                yield ("reversal-exact", "reversal", "once", f"also by entry {self._reversed[row.reverses]}")
            self._reversed[row.reverses] = row.number

    def _journal_lines(self, lines: list[Any]) -> Lines:
        places = [(self._places.get(place_id, NOWHERE), amount) for _, place_id, _, amount in lines]
        return tuple(
            JournalLine(Subaccount(*place.values), amount)
            for place, amount in places
            if place.around and amount
        )

    # -- the whole -----------------------------------------------------------------------------

    def close(
        self, movements: Iterable[Movement], daily_totals: Mapping[Daily, tuple[int, int]]
    ) -> Iterator[Found]:
        """What does not hold over all entries together.

        ``movements`` are the line rows summed by subaccount and day: id, day, debits, credits; in that
        order.
        """
        sums = Sums(self._documents)
        counted = sums.add_up(movements, self.place, COURSES)
        for rule in RULES:
            yield from rule(sums)
        for key in sorted(counted.keys() | daily_totals.keys()):
            if counted.get(key) != daily_totals.get(key):
                yield ("daily-totals", " ".join(map(str, key)), counted.get(key), daily_totals.get(key))


def _not_zero(sums: Mapping[tuple[Any, ...], int]) -> list[tuple[tuple[Any, ...], int]]:
    return [(key, difference) for key, difference in sums.items() if difference]
