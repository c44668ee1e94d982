"""What goes wrong with money in other currencies."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from mdfm_ledger.errors.rejected import InvalidEventError
from mdfm_ledger.errors.rules import RuleError

if TYPE_CHECKING:
    from mdfm_ledger.money import Amount


class NoRateSourceError(InvalidEventError):
    """Money in another currency is to be priced and the policy of the term names no source of rates."""

    code = "no-rate-source"
    template = "{currency} has no price in dollars on {on}: the policy of term {term} names no rate_source"
    remedy = "Record revise_policy with a rate_source, or open the term with one."
    term: str
    on: date
    currency: str


class NoRateError(InvalidEventError):
    """No rate of a currency was published for a day, nor lately enough before it."""

    code = "no-rate"
    template = "{source} has no rate of {currency} on {on} or in the {days} days before"
    remedy = "Record publish_rates of the source first; a policy may allow older rates (rate_limit_days)."
    source: str
    currency: str
    on: date
    days: int


class BelowACentError(InvalidEventError):
    """Money in another currency, or a part of it, is worth less than the cents the books count in."""

    code = "below-a-cent"
    template = "{amount} is worth USD {worth} at {rate}: too little for books that count whole cents"
    remedy = "Record it in one event with what else moved on that account, as an amount worth a cent or more."
    amount: Amount
    worth: str
    rate: str


class FarFromRateError(InvalidEventError):
    """An amount in another currency was never worth the dollars it is said to stand for."""

    code = "far-from-rate"
    template = (
        "{field}: {dollars} for {own}, which was worth {least} to {most}"
        " at the rates published from {since} to {until}"
    )
    remedy = (
        "Correct the amounts; where the rate has moved as far as that, record publish_rates of the day first."
    )
    field: str
    dollars: Amount
    own: Amount
    least: Amount
    most: Amount
    since: date
    until: date


class ExchangeShortfallError(RuleError):
    """Exchange losses have left less free than is to be taken; some donors' money is below zero."""

    code = "exchange-shortfall"
    invariant = "funded-allocation"
    template = (
        "{asked} for {purpose}: {free} is free on {on} and every later date,"
        " after exchange losses of {shortfall} beyond what is free of {donors}"
    )
    remedy = "Take at most what is free, or wait until gains or receipts have made good the loss."
    purpose: str
    asked: Amount
    free: Amount
    shortfall: Amount
    donors: str
    on: date


class OwnCurrencyError(RuleError):
    """A line does not say its amount in the currency of its bank account, or is not worth what it says."""

    code = "own-currency"
    invariant = "own-currency"
    template = "a line on {place} is {given}; it has to be {expected}"
    remedy = "This is a fault of the posting rule, not of the event: report it."
    place: str
    expected: str
    given: str
