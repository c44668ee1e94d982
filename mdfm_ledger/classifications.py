"""Countries by income group or region, from a day on, as somebody published it.

A list is recorded in the ledger (event ``classify_countries``), so that a report made again later uses
the list it used then. What ships with the package are the World Bank's low-income economies by fiscal
year, written down from the Bank's published lists; a user may record a whole classification instead.
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import date

from attrs import frozen

from mdfm_ledger.countries import region
from mdfm_ledger.errors import UnknownPlanError
from mdfm_ledger.fields import reference, several

INCOME_GROUP = "income_group"
REGION = "region"
SCHEMES = (INCOME_GROUP, REGION)
"""By what countries are classified."""

LOW_INCOME = "low"
INCOME_GROUPS = (LOW_INCOME, "lower_middle", "upper_middle", "high")
"""The World Bank's income groups."""

OTHER = "other"
"""A country that a classification in force does not list."""
UNCLASSIFIED = "unclassified"
"""A country on a day before any classification."""


@frozen(kw_only=True)
class CountryGroup:
    """A group of a classification, such as ``low`` or ``Africa``, and its countries (ISO 3166-1 alpha-2)."""

    code: str = reference()
    countries: tuple[str, ...] = several(str)


@frozen(kw_only=True)
class DatedGroups:
    """A classification and the day from which it holds (inclusive), until the next one."""

    since: date
    source: str
    groups: tuple[CountryGroup, ...]

    def group_of(self, country: str) -> str:
        """The group a country is in; ``other`` where it is in none that is listed."""
        return next((group.code for group in self.groups if country in group.countries), OTHER)


@frozen(kw_only=True)
class Classification:
    """All lists of one scheme, by the day from which each holds."""

    scheme: str
    lists: tuple[DatedGroups, ...]

    def with_list(self, added: DatedGroups) -> Classification:
        """The same with one list more; of two that hold from one day on, the later recorded counts."""
        others = [one for one in self.lists if one.since != added.since]
        lists = sorted((*others, added), key=lambda one: one.since)
        return Classification(scheme=self.scheme, lists=tuple(lists))

    def group_on(self, country: str, day: date) -> str:
        """The group of a country on a day.

        Without a list for the day, regions are those of the United Nations (M49) that ship with the
        package, and income groups ``unclassified``.
        """
        at = bisect_right(self.lists, day, key=lambda one: one.since)
        if at:
            return self.lists[at - 1].group_of(country)
        return region(country) if self.scheme == REGION else UNCLASSIFIED


# Low-income economies by the World Bank's fiscal year, which begins on 1 July of the year before.
# Source: World Bank, country classifications by income level, as published each 1 July from 2019 to 2025;
# the last left Ethiopia unclassified.
_ALWAYS = "AF BF BI CD CF ER GM GW KP LR MG ML MW MZ NE RW SD SL SO SS SY TD TG UG YE"
_LOW_INCOME = {
    2020: _ALWAYS.replace(" SD", "") + " BJ ET GN HT NP TJ TZ",
    2021: f"{_ALWAYS} ET GN HT TJ",
    2022: f"{_ALWAYS} ET GN",
    2023: f"{_ALWAYS} ET GN ZM",
    2024: f"{_ALWAYS} ET",
    2025: f"{_ALWAYS} ET",
    2026: _ALWAYS,
}


def shipped_classifications() -> tuple[str, ...]:
    """The names of the lists that ship with the package."""
    return tuple(f"low-income-{year}" for year in _LOW_INCOME)


def shipped_classification(name: str) -> DatedGroups:
    """A list that ships with the package, such as ``low-income-2021``. Raises UnknownPlanError."""
    if name not in shipped_classifications():
        raise UnknownPlanError(plan=name[:40], plans=", ".join(shipped_classifications()))
    year = int(name.rpartition("-")[2])
    return DatedGroups(
        since=date(year - 1, 7, 1),
        source=f"World Bank, low-income economies, fiscal year {year} (from 1 July {year - 1})",
        groups=(CountryGroup(code=LOW_INCOME, countries=tuple(sorted(_LOW_INCOME[year].split()))),),
    )
