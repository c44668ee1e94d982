"""The states a document goes through, so that a reversal takes back the last of them."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from attrs import evolve

from mdfm_ledger.errors import ReversalDateError, ReversalDependsError
from mdfm_ledger.event import Event
from mdfm_ledger.journal import Lines

Key = tuple[str, str]
"""Kind and reference of an event."""

Versions = tuple[tuple[Key, object], ...]
"""The states a document went through, each with the entry that brought it about."""


class Head(NamedTuple):
    """An entry by its number and its document."""

    number: int
    kind: str
    reference: str

    def __str__(self) -> str:
        return f"{self.kind.replace('_', ' ')} {self.reference} (entry {self.number})"


class Touching(NamedTuple):
    """Lines on places of these dimensions (``account``, ``term`` and so on), on one side or on both."""

    where: tuple[tuple[str, str], ...]
    sign: int = 0
    """1 for debits only, -1 for credits only, 0 for both."""


def next_versions(versions: Versions, event: Event, lines: Lines) -> Versions:
    """The states of a document after an event about it; a reversal takes back the last one.

    A reversal is a change too: what remains was last changed on its day, so that the changes of a
    document come in the order of their dates. Raises ReversalDependsError where a later state stands
    on the one taken back, ReversalDateError where the reversal comes before the last change.
    """
    undone = event.reverses
    if undone:
        standing = [key for key, _ in versions]
        if standing[-1:] != [undone]:
            changes = ", ".join(" ".join(key) for key in standing)
            raise ReversalDependsError(
                kind=undone[0],
                reference=undone[1],
                problem=f"the last change of the document is another; it stands by: {changes or 'nothing'}",
            )
        last = _changed_on(versions[-1][1])
        if last and event.on and event.on < last:
            raise ReversalDateError(on=event.on, reversed_on=last)
        return _changed_again(versions[:-1], event.on)
    changed = event.document(versions[-1][1] if versions else None, lines)
    return versions if changed is None else (*versions, ((event.event_kind, event.reference), changed))


def _changed_on(document: object) -> date | None:
    """The day of the last change of a document whose changes come in the order of their dates."""
    changed_on: date | None = getattr(document, "changed_on", None)
    return changed_on


def _changed_again(versions: Versions, on: date | None) -> Versions:
    """The states with the last one changed again on a day, where its changes are dated."""
    if not versions or _changed_on(versions[-1][1]) is None:
        return versions
    key, document = versions[-1]
    return (*versions[:-1], (key, evolve(document, changed_on=on)))  # type: ignore[misc]  # it has the field
