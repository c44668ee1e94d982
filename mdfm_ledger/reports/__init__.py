"""Reports: frozen values made from the journal through a window, and their documents."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from mdfm_ledger.reports.activity_budget import ActivityBudget, activity_budget
from mdfm_ledger.reports.approvals import Approvals, approvals
from mdfm_ledger.reports.assets_and_liabilities import AssetsAndLiabilities, assets_and_liabilities
from mdfm_ledger.reports.bank_accounts import BankAccounts, bank_accounts
from mdfm_ledger.reports.by_cluster import ByCluster, by_cluster
from mdfm_ledger.reports.changes import Changes, changes
from mdfm_ledger.reports.commitments import Commitments, commitments
from mdfm_ledger.reports.document import Document
from mdfm_ledger.reports.donor_statement import DonorStatement, donor_statement, donor_statements
from mdfm_ledger.reports.exchange import Exchange, exchange
from mdfm_ledger.reports.focus import Focus, focus
from mdfm_ledger.reports.fund_financial_report import FundFinancialReport, fund_financial_report
from mdfm_ledger.reports.host_view import HostView, host_view
from mdfm_ledger.reports.journal import JournalReport, journal
from mdfm_ledger.reports.pledge_ageing import PledgeAgeing, pledge_ageing
from mdfm_ledger.reports.pledge_position import PledgePositionReport, pledge_position
from mdfm_ledger.reports.registers import (
    InKindRegister,
    MembershipRegister,
    in_kind_register,
    membership_register,
)
from mdfm_ledger.reports.roll_forward import RollForward, roll_forward
from mdfm_ledger.reports.sources_and_uses import SourcesAndUses, sources_and_uses
from mdfm_ledger.reports.term_target import TermTarget, term_target
from mdfm_ledger.reports.tie_out import TieOut, tie_out
from mdfm_ledger.reports.trial_balance import TrialBalance, trial_balance


class Report(Protocol):
    """What every report offers: its name, and its document for a renderer."""

    @property
    def name(self) -> str:
        """The name the report is asked for by."""

    def document(self) -> Document:
        """The report as blocks for a renderer."""


TERM_REPORTS: dict[str, Callable[..., Any]] = {
    "trial_balance": trial_balance,
    "journal": journal,
    "term_target": term_target,
    "activity_budget": activity_budget,
    "pledge_ageing": pledge_ageing,
    "pledge_position": pledge_position,
    "commitments": commitments,
    "exchange": exchange,
    "bank_accounts": bank_accounts,
    "sources_and_uses": sources_and_uses,
    "fund_financial_report": fund_financial_report,
    "assets_and_liabilities": assets_and_liabilities,
    "changes": changes,
    "host_view": host_view,
    "roll_forward": roll_forward,
    "focus": focus,
    "by_cluster": by_cluster,
    "in_kind_register": in_kind_register,
    "membership_register": membership_register,
    "approvals": approvals,
    "tie_out": tie_out,
}
"""The reports on a term, by name. Command line, schemas and docs are made from it."""

PERIOD_REPORTS = frozenset(
    {
        "assets_and_liabilities",
        "bank_accounts",
        "changes",
        "fund_financial_report",
        "host_view",
        "journal",
        "pledge_position",
        "roll_forward",
    }
)
"""The reports that cover a period and so take ``since``."""

REPORT_VALUES: dict[str, type[Any]] = {
    kind.name: kind
    for kind in (
        TrialBalance,
        JournalReport,
        DonorStatement,
        TermTarget,
        ActivityBudget,
        PledgeAgeing,
        PledgePositionReport,
        Commitments,
        Exchange,
        BankAccounts,
        SourcesAndUses,
        FundFinancialReport,
        AssetsAndLiabilities,
        Changes,
        HostView,
        RollForward,
        Focus,
        ByCluster,
        InKindRegister,
        MembershipRegister,
        Approvals,
        TieOut,
    )
}
"""The value each report is, by name."""

__all__ = [
    "PERIOD_REPORTS",
    "REPORT_VALUES",
    "TERM_REPORTS",
    "ActivityBudget",
    "Approvals",
    "AssetsAndLiabilities",
    "BankAccounts",
    "ByCluster",
    "Changes",
    "Commitments",
    "Document",
    "DonorStatement",
    "Exchange",
    "Focus",
    "FundFinancialReport",
    "HostView",
    "InKindRegister",
    "JournalReport",
    "MembershipRegister",
    "PledgeAgeing",
    "PledgePositionReport",
    "Report",
    "RollForward",
    "SourcesAndUses",
    "TermTarget",
    "TieOut",
    "TrialBalance",
    "activity_budget",
    "approvals",
    "assets_and_liabilities",
    "bank_accounts",
    "by_cluster",
    "changes",
    "commitments",
    "donor_statement",
    "donor_statements",
    "exchange",
    "focus",
    "fund_financial_report",
    "host_view",
    "in_kind_register",
    "journal",
    "membership_register",
    "pledge_ageing",
    "pledge_position",
    "roll_forward",
    "sources_and_uses",
    "term_target",
    "tie_out",
    "trial_balance",
]
