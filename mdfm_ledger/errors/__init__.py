"""Every error of the package, grouped by what the caller can do about it.

    LedgerError                      .code, .remedy, .figures, typed attributes
    ├─ RejectedError                 nothing was written; change the event
    │  ├─ InvalidEventError          malformed: amount, currency, date, text, unknown document
    │  ├─ RuleError                  one class per named invariant (.invariant)
    │  └─ ReferenceConflictError     same reference, other content
    ├─ StoreError                    the ledger cannot be used as it is (.is_transient: try again)
    ├─ EvidenceError                 a proof, checkpoint or key does not hold; do not rely on it
    └─ CorruptLedgerError            stop: what is stored is not what was recorded

A class states its message once, as a template over its typed attributes; ``code`` is stable and
is a heading in the error reference; ``remedy`` is the one line that says what to do.
"""

from __future__ import annotations

from mdfm_ledger.errors.approvals import (
    ApprovalError,
    ApprovalLimitError,
    ApprovalMissingError,
    ApprovalStandsError,
    ApprovalUsedError,
    NotApproverError,
    SelfApprovalError,
)
from mdfm_ledger.errors.base import (
    LedgerError,
)
from mdfm_ledger.errors.closing import (
    BankDiffersError,
    BelowDeMinimisError,
    CashShortError,
    PeriodClosedError,
    PeriodOrderError,
    RefundExceededError,
    SealDiffersError,
    StillOpenError,
    TermClosedError,
    TermNotClosedError,
)
from mdfm_ledger.errors.clusters import (
    MembershipError,
)
from mdfm_ledger.errors.commitments import (
    AdvanceNotCoveredError,
    AdvanceOverdueError,
    OutstandingNegativeError,
    OverAllotmentError,
    OverObligationError,
    TransferExceededError,
)
from mdfm_ledger.errors.copies import (
    CopyRefusedError,
    HeadDiffersError,
    KeptFileError,
    NotAPrefixError,
    OwnToolError,
    TargetExistsError,
)
from mdfm_ledger.errors.corrections import (
    CorrectionError,
)
from mdfm_ledger.errors.evidence import (
    AnchorFailedError,
    BundleRefusedError,
    EvidenceError,
    ForkedLedgerError,
    JournalUnusableError,
    KeyUnusableError,
    NoteRefusedError,
    ProofRefusedError,
    SigningRefusedError,
)
from mdfm_ledger.errors.exchange import (
    ExchangeShortfallError,
    NoRateError,
    NoRateSourceError,
    OwnCurrencyError,
)
from mdfm_ledger.errors.pledges import (
    NothingDueError,
)
from mdfm_ledger.errors.rejected import (
    BooksMovedError,
    FeeTakenError,
    InvalidAmountError,
    InvalidDateError,
    InvalidEventError,
    InvalidFieldError,
    InvalidTextError,
    MalformedInputError,
    MismatchError,
    PolicyError,
    ReferenceConflictError,
    RejectedError,
    UnknownActivityError,
    UnknownCurrencyError,
    UnknownDocumentError,
    UnknownPlanError,
)
from mdfm_ledger.errors.rules import (
    AlreadyReversedError,
    BeforeTermError,
    BudgetNotTargetError,
    DonorNegativeError,
    EarmarkError,
    FutureDateError,
    NotFreeError,
    NotFundedError,
    NotReversibleError,
    OverBudgetError,
    PledgeExceededError,
    ResourcesDifferError,
    RevenueAccountError,
    ReversalDateError,
    ReversalDependsError,
    RuleError,
    SamePersonError,
    UnbalancedError,
)
from mdfm_ledger.errors.statements import (
    DisclosesDonorError,
    FinalStatementError,
    NothingToStateError,
    StatementDiffersError,
    StatementOutOfTurnError,
    StatementPeriodError,
    StatementUnchangedError,
)
from mdfm_ledger.errors.store import (
    CorruptLedgerError,
    FileUnwritableError,
    GuardsMissingError,
    LedgerBusyError,
    NotALedgerError,
    RaceLostError,
    SchemaNewerError,
    SchemaOutdatedError,
    ServerUnavailableError,
    StoreError,
    StoreUnavailableError,
)

__all__ = [
    "AdvanceNotCoveredError",
    "AdvanceOverdueError",
    "AlreadyReversedError",
    "AnchorFailedError",
    "ApprovalError",
    "ApprovalLimitError",
    "ApprovalMissingError",
    "ApprovalStandsError",
    "ApprovalUsedError",
    "BankDiffersError",
    "BeforeTermError",
    "BelowDeMinimisError",
    "BooksMovedError",
    "BudgetNotTargetError",
    "BundleRefusedError",
    "CashShortError",
    "CopyRefusedError",
    "CorrectionError",
    "CorruptLedgerError",
    "DisclosesDonorError",
    "DonorNegativeError",
    "EarmarkError",
    "EvidenceError",
    "ExchangeShortfallError",
    "FeeTakenError",
    "FileUnwritableError",
    "FinalStatementError",
    "ForkedLedgerError",
    "FutureDateError",
    "GuardsMissingError",
    "HeadDiffersError",
    "InvalidAmountError",
    "InvalidDateError",
    "InvalidEventError",
    "InvalidFieldError",
    "InvalidTextError",
    "JournalUnusableError",
    "KeptFileError",
    "KeyUnusableError",
    "LedgerBusyError",
    "LedgerError",
    "MalformedInputError",
    "MembershipError",
    "MismatchError",
    "NoRateError",
    "NoRateSourceError",
    "NotALedgerError",
    "NotAPrefixError",
    "NotApproverError",
    "NotFreeError",
    "NotFundedError",
    "NotReversibleError",
    "NoteRefusedError",
    "NothingDueError",
    "NothingToStateError",
    "OutstandingNegativeError",
    "OverAllotmentError",
    "OverBudgetError",
    "OverObligationError",
    "OwnCurrencyError",
    "OwnToolError",
    "PeriodClosedError",
    "PeriodOrderError",
    "PledgeExceededError",
    "PolicyError",
    "ProofRefusedError",
    "RaceLostError",
    "ReferenceConflictError",
    "RefundExceededError",
    "RejectedError",
    "ResourcesDifferError",
    "RevenueAccountError",
    "ReversalDateError",
    "ReversalDependsError",
    "RuleError",
    "SamePersonError",
    "SchemaNewerError",
    "SchemaOutdatedError",
    "SealDiffersError",
    "SelfApprovalError",
    "ServerUnavailableError",
    "SigningRefusedError",
    "StatementDiffersError",
    "StatementOutOfTurnError",
    "StatementPeriodError",
    "StatementUnchangedError",
    "StillOpenError",
    "StoreError",
    "StoreUnavailableError",
    "TargetExistsError",
    "TermClosedError",
    "TermNotClosedError",
    "TransferExceededError",
    "UnbalancedError",
    "UnknownActivityError",
    "UnknownCurrencyError",
    "UnknownDocumentError",
    "UnknownPlanError",
]
