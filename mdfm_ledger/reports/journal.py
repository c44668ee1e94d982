"""Journal: every entry with its lines, dates, people and reasons."""

from __future__ import annotations

from datetime import date, datetime

from attrs import frozen

from mdfm_ledger.chart import DIMENSIONS
from mdfm_ledger.journal import JournalEntry, JournalLine, Subaccount
from mdfm_ledger.money import Amount
from mdfm_ledger.rates import RateUsed
from mdfm_ledger.reports.document import Column, ColumnKind, Document, Row, RowLevel, Section, Table, text
from mdfm_ledger.reports.head import Head, head_of
from mdfm_ledger.reports.positions import term_of
from mdfm_ledger.source import JournalSource, Window


@frozen(kw_only=True)
class JournalReportLine:
    """A line: its account, its dimensions as ``name=value``, and its amount on one side.

    On a bank account in another currency also its amount there, and the rate it was priced at.
    """

    account: str
    term: str
    dimensions: str
    debit: Amount | None
    credit: Amount | None
    own: Amount | None
    rate: RateUsed | None


@frozen(kw_only=True)
class JournalLink:
    """Another entry this one goes with: it reverses it, is reversed or replaced by it, or corrects by it."""

    relation: str
    kind: str
    reference: str


@frozen(kw_only=True)
class JournalReportEntry:
    """An entry: number, document, the three dates, who entered and approved, and the lines."""

    number: int
    kind: str
    reference: str
    on: date
    value_date: date
    recorded_at: datetime
    actor: str
    approver: str
    description: str
    links: tuple[JournalLink, ...]
    lines: tuple[JournalReportLine, ...]


@frozen(kw_only=True)
class JournalReport:
    """The entries of a term, in number order; those that post nothing are listed too."""

    name = "journal"

    head: Head
    entries: tuple[JournalReportEntry, ...]

    def document(self) -> Document:
        """The report as blocks for a renderer."""
        columns = (
            Column(key="number", kind=ColumnKind.NUMBER),
            Column(key="on", kind=ColumnKind.DATE),
            Column(key="event", kind=ColumnKind.TEXT),
            Column(key="reference", kind=ColumnKind.TEXT),
            Column(key="account", kind=ColumnKind.CODE),
            Column(key="dimensions", kind=ColumnKind.TEXT),
            Column(key="debit", kind=ColumnKind.AMOUNT),
            Column(key="credit", kind=ColumnKind.AMOUNT),
        )
        rows = tuple(row for entry in self.entries for row in _rows(entry))
        table = Table(key="journal", columns=columns, rows=rows)
        return Document(
            name=self.name,
            title=text("title.journal"),
            sections=(
                Section(key="head", blocks=(self.head.facts(),)),
                Section(key="journal", blocks=(table,)),
            ),
        )


def _rows(entry: JournalReportEntry) -> list[Row]:
    description = " · ".join(part for part in (entry.description, entry.approver) if part)
    heading = (
        entry.number,
        entry.on,
        text(f"event.{entry.kind}"),
        entry.reference,
        None,
        description,
        None,
        None,
    )
    return [
        Row(cells=heading, level=RowLevel.SUBTOTAL, entries=(entry.number,)),
        *(
            Row(
                cells=(
                    None,
                    None,
                    text(f"link.{link.relation}"),
                    link.reference,
                    None,
                    text(f"event.{link.kind}"),
                    None,
                    None,
                ),
                entries=(entry.number,),
            )
            for link in entry.links
        ),
        *(
            Row(
                cells=(None, None, None, None, line.account, _shown(line), line.debit, line.credit),
                entries=(entry.number,),
            )
            for line in entry.lines
        ),
    ]


def _shown(line: JournalReportLine) -> str:
    return f"{line.dimensions}, {line.own} at {line.rate}" if line.own else line.dimensions


def journal(source: JournalSource, window: Window, *, term: str, since: date | None = None) -> JournalReport:
    """The journal of a term in the window, from ``since`` (inclusive) on.

    Raises UnknownDocumentError for the term.
    """
    term_of(source, window, term)
    entries = [entry for entry in source.entries(window, since=since) if _concerns(entry, term)]
    reversals = {entry.event.reverses: entry.event.reference for entry in entries if entry.event.reverses}
    return JournalReport(
        head=head_of(term, window),
        entries=tuple(_entry(entry, reversals.get(entry.key, "")) for entry in entries),
    )


def _concerns(entry: JournalEntry, term: str) -> bool:
    return not entry.lines or any(line.subaccount.term == term for line in entry.lines)


def _links(entry: JournalEntry, reversed_by: str) -> tuple[JournalLink, ...]:
    event = entry.event
    related = {
        "reverses": event.reverses,
        "replaced_by": event.replacement,
        "corrects": ("reversal", event.corrects) if event.corrects else None,
        "reversed_by": ("reversal", reversed_by) if reversed_by else None,
    }
    return tuple(
        JournalLink(relation=relation, kind=other[0], reference=other[1])
        for relation, other in related.items()
        if other
    )


def _entry(entry: JournalEntry, reversed_by: str) -> JournalReportEntry:
    return JournalReportEntry(
        number=entry.number,
        kind=entry.event.event_kind,
        reference=entry.event.reference,
        on=entry.on,
        value_date=entry.value_date,
        recorded_at=entry.recorded_at,
        actor=entry.actor,
        approver=entry.event.approver,
        description=entry.event.description,
        links=_links(entry, reversed_by),
        lines=tuple(_line(line) for line in entry.lines),
    )


def _line(line: JournalLine) -> JournalReportLine:
    return JournalReportLine(
        account=line.subaccount.account,
        term=line.subaccount.term,
        dimensions=_dimensions(line.subaccount),
        debit=line.amount if line.signed > 0 else None,
        credit=line.amount if line.signed < 0 else None,
        own=line.own.amount if line.own else None,
        rate=line.own.rate if line.own else None,
    )


def _dimensions(place: Subaccount) -> str:
    named = [(name, getattr(place, name)) for name in DIMENSIONS]
    return ", ".join(f"{name}={value}" for name, value in named if value)
