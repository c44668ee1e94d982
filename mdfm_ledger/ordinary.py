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
from mdfm_ledger.recount.alike import Alike
from mdfm_ledger.recount.own_amounts import StoredLines
from mdfm_ledger.seal import Filed, event_begins, header, parts_of_one, salt_in, split_parts
from mdfm_ledger.told import Told
from mdfm_ledger.unsealing import UNREADABLE


def holds(position: int, row: Any, stored: StoredLines, recount: Recount) -> bool:
    """Whether the entry that is to have this number is an ordinary one, and right; it is added up then."""
    rows, foreign = stored
    if foreign or row.number != position or row.detail is not None:
        return False
    try:
        if not recount.is_ordinary(row.kind, row):
            return False
        alike = recount.alike(rows, position, row.day)
        if alike is None:
            return False
        record = row.parts.decode()
        begins = event_begins(record)
        plain = plain_event(row.kind, record, begins)
        if plain is None:
            return False
        told, ends = plain
        return (
            _columns_agree(row, told, len(rows))
            and _is_dated_before(row)
            and _lines_agree(record, record[begins:ends], told, alike)
            and _leaf_agrees(row, told)
            and recount.takes(row, told, alike)
        )
    except UNREADABLE:
        return False


def _columns_agree(row: Any, told: Told, lines: int) -> bool:
    """Whether the columns say what the event says, and nobody approved what is their own."""
    approver = told.approver
    return (
        (row.reference, row.approved_by, row.description) == (told.reference, approver, told.description)
        and row.line_count == lines
        and told.reverses is None
        and not told.corrects
        and not (approver and same_person(approver, row.actor))
    )


def _is_dated_before(row: Any) -> bool:
    """Whether it is of no later day than it was recorded on."""
    today = day_in(row.recorded_at[:10])
    return bool(row.day <= today and row.value_day <= today)


def _lines_agree(record: str, text: str, told: Told, alike: Alike) -> bool:
    """Whether event and lines make this record, with the salts it has."""
    donor = alike.donor
    if not donor or told.named_donor not in ("", donor):
        return False
    own, rest = alike.texts()
    salt = salt_in(record)
    of_fund = salt_in(record[: record.find("\n")]) if rest else ""
    parts = parts_of_one(text, donor, alike.shape.donors, own, rest, salt, of_fund)
    return record == "\n".join(parts) and are_salts(salt + of_fund)


def _leaf_agrees(row: Any, told: Told) -> bool:
    """Whether the leaf is what columns, event and parts give, and has this seal."""
    leaf = row.leaf
    filed = Filed(
        row.about, row.actor, row.number, day_text(row.day), row.recorded_at, day_text(row.value_day)
    )
    return bool(leaf_hash(leaf) == row.seal) and header(told, filed, split_parts(row.parts)) == leaf
