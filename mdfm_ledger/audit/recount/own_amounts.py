"""The own amounts of lines that were priced, as stored, beside their entries."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from mdfm_ledger.audit.recount.sums import Sums
from mdfm_ledger.books.documents import BankAccount
from mdfm_ledger.chart import BASE_CURRENCY
from mdfm_ledger.errors import LedgerError
from mdfm_ledger.journal import OwnAmount
from mdfm_ledger.rates import RateUsed
from mdfm_ledger.sealing.stored_place import ACCOUNT, BANK_ACCOUNT, Place
from mdfm_ledger.series import as_date, day_number

OwnRow = tuple[int, int, str, int, str, str, str, int]
"""Number and position of the line, currency, amount, rate, quoted, source, since."""
OwnRows = Mapping[int, OwnRow]
"""The own amounts of one entry by position of the line."""

_NONE: OwnRows = {}

OwnValues = tuple[Any, ...]
"""Currency, amount, rate, quoted, source, since; empty where a line has no own amount."""


class StoredLines(NamedTuple):
    """The line rows of an entry (number, place, day, amount), and the own amounts among them."""

    rows: list[Any]
    own: OwnRows

    def pairs(self) -> Iterator[tuple[Any, OwnValues]]:
        """Each line row with what its own amount holds."""
        for position, row in enumerate(self.rows):
            yield row, self.own[position][2:] if position in self.own else ()


def own_values(own: OwnAmount | None) -> OwnValues:
    """What the row of an own amount holds, besides where it stands."""
    if own is None:
        return ()
    rate = own.rate
    return (own.currency, own.minor, rate.rate, rate.quoted, rate.source, day_number(rate.since))


class OwnAmounts:
    """Hands out the own amounts of each entry, asked in number order; few entries have any."""

    def __init__(self, rows: Iterable[OwnRow]) -> None:
        self._rows = iter(rows)
        self._next = next(self._rows, None)

    def of(self, number: int) -> OwnRows:
        """The own amounts of the entry of that number."""
        if self._next is None or self._next[0] > number:
            return _NONE
        own: dict[int, OwnRow] = {}
        while self._next is not None and self._next[0] <= number:
            own[self._next[1]] = self._next
            self._next = next(self._rows, None)
        return own


def own_amount_of(row: OwnRow) -> OwnAmount:
    """The own amount a row holds. Raises InvalidFieldError or ValueError where it holds none."""
    _, _, currency, minor, rate, quoted, source, since = row
    used = RateUsed(rate=rate, quoted=quoted, source=source, since=as_date(since))
    return OwnAmount(minor, currency, used)


class ForeignCash:
    """Which bank accounts are in other currencies, and which lines on them say so."""

    def __init__(self) -> None:
        self._lines: dict[int, set[str]] = {}

    def add(self, place_id: int, own: OwnRow | None) -> None:
        """Note a line on cash at bank: the currency of its own amount, empty where it has none."""
        currency = own[2] if own else ""
        known = self._lines.get(place_id)
        if known is None:
            self._lines[place_id] = {currency}
        else:
            known.add(currency)

    def check(self, sums: Sums, place: Callable[[int], Place]) -> Iterator[tuple[str, str, object, object]]:
        """Every line on a bank account has an own amount in its currency; in dollars it has none."""
        for on, currencies in sorted((place(place_id), found) for place_id, found in self._lines.items()):
            account = sums.documents.standing(f"bank_account:{on[BANK_ACCOUNT]}", BankAccount)
            currency = account.currency if account else "?"
            expected = {"" if currency == BASE_CURRENCY else currency}
            if currencies != expected:
                what = f"own amounts on {on[ACCOUNT]} {on[BANK_ACCOUNT]}"
                yield ("own-currency", what, *(_listed(one) for one in (expected, currencies)))


def not_worth(
    stored: StoredLines, place: Callable[[int], Place]
) -> Iterator[tuple[str, str, object, object]]:
    """Own amounts that are not on cash have to be on contributions, and worth what their line is."""
    for position, (_, place_id, _, amount) in enumerate(stored.rows):
        code = place(place_id)[ACCOUNT]
        if position not in stored.own or code == "1010":
            continue
        own = stored.own[position]
        worth = _worth(own) if code == "2010" else 0
        if worth != abs(amount):
            what = f"worth of the own amount of a line on {code}"
            yield ("own-currency", what, worth, abs(amount))


def _worth(own: OwnRow) -> int:
    try:
        known = own_amount_of(own)
        return known.rate.dollars(known.amount).minor
    except (LedgerError, ValueError):
        # What is no rate or amount is worth nothing.
        return 0


def _listed(currencies: set[str]) -> Any:
    return ", ".join(sorted(one or "none" for one in currencies))
