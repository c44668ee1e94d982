"""Journal: every entry with its lines, dates, people and reasons."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from attrs import evolve, frozen

from mdfm_ledger.chart import DIMENSIONS
from mdfm_ledger.journal import JournalEntry, JournalLine, Subaccount
from mdfm_ledger.money import Amount
from mdfm_ledger.rates import RateUsed
from mdfm_ledger.reports.document import (
    Cell,
    Column,
    ColumnKind,
    Document,
    Row,
    RowLevel,
    Section,
    Table,
    Text,
    text,
)
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
            *(
                Column(key=key, kind=kind, only_in_files=True)
                for key, kind in (
                    ("entry", ColumnKind.NUMBER),
                    ("value_date", ColumnKind.DATE),
                    ("recorded_at", ColumnKind.TEXT),
                    ("entered_by", ColumnKind.TEXT),
                    ("approved_by", ColumnKind.TEXT),
                    ("term", ColumnKind.TEXT),
                )
            ),
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


def _rows(entry: JournalReportEntry) -> Iterator[Row]:
    """The head of an entry, what goes with it, and its lines; in files each row says of which entry it is."""
    told = (entry.number, entry.value_date, _time(entry.recorded_at), entry.actor, entry.approver or None)

    def row(*cells: Cell, term: str = "") -> Row:
        return Row(cells=(*cells, *told, term or None), entries=(entry.number,))

    kind = text(f"event.{entry.kind}")
    head = row(entry.number, entry.on, kind, entry.reference, None, entry.description, None, None)
    yield evolve(head, level=RowLevel.SUBTOTAL, under=_people(entry))
    for link in entry.links:
        relation, kind = text(f"link.{link.relation}"), text(f"event.{link.kind}")
        yield row(None, None, relation, link.reference, None, kind, None, None)
    is_of_several = len({line.term for line in entry.lines}) > 1
    for line in entry.lines:
        where = _shown(line, names_term=is_of_several)
        yield row(None, None, None, None, line.account, where, line.debit, line.credit, term=line.term)


def _people(entry: JournalReportEntry) -> Text:
    """The other two dates, who entered it, and who approved it, in words."""
    values: dict[str, Cell] = {
        "value_date": entry.value_date,
        "recorded_at": _time(entry.recorded_at),
        "actor": entry.actor,
    }
    if entry.approver:
        return text("journal.approved", **values, approver=entry.approver)
    return text("journal.entered", **values)


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def _shown(line: JournalReportLine, *, names_term: bool) -> str:
    """Where a line is posted; its term too where the entry is of several."""
    where = f"term={line.term}, {line.dimensions}" if names_term else line.dimensions
    return f"{where}, {line.own} at {line.rate}" if line.own else where


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
