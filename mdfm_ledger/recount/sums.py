"""Plain sums over stored rows: balances, days and documents, as nothing but the rows say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import TypeVar

from attrs import field, frozen

from mdfm_ledger.series import as_date, day_number
from mdfm_ledger.stored_place import DONOR, FLOW, Place
from mdfm_ledger.versions import Versions

T = TypeVar("T")
Days = dict[int, int]
Daily = tuple[str, str, str, str, int]
Movement = tuple[int, int, int, int]
"""The line rows of a subaccount on a day: id, day, debits, credits."""


@frozen
class Sums:
    """What the lines of a ledger add up to, and its documents as they last stood."""

    documents: Mapping[str, Versions]
    balances: dict[str, list[tuple[Place, int]]] = field(factory=dict)
    """By account, with the balance of each place, debit positive."""
    days: list[tuple[Place, Days]] = field(factory=list)
    """What was posted on each day, of the places whose course is looked at."""
    losses: dict[tuple[str, str], Days] = field(factory=dict)
    """Exchange losses by term and donor: the debits on 2030 of each day."""

    def add_up(
        self, movements: Iterable[Movement], place: Callable[[int], Place], watched: frozenset[str]
    ) -> dict[Daily, tuple[int, int]]:
        """Take the movements, ordered by place and day; return them by account, flow and day."""
        daily: dict[Daily, tuple[int, int]] = {}
        for place_id, days in groupby(movements, key=itemgetter(0)):
            values = place(place_id)
            account, term, currency = values[:3]
            own: Days = {}
            for _, day, debit, credit in days:
                own[day] = debit - credit
                if account == "2030" and debit:
                    merge(self.losses.setdefault((term, values[DONOR]), {}), {day: debit})
                key = (account, term, currency, values[FLOW], day)
                sums = daily.get(key, (0, 0))
                daily[key] = (sums[0] + debit, sums[1] + credit)
            self.balances.setdefault(account, []).append((values, sum(own.values())))
            if account in watched:
                self.days.append((values, own))
        return daily

    def balance(self, accounts: Iterable[str], by: tuple[int, ...]) -> dict[Place, int]:
        """The balances on these accounts, added up by positions of the place."""
        sums = defaultdict[Place, int](int)
        for account in accounts:
            for values, balance in self.balances.get(account, ()):
                sums[tuple([values[position] for position in by])] += balance
        return sums

    def standing(self, key: str, shape: type[T]) -> T | None:
        """The document of that key as it last stood, if it is of that shape."""
        versions = self.documents.get(key)
        document = versions[-1][1] if versions else None
        return document if isinstance(document, shape) else None


def date_of(day: int) -> date:
    """The date of a stored day; the first or last there is where it is none, which other checks name."""
    try:
        return as_date(day)
    except (ValueError, OverflowError):
        return date.min if day < day_number(date.min) else date.max


def running(days: Days) -> Iterator[tuple[int, int]]:
    """The balance after each day, in the order of the days."""
    balance = 0
    for day in sorted(days):
        balance += days[day]
        yield day, balance


def merge(into: Days, days: Days) -> None:
    """Add the days of one place to those of others."""
    for day, minor in days.items():
        into[day] = into.get(day, 0) + minor
