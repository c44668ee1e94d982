"""The documents of a kind as they stood in a window, out of the record."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from sqlalchemy import CompoundSelect, Connection, bindparam, select, text, union_all

from mdfm_ledger.books.documents import MADE_OF_LINES
from mdfm_ledger.books.versions import Versions, next_versions
from mdfm_ledger.event import Event
from mdfm_ledger.events import Pledge
from mdfm_ledger.journal import Lines
from mdfm_ledger.sealing.unsealing import entry_of, reported_event, reported_promise
from mdfm_ledger.series import day_number
from mdfm_ledger.source import Window
from mdfm_ledger.store.asking import answer, padded
from mdfm_ledger.store.query import RECORD, RECORDS
from mdfm_ledger.store.schema import ENTRY, IS_OF_ANOTHER, OWN_DOCUMENT

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
    limits: dict[str, object] = {"kind": kind, "known_at": window.known_at, "as_of": day_number(window.as_of)}
    many = 0
    if references is None:
        limits |= {"first": f"{kind}:", "after": f"{kind};"}
    else:
        named = padded(list(references))
        limits |= {f"named_{at}": one for at, one in enumerate(named)}
        limits |= {f"wanted_{at}": one and f"{kind}:{one}" for at, one in enumerate(named)}
        many = len(named)
    rows = answer(connection, _documents_statement(kind, many), limits)
    standing: dict[str, Versions] = {}
    begins = len(f"{kind}:")
    for _, about, *record in rows:
        reference = about[begins:]
        versions = standing.get(reference, ())
        promise = reported_promise(record[0]) if kind == Pledge.event_kind and not versions else None
        if promise:
            standing[reference] = (((kind, reference), promise),)
            continue
        # What is frozen are shares, and those stand in the lines; the others need not read theirs.
        lines = entry_of(*record).lines if kind in MADE_OF_LINES else ()
        standing[reference] = _versions_after(versions, reported_event(*record[-2:]), lines)
    return {reference: versions[-1][1] for reference, versions in standing.items() if versions}


def _versions_after(versions: Versions, event: Event, lines: Lines) -> Versions:
    """The states of a document in a window, which may hold a reversal and not what came between."""
    undone = event.reverses
    if undone:
        return tuple(version for version in versions if version[0] != undone)
    return next_versions(versions, event, lines)


@lru_cache(maxsize=256)
def _documents_statement(kind: str, many: int) -> CompoundSelect[Any]:
    # The leaf is read only with the lines: those who need the event alone leave it on its page.
    record = RECORD if kind in MADE_OF_LINES else RECORD[1:]
    statement = select(ENTRY.c.number, ENTRY.c.about, *record).select_from(RECORDS)
    statement = statement.where(ENTRY.c.number <= bindparam("known_at"))
    if kind not in _REGISTERED:
        statement = statement.where(ENTRY.c.day <= bindparam("as_of"))
    called = ENTRY.c.kind == bindparam("kind")
    if many:
        about = ENTRY.c.about.in_([bindparam(f"wanted_{at}") for at in range(many)])
        called &= ENTRY.c.reference.in_([bindparam(f"named_{at}") for at in range(many)])
    else:
        about = ENTRY.c.about.between(bindparam("first"), bindparam("after"))
    # One by each index: to look through both for one answer would take twice as long.
    by_index = [statement.where(about, IS_OF_ANOTHER), statement.where(called, ENTRY.c.about == OWN_DOCUMENT)]
    return union_all(*by_index).order_by(text("1"))
