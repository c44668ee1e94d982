"""The tables of the exchange report: the value of a row, and the rows as a table."""

from __future__ import annotations

from datetime import date

from attrs import frozen

from mdfm_ledger.chart import BASE_CURRENCY
from mdfm_ledger.money import Amount
from mdfm_ledger.rates import RateUsed
from mdfm_ledger.reports.document import Column, ColumnKind, Row, RowLevel, Table, Text, text


@frozen(kw_only=True)
class ForeignAccount:
    """A bank account in another currency: what is on it, and what the books say that is in dollars.

    ``worth`` is the same at the last published rate of the day, and ``not_revalued`` what it is more
    than the books say; None where no such rate is published.
    """

    bank_account: str
    name: str
    own: Amount
    booked: Amount
    rate: RateUsed | None
    worth: Amount | None
    not_revalued: Amount | None


@frozen(kw_only=True)
class PricedMovement:
    """A line on such an account: own amount and dollars, debit positive, and the rate that priced it.

    Or a contribution, what came in positive; that has no bank account.
    """

    number: int
    on: date
    value_date: date
    kind: str
    reference: str
    bank_account: str
    own: Amount
    rate: RateUsed
    dollars: Amount


@frozen(kw_only=True)
class ExchangeDifference:
    """What an entry brought (positive) or cost donors by a change or a difference of rates."""

    number: int
    on: date
    kind: str
    reference: str
    amount: Amount


@frozen(kw_only=True)
class DonorDifference:
    """A donor's part of all exchange differences: gains positive, losses negative."""

    donor: str
    name: str
    gains: Amount
    losses: Amount
    total: Amount


def _usd(minor: int) -> Amount:
    return Amount(minor, BASE_CURRENCY)


def rate_source(rate: RateUsed) -> Text:
    """Where a rate is from, since when it holds, and which way it is quoted."""
    return text("rate_of", source=rate.source, since=rate.since, quoted=text(f"quoted.{rate.quoted}"))


def accounts_table(rows: tuple[ForeignAccount, ...]) -> Table:
    """What is on each account, and what it is worth."""
    columns = (
        Column(key="bank_account", kind=ColumnKind.TEXT),
        Column(key="own_amount", kind=ColumnKind.AMOUNT),
        Column(key="booked", kind=ColumnKind.AMOUNT),
        Column(key="rate", kind=ColumnKind.NUMBER),
        Column(key="rate_source", kind=ColumnKind.TEXT),
        Column(key="worth", kind=ColumnKind.AMOUNT),
        Column(key="not_revalued", kind=ColumnKind.AMOUNT),
    )
    shown = tuple(
        Row(
            cells=(
                one.name,
                one.own,
                one.booked,
                one.rate.rate if one.rate else None,
                rate_source(one.rate) if one.rate else None,
                one.worth,
                one.not_revalued,
            )
        )
        for one in rows
    )
    return Table(key="foreign_accounts", columns=columns, rows=shown, note=text("note.rates"))


def movements_table(rows: tuple[PricedMovement, ...]) -> Table:
    """Each movement with the rate it was priced at."""
    return _priced("priced_movements", rows)


def contributions_table(rows: tuple[PricedMovement, ...]) -> Table:
    """Each contribution that counts for what was sent, with its rate."""
    return _priced("priced_contributions", rows)


def _priced(key: str, rows: tuple[PricedMovement, ...]) -> Table:
    columns = (
        Column(key="number", kind=ColumnKind.NUMBER),
        Column(key="value_date", kind=ColumnKind.DATE),
        Column(key="event", kind=ColumnKind.TEXT),
        Column(key="reference", kind=ColumnKind.TEXT),
        Column(key="own_amount", kind=ColumnKind.AMOUNT),
        Column(key="rate", kind=ColumnKind.NUMBER),
        Column(key="rate_source", kind=ColumnKind.TEXT),
        Column(key="dollars", kind=ColumnKind.AMOUNT),
    )
    shown = tuple(
        Row(
            cells=(
                one.number,
                one.value_date,
                text(f"event.{one.kind}"),
                one.reference,
                one.own,
                one.rate.rate,
                rate_source(one.rate),
                one.dollars,
            ),
            entries=(one.number,),
        )
        for one in rows
    )
    return Table(key=key, columns=columns, rows=shown)


def differences_table(rows: tuple[ExchangeDifference, ...], total: Amount) -> Table:
    """The differences by entry, with their sum."""
    columns = (
        Column(key="number", kind=ColumnKind.NUMBER),
        Column(key="on", kind=ColumnKind.DATE),
        Column(key="event", kind=ColumnKind.TEXT),
        Column(key="reference", kind=ColumnKind.TEXT),
        Column(key="difference", kind=ColumnKind.AMOUNT),
    )
    shown = [
        Row(
            cells=(one.number, one.on, text(f"event.{one.kind}"), one.reference, one.amount),
            entries=(one.number,),
        )
        for one in rows
    ]
    last = Row(cells=(None, None, text("total"), None, total), level=RowLevel.TOTAL)
    return Table(key="exchange_differences", columns=columns, rows=(*shown, last) if rows else ())


def donors_table(rows: tuple[DonorDifference, ...]) -> Table:
    """The differences by donor, with their sums."""
    columns = (
        Column(key="donor", kind=ColumnKind.TEXT),
        *(Column(key=key, kind=ColumnKind.AMOUNT) for key in ("gains", "losses", "difference")),
    )
    shown = [Row(cells=(one.name, one.gains, one.losses, one.total)) for one in rows]
    sums = [_usd(sum(getattr(one, name).minor for one in rows)) for name in ("gains", "losses", "total")]
    last = Row(cells=(text("total"), *sums), level=RowLevel.TOTAL)
    return Table(key="exchange_by_donor", columns=columns, rows=(*shown, last) if rows else ())
