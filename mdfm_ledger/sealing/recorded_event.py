"""Events out of the record, for reports: what was checked when it was recorded is not checked again.

Verify reads the same events with every check. The checks cost more than half of reading, and a report on
all donors reads tens of thousands.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

from attrs import NOTHING, fields, resolve_types

from mdfm_ledger.books.documents import SIGNED, PledgePromise
from mdfm_ledger.codec import event_from_json, structure_hook
from mdfm_ledger.errors import LedgerError
from mdfm_ledger.event import Event
from mdfm_ledger.events import EVENT_KINDS, Pledge
from mdfm_ledger.fields import parse_day
from mdfm_ledger.money import Amount

_Field = tuple[str, Any, Callable[[Any, Any], Any] | None, Any, Callable[[Event, Any], None]]
"""A field's name and default, what reads its JSON value (None where it stands as it is), type and setter."""


class _Shape(NamedTuple):
    """How the events of a kind are read."""

    kind: type[Event]
    names: frozenset[str]
    required: frozenset[str]
    fields: tuple[_Field, ...]


def recorded_event(value: dict[str, Any]) -> Event:
    """The event of JSON values that were read from a record.

    What is not as it is always written is read again with all checks: those name what is wrong.
    """
    shape = _shape(value.get("event", ""))
    if shape is None or not shape.required <= value.keys() <= shape.names:
        return event_from_json(value)
    event: Event = object.__new__(shape.kind)
    try:
        for name, default, read, kind, put in shape.fields:
            given = value.get(name, default)
            put(event, given if read is None or given is default else read(given, kind))
    except _MISREAD:
        return event_from_json(value)
    return event


_PLEDGED = frozenset({"event", "reference", "term", "donor", "on", "amount"})
_PLAINLY = _PLEDGED | {"status", "earmark", "origin"}
_read_amount = structure_hook(Amount)
_read_day = lru_cache(maxsize=4_096)(parse_day)


def recorded_promise(value: dict[str, Any]) -> PledgePromise | None:
    """What a pledge promises, without making the event: there are more pledges than other documents.

    None for other events, and for a pledge with instalments or conditions or not as it is always written.
    """
    if value.get("event") != Pledge.event_kind or not _PLEDGED <= value.keys() <= _PLAINLY:
        return None
    try:
        on = _read_day(value["on"])
        return PledgePromise(
            reference=value["reference"],
            term=value["term"],
            donor=value["donor"],
            on=on,
            changed_on=on,
            status=value.get("status", SIGNED),
            amount=_read_amount(value["amount"], Amount),
            earmark=value.get("earmark", ""),
            instalments=(),
        )
    except _MISREAD:
        return None


_MISREAD = (ExceptionGroup, LedgerError, TypeError, ValueError)


@lru_cache(maxsize=64)
def _shape(name: str) -> _Shape | None:
    kind = EVENT_KINDS.get(name)
    if kind is None:
        return None
    known = fields(resolve_types(kind))
    return _Shape(
        kind=kind,
        names=frozenset({"event", *(one.name for one in known)}),
        required=frozenset(one.name for one in known if one.default is NOTHING),
        fields=tuple(
            (one.name, one.default, _reader(one.type), one.type, getattr(kind, one.name).__set__)
            for one in known
        ),
    )


def _reader(shape: Any) -> Callable[[Any, Any], Any] | None:
    return None if shape in (str, int, bool) else structure_hook(shape)
