"""Exact money: whole minor units with a currency, one gate for what comes in, and two splits.

No float, no Decimal arithmetic and no rounding of amounts happens anywhere. py-moneyed's ``Money``
is what callers hold; it takes floats, NaN and half yen, so it is let in by :meth:`Amount.of` only.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from operator import sub
from typing import TYPE_CHECKING

from attrs import field, frozen

from mdfm_ledger.currencies import MINOR_DIGITS
from mdfm_ledger.errors import AmountTooLargeError, InvalidAmountError, UnknownCurrencyError

if TYPE_CHECKING:
    from moneyed import Money

MAX_MINOR, MAX_SUM = 10**15, 2**63 - 1
"""The largest amount that is entered or on a line, far above any fund, and the largest sum of such: what a
64-bit column holds. Both in minor units."""

_LONGEST = 20
_WRITTEN = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?\Z", re.ASCII)


def require_currency(code: object) -> None:
    """Raise UnknownCurrencyError unless ``code`` is a currency in use (ISO 4217)."""
    if type(code) is not str or code not in MINOR_DIGITS:
        raise UnknownCurrencyError(currency=_shown(code))


def _shown(value: object) -> str:
    """What was given, short and in ASCII, so that a message cannot be made long or misleading by it."""
    try:
        return ascii(value[:40] if isinstance(value, str) else value)[:80]
    except ValueError:  # Python does not write out a number of more than 4,300 digits
        return "a number of thousands of digits"


@frozen
class Amount:
    """An exact amount: whole minor units (cents, or yen) of a currency; may be negative.

    Compares and adds within one currency only: ``+``, ``-`` and ``<`` raise TypeError across
    currencies, since there is no sum of dollars and euros. Equality may be asked of anything.
    """

    minor: int = field()
    currency: str = field()

    def __attrs_post_init__(self) -> None:
        if type(self.minor) is not int or not -MAX_SUM <= self.minor <= MAX_SUM:
            problem = f"needs whole minor units within ±{MAX_MINOR}"
            raise InvalidAmountError(value=_shown(self.minor), problem=problem)
        if type(self.currency) is not str or self.currency not in MINOR_DIGITS:
            require_currency(self.currency)

    @classmethod
    def zero(cls, currency: str) -> Amount:
        """Nothing, in a currency."""
        return cls(0, currency)

    @classmethod
    def parse(cls, text: str, currency: str) -> Amount:
        """The amount written in plain ASCII digits with at most the currency's decimals.

        Raises UnknownCurrencyError, and InvalidAmountError for exponents, signs other than a leading
        minus, leading zeros, spaces, separators, full-width digits, more decimals than the currency
        has, more than 20 characters, or what is not text at all.
        """
        require_currency(currency)
        digits = MINOR_DIGITS[currency]
        if type(text) is str and len(text) <= _LONGEST and _WRITTEN.match(text):
            whole, _, part = text.partition(".")
            if len(part) <= digits:
                return cls.of(cls(int(whole + part.ljust(digits, "0")), currency))
        decimals = f"at most {digits} decimals" if digits else "no decimals"
        problem = f"{currency} is written in plain digits with {decimals}"
        raise InvalidAmountError(value=_shown(text), problem=problem)

    @classmethod
    def of(cls, value: object, currency: str | None = None) -> Amount:
        """The amount of a py-moneyed Money or an Amount: the one gate for callers.

        Raises InvalidAmountError for anything else, above all for floats, for Money that is not a
        whole number of minor units, and for another currency than ``currency`` where one is named;
        AmountTooLargeError for a sum that no entry can say.
        """
        amount = value if type(value) is Amount else cls._of_money(value)
        if not -MAX_MINOR <= amount.minor <= MAX_MINOR:
            most = cls(MAX_MINOR, amount.currency)
            raise AmountTooLargeError(value=str(amount), problem=f"at most {most}")
        if currency is not None and amount.currency != currency:
            raise InvalidAmountError(value=str(amount), problem=f"needs {_shown(currency)}")
        return amount

    @classmethod
    def _of_money(cls, value: object) -> Amount:
        from moneyed import Money  # callers who work with Amount need not load it

        if not isinstance(value, Money):
            problem = f"needs Money('50000.00', 'USD') or Amount, not {type(value).__name__}"
            raise InvalidAmountError(value=_shown(value), problem=problem)
        # Money can be changed after it was made, so that even a float may be in it.
        if type(value.amount) is not Decimal:
            problem = f"needs Money that holds a Decimal, not {type(value.amount).__name__}"
            raise InvalidAmountError(value=_shown(value.amount), problem=problem)
        return cls.parse(str(value.amount), value.currency.code)

    def to_money(self) -> Money:
        """The same amount as py-moneyed Money, also in a currency py-moneyed does not list yet."""
        from moneyed import Currency, CurrencyDoesNotExist, Money, get_currency

        try:
            currency = get_currency(self.currency)
        except CurrencyDoesNotExist:
            currency = Currency(self.currency, sub_unit=10 ** MINOR_DIGITS[self.currency])
        return Money(self.text, currency)

    @property
    def is_zero(self) -> bool:
        """Whether it is nothing."""
        return self.minor == 0

    @property
    def is_positive(self) -> bool:
        """Whether it is more than nothing."""
        return self.minor > 0

    @property
    def text(self) -> str:
        """Plain decimal text with exactly the currency's decimals: ``50000.00``, ``-0.05``, ``1500``."""
        return minor_text(self.minor, self.currency)

    def __str__(self) -> str:
        whole, point, part = self.text.partition(".")
        grouped = whole if whole == "-0" else f"{int(whole):,}"
        return f"{self.currency} {grouped}{point}{part}"

    def __add__(self, other: Amount) -> Amount:
        return Amount(self.minor + self._same(other).minor, self.currency)

    def __sub__(self, other: Amount) -> Amount:
        return Amount(self.minor - self._same(other).minor, self.currency)

    def __neg__(self) -> Amount:
        return Amount(-self.minor, self.currency)

    def __lt__(self, other: Amount) -> bool:
        return self.minor < self._same(other).minor

    def __le__(self, other: Amount) -> bool:
        return self.minor <= self._same(other).minor

    def __gt__(self, other: Amount) -> bool:
        return self.minor > self._same(other).minor

    def __ge__(self, other: Amount) -> bool:
        return self.minor >= self._same(other).minor

    def _same(self, other: Amount) -> Amount:
        if type(other) is not Amount or other.currency != self.currency:
            raise TypeError(f"{self} and {other} are not amounts of one currency")
        return other


@lru_cache(maxsize=256)  # the event and the lines of an entry mostly say the same amount
def minor_text(minor: int, currency: str) -> str:
    """Minor units as plain decimal text with exactly the currency's decimals."""
    digits = MINOR_DIGITS[currency]
    # Padded so that there is a digit before the point: 5 cents are "005", written 0.05.
    text = str(abs(minor)).zfill(digits + 1)
    return f"{'-' if minor < 0 else ''}{text[:-digits]}.{text[-digits:]}" if digits else str(minor)


def split(total: int, weights: Sequence[tuple[str, int]]) -> list[int]:
    """Split whole minor units by (id, weight), by largest remainder: a one-off split.

    Parts add up to the total and are within one unit of exact. Remainders that tie go to the larger
    weight, then to the smaller id, so the order of the weights does not matter. A negative total
    mirrors the positive one. Source: accounting model, section 4 (Hamilton's method).
    """
    whole = sum(weight for _, weight in weights)
    if whole <= 0 or any(weight < 0 for _, weight in weights):
        raise ValueError("weights are zero or more, and not all zero")
    if total < 0:
        return [-part for part in split(-total, weights)]
    exact = [divmod(total * weight, whole) for _, weight in weights]
    parts = [part for part, _ in exact]
    left = total - sum(parts)
    if left:
        by_remainder = sorted(
            (-rest, -weight, name, at)
            for at, ((name, weight), (_, rest)) in enumerate(zip(weights, exact, strict=True))
        )
        for _, _, _, at in by_remainder[:left]:
            parts[at] += 1
    return parts


def draw(
    amount: int, shares: Sequence[int], drawn: Sequence[int], limits: Sequence[int] | None = None
) -> list[int]:
    """Split a draw on frozen ``shares`` of which ``drawn`` has been drawn before, in minor units.

    A monotone quota method: everyone gets at least the floor of its exact share of all drawn so far,
    and never less than before; the cents left over go to those whose exact share reaches its next
    whole cent soonest. So each cumulative draw is within a cent of exact, no part is negative, and
    shares are used up exactly. A reversal gives a stored split back and may leave some a few cents
    off; later draws mend that, those farthest behind first. ``limits`` caps single parts; what a
    limit keeps from one, the others share by the same method. Source: accounting model, section 4;
    Balinski and Young, "The quota method of apportionment" (1975).

    Raises ValueError where the amount is not positive, or more than shares and limits leave.
    """
    rooms = list(map(sub, shares, drawn))
    if limits is not None:
        rooms = [min(room, limit) for room, limit in zip(rooms, limits, strict=True)]
    if min(rooms, default=0) < 0:
        rooms = [max(room, 0) for room in rooms]
    if amount <= 0 or sum(rooms) < amount:
        raise ValueError("the amount is not positive, or more than the shares leave")
    return _by_quota(amount, shares, drawn, rooms)


def _by_quota(amount: int, shares: Sequence[int], drawn: Sequence[int], rooms: Sequence[int]) -> list[int]:
    """Split an amount for which there is room; see :func:`draw`."""
    whole, goal = sum(shares), sum(drawn) + amount
    parts, due, full = _to_floor(goal, whole, shares, drawn, rooms)
    left = amount - sum(parts)
    if left < 0:
        lacks = [share * goal - before * whole for share, before in zip(shares, drawn, strict=True)]
        return _level(amount, lacks, rooms, whole)
    if left and full:
        others = [at for at in range(len(parts)) if at not in full]
        picked = ([values[at] for at in others] for values in (shares, drawn, rooms))
        rest = amount - sum(parts[at] for at in full)
        for at, part in zip(others, _by_quota(rest, *picked), strict=True):
            parts[at] = part
    elif left:
        # Those in ``due`` lack less than a cent each and no less than ``left`` together: there are enough.
        for _, _, at in sorted(due)[:left]:
            parts[at] += 1
    return parts


def _to_floor(
    goal: int, whole: int, shares: Sequence[int], drawn: Sequence[int], rooms: Sequence[int]
) -> tuple[list[int], list[tuple[int, int, int]], set[int]]:
    """What each lacks to the floor of its exact share, ``share * goal / whole``, of all drawn so far.

    With it those below their exact share then, by when their next cent is due, and those for whose
    exact share there is no room. A cent is due ``(whole - rest) / share`` after now; two such times
    that differ do so by at least whole / (share * other share): times ``scale`` their floors differ too.
    """
    scale = max(shares)
    parts: list[int] = []
    due: list[tuple[int, int, int]] = []
    full: set[int] = set()
    for at, (share, before, room) in enumerate(zip(shares, drawn, rooms, strict=True)):
        floor, rest = divmod(share * goal, whole)
        lack = floor - before
        if lack < 0:
            parts.append(0)
        elif lack < room:
            parts.append(lack)
            if rest:
                due.append(((whole - rest) * scale // share, -share, at))
        else:
            parts.append(room)
            if rest or lack > room:
                full.add(at)
    return parts, due, full


def _level(amount: int, lacks: Sequence[int], rooms: Sequence[int], whole: int) -> list[int]:
    """Split what does not suffice for all that lack (``lacks`` / ``whole`` cents) to the farthest behind.

    All who get something are left equally far behind, to a cent: at the lowest level the amount allows.
    """

    def down_to(level: int) -> list[int]:
        return [max(0, min(room, lack // whole - level)) for lack, room in zip(lacks, rooms, strict=True)]

    level = bisect_left(range(max(lacks) // whole), True, key=lambda level: sum(down_to(level)) <= amount)
    parts = down_to(level)
    behind = sorted((parts[at] * whole - lack, at) for at, lack in enumerate(lacks) if parts[at] < rooms[at])
    for _, at in behind[: amount - sum(parts)]:
        parts[at] += 1
    return parts
