"""Earmark compliance: what a donor bound to an activity or area, and that it went nowhere else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrs import frozen

from mdfm_ledger.books.documents import Term
from mdfm_ledger.chart import BASE_CURRENCY
from mdfm_ledger.money import Amount
from mdfm_ledger.plans import Names
from mdfm_ledger.reports.document import Cell, Column, ColumnKind, Row, Table, text
from mdfm_ledger.reports.statement.account import activity_names
from mdfm_ledger.reports.statement.shared import Shared
from mdfm_ledger.source import JournalSource, Total

RESOURCES = ("8110", "8120", "8140", "8150")
"""Free, allotted, obligated and expended resources: each carries the earmark of its money."""

_RECEIVED = frozenset({"receipt", "receipt_application"})


@frozen(kw_only=True)
class EarmarkRow:
    """Money under one earmark, or under none, since inception.

    ``received`` + ``other`` (fees, charges, interest, refunds) = ``allotted`` in all + ``free``;
    ``spent`` is a part of what was allotted. ``outside`` is what was allotted to an activity the earmark
    does not allow, and has to be nothing.
    """

    earmark: str = ""
    names: Names | None = None
    received: Amount
    other: Amount
    allotted: Amount
    spent: Amount
    free: Amount
    outside: Amount


def earmark_rows(
    source: JournalSource,
    shared: Shared,
    where: Mapping[str, str],
    resources: Sequence[Total],
    received: Amount,
) -> tuple[EarmarkRow, ...]:
    """One row an earmark, the money without one first.

    ``resources`` are totals by account, earmark and activity; ``received`` is all the donor paid in.
    """
    term, sums = shared.term, dict[str, dict[str, int]]()
    for total in resources:
        account, earmark, activity = total.key
        own = sums.setdefault(earmark, {})
        own[account] = own.get(account, 0) - total.balance
        if account != "8110" and not allows(term, earmark, activity):
            own["outside"] = own.get("outside", 0) - total.balance
    bound = sorted(set(sums) - {""})
    by_earmark = _received(source, shared, where) if bound else {}
    by_earmark[""] = received.minor - sum(by_earmark.values())
    return tuple(
        _row(shared, earmark, sums.get(earmark, {}), by_earmark.get(earmark, 0)) for earmark in ("", *bound)
    )


def allows(term: Term, earmark: str, activity: str) -> bool:
    """Whether money of that earmark could be allotted to the activity, by any budget of the term."""
    return any(version.plan.allows(earmark, activity) for version in term.budgets)


def _received(source: JournalSource, shared: Shared, where: Mapping[str, str]) -> dict[str, int]:
    earmarks = tuple(sorted(shared.term.earmarks - {""}))
    found: dict[str, int] = {}
    limits = {**where, "account": "8110", "earmark": earmarks}
    for line in source.lines(shared.window, where=limits):
        if line.cause in _RECEIVED:
            found[line.place.earmark] = found.get(line.place.earmark, 0) - line.signed
    return found


def _row(shared: Shared, earmark: str, sums: Mapping[str, int], received: int) -> EarmarkRow:
    allotted = sum(sums.get(account, 0) for account in RESOURCES[1:])
    free = sums.get("8110", 0)
    return EarmarkRow(
        earmark=earmark,
        names=activity_names(shared.term, earmark, shared.window) if earmark else None,
        received=_usd(received),
        other=_usd(allotted + free - received),
        allotted=_usd(allotted),
        spent=_usd(sums.get("8150", 0)),
        free=_usd(free),
        outside=_usd(sums.get("outside", 0)),
    )


def _usd(minor: int) -> Amount:
    return Amount(minor, BASE_CURRENCY)


def earmarks_table(rows: tuple[EarmarkRow, ...]) -> Table:
    """Each earmark: received, used, left, and that nothing went elsewhere."""
    amounts = ("received", "other", "allotted_in_all", "of_which_spent", "free", "outside")
    columns = (
        Column(key="earmark", kind=ColumnKind.CODE),
        Column(key="activity_name", kind=ColumnKind.TEXT),
        *(Column(key=key, kind=ColumnKind.AMOUNT) for key in amounts),
    )
    shown = tuple(Row(cells=_cells(row)) for row in rows)
    return Table(key="earmarks", columns=columns, rows=shown)


def _cells(row: EarmarkRow) -> tuple[Cell, ...]:
    name: Cell = text("not_earmarked") if row.names is None else row.names
    figures = (row.received, row.other, row.allotted, row.spent, row.free, row.outside)
    return (row.earmark or None, name, *figures)
