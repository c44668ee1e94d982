"""The tables of the focus report."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mdfm_ledger.reports.document import Cell, Column, ColumnKind, Row, RowLevel, Table, text
from mdfm_ledger.reports.ties import total_of

if TYPE_CHECKING:
    from mdfm_ledger.reports.focus import CountrySpent, FocusShare, GroupShare, ListUsed

_REGIONS = {"Africa", "Americas", "Antarctica", "Asia", "Europe", "Oceania", "other", "not_stated"}


def _share_columns() -> tuple[Column, ...]:
    return (
        Column(key="spent", kind=ColumnKind.AMOUNT),
        Column(key="africa", kind=ColumnKind.AMOUNT),
        Column(key="africa_share", kind=ColumnKind.SHARE),
        Column(key="low_income", kind=ColumnKind.AMOUNT),
        Column(key="low_income_share", kind=ColumnKind.SHARE),
        Column(key="not_stated", kind=ColumnKind.AMOUNT),
    )


def _cells(one: FocusShare) -> tuple[Cell, ...]:
    return (one.spent, one.africa, one.africa_share, one.low_income, one.low_income_share, one.not_stated)


def years_table(rows: Sequence[FocusShare], total: FocusShare) -> Table:
    """Expenditure by calendar year, and how much of it was for whom."""
    shown = [Row(cells=(one.key, *_cells(one))) for one in rows]
    last = Row(cells=(text("total"), *_cells(total)), level=RowLevel.TOTAL)
    columns = (Column(key="year", kind=ColumnKind.CODE), *_share_columns())
    return Table(key="focus_years", columns=columns, rows=(*shown, last) if rows else ())


def activities_table(rows: Sequence[FocusShare], total: FocusShare) -> Table:
    """The same by activity."""
    shown = [Row(cells=(one.key, one.names, *_cells(one))) for one in rows]
    last = Row(cells=(None, text("total"), *_cells(total)), level=RowLevel.TOTAL)
    columns = (
        Column(key="activity", kind=ColumnKind.CODE),
        Column(key="activity_name", kind=ColumnKind.TEXT),
        *_share_columns(),
    )
    return Table(key="focus_activities", columns=columns, rows=(*shown, last) if rows else ())


def groups_table(key: str, scheme: str, rows: Sequence[GroupShare]) -> Table:
    """Expenditure by the groups of a scheme."""
    columns = (
        Column(key=scheme, kind=ColumnKind.TEXT),
        Column(key="spent", kind=ColumnKind.AMOUNT),
        Column(key="share", kind=ColumnKind.SHARE),
    )
    shown = [Row(cells=(_group(scheme, one.group), one.amount, one.share)) for one in rows]
    shares = [one.share for one in rows if one.share is not None]
    whole = sum(shares) if shares else None
    last = Row(cells=(text("total"), total_of(one.amount for one in rows), whole), level=RowLevel.TOTAL)
    return Table(key=key, columns=columns, rows=(*shown, last) if rows else ())


def countries_table(rows: Sequence[CountrySpent]) -> Table:
    """Expenditure by country, apart for each income group it was in."""
    columns = (
        Column(key="country", kind=ColumnKind.CODE),
        Column(key="country_name", kind=ColumnKind.TEXT),
        Column(key="region", kind=ColumnKind.TEXT),
        Column(key="income_group", kind=ColumnKind.TEXT),
        Column(key="spent", kind=ColumnKind.AMOUNT),
    )
    shown = [
        Row(
            cells=(
                one.country or None,
                one.country_name or text("region.not_stated"),
                _group("region", one.region) if one.country else None,
                _group("income_group", one.income_group) if one.country else None,
                one.amount,
            )
        )
        for one in rows
    ]
    amount = total_of(one.amount for one in rows)
    last = Row(cells=(None, text("total"), None, None, amount), level=RowLevel.TOTAL)
    return Table(key="focus_countries", columns=columns, rows=(*shown, last) if rows else ())


def lists_table(rows: Sequence[ListUsed]) -> Table:
    """The classifications in the ledger; without any, regions are those of M49 and no income is known."""
    columns = (
        Column(key="scheme", kind=ColumnKind.TEXT),
        Column(key="since", kind=ColumnKind.DATE),
        Column(key="published_by", kind=ColumnKind.TEXT),
    )
    shown = tuple(Row(cells=(text(f"scheme.{one.scheme}"), one.since, one.source)) for one in rows)
    return Table(key="focus_lists", columns=columns, rows=shown, note=text("note.focus_lists"))


def _group(scheme: str, group: str) -> Cell:
    """What a group is called; a region of somebody's own keeps its name."""
    if scheme == "region" and group not in _REGIONS:
        return group
    return text(f"{scheme}.{group}")
