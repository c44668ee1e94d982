"""Donor statement: what a donor promised, paid, and what became of its money, held in trust."""

from __future__ import annotations

from datetime import date, timedelta

from attrs import frozen

from mdfm_ledger.documents import Donor, Term
from mdfm_ledger.money import Amount
from mdfm_ledger.plans import Names
from mdfm_ledger.reports.by_donor import ByDonor
from mdfm_ledger.reports.document import (
    Document,
    Fact,
    Facts,
    MoneyByState,
    Note,
    Section,
    text,
)
from mdfm_ledger.reports.flows import FLOWS, Flow, flow_amounts
from mdfm_ledger.reports.head import Head, head_of, share
from mdfm_ledger.reports.positions import PledgePosition, donor_of, donors_in, pledge_positions, term_of
from mdfm_ledger.reports.statement_tables import (
    AccountRow,
    FundRow,
    ReceiptRow,
    UseRow,
    account_table,
    fund_table,
    pledges_table,
    receipts_table,
    uses_table,
)
from mdfm_ledger.source import JournalSource, PostedLine, Window


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
                Section(key="pledges", blocks=(pledges_table(self.pledges),)),
                Section(key="receipts", blocks=(receipts_table(self.receipts),)),
                Section(key="account", blocks=(account_table(self.account), Note(text=text("note.account")))),
                Section(key="uses", blocks=(uses_table(self.uses), Note(text=text("note.attribution")))),
                Section(key="fund", blocks=(fund_table(self.fund),)),
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
    resources = {**where, "account": ("8110", "8120", "8140", "8150")}
    states = {total.key[0]: -total.balance for total in source.totals(("account",), window, where=resources)}

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


def donor_statements(
    source: JournalSource, window: Window, *, term: str, since: date | None = None
) -> tuple[DonorStatement, ...]:
    """The statements of all donors with a line in the term, in the order they were registered."""
    once = ByDonor(source)
    return tuple(
        donor_statement(once, window, donor=donor, term=term, since=since)
        for donor in donors_in(once, window, term)
    )


def _receipts(
    source: JournalSource, window: Window, since: date, where: dict[str, str]
) -> tuple[ReceiptRow, ...]:
    lines = source.lines(window, since=since, where={**where, "account": "2010", "flow": ""})
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
    spent = {**where, "account": ("2040", "2042"), "flow": ""}
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
