"""The tables of the fund financial report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from mdfm_ledger.chart import INDIRECT
from mdfm_ledger.money import Amount
from mdfm_ledger.reports.document import Cell, Column, ColumnKind, Row, RowLevel, Table, text
from mdfm_ledger.reports.flows import FLOWS
from mdfm_ledger.reports.fund_rows import (
    ActivityUse,
    Contribution,
    Delivery,
    PeriodRow,
    added,
    contribution_totals,
)
from mdfm_ledger.reports.head import share
from mdfm_ledger.reports.ties import total_of

_PERIODS = ("prior", "period", "inception")
DEFINITIONS = (
    "allotted",
    "commitment",
    "contribution",
    "outstanding",
    "delivery_rate",
    "expenditure",
    "indirect",
    "pass_through",
    "period",
)
"""The terms a reader may need, by their keys ``defined.<key>`` and ``definition.<key>``."""


def _amounts(row: PeriodRow | ActivityUse) -> tuple[Amount, ...]:
    return tuple(getattr(row, name) for name in _PERIODS)


def _periods(*first: Column) -> tuple[Column, ...]:
    return (*first, *(Column(key=key, kind=ColumnKind.AMOUNT) for key in _PERIODS))


def flows_table(flows: Sequence[PeriodRow], sources: PeriodRow, uses: PeriodRow, balance: PeriodRow) -> Table:
    """Sources, uses and the balance of the fund."""
    is_source = {flow.key: flow.is_source for flow in FLOWS}

    def rows(total: PeriodRow, *, of_sources: bool) -> list[Row]:
        own = [row for row in flows if is_source[row.key] is of_sources]
        shown = [Row(cells=(text(f"flow.{row.key}"), *_amounts(row))) for row in own]
        last = Row(cells=(text(f"flow.{total.key}"), *_amounts(total)), level=RowLevel.SUBTOTAL)
        return [*shown, last]

    return Table(
        key="fund_flows",
        columns=_periods(Column(key="movement", kind=ColumnKind.TEXT)),
        rows=(
            *rows(sources, of_sources=True),
            *rows(uses, of_sources=False),
            Row(cells=(text("flow.closing"), *_amounts(balance)), level=RowLevel.TOTAL),
        ),
        note=text("note.fund_balance"),
    )


def categories_table(rows: Sequence[PeriodRow]) -> Table:
    """Expenditure by harmonized category: direct cost, indirect support, and each one's share."""
    direct = added((row for row in rows if row.key != INDIRECT), "direct")
    total = added(rows, "total")
    columns = (
        *_periods(Column(key="category", kind=ColumnKind.TEXT)),
        Column(key="share", kind=ColumnKind.SHARE),
    )

    def shown(row: PeriodRow, key: str, level: RowLevel = RowLevel.NORMAL) -> Row:
        part = share(row.inception.minor, total.inception.minor)
        return Row(cells=(text(key), *_amounts(row), part), level=level)

    return Table(
        key="fund_categories",
        columns=columns,
        rows=(
            *(shown(row, f"category.{row.key}") for row in rows if row.key != INDIRECT),
            shown(direct, "category.direct", RowLevel.SUBTOTAL),
            *(shown(row, f"category.{row.key}") for row in rows if row.key == INDIRECT),
            shown(total, "total", RowLevel.TOTAL),
        ),
        note=text("note.fund_categories"),
    )


def activities_table(rows: Sequence[ActivityUse]) -> Table:
    """Expenditure by activity, direct and support cost together."""
    columns = _periods(
        Column(key="activity", kind=ColumnKind.CODE), Column(key="activity_name", kind=ColumnKind.TEXT)
    )
    shown = [Row(cells=(row.activity, row.names, *_amounts(row))) for row in rows]
    sums = [total_of(getattr(row, name) for row in rows) for name in _PERIODS]
    total = Row(cells=(None, text("total"), *sums), level=RowLevel.TOTAL)
    return Table(key="fund_activities", columns=columns, rows=(*shown, total) if rows else ())


def contributors_table(rows: tuple[Contribution, ...]) -> Table:
    """The donors by kind, with a sum for each kind and of all, apart for each currency pledged in."""
    columns = (
        Column(key="donor", kind=ColumnKind.TEXT),
        *(
            Column(key=key, kind=ColumnKind.AMOUNT)
            for key in ("pledged", "outstanding", "received_prior", "received_period", "received_inception")
        ),
    )
    shown: list[Row] = []
    for kind in dict.fromkeys(row.kind for row in rows):
        own = tuple(row for row in rows if row.kind == kind)
        shown += [_contribution(row, row.donor_name) for row in own]
        shown += _sums(own, text(f"donor_kind_total.{kind}"), RowLevel.SUBTOTAL)
    shown += _sums(rows, text("total"), RowLevel.TOTAL)
    return Table(key="fund_contributors", columns=columns, rows=tuple(shown))


def _sums(rows: tuple[Contribution, ...], name: Cell, level: RowLevel) -> Iterable[Row]:
    for total in contribution_totals(rows):
        yield _contribution(total, name, level)


def _contribution(row: Contribution, name: Cell, level: RowLevel = RowLevel.NORMAL) -> Row:
    return Row(cells=(name, row.pledged, row.outstanding, row.prior, row.period, row.received), level=level)


def delivery_table(rows: Sequence[Delivery]) -> Table:
    """Delivery by activity; the last row is the total."""
    columns = (
        Column(key="activity", kind=ColumnKind.CODE),
        Column(key="activity_name", kind=ColumnKind.TEXT),
        Column(key="allotted", kind=ColumnKind.AMOUNT),
        Column(key="expenditure", kind=ColumnKind.AMOUNT),
        Column(key="delivery_rate", kind=ColumnKind.SHARE),
    )
    shown = [Row(cells=(row.activity, row.names, row.allotted, row.spent, row.rate)) for row in rows[:-1]]
    last = rows[-1]
    total = Row(cells=(None, text("total"), last.allotted, last.spent, last.rate), level=RowLevel.TOTAL)
    return Table(key="delivery", columns=columns, rows=(*shown, total) if shown else ())


def definitions_table() -> Table:
    """The terms used, in the words of the reader's language."""
    columns = (
        Column(key="defined_term", kind=ColumnKind.TEXT),
        Column(key="definition", kind=ColumnKind.TEXT),
    )
    rows = tuple(Row(cells=(text(f"defined.{key}"), text(f"definition.{key}"))) for key in DEFINITIONS)
    return Table(key="definitions", columns=columns, rows=rows)
