"""Fund sources and uses: where the money came from, what it went to, and what is held."""

from __future__ import annotations

from fractions import Fraction

from attrs import frozen

from mdfm_ledger.chart import BASE_CURRENCY, HELD
from mdfm_ledger.money import Amount
from mdfm_ledger.reports.document import (
    Block,
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
from mdfm_ledger.reports.flows import FLOWS, Flow, flows_from
from mdfm_ledger.reports.head import Head, head_of, share
from mdfm_ledger.reports.outside import NOTHING, OUTSIDE, Outside, outside_of, outside_table
from mdfm_ledger.reports.positions import donors_of, pledge_positions, term_of
from mdfm_ledger.reports.receivers import Receiver, receivers_of, receivers_table
from mdfm_ledger.source import JournalSource, Window


@frozen(kw_only=True)
class FlowRow:
    """A flow of the fund: sources positive, uses negative."""

    key: str
    amount: Amount


@frozen(kw_only=True)
class ActivityUse:
    """What an activity used, by category of expenditure."""

    activity: str
    category: str
    amount: Amount


@frozen(kw_only=True)
class Contributor:
    """A donor: pledged and outstanding in each currency promised, received in dollars."""

    donor: str
    name: str
    kind: str
    currency: str
    pledged: Amount
    outstanding: Amount
    received: Amount


@frozen(kw_only=True)
class SourcesAndUses:
    """Sources, uses and the balance held in trust for the donors of a term, since its inception.

    ``spent`` is what is used up, losses included, of what was ``allotted``. ``balance`` = sources + uses, and
    ``balance_share`` is that of the contributions (None where there are none). ``outside`` is what is owed
    to donors besides the balance.
    """

    name = "sources_and_uses"

    head: Head
    flows: tuple[FlowRow, ...]
    sources: Amount
    uses: Amount
    balance: Amount
    balance_share: Fraction | None
    outside: Outside
    activities: tuple[ActivityUse, ...]
    receivers: tuple[Receiver, ...]
    contributors: tuple[Contributor, ...]
    allotted: Amount
    spent: Amount

    def flow(self, key: str) -> Amount:
        """The amount of a flow."""
        return next(row.amount for row in self.flows if row.key == key)

    def document(self) -> Document:
        """The report as blocks for a renderer."""
        return Document(
            name=self.name,
            title=text("title.sources_and_uses"),
            sections=(
                Section(key="head", blocks=(self.head.facts(),)),
                Section(key="sources_and_uses", blocks=(self._flows(), self._facts(), *self._outside())),
                Section(key="activities", blocks=(self._activities(),)),
                Section(key="receivers", blocks=(receivers_table(self.receivers),)),
                Section(key="contributors", blocks=(self._contributors(),)),
            ),
        )

    def _flows(self) -> Table:
        keys = {flow.key: flow.is_source for flow in FLOWS}

        def rows(*, is_source: bool) -> list[Row]:
            return [
                Row(cells=(text(f"flow.{row.key}"), row.amount))
                for row in self.flows
                if keys[row.key] is is_source
            ]

        columns = (Column(key="movement", kind=ColumnKind.TEXT), Column(key="amount", kind=ColumnKind.AMOUNT))
        return Table(
            key="sources_and_uses",
            columns=columns,
            rows=(
                *rows(is_source=True),
                Row(cells=(text("flow.sources"), self.sources), level=RowLevel.SUBTOTAL),
                *rows(is_source=False),
                Row(cells=(text("flow.uses"), self.uses), level=RowLevel.SUBTOTAL),
                Row(cells=(text("flow.closing"), self.balance), level=RowLevel.TOTAL),
            ),
        )

    def _facts(self) -> Facts:
        return Facts(key="fund", items=(Fact(key="balance_share", value=self.balance_share),))

    def _outside(self) -> tuple[Block, ...]:
        """What is owed to donors outside the balance; nothing where there never was anything."""
        if self.outside == NOTHING:
            return ()
        in_all = {"held": self.balance, "owed": self.balance + self.outside.owed}
        amounts = {key: (amount,) for key, amount in (self.outside.amounts() | in_all).items()}
        return (outside_table(amounts, ("amount",)), Note(text=text("note.outside")))

    def _activities(self) -> Table:
        columns = (
            Column(key="activity", kind=ColumnKind.CODE),
            Column(key="category", kind=ColumnKind.TEXT),
            Column(key="spent", kind=ColumnKind.AMOUNT),
        )
        rows = [
            Row(cells=(one.activity, text(f"category.{one.category}"), one.amount)) for one in self.activities
        ]
        applied = sum((one.amount for one in self.activities), start=Amount.zero(BASE_CURRENCY))
        total = Row(cells=(None, text("total"), applied), level=RowLevel.TOTAL)
        return Table(key="activities", columns=columns, rows=(*rows, total) if rows else ())

    def _contributors(self) -> Table:
        columns = (
            Column(key="donor", kind=ColumnKind.TEXT),
            Column(key="donor_kind", kind=ColumnKind.TEXT),
            Column(key="pledged", kind=ColumnKind.AMOUNT),
            Column(key="outstanding", kind=ColumnKind.AMOUNT),
            Column(key="received", kind=ColumnKind.AMOUNT),
        )
        rows = [
            Row(cells=(one.name, text(f"donor_kind.{one.kind}"), one.pledged, one.outstanding, one.received))
            for one in self.contributors
        ]
        return Table(key="contributors", columns=columns, rows=tuple(rows))


def sources_and_uses(source: JournalSource, window: Window, *, term: str) -> SourcesAndUses:
    """Sources and uses of a term in the window. Raises UnknownDocumentError for the term."""
    currency = term_of(source, window, term).currency
    flows, outside = _flows_and_outside(source, window, term)
    zero = Amount.zero(currency)
    contributed = next(amount for flow, amount in flows.items() if flow.key == "contributions")
    balance = sum(flows.values(), start=zero)
    states = {
        total.key[0]: -total.balance
        for total in source.totals(
            ("account",), window, where={"term": term, "account": ("8120", "8140", "8150")}
        )
    }
    spent = {"term": term, "account": "2040", "flow": ""}
    activities = tuple(
        ActivityUse(activity=total.key[0], category=total.key[1], amount=Amount(total.balance, currency))
        for total in source.totals(("activity", "category"), window, where=spent)
        if total.balance
    )
    return SourcesAndUses(
        head=head_of(term, window),
        flows=tuple(FlowRow(key=flow.key, amount=amount) for flow, amount in flows.items()),
        sources=sum((amount for flow, amount in flows.items() if flow.is_source), start=zero),
        uses=sum((amount for flow, amount in flows.items() if not flow.is_source), start=zero),
        balance=balance,
        balance_share=share(balance.minor, contributed.minor),
        outside=outside,
        activities=activities,
        receivers=receivers_of(source, window, term=term),
        contributors=_contributors(source, window, term),
        allotted=Amount(sum(states.values()), currency),
        spent=Amount(states.get("8150", 0), currency),
    )


def _flows_and_outside(
    source: JournalSource, window: Window, term: str
) -> tuple[dict[Flow, Amount], Outside]:
    """The flows of a term, and what is owed to donors outside, of one look at the journal."""
    where = {"term": term, "account": (*HELD, *OUTSIDE)}
    totals = source.totals(("account", "flow"), window, where=where)
    balances = {total.key: total.balance for total in totals}
    return flows_from(balances), outside_of(balances)


def _contributors(source: JournalSource, window: Window, term: str) -> tuple[Contributor, ...]:
    """One row a donor and currency pledged in; what was received stands on the donor's first row."""
    received = {
        total.key[0]: -total.balance
        for total in source.totals(("donor",), window, where={"term": term, "account": "2010", "flow": ""})
    }
    pledged: dict[tuple[str, str], list[int]] = {}
    for position in pledge_positions(source, window, term=term):
        sums = pledged.setdefault((position.donor, position.amount.currency), [0, 0])
        sums[0] += position.amount.minor
        sums[1] += position.open.minor
    for donor in received:
        if not any(key[0] == donor for key in pledged):
            pledged[donor, "USD"] = [0, 0]
    donors = donors_of(source, window)
    rows = []
    for (donor, currency), (amount, outstanding) in sorted(pledged.items()):
        rows.append(
            Contributor(
                donor=donor,
                name=donors[donor].name,
                kind=donors[donor].kind,
                currency=currency,
                pledged=Amount(amount, currency),
                outstanding=Amount(outstanding, currency),
                received=Amount(received.pop(donor, 0), "USD"),
            )
        )
    return tuple(rows)
