"""A partner pays back what it did not use of an advance."""

from __future__ import annotations

from attrs import frozen

from mdfm_ledger.rules.settlement import PartnerRepayment


@frozen(kw_only=True)
class AdvanceReturn(PartnerRepayment):
    """Unspent money of an advance, back in a bank account of the trust: Dr 1010 Cr 1210."""

    event_kind = "advance_return"
    settled_account = "1210"
