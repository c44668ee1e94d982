"""The record of an entry against its columns and line rows: written again from these, it is the same.

What does not agree is read whole, to name what it is. A finding is (check, what, expected, found).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from mdfm_ledger.audit.recount import LineTexts, Recount
from mdfm_ledger.audit.recount.own_amounts import StoredLines, own_values
from mdfm_ledger.audit.recount.whole import Found
from mdfm_ledger.canonical import canonical
from mdfm_ledger.codec import event_from_json, event_to_json, line_to_json
from mdfm_ledger.event import Event
from mdfm_ledger.evidence.merkle import leaf_hash, root_of
from mdfm_ledger.journal import JournalEntry
from mdfm_ledger.sealing.plain_event import plain_event
from mdfm_ledger.sealing.seal import (
    FUND,
    event_begins,
    event_value,
    header,
    part_texts,
    parts_of_one,
    salt_in,
    split_parts,
)
from mdfm_ledger.sealing.told import Told, told_by
from mdfm_ledger.sealing.unsealing import entry_of, with_detail
from mdfm_ledger.sealing.written_event import event_text
from mdfm_ledger.series import as_date, day_number, written_day

_HEX = re.compile(r"[0-9a-f]*\Z", re.ASCII)
_DONOR = '{"donor":'
_decode = json.JSONDecoder().raw_decode


def agreeing(row: Any, stored: StoredLines, recount: Recount) -> Told | None:
    """What the event of a record says, where columns and line rows, written out again, give its bytes."""
    number, day = row.number, row.day
    lines = recount.line_texts(stored, number, day)
    if lines is None:
        return None
    record = row.parts.decode()
    read = _told_in(record, row)
    if read is None:
        return None
    told, text = read
    columns = (row.kind, row.reference, row.approved_by, row.description, row.line_count)
    said = (told.event_kind, told.reference, told.approver, told.description, len(stored.rows))
    if columns != said or (row.reverses is None) is not (told.reverses is None):
        return None
    if not is_record(record, text, told, lines):
        return None
    filed = (row.about, row.actor, number, day_text(day), row.recorded_at, day_text(row.value_day))
    return told if header(told, filed, split_parts(row.parts)) == row.leaf else None


def is_record(record: str, text: str, told: Told, lines: LineTexts) -> bool:
    """Whether event and lines make this record, with the salts it has."""
    named = {*lines.donors, told.named_donor, FUND}
    if len(named) == 2:
        named.remove(FUND)
        return _of_one(record, text, named.pop(), lines)
    parts = record.split("\n")
    salts = {_donor_of(part): salt_in(part) for part in parts}
    return are_salts("".join(salts.values())) and (
        part_texts(text, told, lines.donors, lines.in_order(), salts.__getitem__) == parts
    )


def _of_one(record: str, text: str, donor: str, lines: LineTexts) -> bool:
    """The same where all is one donor's, as most is."""
    salt = salt_in(record)
    of_fund = salt_in(record[: record.find("\n")]) if lines.rest else ""
    parts = parts_of_one(text, donor, lines.donors, lines.own, lines.rest, salt, of_fund)
    return record == "\n".join(parts) and are_salts(salt + of_fund)


def are_salts(joined: str) -> bool:
    """Whether there is nothing but hexadecimal digits in it."""
    return _HEX.match(joined) is not None


def _told_in(record: str, row: Any) -> tuple[Told, str] | None:
    """What the event in the parts of an entry says, and its text; None where it is not written so."""
    begins = event_begins(record)
    plain = plain_event(row.kind, record, begins) if row.detail is None else None
    if plain is not None:
        told, ends = plain
        return told, record[begins:ends]
    value, text = event_value(record)
    event = event_from_json(with_detail(value, row.detail))
    if event_text(event, value.get("personal", "")) != text or not _detail_agrees(row.detail, value, event):
        return None
    return told_by(event), text


def _donor_of(part: str) -> str:
    """The donor of a part, or the fund."""
    return _decode(part, len(_DONOR))[0] if part.startswith(_DONOR) else FUND


def _detail_agrees(detail: bytes | None, value: dict[str, Any], event: Event) -> bool:
    """Whether personal details that are there are those whose digest the event holds."""
    if detail is None:
        return True
    if leaf_hash(detail).hex() != value.get("personal"):
        return False
    plain = event_to_json(event)
    kept = {name: plain[name] for name in event.personal if name in plain}
    return canonical({**kept, "salt": json.loads(detail).get("salt", "")}) == detail


@lru_cache(maxsize=4_096)
def day_text(day: int) -> str:
    """A stored day as a record writes it."""
    return written_day(as_date(day))


@lru_cache(maxsize=64)
def day_in(written: str) -> int:
    """A date as text as the number YYYYMMDD."""
    return int(written.replace("-", ""))


# -- what does not agree -----------------------------------------------------------------------------


def disagreements(row: Any, stored: StoredLines, recount: Recount) -> tuple[Event, list[Found]]:
    """The event of a record that does not agree, and what it is that does not.

    Raises what reading such bytes raises where they are those of no entry.
    """
    entry = entry_of(row.leaf, row.parts, row.detail)
    found = [*_columns(row, entry), *_lines(row, stored, entry, recount), *_bytes(row)]
    found = found or [("numbered", "record", "what columns and lines give", "something else")]
    return entry.event, found


def _bytes(row: Any) -> Iterator[Found]:
    """What of the bytes is not as it is written, or not what the leaf says."""
    parts = split_parts(row.parts)
    for what, text in (("leaf", row.leaf), *((f"part {at}", part) for at, part in enumerate(parts, start=1))):
        if canonical(json.loads(text)) != text:
            yield ("numbered", what, "canonical bytes", "another spelling")
    root = root_of([leaf_hash(part) for part in parts]).hex()
    leaf = json.loads(row.leaf)
    if (leaf.get("parts"), leaf.get("parts_root")) != (len(parts), root):
        yield ("numbered", "parts under the leaf", leaf.get("parts_root"), root)
    personal = event_value(row.parts.decode())[0].get("personal")
    if row.detail is not None and leaf_hash(row.detail).hex() != personal:
        yield ("personal-details", "details against the leaf", personal, leaf_hash(row.detail).hex())


def _columns(row: Any, entry: JournalEntry) -> Iterable[Found]:
    event = entry.event
    expected = (
        entry.number,
        event.event_kind,
        event.reference,
        entry.about,
        day_number(entry.on),
        day_number(entry.value_date),
        entry.actor,
        event.approver,
        event.description,
        len(entry.lines),
        event.reverses is not None,
    )
    found = (
        row.number,
        row.kind,
        row.reference,
        row.about,
        row.day,
        row.value_day,
        row.actor,
        row.approved_by,
        row.description,
        row.line_count,
        row.reverses is not None,
    )
    if expected != found:
        for one, other in zip(expected, found, strict=True):
            if one != other:
                yield ("columns", "a column against the leaf", one, other)
    if f'"recorded_at":"{row.recorded_at}"'.encode() not in row.leaf:
        yield ("columns", "recorded_at against the leaf", entry.recorded_at, row.recorded_at)
    leaf = json.loads(row.leaf)
    for name, said in (
        ("kind", event.event_kind),
        ("reference", event.reference),
        ("approved_by", event.approver),
        ("evidence", event.evidence),
        ("reason", event.stated_reason),
    ):
        if leaf.get(name, "") != said:
            yield ("columns", f"{name} of the leaf against its event", said, leaf.get(name, ""))


def _lines(row: Any, stored: StoredLines, entry: JournalEntry, recount: Recount) -> Iterable[Found]:
    found = [(recount.place(place), amount, own) for (_, place, _, amount), own in stored.pairs()]
    leaf = [(line.subaccount, line.signed, own_values(line.own)) for line in entry.lines]
    if found != leaf:
        expected = [line_to_json(line) for line in entry.lines]
        yield ("lines", "line rows against the leaf", expected, found)
    if any(day != row.day or number != row.number for number, _, day, _ in stored.rows):
        days = [day for _, _, day, _ in stored.rows]
        yield ("lines", "date of a line", row.day, days)
