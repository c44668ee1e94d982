"""Plain sums over stored rows: balances, days and documents, as nothing but the rows say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

from attrs import field, frozen

from mdfm_ledger.audit.recount.documents import Documents
from mdfm_ledger.sealing.stored_place import CURRENCY, DONOR, FLOW, NOWHERE, TERM, Place
from mdfm_ledger.series import as_date, day_number

Days = dict[int, int]
Daily = tuple[str, str, str, str, int]
Movement = tuple[int, int]
"""What moved on a place on a day: the day, debits less credits."""

_LEFT_OUT = ("",) * (len(NOWHERE) - DONOR - 2)


@frozen
class Sums:
    """What the lines of a ledger add up to, and its documents as they last stood."""

    documents: Documents
    balances: dict[str, dict[Place, int]] = field(factory=dict)
    """By account, then by place without what tells single documents apart; debit positive."""

    def add(self, place: Place, balance: int) -> None:
        """Take the balance of a place. Those of a donor are added up: documents are without number."""
        of_account = self.balances.setdefault(place[0], {})
        donors = (place[0], place[TERM], place[CURRENCY], place[DONOR], *_LEFT_OUT, place[FLOW])
        of_account[donors] = of_account.get(donors, 0) + balance

    def balance(self, accounts: Iterable[str], by: tuple[int, ...]) -> dict[Place, int]:
        """The balances on these accounts, added up by account, term, currency, donor or flow."""
        sums = defaultdict[Place, int](int)
        for account in accounts:
            for values, balance in self.balances.get(account, {}).items():
                sums[tuple([values[position] for position in by])] += balance
        return sums


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


def merge(into: Days, movements: Iterable[Movement]) -> None:
    """Add what moved on one place to what did on others."""
    for day, minor in movements:
        into[day] = into.get(day, 0) + minor
