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
    dollars. ``waiting`` is what of it exceeds its pledge, in dollars, and did not count: it waits to be
    applied. ``charges`` are the donor's own bank charges that name the same bank reference.
    """

    number: int
    reference: str
    on: date
    value_date: date
    bank_reference: str
    amount: Amount
    rate: RateUsed | None = None
    dollars: Amount
    waiting: Amount | None = None
    charges: Amount

    @property
    def credited(self) -> Amount:
        """All that came, in dollars: what counted, and what waits."""
        return self.dollars + self.waiting if self.waiting else self.dollars


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
    exceeding = shared.exceeding
    for number, _, reference, description, on, value_date, place, signed, *_ in lines:
        if on < since:
            continue
        dollars, own = Amount(-signed, place.currency), exchanged.get(number)
        waiting = _usd(exceeding[number]) if number in exceeding else None
        credited = dollars + waiting if waiting else dollars
        rows.append(
            ReceiptRow(
                number=number,
                reference=reference,
                on=on,
                value_date=value_date,
                bank_reference=description,
                amount=Amount(own.own_signed, own.own.currency) if own else credited,
                rate=own.own.rate if own else None,
                dollars=dollars,
                waiting=waiting,
                charges=_usd(charged.pop(description)) if description in charged else none,
            )
        )
    return tuple(rows)


def receipts_table(rows: tuple[ReceiptRow, ...]) -> Table:
    """The contributions of the period and their total; rates only where something was exchanged.

    Where anything exceeded its pledge, what came and what waits stand beside what counted.
    """
    is_exchanged, is_exceeding = any(row.rate for row in rows), any(row.waiting for row in rows)
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
    summed = ("dollars", "waiting", "counted", "charges") if is_exceeding else ("dollars", "charges")
    columns += [Column(key=key, kind=ColumnKind.AMOUNT) for key in summed]
    amounts = [(*_in_dollars(row, is_exceeding=is_exceeding), row.charges) for row in rows]
    shown = [
        Row(cells=(*_begins(row, is_exchanged=is_exchanged), *own), entries=(row.number,))
        for row, own in zip(rows, amounts, strict=True)
    ]
    sums = [_usd(sum(one.minor for one in column)) for column in zip(*amounts, strict=True)]
    empty = (None,) * (len(columns) - len(summed) - 1)
    shown.append(Row(cells=(*empty, text("total"), *sums), level=RowLevel.TOTAL))
    return Table(key="receipts", columns=tuple(columns), rows=tuple(shown) if rows else ())


def _begins(row: ReceiptRow, *, is_exchanged: bool) -> tuple[Cell, ...]:
    begins: tuple[Cell, ...] = (row.number, row.value_date, row.reference, row.bank_reference)
    if not is_exchanged:
        return begins
    return (*begins, row.amount, *((row.rate.rate, rate_source(row.rate)) if row.rate else (None, None)))


def _in_dollars(row: ReceiptRow, *, is_exceeding: bool) -> tuple[Amount, ...]:
    if not is_exceeding:
        return (row.dollars,)
    return (row.credited, row.waiting or Amount.zero(BASE_CURRENCY), row.dollars)


def _usd(minor: int) -> Amount:
    return Amount(minor, BASE_CURRENCY)
