"""Adding everything up again: plain sums over stored rows, and the invariants they must keep.

A finding is (check, what, expected, found). Amounts are minor units, debit positive.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple, TypeVar

from mdfm_ledger.books import Versions, next_versions
from mdfm_ledger.chart import CHART, DIMENSIONS, HELD, PLEDGE_OPEN, JournalSet
from mdfm_ledger.documents import PledgePromise, Term
from mdfm_ledger.errors import LedgerError
from mdfm_ledger.journal import JournalEntry, Subaccount, subaccount
from mdfm_ledger.seal import line_text
from mdfm_ledger.series import as_date, day_number

T = TypeVar("T")
Found = tuple[str, str, object, object]
Place = tuple[str, ...]
Days = dict[int, int]

ACCOUNT, TERM, CURRENCY = 0, 1, 2
_AT = {name: position for position, name in enumerate(DIMENSIONS, start=3)}
DONOR, PLEDGE, ALLOCATION, ACTIVITY, EARMARK = (
    _AT[name] for name in ("donor", "pledge", "allocation", "activity", "earmark")
)
_UNKNOWN: Place = ("?",) * (3 + len(DIMENSIONS))
_COMMITTED = frozenset({"8120", "8140", "8150"})
_PLEDGED = frozenset({*PLEDGE_OPEN, "8040", "8050"})
_HELD_OR_RESOURCES = frozenset({*HELD, "8100", "8150"})
_SERIES = _COMMITTED | _PLEDGED | {"8110"}


class _Place(NamedTuple):
    """What a subaccount counts in, worked out once: it is posted to again and again."""

    values: Place
    balances_in: tuple[bool, str, str]
    resources_of: tuple[str, str] | None
    has_days: bool
    subaccount: Subaccount | None
    """The same as a subaccount; None where it is no place of the chart."""


class Recount:
    """Sums over the entries of a ledger, fed in number order; ``close`` says what does not hold."""

    def __init__(self, places: Mapping[int, Place]) -> None:
        self._places = {place_id: _known(values) for place_id, values in places.items()}
        self._balances: dict[int, int] = defaultdict(int)
        self._daily: dict[tuple[str, str, str, int], list[int]] = {}
        self._days: dict[int, Days] = {}
        self._documents: dict[str, Versions] = {}
        self._reversed: dict[int, int] = {}

    def place(self, place_id: int) -> Place:
        """The subaccount of that id, as plain values; question marks where there is none."""
        return self._places.get(place_id, _NOWHERE).values

    def line_texts(self, lines: list[Any]) -> list[str] | None:
        """The line rows as a leaf writes them; None where one is on no place of the chart."""
        texts = []
        for _, place_id, _, amount in lines:
            place = self._places.get(place_id, _NOWHERE)
            if place.subaccount is None:
                return None
            texts.append(line_text(place.subaccount, amount))
        return texts

    # -- entry by entry ------------------------------------------------------------------------

    def add(self, row: Any, lines: list[Any], entry: JournalEntry | None) -> Iterator[Found]:
        """Add an entry's line rows to the sums; yield what is wrong with the entry itself."""
        sets: dict[tuple[bool, str, str], int] = {}
        resources: dict[tuple[str, str], int] = {}
        for _, place_id, day, amount in lines:
            place = self._places.get(place_id, _NOWHERE)
            if place.subaccount is None:
                yield ("no-revenue", "account", "one of the chart", place.values[ACCOUNT])
            sets[place.balances_in] = sets.get(place.balances_in, 0) + amount
            if place.resources_of:
                resources[place.resources_of] = resources.get(place.resources_of, 0) + amount
            self._balances[place_id] += amount
            if place.has_days:
                days = self._days.setdefault(place_id, {})
                days[day] = days.get(day, 0) + amount
            self._add_daily(place.values, day, amount)
        for (_, term, currency), difference in _not_zero(sets):
            yield ("balanced", f"debits less credits, {term} {currency}", 0, difference)
        for (term, donor), difference in _not_zero(resources):
            yield ("resources-identity", f"money less resources, {donor} in {term}", 0, difference)
        if entry is not None:
            yield from self._add_document(row, entry)

    def _add_daily(self, place: Place, day: int, amount: int) -> None:
        key = (place[ACCOUNT], place[TERM], place[CURRENCY], day)
        sums = self._daily.get(key)
        if sums is None:
            sums = self._daily[key] = [0, 0]
        if amount > 0:
            sums[0] += amount
        else:
            sums[1] -= amount

    def _add_document(self, row: Any, entry: JournalEntry) -> Iterator[Found]:
        if entry.about:
            try:
                versions = self._documents.get(entry.about, ())
                self._documents[entry.about] = next_versions(versions, entry)
            except LedgerError as error:
                yield ("reversal-exact", "document", "the last change reversed first", str(error))
        if row.reverses is not None:
            if row.reverses in self._reversed:
                yield ("reversal-exact", "reversal", "once", f"also by entry {self._reversed[row.reverses]}")
            self._reversed[row.reverses] = row.number

    # -- the whole -----------------------------------------------------------------------------

    def close(self, daily_totals: Mapping[tuple[str, str, str, int], tuple[int, int]]) -> Iterator[Found]:
        """What does not hold over all entries together."""
        yield from self._trust_tie_out()
        yield from self._never_negative()
        yield from self._pledges()
        yield from self._budgets()
        counted = {key: (sums[0], sums[1]) for key, sums in self._daily.items()}
        for key in sorted(counted.keys() | daily_totals.keys()):
            if counted.get(key) != daily_totals.get(key):
                yield ("daily-totals", " ".join(map(str, key)), counted.get(key), daily_totals.get(key))

    def _sum(self, accounts: Iterable[str], by: tuple[int, ...]) -> dict[Place, int]:
        wanted, sums = frozenset(accounts), defaultdict[Place, int](int)
        for place_id, balance in self._balances.items():
            place = self.place(place_id)
            if place[ACCOUNT] in wanted:
                sums[tuple(place[position] for position in by)] += balance
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
        names = {"8110": ("donor-not-negative", DONOR), "8120": ("within-allotment", ALLOCATION)}
        for place_id, days in self._days.items():
            place = self.place(place_id)
            if place[ACCOUNT] in names:
                check, dimension = names[place[ACCOUNT]]
                for day, balance in _running(days):
                    if balance > 0:
                        what = f"{place[dimension]} {place[DONOR]} on {_date(day)}"
                        yield (check, what, "zero or more", -balance)
                        break

    def _pledges(self) -> Iterator[Found]:
        still_open: dict[str, Days] = defaultdict(dict)
        promised: dict[str, int] = defaultdict(int)
        for place_id, days in self._days.items():
            place = self.place(place_id)
            if place[ACCOUNT] in _PLEDGED:
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
        for place_id, days in self._days.items():
            place = self.place(place_id)
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


def _known(values: Place) -> _Place:
    account, term, currency, *dimensions = values
    named = {name: value for name, value in zip(DIMENSIONS, dimensions, strict=True) if value}
    place: Subaccount | None
    try:
        place = subaccount(account, term=term, currency=currency, **named)
    except LedgerError:
        place = None
    return _Place(
        values=values,
        balances_in=(account.startswith("8"), term, currency),
        resources_of=(term, values[DONOR]) if account in _HELD_OR_RESOURCES else None,
        has_days=account in _SERIES,
        subaccount=place,
    )


_NOWHERE = _known(_UNKNOWN)


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
