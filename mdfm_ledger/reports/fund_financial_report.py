"""Fund financial report, in the shape United Nations pooled funds publish once a year."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction

from attrs import evolve, frozen

from mdfm_ledger.chart import HELD, INDIRECT
from mdfm_ledger.reports.commitments import (
    AgeSum,
    Commitments,
    OpenAdvance,
    OpenObligation,
    advances_table,
    commitments,
    obligation_ages_table,
    obligations_table,
)
from mdfm_ledger.reports.document import Document, Fact, Facts, Note, Section, text
from mdfm_ledger.reports.flows import FLOWS, flow_amounts
from mdfm_ledger.reports.fund_rows import (
    ActivityUse,
    Contribution,
    Delivery,
    PeriodRow,
    activity_rows,
    added,
    category_rows,
    contributions,
    delivery_rows,
    flow_rows,
)
from mdfm_ledger.reports.fund_tables import (
    activities_table,
    categories_table,
    contributors_table,
    definitions_table,
    delivery_table,
    flows_table,
)
from mdfm_ledger.reports.head import Head, before, head_of, period_start, share
from mdfm_ledger.reports.losses import Loss, losses_of, losses_section
from mdfm_ledger.reports.positions import term_of
from mdfm_ledger.reports.receivers import Receiver, receivers_of, receivers_table
from mdfm_ledger.reports.statement.notional_tests import FundTests, fund_basis, fund_tests_section
from mdfm_ledger.reports.ties import Tie, tie, ties_table, total_of
from mdfm_ledger.reports.trial_balance import TrialBalance, trial_balance
from mdfm_ledger.source import JournalSource, Window


@frozen(kw_only=True)
class FundFinancialReport:
    """The fund before a period, in it (``since`` to the date of the head, both inclusive), since inception.

    ``balance`` = ``sources`` + ``uses``; its prior figure is what the period opened with. Uses are
    negative. ``delivery`` says expenditure of what was allotted, by activity and last in all;
    ``indirect_share`` is indirect support per direct cost. ``balance_share`` is the balance per
    contributions received. ``ties`` are the pairs of figures of this report that must be equal.
    ``losses`` and ``notional_tests`` are since inception, None where no donor requires any test.
    """

    name = "fund_financial_report"

    head: Head
    since: date
    flows: tuple[PeriodRow, ...]
    sources: PeriodRow
    uses: PeriodRow
    balance: PeriodRow
    balance_share: Fraction | None
    categories: tuple[PeriodRow, ...]
    indirect_share: Fraction | None
    activities: tuple[ActivityUse, ...]
    receivers: tuple[Receiver, ...]
    contributors: tuple[Contribution, ...]
    delivery: tuple[Delivery, ...]
    obligations: tuple[OpenObligation, ...]
    obligation_ages: tuple[AgeSum, ...]
    advances: tuple[OpenAdvance, ...]
    ties: tuple[Tie, ...]
    losses: tuple[Loss, ...] = ()
    notional_tests: FundTests | None = None

    def document(self) -> Document:
        """The report as blocks for a renderer."""
        return Document(
            name=self.name,
            title=text("title.fund_financial_report"),
            sections=(
                Section(key="head", blocks=(self.head.facts(), self._period())),
                Section(
                    key="sources_and_uses",
                    blocks=(
                        self._figures(),
                        flows_table(self.flows, self.sources, self.uses, self.balance),
                        self._shares(),
                    ),
                ),
                Section(key="contributors", blocks=(contributors_table(self.contributors),)),
                Section(
                    key="expenditure",
                    blocks=(categories_table(self.categories), activities_table(self.activities)),
                ),
                Section(key="receivers", blocks=(receivers_table(self.receivers),)),
                Section(
                    key="delivery", blocks=(delivery_table(self.delivery), Note(text=text("note.delivery")))
                ),
                Section(
                    key="obligations",
                    blocks=(
                        obligations_table(self.obligations),
                        obligation_ages_table(self.obligation_ages),
                    ),
                ),
                Section(key="advances", blocks=(advances_table(self.advances),)),
                *losses_section(self.losses),
                *fund_tests_section(self.notional_tests),
                Section(key="definitions", blocks=(definitions_table(),)),
                Section(key="tie_out", blocks=(ties_table(self.ties),)),
            ),
        )

    def _period(self) -> Facts:
        return Facts(key="period", items=(Fact(key="since", value=self.since),))

    def _figures(self) -> Facts:
        return Facts(
            key="fund_figures",
            items=(
                Fact(key="received", value=_row(self.flows, "contributions").inception),
                Fact(key="spent", value=self.delivery[-1].spent),
                Fact(key="held", value=self.balance.inception),
            ),
        )

    def _shares(self) -> Facts:
        return Facts(
            key="fund",
            items=(
                Fact(key="balance_share", value=self.balance_share),
                Fact(key="delivery_rate", value=self.delivery[-1].rate),
                Fact(key="indirect_share", value=self.indirect_share),
            ),
        )


def fund_financial_report(
    source: JournalSource, window: Window, *, term: str, since: date | None = None
) -> FundFinancialReport:
    """The report on a term; its period begins ``since``, the first day of the year of ``as_of`` unless given.

    Raises UnknownDocumentError for the term.
    """
    known = term_of(source, window, term)
    first = period_start(window, since)
    windows = (before(window, first), window)
    prior, inception = (flow_amounts(source, one, where={"term": term}) for one in windows)
    flows, categories = flow_rows(prior, inception), category_rows(source, windows, term)
    balance, open_now = added(flows, "closing"), commitments(source, window, term=term)
    report = FundFinancialReport(
        head=head_of(term, window),
        since=first,
        flows=flows,
        sources=added(flows, "sources", (flow.key for flow in FLOWS if flow.is_source)),
        uses=added(flows, "uses", (flow.key for flow in FLOWS if not flow.is_source)),
        balance=balance,
        balance_share=share(balance.inception.minor, _row(flows, "contributions").inception.minor),
        categories=categories,
        indirect_share=_indirect_share(categories),
        activities=activity_rows(source, windows, known),
        receivers=receivers_of(source, window, term=term),
        contributors=contributions(source, windows, term),
        delivery=delivery_rows(source, window, known),
        obligations=open_now.obligations,
        obligation_ages=open_now.obligation_ages,
        advances=open_now.advances,
        ties=(),
        losses=losses_of(source, window, term=term),
        notional_tests=fund_basis(source, window, known).of_all(),
    )
    return evolve(report, ties=tuple(_ties(report, open_now, trial_balance(source, window, term=term))))


def _indirect_share(categories: tuple[PeriodRow, ...]) -> Fraction | None:
    indirect = _row(categories, INDIRECT).inception.minor
    return share(indirect, sum(row.inception.minor for row in categories) - indirect)


def _row(rows: tuple[PeriodRow, ...], key: str) -> PeriodRow:
    return next(row for row in rows if row.key == key)


def _ties(report: FundFinancialReport, open_now: Commitments, balance: TrialBalance) -> Iterator[Tie]:
    own, trial = report.name, "trial_balance"
    held = -total_of(balance.balance(code) for code in HELD)
    yield tie("held", own, report.balance.inception, trial, held)
    moved = report.balance.prior + report.balance.period
    yield tie("periods", own, moved, own, report.balance.inception)
    received = total_of(row.received for row in report.contributors)
    yield tie("received", own, received, own, _row(report.flows, "contributions").inception)
    used = [_row(report.flows, key) for key in ("activities", "support_cost")]
    for name in ("prior", "period", "inception"):
        applied = -total_of(getattr(row, name) for row in used)
        yield tie("by_category", own, total_of(getattr(row, name) for row in report.categories), own, applied)
        yield tie("by_activity", own, total_of(getattr(row, name) for row in report.activities), own, applied)
    lost = _row(report.flows, "losses").inception
    yield tie("losses", own, total_of(one.amount for one in report.losses), own, -lost)
    used_up = -balance.balance("8150")
    yield tie("used_up", own, report.delivery[-1].spent - lost, trial, used_up)
    passed_on = [_row(report.flows, key).inception for key in ("transfers", "transfer_refunds")]
    yield tie("transfers", own, total_of(one.net for one in report.receivers), own, -total_of(passed_on))
    uses = total_of((*(row.inception for row in used), *passed_on))
    yield tie("delivered", own, report.delivery[-1].spent, own, -uses)
    if tests := report.notional_tests:
        asked = total_of(one.contribution for one in tests.tests)
        yield tie("notional_tests", own, tests.covered + tests.uncovered, own, asked)
    yield from open_now.ties(balance, own)
