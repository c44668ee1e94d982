"""The books of a multi-donor fund held in trust: an immutable double-entry ledger.

Start at :class:`Ledger`: open one, record events, ask for reports, verify.
"""

from mdfm_ledger import errors
from mdfm_ledger.documents import Instalment
from mdfm_ledger.events import (
    Allocation,
    AllocationReturn,
    Expenditure,
    OpenBankAccount,
    OpenTerm,
    Pledge,
    PledgeAmendment,
    PledgeWriteOff,
    Receipt,
    RegisterDonor,
    Reversal,
    ReviseBudget,
)
from mdfm_ledger.ledger import Ledger, open_engine, write_report
from mdfm_ledger.money import Amount
from mdfm_ledger.plans import Area, BudgetLine, BudgetPlan, Names, shipped_plan, shipped_plans

__all__ = [
    "Allocation",
    "AllocationReturn",
    "Amount",
    "Area",
    "BudgetLine",
    "BudgetPlan",
    "Expenditure",
    "Instalment",
    "Ledger",
    "Names",
    "OpenBankAccount",
    "OpenTerm",
    "Pledge",
    "PledgeAmendment",
    "PledgeWriteOff",
    "Receipt",
    "RegisterDonor",
    "Reversal",
    "ReviseBudget",
    "errors",
    "open_engine",
    "shipped_plan",
    "shipped_plans",
    "write_report",
]
