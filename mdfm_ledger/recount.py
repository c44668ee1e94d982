"""Adding everything up again: plain sums over stored rows, and the invariants they must keep.

A finding is (check, what, expected, found). Amounts are minor units, debit positive.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any, TypeVar

from mdfm_ledger.chart import CHART, HELD, PLEDGE_OPEN, PLEDGE_STATES, JournalSet
from mdfm_ledger.documents import MADE_OF_LINES, PledgePromise, Term
from mdfm_ledger.errors import LedgerError
from mdfm_ledger.event import Event
from mdfm_ledger.journal import JournalLine, Lines, Subaccount
from mdfm_ledger.seal import line_from
from mdfm_ledger.series import as_date, day_number
from mdfm_ledger.stored_place import (
    ACCOUNT,
    ACTIVITY,
    ADVANCE,
    ALLOCATION,
    BANK_REFERENCE,
    CURRENCY,
    DONOR,
    EARMARK,
    NOWHERE,
    OBLIGATION,
    PARTY,
    PLEDGE,
    TERM,
    Place,
    known_place,
)
from mdfm_ledger.versions import Versions, next_versions

T = TypeVar("T")
Found = tuple[str, str, object, object]
Days = dict[int, int]
Daily = tuple[str, str, str, int]

_COMMITTED = frozenset({"8120", "8140", "8150"})
_NEVER_NEGATIVE = {
    "8110": ("donor-not-negative", DONOR),
    "8120": ("within-allotment", ALLOCATION),
    "8140": ("within-allotment", OBLIGATION),
    "1210": ("outstanding-not-negative", ADVANCE),
    "1230": ("outstanding-not-negative", ADVANCE),
    "2050": ("outstanding-not-negative", BANK_REFERENCE),
    "2110": ("outstanding-not-negative", PARTY),
}
"""The balances that are never negative on their account's normal side, and what names them."""
_SERIES = _COMMITTED.union(PLEDGE_STATES) | _NEVER_NEGATIVE.keys()


class Recount:
    """Sums over the entries of a ledger, fed in number order; ``close`` says what does not hold."""

    def __init__(self, places: Mapping[int, Place]) -> None:
        self._places = {place_id: known_place(values) for place_id, values in places.items()}
        self._balances: dict[str, list[tuple[Place, int]]] = {}
        self._days: list[tuple[Place, Days]] = []
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
        self, movements: Iterable[tuple[int, int, int, int]], daily_totals: Mapping[Daily, tuple[int, int]]
    ) -> Iterator[Found]:
        """What does not hold over all entries together.

        ``movements`` are the line rows summed by subaccount and day: id, day, debits, credits; in that
        order.
        """
        counted = self._add_up(movements)
        yield from self._trust_tie_out()
        yield from self._never_negative()
        yield from self._covered()
        yield from self._pledges()
        yield from self._budgets()
        for key in sorted(counted.keys() | daily_totals.keys()):
            if counted.get(key) != daily_totals.get(key):
                yield ("daily-totals", " ".join(map(str, key)), counted.get(key), daily_totals.get(key))

    def _add_up(self, movements: Iterable[tuple[int, int, int, int]]) -> dict[Daily, tuple[int, int]]:
        daily: dict[Daily, tuple[int, int]] = {}
        for place_id, days in groupby(movements, key=itemgetter(0)):
            values = self.place(place_id)
            account, term, currency = values[:3]
            own: Days = {}
            for _, day, debit, credit in days:
                own[day] = debit - credit
                key = (account, term, currency, day)
                sums = daily.get(key, (0, 0))
                daily[key] = (sums[0] + debit, sums[1] + credit)
            self._balances.setdefault(account, []).append((values, sum(own.values())))
            if account in _SERIES:
                self._days.append((values, own))
        return daily

    def _sum(self, accounts: Iterable[str], by: tuple[int, ...]) -> dict[Place, int]:
        sums = defaultdict[Place, int](int)
        for account in accounts:
            for values, balance in self._balances.get(account, ()):
                sums[tuple([values[position] for position in by])] += balance
        return sums

    def _trust_tie_out(self) -> Iterator[Found]:
        trust = [code for code, known in CHART.items() if known.journal_set is JournalSet.TRUST]
        assets = self._sum([code for code in trust if code < "2000"], (TERM,))
        owed = self._sum([code for code in trust if code >= "2000"], (TERM,))
        for term in sorted(assets.keys() | owed.keys()):
            if assets.get(term, 0) != -owed.get(term, 0):
                yield ("trust-tie-out", f"assets of {term[0]}", -owed.get(term, 0), assets.get(term, 0))
        held = self._sum(HELD, (TERM, DONOR))
        resources = self._sum(("8100", "8150"), (TERM, DONOR))
        for key in sorted(held.keys() | resources.keys()):
            if held.get(key, 0) != -resources.get(key, 0):
                yield ("trust-tie-out", f"held for {key[1]}", -resources.get(key, 0), held.get(key, 0))
        states = self._sum(("8100", "8110", "8120", "8140", "8150"), (TERM, DONOR))
        for key, difference in sorted(states.items()):
            if difference:
                yield ("resources-identity", f"8100 less 8110 to 8150 of {key[1]} in {key[0]}", 0, difference)

    def _never_negative(self) -> Iterator[Found]:
        for place, days in self._days:
            if place[ACCOUNT] in _NEVER_NEGATIVE:
                check, dimension = _NEVER_NEGATIVE[place[ACCOUNT]]
                sign = 1 if place[ACCOUNT] < "2000" else -1
                for day, balance in _running(days):
                    if sign * balance < 0:
                        what = f"{place[ACCOUNT]} {place[dimension]} {place[DONOR]} on {_date(day)}"
                        yield (check, what, "zero or more", sign * balance)
                        break

    def _covered(self) -> Iterator[Found]:
        """A partner holds no more in advances than its obligation still covers."""
        covered: dict[str, Days] = defaultdict(dict)
        for place, days in self._days:
            if place[OBLIGATION] and place[ACCOUNT] in {"8140", "1210"}:
                _merge(covered[place[OBLIGATION]], days)
        for obligation, days in covered.items():
            for day, balance in _running(days):
                if balance > 0:
                    what = f"advances under {obligation} beyond what it covers, on {_date(day)}"
                    yield ("within-allotment", what, "none", balance)
                    break

    def _pledges(self) -> Iterator[Found]:
        still_open: dict[str, Days] = defaultdict(dict)
        promised: dict[str, int] = defaultdict(int)
        for place, days in self._days:
            if place[ACCOUNT] in PLEDGE_STATES:
                promised[place[PLEDGE]] += sum(days.values())
                if place[ACCOUNT] in PLEDGE_OPEN:
                    _merge(still_open[place[PLEDGE]], days)
        for pledge, total in promised.items():
            promise = self._standing(f"pledge:{pledge}", PledgePromise)
            expected = promise.amount.minor if promise else 0
            if total != expected:
                yield ("pledge-identity", f"open, paid and written off of {pledge}", expected, total)
            # Of a pledge that was taken back nothing may be left open, or paid, on any later day.
            since = promise.on if promise else _date(max(still_open[pledge], default=10101))
            for day, balance in _running(still_open[pledge]):
                if balance < 0 and _date(day) >= since:
                    yield ("pledge-identity", f"open of {pledge} on {_date(day)}", "zero or more", balance)
                    break

    def _budgets(self) -> Iterator[Found]:
        allocated: dict[tuple[str, str], Days] = defaultdict(dict)
        for place, days in self._days:
            if place[ACCOUNT] in _COMMITTED:
                _merge(allocated[place[TERM], place[ACTIVITY]], days)
            if place[ACCOUNT] == "8120" and place[EARMARK]:
                yield from self._earmark(place)
        for (term, activity), days in sorted(allocated.items()):
            known = self._standing(f"term:{term}", Term)
            for day, balance in _running(days):
                budget = known.budget_on(_date(day)).amount_of(activity).minor if known else 0
                if -balance > budget:
                    yield ("within-budget", f"{activity} of {term} on {_date(day)}", budget, -balance)
                    break
        yield from self._targets()

    def _earmark(self, place: Place) -> Iterator[Found]:
        term = self._standing(f"term:{place[TERM]}", Term)
        areas = {version.plan.area_of(place[ACTIVITY]) for version in term.budgets} if term else set()
        if place[EARMARK] not in {place[ACTIVITY], *areas}:
            yield (
                "earmark",
                f"money of {place[DONOR]} on {place[ACTIVITY]}",
                place[EARMARK],
                place[ACTIVITY],
            )

    def _targets(self) -> Iterator[Found]:
        """Money above the target may come in; no more than the target is allotted."""
        for (term,), allotted in sorted(self._sum(_COMMITTED, (TERM,)).items()):
            known = self._standing(f"term:{term}", Term)
            target = known.budgets[-1].plan.target.minor if known else 0
            if -allotted > target:
                yield ("target-not-a-cap", f"allotted in {term}", target, -allotted)

    def _standing(self, key: str, shape: type[T]) -> T | None:
        versions = self._documents.get(key)
        document = versions[-1][1] if versions else None
        return document if isinstance(document, shape) else None


def _not_zero(sums: Mapping[T, int]) -> list[tuple[T, int]]:
    return [(key, difference) for key, difference in sums.items() if difference]


def _date(day: int) -> date:
    """The date of a stored day; the first or last there is where it is none, which other checks name."""
    try:
        return as_date(day)
    except (ValueError, OverflowError):
        return date.min if day < day_number(date.min) else date.max


def _running(days: Days) -> Iterator[tuple[int, int]]:
    balance = 0
    for day in sorted(days):
        balance += days[day]
        yield day, balance


def _merge(into: Days, days: Days) -> None:
    for day, minor in days.items():
        into[day] = into.get(day, 0) + minor
