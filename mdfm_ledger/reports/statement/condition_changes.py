"""What a donor asked for of its pledges before, and since when it asks for something else."""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter

from mdfm_ledger.books.documents import PledgePromise
from mdfm_ledger.condition_change import ConditionChange
from mdfm_ledger.reports.document import Column, ColumnKind, Note, Row, Section, Table, text


def condition_changes(promises: Mapping[str, PledgePromise]) -> tuple[ConditionChange, ...]:
    """All changes of these pledges by date; those of one day by pledge."""
    changes = (change for promise in promises.values() for change in promise.condition_changes)
    return tuple(sorted(changes, key=attrgetter("on", "pledge")))


def condition_changes_section(changes: tuple[ConditionChange, ...]) -> tuple[Section, ...]:
    """The section of a statement; none where nothing was changed."""
    columns = (
        Column(key="on", kind=ColumnKind.DATE),
        *(
            Column(key=key, kind=ColumnKind.TEXT)
            for key in ("pledge", "amendment", "condition", "asked_before", "asked_since")
        ),
    )
    shown = tuple(
        Row(
            cells=(
                one.on,
                one.pledge,
                one.amendment,
                text(f"condition.{one.condition}"),
                ", ".join(one.before) or None,
                ", ".join(one.after) or None,
            )
        )
        for one in changes
    )
    table = Table(key="condition_changes", columns=columns, rows=shown)
    section = Section(key="condition_changes", blocks=(table, Note(text=text("note.condition_changes"))))
    return (section,) if changes else ()
