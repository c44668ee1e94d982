"""Statement of changes in funds held in trust: opening to closing, donor by donor."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from attrs import frozen

from mdfm_ledger.books.documents import Donor
from mdfm_ledger.chart import BASE_CURRENCY
from mdfm_ledger.money import Amount
from mdfm_ledger.reports.document import (
    Column,
    ColumnKind,
    Document,
    Fact,
    Facts,
    Note,
    Row,
    RowLevel,
    Section,
    Table,
    text,
)
from mdfm_ledger.reports.flows import FLOW_ACCOUNTS, FLOWS, MOVES, Flow
from mdfm_ledger.reports.head import Head, before, head_of, period_start
from mdfm_ledger.reports.positions import donors_of, term_of
from mdfm_ledger.reports.sources_and_uses import SourcesAndUses
from mdfm_ledger.reports.ties import Tie, tie, total_of
from mdfm_ledger.source import JournalSource, Window


@frozen(kw_only=True)
class FlowChange:
    """What one flow added to (positive) or took from (negative) what is held, in the period."""

    key: str
    amount: Amount


@frozen(kw_only=True)
class DonorChanges:
    """A donor's money in trust through the period: ``closing`` = ``opening`` + all ``flows``.

    The total over all donors has neither donor nor kind. US dollars.
    """

    donor: str
    donor_name: str
    kind: str
    opening: Amount
    flows: tuple[FlowChange, ...]
    closing: Amount

    def flow(self, key: str) -> Amount:
        """The amount of a flow."""
        return next(one.amount for one in self.flows if one.key == key)

    def added(self, *, is_source: bool) -> Amount:
        """All sources, or all uses, together."""
        keys = {flow.key for flow in FLOWS if flow.is_source is is_source}
        return total_of(one.amount for one in self.flows if one.key in keys)


@frozen(kw_only=True)
class Changes:
    """The changes in what is held for each donor from ``since`` to the date of the head, both inclusive."""

    name = "changes"

    head: Head
    since: date
    donors: tuple[DonorChanges, ...]
    total: DonorChanges

    def document(self) -> Document:
        """The statement as blocks for a renderer."""
        return Document(
            name=self.name,
            title=text("title.changes"),
            sections=(
                Section(
                    key="head",
                    blocks=(
                        self.head.facts(),
                        Facts(key="period", items=(Fact(key="since", value=self.since),)),
                    ),
                ),
                Section(key="changes", blocks=(self._summary(), Note(text=text("note.changes")))),
                Section(key="changes_sources", blocks=(self._flows("changes_sources", is_source=True),)),
                Section(key="changes_uses", blocks=(self._flows("changes_uses", is_source=False),)),
            ),
        )

    def ties(self, fund: SourcesAndUses) -> Iterator[Tie]:
        """Closing against the fund; and what was carried over the opening plus every flow, donor by donor."""
        own, other = self.name, fund.name
        yield tie("changes_closing", own, self.total.closing, other, fund.balance)
        donors = total_of(one.closing for one in self.donors)
        yield tie("changes_donors", own, donors, own, self.total.closing)
        for one in (*self.donors, self.total):
            moved = one.opening + total_of(flow.amount for flow in one.flows)
            yield tie("changes_flows", own, moved, own, one.closing)

    def _summary(self) -> Table:
        columns = (
            Column(key="donor", kind=ColumnKind.TEXT),
            *(Column(key=key, kind=ColumnKind.AMOUNT) for key in ("opening", "sources", "uses", "closing")),
        )

        def amounts(one: DonorChanges) -> tuple[Amount, ...]:
            return (one.opening, one.added(is_source=True), one.added(is_source=False), one.closing)

        rows = [Row(cells=(one.donor_name, *amounts(one))) for one in self.donors]
        total = Row(cells=(text("total"), *amounts(self.total)), level=RowLevel.TOTAL)
        return Table(key="changes", columns=columns, rows=(*rows, total) if rows else ())

    def _flows(self, table: str, *, is_source: bool) -> Table:
        """The flows of one direction by donor; those that moved nothing for anybody are left out."""
        moved = {flow.key for one in self.donors for flow in one.flows if not flow.amount.is_zero}
        keys = [flow.key for flow in FLOWS if flow.is_source is is_source and flow.key in moved]
        total = "sources" if is_source else "uses"
        columns = (
            Column(key="donor", kind=ColumnKind.TEXT),
            *(Column(key=f"flow_{key}", kind=ColumnKind.AMOUNT) for key in keys),
            Column(key=total, kind=ColumnKind.AMOUNT),
        )

        def cells(one: DonorChanges) -> tuple[Amount, ...]:
            return (*(one.flow(key) for key in keys), one.added(is_source=is_source))

        rows = [Row(cells=(one.donor_name, *cells(one))) for one in self.donors]
        last = Row(cells=(text("total"), *cells(self.total)), level=RowLevel.TOTAL)
        return Table(key=table, columns=columns, rows=(*rows, last) if rows else ())


def changes(source: JournalSource, window: Window, *, term: str, since: date | None = None) -> Changes:
    """The statement of a term from ``since`` on, the first day of the year of ``as_of`` unless given.

    A donor appears who had anything or for whom anything moved. Raises UnknownDocumentError for the
    term.
    """
    term_of(source, window, term)
    first = period_start(window, since)
    opening, closing = (_by_donor(source, one, term) for one in (before(window, first), window))
    donors = donors_of(source, window)
    rows = tuple(
        _changes(donor, opening.get(reference, {}), closing[reference])
        for reference, donor in donors.items()
        if reference in closing
    )
    return Changes(head=head_of(term, window), since=first, donors=rows, total=_total(rows))


def _by_donor(source: JournalSource, window: Window, term: str) -> dict[str, dict[Flow, int]]:
    """Every flow of every donor since inception, sources positive and uses negative."""
    where = {"term": term, "account": FLOW_ACCOUNTS}
    found: dict[str, dict[Flow, int]] = {}
    for total in source.totals(("account", "flow", "donor"), window, where=where):
        own = found.setdefault(total.key[2], {})
        for flow, sign in MOVES.get(total.key[:2], ()):
            own[flow] = own.get(flow, 0) + sign * total.balance
    return found


def _changes(donor: Donor, opening: Mapping[Flow, int], closing: Mapping[Flow, int]) -> DonorChanges:
    return DonorChanges(
        donor=donor.reference,
        donor_name=donor.name,
        kind=donor.kind,
        opening=_usd(sum(opening.values())),
        flows=tuple(
            FlowChange(key=flow.key, amount=_usd(closing.get(flow, 0) - opening.get(flow, 0)))
            for flow in FLOWS
        ),
        closing=_usd(sum(closing.values())),
    )


def _total(rows: tuple[DonorChanges, ...]) -> DonorChanges:
    return DonorChanges(
        donor="",
        donor_name="",
        kind="",
        opening=total_of(row.opening for row in rows),
        flows=tuple(
            FlowChange(key=flow.key, amount=total_of(row.flow(flow.key) for row in rows)) for flow in FLOWS
        ),
        closing=total_of(row.closing for row in rows),
    )


def _usd(minor: int) -> Amount:
    return Amount(minor, BASE_CURRENCY)
