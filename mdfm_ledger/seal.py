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
from typing import TYPE_CHECKING, Any

from mdfm_ledger.chart import DIMENSIONS
from mdfm_ledger.codec import event_to_json, time_text
from mdfm_ledger.journal import JournalEntry, Subaccount
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
    return leaf_from(
        about=entry.about,
        actor=entry.actor,
        event=event_text(entry.event),
        lines=[line_text(line.subaccount, line.signed) for line in entry.lines],
        number=entry.number,
        on=entry.on.isoformat(),
        recorded_at=time_text(entry.recorded_at),
        value_date=entry.value_date.isoformat(),
    )


def leaf_from(  # noqa: PLR0913 - one argument for each member of a leaf
    *,
    about: str,
    actor: str,
    event: str,
    lines: Sequence[str],
    number: int,
    on: str,
    recorded_at: str,
    value_date: str,
) -> bytes:
    """The canonical bytes of an entry from its parts; ``event`` and ``lines`` are canonical already."""
    about_member = f'"about":{_quoted(about)},' if about else ""
    return (
        f'{{{about_member}"actor":{_quoted(actor)},"event":{event},"lines":[{",".join(lines)}]'
        f',"number":{number},"on":"{on}","recorded_at":"{recorded_at}","v":1,"value_date":"{value_date}"}}'
    ).encode()


def line_text(place: Subaccount, signed: int) -> str:
    """A line in canonical form; ``signed`` is in minor units, debit positive."""
    before, between, after = around_amount(place)
    side = "debit" if signed > 0 else "credit"
    return f"{before}{minor_text(abs(signed), place.currency)}{between}{side}{after}"


@lru_cache(maxsize=16_384)
def around_amount(place: Subaccount) -> tuple[str, str, str]:
    """What stands before the digits, between digits and side, and after the side of a line here."""
    given = dict(zip(DIMENSIONS, place.dimensions, strict=True)) | {"account": place.account}
    members = [f'"{name}":{_quoted(given[name])},' for name in _NAMES if given[name]]
    before = "".join([member for member in members if member < '"amount"'])
    between = "".join([member for member in members if member > '"amount"'])
    return (
        f'{{{before}"amount":"{place.currency} ',
        f'",{between}"side":"',
        f'","term":{_quoted(place.term)}}}',
    )


# The members of a line in the order of their names; after them come its side and its term.
_NAMES = sorted(("account", *DIMENSIONS))


def leaf_digest(leaf: bytes) -> bytes:
    """The 32-byte digest of an entry's canonical bytes."""
    return hashlib.sha256(b"\x00" + leaf).digest()
