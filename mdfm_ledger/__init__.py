"""The books of a multi-donor fund held in trust: an immutable double-entry ledger.

Start at :class:`Ledger`: open one, record events, ask for reports, verify.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mdfm_ledger import errors
    from mdfm_ledger.approvals import Authority
    from mdfm_ledger.books.documents import Instalment, instalments
    from mdfm_ledger.classifications import CountryGroup, shipped_classification, shipped_classifications
    from mdfm_ledger.correcting import correction
    from mdfm_ledger.events import (
        AdoptClusterPlan,
        AdoptKey,
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
        EarmarkChange,
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
        ReceiptReturn,
        RecoverableWriteOff,
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
        RotateKey,
        TermClose,
        Transfer,
        TransferRefund,
        UnidentifiedReceipt,
    )
    from mdfm_ledger.ledger import Ledger, open_engine, write_report
    from mdfm_ledger.money import Amount
    from mdfm_ledger.plans import Area, BudgetLine, BudgetPlan, Names, shipped_plan, shipped_plans
    from mdfm_ledger.rates import CurrencyRate
    from mdfm_ledger.rules.held_in_trust import BankConfirmation

__all__ = [
    "AdoptClusterPlan",
    "AdoptKey",
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
    "EarmarkChange",
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
    "ReceiptReturn",
    "RecoverableWriteOff",
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
    "RotateKey",
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
    name: module
    for module, names in {
        "approvals": ("Authority",),
        "classifications": ("CountryGroup", "shipped_classification", "shipped_classifications"),
        "correcting": ("correction",),
        "books.documents": ("Instalment", "instalments"),
        "rules.held_in_trust": ("BankConfirmation",),
        "ledger": ("Ledger", "open_engine", "write_report"),
        "money": ("Amount",),
        "plans": ("Area", "BudgetLine", "BudgetPlan", "Names", "shipped_plan", "shipped_plans"),
        "rates": ("CurrencyRate",),
    }.items()
    for name in names
}
"""What is public and no event, with its module."""


def __getattr__(name: str) -> Any:
    # A module is loaded with the first name that is asked of it: making classes is what an import costs,
    # the events alone are fifty, and a program needs few of them at its start.
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if name == "errors":
        return import_module("mdfm_ledger.errors")
    return getattr(import_module(f"mdfm_ledger.{_ELSEWHERE.get(name, 'events')}"), name)


def __dir__() -> list[str]:
    return __all__
