"""From the stored record of an entry to its value again."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from mdfm_ledger.books.documents import PledgePromise
from mdfm_ledger.codec import event_from_json, line_from_json
from mdfm_ledger.errors import CorruptLedgerError, LedgerError
from mdfm_ledger.event import Event
from mdfm_ledger.events import EVENT_KINDS
from mdfm_ledger.fields import WITHHELD, parse_day
from mdfm_ledger.journal import JournalEntry
from mdfm_ledger.sealing.recorded_event import recorded_event, recorded_promise
from mdfm_ledger.sealing.seal import event_value, lines_in, split_parts

UNREADABLE = (
    LedgerError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    RecursionError,
)
"""What reading a record may raise whose bytes are not those of an entry."""


def entry_of(leaf: bytes, parts: bytes, detail: bytes | None) -> JournalEntry:
    """The entry of a record; ``detail`` is None where there are no personal details, or no longer.

    Raises CorruptLedgerError where the bytes are not those of an entry.
    """
    try:
        return _entry_of(leaf, parts, detail)
    except UNREADABLE as error:
        raise _not_an_entry(error) from error


def _not_an_entry(error: Exception) -> CorruptLedgerError:
    return CorruptLedgerError(number=0, what="a record", expected="an entry", found=repr(error)[:200])


def _entry_of(leaf: bytes, parts: bytes, detail: bytes | None) -> JournalEntry:
    known = json.loads(leaf)
    values = [json.loads(part) for part in split_parts(parts)]
    (event,) = (value["event"] for value in values if "event" in value)
    return JournalEntry(
        number=known["number"],
        event=event_from_json(with_detail(event, detail)),
        lines=tuple(line_from_json(line) for line in lines_in(values)),
        on=parse_day(known["on"]),
        value_date=parse_day(known.get("value_date", known["on"])),
        recorded_at=datetime.fromisoformat(known["recorded_at"]),
        actor=known["actor"],
        about=known.get("about", ""),
    )


def event_of(parts: bytes, detail: bytes | None) -> Event:
    """The event of a record, without reading its lines. Raises as :func:`entry_of`."""
    try:
        value, _ = event_value(parts.decode())
        return event_from_json(with_detail(value, detail))
    except UNREADABLE as error:
        raise _not_an_entry(error) from error


def reported_event(parts: bytes, detail: bytes | None) -> Event:
    """The event of a record, as reports read it: what was checked when it was recorded is not again."""
    value, _ = event_value(parts.decode())
    return recorded_event(with_detail(value, detail))


def reported_promise(parts: bytes) -> PledgePromise | None:
    """What the pledge of a record promises, as reports read it; None where it takes reading the event."""
    value, _ = event_value(parts.decode())
    return recorded_promise(value)


def with_detail(event: dict[str, Any], detail: bytes | None) -> dict[str, Any]:
    """The JSON value of an event with its personal details in their place; those erased read as withheld."""
    if "personal" not in event:
        return event
    kind = EVENT_KINDS.get(event["event"])
    plain = {name: value for name, value in event.items() if name != "personal"}
    if detail is None:
        return plain | dict.fromkeys(kind.personal if kind else (), WITHHELD)
    found = json.loads(detail)
    return plain | {name: value for name, value in found.items() if name != "salt"}
