"""An event as a record writes it: canonical JSON, straight from its fields."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import lru_cache
from operator import attrgetter
from typing import Any, NamedTuple

import attrs

from mdfm_ledger.canonical import compact, quoted
from mdfm_ledger.codec import to_json
from mdfm_ledger.event import Event
from mdfm_ledger.events import EVENT_KINDS
from mdfm_ledger.money import Amount, minor_text


def event_text(event: Event, personal: str = "") -> str:
    """The canonical text of an event, with the digest of its personal details in their place, if any.

    It is the text of :func:`mdfm_ledger.codec.event_to_json` without those details; most fields are texts,
    amounts and dates, which need no values of JSON made of them first.
    """
    fields = _fields(event.event_kind)
    members = [
        begins + (quoted(value) if type(value) is str else _written(value))
        for value, (begins, default) in zip(fields.of(event), fields.members, strict=True)
        if value is not default and (default is attrs.NOTHING or value != default)
    ]
    if personal:
        members.append(f'"personal":{quoted(personal)}')
        members.sort()
    return f"{{{','.join(members)}}}"


class _Fields(NamedTuple):
    """The fields that are sealed with an event, by name: how to read them all, and their members."""

    of: Callable[[Event], tuple[Any, ...]]
    members: tuple[tuple[str, object], ...]
    """How the member of each begins, and the value with which it is left out."""


@lru_cache(maxsize=64)
def _fields(kind: str) -> _Fields:
    shape = EVENT_KINDS[kind]
    fields = {field.name: (field.name, field.default) for field in attrs.fields(shape)}
    fields["event"] = ("event_kind", attrs.NOTHING)
    sealed = [(member, *fields[member]) for member in sorted(fields.keys() - set(shape.personal))]
    return _Fields(
        attrgetter(*(name for _, name, _ in sealed)),
        tuple((f'"{member}":', default) for member, _, default in sealed),
    )


def _written(value: object) -> str:
    """A value that is no text, as canonical JSON; most are amounts and dates."""
    if type(value) is Amount:
        return f'"{value.currency} {minor_text(value.minor, value.currency)}"'
    if type(value) is date:
        return f'"{value.isoformat()}"'
    return compact(to_json(value))
