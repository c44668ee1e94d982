"""Donor statement: what a donor promised, paid, and what became of its money, held in trust."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

from attrs import frozen

from mdfm_ledger.documents import Donor, Term
from mdfm_ledger.money import Amount
from mdfm_ledger.plans import Names
from mdfm_ledger.reports.document import (
    Column,
    ColumnKind,
    Document,
    Fact,
    Facts,
    MoneyByState,
    Note,
    Row,
    RowLevel,
    Section,
    Table,
    text,
)
from mdfm_ledger.reports.head import Head, head_of, share
from mdfm_ledger.reports.positions import PledgePosition, donor_of, pledge_positions, term_of
from mdfm_ledger.reports.sources_and_uses import FLOWS, Flow, flow_amounts
from mdfm_ledger.source import JournalSource, PostedLine, Window


@frozen(kw_only=True)
class ReceiptRow:
    """A contribution as the bank saw it; ``amount`` is negative for one that was taken back."""

    number: int
    reference: str
    on: date
    value_date: date
    bank_reference: str
    amount: Amount


@frozen(kw_only=True)
class AccountRow:
    """A line of the donor's own account in trust: before the period, in it, and since inception."""

    key: str
    prior: Amount
    period: Amount
    inception: Amount


@frozen(kw_only=True)
class UseRow:
    """What an activity has used of the donor's money, by the frozen shares (notional)."""

    activity: str
    names: Names
    period: Amount
    inception: Amount


@frozen(kw_only=True)
class FundRow:
    """A flow of the whole fund since inception, and the donor's share of it."""

    key: str
    fund: Amount
    donor: Amount
    share: Fraction | None


@frozen(kw_only=True)
class DonorStatement:
    """The statement of one donor for a term, from ``since`` to the ``as_of`` of the head (inclusive).

    ``closing`` is what is held for the donor, and equals ``free`` + ``allotted`` + ``obligated``.
    """

    name = "donor_statement"

    head: Head
    donor: Donor
    since: date
    pledges: tuple[PledgePosition, ...]
    receipts: tuple[ReceiptRow, ...]
    account: tuple[AccountRow, ...]
    uses: tuple[UseRow, ...]
    opening: Amount
    closing: Amount
    free: Amount
    allotted: Amount
    obligated: Amount
    spent: Amount
    fund: tuple[FundRow, ...]

    def document(self) -> Document:
        """The statement as blocks for a renderer."""
        return Document(
            name=self.name,
            title=text("title.donor_statement", donor=self.donor.name),
            sections=(
                Section(key="head", blocks=(self.head.facts(), self._facts())),
                Section(key="summary", blocks=(self._states(), self._chart())),
                Section(key="pledges", blocks=(self._pledges(),)),
                Section(key="receipts", blocks=(self._receipts(),)),
                Section(key="account", blocks=(self._account(), Note(text=text("note.account")))),
                Section(key="uses", blocks=(self._uses(), Note(text=text("note.attribution")))),
                Section(key="fund", blocks=(self._fund(),)),
            ),
        )

    def _facts(self) -> Facts:
        return Facts(
            key="donor",
            items=(
                Fact(key="donor", value=self.donor.name),
                Fact(key="donor_reference", value=self.donor.reference),
                Fact(key="donor_kind", value=text(f"donor_kind.{self.donor.kind}")),
                Fact(key="country", value=self.donor.country or None),
                Fact(key="since", value=self.since),
            ),
        )

    def _states(self) -> Facts:
        states = ("free", "allotted", "obligated", "spent")
        return Facts(
            key="held",
            items=(
                Fact(key="held", value=self.closing),
                *(Fact(key=key, value=getattr(self, key)) for key in states),
            ),
        )

    def _chart(self) -> MoneyByState:
        states = ("free", "allotted", "obligated", "spent")
        return MoneyByState(parts=tuple((key, getattr(self, key)) for key in states))

    def _pledges(self) -> Table:
        columns = (
            Column(key="pledge", kind=ColumnKind.TEXT),
            Column(key="on", kind=ColumnKind.DATE),
            Column(key="status", kind=ColumnKind.TEXT),
            *(
                Column(key=key, kind=ColumnKind.AMOUNT)
                for key in ("pledged", "paid", "written_off", "due", "not_due", "open")
            ),
        )
        rows = tuple(
            Row(
                cells=(
                    one.pledge,
                    one.on,
                    text(f"status.{one.status}"),
                    one.amount,
                    one.paid,
                    one.written_off,
                    one.due,
                    one.not_due + one.announced,
                    one.open,
                )
            )
            for one in self.pledges
        )
        return Table(key="pledges", columns=columns, rows=rows)

    def _receipts(self) -> Table:
        columns = (
            Column(key="number", kind=ColumnKind.NUMBER),
            Column(key="value_date", kind=ColumnKind.DATE),
            Column(key="on", kind=ColumnKind.DATE),
            Column(key="reference", kind=ColumnKind.TEXT),
            Column(key="bank_reference", kind=ColumnKind.TEXT),
            Column(key="amount", kind=ColumnKind.AMOUNT),
        )
        rows = [
            Row(
                cells=(one.number, one.value_date, one.on, one.reference, one.bank_reference, one.amount),
                entries=(one.number,),
            )
            for one in self.receipts
        ]
        total = Amount(sum(one.amount.minor for one in self.receipts), self.closing.currency)
        rows.append(Row(cells=(None, None, None, None, text("total"), total), level=RowLevel.TOTAL))
        return Table(key="receipts", columns=columns, rows=tuple(rows) if self.receipts else ())

    def _account(self) -> Table:
        columns = (
            Column(key="movement", kind=ColumnKind.TEXT),
            Column(key="prior", kind=ColumnKind.AMOUNT),
            Column(key="period", kind=ColumnKind.AMOUNT),
            Column(key="inception", kind=ColumnKind.AMOUNT),
        )
        rows = tuple(
            Row(
                cells=(text(f"flow.{one.key}"), one.prior, one.period, one.inception),
                level=RowLevel.TOTAL if one.key in ("opening", "closing") else RowLevel.NORMAL,
            )
            for one in self.account
        )
        return Table(key="account", columns=columns, rows=rows)

    def _uses(self) -> Table:
        columns = (
            Column(key="activity", kind=ColumnKind.CODE),
            Column(key="activity_name", kind=ColumnKind.TEXT),
            Column(key="period", kind=ColumnKind.AMOUNT),
            Column(key="inception", kind=ColumnKind.AMOUNT),
        )
        rows = tuple(Row(cells=(one.activity, one.names.en, one.period, one.inception)) for one in self.uses)
        return Table(key="uses", columns=columns, rows=rows)

    def _fund(self) -> Table:
        columns = (
            Column(key="movement", kind=ColumnKind.TEXT),
            Column(key="whole_fund", kind=ColumnKind.AMOUNT),
            Column(key="this_donor", kind=ColumnKind.AMOUNT),
            Column(key="share", kind=ColumnKind.SHARE),
        )
        rows = tuple(
            Row(cells=(text(f"flow.{one.key}"), one.fund, one.donor, one.share)) for one in self.fund
        )
        return Table(key="fund", columns=columns, rows=rows)


def donor_statement(
    source: JournalSource, window: Window, *, donor: str, term: str, since: date | None = None
) -> DonorStatement:
    """The statement of a donor for a term, from ``since`` (the term's first day unless given) on.

    What came before that day is the opening balance. Raises UnknownDocumentError.
    """
    known, known_term = donor_of(source, window, donor), term_of(source, window, term)
    first = since or known_term.starts_on
    where = {"donor": donor, "term": term}
    inception = flow_amounts(source, window, where=where)
    before = Window(as_of=first - timedelta(days=1), known_at=window.known_at)
    prior = flow_amounts(source, before, where=where)
    states = {total.key[0]: -total.balance for total in source.totals(("account",), window, where=where)}

    def state(account: str) -> Amount:
        return Amount(states.get(account, 0), known_term.currency)

    return DonorStatement(
        head=head_of(term, window),
        donor=known,
        since=first,
        pledges=pledge_positions(source, window, term=term, donor=donor),
        receipts=_receipts(source, window, first, where),
        account=_account(prior, inception),
        uses=_uses(source, window, known_term, first, where),
        opening=_sum(prior),
        closing=_sum(inception),
        free=state("8110"),
        allotted=state("8120"),
        obligated=state("8140"),
        spent=state("8150"),
        fund=_fund(inception, flow_amounts(source, window, where={"term": term})),
    )


def _receipts(
    source: JournalSource, window: Window, since: date, where: dict[str, str]
) -> tuple[ReceiptRow, ...]:
    lines = source.lines(window, since=since, where={**where, "account": "2010"})
    return tuple(_receipt(line) for line in lines)


def _receipt(line: PostedLine) -> ReceiptRow:
    return ReceiptRow(
        number=line.number,
        reference=line.reference,
        on=line.on,
        value_date=line.value_date,
        bank_reference=line.description,
        amount=Amount(-line.signed, line.place.currency),
    )


def _account(prior: dict[Flow, Amount], inception: dict[Flow, Amount]) -> tuple[AccountRow, ...]:
    zero = Amount.zero("USD")
    opening = AccountRow(key="opening", prior=zero, period=_sum(prior), inception=zero)
    flows = tuple(
        AccountRow(
            key=flow.key, prior=prior[flow], period=inception[flow] - prior[flow], inception=inception[flow]
        )
        for flow in FLOWS
    )
    closing = AccountRow(key="closing", prior=_sum(prior), period=_sum(inception), inception=_sum(inception))
    return (opening, *flows, closing)


def _sum(flows: dict[Flow, Amount]) -> Amount:
    return sum(flows.values(), start=Amount.zero("USD"))


def _uses(
    source: JournalSource, window: Window, term: Term, since: date, where: dict[str, str]
) -> tuple[UseRow, ...]:
    spent = {**where, "account": ("2040", "2042")}
    inception = {total.key[0]: total.balance for total in source.totals(("activity",), window, where=spent)}
    period = {
        total.key[0]: total.balance
        for total in source.totals(("activity",), window, since=since, where=spent)
    }
    plan = term.budget_on(window.as_of)
    return tuple(
        UseRow(
            activity=activity,
            names=plan.line(activity).names if activity in plan.codes else Names(en=activity),
            period=Amount(period.get(activity, 0), term.currency),
            inception=Amount(minor, term.currency),
        )
        for activity, minor in sorted(inception.items())
    )


def _fund(donor: dict[Flow, Amount], fund: dict[Flow, Amount]) -> tuple[FundRow, ...]:
    rows = [
        FundRow(
            key=flow.key, fund=fund[flow], donor=donor[flow], share=share(donor[flow].minor, fund[flow].minor)
        )
        for flow in FLOWS
        if not fund[flow].is_zero
    ]
    held, own = _sum(fund), _sum(donor)
    return (*rows, FundRow(key="closing", fund=held, donor=own, share=share(own.minor, held.minor)))
