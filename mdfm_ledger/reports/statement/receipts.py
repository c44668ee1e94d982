"""The register of receipts: each contribution as the bank saw it, and what it came to in dollars."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
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
    dollars. ``counts_for`` is what was sent, where by the policy that counts at the rate and not the dollars
    received. ``waiting`` is what of it exceeds its pledge, in dollars, and did not count: it waits to be
    applied. ``charges`` are the donor's own bank charges that name the same bank reference.
    """

    number: int
    reference: str
    on: date
    value_date: date
    bank_reference: str
    amount: Amount
    counts_for: Amount | None = None
    rate: RateUsed | None = None
    dollars: Amount
    waiting: Amount | None = None
    charges: Amount

    @property
    def credited(self) -> Amount:
        """All that came, in dollars."""
        if self.counts_for:
            return self.amount
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
    rows, none, since, priced = [], Amount.zero(BASE_CURRENCY), shared.since, shared.own
    differences = _differences(source, shared, where)
    for number, _, reference, description, on, value_date, place, signed, *_ in lines:
        if on < since:
            continue
        dollars, own = Amount(-signed, place.currency), priced.get(number)
        waiting = _usd(shared.exceeding[number]) if number in shared.exceeding else None
        amount, counts_for = dollars + waiting if waiting else dollars, None
        if own and own.bank_account:
            amount = Amount(own.own_signed, own.own.currency)
        elif own:
            amount = dollars + _usd(differences.get(number, 0))
            counts_for = Amount(-own.own_signed, own.own.currency)
        rows.append(
            ReceiptRow(
                number=number,
                reference=reference,
                on=on,
                value_date=value_date,
                bank_reference=description,
                amount=amount,
                counts_for=counts_for,
                rate=own.own.rate if own else None,
                dollars=dollars,
                waiting=waiting,
                charges=_usd(charged.pop(description)) if description in charged else none,
            )
        )
    return tuple(rows)


def _differences(source: JournalSource, shared: Shared, where: dict[str, str]) -> dict[int, int]:
    """What was received more than it counts for, by entry, where any counts for what was sent."""
    if all(line.bank_account for line in shared.own.values()):
        return {}
    found: dict[int, int] = {}
    for line in source.lines(
        shared.window, since=shared.since, where={**where, "account": "2030", "flow": ""}
    ):
        found[line.number] = found.get(line.number, 0) - line.signed
    return found


def receipts_table(rows: tuple[ReceiptRow, ...]) -> Table:
    """The contributions of the period and their total; rates only where something was exchanged.

    Where not all that came counted, or other than that, what came stands beside what counted.
    """
    shows = {name for name in _ASIDE if any(getattr(row, name) for row in rows)}
    columns = [
        Column(key="number", kind=ColumnKind.NUMBER),
        Column(key="value_date", kind=ColumnKind.DATE),
        Column(key="reference", kind=ColumnKind.TEXT),
        Column(key="bank_reference", kind=ColumnKind.TEXT),
    ]
    if "rate" in shows:
        columns += [
            Column(key="amount", kind=ColumnKind.AMOUNT),
            *(Column(key=key, kind=ColumnKind.AMOUNT) for key in ("counts_for",) if key in shows),
            Column(key="rate", kind=ColumnKind.NUMBER),
            Column(key="rate_source", kind=ColumnKind.TEXT),
        ]
    amounts = [_in_dollars(row, shows) for row in rows]
    summed = tuple(amounts[0]) if amounts else ()
    columns += [Column(key=key, kind=ColumnKind.AMOUNT) for key in summed]
    shown = [
        Row(cells=(*_begins(row, shows), *own.values()), entries=(row.number,))
        for row, own in zip(rows, amounts, strict=True)
    ]
    sums = [_usd(sum(one[key].minor for one in amounts)) for key in summed]
    empty = (None,) * (len(columns) - len(summed) - 1)
    shown.append(Row(cells=(*empty, text("total"), *sums), level=RowLevel.TOTAL))
    return Table(key="receipts", columns=tuple(columns), rows=tuple(shown) if rows else ())


_ASIDE = ("rate", "counts_for", "waiting")
"""What few receipts have."""


def _begins(row: ReceiptRow, shows: AbstractSet[str]) -> tuple[Cell, ...]:
    begins: tuple[Cell, ...] = (row.number, row.value_date, row.reference, row.bank_reference)
    if "rate" not in shows:
        return begins
    sent = (row.counts_for,) if "counts_for" in shows else ()
    return (
        *begins,
        row.amount,
        *sent,
        *((row.rate.rate, rate_source(row.rate)) if row.rate else (None, None)),
    )


def _in_dollars(row: ReceiptRow, shows: AbstractSet[str]) -> dict[str, Amount]:
    if shows <= {"rate"}:
        return {"dollars": row.dollars, "charges": row.charges}
    waiting = {"waiting": row.waiting or Amount.zero(BASE_CURRENCY)} if "waiting" in shows else {}
    return {"dollars": row.credited, **waiting, "counted": row.dollars, "charges": row.charges}


def _usd(minor: int) -> Amount:
    return Amount(minor, BASE_CURRENCY)
