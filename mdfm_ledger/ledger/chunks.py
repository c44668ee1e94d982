"""Events in chunks: what is recorded of each chunk already is asked before the one before it is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from mdfm_ledger.errors import RejectedError
from mdfm_ledger.event import Event

AT_A_TIME = 2_000

Key = tuple[str, str]
Parsed = Event | RejectedError | None
"""An event, or why there is none."""


def in_chunks(
    events: Iterable[Parsed], ask: Callable[[list[Key]], Callable[[], set[Key]]]
) -> Iterator[tuple[list[Parsed], Callable[[], set[Key]], bool]]:
    """The events a chunk at a time, with what tells which of its keys are recorded, and if it is the last.

    Asked behind what is written, that would have to wait for it. So what the chunk before records it does
    not tell.
    """
    waiting = iter(events)

    def following() -> tuple[list[Parsed], Callable[[], set[Key]]]:
        chunk = list(islice(waiting, AT_A_TIME))
        return chunk, ask([(one.event_kind, one.reference) for one in events_in(chunk)])

    chunk, known = following()
    while chunk:
        coming = following()
        yield chunk, known, not coming[0]
        chunk, known = coming


def events_in(chunk: Iterable[Parsed]) -> Iterator[Event]:
    """Those of them that are events."""
    return (event for event in chunk if isinstance(event, Event))
