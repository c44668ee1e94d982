"""A source publishes rates of exchange."""

from __future__ import annotations

from datetime import date
from typing import Any

from attrs import Attribute, field, frozen

from mdfm_ledger.books import Books
from mdfm_ledger.errors import InvalidFieldError
from mdfm_ledger.event import Event
from mdfm_ledger.fields import day, reference
from mdfm_ledger.journal import Lines
from mdfm_ledger.rates import CurrencyRate, PublishedRates, RatesOfMonth, rates_key


def _check_rates(_: object, attribute: Attribute[Any], value: object) -> None:
    if type(value) is not tuple or not value or not all(isinstance(one, CurrencyRate) for one in value):
        raise InvalidFieldError(field=attribute.name, problem="needs at least one rate, as CurrencyRate")
    currencies = [one.currency for one in value]
    twice = sorted({one for one in currencies if currencies.count(one) > 1})
    if twice:
        raise InvalidFieldError(field=attribute.name, problem=f"names {', '.join(twice)} twice")


@frozen(kw_only=True)
class PublishRates(Event):
    """Rates against the US dollar that hold from ``since`` (inclusive) until the source prints others.

    ``since`` is the day as published: the UN's rates of 30 June and 31 December serve 1 July and
    1 January. A table says nothing of currencies it does not name, so one for a change within the
    month may name a single one. A misprint is put right by publishing again for the same day: the last
    one recorded holds. Source: UN operational rates of exchange.
    """

    event_kind = "publish_rates"
    described_by = "source"

    source: str = reference()
    since: date = day()
    rates: tuple[CurrencyRate, ...] = field(validator=_check_rates)

    def about(self, books: Books, lines: Lines) -> str:
        return f"rates:{rates_key(self.source, self.since)}"

    def post(self, books: Books) -> Lines:
        """Nothing: a rate moves no money, and what is posted is never priced again."""
        return ()

    def document(self, before: RatesOfMonth | None, lines: Lines) -> RatesOfMonth:
        del lines
        table = PublishedRates(since=self.since, rates={one.currency: one for one in self.rates})
        published = (*(before.published if before else ()), table)
        return RatesOfMonth(source=self.source, published=tuple(sorted(published, key=lambda one: one.since)))
