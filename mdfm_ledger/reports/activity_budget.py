"""Activity budget report: budget, allotted, obligated, spent and free, activity by activity."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from attrs import frozen

from mdfm_ledger.books.documents import Term
from mdfm_ledger.books.shares import FrozenShares
from mdfm_ledger.money import Amount
from mdfm_ledger.plans import Names
from mdfm_ledger.reports.document import Column, ColumnKind, Document, Row, RowLevel, Section, Table, text
from mdfm_ledger.reports.head import Head, head_of
from mdfm_ledger.reports.positions import term_of
from mdfm_ledger.source import JournalSource, Window


@frozen(kw_only=True)
class ActivityRow:
    """An activity of the budget.

    ``allotted`` is net of returns; ``left`` = allotted − obligated − spent; ``free`` = budget −
    allotted, what may still be allotted. ``advanced`` is what partners hold of what is obligated.
    """

    activity: str
    area: str
    names: Names
    budget: Amount
    allotted: Amount
    obligated: Amount
    spent: Amount
    left: Amount
    free: Amount
    advanced: Amount


@frozen(kw_only=True)
class BudgetChange:
    """A budget that was in force: since when, its target, and the decision behind it."""

    since: str
    target: Amount
    decision: str


@frozen(kw_only=True)
class ActivityBudget:
    """The budget in force on the day of the report, activity by activity, and the budgets before it.

    ``areas`` add up the activities of each work area; activities no longer in the budget are in none.
    """

    name = "activity_budget"

    head: Head
    rows: tuple[ActivityRow, ...]
    areas: tuple[ActivityRow, ...]
    total: ActivityRow
    versions: tuple[BudgetChange, ...]

    def document(self) -> Document:
        """The report as blocks for a renderer."""
        columns = (
            Column(key="activity", kind=ColumnKind.CODE),
            Column(key="activity_name", kind=ColumnKind.TEXT),
            *(
                Column(key=key, kind=ColumnKind.AMOUNT)
                for key in ("budget", "allotted", "obligated", "spent", "left", "free_to_allot", "advanced")
            ),
        )
        total = Row(cells=(None, text("total"), *_amounts(self.total)), level=RowLevel.TOTAL)
        versions = Table(
            key="budget_versions",
            columns=(
                Column(key="since", kind=ColumnKind.TEXT),
                Column(key="target", kind=ColumnKind.AMOUNT),
                Column(key="decision", kind=ColumnKind.TEXT),
            ),
            rows=tuple(Row(cells=(one.since, one.target, one.decision)) for one in self.versions),
        )
        table = Table(key="activity_budget", columns=columns, rows=(*self._by_area(), total))
        return Document(
            name=self.name,
            title=text("title.activity_budget"),
            sections=(
                Section(key="head", blocks=(self.head.facts(),)),
                Section(key="activity_budget", blocks=(table, versions)),
            ),
        )

    def _by_area(self) -> Iterator[Row]:
        """The activities of each area, with the sum of the area under them."""
        for area in self.areas:
            yield from (_row(row) for row in self.rows if row.area == area.area)
            yield Row(cells=(area.area, area.names, *_amounts(area)), level=RowLevel.SUBTOTAL)
        yield from (_row(row) for row in self.rows if not row.area)


def _amounts(row: ActivityRow) -> tuple[Amount, ...]:
    return (row.budget, row.allotted, row.obligated, row.spent, row.left, row.free, row.advanced)


def _row(row: ActivityRow) -> Row:
    return Row(cells=(row.activity, row.names, *_amounts(row)))


def activity_budget(source: JournalSource, window: Window, *, term: str) -> ActivityBudget:
    """The budget of a term against what was allotted and spent, in the window."""
    known = term_of(source, window, term)
    balances: dict[str, dict[str, int]] = {}
    where = {"term": term, "account": ("8120", "8140", "8150")}
    for total in source.totals(("activity", "account"), window, where=where):
        balances.setdefault(total.key[0], {})[total.key[1]] = -total.balance
    plan = known.budget_on(window.as_of)
    held = _advanced(source, window, term)
    codes = [line.code for line in plan.lines] + sorted(set(balances) - plan.codes)
    rows = tuple(_activity(known, code, balances.get(code, {}), held.get(code, 0), window) for code in codes)
    areas = tuple(
        _sum(tuple(row for row in rows if row.area == area.code), area.code, area.names)
        for area in plan.areas
        if any(row.area == area.code for row in rows)
    )
    return ActivityBudget(
        head=head_of(term, window),
        rows=rows,
        areas=areas,
        total=_sum(rows, "", Names(en="Total")),
        versions=_versions(known, window),
    )


def _advanced(source: JournalSource, window: Window, term: str) -> dict[str, int]:
    """What partners hold in advances, by activity of the allocation it was advanced under."""
    where = {"term": term, "account": "1210"}
    totals = source.totals(("allocation",), window, where=where)
    references = [total.key[0] for total in totals]
    known = cast(dict[str, FrozenShares], source.documents("allocation", window, references=references))
    sums: dict[str, int] = {}
    for total in [total for total in totals if total.balance]:
        activity = known[total.key[0]].activity
        sums[activity] = sums.get(activity, 0) + total.balance
    return sums


def _activity(term: Term, code: str, balances: dict[str, int], advanced: int, window: Window) -> ActivityRow:
    plan = term.budget_on(window.as_of)
    left, obligated, spent = (balances.get(account, 0) for account in ("8120", "8140", "8150"))
    allotted = left + obligated + spent

    def amount(minor: int) -> Amount:
        return Amount(minor, term.currency)

    return ActivityRow(
        activity=code,
        area=plan.area_of(code),
        names=plan.line(code).names if code in plan.codes else Names(en=code),
        budget=plan.amount_of(code),
        allotted=amount(allotted),
        obligated=amount(obligated),
        spent=amount(spent),
        left=amount(left),
        free=amount(plan.amount_of(code).minor - allotted),
        advanced=amount(advanced),
    )


def _sum(rows: tuple[ActivityRow, ...], area: str, names: Names) -> ActivityRow:
    def added(name: str) -> Amount:
        amounts: list[Amount] = [getattr(row, name) for row in rows]
        return sum(amounts[1:], start=amounts[0])

    return ActivityRow(
        activity="",
        area=area,
        names=names,
        budget=added("budget"),
        allotted=added("allotted"),
        obligated=added("obligated"),
        spent=added("spent"),
        left=added("left"),
        free=added("free"),
        advanced=added("advanced"),
    )


def _versions(term: Term, window: Window) -> tuple[BudgetChange, ...]:
    return tuple(
        BudgetChange(since=version.since.isoformat(), target=version.plan.target, decision=version.decision)
        for version in term.budgets
        if version.since <= window.as_of or version is term.budgets[0]
    )
