"""Entries as most are, looked at in one go: their events are written as most are, and all agrees.

Nothing less is asked of them than of all. But the answer is no more than whether all is as it should be: an
entry that is not, or is not so simple, is looked at check by check, which says what is wrong with it. Most
are of one donor, with lines as those of many others, and are added up with those.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter
from typing import Any, NamedTuple

from mdfm_ledger.audit.compared import are_salts, day_in, day_text, is_record
from mdfm_ledger.audit.recount import Recount
from mdfm_ledger.audit.recount.alike import Alike, record_of
from mdfm_ledger.audit.recount.own_amounts import OwnRows, StoredLines
from mdfm_ledger.evidence.merkle import leaf_hash
from mdfm_ledger.fields import same_person
from mdfm_ledger.sealing.plain_event import plain_event
from mdfm_ledger.sealing.seal import event_begins, header, salt_in, split_parts
from mdfm_ledger.sealing.told import Told
from mdfm_ledger.sealing.unsealing import UNREADABLE


class Entry(NamedTuple):
    """An entry as it is stored."""

    position: int
    """The number it is to have."""
    row: Any
    rows: list[Any]
    """Its lines."""
    foreign: OwnRows
    """Their own amounts."""


Agreed = tuple[Told, Alike | None]
"""What the event of an entry says that agrees with its record, and its lines where they are as others'."""


def told(entries: Iterable[Entry], recount: Recount) -> Iterator[tuple[Entry, Agreed | None]]:
    """Each entry, with what is said of it where columns and lines agree with its record.

    What was read before an entry that cannot be read comes first.
    """
    some: list[Entry] = []
    try:
        for entry in entries:
            some.append(entry)
            if len(some) == _IN_A_ROW:
                yield from _agreeing(some, recount)
                some = []
    except Exception:
        yield from _agreeing(some, recount)
        raise
    yield from _agreeing(some, recount)


# One question is asked of so many before the next: asked many times in a row each is answered quicker.
_IN_A_ROW = 100


def _agreeing(entries: Sequence[Entry], recount: Recount) -> Iterator[tuple[Entry, Agreed | None]]:
    recount.make_room()
    read = [_read(entry.position, entry.row) for entry in entries]
    leaves = [one and _is_leaf(entry.row, one) for entry, one in zip(entries, read, strict=True)]
    agreed = [
        _agreed(entry, one, recount) if one and is_leaf else None
        for entry, one, is_leaf in zip(entries, read, leaves, strict=True)
    ]
    return zip(entries, agreed, strict=True)


_Read = tuple[str, str, Told]
"""The parts of an entry as text, of that the text of its event, and what the event says."""


def _read(position: int, row: Any) -> _Read | None:
    """An entry that has the number it is to have, and columns that say what its event says."""
    if row.number != position or row.detail is not None:
        return None
    try:
        record = row.parts.decode()
        begins = event_begins(record)
        plain = plain_event(row.kind, record, begins)
        if plain is None or not _columns_agree(row, plain[0]):
            return None
        told, ends = plain
        return record, record[begins:ends], told
    except UNREADABLE:
        return None


def _agreed(entry: Entry, read: _Read, recount: Recount) -> Agreed | None:
    position, row, rows, foreign = entry
    record, text, told = read
    try:
        alike = None if foreign else recount.alike(rows, position, row.day)
        if alike:
            agrees = _is_record_of(record, text, told, alike)
        else:
            lines = recount.line_texts(StoredLines(rows, foreign), position, row.day)
            agrees = lines is not None and is_record(record, text, told, lines)
        return (told, alike) if agrees and row.line_count == len(rows) else None
    except UNREADABLE:
        return None


def _columns_agree(row: Any, told: Told) -> bool:
    """Whether the columns say what the event says, and nobody approved what is their own."""
    approver = told.approver
    return (
        _columns(row) == _said(told)
        and not told.corrects
        and not (approver and same_person(approver, row.actor))
    )


_columns = attrgetter("kind", "reference", "approved_by", "description", "reverses")
_said = attrgetter("event_kind", "reference", "approver", "description", "reverses")


def _is_record_of(record: str, text: str, told: Told, alike: Alike) -> bool:
    """Whether event and lines make this record, with the salts it has, where lines are as others'."""
    shape, _, donor, _ = alike
    if told.named_donor not in ("", donor):
        return False
    salt = salt_in(record)
    of_fund = salt_in(record[: record.find("\n")]) if shape.has_fund else ""
    return record == record_of(alike, text, salt, of_fund) and are_salts(salt + of_fund)


def _is_leaf(row: Any, read: _Read) -> bool:
    """Whether columns, event and parts make this leaf, which has this seal and no later day than its own."""
    _, _, told = read
    try:
        leaf, day, value_day, recorded_at = row.leaf, row.day, row.value_day, row.recorded_at
        today = day_in(recorded_at[:10])
        if leaf_hash(leaf) != row.seal or day > today or value_day > today:
            return False
        filed = (row.about, row.actor, row.number, day_text(day), recorded_at, day_text(value_day))
        return bool(header(told, filed, split_parts(row.parts)) == leaf)
    except UNREADABLE:
        return False
