"""A list of countries by income group or region is taken into the ledger, as somebody published it."""

from __future__ import annotations

from collections import Counter
from datetime import date

from attrs import frozen

from mdfm_ledger.books import Books
from mdfm_ledger.classifications import (
    INCOME_GROUP,
    INCOME_GROUPS,
    SCHEMES,
    Classification,
    CountryGroup,
    DatedGroups,
    shipped_classification,
)
from mdfm_ledger.countries import is_country
from mdfm_ledger.errors import InvalidFieldError
from mdfm_ledger.event import Event
from mdfm_ledger.fields import day, one_of, several, text
from mdfm_ledger.journal import Lines


@frozen(kw_only=True)
class ClassifyCountries(Event):
    """Countries by ``income_group`` or ``region``, holding from ``since`` (inclusive) until the next list.

    The focus report tells by them what was spent for cities in Africa and in low-income countries, each
    expenditure by the list of its own date. A list may hold only the groups that matter. Source:
    strategy, "with a focus on cities in Africa and low-income countries".
    """

    event_kind = "classify_countries"
    described_by = "source"

    scheme: str = one_of(*SCHEMES)
    since: date = day()
    groups: tuple[CountryGroup, ...] = several(CountryGroup)
    source: str = text()

    def __attrs_post_init__(self) -> None:
        if not self.groups:
            self._refuse("a list has at least one group")
        for what, times in Counter(group.code for group in self.groups).items():
            if times > 1:
                self._refuse(f"the group {what} stands twice")
        for country, times in Counter(one for group in self.groups for one in group.countries).items():
            if not is_country(country):
                self._refuse(f"{country[:10]!r} is no ISO 3166-1 alpha-2 code")
            if times > 1:
                self._refuse(f"{country} is in two groups")
        unknown = {group.code for group in self.groups} - set(INCOME_GROUPS)
        if self.scheme == INCOME_GROUP and unknown:
            self._refuse(f"{min(unknown)!r} is none of {', '.join(INCOME_GROUPS)}")

    @classmethod
    def from_shipped(cls, name: str, *, reference: str) -> ClassifyCountries:
        """A list that ships with the package, such as ``low-income-2021``. Raises UnknownPlanError."""
        shipped = shipped_classification(name)
        return cls(
            reference=reference,
            scheme=INCOME_GROUP,
            since=shipped.since,
            groups=shipped.groups,
            source=shipped.source,
        )

    def about(self, books: Books, lines: Lines) -> str:
        return f"classification:{self.scheme}"

    def post(self, books: Books) -> Lines:
        return ()

    def document(self, before: Classification | None, lines: Lines) -> Classification:
        del lines
        added = DatedGroups(since=self.since, source=self.source, groups=self.groups)
        return (before or Classification(scheme=self.scheme, lists=())).with_list(added)

    def _refuse(self, problem: str) -> None:
        raise InvalidFieldError(field="groups", problem=problem)
