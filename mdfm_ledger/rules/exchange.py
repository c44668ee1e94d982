"""What money in another currency is worth in dollars: by the rates the policy of the term names."""

from __future__ import annotations

from datetime import date, timedelta

from mdfm_ledger.books import Books
from mdfm_ledger.books.documents import Policy, Term
from mdfm_ledger.errors import NoRateError, NoRateSourceError
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


def own_amount(books: Books, term: Term, amount: Amount, on: date) -> OwnAmount:
    """An amount in another currency with the rate that prices it on the day. Raises as rate_on does."""
    return OwnAmount(amount.minor, amount.currency, rate_on(books, term, amount.currency, on))
