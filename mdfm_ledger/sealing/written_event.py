"""An event as a record writes it: canonical JSON, straight from its fields."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import lru_cache
from operator import attrgetter, is_not, itemgetter, ne
from typing import Any, NamedTuple

import attrs

from mdfm_ledger.canonical import compact, quoted
from mdfm_ledger.codec import to_json
from mdfm_ledger.event import Event
from mdfm_ledger.events import EVENT_KINDS
from mdfm_ledger.money import Amount, minor_text
from mdfm_ledger.series import written_day


def event_text(event: Event, personal: str = "") -> str:
    """The canonical text of an event, with the digest of its personal details in their place, if any.

    It is the text of :func:`mdfm_ledger.codec.event_to_json` without those details; most fields are texts,
    amounts and dates, which need no values of JSON made of them first.
    """
    fields = _fields(event.event_kind)
    values = (*fields.of(event), personal)
    given = fields.given_as(tuple(map(is_not, values, fields.defaults)))
    if not given.is_sure:
        given = fields.given_as(tuple(map(ne, values, fields.defaults)))
    # Most values are texts.
    return given.text % tuple(
        [quoted(value) if type(value) is str else _written(value) for value in given.values(values)]
    )


class _Given(NamedTuple):
    """How events are written that have the same fields; the others hold what they are left out with."""

    values: Callable[[tuple[Any, ...]], tuple[Any, ...]]
    text: str
    """The members in the order of their names, with a sign for each value."""
    is_sure: bool
    """Whether none may be left out after all: a text equal to the field's own need not be the same object."""


class _Fields(NamedTuple):
    """The fields that are sealed with events of a kind, and last the digest of their personal details."""

    of: Callable[[Event], tuple[Any, ...]]
    defaults: tuple[object, ...]
    """The values with which they are left out; None where a field never is."""
    given_as: Callable[[tuple[bool, ...]], _Given]


@lru_cache(maxsize=64)
def _fields(kind: str) -> _Fields:
    shape = EVENT_KINDS[kind]
    fields = {field.name: (field.name, field.default) for field in attrs.fields(shape)}
    fields["event"] = ("event_kind", attrs.NOTHING)
    sealed = [(member, *fields[member]) for member in sorted(fields.keys() - set(shape.personal))]
    members = (*(member for member, _, _ in sealed), "personal")
    defaults = (*(None if default is attrs.NOTHING else default for _, _, default in sealed), "")

    @lru_cache(maxsize=1_024)
    def given_as(given: tuple[bool, ...]) -> _Given:
        there = sorted((member, at) for at, member in enumerate(members) if given[at])
        written = ",".join(f'"{member}":%s' for member, _ in there)
        return _Given(
            itemgetter(*(at for _, at in there)),
            f"{{{written}}}",
            not any(defaults[at] for _, at in there),
        )

    return _Fields(attrgetter(*(name for _, name, _ in sealed)), defaults, given_as)


def _written(value: object) -> str:
    """A value that is no text, as canonical JSON; most are amounts and dates."""
    if type(value) is Amount:
        return f'"{value.currency} {minor_text(value.minor, value.currency)}"'
    if type(value) is date:
        return f'"{written_day(value)}"'
    return compact(to_json(value))
