"""A partner pays back what it spent outside the agreement."""

from __future__ import annotations

from attrs import frozen

from mdfm_ledger.rules.settlement import PartnerRepayment


@frozen(kw_only=True)
class Recovery(PartnerRepayment):
    """Money recovered from a partner, claimed by a report and found ineligible: Dr 1010 Cr 1230."""

    event_kind = "recovery"
    settled_account = "1230"
