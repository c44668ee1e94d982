"""The ids of subaccounts: of those that are there, and of those an entry is the first to post to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mdfm_ledger.journal import Subaccount
from mdfm_ledger.store.dialect import Dialect

Row = tuple[object, ...]

_MOST_KNOWN = 20_000

_BEGINNING = ("pledge", "allocation", "obligation")
"""Kinds of documents whose entry makes places that are looked for by the hundred."""


class PlaceIds:
    """Gives places their ids, new ones in the order they came, however much is written in one go."""

    def __init__(self, dialect: Dialect, cursor: Callable[[], Any]) -> None:
        self._dialect = dialect
        self._cursor = cursor
        self.known: dict[Subaccount, int] = {}
        self._last: int | None = None
        self._begun: dict[str, set[str]] = {kind: set() for kind in _BEGINNING}
        # Places not known yet, in the order they came. They are asked for all at once, and till then their
        # lines hold the place.
        self._sought: dict[Subaccount, None] = {}
        self._new: list[Row] = []

    def begin(self) -> None:
        """A transaction begins: what others may have written since the last one is unknown again."""
        self._forget_begun()
        self._last = None

    def forget(self) -> None:
        """Drop every id: the transaction they belong to was rolled back."""
        self._sought, self._new = {}, []
        self.known.clear()
        self.begin()

    def forget_if_many(self) -> None:
        """Drop them where they are many: kept for ever they would grow with the length of an import."""
        if len(self.known) > _MOST_KNOWN:
            self.known.clear()
            self._forget_begun()

    def _forget_begun(self) -> None:
        for references in self._begun.values():
            references.clear()

    def begins(self, kind: str, reference: str) -> None:
        """An entry begins a document: nothing was ever posted to it, so its places are new."""
        if kind in self._begun:
            self._begun[kind].add(reference)

    def learnt(self, place: Subaccount) -> int | Subaccount:
        """The id of a place that is not known, where it is new and none before it waits; else the place."""
        if not self._sought and self._is_new(place):
            return self._numbered(place)
        self._sought[place] = None
        return place

    def find(self, lines: list[Row]) -> None:
        """Give lines that hold a place its id instead."""
        sought, known = self._sought, self.known
        if not sought:
            return
        self._sought = {}
        asked = [place for place in sought if not self._is_new(place)]
        known.update(self._dialect.ids_of(self._cursor(), asked))
        for place in sought:
            if place not in known:
                self._numbered(place)
        for at, (number, position, held, day, signed) in enumerate(lines):
            if isinstance(held, Subaccount):
                lines[at] = (number, position, known[held], day, signed)

    def new(self) -> list[Row]:
        """The rows of places that got ids since this was last asked."""
        rows, self._new = self._new, []
        return rows

    def _is_new(self, place: Subaccount) -> bool:
        """Whether the place is of a document that began in this transaction; ids given since are known."""
        begun = self._begun
        return (
            place.pledge in begun["pledge"]
            or place.allocation in begun["allocation"]
            or place.obligation in begun["obligation"]
        )

    def _numbered(self, place: Subaccount) -> int:
        if self._last is None:
            self._last = self._cursor().execute("SELECT COALESCE(MAX(id), 0) FROM subaccount").fetchone()[0]
        self._last += 1
        self._new.append((self._last, *place))
        self.known[place] = self._last
        return self._last
