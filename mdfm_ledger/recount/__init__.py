"""Adding everything up again: plain sums over stored rows, and the invariants they must keep.

A finding is (check, what, expected, found). Amounts are minor units, debit positive.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from mdfm_ledger.documents import MADE_OF_LINES
from mdfm_ledger.errors import LedgerError
from mdfm_ledger.event import Event
from mdfm_ledger.journal import JournalLine, Lines, Subaccount
from mdfm_ledger.recount.approvals import Approvals
from mdfm_ledger.recount.closings import Closings, PostedSince
from mdfm_ledger.recount.own_amounts import ForeignCash, StoredLines, own_amount_of
from mdfm_ledger.recount.personal import PersonalDetails
from mdfm_ledger.recount.sums import Daily, Movement, Sums
from mdfm_ledger.recount.whole import COURSES, RULES, Found
from mdfm_ledger.stored_place import ACCOUNT, CURRENCY, DONOR, NOWHERE, Place, known_place
from mdfm_ledger.versions import Versions, next_versions
from mdfm_ledger.written_line import line_from, with_own


class Recount:
    """Sums over the entries of a ledger, fed in number order; ``close`` says what does not hold."""

    def __init__(self, places: Mapping[int, Place]) -> None:
        self._places = {place_id: known_place(values) for place_id, values in places.items()}
        self._documents: dict[str, Versions] = {}
        self._reversed: dict[int, int] = {}
        self._cash = ForeignCash()
        self._awaited: tuple[str, str, str] | None = None
        self._closings = Closings()
        self._personal = PersonalDetails()
        self._approvals = Approvals()

    def place(self, place_id: int) -> Place:
        """The subaccount of that id, as plain values; question marks where there is none."""
        return self._places.get(place_id, NOWHERE).values

    def line_texts(self, stored: StoredLines, number: int, day: int) -> list[tuple[str, str]] | None:
        """The line rows as a record writes them, each with its donor.

        None where one is on no place, or of another entry or day.
        """
        texts, lines = [], stored.rows
        for own_number, place_id, own_day, amount in lines:
            place = self._places.get(place_id, NOWHERE)
            if place.around is None or own_number != number or own_day != day:
                return None
            values = place.values
            texts.append((values[DONOR], line_from(place.around, values[CURRENCY], amount)))
        for position, row in stored.own.items():
            place = self._places[lines[position][1]]
            assert place.around, "looked at above"
            around = with_own(place.around, own_amount_of(row))
            text = line_from(around, place.values[CURRENCY], lines[position][3])
            texts[position] = (place.values[DONOR], text)
        return texts

    # -- entry by entry ------------------------------------------------------------------------

    def add(self, row: Any, stored: StoredLines, event: Event | None) -> Iterator[Found]:
        """Look at an entry with its line rows; yield what is wrong with the entry itself."""
        yield from self._add_lines(stored)
        if event is not None and (event.corrects or event.replacement or self._awaited):
            yield from self._add_correction(event)
        if event is not None and (event.personal or event.erases):
            self._personal.add(row, event)
        if event is not None and (row.about or row.reverses is not None):
            yield from self._add_document(row, stored.rows, event)
        on_places = partial(self._on_places, stored.rows)
        if event is not None:
            yield from self._approvals.add(row, event, self._documents, on_places)
        yield from self._closings.add(row, event, self._documents, on_places)

    def _on_places(self, lines: list[Any]) -> list[tuple[Place, int]]:
        return [(self.place(place_id), amount) for _, place_id, _, amount in lines]

    def _add_lines(self, stored: StoredLines) -> Iterator[Found]:
        sets: dict[tuple[bool, str, str], int] = {}
        resources: dict[tuple[str, str], int] = {}
        for position, (_, place_id, _, amount) in enumerate(stored.rows):
            place = self._places.get(place_id, NOWHERE)
            if place.holds_cash:
                self._cash.add(place.values, stored.own.get(position))
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

    def _add_correction(self, event: Event) -> Iterator[Found]:
        """A reversal that names a replacement is followed by it, and by nothing else that corrects."""
        found = (event.event_kind, event.reference, event.corrects)
        if self._awaited and found != self._awaited:
            yield ("reversal-exact", "replacement after its reversal", self._awaited, found)
        elif event.corrects and not self._awaited:
            yield ("reversal-exact", "reversal before its replacement", event.corrects, "none")
        self._awaited = (*event.replacement, event.reference) if event.replacement else None

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
        self,
        movements: Iterable[Movement],
        daily_totals: Mapping[Daily, tuple[int, int]],
        since: PostedSince,
    ) -> Iterator[tuple[int, Found]]:
        """What does not hold over all entries together, with the entry it is about, or 0.

        ``movements`` are the line rows summed by subaccount and day: id, day, debits, credits; in that
        order.
        """
        if self._awaited:
            yield 0, ("reversal-exact", "replacement after its reversal", self._awaited, "the end")
        sums = Sums(self._documents)
        counted = sums.add_up(movements, self.place, COURSES)
        for rule in (*RULES, self._cash.check):
            yield from ((0, found) for found in rule(sums))
        for key in sorted(counted.keys() | daily_totals.keys()):
            if counted.get(key) != daily_totals.get(key):
                what = " ".join(map(str, key))
                yield 0, ("daily-totals", what, counted.get(key), daily_totals.get(key))
        yield from self._personal.check()
        yield from self._closings.trial_balances(daily_totals, self.place, since)


def _not_zero(sums: Mapping[tuple[Any, ...], int]) -> list[tuple[tuple[Any, ...], int]]:
    return [(key, difference) for key, difference in sums.items() if difference]
