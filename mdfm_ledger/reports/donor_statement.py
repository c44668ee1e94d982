"""Donor statement: what a donor promised, paid, and what became of its money, held in trust."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from attrs import frozen

from mdfm_ledger.books.documents import Donor
from mdfm_ledger.chart import BASE_CURRENCY
from mdfm_ledger.condition_change import ConditionChange
from mdfm_ledger.money import Amount
from mdfm_ledger.reports.by_donor import ByDonor
from mdfm_ledger.reports.document import Block, Document, Fact, Facts, MoneyByState, Note, Section, text
from mdfm_ledger.reports.flows import CONTRIBUTIONS
from mdfm_ledger.reports.head import Head
from mdfm_ledger.reports.outside import outside_table
from mdfm_ledger.reports.positions import donor_of, donors_in, promises_and_positions
from mdfm_ledger.reports.statement.account import (
    AccountRow,
    StateRow,
    UseRow,
    account_rows,
    account_table,
    balance_on,
    movements,
    outside_rows,
    state_rows,
    use_rows,
    uses_table,
)
from mdfm_ledger.reports.statement.changes import Changes, change_blocks, changes_since, register_of
from mdfm_ledger.reports.statement.condition_changes import condition_changes, condition_changes_section
from mdfm_ledger.reports.statement.conditions import asked, conditioned
from mdfm_ledger.reports.statement.earmarks import RESOURCES, EarmarkRow, earmark_rows, earmarks_table
from mdfm_ledger.reports.statement.fund import FundRow, fund_rows, fund_table
from mdfm_ledger.reports.statement.issue import Issue, certification, issue_facts
from mdfm_ledger.reports.statement.notional_tests import NotionalTest, notional_test_section
from mdfm_ledger.reports.statement.pledges import PledgeRow, pledge_rows, pledges_table
from mdfm_ledger.reports.statement.preferences import PreferenceRow, preference_rows, preference_section
from mdfm_ledger.reports.statement.receipts import (
    ReceiptRow,
    contribution_lines,
    receipt_rows,
    receipts_table,
)
from mdfm_ledger.reports.statement.shared import Shared, shared
from mdfm_ledger.source import JournalSource, Window

_STATES = ("free", "allotted", "obligated", "spent")
_OWED = ("refunds_payable", "donor_balance")
"""What is owed besides what is held; said where there is any."""


@frozen(kw_only=True)
class DonorStatement:
    """The statement of one donor for a term, from ``since`` to the ``as_of`` of the head (inclusive).

    ``closing`` is what is held for the donor, and equals ``free`` + ``allotted`` + ``obligated``;
    ``advanced`` is the part of ``obligated`` that partners hold (notional). ``refunds_payable`` and
    ``donor_balance`` are owed to the donor besides, and ``outside`` how they came about, if any.
    ``journal_head`` is the digest of the last entry the statement knows. ``issue`` is None for a
    preview, ``changes`` for a first one.
    """

    name = "donor_statement"

    head: Head
    issue: Issue | None = None
    journal_head: str
    donor: Donor
    since: date
    pledges: tuple[PledgeRow, ...]
    receipts: tuple[ReceiptRow, ...]
    account: tuple[AccountRow, ...]
    states: tuple[StateRow, ...]
    outside: tuple[AccountRow, ...]
    uses: tuple[UseRow, ...]
    opening: Amount
    closing: Amount
    free: Amount
    allotted: Amount
    obligated: Amount
    advanced: Amount
    spent: Amount
    refunds_payable: Amount
    donor_balance: Amount
    fund: tuple[FundRow, ...]
    earmarks: tuple[EarmarkRow, ...]
    changes: Changes | None = None
    preferences: tuple[PreferenceRow, ...] = ()
    notional_tests: tuple[NotionalTest, ...] = ()
    condition_changes: tuple[ConditionChange, ...] = ()

    def document(self) -> Document:
        """The statement as blocks for a renderer."""
        return Document(
            name=self.name,
            title=text("title.donor_statement", donor=self.donor.name),
            sections=(
                Section(key="head", blocks=(self.head.facts(), self._issue_facts(), self._facts())),
                Section(key="summary", blocks=(self._states(), self._chart())),
                Section(key="pledges", blocks=(pledges_table(self.pledges),)),
                Section(key="receipts", blocks=(receipts_table(self.receipts),)),
                Section(
                    key="account",
                    blocks=(
                        account_table(self.account, self.states),
                        Note(text=text("note.account")),
                        Note(text=text("note.advanced")),
                        *self._outside(),
                    ),
                ),
                Section(key="uses", blocks=(uses_table(self.uses), Note(text=text("note.attribution")))),
                Section(key="fund", blocks=(fund_table(self.fund),)),
                Section(
                    key="earmarks", blocks=(earmarks_table(self.earmarks), Note(text=text("note.earmarks")))
                ),
                *preference_section(self.preferences),
                *notional_test_section(self.notional_tests),
                *condition_changes_section(self.condition_changes),
                Section(key="changes_since", blocks=self._changes()),
                Section(key="certification", blocks=certification(self.issue)),
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
            ),
        )

    def _issue_facts(self) -> Facts:
        return issue_facts(self.issue, self.journal_head, self.since, self.head.as_of)

    def _outside(self) -> tuple[Block, ...]:
        """What is owed to the donor outside; nothing where there never was anything."""
        if not self.outside:
            return ()
        amounts = {row.key: (row.prior, row.period, row.inception) for row in self.outside}
        table = outside_table(amounts, ("prior", "period", "inception"))
        return (table, Note(text=text("note.outside")))

    def _changes(self) -> tuple[Block, ...]:
        return change_blocks(self.changes, self.issue.supersedes if self.issue else "")

    def _states(self) -> Facts:
        return Facts(
            key="held",
            items=(
                Fact(key="held", value=self.closing),
                *(Fact(key=key, value=getattr(self, key)) for key in _STATES),
                *(Fact(key=key, value=getattr(self, key)) for key in _OWED if getattr(self, key).minor),
            ),
        )

    def _chart(self) -> MoneyByState:
        return MoneyByState(parts=tuple((key, getattr(self, key)) for key in _STATES))

    def still_open(self, *, is_closed: bool) -> tuple[str, ...]:
        """What is not settled yet for the donor: promises, and money decided about but not spent.

        Unless its term is closed also money that is free, to be refunded, or put aside.
        """
        pledges = [row.position for row in self.pledges]
        promises = (f"pledge {one.pledge}" for one in pledges if one.open.minor or one.ahead.minor)
        states = ("allotted", "obligated") if is_closed else ("free", "allotted", "obligated", *_OWED)
        money = (key for key in states if getattr(self, key).minor)
        return (*promises, *(f"{getattr(self, key)} {key.replace('_', ' ')}" for key in money))


def donor_statement(
    source: JournalSource, window: Window, *, donor: str, term: str, since: date | None = None
) -> DonorStatement:
    """The statement of a donor for a term, from ``since`` (the term's first day unless given) on.

    What came before that day is the opening balance. Raises UnknownDocumentError.
    """
    known = donor_of(source, window, donor)
    return _statement(source, shared(source, window, term=term, since=since), known)


def donor_statements(
    source: JournalSource,
    window: Window,
    *,
    term: str,
    since: date | None = None,
    donors: Iterable[str] | None = None,
) -> tuple[DonorStatement, ...]:
    """The statements of these donors, or of all with a line in the term in the order they were registered."""
    once = ByDonor(source)
    alike = shared(once, window, term=term, since=since)
    wanted = donors_in(once, window, term) if donors is None else donors
    return tuple(_statement(once, alike, donor_of(once, window, donor)) for donor in wanted)


def _statement(source: JournalSource, alike: Shared, known: Donor) -> DonorStatement:
    donor = known.reference
    where = {"donor": donor, "term": alike.term.reference}
    prior = movements(source, alike.before, where)
    now = movements(source, alike.window, where)
    resources = source.totals(
        ("account", "earmark", "activity"), alike.window, where={**where, "account": RESOURCES}
    )
    register = register_of(source, alike.window, donor, alike.term.reference)
    told = register.told_before(alike.since, alike.window.as_of) if register else None
    received = contribution_lines(source, alike, where)
    states = state_rows(source, alike, donor, resources)
    closing = {state.key: state.closing for state in states}
    promises, positions = promises_and_positions(source, alike.window, term=alike.term.reference, donor=donor)
    asks = conditioned(source, alike.window, alike.term.reference, promises, donor=donor)
    return DonorStatement(
        head=alike.head,
        journal_head=alike.journal_head,
        donor=known,
        since=alike.since,
        pledges=pledge_rows(source, alike, donor, received, positions),
        receipts=receipt_rows(source, alike, where, received),
        account=account_rows(alike.term, prior, now, alike.window),
        states=states,
        outside=outside_rows(prior, now),
        uses=use_rows(alike.term, prior, now, alike.window),
        opening=prior.held,
        closing=now.held,
        free=closing["free"],
        allotted=closing["allotted"],
        obligated=closing["obligated"],
        advanced=closing["advanced"],
        spent=Amount(-balance_on("8150", resources), BASE_CURRENCY),
        refunds_payable=now.outside.refunds_payable,
        donor_balance=now.outside.donor_balance,
        fund=fund_rows(now.flows, alike.fund),
        earmarks=earmark_rows(source, alike, where, resources, now.flows[CONTRIBUTIONS]),
        changes=changes_since(source, alike.window, donor=donor, term=alike.term.reference, issued=told),
        preferences=preference_rows(alike.term, asked(source, alike.window, asks, "preference"), resources),
        notional_tests=alike.fund_basis().tests_of(donor) if asks.name("notional_test") else (),
        condition_changes=condition_changes(promises),
    )
