"""A journal line as a record writes it: canonical JSON, without the donor, whom its part names."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from operator import itemgetter

from mdfm_ledger.canonical import canonical_text, quoted
from mdfm_ledger.chart import DIMENSIONS
from mdfm_ledger.codec import own_to_json
from mdfm_ledger.journal import OwnAmount, Subaccount
from mdfm_ledger.money import minor_text

Around = tuple[str, str]
"""What stands before the side and the digits of a line, and after them."""


def line_text(place: Subaccount, signed: int, own: OwnAmount | None = None) -> str:
    """A line in canonical form; ``signed`` is in minor units, debit positive."""
    around = around_amount(place)
    return line_from(around if own is None else with_own(around, own), place.currency, signed)


def line_from(around: Around, currency: str, signed: int) -> str:
    """A line in canonical form, from what stands around its side and its digits."""
    before, after = around
    if signed > 0:
        return f'{before}"debit":"{currency} {minor_text(signed, currency)}{after}'
    return f'{before}"credit":"{currency} {minor_text(-signed, currency)}{after}'


def with_own(around: Around, own: OwnAmount) -> Around:
    """What stands around the amount of a line that has an own amount.

    Only cash at bank has one, and of its members only the flow and the term come after the amount.
    """
    before, after = around
    written = f'"own":{canonical_text(own_to_json(own))},'
    return before, after.replace(_TERM, f"{written}{_TERM}")


_TERM = '"term":'


@lru_cache(maxsize=16_384)
def around_amount(place: Subaccount) -> Around:
    """What stands around the side and the digits of a line on this place."""
    return around_amount_of(place)


def around_amount_of(values: tuple[str, ...]) -> Around:
    """The same, from account, term, currency and the dimensions in their order."""
    before = _members(_BEFORE_AMOUNT, _values_before(values))
    after = _members(_AFTER_AMOUNT, _values_after(values))
    return f"{{{before}", f'",{after}{_TERM}{quoted(values[1])}}}'


def _members(names: Sequence[str], values: Sequence[str]) -> str:
    given = zip(names, values, strict=True)
    return "".join([f'"{name}":{quoted(value)},' for name, value in given if value])


# The members of a line in the order of their names, around ``credit`` or ``debit``; term comes last.
_AT = {"account": 0} | {name: at for at, name in enumerate(DIMENSIONS, start=3) if name != "donor"}
_BEFORE_AMOUNT = sorted(name for name in _AT if name < "credit")
_AFTER_AMOUNT = sorted(name for name in _AT if name > "debit")
_values_before = itemgetter(*(_AT[name] for name in _BEFORE_AMOUNT))
_values_after = itemgetter(*(_AT[name] for name in _AFTER_AMOUNT))
