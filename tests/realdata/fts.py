"""One year of a pooled fund as events: what donors paid or committed, and what went out to partners.

A contribution is a pledge in the donor's own currency where the file gives it, and a receipt of the dollars
it was booked at where it was paid; one only committed is a pledge with nothing paid. An outflow is money
allotted and obligated by a decision, and an expenditure under it where it was paid. The budget has a
line for each cluster (or set of clusters) the file names, of what the file says went to it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial

from attrs import evolve, frozen

from mdfm_ledger import (
    Allocation,
    Amount,
    Expenditure,
    Obligation,
    OpenBankAccount,
    OpenTerm,
    Pledge,
    Receipt,
    RegisterDonor,
    RegisterPartner,
)
from mdfm_ledger.event import Event
from mdfm_ledger.fields import parse_day, require_plain_text
from tests.realdata.desk import BANK, Desk, cents, plan_of, usd

TERM = "AHF-2020"
FIRST_DAY = date(2020, 1, 1)
BROUGHT_FORWARD = "Balance of earlier years"


@frozen(kw_only=True)
class Flow:
    """A row of the file: a contribution coming in, or money going out to a partner."""

    row: int
    reference: str
    comes_in: bool
    is_paid: bool
    on: date
    decided_on: date
    party: str
    amount: str
    original: str
    currency: str
    cluster: str
    code: str

    @classmethod
    def of(cls, row: int, cells: dict[str, str]) -> Flow:
        """The row as it stands; a decision without a day, or with a later one, is dated as the flow."""
        on, comes_in = parse_day(cells["date"]), cells["fund_role"] == "receipt"
        decided = parse_day(cells["decisionDate"]) if cells["decisionDate"] else on
        return cls(
            row=row,
            reference=cells["id"],
            comes_in=comes_in,
            is_paid=cells["status"] == "paid",
            on=on,
            decided_on=min(decided, on),
            party=cells["srcOrganization" if comes_in else "destOrganization"],
            amount=cells["amountUSD"],
            original=cells["originalAmount"],
            currency=cells["originalCurrency"],
            cluster=cells["destGlobalClusters"] or "Not specified",
            code=cells["refCode"] or cells["id"],
        )

    @property
    def promised(self) -> Amount:
        """The promise in the donor's own currency where the file gives it."""
        return Amount.parse(self.original, self.currency) if self.currency else usd(self.amount)

    def pledge(self) -> Pledge:
        """A signed promise."""
        return Pledge(
            reference=self.reference, term=TERM, donor=self.party, amount=self.promised, on=self.decided_on
        )

    def receipt(self) -> Receipt:
        """The booked dollars, which fulfil the promise in its own currency."""
        return Receipt(
            reference=self.reference,
            pledge=self.reference,
            amount=usd(self.amount),
            fulfils=self.promised,
            on=self.on,
            bank_account=BANK,
            bank_reference=self.code,
        )

    def allocation(self) -> Allocation:
        """The decision to give a partner money."""
        return Allocation(
            reference=self.reference,
            term=TERM,
            activity=self.cluster,
            amount=usd(self.amount),
            on=self.decided_on,
            decision=self.code,
            approved_by="coordinator@example.org",
        )

    def obligation(self) -> Obligation:
        """The agreement with the partner."""
        return Obligation(
            reference=self.reference,
            allocation=self.reference,
            party=self.party,
            amount=usd(self.amount),
            purpose=self.code,
            on=self.decided_on,
        )

    def expenditure(self) -> Expenditure:
        """What was paid to the partner, a grant (category 6)."""
        return Expenditure(
            reference=self.reference,
            obligation=self.reference,
            amount=usd(self.amount),
            category="6",
            bank_account=BANK,
            purpose=self.code,
            country="AF",
            on=self.on,
        )


def brought_forward(minor: int) -> Receipt:
    """What the fund had left from earlier years; the file does not say how much, so it is given."""
    return Receipt(
        reference="BALANCE",
        term=TERM,
        donor=BROUGHT_FORWARD,
        amount=Amount(minor, "USD"),
        on=FIRST_DAY,
        bank_account=BANK,
        bank_reference="BALANCE",
    )


def record(desk: Desk, flows: list[Flow], *, opening: int = 0) -> None:
    """Record every row by day; contributions of a day first. ``opening`` is in cents."""
    budget = {
        cluster: cents(one.amount for one in flows if not one.comes_in and one.cluster == cluster)
        for cluster in sorted({one.cluster for one in flows if not one.comes_in})
    }
    opened = partial(
        OpenTerm,
        reference=TERM,
        starts_on=FIRST_DAY,
        ends_on=date(2021, 12, 31),
        plan=plan_of("HAFG20", budget),
    )
    desk.record(0, opened)
    desk.record(0, partial(OpenBankAccount, reference=BANK, name="Booked dollars", currency="USD"))
    if opening:
        desk.record(
            0,
            partial(RegisterDonor, reference=BROUGHT_FORWARD, name=BROUGHT_FORWARD, kind="other_private"),
        )
        desk.record(0, lambda: brought_forward(opening))
    for donor in dict.fromkeys(one.party for one in flows if one.comes_in):
        kind = "country" if donor.endswith("Government of") else "foundation"
        desk.record(0, partial(RegisterDonor, reference=donor, name=donor, kind=kind))
    for partner in dict.fromkeys(one.party for one in flows if one.party and not one.comes_in):
        desk.record(0, partial(RegisterPartner, reference=partner, name=partner))
    for one in sorted(flows, key=lambda one: (one.on if one.comes_in else one.decided_on, not one.comes_in)):
        _flow(desk, one)


def _flow(desk: Desk, as_it_stands: Flow) -> None:
    one = as_it_stands
    if not desk.accepts(one.row, lambda: require_plain_text("refCode", one.code)):
        # The code is no text to print: the flow is named by its number instead.
        one = evolve(one, code=one.reference)
    steps: list[Callable[[], Event]] = [one.pledge] if one.comes_in else [one.allocation, one.obligation]
    if one.is_paid:
        steps.append(one.receipt if one.comes_in else one.expenditure)
    desk.record(one.row, *steps)
