"""The flows of the whole fund, and a donor's share of each."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from attrs import frozen

from mdfm_ledger.money import Amount
from mdfm_ledger.reports.document import Column, ColumnKind, Row, RowLevel, Table, text
from mdfm_ledger.reports.flows import FLOWS, Flow, held_of
from mdfm_ledger.reports.head import share


@frozen(kw_only=True)
class FundRow:
    """A flow of the whole fund since inception, and the donor's share; there is none of nothing."""

    key: str
    fund: Amount
    donor: Amount
    share: Fraction | None = None


def fund_rows(donor: Mapping[Flow, Amount], fund: Mapping[Flow, Amount]) -> tuple[FundRow, ...]:
    """The flows there were, sources before uses, and what is held."""
    pairs = [(flow.key, fund[flow], donor[flow]) for flow in FLOWS if not fund[flow].is_zero]
    pairs.append(("closing", held_of(fund), held_of(donor)))
    return tuple(
        FundRow(key=key, fund=whole, donor=own, share=share(own.minor, whole.minor))
        for key, whole, own in pairs
    )


def fund_table(rows: tuple[FundRow, ...]) -> Table:
    """The flows of the whole fund, and the donor's share of each."""
    columns = (
        Column(key="movement", kind=ColumnKind.TEXT),
        Column(key="whole_fund", kind=ColumnKind.AMOUNT),
        Column(key="this_donor", kind=ColumnKind.AMOUNT),
        Column(key="share", kind=ColumnKind.SHARE),
    )
    shown = tuple(
        Row(
            cells=(text(f"flow.{one.key}"), one.fund, one.donor, one.share),
            level=RowLevel.TOTAL if one.key == "closing" else RowLevel.NORMAL,
        )
        for one in rows
    )
    return Table(key="fund", columns=columns, rows=shown)
