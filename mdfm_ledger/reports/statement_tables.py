"""The tables of a donor statement: the value of a row, and the rows as a table."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from attrs import frozen

from mdfm_ledger.chart import BASE_CURRENCY
from mdfm_ledger.money import Amount
from mdfm_ledger.plans import Names
from mdfm_ledger.reports.document import Column, ColumnKind, Row, RowLevel, Table, text
from mdfm_ledger.reports.positions import PledgePosition


@frozen(kw_only=True)
class ReceiptRow:
    """A contribution as the bank saw it; ``amount`` is negative for one that was taken back."""

    number: int
    reference: str
    on: date
    value_date: date
    bank_reference: str
    amount: Amount


@frozen(kw_only=True)
class AccountRow:
    """A line of the donor's own account in trust: before the period, in it, and since inception."""

    key: str
    prior: Amount
    period: Amount
    inception: Amount


@frozen(kw_only=True)
class UseRow:
    """What an activity has used of the donor's money, by the frozen shares (notional)."""

    activity: str
    names: Names
    period: Amount
    inception: Amount


@frozen(kw_only=True)
class FundRow:
    """A flow of the whole fund since inception, and the donor's share of it."""

    key: str
    fund: Amount
    donor: Amount
    share: Fraction | None


def pledges_table(rows: tuple[PledgePosition, ...]) -> Table:
    """Where each pledge stands."""
    columns = (
        Column(key="pledge", kind=ColumnKind.TEXT),
        Column(key="on", kind=ColumnKind.DATE),
        Column(key="status", kind=ColumnKind.TEXT),
        *(
            Column(key=key, kind=ColumnKind.AMOUNT)
            for key in ("pledged", "paid", "written_off", "due", "not_due", "open")
        ),
    )
    shown = tuple(
        Row(
            cells=(
                one.pledge,
                one.on,
                text(f"status.{one.status}"),
                one.amount,
                one.paid,
                one.written_off,
                one.due,
                one.not_due + one.announced,
                one.open,
            )
        )
        for one in rows
    )
    return Table(key="pledges", columns=columns, rows=shown)


def receipts_table(rows: tuple[ReceiptRow, ...]) -> Table:
    """The contributions of the period, and their total."""
    columns = (
        Column(key="number", kind=ColumnKind.NUMBER),
        Column(key="value_date", kind=ColumnKind.DATE),
        Column(key="on", kind=ColumnKind.DATE),
        Column(key="reference", kind=ColumnKind.TEXT),
        Column(key="bank_reference", kind=ColumnKind.TEXT),
        Column(key="amount", kind=ColumnKind.AMOUNT),
    )
    shown = [
        Row(
            cells=(one.number, one.value_date, one.on, one.reference, one.bank_reference, one.amount),
            entries=(one.number,),
        )
        for one in rows
    ]
    total = Amount(sum(one.amount.minor for one in rows), BASE_CURRENCY)
    shown.append(Row(cells=(None, None, None, None, text("total"), total), level=RowLevel.TOTAL))
    return Table(key="receipts", columns=columns, rows=tuple(shown) if rows else ())


def account_table(rows: tuple[AccountRow, ...]) -> Table:
    """The movements of the money held, opening to closing."""
    columns = (
        Column(key="movement", kind=ColumnKind.TEXT),
        Column(key="prior", kind=ColumnKind.AMOUNT),
        Column(key="period", kind=ColumnKind.AMOUNT),
        Column(key="inception", kind=ColumnKind.AMOUNT),
    )
    shown = tuple(
        Row(
            cells=(text(f"flow.{one.key}"), one.prior, one.period, one.inception),
            level=RowLevel.TOTAL if one.key in ("opening", "closing") else RowLevel.NORMAL,
        )
        for one in rows
    )
    return Table(key="account", columns=columns, rows=shown)


def uses_table(rows: tuple[UseRow, ...]) -> Table:
    """What each activity has used, by the frozen shares."""
    columns = (
        Column(key="activity", kind=ColumnKind.CODE),
        Column(key="activity_name", kind=ColumnKind.TEXT),
        Column(key="period", kind=ColumnKind.AMOUNT),
        Column(key="inception", kind=ColumnKind.AMOUNT),
    )
    shown = tuple(Row(cells=(one.activity, one.names, one.period, one.inception)) for one in rows)
    return Table(key="uses", columns=columns, rows=shown)


def fund_table(rows: tuple[FundRow, ...]) -> Table:
    """The flows of the whole fund, and the donor's share of each."""
    columns = (
        Column(key="movement", kind=ColumnKind.TEXT),
        Column(key="whole_fund", kind=ColumnKind.AMOUNT),
        Column(key="this_donor", kind=ColumnKind.AMOUNT),
        Column(key="share", kind=ColumnKind.SHARE),
    )
    shown = tuple(Row(cells=(text(f"flow.{one.key}"), one.fund, one.donor, one.share)) for one in rows)
    return Table(key="fund", columns=columns, rows=shown)
