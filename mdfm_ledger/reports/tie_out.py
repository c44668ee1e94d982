"""Tie-out: every table of every report against every other, as a matrix of equal pairs."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from mdfm_ledger.chart import BASE_CURRENCY, CHART, HELD, PLEDGE_OPEN, REFUND, JournalSet
from mdfm_ledger.money import Amount
from mdfm_ledger.reports.activity_budget import ActivityBudget, activity_budget
from mdfm_ledger.reports.assets_and_liabilities import assets_and_liabilities
from mdfm_ledger.reports.bank_accounts import bank_accounts
from mdfm_ledger.reports.by_cluster import by_cluster
from mdfm_ledger.reports.changes import changes
from mdfm_ledger.reports.commitments import commitments
from mdfm_ledger.reports.document import Document, Section, text
from mdfm_ledger.reports.donor_statement import DonorStatement, donor_statements
from mdfm_ledger.reports.exchange import Exchange, exchange
from mdfm_ledger.reports.focus import focus
from mdfm_ledger.reports.fund_financial_report import fund_financial_report
from mdfm_ledger.reports.head import Head, head_of
from mdfm_ledger.reports.host_view import host_view
from mdfm_ledger.reports.outside import ASIDE, REFUNDS
from mdfm_ledger.reports.pledge_ageing import PledgeAgeing, pledge_ageing
from mdfm_ledger.reports.pledge_position import pledge_position
from mdfm_ledger.reports.roll_forward import roll_forward
from mdfm_ledger.reports.sources_and_uses import SourcesAndUses, sources_and_uses
from mdfm_ledger.reports.term_target import TermTarget, term_target
from mdfm_ledger.reports.ties import Tie, tie, ties_table, total_of
from mdfm_ledger.reports.trial_balance import TrialBalance, trial_balance
from mdfm_ledger.source import JournalSource, Window


@frozen(kw_only=True)
class TieOut:
    """Every pair of figures that must be equal over the reports of a term, in one window."""

    name = "tie_out"

    head: Head
    ties: tuple[Tie, ...]

    @property
    def holds(self) -> bool:
        """Whether every pair is equal."""
        return all(tie.holds for tie in self.ties)

    def document(self) -> Document:
        """The matrix as blocks for a renderer."""
        return Document(
            name=self.name,
            title=text("title.tie_out"),
            sections=(
                Section(key="head", blocks=(self.head.facts(),)),
                Section(key="tie_out", blocks=(ties_table(self.ties),)),
            ),
        )


def tie_out(source: JournalSource, window: Window, *, term: str) -> TieOut:
    """The tie-out of a term in the window: makes every report and compares them."""
    balance = trial_balance(source, window, term=term)
    fund = sources_and_uses(source, window, term=term)
    budget = activity_budget(source, window, term=term)
    target = term_target(source, window, term=term)
    ageing = pledge_ageing(source, window, term=term)
    statements = donor_statements(source, window, term=term)
    ties = [
        *_trial_balance_ties(balance, fund),
        tie("spent", "activity_budget", budget.total.spent, "sources_and_uses", fund.spent),
        tie("allotted", "activity_budget", budget.total.allotted, "sources_and_uses", fund.allotted),
        tie("advanced", "activity_budget", budget.total.advanced, "trial_balance", balance.balance("1210")),
        *_area_ties(budget),
        tie("budget", "activity_budget", budget.total.budget, "term_target", target.target),
        tie("received", "term_target", target.received, "sources_and_uses", fund.flow("contributions")),
        tie("carried_in", "term_target", target.carried_in, "sources_and_uses", fund.flow("carried_in")),
        *_target_ties(target),
        *_pledge_ties(balance, ageing),
        *pledge_position(source, window, term=term).ties(balance),
        *_exchange_ties(fund, exchange(source, window, term=term)),
        *commitments(source, window, term=term).ties(balance),
        *_fund_ties(source, window, term, balance, fund),
        *_statement_ties(statements, balance, fund),
    ]
    return TieOut(head=head_of(term, window), ties=tuple(ties))


def _fund_ties(
    source: JournalSource, window: Window, term: str, balance: TrialBalance, fund: SourcesAndUses
) -> Iterator[Tie]:
    """The yearly reports on the fund against the trial balance and against each other."""
    statement = assets_and_liabilities(source, window, term=term)
    yield from statement.ties(balance)
    yield from host_view(source, window, term=term).ties(statement)
    yield from changes(source, window, term=term).ties(fund)
    yield from bank_accounts(source, window, term=term).ties(balance)
    yield from by_cluster(source, window, term=term).ties(balance)
    yield from roll_forward(source, window, term=term).ties(balance, fund)
    yield from _outside_ties(source, window, balance, fund)
    yield from focus(source, window, term=term).ties(fund)
    yearly = fund_financial_report(source, window, term=term)
    yield tie("sources", yearly.name, yearly.sources.inception, fund.name, fund.sources)
    yield tie("uses", yearly.name, yearly.uses.inception, fund.name, fund.uses)
    yield from yearly.ties


def _outside_ties(
    source: JournalSource, window: Window, balance: TrialBalance, fund: SourcesAndUses
) -> Iterator[Tie]:
    """What is owed outside against the trial balance, and refunds paid against their payments."""
    outside = fund.outside
    yield tie("refunds_payable", fund.name, outside.refunds_payable, balance.name, -balance.balance(REFUNDS))
    yield tie("donor_balance", fund.name, outside.donor_balance, balance.name, -balance.balance(ASIDE))
    yield tie("refunds_decided", fund.name, outside.refunds_decided, fund.name, -fund.flow("refunds"))
    left = outside.donor_balance
    yield tie("put_aside", fund.name, left, fund.name, -fund.flow("donor_balances"))
    # In a closed term a payment has a line on 2010 too: what the refund came to more or less than decided.
    lines = [
        line
        for account, flow in ((REFUNDS, ""), ("2010", REFUND))
        for line in source.lines(window, where={"term": fund.head.term, "account": account, "flow": flow})
    ]
    paid = Amount(sum(one.signed for one in lines if one.cause == "refund_payment"), BASE_CURRENCY)
    yield tie("refunds_paid", fund.name, outside.refunds_paid, "journal", paid)


def _area_ties(budget: ActivityBudget) -> Iterator[Tie]:
    """The sums of the work areas against the activities that are in one."""
    own = budget.name
    for name in ("budget", "allotted", "spent"):
        areas = total_of(getattr(one, name) for one in budget.areas)
        activities = total_of(getattr(one, name) for one in budget.rows if one.area)
        yield tie("areas", own, areas, own, activities)


def _trial_balance_ties(balance: TrialBalance, fund: SourcesAndUses) -> Iterator[Tie]:
    zero = Amount.zero("USD")
    assets = [
        code for code, known in CHART.items() if known.journal_set is JournalSet.TRUST and code < "2000"
    ]
    owed = ("2050", "2060", "2070", "2110")

    def total(codes: list[str] | tuple[str, ...]) -> Amount:
        return sum((balance.balance(code) for code in codes), start=zero)

    held = -total(HELD)
    yield tie("trust", "trial_balance", total(assets) + total(owed), "trial_balance", held)
    yield tie("held", "trial_balance", held, "sources_and_uses", fund.balance)
    resources = balance.balance("8100") + balance.balance("8150")
    yield tie("resources", "trial_balance", resources, "trial_balance", held)
    states = -total(("8110", "8120", "8140"))
    yield tie("states", "trial_balance", states, "trial_balance", held)
    passed_on = sum((one.net for one in fund.receivers), start=zero)
    # The close of a term takes its transfers off the trial balance; the flows, tied above, keep them.
    transfers = fund.flow("transfers") + fund.flow("transfer_refunds")
    yield tie("transfers", fund.name, -transfers, fund.name, passed_on)
    yield tie("spent", "trial_balance", -balance.balance("8150"), "sources_and_uses", fund.spent)


def _target_ties(target: TermTarget) -> Iterator[Tie]:
    parts = (target.received, target.due, target.not_due, target.announced, target.gap)
    yield tie("target", "term_target", sum(parts, start=Amount.zero("USD")), "term_target", target.target)
    last = target.curve[-1].received if target.curve else Amount.zero("USD")
    for one in target.buys:
        bought = one.agent_fee + one.support_cost + one.activities
        yield tie("programmable", "term_target", bought, "term_target", one.gross)
    yield tie("curve", "term_target", last, "term_target", target.received)


def _pledge_ties(balance: TrialBalance, ageing: PledgeAgeing) -> Iterator[Tie]:
    currencies = {row.currency for row in balance.rows if row.account in PLEDGE_OPEN}
    for currency in sorted(currencies):
        booked = sum((balance.balance(code, currency) for code in PLEDGE_OPEN), start=Amount.zero(currency))
        listed, ahead = (
            total_of(
                (
                    getattr(row.position, name)
                    for row in ageing.rows
                    if row.position.amount.currency == currency
                ),
                currency,
            )
            for name in ("open", "ahead")
        )
        yield tie("pledges", "trial_balance", booked, "pledge_ageing", listed - ahead)
        parts = sum(
            (
                amount
                for row in ageing.rows
                if row.position.amount.currency == currency
                for amount in (row.position.announced, row.position.not_due, *row.ages)
            ),
            start=Amount.zero(currency),
        )
        yield tie("ages", "pledge_ageing", parts, "pledge_ageing", listed)


def _exchange_ties(fund: SourcesAndUses, report: Exchange) -> Iterator[Tie]:
    zero = Amount.zero("USD")
    differences = report.total
    yield tie("exchange", "exchange", differences, "sources_and_uses", fund.flow("exchange"))
    by_donor = sum((one.total for one in report.donors), start=zero)
    yield tie("exchange_by_donor", "exchange", differences, "exchange", by_donor)
    booked = sum((one.booked for one in report.accounts), start=zero)
    priced = sum((one.dollars for one in report.movements), start=zero)
    yield tie("foreign_cash", "exchange", booked, "exchange", priced)


def _statement_ties(
    statements: tuple[DonorStatement, ...], balance: TrialBalance, fund: SourcesAndUses
) -> Iterator[Tie]:
    zero = Amount.zero("USD")

    def total(name: str) -> Amount:
        return sum((getattr(one, name) for one in statements), start=zero)

    yield tie("donors_held", "donor_statement", total("closing"), "sources_and_uses", fund.balance)
    for name, account in (("free", "8110"), ("allotted", "8120"), ("obligated", "8140"), ("spent", "8150")):
        yield tie(
            f"donors_{name}", "donor_statement", total(name), "trial_balance", -balance.balance(account)
        )
    used = sum((use.inception for one in statements for use in one.uses), start=zero)
    applied = sum((fund.flow(key) for key in ("activities", "support_cost")), start=zero)
    yield tie("donors_used", "donor_statement", used, "sources_and_uses", -applied)
    yield tie(
        "donors_advanced", "donor_statement", total("advanced"), "trial_balance", balance.balance("1210")
    )
    for name, account in (("refunds_payable", REFUNDS), ("donor_balance", ASIDE)):
        booked = -balance.balance(account)
        yield tie(f"donors_{name}", "donor_statement", total(name), "trial_balance", booked)
    for key in ("refunds", "carried_in", "carried_out", "donor_balances"):
        own = sum((_inception(one, key) for one in statements), start=zero)
        yield tie(f"donors_{key}", "donor_statement", own, "sources_and_uses", fund.flow(key))
    for one in statements:
        earmarked = sum((row.free + row.allotted for row in one.earmarks), start=zero)
        yield tie("donor_earmarks", "donor_statement", earmarked, "donor_statement", one.closing + one.spent)
        for row in one.preferences:
            where = row.allotted + row.elsewhere + row.free
            pool = one.earmarks[0].allotted + one.earmarks[0].free
            yield tie("donor_preferences", "donor_statement", where, "donor_statement", pool)
        states = one.free + one.allotted + one.obligated
        yield tie("donor_states", "donor_statement", one.closing, "donor_statement", states)


def _inception(statement: DonorStatement, key: str) -> Amount:
    return next(row.inception for row in statement.account if row.key == key)
