"""What a donor asks for without binding its money: a preference, or a notional test."""

from __future__ import annotations

from attrs import frozen

from mdfm_ledger.books.documents import Term
from mdfm_ledger.errors import InvalidFieldError
from mdfm_ledger.money import Amount

CONDITIONS = ("preference", "notional_test")
"""The fields of a pledge, or of a contribution without one, that say what its donor asks for."""

Codes = tuple[str, ...]
"""Codes of activities or areas."""


@frozen(kw_only=True)
class ConditionedReceipt:
    """Money received without a pledge, or carried on, and what its donor asks for; ``amount`` in dollars."""

    donor: str
    term: str
    amount: Amount
    preference: Codes
    notional_test: Codes


def conditioned(kind: str, reference: str) -> str:
    """The document of what a donor asks for of money that came by an event of that kind and reference."""
    return f"conditioned_receipt:{kind}/{reference}"


def require_conditions(term: Term, earmark: str, preference: Codes, notional_test: Codes) -> None:
    """Raise unless each code is an activity or area of the budget, and the money is not earmarked.

    Earmarked money goes where its earmark says and is followed there: it has nothing to prefer, and
    nothing that only the whole fund could show. Raises InvalidFieldError and UnknownActivityError.
    """
    for name, codes in zip(CONDITIONS, (preference, notional_test), strict=True):
        if codes and earmark:
            raise InvalidFieldError(
                field=name, problem="is for money without an earmark; leave one of them out"
            )
        for code in codes:
            term.require_earmark(code)


def activities_of(term: Term, codes: Codes) -> frozenset[str]:
    """The activities that are named, or lie in an area that is, in any budget of the term so far."""
    lines = (line for version in term.budgets for line in version.plan.lines)
    return frozenset(line.code for line in lines if line.code in codes or line.area in codes)
