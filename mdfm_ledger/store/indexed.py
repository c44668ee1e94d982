"""Conditions said as the indexes say them that leave rows out: else those do not answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    and_,
    literal_column,
    or_,
    select,
    true,
    union_all,
)

from mdfm_ledger.chart import CHART, PLEDGE_CONTROL
from mdfm_ledger.store.schema import ENTRY, IS_OF_ANOTHER, LINE, NOTHING, OWN_DOCUMENT, SUBACCOUNT

Condition: TypeAlias = ColumnElement[bool]

_CONTROL: ColumnElement[str] = literal_column(f"'{PLEDGE_CONTROL}'")
_ALLOCATION: ColumnElement[str] = literal_column("'allocation'")
_FREE: ColumnElement[str] = literal_column("'8110'")
_OWNED = SUBACCOUNT.alias("owned")
_HELD_FREE = SUBACCOUNT.alias("held_free")
_ALLOTTED = SUBACCOUNT.alias("allotted")
UNDER_ALLOCATION = frozenset(code for code, known in CHART.items() if "allocation" in known.needs)
"""The accounts whose places are under an allocation."""


def _found_by_donor(place: Any) -> ColumnElement[bool]:
    return and_(place.account != _CONTROL, place.allocation == NOTHING)


IS_FOUND_BY_DONOR = _found_by_donor(SUBACCOUNT.c)
"""That a place is found by its donor: those on the control account of pledges are found by the pledge, those
under an allocation by that."""


def is_about(about: ColumnElement[bool], called: ColumnElement[bool]) -> ColumnElement[bool]:
    """That an entry began or changed a document: by its column, or called as it."""
    return or_(and_(about, IS_OF_ANOTHER), and_(called, ENTRY.c.about == OWN_DOCUMENT))


def said_about(about: str, kind: str, reference: str) -> str:
    """The same for statements written out, each document by a sign for its name, kind and reference."""
    own = "kind || ':' || reference"
    changed = f"about = {about} AND about <> '' AND about <> {own}"
    return f"({changed} OR kind = {kind} AND reference = {reference} AND about = {own})"


def is_place_of(
    donor: BindParameter[str],
    is_wanted: Callable[[Any], Condition] = lambda _: true(),
    *,
    on_control: bool = True,
    allotted: bool = True,
) -> Condition:
    """That a place is a donor's, where it is on an account whose column ``is_wanted``.

    Whether that may be the control account of pledges, or one under an allocation, is said besides: what
    cannot be wanted is not looked for.
    """
    elsewhere = [_control_of(donor)] if on_control else []
    if allotted:
        # Few under one allocation: which of them are wanted is not asked of the index for each account.
        elsewhere.append(_allotted_to(donor))
    if not elsewhere:
        return IS_FOUND_BY_DONOR
    own = select(_OWNED.c.id).where(*_owned_by(donor), is_wanted(_OWNED.c.account))
    return SUBACCOUNT.c.id.in_(union_all(own, *elsewhere))


def _owned_by(donor: BindParameter[str], place: Any = _OWNED.c) -> tuple[Condition, ...]:
    return place.donor == donor, place.donor != NOTHING, _found_by_donor(place)


def _control_of(donor: BindParameter[str]) -> Select[Any]:
    """A donor's places on the control account: of its pledges, each of which has a place on another too."""
    here: Any = _OWNED.c
    pledges = select(here.pledge).where(*_owned_by(donor), here.pledge != NOTHING)
    return select(SUBACCOUNT.c.id).where(
        SUBACCOUNT.c.account == _CONTROL, SUBACCOUNT.c.pledge != NOTHING, SUBACCOUNT.c.pledge.in_(pledges)
    )


def _allotted_to(donor: BindParameter[str]) -> Select[Any]:
    """A donor's places under allocations: of those that took from its free money, as each has to."""
    free: Any = _HELD_FREE.c
    place: Any = _ALLOTTED.c
    taking = (
        select(ENTRY.c.reference)
        .join(LINE, LINE.c.number == ENTRY.c.number)
        .join(_HELD_FREE, LINE.c.subaccount == free.id)
        .where(*_owned_by(donor, free), free.account == _FREE)
        .where(LINE.c.amount > 0, ENTRY.c.kind == _ALLOCATION)
    )
    return select(place.id).where(place.allocation.in_(taking), place.donor == donor, place.pledge == NOTHING)
