"""A journal line as a record writes it: canonical JSON, without the donor, whom its part names."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache

from mdfm_ledger.canonical import canonical_text, quoted
from mdfm_ledger.chart import DIMENSIONS, Side, account
from mdfm_ledger.codec import own_to_json
from mdfm_ledger.journal import JournalLine, OwnAmount, Subaccount
from mdfm_ledger.money import minor_text

Around = tuple[str, str]
"""What stands before the side and the digits of a line, and after them."""

_Members = tuple[tuple[str, int], ...]
"""How members begin, and where in a place their values stand."""


def line_texts(lines: Sequence[JournalLine]) -> list[str]:
    """Lines in canonical form, in their order."""
    if len(lines) <= _FEW:
        return [line_text(line) for line in lines]
    texts: list[str] = []
    around_of: dict[tuple[str, ...], tuple[str, str, str]] = {}
    for line in lines:
        place, signed, own = line
        if own is not None:
            texts.append(line_text(line))
            continue
        # All but the donor: where there are many lines, most are of many donors on places else the same.
        shape = place[:3] + place[4:]
        around = around_of.get(shape)
        if around is None:
            around = around_of[shape] = _sides(_around(place, _members_of(place.account)), place.currency)
        debit, credit, after = around
        begins, minor = (debit, signed) if signed > 0 else (credit, -signed)
        texts.append(f"{begins}{minor_text(minor, shape[2])}{after}")
    return texts


def _sides(around: Around, currency: str) -> tuple[str, str, str]:
    """What stands before the digits of a debit, before those of a credit, and after either."""
    before, after = around
    return f'{before}"debit":"{currency} ', f'{before}"credit":"{currency} ', after


_FEW = 8
"""Lines that have less in common than it takes to find out."""


def line_text(line: JournalLine) -> str:
    """A line in canonical form."""
    place, signed, own = line
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
    return before, after.replace(ENDS_WITH, f"{written}{ENDS_WITH}")


ENDS_WITH = '"term":'
"""How the last member of a line begins."""


@lru_cache(maxsize=16_384)
def around_amount(place: Subaccount) -> Around:
    """What stands around the side and the digits of a line on this place."""
    if place.pledge:
        return _around(place, _members_of(place.account))
    # The donor is not written, and the places of an allocation differ in nothing else.
    return _around_of_any((*place[:3], "", *place[4:]))


@lru_cache(maxsize=4_096)
def _around_of_any(values: tuple[str, ...]) -> Around:
    return _around(values, _members_of(values[0]))


def around_amount_of(values: tuple[str, ...]) -> Around:
    """The same, from account, term, currency and the dimensions in their order, whatever stands there."""
    return _around(values, _ANY)


def _around(values: tuple[str, ...], members: tuple[_Members, _Members]) -> Around:
    before, after = members
    return f"{{{_written(before, values)}", f'",{_written(after, values)}{ENDS_WITH}{quoted(values[1])}}}'


def _written(members: _Members, values: tuple[str, ...]) -> str:
    return "".join([f"{begins}{quoted(values[at])}," for begins, at in members if values[at]])


@lru_cache(maxsize=64)
def _members_of(code: str) -> tuple[_Members, _Members]:
    """The members a line on an account can have around ``credit`` or ``debit``; ``term`` comes last."""
    return _members({"account", *account(code).knows} - {"donor"})


def _members(names: AbstractSet[str]) -> tuple[_Members, _Members]:
    members = [(f'"{name}":', _AT[name]) for name in sorted(names)]
    before = sum(name < Side.CREDIT.value for name in names)
    return tuple(members[:before]), tuple(members[before:])


_AT = {"account": 0} | {name: at for at, name in enumerate(DIMENSIONS, start=3) if name != "donor"}
_ANY = _members(_AT.keys())
