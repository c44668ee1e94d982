"""Published rates as a report finds them in its window."""

from __future__ import annotations

from datetime import date, timedelta
from typing import cast

from attrs import frozen

from mdfm_ledger.books.documents import Term
from mdfm_ledger.rates import RatesOfMonth, RateUsed
from mdfm_ledger.source import JournalSource, Window


@frozen
class Published:
    """The rates of all sources that were known in a window."""

    months: tuple[RatesOfMonth, ...]

    def last(self, term: Term, currency: str, on: date) -> RateUsed | None:
        """The rate that prices a currency on a day, by the policy of the term then; None if none does."""
        policy = term.policy_on(on)
        own = [month for month in self.months if month.source == policy.rate_source]
        rates = [rate for month in own if (rate := month.last(currency, on))]
        last = max(rates, key=lambda rate: rate.since, default=None)
        if last is None or last.since < on - timedelta(days=policy.rate_limit_days):
            return None
        return last


def published(source: JournalSource, window: Window) -> Published:
    """The rates known in the window."""
    months = cast(dict[str, RatesOfMonth], source.documents("rates", window))
    return Published(tuple(months.values()))
