"""One question for all donors instead of one for each: what makes all statements quick."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from attrs import field, frozen

from mdfm_ledger.journal import JournalEntry
from mdfm_ledger.source import JournalSource, OwnLine, PostedLine, Total, Where, Window


@frozen
class ByDonor:
    """A journal that asks its source once for all donors, and answers for each from that.

    The answers are those of the source. It keeps them, so use it for one set of statements.
    """

    source: JournalSource
    _totals: dict[object, dict[str | None, list[Total]]] = field(factory=dict, init=False, repr=False)
    _lines: dict[object, dict[str, list[PostedLine]]] = field(factory=dict, init=False, repr=False)
    _touched: dict[object, Mapping[str, int]] = field(factory=dict, init=False, repr=False)
    _documents: dict[object, dict[str, object]] = field(factory=dict, init=False, repr=False)
    _places: dict[object, dict[str, int]] = field(factory=dict, init=False, repr=False)

    def totals(
        self, by: tuple[str, ...], window: Window, *, since: date | None = None, where: Where = None
    ) -> list[Total]:
        """Sums of lines, as the source gives them."""
        donor, rest = _without_donor(where)
        key = (donor is None, by, window, since, _frozen(rest))
        if key not in self._totals:
            found: dict[str | None, list[Total]] = {}
            self._totals[key] = found
            if donor is None:
                found[None] = self.source.totals(by, window, since=since, where=where)
            elif "donor" in by:
                at = by.index("donor")
                for own in self.source.totals(by, window, since=since, where=rest):
                    found.setdefault(own[0][at], []).append(own)
            else:
                for key_of_all, debit, credit in self.source.totals(
                    ("donor", *by), window, since=since, where=rest
                ):
                    own = Total(key_of_all[1:], debit, credit)
                    found.setdefault(key_of_all[0], []).append(own)
        return self._totals[key].get(donor, [])

    def lines(
        self, window: Window, *, since: date | None = None, where: Where = None, after: int = 0
    ) -> list[PostedLine]:
        """The lines, as the source gives them."""
        donor, rest = _without_donor(where)
        if donor is None:
            return self.source.lines(window, since=since, where=where, after=after)
        key = (window, since, _frozen(rest), after)
        if key not in self._lines:
            found: dict[str, list[PostedLine]] = {}
            self._lines[key] = found
            for line in self.source.lines(window, since=since, where=rest, after=after):
                found.setdefault(line.place.donor, []).append(line)
        return self._lines[key].get(donor, [])

    def touched(self, window: Window, *, since: date | None = None, where: Where = None) -> Mapping[str, int]:
        """How many entries have a line of each donor, as the source gives them."""
        donor, rest = _without_donor(where)
        key = (window, since, _frozen(rest))
        if key not in self._touched:
            self._touched[key] = self.source.touched(window, since=since, where=rest)
        found = self._touched[key]
        return found if donor is None else {one: found[one] for one in (donor,) if one in found}

    def own_lines(self, window: Window, *, term: str) -> list[OwnLine]:
        """The lines that were priced, as the source gives them."""
        return self.source.own_lines(window, term=term)

    def disclosed(self, moments: Iterable[tuple[int, str]]) -> Mapping[tuple[int, str], tuple[int, str]]:
        """The parts donors have, as the source gives them."""
        return self.source.disclosed(moments)

    def seal(self, number: int) -> str:
        """The digest of an entry, as the source gives it."""
        return self.source.seal(number)

    def entries(self, window: Window, *, since: date | None = None) -> Iterator[JournalEntry]:
        """The entries, as the source gives them."""
        return self.source.entries(window, since=since)

    def entry(self, kind: str, reference: str, window: Window) -> JournalEntry | None:
        """The entry of that kind and reference, as the source gives it."""
        return self.source.entry(kind, reference, window)

    def documents(
        self, kind: str, window: Window, *, references: Iterable[str] | None = None
    ) -> dict[str, object]:
        """Documents, as the source gives them."""
        key = (kind, window)
        if key not in self._documents:
            self._documents[key] = self.source.documents(kind, window)
            self._places[key] = {one: place for place, one in enumerate(self._documents[key])}
        known, places = self._documents[key], self._places[key]
        if references is None:
            return known
        wanted = sorted((one for one in references if one in known), key=places.__getitem__)
        return {reference: known[reference] for reference in wanted}


def _without_donor(where: Where) -> tuple[str | None, Mapping[str, Any]]:
    rest = dict(where or {})
    donor = rest.get("donor")
    if not isinstance(donor, str):
        return None, rest
    del rest["donor"]
    return donor, rest


def _frozen(where: Mapping[str, Any]) -> object:
    return tuple(
        sorted((name, wanted if isinstance(wanted, str) else tuple(wanted)) for name, wanted in where.items())
    )
