"""The subaccounts of a ledger by id, read when lines on them are looked at, and not all held at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any

from mdfm_ledger.audit.recount.totals import Totals
from mdfm_ledger.sealing.stored_place import (
    NO_ROW,
    KindKey,
    PlaceKind,
    PlaceRow,
    StoredPlace,
    kind_key,
    kind_of,
    values_of,
)

ReadPlaces = Callable[[int, int], Iterable[Any]]
"""The rows of subaccounts from an id on, in the order of ids, at most so many: each a PlaceRow."""

_HELD = 40_000
_AHEAD = 500


class Places(dict[int, StoredPlace]):
    """Places by id, held until there are too many; nowhere for what is no id of a subaccount.

    Ids are given in the order places are first posted to, so that new ones are read ahead, as are those asked
    for one after the other.
    """

    def __init__(self, read: ReadPlaces, totals: Totals) -> None:
        super().__init__()
        self._read = read
        self._totals = totals
        self._kinds: dict[KindKey, PlaceKind] = {}
        self._last = self._newest = 0

    def __missing__(self, place_id: int) -> StoredPlace:
        if len(self) > _HELD:
            # The oldest half; those that are posted to every day come back with the next line on them.
            for held in list(islice(self, _HELD // 2)):
                del self[held]
            self._kinds.clear()
        goes_on = place_id > self._newest or place_id == self._last + 1
        for row in self._read(place_id, _AHEAD if goes_on else 1):
            self._last = row[0]
            self[self._last] = self._known(row)
        self._newest = max(self._newest, self._last)
        return self.get(place_id) or self._known(NO_ROW)

    def _known(self, row: PlaceRow) -> StoredPlace:
        key = kind_key(row)
        kind = self._kinds.get(key)
        if kind is None:
            values = values_of(row)
            kind = self._kinds[key] = kind_of(values, self._totals.of(values))
        return StoredPlace(row[1], row[2], kind)
