"""What a donor promised, in its own currency, and what arrived of it in dollars."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from attrs import frozen

from mdfm_ledger.chart import BASE_CURRENCY
from mdfm_ledger.money import Amount
from mdfm_ledger.reports.document import Column, ColumnKind, Row, RowLevel, Table, text
from mdfm_ledger.reports.positions import PledgePosition
from mdfm_ledger.reports.statement.shared import Shared
from mdfm_ledger.source import JournalSource, PostedLine


@frozen(kw_only=True)
class PledgeRow:
    """Where a pledge stands in its own currency, and the US dollars that were received on it."""

    position: PledgePosition
    received: Amount


def pledge_rows(
    source: JournalSource,
    shared: Shared,
    donor: str,
    receipts: Sequence[PostedLine],
    positions: Iterable[PledgePosition],
) -> tuple[PledgeRow, ...]:
    """The pledges of a donor; ``receipts`` are all lines on its contributions, since inception."""
    dollars = _dollars(source, shared, donor, receipts) if shared.is_mixed else None
    return tuple(
        PledgeRow(
            position=position,
            # Where all money is in dollars, what is paid of a promise in dollars is what arrived.
            received=position.paid
            if dollars is None
            else Amount(dollars.get(position.pledge, 0), BASE_CURRENCY),
        )
        for position in positions
    )


def _dollars(
    source: JournalSource, shared: Shared, donor: str, receipts: Sequence[PostedLine]
) -> Mapping[str, int]:
    """Dollars received by pledge: an entry that pays a pledge holds one contribution, for it."""
    where = {"donor": donor, "term": shared.term.reference, "account": "8040"}
    pledges = {line.number: line.place.pledge for line in source.lines(shared.window, where=where)}
    found: dict[str, int] = {}
    for line in receipts:
        if line.number in pledges:
            pledge = pledges[line.number]
            found[pledge] = found.get(pledge, 0) - line.signed
    return found


def pledges_table(rows: tuple[PledgeRow, ...]) -> Table:
    """Where each pledge stands; the total where all are in one currency."""
    is_ahead = any(one.position.ahead.minor for one in rows)
    ahead = ("ahead",) if is_ahead else ()
    columns = (
        Column(key="pledge", kind=ColumnKind.TEXT),
        Column(key="on", kind=ColumnKind.DATE),
        Column(key="status", kind=ColumnKind.TEXT),
        *(
            Column(key=key, kind=ColumnKind.AMOUNT)
            for key in ("pledged", "paid", "written_off", "due", "not_due", "open", *ahead, "received_usd")
        ),
    )
    shown = [
        Row(
            cells=(
                one.position.pledge,
                one.position.on,
                text(f"status.{one.position.status}"),
                *_amounts(one, is_ahead=is_ahead),
            )
        )
        for one in rows
    ]
    if len(rows) > 1 and len({one.position.amount.currency for one in rows}) == 1:
        amounts = (_amounts(one, is_ahead=is_ahead) for one in rows)
        sums = [sum(column[1:], start=column[0]) for column in zip(*amounts, strict=True)]
        shown.append(Row(cells=(text("total"), None, None, *sums), level=RowLevel.TOTAL))
    return Table(key="pledges", columns=columns, rows=tuple(shown))


def _amounts(row: PledgeRow, *, is_ahead: bool) -> tuple[Amount, ...]:
    one = row.position
    own = (one.amount, one.paid, one.written_off, one.due, one.not_due + one.announced, one.open)
    return (*own, *((one.ahead,) if is_ahead else ()), row.received)
