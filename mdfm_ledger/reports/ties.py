"""Ties: pairs of figures of reports that must be equal, and the table they are shown in."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import frozen

from mdfm_ledger.chart import BASE_CURRENCY
from mdfm_ledger.money import Amount
from mdfm_ledger.reports.document import Column, ColumnKind, Row, Table, text


@frozen(kw_only=True)
class Tie:
    """Two figures of two reports that are one: where each stands, and both amounts."""

    key: str
    one: str
    other: str
    left: Amount
    right: Amount

    @property
    def holds(self) -> bool:
        """Whether they are equal."""
        return self.left == self.right


def tie(key: str, one: str, left: Amount, other: str, right: Amount) -> Tie:
    """A tie by its key (``tie.<key>``), between a figure of one report and one of another."""
    return Tie(key=key, one=one, other=other, left=left, right=right)


def total_of(amounts: Iterable[Amount], currency: str = BASE_CURRENCY) -> Amount:
    """The sum of amounts of one currency; nothing where there are none."""
    return sum(amounts, start=Amount.zero(currency))


def ties_table(ties: tuple[Tie, ...]) -> Table:
    """The pairs, with the difference of each."""
    columns = (
        Column(key="tie", kind=ColumnKind.TEXT),
        Column(key="first_report", kind=ColumnKind.TEXT),
        Column(key="left_amount", kind=ColumnKind.AMOUNT),
        Column(key="second_report", kind=ColumnKind.TEXT),
        Column(key="right_amount", kind=ColumnKind.AMOUNT),
        Column(key="difference", kind=ColumnKind.AMOUNT),
    )
    rows = tuple(
        Row(
            cells=(
                text(f"tie.{one.key}"),
                text(f"report.{one.one}"),
                one.left,
                text(f"report.{one.other}"),
                one.right,
                one.left - one.right,
            )
        )
        for one in ties
    )
    return Table(key="tie_out", columns=columns, rows=rows)
