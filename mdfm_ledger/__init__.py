"""The books of a multi-donor fund held in trust: an immutable double-entry ledger.

Start at :class:`Ledger`: open one, record events, ask for reports, verify.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from mdfm_ledger import errors
from mdfm_ledger.approvals import Authority
from mdfm_ledger.classifications import CountryGroup, shipped_classification, shipped_classifications
from mdfm_ledger.documents import Instalment, instalments
from mdfm_ledger.ledger import Ledger, open_engine, write_report
from mdfm_ledger.money import Amount
from mdfm_ledger.plans import Area, BudgetLine, BudgetPlan, Names, shipped_plan, shipped_plans
from mdfm_ledger.rates import CurrencyRate

if TYPE_CHECKING:
    from mdfm_ledger.correcting import correction
    from mdfm_ledger.events import (
        AdoptClusterPlan,
        Advance,
        AdvanceLiquidation,
        AdvanceReturn,
        AgentFee,
        Allocation,
        AllocationReturn,
        Approval,
        ApprovalWithdrawal,
        BankCharge,
        CarryForward,
        ClassifyCountries,
        Conversion,
        CoordinateCluster,
        DonorBalance,
        Expenditure,
        InKindOffer,
        InKindOutcome,
        Interest,
        IssueStatement,
        JoinCluster,
        LeaveCluster,
        Obligation,
        ObligationIncrease,
        ObligationRelease,
        OpenBankAccount,
        OpenTerm,
        Payment,
        PeriodClose,
        PeriodReopening,
        Pledge,
        PledgeAmendment,
        PledgesDue,
        PledgeWriteOff,
        PublishHoldings,
        PublishRates,
        Receipt,
        ReceiptApplication,
        Recovery,
        Redaction,
        Refund,
        RefundPayment,
        RefusedAttempt,
        RegisterDonor,
        RegisterPartner,
        Revaluation,
        Reversal,
        ReviseApprovalPolicy,
        ReviseBudget,
        RevisePolicy,
        TermClose,
        Transfer,
        TransferRefund,
        UnidentifiedReceipt,
    )
    from mdfm_ledger.held_in_trust import BankConfirmation

__all__ = [
    "AdoptClusterPlan",
    "Advance",
    "AdvanceLiquidation",
    "AdvanceReturn",
    "AgentFee",
    "Allocation",
    "AllocationReturn",
    "Amount",
    "Approval",
    "ApprovalWithdrawal",
    "Area",
    "Authority",
    "BankCharge",
    "BankConfirmation",
    "BudgetLine",
    "BudgetPlan",
    "CarryForward",
    "ClassifyCountries",
    "Conversion",
    "CoordinateCluster",
    "CountryGroup",
    "CurrencyRate",
    "DonorBalance",
    "Expenditure",
    "InKindOffer",
    "InKindOutcome",
    "Instalment",
    "Interest",
    "IssueStatement",
    "JoinCluster",
    "LeaveCluster",
    "Ledger",
    "Names",
    "Obligation",
    "ObligationIncrease",
    "ObligationRelease",
    "OpenBankAccount",
    "OpenTerm",
    "Payment",
    "PeriodClose",
    "PeriodReopening",
    "Pledge",
    "PledgeAmendment",
    "PledgeWriteOff",
    "PledgesDue",
    "PublishHoldings",
    "PublishRates",
    "Receipt",
    "ReceiptApplication",
    "Recovery",
    "Redaction",
    "Refund",
    "RefundPayment",
    "RefusedAttempt",
    "RegisterDonor",
    "RegisterPartner",
    "Revaluation",
    "Reversal",
    "ReviseApprovalPolicy",
    "ReviseBudget",
    "RevisePolicy",
    "TermClose",
    "Transfer",
    "TransferRefund",
    "UnidentifiedReceipt",
    "correction",
    "errors",
    "instalments",
    "open_engine",
    "shipped_classification",
    "shipped_classifications",
    "shipped_plan",
    "shipped_plans",
    "write_report",
]


_ELSEWHERE = {
    "BankConfirmation": "mdfm_ledger.held_in_trust",
    "correction": "mdfm_ledger.correcting",
}
"""What is public, needs the events and stands in a module of its own."""


def __getattr__(name: str) -> Any:
    # The events are many classes; a program that only asks for reports need not wait for them.
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = _ELSEWHERE.get(name, "mdfm_ledger.events")
    return getattr(import_module(module), name)
