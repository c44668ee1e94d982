"""Conditions said as the indexes say them that leave rows out: else those do not answer."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BindParameter, ColumnElement, and_, literal_column, or_, select, union_all

from mdfm_ledger.chart import PLEDGE_CONTROL
from mdfm_ledger.store.schema import ENTRY, IS_OF_ANOTHER, NOTHING, OWN_DOCUMENT, SUBACCOUNT

_CONTROL: ColumnElement[str] = literal_column(f"'{PLEDGE_CONTROL}'")
_OWNED = SUBACCOUNT.alias("owned")

IS_NO_CONTROL = SUBACCOUNT.c.account != _CONTROL
"""That a place is found by its donor: those on the control account of pledges are found by the pledge."""


def is_about(about: ColumnElement[bool], called: ColumnElement[bool]) -> ColumnElement[bool]:
    """That an entry began or changed a document: by its column, or called as it."""
    return or_(and_(about, IS_OF_ANOTHER), and_(called, ENTRY.c.about == OWN_DOCUMENT))


def said_about(about: str, kind: str, reference: str) -> str:
    """The same for statements written out, each document by a sign for its name, kind and reference."""
    own = "kind || ':' || reference"
    changed = f"about = {about} AND about <> '' AND about <> {own}"
    return f"({changed} OR kind = {kind} AND reference = {reference} AND about = {own})"


def is_place_of(donor: BindParameter[str]) -> ColumnElement[bool]:
    """That a place is a donor's, on any account: a pledge has places on others than the control account."""
    here: Any = _OWNED.c
    own = (here.donor == donor, here.donor != NOTHING, here.account != _CONTROL)
    pledges = select(here.pledge).where(*own, here.pledge != NOTHING)
    control = select(SUBACCOUNT.c.id).where(
        SUBACCOUNT.c.account == _CONTROL, SUBACCOUNT.c.pledge != NOTHING, SUBACCOUNT.c.pledge.in_(pledges)
    )
    return SUBACCOUNT.c.id.in_(union_all(select(here.id).where(*own), control))
