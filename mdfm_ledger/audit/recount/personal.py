"""Personal details: there until a redaction erases them, and gone from then on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mdfm_ledger.audit.recount.whole import Found
from mdfm_ledger.event import Event
from mdfm_ledger.fields import WITHHELD


class PersonalDetails:
    """Which documents have personal details, which lack them, and which were redacted when."""

    def __init__(self) -> None:
        self._kept: list[tuple[int, str]] = []
        self._erased: list[tuple[int, str]] = []
        self._redacted: dict[str, int] = {}

    def add(self, row: Any, event: Event) -> None:
        """Look at an entry, in number order."""
        if event.erases:
            self._redacted[event.erases] = row.number
        elif row.detail is not None:
            self._kept.append((row.number, row.about))
        elif any(getattr(event, name) == WITHHELD for name in event.personal):
            self._erased.append((row.number, row.about))

    def check(self) -> Iterator[tuple[int, Found]]:
        """What is there though it was redacted, or gone though it was not."""
        for number, about in self._kept:
            if self._redacted.get(about, 0) > number:
                what = f"personal details of {about}"
                yield number, ("personal-details", what, f"erased by entry {self._redacted[about]}", "kept")
        for number, about in self._erased:
            if self._redacted.get(about, 0) < number:
                yield number, ("personal-details", f"personal details of {about}", "kept", "gone")
