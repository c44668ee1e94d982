"""Pledges in other currencies: what is open on them, at the term's fixed reference rate and at today's."""

from __future__ import annotations

from attrs import frozen

from mdfm_ledger.books.documents import Term
from mdfm_ledger.money import Amount
from mdfm_ledger.rates import RateUsed
from mdfm_ledger.reports.document import Column, ColumnKind, Row, Table
from mdfm_ledger.reports.positions import PledgePosition
from mdfm_ledger.reports.published import Published
from mdfm_ledger.source import Window


@frozen(kw_only=True)
class ForeignPledge:
    """A pledge in its own currency, and what is open on it in dollars.

    ``at_reference`` is at the rate of the term's first day, which stays what it is, so that a target
    report moves with promises and not with rates; ``at_today`` is at the rate of the report's day. None
    where no such rate is published.
    """

    position: PledgePosition
    reference_rate: RateUsed | None
    at_reference: Amount | None
    today_rate: RateUsed | None
    at_today: Amount | None

    def counted(self, name: str) -> int:
        """Cents at the reference rate of what is ``due``, ``not_due`` or ``announced``; 0 without a rate."""
        amount: Amount = getattr(self.position, name)
        return self.in_dollars(amount)

    def in_dollars(self, amount: Amount) -> int:
        """Cents at the reference rate of an amount in the pledge's currency; 0 without a rate."""
        return self.reference_rate.dollars(amount).minor if self.reference_rate else 0


def foreign_pledges(
    positions: tuple[PledgePosition, ...], known: Published, window: Window, term: Term
) -> tuple[ForeignPledge, ...]:
    """The pledges in other currencies than the term's, in the order pledged."""
    found = []
    for position in positions:
        currency = position.amount.currency
        if currency != term.currency:
            reference = known.last(term, currency, term.starts_on)
            today = known.last(term, currency, window.as_of)
            found.append(
                ForeignPledge(
                    position=position,
                    reference_rate=reference,
                    at_reference=reference.dollars(position.open) if reference else None,
                    today_rate=today,
                    at_today=today.dollars(position.open) if today else None,
                )
            )
    return tuple(found)


def foreign_table(pledges: tuple[ForeignPledge, ...]) -> Table:
    """One row a pledge."""
    names = ("amount", "paid", "due", "not_due", "announced")
    columns = (
        Column(key="pledge", kind=ColumnKind.TEXT),
        Column(key="donor", kind=ColumnKind.TEXT),
        *(Column(key=name, kind=ColumnKind.AMOUNT) for name in names),
        Column(key="at_reference", kind=ColumnKind.AMOUNT),
        Column(key="at_today", kind=ColumnKind.AMOUNT),
    )
    rows = tuple(
        Row(
            cells=(
                one.position.pledge,
                one.position.donor,
                *(getattr(one.position, name) for name in names),
                one.at_reference,
                one.at_today,
            )
        )
        for one in pledges
    )
    return Table(key="foreign", columns=columns, rows=rows)
