"""Adding everything up again: plain sums over stored rows, and the invariants they must keep.

A finding is (check, what, expected, found). Amounts are minor units, debit positive.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain
from typing import Any, NamedTuple, Protocol

from mdfm_ledger.audit.recount.alike import Alike, Shapes
from mdfm_ledger.audit.recount.approvals import Approvals
from mdfm_ledger.audit.recount.closings import Closings
from mdfm_ledger.audit.recount.courses import LOSSES, WATCHED, Courses, Loss
from mdfm_ledger.audit.recount.documents import Documents, History
from mdfm_ledger.audit.recount.own_amounts import ForeignCash, StoredLines, not_worth, own_amount_of
from mdfm_ledger.audit.recount.personal import PersonalDetails
from mdfm_ledger.audit.recount.places import Places, ReadPlaces
from mdfm_ledger.audit.recount.pledged import PledgeLine, pledges
from mdfm_ledger.audit.recount.sums import Daily, Movement, Sums
from mdfm_ledger.audit.recount.totals import Totals
from mdfm_ledger.audit.recount.whole import RULES, Found
from mdfm_ledger.books.documents import MADE_OF_LINES
from mdfm_ledger.errors import LedgerError
from mdfm_ledger.event import Event
from mdfm_ledger.events import (
    EVENT_KINDS,
    CarryForward,
    IssueStatement,
    PeriodClose,
    Pledge,
    PublishHoldings,
)
from mdfm_ledger.journal import JournalLine, Lines, Subaccount
from mdfm_ledger.money import minor_text
from mdfm_ledger.sealing.stored_place import ACCOUNT, Place
from mdfm_ledger.sealing.told import Told
from mdfm_ledger.sealing.written_line import with_own


class Summed(Protocol):
    """The line rows added up, as the store does it."""

    def places_but_on(self, accounts: Iterable[str]) -> Iterable[tuple[Place, int]]:
        """Each place of no pledge that is on none of these accounts, with its balance."""

    def movements_on(self, accounts: Iterable[str]) -> Iterable[tuple[Place, list[Movement]]]:
        """Each place of no pledge on these accounts with what moved on it, in the order of the days."""

    def debits_on(self, account: str) -> Iterable[Loss]:
        """The debits on the places of an account: term, donor, day, amount."""

    def pledged(self) -> Iterable[PledgeLine]:
        """The lines on places of pledges, one pledge after the other: pledge, account, day, amount."""

    def daily_totals(self) -> Mapping[Daily, tuple[int, int]]:
        """The stored sums by account, term, currency, flow and day."""


class LineTexts(NamedTuple):
    """The lines of an entry as a record writes them."""

    donors: list[str]
    """The donor of each, empty where it is the fund's."""
    own: list[str]
    """Those of donors."""
    rest: list[str]
    """Those of the fund."""

    def in_order(self) -> list[str]:
        """All of them."""
        own, rest = iter(self.own), iter(self.rest)
        return [next(own if donor else rest) for donor in self.donors]


_SPECIAL = ("replacement", "erases", "signed_by")
_ORDINARY = frozenset(
    name
    for name, kind in EVENT_KINDS.items()
    if not kind.personal
    and kind not in (PeriodClose, CarryForward, IssueStatement, PublishHoldings)
    and all(getattr(kind, one) is getattr(Event, one) for one in _SPECIAL)
)
"""The kinds of events that ask for nothing but their lines and their document to be looked at."""


class Recount:
    """Sums over the entries of a ledger, fed in number order; ``close`` says what does not hold."""

    def __init__(self, read_places: ReadPlaces, history: History | None = None) -> None:
        self._totals = Totals()
        self._places = Places(read_places, self._totals)
        self._documents = Documents(history) if history else Documents()
        self._reversed: dict[int, int] = {}
        self._cash = ForeignCash()
        self._shapes = Shapes(self._places, self._totals, self._cash)
        self._awaited: tuple[str, str, str] | None = None
        self._closings = Closings()
        self._personal = PersonalDetails()
        self._approvals = Approvals()

    def place(self, place_id: int) -> Place:
        """The subaccount of that id, as plain values; question marks where there is none."""
        return self._places[place_id].values

    def make_room(self) -> None:
        """Let go of what entries were alike to where that is much; all that are alike are added up by now."""
        self._shapes.make_room()

    def alike(self, rows: list[Any], number: int, day: int) -> Alike | None:
        """The line rows of an entry as those of others are; None where they are not."""
        return self._shapes.of(rows, number, day)

    def line_texts(self, stored: StoredLines, number: int, day: int) -> LineTexts | None:
        """The line rows as a record writes them.

        None where one is on no place, or of another entry or day.
        """
        places, foreign = self._places, stored.own
        texts = LineTexts([], [], [])
        donors, own, rest = texts
        size, digits, currency = 0, "", ""
        for own_number, place_id, own_day, amount in stored.rows:
            place = places[place_id]
            kind = place.kind
            if own_day != day or own_number != number or not kind.is_place:
                return None
            side, minor = (kind.debit, amount) if amount > 0 else (kind.credit, -amount)
            if minor != size or kind.currency != currency:
                # The lines of an entry are mostly of one amount.
                size, currency = minor, kind.currency
                digits = minor_text(size, currency)
            text = f"{side.before}{digits}{place.after if place.pledge else kind.after}"
            if foreign and (one := foreign.get(len(donors))):
                text = with_own(text, own_amount_of(one))
            donors.append(place.donor)
            if place.donor:
                own.append(text)
            else:
                rest.append(text)
        return None if foreign and max(foreign) >= len(donors) else texts

    # -- entry by entry ------------------------------------------------------------------------

    def add(self, row: Any, stored: StoredLines, told: Told | None) -> Sequence[Found]:
        """Look at an entry with its line rows: what is wrong with the entry itself.

        Most are an ordinary event while nothing out of the ordinary is under way, and are soon looked at.
        """
        if told is not None and not told.corrects and self.is_ordinary(told.event_kind, row):
            found = self._add_lines(stored)
            return [*found, *self._add_document(row, stored.rows, told)] if row.about else found
        return list(self._add(row, stored, told))

    def is_ordinary(self, kind: str, row: Any) -> bool:
        """Whether an entry of that kind that corrects no other asks for its lines and document alone."""
        return (
            kind in _ORDINARY
            and row.reverses is None
            and not (self._awaited or self._approvals.are_asked)
            and self._closings.passed(row)
        )

    def takes(self, row: Any, told: Told, alike: Alike | None) -> bool:
        """Add up an entry whose lines balance as those of others do.

        False, with nothing added, where they do not, and where it is not ordinary or changes a document: a
        pledge is the only one it may make.
        """
        if alike is None or not self.is_ordinary(told.event_kind, row):
            return False
        if row.about and not (row.kind == Pledge.event_kind and self._documents.promise(row.about, told)):
            return False
        shape, minor, _, _ = alike
        added, day = shape.added, row.day
        added[day] = added.get(day, 0) + minor
        return True

    def _add(self, row: Any, stored: StoredLines, told: Told | None) -> Iterator[Found]:
        event = told and told.fields.event()
        if isinstance(event, PeriodClose):
            # Before its own lines are added: what a closing seals is what was there before it.
            yield from self._closings.sealed(event, self._totals)
        yield from self._add_lines(stored)
        if told is not None and event is not None:
            if event.corrects or self._awaited or event.replacement:
                yield from self._add_correction(event)
            if event.personal or event.erases:
                self._personal.add(row, event)
            if row.about:
                yield from self._add_document(row, stored.rows, told)
        if row.reverses is not None:
            yield from self._add_reversal(row)
        on_places = partial(self._on_places, stored.rows)
        if event is not None:
            yield from self._approvals.add(row, event, self._documents, on_places)
        yield from self._closings.add(row, event, self._documents, on_places)

    def _on_places(self, lines: list[Any]) -> list[tuple[Place, int]]:
        return [(self.place(place_id), amount) for _, place_id, _, amount in lines]

    def _add_lines(self, stored: StoredLines) -> Sequence[Found]:
        sets: dict[tuple[bool, str, str], int] = {}
        resources: dict[tuple[str, str], int] = {}
        places, is_known = self._places, True
        for position, (_, place_id, day, amount) in enumerate(stored.rows):
            place = places[place_id]
            kind = place.kind
            if amount > 0:
                by_day = kind.debit.by_day
                by_day[day] = by_day.get(day, 0) + amount
            else:
                by_day = kind.credit.by_day
                by_day[day] = by_day.get(day, 0) - amount
            key = kind.balances_in
            sets[key] = sets.get(key, 0) + amount
            if of := place.resources_of:
                resources[of] = resources.get(of, 0) + amount
            elif kind.holds_cash:
                self._cash.add(place_id, stored.own.get(position))
            if not kind.is_place:
                is_known = False
        found = [*not_worth(stored, self.place)] if stored.own else []
        if not is_known or any(sets.values()) or any(resources.values()):
            found += self._unbalanced(stored, sets, resources)
        return found

    def _unbalanced(
        self,
        stored: StoredLines,
        sets: Mapping[tuple[bool, str, str], int],
        resources: Mapping[tuple[str, str], int],
    ) -> Iterator[Found]:
        for _, place_id, _, _ in stored.rows:
            place = self._places[place_id]
            if not place.kind.is_place:
                yield ("no-revenue", "account", "one of the chart", place.values[ACCOUNT])
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

    def _add_document(self, row: Any, lines: list[Any], told: Told) -> Sequence[Found]:
        about = row.about
        if told.event_kind == Pledge.event_kind and self._documents.promise(about, told):
            return ()
        # What is frozen are shares, and those stand in the lines; the others need not read theirs.
        is_made_of_lines = about.partition(":")[0] in MADE_OF_LINES
        own = self._journal_lines(lines) if is_made_of_lines else ()
        try:
            self._documents.change(about, row.number, told.fields.event(), own)
        except LedgerError as error:
            return [("reversal-exact", "document", "the last change reversed first", str(error))]
        return ()

    def _add_reversal(self, row: Any) -> Iterator[Found]:
        if row.reverses in self._reversed:
            yield ("reversal-exact", "reversal", "once", f"also by entry {self._reversed[row.reverses]}")
        self._reversed[row.reverses] = row.number

    def _journal_lines(self, lines: list[Any]) -> Lines:
        places = [(self._places[place_id], amount) for _, place_id, _, amount in lines]
        return tuple(
            JournalLine(Subaccount(*place.values), amount)
            for place, amount in places
            if place.kind.is_place and amount
        )

    # -- the whole -----------------------------------------------------------------------------

    def close(self, stored: Summed) -> Iterator[tuple[int, Found]]:
        """What does not hold over all entries together, with the entry it is about, or 0."""
        if self._awaited:
            yield 0, ("reversal-exact", "replacement after its reversal", self._awaited, "the end")
        sums = Sums(self._documents)
        courses = Courses(sums, stored.debits_on(LOSSES))
        for place, balance in stored.places_but_on(WATCHED):
            sums.add(place, balance)
        for place, movements in stored.movements_on(WATCHED):
            courses.add(place, movements)
        ledger = [rule(sums) for rule in RULES]
        ledger += [courses.close(), pledges(sums, stored.pledged()), self._cash.check(sums, self.place)]
        ledger += [self._totals.differences(stored.daily_totals())]
        yield from ((0, found) for found in chain.from_iterable(ledger))
        yield from self._personal.check()


def _not_zero(sums: Mapping[tuple[Any, ...], int]) -> list[tuple[tuple[Any, ...], int]]:
    return [(key, difference) for key, difference in sums.items() if difference]
