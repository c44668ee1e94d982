"""Report by cluster: what was allotted and spent for each thematic cluster, and each line of its plan."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import cast

from attrs import frozen

from mdfm_ledger.books.documents import Term
from mdfm_ledger.books.shares import FrozenShares
from mdfm_ledger.chart import BASE_CURRENCY
from mdfm_ledger.money import Amount
from mdfm_ledger.plans import BudgetPlan, Names
from mdfm_ledger.reports.document import (
    Column,
    ColumnKind,
    Document,
    Note,
    Row,
    RowLevel,
    Section,
    Table,
    text,
)
from mdfm_ledger.reports.head import Head, head_of
from mdfm_ledger.reports.positions import term_of
from mdfm_ledger.reports.ties import Tie, tie, total_of
from mdfm_ledger.reports.trial_balance import TrialBalance
from mdfm_ledger.rules.clusters import ClusterPlan
from mdfm_ledger.source import JournalSource, Window

_AMOUNTS = ("estimate", "allotted", "obligated", "spent", "left", "advanced")
_ACCOUNTS = {"8120": "left", "8140": "obligated", "8150": "spent", "1210": "advanced"}


@frozen(kw_only=True)
class ClusterRow:
    """A cluster, or a line of its plan, in US dollars.

    ``allotted`` = ``left`` + ``obligated`` + ``spent``; ``advanced`` is what partners hold of what is
    obligated. A row without a line is a whole cluster, or in ``lines`` what names the cluster only; one
    without a cluster is what names none.
    """

    cluster: str
    line: str
    area: str
    names: Names
    estimate: Amount
    allotted: Amount
    obligated: Amount
    spent: Amount
    left: Amount
    advanced: Amount


@frozen(kw_only=True)
class ByCluster:
    """A term's money by the clusters of its plan; an estimate is no budget, so more may be allotted.

    ``total`` is all that is allotted in the term, for a cluster or not.
    """

    name = "by_cluster"

    head: Head
    plan: str
    clusters: tuple[ClusterRow, ...]
    areas: tuple[ClusterRow, ...]
    lines: tuple[ClusterRow, ...]
    unnamed: ClusterRow
    total: ClusterRow

    def document(self) -> Document:
        """The report as blocks for a renderer."""
        return Document(
            name=self.name,
            title=text("title.by_cluster"),
            sections=(
                Section(key="head", blocks=(self.head.facts(),)),
                Section(key="by_cluster", blocks=(self._clusters(), Note(text=text("note.by_cluster")))),
                Section(key="by_work_area", blocks=(_table("cluster_areas", self.areas, "area"),)),
                Section(key="by_line", blocks=(_table("cluster_lines", self.lines, "line"),)),
            ),
        )

    def ties(self, balance: TrialBalance) -> Iterator[Tie]:
        """Clusters and what names none against the trial balance; lines and areas against clusters."""
        own, trial = self.name, "trial_balance"
        for account, name in _ACCOUNTS.items():
            sign = 1 if account == "1210" else -1
            booked = Amount(sign * balance.balance(account).minor, BASE_CURRENCY)
            yield tie(f"cluster_{name}", own, getattr(self.total, name), trial, booked)
        for name in ("estimate", "allotted"):
            clusters = total_of(getattr(row, name) for row in self.clusters)
            lines = total_of(getattr(row, name) for row in self.lines)
            areas = total_of(getattr(row, name) for row in self.areas)
            yield tie("cluster_lines", own, lines, own, clusters)
            yield tie("cluster_areas", own, areas, own, clusters)

    def _clusters(self) -> Table:
        table = _table("by_cluster", self.clusters, "cluster")
        unnamed = Row(cells=(None, text("cluster.unnamed"), *_cells(self.unnamed)))
        total = Row(cells=(None, text("total"), *_cells(self.total)), level=RowLevel.TOTAL)
        return Table(key=table.key, columns=table.columns, rows=(*table.rows, unnamed, total))


def _table(key: str, rows: tuple[ClusterRow, ...], code: str) -> Table:
    columns = (
        Column(key=code, kind=ColumnKind.CODE),
        Column(key="activity_name", kind=ColumnKind.TEXT),
        *(Column(key=name, kind=ColumnKind.AMOUNT) for name in _AMOUNTS),
    )
    shown = tuple(Row(cells=(getattr(row, code) or None, row.names, *_cells(row))) for row in rows)
    return Table(key=key, columns=columns, rows=shown)


def _cells(row: ClusterRow) -> tuple[Amount, ...]:
    return tuple(getattr(row, name) for name in _AMOUNTS)


def by_cluster(source: JournalSource, window: Window, *, term: str) -> ByCluster:
    """The clusters of a term in the window; none where it has no plan with clusters.

    The plan is the term's budget where that has clusters, else the plan it adopted. Raises
    UnknownDocumentError for the term.
    """
    known = term_of(source, window, term)
    plan = _plan_of(source, window, known)
    sums = _sums(source, window, known)
    lines = tuple(_lines(plan, sums)) if plan else ()
    clusters = tuple(
        _added([row for row in lines if row.cluster == one.code], one.code, "", one.names)
        for one in (plan.clusters if plan else ())
    )
    areas = tuple(
        _added([row for row in lines if row.area == area], "", area, names)
        for area, names in _areas(plan, lines)
    )
    unnamed = _row(("", ""), Names(en="none"), "", 0, sums.get(("", ""), {}))
    return ByCluster(
        head=head_of(term, window),
        plan=plan.name if plan else "",
        clusters=clusters,
        areas=areas,
        lines=lines,
        unnamed=unnamed,
        total=_added([*clusters, unnamed], "", "", Names(en="Total")),
    )


def _plan_of(source: JournalSource, window: Window, term: Term) -> BudgetPlan | None:
    budget = term.budget_on(window.as_of)
    if budget.clusters:
        return budget
    found = source.documents("cluster_plan", window, references=(term.reference,))
    adopted = cast(dict[str, ClusterPlan], found).get(term.reference)
    return adopted.plan if adopted else None


def _sums(source: JournalSource, window: Window, term: Term) -> dict[tuple[str, str], dict[str, int]]:
    """What is left, obligated, spent and advanced under the allocations of each cluster and line."""
    where = {"term": term.reference, "account": tuple(_ACCOUNTS)}
    totals = source.totals(("allocation", "account"), window, where=where)
    references = {total.key[0] for total in totals}
    known = cast(dict[str, FrozenShares], source.documents("allocation", window, references=references))
    sums: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for total in totals:
        allocation, account = total.key
        if total.balance:
            place = _place(known[allocation], term.budget_on(window.as_of))
            sums[place][_ACCOUNTS[account]] += total.balance if account == "1210" else -total.balance
    return sums


def _place(allocation: FrozenShares, budget: BudgetPlan) -> tuple[str, str]:
    """The cluster and line an allocation is for: those of its activity, or those it names."""
    if allocation.activity in budget.codes and budget.line(allocation.activity).cluster:
        return budget.line(allocation.activity).cluster, allocation.activity
    return allocation.cluster, allocation.cluster_line


def _lines(plan: BudgetPlan, sums: dict[tuple[str, str], dict[str, int]]) -> Iterator[ClusterRow]:
    """Every line of every cluster; and what names the cluster and no line of the plan, where there is any."""
    for cluster in plan.clusters:
        own = [line for line in plan.lines if line.cluster == cluster.code]
        for line in own:
            found = sums.get((cluster.code, line.code), {})
            yield _row((cluster.code, line.code), line.names, line.area, line.amount.minor, found)
        listed = {line.code for line in own}
        rest: dict[str, int] = defaultdict(int)
        for (code, line_code), amounts in sums.items():
            if code == cluster.code and line_code not in listed:
                for name, minor in amounts.items():
                    rest[name] += minor
        if rest:
            yield _row((cluster.code, ""), cluster.names, "", 0, rest)


def _areas(plan: BudgetPlan | None, lines: tuple[ClusterRow, ...]) -> list[tuple[str, Names]]:
    if plan is None:
        return []
    areas = [(area.code, area.names) for area in plan.areas]
    return [*areas, ("", NO_LINE)] if any(not row.area for row in lines) else areas


NO_LINE = Names(en="No line named", fr="Aucune ligne nommée", es="Ninguna línea indicada")


def _row(
    place: tuple[str, str], names: Names, area: str, estimate: int, amounts: dict[str, int]
) -> ClusterRow:
    left, obligated, spent, advanced = (
        Amount(amounts.get(name, 0), BASE_CURRENCY) for name in ("left", "obligated", "spent", "advanced")
    )
    return ClusterRow(
        cluster=place[0],
        line=place[1],
        area=area,
        names=names,
        estimate=Amount(estimate, BASE_CURRENCY),
        allotted=left + obligated + spent,
        obligated=obligated,
        spent=spent,
        left=left,
        advanced=advanced,
    )


def _added(rows: list[ClusterRow], cluster: str, area: str, names: Names) -> ClusterRow:
    sums = {name: total_of(getattr(row, name) for row in rows) for name in _AMOUNTS}
    return ClusterRow(cluster=cluster, line="", area=area, names=names, **sums)
