"""The register of receipts: each contribution as the bank saw it, and what it came to in dollars."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from attrs import frozen

from mdfm_ledger.chart import BASE_CURRENCY
from mdfm_ledger.money import Amount
from mdfm_ledger.rates import RateUsed
from mdfm_ledger.reports.document import Cell, Column, ColumnKind, Row, RowLevel, Table, text
from mdfm_ledger.reports.exchange_tables import rate_source
from mdfm_ledger.reports.statement.shared import Shared
from mdfm_ledger.source import JournalSource, PostedLine


@frozen(kw_only=True)
class ReceiptRow:
    """A contribution as the bank saw it; amounts are negative for one that was taken back.

    ``amount`` is in the currency received, ``dollars`` what it counted for at ``rate``, None for
    dollars. ``charges`` are the donor's own bank charges that name
    the same bank reference.
    """

    number: int
    reference: str
    on: date
    value_date: date
    bank_reference: str
    amount: Amount
    rate: RateUsed | None = None
    dollars: Amount
    charges: Amount


def contribution_lines(source: JournalSource, shared: Shared, where: dict[str, str]) -> list[PostedLine]:
    """The lines on a donor's contributions: of the period, or of all time where it is asked by pledge."""
    since = None if shared.is_mixed else shared.since
    return source.lines(shared.window, since=since, where={**where, "account": "2010", "flow": ""})


def receipt_rows(
    source: JournalSource, shared: Shared, where: dict[str, str], lines: Sequence[PostedLine]
) -> tuple[ReceiptRow, ...]:
    """The contributions of the period among ``lines``, by accounting date."""
    charged: dict[str, int] = {}
    for line in source.lines(
        shared.window, since=shared.since, where={**where, "account": "2043", "flow": ""}
    ):
        charged[line.description] = charged.get(line.description, 0) + line.signed
    rows, none, since, exchanged = [], Amount.zero(BASE_CURRENCY), shared.since, shared.own
    for number, _, reference, description, on, value_date, place, signed, *_ in lines:
        if on < since:
            continue
        dollars, own = Amount(-signed, place.currency), exchanged.get(number)
        rows.append(
            ReceiptRow(
                number=number,
                reference=reference,
                on=on,
                value_date=value_date,
                bank_reference=description,
                amount=Amount(own.own_signed, own.own.currency) if own else dollars,
                rate=own.own.rate if own else None,
                dollars=dollars,
                charges=_usd(charged.pop(description)) if description in charged else none,
            )
        )
    return tuple(rows)


def receipts_table(rows: tuple[ReceiptRow, ...]) -> Table:
    """The contributions of the period and their total; rates only where something was exchanged."""
    is_exchanged = any(row.rate for row in rows)
    columns = [
        Column(key="number", kind=ColumnKind.NUMBER),
        Column(key="value_date", kind=ColumnKind.DATE),
        Column(key="reference", kind=ColumnKind.TEXT),
        Column(key="bank_reference", kind=ColumnKind.TEXT),
    ]
    if is_exchanged:
        columns += [
            Column(key="amount", kind=ColumnKind.AMOUNT),
            Column(key="rate", kind=ColumnKind.NUMBER),
            Column(key="rate_source", kind=ColumnKind.TEXT),
        ]
    columns += [Column(key=key, kind=ColumnKind.AMOUNT) for key in ("dollars", "charges")]
    shown = [Row(cells=_cells(row, is_exchanged=is_exchanged), entries=(row.number,)) for row in rows]
    sums = (sum(row.dollars.minor for row in rows), sum(row.charges.minor for row in rows))
    empty = (None,) * (len(columns) - 3)
    shown.append(Row(cells=(*empty, text("total"), *map(_usd, sums)), level=RowLevel.TOTAL))
    return Table(key="receipts", columns=tuple(columns), rows=tuple(shown) if rows else ())


def _cells(row: ReceiptRow, *, is_exchanged: bool) -> tuple[Cell, ...]:
    exchanged: tuple[Cell, ...] = ()
    if is_exchanged:
        exchanged = (row.amount, *((row.rate.rate, rate_source(row.rate)) if row.rate else (None, None)))
    return (
        row.number,
        row.value_date,
        row.reference,
        row.bank_reference,
        *exchanged,
        row.dollars,
        row.charges,
    )


def _usd(minor: int) -> Amount:
    return Amount(minor, BASE_CURRENCY)
