"""The documents of a ledger as its entries leave them, without holding what is hardly asked for again."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import NamedTuple, TypeVar

from mdfm_ledger.books.documents import PledgePromise
from mdfm_ledger.books.versions import Versions, next_versions
from mdfm_ledger.event import Event
from mdfm_ledger.journal import Lines
from mdfm_ledger.sealing.told import Told
from mdfm_ledger.sealing.unsealing import UNREADABLE, event_of

T = TypeVar("T")

History = Callable[[str, int], Iterable[tuple[bytes, bytes | None]]]
"""The parts and details of the entries about a document before a number, in the order of their numbers."""


class Promised(NamedTuple):
    """What a pledge comes to in its own currency's minor units, and its day."""

    minor: int
    on: date


class Documents:
    """Documents by kind and reference, each with the states it went through.

    Pledges are by far the most, and few are ever changed: of one that was not, only what was promised is
    held, and its entries are read again where it is.
    """

    def __init__(self, history: History = lambda _about, _number: ()) -> None:
        self._history = history
        self._versions: dict[str, Versions] = {}
        self._promised: dict[str, Promised] = {}

    def promise(self, about: str, told: Told) -> bool:
        """Take a pledge; False where there is such a document already, so that it is a change of that."""
        if about in self._promised or about in self._versions:
            return False
        self._promised[about] = Promised(told.fields.value("amount").minor, told.fields.value("on"))
        return True

    def change(self, about: str, number: int, event: Event, lines: Lines) -> None:
        """Take an entry about a document. Raises as :func:`mdfm_ledger.books.versions.next_versions`."""
        versions = next_versions(self._before(about, number), event, lines)
        document = versions[-1][1] if len(versions) == 1 else None
        if type(document) is PledgePromise:
            self._promised[about] = Promised(document.amount.minor, document.on)
            self._versions.pop(about, None)
        else:
            self._versions[about] = versions
            self._promised.pop(about, None)

    def _before(self, about: str, number: int) -> Versions:
        if about not in self._promised:
            return self.get(about)
        versions: Versions = ()
        for parts, detail in self._history(about, number):
            try:
                versions = next_versions(versions, event_of(parts, detail), ())
            except UNREADABLE:
                continue  # it was named when it was looked at, and changed nothing
        return versions

    def get(self, about: str) -> Versions:
        """The states of a document; none where there is none, or where it is a pledge as it was made."""
        return self._versions.get(about, ())

    def standing(self, about: str, shape: type[T]) -> T | None:
        """The document as it last stood, if it is of that shape."""
        versions = self.get(about)
        document = versions[-1][1] if versions else None
        return document if isinstance(document, shape) else None

    def promised(self, pledge: str) -> Promised | None:
        """What was promised by a pledge, as last amended; None where there is none, or it was taken back."""
        about = f"pledge:{pledge}"
        promised = self._promised.get(about)
        promise = None if promised else self.standing(about, PledgePromise)
        return Promised(promise.amount.minor, promise.on) if promise else promised
