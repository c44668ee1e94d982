"""Pass-through transfers by receiver: what each was given, gave back, and returned of what it earned."""

from __future__ import annotations

from typing import cast

from attrs import frozen

from mdfm_ledger.books.documents import Partner
from mdfm_ledger.chart import BASE_CURRENCY
from mdfm_ledger.money import Amount
from mdfm_ledger.reports.document import Column, ColumnKind, Row, RowLevel, Table, text
from mdfm_ledger.source import JournalSource, Window

_COLUMNS = ("transferred", "refunded", "net", "interest_returned")


@frozen(kw_only=True)
class Receiver:
    """A receiver of transfers since inception, in US dollars, all amounts positive.

    ``interest_returned`` is what it earned on the money and gave back; it is a source of the fund,
    and no part of ``net`` = ``transferred`` − ``refunded``.
    """

    partner: str
    name: str
    kind: str
    transferred: Amount
    refunded: Amount
    interest_returned: Amount

    @property
    def net(self) -> Amount:
        """What it was given and did not give back."""
        return self.transferred - self.refunded


def receivers_of(source: JournalSource, window: Window, *, term: str) -> tuple[Receiver, ...]:
    """Every receiver of a term, by kind, in the order registered."""
    where = {"term": term, "account": ("2044", "2045", "2021"), "flow": ""}
    sums: dict[str, dict[str, int]] = {}
    for total in source.totals(("party", "account"), window, where=where):
        sums.setdefault(total.key[0], {})[total.key[1]] = abs(total.balance)
    partners = cast(dict[str, Partner], source.documents("partner", window)) if sums else {}
    active = {reference for reference, amounts in sums.items() if any(amounts.values())}
    rows = [_receiver(partner, sums[one]) for one, partner in partners.items() if one in active]
    return tuple(sorted(rows, key=lambda row: row.kind != "organization"))


def _receiver(partner: Partner, sums: dict[str, int]) -> Receiver:
    return Receiver(
        partner=partner.reference,
        name=partner.name,
        kind=partner.kind,
        transferred=Amount(sums.get("2044", 0), BASE_CURRENCY),
        refunded=Amount(sums.get("2045", 0), BASE_CURRENCY),
        interest_returned=Amount(sums.get("2021", 0), BASE_CURRENCY),
    )


def receivers_table(rows: tuple[Receiver, ...]) -> Table:
    """The receivers, with a sum for each kind that has several, and one of all."""
    columns = (
        Column(key="partner", kind=ColumnKind.TEXT),
        Column(key="partner_kind", kind=ColumnKind.TEXT),
        *(Column(key=key, kind=ColumnKind.AMOUNT) for key in _COLUMNS),
    )
    shown: list[Row] = []
    for kind in dict.fromkeys(row.kind for row in rows):
        own = [row for row in rows if row.kind == kind]
        named = text(f"partner_kind.{kind}")
        shown += [Row(cells=(row.name, named, *(getattr(row, key) for key in _COLUMNS))) for row in own]
        if len(own) > 1:
            shown.append(Row(cells=(None, named, *_sums(own)), level=RowLevel.SUBTOTAL))
    shown.append(Row(cells=(text("total"), None, *_sums(rows)), level=RowLevel.TOTAL))
    return Table(key="receivers", columns=columns, rows=tuple(shown) if rows else ())


def _sums(rows: list[Receiver] | tuple[Receiver, ...]) -> list[Amount]:
    return [sum((getattr(row, key) for row in rows), start=Amount.zero(BASE_CURRENCY)) for key in _COLUMNS]
