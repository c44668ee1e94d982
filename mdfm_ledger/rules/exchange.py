"""What money in another currency is worth in dollars: by the rates the policy of the term names."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from mdfm_ledger.books import Books
from mdfm_ledger.books.documents import Policy, Term
from mdfm_ledger.chart import BASE_CURRENCY
from mdfm_ledger.errors import FarFromRateError, NoRateError, NoRateSourceError
from mdfm_ledger.journal import OwnAmount
from mdfm_ledger.money import Amount
from mdfm_ledger.rates import RatesOfMonth, RateUsed, rates_key


def rate_on(books: Books, term: Term, currency: str, on: date) -> RateUsed:
    """The last rate published on the day or before it, by the source the policy of that day names.

    Raises NoRateSourceError where the policy names none, NoRateError where the last one published is
    older than the policy allows, or there is none.
    """
    policy = term.policy_on(on)
    if not policy.rate_source:
        raise NoRateSourceError(term=term.reference, on=on, currency=currency)
    earliest = on - timedelta(days=policy.rate_limit_days)
    month = on.replace(day=1)
    while month >= earliest.replace(day=1):
        rate = _of_month(books, policy, month, currency, on)
        if rate is not None:
            if rate.since < earliest:
                break
            return rate
        month = (month - timedelta(days=1)).replace(day=1)
    raise NoRateError(source=policy.rate_source, currency=currency, on=on, days=policy.rate_limit_days)


def _of_month(books: Books, policy: Policy, month: date, currency: str, on: date) -> RateUsed | None:
    key = rates_key(policy.rate_source, month)
    if not books.has_document("rates", key):
        return None
    return books.document(RatesOfMonth, "rates", key).last(currency, on)


def worth_on(books: Books, term: Term, own: Amount, on: date) -> Amount:
    """What an amount in another currency is worth in dollars on the day. Raises as rate_on does."""
    # Nothing is worth nothing, whether or not there is a rate.
    return rate_on(books, term, own.currency, on).dollars(own) if own.minor else Amount.zero(BASE_CURRENCY)


def require_plausible(
    books: Books, term: Term, dollars: Amount, own: Amount, since: date, until: date, *, field: str
) -> None:
    """Raise FarFromRateError unless dollars are what an amount was worth at some rate since a day.

    That is at the lowest or highest rate published from then to ``until`` or in between, give or take a
    tenth for what banks and agreements add. What is further off is no exchange difference but a mistake.
    Raises as rate_on does.
    """
    worths = [rate.dollars(own) for rate in _rates_between(books, term, own.currency, since, until)]
    least, most = min(worths), max(worths)
    if not least.minor * 9 - 10 <= dollars.minor * 10 <= most.minor * 11 + 10:
        raise FarFromRateError(
            field=field, dollars=dollars, own=own, least=least, most=most, since=since, until=until
        )


def _rates_between(books: Books, term: Term, currency: str, since: date, until: date) -> Iterator[RateUsed]:
    yield rate_on(books, term, currency, until)
    policy = term.policy_on(until)
    # The rate of the first day was published before it.
    first = since - timedelta(days=policy.rate_limit_days)
    month = first.replace(day=1)
    while month <= until:
        key = rates_key(policy.rate_source, month)
        if books.has_document("rates", key):
            yield from books.document(RatesOfMonth, "rates", key).between(currency, first, until)
        month = (month + timedelta(days=31)).replace(day=1)


def own_amount(books: Books, term: Term, amount: Amount, on: date) -> OwnAmount:
    """An amount in another currency with the rate that prices it on the day. Raises as rate_on does."""
    return OwnAmount(amount.minor, amount.currency, rate_on(books, term, amount.currency, on))
