"""Rates of exchange against the US dollar, exactly as published, and what they turn an amount into.

A rate is never derived by dividing one amount by another: what is stored is the text its source
printed, the way it is quoted, the source, and the day from which it holds.
"""

from __future__ import annotations

import re
from datetime import date

from attrs import Attribute, field, frozen

from mdfm_ledger.chart import BASE_CURRENCY
from mdfm_ledger.currencies import MINOR_DIGITS
from mdfm_ledger.errors import BelowACentError, InvalidFieldError
from mdfm_ledger.fields import day, one_of, reference
from mdfm_ledger.money import Amount, require_currency

UNITS_PER_DOLLAR = "units_per_dollar"
DOLLARS_PER_UNIT = "dollars_per_unit"

_LONGEST = 20
_WRITTEN = re.compile(r"(0|[1-9][0-9]*)(\.[0-9]+)?\Z", re.ASCII)


def _check_rate(_: object, attribute: Attribute[str], value: object) -> None:
    written = type(value) is str and len(value) <= _LONGEST and _WRITTEN.match(value)
    if not written or not str(value).strip("0."):
        problem = f"{str(value)[:40]!r} is not a rate: plain digits above zero, such as 0.736"
        raise InvalidFieldError(field=attribute.name, problem=problem)


def _check_foreign(_: object, attribute: Attribute[str], value: object) -> None:
    require_currency(value)
    if value == BASE_CURRENCY:
        raise InvalidFieldError(field=attribute.name, problem=f"rates are against {BASE_CURRENCY}")


@frozen(kw_only=True)
class CurrencyRate:
    """The rate of one currency, as its source prints it.

    ``quoted`` says which way: ``units_per_dollar``, as the UN does (0.736 euros are a dollar), or
    ``dollars_per_unit`` (1.10 dollars are a euro).
    """

    currency: str = field(validator=_check_foreign)
    rate: str = field(validator=_check_rate)
    quoted: str = one_of(UNITS_PER_DOLLAR, DOLLARS_PER_UNIT, default=UNITS_PER_DOLLAR)


@frozen(kw_only=True)
class RateUsed:
    """A rate by which an amount was turned into dollars: as printed, from where, holding since when."""

    rate: str = field(validator=_check_rate)
    quoted: str = one_of(UNITS_PER_DOLLAR, DOLLARS_PER_UNIT)
    source: str = reference()
    since: date = day()

    def cents(self, amount: Amount) -> int:
        """What an amount above zero is worth in cents, one at least.

        Raises BelowACentError where it is not, and what :meth:`dollars` does.
        """
        worth = self.dollars(amount).minor
        if not worth:
            raise self.below_a_cent(amount)
        return worth

    def below_a_cent(self, amount: Amount) -> BelowACentError:
        """The error that says what so small an amount is worth, to a ten-thousandth of a cent."""
        exactly = self.dollars(Amount(amount.minor * 10_000, amount.currency)).minor
        return BelowACentError(amount=amount, worth=f"0.{exactly:06d}", rate=str(self))

    def dollars(self, amount: Amount) -> Amount:
        """The amount in US dollars, to the nearest cent; a half goes away from zero.

        Raises InvalidAmountError where the dollars are more than any amount may be.
        """
        digits, decimals = _digits(self.rate)
        dividend = abs(amount.minor) * 10 ** MINOR_DIGITS[BASE_CURRENCY]
        divisor = 10 ** MINOR_DIGITS[amount.currency]
        if self.quoted == UNITS_PER_DOLLAR:
            dividend, divisor = dividend * 10**decimals, divisor * digits
        else:
            dividend, divisor = dividend * digits, divisor * 10**decimals
        cents = (2 * dividend + divisor) // (2 * divisor)
        return Amount.of(Amount(cents if amount.minor > 0 else -cents, BASE_CURRENCY))

    def __str__(self) -> str:
        return f"{self.rate} {self.quoted.replace('_', ' ')}, {self.source} of {self.since}"


def _digits(rate: str) -> tuple[int, int]:
    """A rate as a whole number and the decimals it has: 0.736 is 736 and 3."""
    whole, _, part = rate.partition(".")
    return int(whole + part), len(part)


@frozen(kw_only=True)
class PublishedRates:
    """What a source published for a day: the rates that hold from then on (inclusive)."""

    since: date
    rates: dict[str, CurrencyRate]


@frozen(kw_only=True)
class RatesOfMonth:
    """The rates a source published for the days of one month, the earliest first."""

    source: str
    published: tuple[PublishedRates, ...]

    def last(self, currency: str, on: date) -> RateUsed | None:
        """The last rate of a currency that holds on the day (inclusive), if one was published."""
        for table in reversed(self.published):
            if table.since <= on and currency in table.rates:
                return self._used(table, currency)
        return None

    def between(self, currency: str, since: date, until: date) -> list[RateUsed]:
        """All rates of a currency published for these days (both inclusive), misprints too."""
        found = [
            table for table in self.published if since <= table.since <= until and currency in table.rates
        ]
        return [self._used(table, currency) for table in found]

    def _used(self, table: PublishedRates, currency: str) -> RateUsed:
        rate = table.rates[currency]
        return RateUsed(rate=rate.rate, quoted=rate.quoted, source=self.source, since=table.since)


def rates_key(source: str, month: date) -> str:
    """What the rates of a source for a month are known by, after ``rates:``."""
    return f"{source} {month:%Y-%m}"
