"""Host view: what the books of the administrative agent would show of the trust. Derived, never posted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from attrs import frozen

from mdfm_ledger.chart import BASE_CURRENCY
from mdfm_ledger.money import Amount
from mdfm_ledger.reports.assets_and_liabilities import (
    AssetsAndLiabilities,
    PositionRow,
    assets_and_liabilities,
)
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
from mdfm_ledger.reports.flows import flow_amounts
from mdfm_ledger.reports.head import Head
from mdfm_ledger.reports.ties import Tie, tie, total_of
from mdfm_ledger.source import JournalSource, Window

_ASSETS = {"1010": "trust_cash", "1210": "trust_advances", "1230": "trust_advances"}
_OWED = {
    "2050": "owed_unapplied",
    "2060": "owed_to_donors",
    "2070": "owed_to_donors",
    "2110": "owed_to_others",
}
_LINES = (
    ("assets", "trust_cash"),
    ("assets", "trust_advances"),
    ("liabilities", "owed_to_donors"),
    ("liabilities", "owed_unapplied"),
    ("liabilities", "owed_to_others"),
    ("revenue", "revenue"),
    ("expense", "expense"),
)


@frozen(kw_only=True)
class HostLine:
    """A line of the agent's own books: what it is, at the date of the head and at the opening, in dollars.

    ``group`` is assets, liabilities, revenue or expense; all amounts are positive on their own side.
    """

    group: str
    key: str
    amount: Amount
    opening: Amount


@frozen(kw_only=True)
class HostView:
    """The trust as its agent's own books would show it: assets against liabilities, nothing else.

    Money held in trust is cash the agent holds and owes; receiving or spending it is neither the
    agent's revenue nor its expense. ``charged`` is what the trust was charged for administration,
    which is the agent's own business and outside this view.
    """

    name = "host_view"

    head: Head
    opening_on: date
    lines: tuple[HostLine, ...]
    charged_fee: Amount
    charged_support: Amount

    def document(self) -> Document:
        """The view as blocks for a renderer."""
        return Document(
            name=self.name,
            title=text("title.host_view"),
            subtitle=text("subtitle.host_view"),
            sections=(
                Section(
                    key="head",
                    blocks=(
                        self.head.facts(),
                        Facts(key="comparative", items=(Fact(key="opening_on", value=self.opening_on),)),
                        Note(text=text("note.host_view")),
                    ),
                ),
                Section(key="host_view", blocks=(self._table(),)),
                Section(key="charged", blocks=(self._charged(), Note(text=text("note.charged")))),
            ),
        )

    def total(self, group: str, name: str = "amount") -> Amount:
        """The sum of a group, at the date of the head or at the ``opening``."""
        return total_of(getattr(line, name) for line in self.lines if line.group == group)

    def ties(self, statement: AssetsAndLiabilities) -> Iterator[Tie]:
        """Both sides against the statement of the trust itself."""
        own, other = self.name, statement.name
        yield tie("host_assets", own, self.total("assets"), other, statement.assets.amount)
        yield tie("host_liabilities", own, self.total("liabilities"), other, statement.liabilities.amount)

    def _table(self) -> Table:
        columns = (
            Column(key="host_line", kind=ColumnKind.TEXT),
            Column(key="amount", kind=ColumnKind.AMOUNT),
            Column(key="opening", kind=ColumnKind.AMOUNT),
        )
        return Table(key="host_view", columns=columns, rows=tuple(self._rows()))

    def _rows(self) -> Iterator[Row]:
        for group in ("assets", "liabilities", "revenue", "expense"):
            for line in self.lines:
                if line.group == group:
                    yield Row(cells=(text(f"host.{line.key}"), line.amount, line.opening))
            if group in ("assets", "liabilities"):
                sums = (self.total(group), self.total(group, "opening"))
                yield Row(cells=(text(f"position.{group}"), *sums), level=RowLevel.TOTAL)

    def _charged(self) -> Facts:
        return Facts(
            key="charged",
            items=(
                Fact(key="charged_fee", value=self.charged_fee),
                Fact(key="charged_support", value=self.charged_support),
            ),
        )


def host_view(source: JournalSource, window: Window, *, term: str, since: date | None = None) -> HostView:
    """The agent's view of a term in the window, against the day before ``since``.

    ``since`` is the first day of the year of ``as_of`` unless given. Raises UnknownDocumentError for
    the term.
    """
    trust = assets_and_liabilities(source, window, term=term, since=since)
    flows = {flow.key: amount for flow, amount in flow_amounts(source, window, where={"term": term}).items()}
    return HostView(
        head=trust.head,
        opening_on=trust.opening_on,
        lines=tuple(_line(group, key, trust) for group, key in _LINES),
        charged_fee=-flows["agent_fee"],
        charged_support=-flows["support_cost"],
    )


def _line(group: str, key: str, trust: AssetsAndLiabilities) -> HostLine:
    own = [row for row in trust.rows if _key_of(row) == key]
    return HostLine(
        group=group,
        key=key,
        amount=total_of((row.amount for row in own), BASE_CURRENCY),
        opening=total_of((row.opening for row in own), BASE_CURRENCY),
    )


def _key_of(row: PositionRow) -> str:
    """The line of the agent's books that an account of the trust comes into."""
    if row.group == "assets":
        return _ASSETS[row.account]
    return _OWED.get(row.account, "owed_to_donors")
