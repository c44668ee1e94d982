"""Entries as most are, looked at in one go: of one donor, with lines as those of many others.

Nothing less is asked of them than of all. But the answer is no more than whether all is as it should be: an
entry that is not, or is not so simple, is looked at check by check, which says what is wrong with it.
"""

from __future__ import annotations

from typing import Any

from mdfm_ledger.compared import are_salts, day_in, day_text
from mdfm_ledger.fields import same_person
from mdfm_ledger.merkle import leaf_hash
from mdfm_ledger.plain_event import plain_event
from mdfm_ledger.recount import Recount
from mdfm_ledger.recount.alike import Alike, record_of
from mdfm_ledger.seal import Filed, event_begins, header, salt_in, split_parts
from mdfm_ledger.told import Told
from mdfm_ledger.unsealing import UNREADABLE


def holds(position: int, row: Any, rows: list[Any], recount: Recount) -> bool:
    """Whether the entry that is to have this number is an ordinary one, and right; it is added up then.

    None of its lines has an own amount.
    """
    kind = row.kind
    if row.number != position or row.detail is not None:
        return False
    try:
        if not recount.is_ordinary(kind, row):
            return False
        alike = recount.alike(rows, position, row.day)
        if alike is None:
            return False
        record = row.parts.decode()
        begins = event_begins(record)
        plain = plain_event(kind, record, begins)
        if plain is None:
            return False
        told, ends = plain
        return (
            row.line_count == len(rows)
            and _columns_agree(row, told)
            and _is_record(record, record[begins:ends], told, alike)
            and _is_leaf(row, told)
            and recount.takes(row, told, alike)
        )
    except UNREADABLE:
        return False


def _columns_agree(row: Any, told: Told) -> bool:
    """Whether the columns say what the event says, and nobody approved what is their own."""
    approver = told.approver
    return (
        row.reference == told.reference
        and row.approved_by == approver
        and row.description == told.description
        and told.reverses is None
        and not told.corrects
        and not (approver and same_person(approver, row.actor))
    )


def _is_record(record: str, text: str, told: Told, alike: Alike) -> bool:
    """Whether event and lines make this record, with the salts it has."""
    shape, _, donor, _ = alike
    if told.named_donor not in ("", donor):
        return False
    salt = salt_in(record)
    of_fund = salt_in(record[: record.find("\n")]) if shape.has_fund else ""
    return record == record_of(alike, text, salt, of_fund) and are_salts(salt + of_fund)


def _is_leaf(row: Any, told: Told) -> bool:
    """Whether columns, event and parts make this leaf, which has this seal and no later day than its own."""
    leaf, day, value_day, recorded_at = row.leaf, row.day, row.value_day, row.recorded_at
    today = day_in(recorded_at[:10])
    if leaf_hash(leaf) != row.seal or day > today or value_day > today:
        return False
    filed = Filed(row.about, row.actor, row.number, day_text(day), recorded_at, day_text(value_day))
    return bool(header(told, filed, split_parts(row.parts)) == leaf)
