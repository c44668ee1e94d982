"""What an event says of itself, as far as verify compares it with its entry: few ask for the event."""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

from mdfm_ledger.event import Event


class Fields(Protocol):
    """The fields of an event, read when they are asked for."""

    def value(self, name: str) -> Any:
        """The value of one."""

    def event(self) -> Event:
        """All of them, as an event."""


class Told(NamedTuple):
    """What stands beside an event in its entry's leaf and columns, under the names an event has for it."""

    event_kind: str
    reference: str
    approver: str
    description: str
    named_donor: str
    evidence: str
    stated_reason: str
    corrects: str
    reverses: tuple[str, str] | None
    fields: Fields


Said = tuple[str, str, str, str, str, str, str]
"""What is said besides the kind, from the reference on, as texts."""


class _Known:
    """The fields of an event that is there already."""

    def __init__(self, event: Event) -> None:
        self._event = event

    def value(self, name: str) -> Any:
        return getattr(self._event, name)

    def event(self) -> Event:
        return self._event


def told_by(event: Event) -> Told:
    """What an event says of itself."""
    return Told(
        event.event_kind,
        event.reference,
        event.approver,
        event.description,
        event.named_donor,
        event.evidence,
        event.stated_reason,
        event.corrects,
        event.reverses,
        _Known(event),
    )


SAID_BY_FIELDS = {
    "reference": "reference",
    "approver": "approved_by",
    "description": "",
    "named_donor": "donor",
    "evidence": "evidence",
    "stated_reason": "reason",
    "corrects": "corrects",
}
"""The field each of these texts is, where a kind of event does not say otherwise; the description's is told
by ``described_by``."""


def field_of(kind: type[Event], said: str) -> str:
    """The field that says so in events of a kind; empty where none does."""
    return kind.described_by if said == "description" else SAID_BY_FIELDS[said]


_SAID_OTHERWISE = (
    "approver",
    "description",
    "named_donor",
    "stated_reason",
    "reverses",
    "erases",
    "replacement",
    "signed_by",
)


def says_by_fields(kind: type[Event]) -> bool:
    """Whether all that events of a kind say of themselves are fields of theirs, or is nothing."""
    return all(getattr(kind, one) is getattr(Event, one) for one in _SAID_OTHERWISE)
