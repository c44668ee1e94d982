"""The ids of subaccounts: of those that are there, and of those an entry is the first to post to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from mdfm_ledger.journal import Subaccount
from mdfm_ledger.store.dialect import Dialect

Row = tuple[object, ...]
Held = int | Subaccount
"""The id of a place, or a place whose id is to be found."""

_MOST_KNOWN = 20_000

_BEGINNING = ("pledge", "allocation", "obligation")
"""Kinds of documents whose entry makes places that are looked for by the hundred."""


_FEW = 8
"""Places that are sooner numbered one by one."""


class PlaceIds:
    """Gives places their ids, new ones in the order they came, however much is written in one go."""

    def __init__(self, dialect: Dialect, cursor: Callable[[], Any]) -> None:
        self._dialect = dialect
        self._cursor = cursor
        self.known: dict[Subaccount, int] = {}
        self._forgotten = 0
        """How many places of documents were known and are not any more."""
        self._last: int | None = None
        self._begun: dict[str, set[str]] = {kind: set() for kind in _BEGINNING}
        # Places not known yet, in the order they came. They are asked for all at once, and till then their
        # lines hold the place.
        self._sought: dict[Subaccount, None] = {}
        self._holding: list[int] = []
        self._new: list[Row] = []

    def begin(self) -> None:
        """A transaction begins: what others may have written since the last one is unknown again."""
        self._forget_begun()
        self._last = None

    def forget(self) -> None:
        """Drop every id: the transaction they belong to was rolled back."""
        self._sought, self._holding, self._new = {}, [], []
        self.known.clear()
        self._forgotten = 0
        self.begin()

    def forget_if_many(self) -> None:
        """Drop those of documents where there are many: kept for ever they would grow as an import does.

        Where the others are many too, all are dropped.
        """
        if len(self.known) > _MOST_KNOWN:
            others = {place: number for place, number in self.known.items() if not _is_of_document(place)}
            if len(others) > _MOST_KNOWN // 2 or not self._knows_all():
                self._forgotten, others = 0, {}
            else:
                self._forgotten += len(self.known) - len(others)
            self.known.clear()
            self.known.update(others)
            self._forget_begun()

    def _forget_begun(self) -> None:
        for references in self._begun.values():
            references.clear()

    def begins(self, kind: str, reference: str) -> None:
        """An entry begins a document: nothing was ever posted to it, so its places are new."""
        if kind in self._begun:
            self._begun[kind].add(reference)

    def of_lines(self, places: Sequence[Subaccount], first: int) -> list[Held]:
        """The ids of the places of lines, the first being that line; those to be found stand as they are."""
        known, sought = self.known, self._sought
        ids: list[Any] = list(map(known.get, places))
        missing = [at for at, found in enumerate(ids) if found is None]
        if len(missing) > _FEW and not sought and self._number_all([places[at] for at in missing]):
            return list(map(known.__getitem__, places))
        for at in missing:
            place = places[at]
            # A line before it may have been the first on it.
            found = known.get(place)
            if found is None and not sought and self._is_new(place):
                found = self._numbered(place)
            if found is None:
                sought[place] = None
                self._holding.append(first + at)
            ids[at] = found or place
        return ids

    def _number_all(self, places: Sequence[Subaccount]) -> bool:
        """Number places that are not known, where all are new; whether they are.

        An allocation over many donors makes hundreds: asked one by one each took as long as its line.
        """
        new = dict.fromkeys(places)
        if len(self.known) != self._last and not all(map(self._is_new, new)):
            return False
        numbers = range(self._last_id() + 1, self._last_id() + 1 + len(new))
        self._new += [(number, *place) for number, place in zip(numbers, new, strict=True)]
        self.known.update(zip(new, numbers, strict=True))
        self._last = numbers[-1]
        return True

    def find(self, ids: list[Held]) -> None:
        """Put the id of each place that is held instead of it."""
        sought, known, holding = self._sought, self.known, self._holding
        if not sought:
            return
        self._sought, self._holding = {}, []
        asked = [place for place in sought if not self._is_new(place)]
        knew_all = self._knows_all()
        found = self._dialect.ids_of(self._cursor(), asked)
        # Who does not know all does not know how many of these were forgotten.
        self._forgotten = self._forgotten - len(found) if knew_all else 0
        known.update(found)
        for place in sought:
            if place not in known:
                self._numbered(place)
        for at in holding:
            held: Any = ids[at]
            ids[at] = known[held]

    def new(self) -> list[Row]:
        """The rows of places that got ids since this was last asked."""
        rows, self._new = self._new, []
        return rows

    def _is_new(self, place: Subaccount) -> bool:
        """Whether no place that is there and is not known can be this one.

        It is of a document that began in this transaction; or all that are there are known, or were.
        """
        begun = self._begun
        return (
            place.pledge in begun["pledge"]
            or place.allocation in begun["allocation"]
            or place.obligation in begun["obligation"]
            or (self._knows_all() and not (self._forgotten and _is_of_document(place)))
        )

    def _knows_all(self) -> bool:
        # Ids have no gaps: so the last tells how many there are.
        return len(self.known) + self._forgotten == self._last

    def _numbered(self, place: Subaccount) -> int:
        self._last = number = self._last_id() + 1
        self._new.append((number, *place))
        self.known[place] = number
        return number

    def _last_id(self) -> int:
        if self._last is None:
            self._last = self._cursor().execute("SELECT COALESCE(MAX(id), 0) FROM subaccount").fetchone()[0]
        return self._last


def _is_of_document(place: Subaccount) -> bool:
    return bool(place.pledge or place.allocation or place.obligation)
