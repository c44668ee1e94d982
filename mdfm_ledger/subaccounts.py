"""Subaccounts: the places lines are posted to, each an account with its term, currency and dimensions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache, partial
from itertools import repeat
from typing import NamedTuple, NoReturn, Self

from mdfm_ledger.chart import BASE_CURRENCY, CHART, DIMENSIONS, JournalSet, account
from mdfm_ledger.errors import InvalidFieldError


class _Place(NamedTuple):
    account: str
    term: str
    currency: str
    donor: str = ""
    pledge: str = ""
    allocation: str = ""
    obligation: str = ""
    advance: str = ""
    activity: str = ""
    earmark: str = ""
    category: str = ""
    country: str = ""
    bank_account: str = ""
    bank_reference: str = ""
    party: str = ""
    flow: str = ""


class Subaccount(_Place):
    """An account with its term, currency and dimensions: the place a line is posted to.

    A dimension that does not apply is the empty string. It is the tuple of account, term, currency
    and the dimensions in the order of DIMENSIONS, since places are looked up by the million. Build it
    with :func:`subaccount`, which keeps one object for equal places: the same few are posted to again
    and again.
    """

    __slots__ = ()

    def __new__(cls, *values: str, **named: str) -> Self:
        """The place of these values. Raises where the chart asks for more dimensions or knows less."""
        place = _Place.__new__(cls, *values, **named)
        if not is_place(place):
            _refuse(place)
        return place

    @property
    def dimensions(self) -> tuple[str, ...]:
        """The values of the dimensions, in the order of DIMENSIONS; empty where none applies."""
        return self[3:]


def _refuse(place: _Place) -> NoReturn:
    known = account(place.account)
    given = {name for name in DIMENSIONS if getattr(place, name)}
    unknown, missing = sorted(given - known.knows), sorted(known.needs - given)
    if unknown:
        raise InvalidFieldError(field=unknown[0], problem=f"account {place.account} has no {unknown[0]}")
    if missing or not place.term:
        name = missing[0] if missing else "term"
        raise InvalidFieldError(field=name, problem=f"account {place.account} needs a {name}")
    raise InvalidFieldError(field="currency", problem=f"trust lines are in {BASE_CURRENCY}")


def is_place(values: Sequence[str]) -> bool:
    """Whether an account, a term, a currency and the dimensions in their order make a subaccount."""
    code, term, currency = values[:3]
    if code not in CHART or not term or not _fits(code, tuple(map(bool, values[3:]))):
        return False
    return currency == BASE_CURRENCY or CHART[code].journal_set is JournalSet.MEMORANDUM


@lru_cache(maxsize=1_024)
def _fits(code: str, given: tuple[bool, ...]) -> bool:
    """Whether an account has the dimensions it needs and no other; there are few such patterns."""
    known = account(code)
    return (
        known.needs
        <= {name for name, is_given in zip(DIMENSIONS, given, strict=True) if is_given}
        <= known.knows
    )


@lru_cache(maxsize=16_384)
def subaccount(account: str, *, term: str, currency: str = BASE_CURRENCY, **dimensions: str) -> Subaccount:
    """The subaccount of these dimensions; raises where the chart asks for more or knows less."""
    return Subaccount(account, term, currency, **dimensions)


def places_like(place: Subaccount, money: Iterable[tuple[str, str]]) -> list[Subaccount]:
    """Places as this one is, one for money of each donor with its earmark, or with none.

    Lines over many donors stand on places that differ in nothing else, so the chart is asked of one
    with an earmark and of one without, if at all. Raises where it asks for more or knows less.
    """
    donors, earmarks = zip(*money, strict=True)
    columns: list[Iterable[str]] = [repeat(value) for value in place]
    columns[DONOR_AT], columns[_EARMARK] = donors, earmarks
    places = list(map(_place, zip(*columns, strict=False)))
    shapes = list(zip(map(bool, donors), map(bool, earmarks), strict=True))
    for shape in set(shapes) - {(bool(place.donor), bool(place.earmark))}:
        Subaccount(*places[shapes.index(shape)])
    return places


DONOR_AT = 3 + DIMENSIONS.index("donor")
"""Which field of a subaccount is the donor."""

_EARMARK = 3 + DIMENSIONS.index("earmark")
_place: Callable[[tuple[str, ...]], Subaccount] = partial(tuple.__new__, Subaccount)
