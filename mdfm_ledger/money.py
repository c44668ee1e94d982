"""Exact money: whole minor units with a currency, one gate for what comes in, and the two splits.

No float, no Decimal arithmetic and no rounding of amounts happens anywhere. py-moneyed's ``Money``
is what callers hold; it takes floats, NaN and half yen, so it is let in by :meth:`Amount.of` only.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from attrs import field, frozen

from mdfm_ledger.currencies import MINOR_DIGITS
from mdfm_ledger.errors import InvalidAmountError, UnknownCurrencyError

if TYPE_CHECKING:
    from moneyed import Money

MAX_MINOR = 10**15
"""The largest amount, in minor units: far above any fund, far below what a 64-bit column holds."""

_LONGEST = 20


def require_currency(code: object) -> None:
    """Raise UnknownCurrencyError unless ``code`` is a currency in use (ISO 4217)."""
    if type(code) is not str or code not in MINOR_DIGITS:
        raise UnknownCurrencyError(currency=str(code)[:40])


@frozen
class Amount:
    """An exact amount: whole minor units (cents, or yen) of a currency; may be negative.

    Compares and adds within one currency only; ``+`` and ``-`` raise TypeError across currencies,
    since there is no sum of dollars and euros.
    """

    minor: int = field()
    currency: str = field()

    def __attrs_post_init__(self) -> None:
        if type(self.minor) is not int or not -MAX_MINOR <= self.minor <= MAX_MINOR:
            raise InvalidAmountError(
                value=str(self.minor)[:40], problem=f"needs whole minor units within ±{MAX_MINOR}"
            )
        if self.currency not in MINOR_DIGITS:
            require_currency(self.currency)

    @classmethod
    def zero(cls, currency: str) -> Amount:
        """Nothing, in a currency."""
        return cls(0, currency)

    @classmethod
    def parse(cls, text: str, currency: str) -> Amount:
        """The amount written in plain ASCII digits with at most the currency's decimals.

        Raises InvalidAmountError for exponents, signs other than a leading minus, leading zeros, spaces,
        separators, full-width digits, or more decimals than the currency has.
        """
        require_currency(currency)
        digits = MINOR_DIGITS[currency]
        if len(text) > _LONGEST or not _pattern(digits).match(text):
            decimals = f"at most {digits} decimals" if digits else "no decimals"
            raise InvalidAmountError(
                value=repr(text[:40]), problem=f"{currency} is written in plain digits with {decimals}"
            )
        whole, _, part = text.partition(".")
        return cls(int(whole + part.ljust(digits, "0")), currency)

    @classmethod
    def of(cls, value: object) -> Amount:
        """The amount of a py-moneyed Money or an Amount: the one gate for callers.

        Raises InvalidAmountError for anything else, above all for floats, and for Money that is not
        a whole number of minor units.
        """
        if type(value) is Amount:
            return value
        amount, currency = getattr(value, "amount", None), getattr(value, "currency", None)
        code = getattr(currency, "code", None)
        if amount is None or code is None:
            kind = type(value).__name__
            raise InvalidAmountError(
                value=repr(value)[:40], problem=f"needs Money('50000.00', 'USD'), not {kind}"
            )
        return cls.parse(str(amount), str(code))

    def to_money(self) -> Money:
        """The same amount as py-moneyed Money."""
        from moneyed import Money  # callers who never ask for Money need not load it

        return Money(self.text, self.currency)

    @property
    def is_zero(self) -> bool:
        """Whether it is nothing."""
        return self.minor == 0

    @property
    def text(self) -> str:
        """Plain decimal text with exactly the currency's decimals: ``50000.00``, ``-0.05``, ``1500``."""
        return minor_text(self.minor, self.currency)

    def __str__(self) -> str:
        whole, point, part = self.text.partition(".")
        return (
            f"{self.currency} {int(whole):,}{point}{part}"
            if whole != "-0"
            else f"{self.currency} {self.text}"
        )

    def __add__(self, other: Amount) -> Amount:
        return Amount(self.minor + self._same(other).minor, self.currency)

    def __sub__(self, other: Amount) -> Amount:
        return Amount(self.minor - self._same(other).minor, self.currency)

    def __neg__(self) -> Amount:
        return Amount(-self.minor, self.currency)

    def _same(self, other: Amount) -> Amount:
        if type(other) is not Amount or other.currency != self.currency:
            raise TypeError(f"{self} and {other} are not amounts of one currency")
        return other


def minor_text(minor: int, currency: str) -> str:
    """Minor units as plain decimal text with exactly the currency's decimals."""
    digits = MINOR_DIGITS[currency]
    if not digits:
        return str(minor)
    # Padded so that there is a digit before the point: 5 cents are "005", written 0.05.
    text = str(abs(minor)).zfill(digits + 1)
    sign = "-" if minor < 0 else ""
    return f"{sign}{text[:-digits]}.{text[-digits:]}"


@lru_cache(maxsize=8)
def _pattern(digits: int) -> re.Pattern[str]:
    decimals = rf"(\.[0-9]{{1,{digits}}})?" if digits else ""
    return re.compile(rf"-?(0|[1-9][0-9]*){decimals}\Z", re.ASCII)


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
    parts = [total * weight // whole for _, weight in weights]
    left = total - sum(parts)
    if left:
        by_remainder = sorted(
            range(len(parts)),
            key=lambda at: (-(total * weights[at][1] % whole), -weights[at][1], weights[at][0]),
        )
        for at in by_remainder[:left]:
            parts[at] += 1
    return parts


def draw(
    amount: int, shares: Sequence[int], drawn: Sequence[int], limits: Sequence[int] | None = None
) -> list[int]:
    """Split a draw on frozen ``shares`` of which ``drawn`` has been drawn before, in minor units.

    A monotone quota method: everyone gets at least the floor of its exact share of all drawn so far,
    and never less than before; the cents left over go to those whose exact share reaches its next
    whole cent soonest. So each cumulative draw is within a cent of exact, no part is negative, and
    shares are used up exactly. A reversal gives a stored split back and may leave some a cent or two
    off; later draws mend that. ``limits`` caps single parts. Source: accounting model, section 4;
    Balinski and Young, "The quota method of apportionment" (1975).

    Raises ValueError where the shares or limits leave less than ``amount``: the caller checks first.
    """
    rooms = [share - before for share, before in zip(shares, drawn, strict=True)]
    if limits is not None:
        rooms = [min(room, limit) for room, limit in zip(rooms, limits, strict=True)]
    if amount < 0 or sum(room for room in rooms if room > 0) < amount:
        raise ValueError("the shares leave less than the amount")
    whole, goal = sum(shares), sum(drawn) + amount
    parts = [
        max(0, min(room, share * goal // whole - before))
        for share, before, room in zip(shares, drawn, rooms, strict=True)
    ]
    left = amount - sum(parts)
    if left > len(parts):
        left = _pour(left, parts, shares, rooms)
    while left > 0:
        left = _give(left, parts, shares, drawn, rooms, goal, whole)
    if left < -len(parts):
        return split(amount, [("", part) for part in parts])
    if left < 0:
        _take_back(-left, parts, shares, drawn, goal, whole)
    return parts


def _pour(left: int, parts: list[int], shares: Sequence[int], rooms: Sequence[int]) -> int:
    """Hand on by shares what a limit kept from somebody, until only single cents are left."""
    while left > len(parts):
        able = [at for at, room in enumerate(rooms) if parts[at] < room]
        whole = sum(shares[at] for at in able)
        given = 0
        for at in able:
            more = min(rooms[at] - parts[at], -(-left * shares[at] // whole), left - given)
            parts[at] += more
            given += more
        left -= given
    return left


def _give(
    left: int,
    parts: list[int],
    shares: Sequence[int],
    drawn: Sequence[int],
    rooms: Sequence[int],
    goal: int,
    whole: int,
) -> int:
    """Give a cent each to those whose next one is due soonest, below their exact share first."""

    def due(at: int) -> tuple[bool, int, int, int]:
        has = drawn[at] + parts[at]
        # The exact share reaches has + 1 when all drawn reaches (has + 1) * whole / share; times a
        # common factor that is a whole number compared as such.
        return has * whole >= shares[at] * goal, (has + 1) * common // shares[at], -shares[at], at

    common = whole**2
    able = sorted((at for at, room in enumerate(rooms) if parts[at] < room), key=due)
    for at in able[:left]:
        parts[at] += 1
    return left - min(left, len(able))


def _take_back(
    over: int, parts: list[int], shares: Sequence[int], drawn: Sequence[int], goal: int, whole: int
) -> None:
    """Take cents back, a cent at a time from those furthest ahead of, or least behind, their share."""
    while over > 0:
        able = sorted(
            (at for at, part in enumerate(parts) if part > 0),
            key=lambda at: (shares[at] * goal - (drawn[at] + parts[at]) * whole, at),
        )
        for at in able[:over]:
            parts[at] -= 1
        over -= min(over, len(able))


def spread(total: Amount, count: int) -> list[Amount]:
    """A total in ``count`` parts that differ by a cent at most, larger ones first."""
    if count < 1:
        raise ValueError("there is at least one part")
    base, more = divmod(total.minor, count)
    return [Amount(base + (1 if at < more else 0), total.currency) for at in range(count)]
