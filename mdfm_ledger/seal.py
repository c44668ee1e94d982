"""The exact bytes of an entry that are stored as the record, and their digest.

The bytes are canonical JSON, the RFC 8785 subset without floats and nulls: keys sorted, no spaces,
UTF-8. The digest is the leaf hash of RFC 6962 (SHA-256 over a zero byte and the leaf), so that a
tree over the entries can be built from what is stored.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from functools import lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from mdfm_ledger.chart import DIMENSIONS
from mdfm_ledger.codec import event_to_json, own_to_json, time_text
from mdfm_ledger.journal import JournalEntry, OwnAmount, Subaccount
from mdfm_ledger.money import minor_text

if TYPE_CHECKING:
    from mdfm_ledger.event import Event

_quoted = json.encoder.encode_basestring


def canonical(value: Any) -> bytes:
    """The canonical bytes of plain JSON values: objects, arrays, texts, whole numbers, true and false.

    Raises TypeError for a float or a null, which have no place in a record. All keys are ASCII, so
    code point order is the UTF-16 order RFC 8785 asks for.
    """
    return canonical_text(value).encode()


def canonical_text(value: Any) -> str:
    """The same as text, for joining."""
    if type(value) is str:
        return _quoted(value)
    if type(value) is dict:
        return "{" + ",".join([f"{_quoted(key)}:{canonical_text(value[key])}" for key in sorted(value)]) + "}"
    if type(value) in (list, tuple):
        return "[" + ",".join([canonical_text(item) for item in value]) + "]"
    if type(value) is bool:
        return "true" if value else "false"
    if type(value) is int:
        return str(value)
    raise TypeError(f"{type(value).__name__} is not written in a record")


# The same rules in C, for values that hold no float and no null by construction.
_compact = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def event_text(event: Event) -> str:
    """The canonical text of an event."""
    return _compact(event_to_json(event))


def leaf_of(entry: JournalEntry) -> bytes:
    """The canonical bytes of an entry: those of its JSON values, joined from parts encoded once."""
    before = before_event(about=entry.about, actor=entry.actor)
    after = after_event(
        lines=[line_text(line.subaccount, line.signed, line.own) for line in entry.lines],
        number=entry.number,
        on=entry.on.isoformat(),
        recorded_at=time_text(entry.recorded_at),
        value_date=entry.value_date.isoformat(),
    )
    return f"{before}{event_text(entry.event)}{after}".encode()


def before_event(*, about: str, actor: str) -> str:
    """What stands before the event in a leaf."""
    about_member = f'"about":{_quoted(about)},' if about else ""
    return f'{{{about_member}"actor":{_quoted(actor)},"event":'


def after_event(*, lines: Sequence[str], number: int, on: str, recorded_at: str, value_date: str) -> str:
    """What stands after the event in a leaf; ``lines`` are canonical already."""
    return (
        f',"lines":[{",".join(lines)}],"number":{number},"on":"{on}"'
        f',"recorded_at":"{recorded_at}","v":1,"value_date":"{value_date}"}}'
    )


def line_text(place: Subaccount, signed: int, own: OwnAmount | None = None) -> str:
    """A line in canonical form; ``signed`` is in minor units, debit positive."""
    around = around_amount(place)
    return line_from(around if own is None else with_own(around, own), place.currency, signed)


Around = tuple[str, str, str]
"""What stands before the digits, between digits and side, and after the side of a line."""


def line_from(around: Around, currency: str, signed: int) -> str:
    """A line in canonical form, from what stands around its digits and its side."""
    before, between, after = around
    if signed > 0:
        return f"{before}{minor_text(signed, currency)}{between}debit{after}"
    return f"{before}{minor_text(-signed, currency)}{between}credit{after}"


def with_own(around: Around, own: OwnAmount) -> Around:
    """What stands around the digits of a line that has an own amount.

    Only cash at bank has one, and of its members none comes between ``own`` and ``side``.
    """
    before, between, after = around
    return before, between.replace(_SIDE, f'"own":{canonical_text(own_to_json(own))},{_SIDE}'), after


_SIDE = '"side":"'


@lru_cache(maxsize=16_384)
def around_amount(place: Subaccount) -> Around:
    """What stands around the digits and the side of a line on this place."""
    return around_amount_of(place)


def around_amount_of(values: tuple[str, ...]) -> Around:
    """The same, from account, term, currency and the dimensions in their order."""
    before = _members(_BEFORE_AMOUNT, _values_before(values))
    between = _members(_AFTER_AMOUNT, _values_after(values))
    return f'{{{before}"amount":"{values[2]} ', f'",{between}{_SIDE}', f'","term":{_quoted(values[1])}}}'


def _members(names: Sequence[str], values: Sequence[str]) -> str:
    given = zip(names, values, strict=True)
    return "".join([f'"{name}":{_quoted(value)},' for name, value in given if value])


# The members of a line in the order of their names, before and after ``amount``; side and term come last.
_AT = {"account": 0} | {name: at for at, name in enumerate(DIMENSIONS, start=3)}
_BEFORE_AMOUNT = sorted(name for name in _AT if name < "amount")
_AFTER_AMOUNT = sorted(name for name in _AT if name > "amount")
_values_before = itemgetter(*(_AT[name] for name in _BEFORE_AMOUNT))
_values_after = itemgetter(*(_AT[name] for name in _AFTER_AMOUNT))


def leaf_digest(leaf: bytes) -> bytes:
    """The 32-byte digest of an entry's canonical bytes."""
    return hashlib.sha256(b"\x00" + leaf).digest()
