"""Pledge ageing: what is open on each pledge, and for how long what is due has been due."""

from __future__ import annotations

from datetime import date

from attrs import frozen

from mdfm_ledger.money import Amount
from mdfm_ledger.reports.document import Column, ColumnKind, Document, Row, RowLevel, Section, Table, text
from mdfm_ledger.reports.head import Head, head_of
from mdfm_ledger.reports.positions import PledgePosition, donors_of, pledge_positions, term_of
from mdfm_ledger.source import JournalSource, Window

AGES = (30, 90, 180)
"""The last day of each age but the oldest: 0 to 30, 31 to 90, 91 to 180, and more than 180 days."""

_AMOUNTS = ("pledged", "paid", "written_off", "open", "announced", "not_due")
_AGE_KEYS = ("days_0_30", "days_31_90", "days_91_180", "days_over_180")


@frozen(kw_only=True)
class AgedPledge:
    """An open pledge with what is due by age: four amounts, youngest first."""

    position: PledgePosition
    donor_name: str
    ages: tuple[Amount, ...]


@frozen(kw_only=True)
class AgeTotal:
    """All open pledges of one currency added up, in the columns of the report.

    The last amount is what was received ahead, a column there is only where anything was.
    """

    currency: str
    amounts: tuple[Amount, ...]


@frozen(kw_only=True)
class PledgeAgeing:
    """Open pledges of a term by age of what is due; totals per currency, never added across."""

    name = "pledge_ageing"

    head: Head
    rows: tuple[AgedPledge, ...]
    totals: tuple[AgeTotal, ...]

    def document(self) -> Document:
        """The report as blocks for a renderer."""
        is_ahead = any(row.position.ahead.minor for row in self.rows)
        keys = (*_AMOUNTS, *_AGE_KEYS, *(("ahead",) if is_ahead else ()))
        columns = (
            Column(key="donor", kind=ColumnKind.TEXT),
            Column(key="pledge", kind=ColumnKind.TEXT),
            *(Column(key=key, kind=ColumnKind.AMOUNT) for key in keys),
        )
        rows = [
            Row(cells=(row.donor_name, row.position.pledge, *_amounts(row)[: len(keys)])) for row in self.rows
        ]
        totals = [
            Row(cells=(text("total"), total.currency, *total.amounts[: len(keys)]), level=RowLevel.TOTAL)
            for total in self.totals
        ]
        table = Table(key="pledge_ageing", columns=columns, rows=(*rows, *totals))
        return Document(
            name=self.name,
            title=text("title.pledge_ageing"),
            sections=(
                Section(key="head", blocks=(self.head.facts(),)),
                Section(key="pledge_ageing", blocks=(table,)),
            ),
        )


def pledge_ageing(source: JournalSource, window: Window, *, term: str) -> PledgeAgeing:
    """The pledges of a term on which something is open or was received ahead, in the window.

    Raises UnknownDocumentError for the term.
    """
    term_of(source, window, term)
    names = {reference: donor.name for reference, donor in donors_of(source, window).items()}
    rows = tuple(
        AgedPledge(position=position, donor_name=names[position.donor], ages=_by_age(position, window.as_of))
        for position in pledge_positions(source, window, term=term)
        if position.open.minor or position.ahead.minor
    )
    currencies = sorted({row.position.amount.currency for row in rows})
    return PledgeAgeing(
        head=head_of(term, window),
        rows=rows,
        totals=tuple(_total(rows, currency) for currency in currencies),
    )


def _by_age(position: PledgePosition, as_of: date) -> tuple[Amount, ...]:
    ages = [0] * (len(AGES) + 1)
    for part in position.overdue:
        days = (as_of - part.due_on).days
        ages[sum(days > last for last in AGES)] += part.amount.minor
    return tuple(Amount(minor, position.amount.currency) for minor in ages)


def _amounts(row: AgedPledge) -> tuple[Amount, ...]:
    position = row.position
    return (
        position.amount,
        position.paid,
        position.written_off,
        position.open,
        position.announced,
        position.not_due,
        *row.ages,
        position.ahead,
    )


def _total(rows: tuple[AgedPledge, ...], currency: str) -> AgeTotal:
    own = [_amounts(row) for row in rows if row.position.amount.currency == currency]
    sums = tuple(
        Amount(sum(amount.minor for amount in column), currency) for column in zip(*own, strict=True)
    )
    return AgeTotal(currency=currency, amounts=sums)
