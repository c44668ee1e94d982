"""Entries whose lines are alike: on the same sides of places of the same kinds, all of one amount.

Most entries are: of one donor, and one pledge at most. What their lines look like in a record, and that
they balance, follows from the places and the sides; it is worked out once for all that are alike.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any

from attrs import define

from mdfm_ledger.audit.recount.own_amounts import ForeignCash
from mdfm_ledger.audit.recount.places import Places
from mdfm_ledger.audit.recount.totals import Totals
from mdfm_ledger.canonical import quoted
from mdfm_ledger.money import minor_text
from mdfm_ledger.sealing.seal import parts_of_one
from mdfm_ledger.sealing.stored_place import Side, StoredPlace

EVENT, DONOR, SALT, SALT_OF_FUND, DIGITS, PLEDGE = "\0\1\2\3\4\5"
"""What stands for them in a text that is the same for all: in canonical JSON no such sign stands bare."""

_SIGNS = re.compile(f"([{EVENT}-{PLEDGE}])")

_HELD = 256


@define(eq=False)
class Shape:
    """What entries have in common that are alike in their lines."""

    currency: str
    pieces: list[str]
    """The record of each; every other piece is its own."""
    own: Callable[[tuple[str, ...]], tuple[str, ...]]
    """What its own pieces are: of event, donor, two salts, digits and pledge."""
    has_fund: bool
    """Whether any line is the fund's, so that the record has a part of it."""
    added: dict[int, int]
    """The amounts of the entries by day; each of their lines is added up by it."""


Alike = tuple[Shape, int, str, str]
"""The lines of an entry that is alike to others: what they have in common; its amount, donor and pledge."""


def record_of(alike: Alike, event: str, salt: str, salt_of_fund: str) -> str:
    """The record of an entry with this event and these salts, and these lines."""
    shape, minor, donor, pledge = alike
    own = (event, quoted(donor), salt, salt_of_fund, minor_text(minor, shape.currency), quoted(pledge))
    pieces = shape.pieces.copy()
    pieces[1::2] = shape.own(own)
    return "".join(pieces)


class Shapes:
    """The shapes of the entries so far, told by the sides their lines are on."""

    def __init__(self, places: Places, totals: Totals, cash: ForeignCash) -> None:
        self._places = places
        self._totals = totals
        self._cash = cash
        self._known: dict[tuple[Side, ...], Shape | None] = {}

    def make_room(self) -> None:
        """Let go of the shapes so far where they are many. What was told by them is to be added up before."""
        if len(self._known) >= _HELD:
            self._totals.share_no_more()
            self._known.clear()

    def of(self, rows: Sequence[Any], number: int, day: int) -> Alike | None:
        """The line rows of an entry of that number and day, as those of others are.

        None where one is of another entry or day or on no place, where they are not of one amount, or of more
        than one donor or pledge or of no donor, and where they do not balance.
        """
        sides: list[Side] = []
        donor = pledge = ""
        minor = abs(rows[0][3]) if rows else 0
        for own_number, place_id, own_day, amount in rows:
            place = self._places[place_id]
            sides.append(place.kind.debit if amount > 0 else place.kind.credit)
            donor = donor or place.donor
            pledge = pledge or place.pledge
            if (
                amount not in (minor, -minor)
                or own_number != number
                or own_day != day
                or (place.donor and place.donor != donor)
                or (place.pledge and place.pledge != pledge)
            ):
                return None
        key = tuple(sides)
        try:
            shape = self._known[key]
        except KeyError:
            shape = self._known[key] = self._learnt(rows)
        return (shape, minor, donor, pledge) if shape and donor else None

    def _learnt(self, rows: Sequence[Any]) -> Shape | None:
        """The shape of an entry with these line rows; None where it is not one to go by."""
        held = [(self._places[place_id], amount > 0) for _, place_id, _, amount in rows]
        currencies = {place.kind.currency for place, _ in held}
        if len(currencies) != 1 or not _hold(held):
            return None
        for place_id in {place_id for _, place_id, _, _ in rows}:
            if self._places[place_id].kind.holds_cash:
                # It has no donor and no pledge: other entries of this shape are on this very place.
                self._cash.add(place_id, None)
        added = self._totals.shared([_side(line).by_day for line in held])
        has_fund = not all(place.donor for place, _ in held)
        pieces = _SIGNS.split(_record(held))
        return Shape(currencies.pop(), pieces, itemgetter(*map(ord, pieces[1::2])), has_fund, added)


Held = list[tuple[StoredPlace, bool]]
"""The place of each line, and whether the line is a debit."""


def _hold(held: Held) -> bool:
    """Whether all are places, and lines of one amount on them balance, each donor's resources too."""
    sums: Counter[tuple[object, ...]] = Counter()
    for place, is_debit in held:
        sign = 1 if is_debit else -1
        sums[place.kind.balances_in] += sign
        if place.resources_of:
            sums[place.resources_of] += sign
    return all(place.kind.is_place for place, _ in held) and not any(sums.values())


def _side(line: tuple[StoredPlace, bool]) -> Side:
    place, is_debit = line
    return place.kind.debit if is_debit else place.kind.credit


def _text(line: tuple[StoredPlace, bool]) -> str:
    """A line as a record writes it, but for its digits and the pledge."""
    kind = line[0].kind
    after = kind.after_with(PLEDGE) if kind.has_pledge else kind.after
    return f"{_side(line).before}{DIGITS}{after}"


def _record(held: Held) -> str:
    """The record of an entry with such lines, with signs for what is its own."""
    own = [_text(line) for line in held if line[0].donor]
    rest = [_text(line) for line in held if not line[0].donor]
    donors = [place.donor for place, _ in held]
    parts = parts_of_one(EVENT, DONOR, donors, own, rest, SALT, SALT_OF_FUND)
    return "\n".join(parts).replace(quoted(DONOR), DONOR)
