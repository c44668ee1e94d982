"""Events straight from the text of a record, where they are written as almost all are.

One pattern a kind says what its canonical text looks like when every value is in a form the field mostly
has. What matches is canonical, whole and holds no value the fields would refuse: there is no need to take
it apart as JSON, check it field by field and write it out again. What does not match may still be an
event; that is read with every check.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable
from functools import lru_cache
from itertools import repeat
from operator import attrgetter, call
from typing import Any, NamedTuple

from attrs import NOTHING, Attribute, fields, resolve_types

from mdfm_ledger.errors import LedgerError
from mdfm_ledger.event import Event
from mdfm_ledger.events import EVENT_KINDS
from mdfm_ledger.written_field import Form, form_of

_Put = Callable[[Event, Any], None]


class _Kind(NamedTuple):
    """How the events of a kind are written and read."""

    kind: type[Event]
    match: Callable[[str, int], re.Match[str] | None]
    read: tuple[tuple[int, Callable[[str], Any] | None, Any], ...]
    """The fields that are not just a text or none, by position: what reads them, and their defaults."""
    others: tuple[Any, ...]
    """The defaults of the fields that are never written so."""
    put: tuple[_Put, ...]
    """What sets each field, in the order of the groups, then of the others."""
    check: Callable[[Event], None] | None
    """What is asked of the fields together."""


def plain_event(kind: str, text: str, begins: int) -> tuple[Event, int] | None:
    """The event of a kind that stands in a text from a position on, and where it ends.

    None where it is not written as most are.
    """
    known = _known(kind)
    found = known and known.match(text, begins)
    if not known or not found:
        return None
    values: list[Any] = list(found.groups(""))
    event: Event = object.__new__(known.kind)
    try:
        for at, read, default in known.read:
            given = values[at]
            if not given:
                values[at] = default
            elif read is not None:
                values[at] = read(given)
        values += known.others
        # One call for all: most of what reading an event costs is setting its many fields.
        deque(map(call, known.put, repeat(event), values), maxlen=0)
        if known.check:
            known.check(event)
    except (LedgerError, ValueError):
        return None
    return event, found.end()


@lru_cache(maxsize=128)
def _known(name: str) -> _Kind | None:
    kind = EVENT_KINDS.get(name)
    if kind is None or kind.personal or kind.version != 1:
        return None
    known = sorted(fields(resolve_types(kind)), key=attrgetter("name"))
    written = [(one, form) for one in known if (form := form_of(one))]
    others = [one for one in known if not form_of(one)]
    if any(one.default is NOTHING for one in others):
        return None
    return _Kind(
        kind=kind,
        match=re.compile(_pattern(name, written), re.ASCII).match,
        read=tuple(
            (at, form.read, one.default)
            for at, (one, form) in enumerate(written)
            if form.read or one.default not in ("", NOTHING)
        ),
        others=tuple(one.default for one in others),
        put=tuple(_put(kind, one) for one in (*(one for one, _ in written), *others)),
        check=getattr(kind, "__attrs_post_init__", None),
    )


def _put(kind: type[Event], one: Attribute[Any]) -> _Put:
    put: _Put = getattr(kind, one.name).__set__
    return put


def _pattern(name: str, written: list[tuple[Attribute[Any], Form]]) -> str:
    """The members in the order of their names, with that of the kind among them."""
    before = [_member(one, form, "{},") for one, form in written if one.name < "event"]
    after = [_member(one, form, ",{}") for one, form in written if one.name > "event"]
    return rf'\{{{"".join(before)}"event":"{name}"{"".join(after)}\}}'


def _member(one: Attribute[Any], form: Form, joined: str) -> str:
    member = joined.format(f'"{one.name}":"({form.pattern})"')
    return member if one.default is NOTHING else f"(?:{member})?"
