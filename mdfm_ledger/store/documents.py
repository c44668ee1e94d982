"""The documents of a kind as they stood in a window, out of the record."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Select, bindparam, select

from mdfm_ledger.documents import MADE_OF_LINES
from mdfm_ledger.event import Event
from mdfm_ledger.journal import Lines
from mdfm_ledger.series import day_number
from mdfm_ledger.source import Window
from mdfm_ledger.store.query import RECORD, RECORDS
from mdfm_ledger.store.schema import ENTRY
from mdfm_ledger.unsealing import entry_of, reported_event
from mdfm_ledger.versions import Versions, next_versions

_REGISTERED = frozenset(
    {
        "bank_account",
        "classification",
        "cluster_plan",
        "donor",
        "partner",
        "periods",
        "rates",
        "signing_keys",
        "statement_register",
        "term",
    }
)


def standing_documents(
    connection: Connection, kind: str, window: Window, references: Iterable[str] | None
) -> dict[str, object]:
    """Documents of a kind by reference, in the order recorded; all of them, or those of these references."""
    limits: dict[str, object] = {"known_at": window.known_at, "as_of": day_number(window.as_of)}
    if references is None:
        limits |= {"first": f"{kind}:", "after": f"{kind};"}
    else:
        limits["wanted"] = [f"{kind}:{one}" for one in references]
    statement = _documents_statement(kind, is_by_reference=references is not None)
    standing: dict[str, Versions] = {}
    begins = len(f"{kind}:")
    for row in connection.execute(statement, limits).all():
        # What is frozen are shares, and those stand in the lines; the others need not read theirs.
        lines = entry_of(*row[1:]).lines if kind in MADE_OF_LINES else ()
        event, reference = reported_event(row[-2], row[-1]), row[0][begins:]
        standing[reference] = _versions_after(standing.get(reference, ()), event, lines)
    return {reference: versions[-1][1] for reference, versions in standing.items() if versions}


def _versions_after(versions: Versions, event: Event, lines: Lines) -> Versions:
    """The states of a document in a window, which may hold a reversal and not what came between."""
    undone = event.reverses
    if undone:
        return tuple(version for version in versions if version[0] != undone)
    return next_versions(versions, event, lines)


@lru_cache(maxsize=64)
def _documents_statement(kind: str, *, is_by_reference: bool) -> Select[Any]:
    # The leaf is read only with the lines: those who need the event alone leave it on its page.
    record = RECORD if kind in MADE_OF_LINES else RECORD[1:]
    statement: Select[Any] = select(ENTRY.c.about, *record).select_from(RECORDS).order_by(ENTRY.c.number)
    statement = statement.where(ENTRY.c.number <= bindparam("known_at"), ENTRY.c.about != "")
    if kind not in _REGISTERED:
        statement = statement.where(ENTRY.c.day <= bindparam("as_of"))
    if is_by_reference:
        return statement.where(ENTRY.c.about.in_(bindparam("wanted", expanding=True)))
    return statement.where(ENTRY.c.about.between(bindparam("first"), bindparam("after")))
