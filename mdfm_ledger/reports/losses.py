"""Losses: what partners owed and nobody will pay, written off one by one, as auditors ask to be told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import cast

from attrs import frozen

from mdfm_ledger.books.documents import Partner
from mdfm_ledger.chart import BASE_CURRENCY
from mdfm_ledger.money import Amount
from mdfm_ledger.reports.document import Column, ColumnKind, Note, Row, RowLevel, Section, Table, text
from mdfm_ledger.reports.ties import total_of
from mdfm_ledger.source import JournalSource, Window

_KIND = "recoverable_write_off"


@frozen(kw_only=True)
class Loss:
    """What was written off of an advance; ``amount`` is below zero where an entry takes a write-off back.

    ``authority`` is the decision, or the reason for taking it back.
    """

    number: int
    on: date
    reference: str
    partner_name: str
    advance: str
    authority: str
    amount: Amount


def losses_of(source: JournalSource, window: Window, *, term: str) -> tuple[Loss, ...]:
    """The write-offs of a term since inception, and what took one back, by date."""
    lines = source.lines(window, where={"term": term, "account": "1230"})
    own = [line for line in lines if line.cause == _KIND]
    partners = cast(dict[str, Partner], source.documents("partner", window)) if own else {}
    return tuple(
        Loss(
            number=line.number,
            on=line.on,
            reference=line.reference,
            partner_name=partners[line.place.party].name,
            advance=line.place.advance,
            authority=line.description,
            amount=Amount(-line.signed, BASE_CURRENCY),
        )
        for line in own
    )


def losses_section(losses: Sequence[Loss]) -> tuple[Section, ...]:
    """The section of a report on the fund; none where nothing was lost."""
    columns = (
        Column(key="on", kind=ColumnKind.DATE),
        Column(key="reference", kind=ColumnKind.TEXT),
        Column(key="partner", kind=ColumnKind.TEXT),
        Column(key="advance", kind=ColumnKind.TEXT),
        Column(key="authority", kind=ColumnKind.TEXT),
        Column(key="amount", kind=ColumnKind.AMOUNT),
    )
    rows = [
        Row(
            cells=(one.on, one.reference, one.partner_name, one.advance, one.authority, one.amount),
            entries=(one.number,),
        )
        for one in losses
    ]
    sums = (text("total"), None, None, None, None, total_of(one.amount for one in losses))
    table = Table(key="losses", columns=columns, rows=(*rows, Row(cells=sums, level=RowLevel.TOTAL)))
    section = Section(key="losses", blocks=(table, Note(text=text("note.losses"))))
    return (section,) if losses else ()
