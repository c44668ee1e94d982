"""The business events, one file each. Adding a kind is one new file and one line here."""

from __future__ import annotations

from mdfm_ledger.event import Event
from mdfm_ledger.events.allocation import Allocation
from mdfm_ledger.events.allocation_return import AllocationReturn
from mdfm_ledger.events.expenditure import Expenditure
from mdfm_ledger.events.open_bank_account import OpenBankAccount
from mdfm_ledger.events.open_term import OpenTerm
from mdfm_ledger.events.pledge import Pledge
from mdfm_ledger.events.pledge_amendment import PledgeAmendment
from mdfm_ledger.events.pledge_write_off import PledgeWriteOff
from mdfm_ledger.events.receipt import Receipt
from mdfm_ledger.events.register_donor import RegisterDonor
from mdfm_ledger.events.reversal import Reversal
from mdfm_ledger.events.revise_budget import ReviseBudget

EVENT_KINDS: dict[str, type[Event]] = {
    kind.event_kind: kind
    for kind in (
        OpenTerm,
        ReviseBudget,
        RegisterDonor,
        OpenBankAccount,
        Pledge,
        PledgeAmendment,
        PledgeWriteOff,
        Receipt,
        Allocation,
        AllocationReturn,
        Expenditure,
        Reversal,
    )
}
"""Every event kind by its name. Codec, schemas, command line and docs are made from it."""

__all__ = [
    "EVENT_KINDS",
    "Allocation",
    "AllocationReturn",
    "Expenditure",
    "OpenBankAccount",
    "OpenTerm",
    "Pledge",
    "PledgeAmendment",
    "PledgeWriteOff",
    "Receipt",
    "RegisterDonor",
    "Reversal",
    "ReviseBudget",
]
