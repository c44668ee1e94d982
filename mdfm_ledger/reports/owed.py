"""What is owed to each donor: held in trust, decided to be refunded, or put aside for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from attrs import frozen

from mdfm_ledger.books.closing import RefundOwed
from mdfm_ledger.chart import BASE_CURRENCY, HELD
from mdfm_ledger.money import Amount
from mdfm_ledger.reports.document import Column, ColumnKind, Row, RowLevel, Table, text
from mdfm_ledger.reports.outside import ASIDE, REFUNDS
from mdfm_ledger.reports.positions import donors_of
from mdfm_ledger.reports.ties import total_of
from mdfm_ledger.source import JournalSource, Window

_OWED = ("held", "refunds_payable", "donor_balance", "owed")


@frozen(kw_only=True)
class OwedToDonor:
    """What is owed to a donor on a day, in US dollars: held, to be refunded, put aside."""

    donor: str
    donor_name: str
    held: Amount
    refunds_payable: Amount
    donor_balance: Amount

    @property
    def owed(self) -> Amount:
        """All of it."""
        return self.held + self.refunds_payable + self.donor_balance


@frozen(kw_only=True)
class RefundInCurrency:
    """A refund agreed in the donor's own currency and not paid whole: that, and the dollars it stands for."""

    refund: str
    donor: str
    donor_name: str
    agreed: Amount
    settled: Amount
    still_owed: Amount
    refunds_payable: Amount


_IN_CURRENCY = ("agreed", "settled", "still_owed", "refunds_payable")


def refunds_in_currency(source: JournalSource, window: Window, term: str) -> tuple[RefundInCurrency, ...]:
    """The refunds of a term that are owed in another currency than dollars, in the order decided."""
    donors = donors_of(source, window)
    refunds = cast(Mapping[str, RefundOwed], source.documents("refund", window)).values()
    return tuple(
        RefundInCurrency(
            refund=one.reference,
            donor=one.donor,
            donor_name=donors[one.donor].name,
            agreed=one.owed,
            settled=one.settled,
            still_owed=one.owed - one.settled,
            refunds_payable=one.amount - one.paid,
        )
        for one in refunds
        if one.term == term and one.owed and one.owed > one.settled
    )


def refunds_table(rows: tuple[RefundInCurrency, ...]) -> Table:
    """A row a refund."""
    columns = (
        Column(key="refund", kind=ColumnKind.CODE),
        Column(key="donor", kind=ColumnKind.TEXT),
        *(Column(key=key, kind=ColumnKind.AMOUNT) for key in _IN_CURRENCY),
    )
    shown = [
        Row(cells=(one.refund, one.donor_name, *(getattr(one, key) for key in _IN_CURRENCY))) for one in rows
    ]
    return Table(key="refunds_in_currency", columns=columns, rows=tuple(shown))


def owed_to_donors(source: JournalSource, window: Window, term: str) -> tuple[OwedToDonor, ...]:
    """The donors to whom anything is owed, in the order they were registered."""
    held, refunds, aside = (
        {total.key[0]: -total.balance for total in source.totals(("donor",), window, where=where)}
        for where in ({"term": term, "account": one} for one in (HELD, REFUNDS, ASIDE))
    )
    rows = (
        OwedToDonor(
            donor=reference,
            donor_name=donor.name,
            held=_usd(held.get(reference, 0)),
            refunds_payable=_usd(refunds.get(reference, 0)),
            donor_balance=_usd(aside.get(reference, 0)),
        )
        for reference, donor in donors_of(source, window).items()
    )
    return tuple(row for row in rows if any(getattr(row, key).minor for key in _OWED))


def owed_table(rows: tuple[OwedToDonor, ...]) -> Table:
    """A row a donor, and all of them."""
    columns = (
        Column(key="donor", kind=ColumnKind.TEXT),
        *(Column(key=key, kind=ColumnKind.AMOUNT) for key in _OWED),
    )
    shown = [Row(cells=(one.donor_name, *(getattr(one, key) for key in _OWED))) for one in rows]
    sums = [total_of(getattr(one, key) for one in rows) for key in _OWED]
    total = Row(cells=(text("total"), *sums), level=RowLevel.TOTAL)
    return Table(key="owed_to_donors", columns=columns, rows=(*shown, total) if shown else ())


def _usd(minor: int) -> Amount:
    return Amount(minor, BASE_CURRENCY)
