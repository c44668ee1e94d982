"""A journal line as a record writes it: canonical JSON, without the donor, whom its part names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple

from mdfm_ledger.canonical import canonical_text, quoted
from mdfm_ledger.chart import CASH_AT_BANK, DIMENSIONS, Side, account
from mdfm_ledger.codec import own_to_json
from mdfm_ledger.currencies import MINOR_DIGITS
from mdfm_ledger.journal import Alike, JournalLine, Lines, OwnAmount, Subaccount
from mdfm_ledger.money import minor_text

_Members = tuple[tuple[str, int], ...]
"""How members begin, and where in a place their values stand."""


def line_texts(lines: Sequence[JournalLine]) -> list[str]:
    """Lines in canonical form, in their order; quickest where there are many."""
    # One step for all of them and then the next: done many times in a row each is quicker.
    places = list(map(_place, lines))
    signed = list(map(_signed, lines))
    digits = map(minor_text, map(abs, signed), map(_currency, places))
    # Most lines are of many donors and pledges, on places that are else the same.
    around = map(_around_on, map(_but_donor_and_pledge, places))
    texts = [
        f"{debit if minor > 0 else credit}{size}{f'{before}{quoted(pledge)}{ends}' if pledge else after}"
        for minor, size, pledge, (debit, credit, after, before, ends) in zip(
            signed, digits, map(_pledge, places), around, strict=True
        )
    ]
    for at, (_, _, own) in enumerate(lines):
        if own is not None:
            texts[at] = with_own(texts[at], own)
    return texts


def texts_of_many(lines: Lines, alike: Sequence[Alike]) -> list[str]:
    """The same of one entry with many lines: what stands around the digits is written once for all alike."""
    texts = [""] * len(lines)
    written: tuple[str, list[int], list[str]] = ("", [], [])
    for run in alike:
        place, minors = run.place, list(map(abs, run.signed))
        if written[:2] != (place.currency, minors):
            # Where money moves, what comes from some places goes to others: the same amounts again.
            written = (place.currency, minors, _texts_of(minors, place.currency))
        debit, credit, after, before, ends = _around_on(_but_donor_and_pledge(place))
        after = f"{before}{quoted(place.pledge)}{ends}" if place.pledge else after
        for at, signed, digits in zip(run.at, run.signed, written[2], strict=True):
            texts[at] = f"{debit if signed > 0 else credit}{digits}{after}"
        if place.account == CASH_AT_BANK:
            for at in run.at:
                own = lines[at].own
                texts[at] = texts[at] if own is None else with_own(texts[at], own)
    return texts


def _texts_of(minors: Sequence[int], currency: str) -> list[str]:
    """What ``minor_text`` gives of each, none below zero, without a call for each."""
    digits = MINOR_DIGITS[currency]
    texts = list(map(str, minors))
    if not digits:
        return texts
    texts = [text if len(text) > digits else text.zfill(digits + 1) for text in texts]
    return [f"{text[:-digits]}.{text[-digits:]}" for text in texts]


def with_own(text: str, own: OwnAmount) -> str:
    """A line in canonical form with its own amount.

    Only cash at bank and contributions have one, and of their members only the term comes after it.
    """
    return text.replace(_ENDS_WITH, f'"own":{canonical_text(own_to_json(own))},{_ENDS_WITH}')


_PLEDGE = 3 + DIMENSIONS.index("pledge")

_place: Callable[[JournalLine], Subaccount] = itemgetter(0)
_signed: Callable[[JournalLine], int] = itemgetter(1)
_currency: Callable[[Subaccount], str] = itemgetter(2)
_pledge: Callable[[Subaccount], str] = itemgetter(_PLEDGE)
_but_donor_and_pledge: Callable[[Subaccount], tuple[str, ...]] = itemgetter(
    0, 1, 2, *range(_PLEDGE + 1, 3 + len(DIMENSIONS))
)


class Around(NamedTuple):
    """What stands around the digits of lines on places that differ in donor and pledge only."""

    debit: str
    """Before the digits of a debit."""
    credit: str
    """Before those of a credit."""
    after: str
    """After the digits, where there is no pledge."""
    before_pledge: str
    """Between the digits and the pledge, where there is one."""
    ends: str
    """After the pledge."""


def around_digits(place: tuple[str, ...]) -> Around:
    """The same for account, term, currency and the dimensions in their order, whatever stands there."""
    return _around((*place[:3], *place[_PLEDGE + 1 :]), _ANY)


@lru_cache(maxsize=4_096)
def _around_on(values: tuple[str, ...]) -> Around:
    return _around(values, _members_of(values[0]))


def _around(values: tuple[str, ...], members: tuple[_Members, _Members]) -> Around:
    before, after = (_written(some, values) for some in members)
    _, term, currency = values[:3]
    ends = f"{_ENDS_WITH}{quoted(term)}}}"
    # A pledge is the last member before the term.
    return Around(
        f'{{{before}"debit":"{currency} ',
        f'{{{before}"credit":"{currency} ',
        f'",{after}{ends}',
        f'",{after}"pledge":',
        f",{ends}",
    )


_ENDS_WITH = '"term":'
"""How the last member of a line begins."""


def _written(members: _Members, values: tuple[str, ...]) -> str:
    return "".join([f"{begins}{quoted(values[at])}," for begins, at in members if values[at]])


@lru_cache(maxsize=64)
def _members_of(code: str) -> tuple[_Members, _Members]:
    """The members a line on an account can have around ``credit`` or ``debit``, but for pledge and term."""
    return _members({"account", *account(code).knows} - {"donor", "pledge"})


def _members(names: AbstractSet[str]) -> tuple[_Members, _Members]:
    members = [(f'"{name}":', _AT[name]) for name in sorted(names)]
    before = sum(name < Side.CREDIT.value for name in names)
    return tuple(members[:before]), tuple(members[before:])


_OTHERS = DIMENSIONS[DIMENSIONS.index("pledge") + 1 :]
_AT = {"account": 0} | {name: at for at, name in enumerate(_OTHERS, start=3)}
_ANY = _members(_AT.keys())
