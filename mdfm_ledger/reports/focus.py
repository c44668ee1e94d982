"""Focus report: what was spent for cities in Africa and in low-income countries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from fractions import Fraction
from typing import NamedTuple, cast

from attrs import frozen

from mdfm_ledger.chart import BASE_CURRENCY
from mdfm_ledger.classifications import INCOME_GROUP, LOW_INCOME, REGION, Classification
from mdfm_ledger.countries import country_name
from mdfm_ledger.money import Amount
from mdfm_ledger.plans import BudgetPlan, Names
from mdfm_ledger.reports.document import Document, Fact, Facts, Note, Section, text
from mdfm_ledger.reports.flows import flow_amounts
from mdfm_ledger.reports.focus_tables import (
    activities_table,
    countries_table,
    groups_table,
    lists_table,
    years_table,
)
from mdfm_ledger.reports.head import Head, head_of, share
from mdfm_ledger.reports.positions import term_of
from mdfm_ledger.reports.sources_and_uses import SourcesAndUses
from mdfm_ledger.reports.ties import Tie, tie, total_of
from mdfm_ledger.source import JournalSource, Window

AFRICA = "Africa"
NOT_STATED = "not_stated"


@frozen(kw_only=True)
class FocusShare:
    """Expenditure of a year or an activity, and how much of it was for whom, in US dollars.

    ``key`` is the year or the activity's code, empty for all. ``either`` counts once what was for a
    low-income country in Africa. Shares are of all ``spent``, what names no country included.
    """

    key: str
    names: Names
    spent: Amount
    africa: Amount
    low_income: Amount
    either: Amount
    not_stated: Amount

    @property
    def africa_share(self) -> Fraction | None:
        """The share of Africa; None where nothing was spent."""
        return share(self.africa.minor, self.spent.minor)

    @property
    def low_income_share(self) -> Fraction | None:
        """The share of low-income countries."""
        return share(self.low_income.minor, self.spent.minor)

    @property
    def either_share(self) -> Fraction | None:
        """The share of one or the other."""
        return share(self.either.minor, self.spent.minor)


@frozen(kw_only=True)
class GroupShare:
    """Expenditure for the countries of a group, and its share of all of it."""

    group: str
    amount: Amount
    share: Fraction | None


@frozen(kw_only=True)
class CountrySpent:
    """Expenditure for a country while it was in a region and an income group."""

    country: str
    country_name: str
    region: str
    income_group: str
    amount: Amount


@frozen(kw_only=True)
class ListUsed:
    """A classification in the ledger: from when it holds (inclusive), and who published it."""

    scheme: str
    since: date
    source: str


@frozen(kw_only=True)
class Focus:
    """Expenditure on activities since inception by beneficiary country, region and income group.

    Each expenditure counts in the region and the income group its country was in on its accounting
    date. What names no country is its own row. ``support_cost``, ``transfers`` (net of refunds) and
    ``losses`` are for no one country and stand apart.
    """

    name = "focus"

    head: Head
    total: FocusShare
    years: tuple[FocusShare, ...]
    regions: tuple[GroupShare, ...]
    income_groups: tuple[GroupShare, ...]
    countries: tuple[CountrySpent, ...]
    activities: tuple[FocusShare, ...]
    support_cost: Amount
    transfers: Amount
    losses: Amount
    lists: tuple[ListUsed, ...]

    def document(self) -> Document:
        """The report as blocks for a renderer."""
        return Document(
            name=self.name,
            title=text("title.focus"),
            sections=(
                Section(key="head", blocks=(self.head.facts(),)),
                Section(
                    key="focus",
                    blocks=(
                        self._figures(),
                        self._shares(),
                        years_table(self.years, self.total),
                        Note(text=text("note.focus")),
                    ),
                ),
                Section(
                    key="focus_groups",
                    blocks=(
                        groups_table("focus_regions", "region", self.regions),
                        groups_table("focus_income", "income_group", self.income_groups),
                        countries_table(self.countries),
                    ),
                ),
                Section(key="focus_activities", blocks=(activities_table(self.activities, self.total),)),
                Section(key="focus_basis", blocks=(self._apart(), lists_table(self.lists))),
            ),
        )

    def ties(self, fund: SourcesAndUses) -> Iterator[Tie]:
        """Every table against what was applied to activities."""
        own = self.name
        applied = -next(row.amount for row in fund.flows if row.key == "activities")
        yield tie("focus_spent", own, self.total.spent, fund.name, applied)
        parts: tuple[tuple[str, Iterable[Amount]], ...] = (
            ("focus_years", (one.spent for one in self.years)),
            ("focus_regions", (one.amount for one in self.regions)),
            ("focus_income", (one.amount for one in self.income_groups)),
            ("focus_countries", (one.amount for one in self.countries)),
            ("focus_activities", (one.spent for one in self.activities)),
        )
        for key, amounts in parts:
            yield tie(key, own, total_of(amounts), own, self.total.spent)
        everything = total_of((self.total.spent, self.support_cost, self.transfers, self.losses))
        yield tie("focus_all", own, everything, fund.name, fund.spent)

    def _figures(self) -> Facts:
        names = ("spent", "africa", "low_income", "either", "not_stated")
        return Facts(
            key="focus", items=tuple(Fact(key=name, value=getattr(self.total, name)) for name in names)
        )

    def _shares(self) -> Facts:
        names = ("africa_share", "low_income_share", "either_share")
        return Facts(
            key="shares", items=tuple(Fact(key=name, value=getattr(self.total, name)) for name in names)
        )

    def _apart(self) -> Facts:
        names = ("support_cost", "transfers", "losses")
        return Facts(key="apart", items=tuple(Fact(key=name, value=getattr(self, name)) for name in names))


class _Spent(NamedTuple):
    """Some expenditure: when, on what, for which country, and how that was classified then."""

    year: str
    activity: str
    country: str
    region: str
    income_group: str
    minor: int


def focus(source: JournalSource, window: Window, *, term: str) -> Focus:
    """The focus of a term's expenditure in the window. Raises UnknownDocumentError for the term."""
    plan = term_of(source, window, term).budget_on(window.as_of)
    found = cast(dict[str, Classification], source.documents("classification", window))
    spent = tuple(_spent(source, window, term, found))
    flows = {flow.key: amount for flow, amount in flow_amounts(source, window, where={"term": term}).items()}
    total = _shares_of("", Names(en="Total"), spent)
    return Focus(
        head=head_of(term, window),
        total=total,
        years=tuple(_shares_of(year, Names(en=year), own) for year, own in _by(spent, lambda one: one.year)),
        regions=_groups(spent, lambda one: one.region),
        income_groups=_groups(spent, lambda one: one.income_group),
        countries=_countries(spent),
        activities=tuple(
            _shares_of(activity, _names(plan, activity), own)
            for activity, own in _by(spent, lambda one: one.activity)
        ),
        support_cost=-flows["support_cost"],
        transfers=-(flows["transfers"] + flows["transfer_refunds"]),
        losses=-flows["losses"],
        lists=tuple(
            ListUsed(scheme=one.scheme, since=dated.since, source=dated.source)
            for one in found.values()
            for dated in one.lists
        ),
    )


def _spent(
    source: JournalSource, window: Window, term: str, found: dict[str, Classification]
) -> Iterator[_Spent]:
    regions, incomes = (
        found.get(scheme) or Classification(scheme=scheme, lists=()) for scheme in (REGION, INCOME_GROUP)
    )
    where = {"term": term, "account": "2040", "flow": ""}
    for total in source.totals(("day", "activity", "country"), window, where=where):
        day, activity, country = total.key
        on = date.fromisoformat(day)
        groups = (
            (regions.group_on(country, on), incomes.group_on(country, on)) if country else (NOT_STATED,) * 2
        )
        yield _Spent(day[:4], activity, country, *groups, total.balance)


def _by(spent: Iterable[_Spent], key: Callable[[_Spent], str]) -> list[tuple[str, list[_Spent]]]:
    found: dict[str, list[_Spent]] = defaultdict(list)
    for one in spent:
        found[key(one)].append(one)
    return sorted(found.items())


def _shares_of(key: str, names: Names, spent: Iterable[_Spent]) -> FocusShare:
    everything = tuple(spent)

    def where(is_meant: Callable[[_Spent], bool]) -> Amount:
        return Amount(sum(one.minor for one in everything if is_meant(one)), BASE_CURRENCY)

    return FocusShare(
        key=key,
        names=names,
        spent=where(lambda _: True),
        africa=where(lambda one: one.region == AFRICA),
        low_income=where(lambda one: one.income_group == LOW_INCOME),
        either=where(lambda one: one.region == AFRICA or one.income_group == LOW_INCOME),
        not_stated=where(lambda one: not one.country),
    )


def _groups(spent: tuple[_Spent, ...], key: Callable[[_Spent], str]) -> tuple[GroupShare, ...]:
    whole = sum(one.minor for one in spent)
    sums = [(group, sum(one.minor for one in own)) for group, own in _by(spent, key)]
    rows = [
        GroupShare(group=group, amount=Amount(minor, BASE_CURRENCY), share=share(minor, whole))
        for group, minor in sums
    ]
    return tuple(sorted(rows, key=lambda row: row.group == NOT_STATED))


def _countries(spent: tuple[_Spent, ...]) -> tuple[CountrySpent, ...]:
    sums: dict[tuple[str, str, str], int] = defaultdict(int)
    for one in spent:
        sums[one.country, one.region, one.income_group] += one.minor
    rows = [
        CountrySpent(
            country=country,
            country_name=country_name(country) if country else "",
            region=region,
            income_group=income_group,
            amount=Amount(minor, BASE_CURRENCY),
        )
        for (country, region, income_group), minor in sorted(sums.items())
    ]
    return tuple(sorted(rows, key=lambda row: not row.country))


def _names(plan: BudgetPlan, activity: str) -> Names:
    return plan.line(activity).names if activity in plan.codes else Names(en=activity)
