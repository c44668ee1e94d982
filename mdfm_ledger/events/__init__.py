"""The business events, one file each. Adding a kind is one new file and one line here."""

from __future__ import annotations

from mdfm_ledger.event import Event
from mdfm_ledger.events.adopt_cluster_plan import AdoptClusterPlan
from mdfm_ledger.events.adopt_key import AdoptKey
from mdfm_ledger.events.advance import Advance
from mdfm_ledger.events.advance_liquidation import AdvanceLiquidation
from mdfm_ledger.events.advance_return import AdvanceReturn
from mdfm_ledger.events.agent_fee import AgentFee
from mdfm_ledger.events.allocation import Allocation
from mdfm_ledger.events.allocation_return import AllocationReturn
from mdfm_ledger.events.approval import Approval
from mdfm_ledger.events.approval_withdrawal import ApprovalWithdrawal
from mdfm_ledger.events.bank_charge import BankCharge
from mdfm_ledger.events.carry_forward import CarryForward
from mdfm_ledger.events.classify_countries import ClassifyCountries
from mdfm_ledger.events.conversion import Conversion
from mdfm_ledger.events.coordinate_cluster import CoordinateCluster
from mdfm_ledger.events.donor_balance import DonorBalance
from mdfm_ledger.events.earmark_change import EarmarkChange
from mdfm_ledger.events.expenditure import Expenditure
from mdfm_ledger.events.in_kind_offer import InKindOffer
from mdfm_ledger.events.in_kind_outcome import InKindOutcome
from mdfm_ledger.events.interest import Interest
from mdfm_ledger.events.issue_statement import IssueStatement
from mdfm_ledger.events.join_cluster import JoinCluster
from mdfm_ledger.events.leave_cluster import LeaveCluster
from mdfm_ledger.events.obligation import Obligation
from mdfm_ledger.events.obligation_increase import ObligationIncrease
from mdfm_ledger.events.obligation_release import ObligationRelease
from mdfm_ledger.events.open_bank_account import OpenBankAccount
from mdfm_ledger.events.open_term import OpenTerm
from mdfm_ledger.events.payment import Payment
from mdfm_ledger.events.period_close import PeriodClose
from mdfm_ledger.events.period_reopening import PeriodReopening
from mdfm_ledger.events.pledge import Pledge
from mdfm_ledger.events.pledge_amendment import PledgeAmendment
from mdfm_ledger.events.pledge_write_off import PledgeWriteOff
from mdfm_ledger.events.pledges_due import PledgesDue
from mdfm_ledger.events.publish_holdings import PublishHoldings
from mdfm_ledger.events.publish_rates import PublishRates
from mdfm_ledger.events.receipt import Receipt
from mdfm_ledger.events.receipt_application import ReceiptApplication
from mdfm_ledger.events.receipt_return import ReceiptReturn
from mdfm_ledger.events.recoverable_write_off import RecoverableWriteOff
from mdfm_ledger.events.recovery import Recovery
from mdfm_ledger.events.redaction import Redaction
from mdfm_ledger.events.refund import Refund
from mdfm_ledger.events.refund_payment import RefundPayment
from mdfm_ledger.events.refused_attempt import RefusedAttempt
from mdfm_ledger.events.register_donor import RegisterDonor
from mdfm_ledger.events.register_partner import RegisterPartner
from mdfm_ledger.events.revaluation import Revaluation
from mdfm_ledger.events.reversal import Reversal
from mdfm_ledger.events.revise_approval_policy import ReviseApprovalPolicy
from mdfm_ledger.events.revise_budget import ReviseBudget
from mdfm_ledger.events.revise_policy import RevisePolicy
from mdfm_ledger.events.rotate_key import RotateKey
from mdfm_ledger.events.term_close import TermClose
from mdfm_ledger.events.transfer import Transfer
from mdfm_ledger.events.transfer_refund import TransferRefund
from mdfm_ledger.events.unidentified_receipt import UnidentifiedReceipt

EVENT_KINDS: dict[str, type[Event]] = {
    kind.event_kind: kind
    for kind in (
        OpenTerm,
        ReviseBudget,
        RevisePolicy,
        ReviseApprovalPolicy,
        Approval,
        ApprovalWithdrawal,
        RefusedAttempt,
        RegisterDonor,
        RegisterPartner,
        OpenBankAccount,
        ClassifyCountries,
        AdoptClusterPlan,
        JoinCluster,
        CoordinateCluster,
        LeaveCluster,
        InKindOffer,
        InKindOutcome,
        PublishRates,
        Pledge,
        PledgeAmendment,
        PledgeWriteOff,
        PledgesDue,
        Receipt,
        UnidentifiedReceipt,
        ReceiptApplication,
        ReceiptReturn,
        EarmarkChange,
        AgentFee,
        BankCharge,
        Interest,
        Conversion,
        Revaluation,
        Allocation,
        AllocationReturn,
        Obligation,
        ObligationIncrease,
        ObligationRelease,
        Expenditure,
        Payment,
        Advance,
        AdvanceLiquidation,
        AdvanceReturn,
        Recovery,
        RecoverableWriteOff,
        Transfer,
        TransferRefund,
        Refund,
        RefundPayment,
        CarryForward,
        TermClose,
        DonorBalance,
        PeriodClose,
        PeriodReopening,
        Reversal,
        IssueStatement,
        PublishHoldings,
        Redaction,
        AdoptKey,
        RotateKey,
    )
}
"""Every event kind by its name. Codec, schemas, command line and docs are made from it."""

__all__ = [
    "EVENT_KINDS",
    "AdoptClusterPlan",
    "AdoptKey",
    "Advance",
    "AdvanceLiquidation",
    "AdvanceReturn",
    "AgentFee",
    "Allocation",
    "AllocationReturn",
    "Approval",
    "ApprovalWithdrawal",
    "BankCharge",
    "CarryForward",
    "ClassifyCountries",
    "Conversion",
    "CoordinateCluster",
    "DonorBalance",
    "EarmarkChange",
    "Expenditure",
    "InKindOffer",
    "InKindOutcome",
    "Interest",
    "IssueStatement",
    "JoinCluster",
    "LeaveCluster",
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
]
