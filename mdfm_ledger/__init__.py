"""The books of a multi-donor fund held in trust: an immutable double-entry ledger.

Start at :class:`Ledger`: open one, record events, ask for reports, verify.
"""

from mdfm_ledger import errors
from mdfm_ledger.documents import Instalment
from mdfm_ledger.events import (
    Advance,
    AdvanceLiquidation,
    AdvanceReturn,
    AgentFee,
    Allocation,
    AllocationReturn,
    BankCharge,
    Expenditure,
    Interest,
    Obligation,
    ObligationIncrease,
    ObligationRelease,
    OpenBankAccount,
    OpenTerm,
    Payment,
    Pledge,
    PledgeAmendment,
    PledgeWriteOff,
    Receipt,
    Recovery,
    RegisterDonor,
    RegisterPartner,
    Reversal,
    ReviseBudget,
    RevisePolicy,
)
from mdfm_ledger.ledger import Ledger, open_engine, write_report
from mdfm_ledger.money import Amount
from mdfm_ledger.plans import Area, BudgetLine, BudgetPlan, Names, shipped_plan, shipped_plans

__all__ = [
    "Advance",
    "AdvanceLiquidation",
    "AdvanceReturn",
    "AgentFee",
    "Allocation",
    "AllocationReturn",
    "Amount",
    "Area",
    "BankCharge",
    "BudgetLine",
    "BudgetPlan",
    "Expenditure",
    "Instalment",
    "Interest",
    "Ledger",
    "Names",
    "Obligation",
    "ObligationIncrease",
    "ObligationRelease",
    "OpenBankAccount",
    "OpenTerm",
    "Payment",
    "Pledge",
    "PledgeAmendment",
    "PledgeWriteOff",
    "Receipt",
    "Recovery",
    "RegisterDonor",
    "RegisterPartner",
    "Reversal",
    "ReviseBudget",
    "RevisePolicy",
    "errors",
    "open_engine",
    "shipped_plan",
    "shipped_plans",
    "write_report",
]
