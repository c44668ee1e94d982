"""The contributions of one CERF year as events: pledged, signed, paid, each row's whole life.

The file states dollars of the day for every stage and only the name of the donor's currency, not the
amount in it. So promises are in booked dollars here: a pledge of the dollars announced, an amendment
to the dollars signed, a receipt of the dollars the bank credited. A promise in another currency that the
file calls fully paid was fulfilled as promised, whatever that was in dollars: the receipt ``fulfils`` the
whole pledge, and the file's "outstanding" on it is an exchange difference.
"""

from __future__ import annotations

from datetime import date
from functools import partial

from attrs import frozen

from mdfm_ledger import (
    Amount,
    OpenBankAccount,
    OpenTerm,
    Pledge,
    PledgeAmendment,
    PledgeWriteOff,
    Receipt,
    ReceiptApplication,
    RegisterDonor,
)
from mdfm_ledger.fields import parse_day
from tests.realdata.desk import BANK, Desk, cents, plan_of, usd

TERM = "CERF-2026"
_KINDS = {"Member State": "country", "Regional Local Authority": "member_city", "Private": "other_private"}


@frozen(kw_only=True)
class Life:
    """A row of the file: what was promised, signed, paid and written off, when."""

    row: int
    code: str
    donor: str
    kind: str
    currency: str
    status: str
    pledged: str
    pledged_on: date
    signed: str
    signed_on: date | None
    received: str
    received_on: date | None
    written_off: str
    outstanding: str

    @classmethod
    def of(cls, row: int, cells: dict[str, str]) -> Life:
        """The row as it stands; dates that are empty are None."""
        return cls(
            row=row,
            code=cells["ContributionCode"],
            donor=cells["Donor"],
            kind=_KINDS[cells["DonorType"]],
            currency=cells["PledgeCurrency"],
            status=cells["ContributionStatus"],
            pledged=cells["PledgeAmountUSD"],
            pledged_on=parse_day(cells["PledgeDate"]),
            signed=cells["CommitmentAmountUSD"],
            signed_on=_day(cells["CommitmentDate"]),
            received=cells["ReceivedAmountUSD"],
            received_on=_day(cells["ReceivedDate"]),
            written_off=cells["WriteoffAmountUSD"],
            outstanding=cells["OutstandingAmountUSD"],
        )

    @property
    def pledge(self) -> Pledge:
        """The promise as first made: signed at once where the signature came before the announcement."""
        signed_first = self.signed_on is not None and self.signed_on < self.pledged_on
        return Pledge(
            reference=self.code,
            term=TERM,
            donor=self.donor,
            amount=usd(self.pledged),
            on=self.signed_on if signed_first and self.signed_on else self.pledged_on,
            status="signed" if signed_first else "announced",
        )

    @property
    def is_signed_later(self) -> bool:
        """Whether an agreement was signed on the day announced or after it."""
        return self.signed_on is not None and self.signed_on >= self.pledged_on

    def signature(self) -> PledgeAmendment:
        """The announced promise becomes a signed one, of the dollars signed."""
        return PledgeAmendment(
            reference=self.code,
            pledge=self.code,
            amount=usd(self.signed),
            status="signed",
            on=_given(self.signed_on),
            reason="agreement signed",
        )

    def receipt(self) -> Receipt:
        """The money credited; in another currency it fulfils the whole promise where it is fully paid."""
        promised = usd(self.signed if self.is_signed_later else self.pledged)
        fulfils = promised if self.currency != "USD" and self.status == "Fully Paid" else None
        return self._receipt(usd(self.received), fulfils)

    def _receipt(self, amount: Amount, fulfils: Amount | None) -> Receipt:
        return Receipt(
            reference=self.code,
            pledge=self.code,
            amount=amount,
            fulfils=fulfils,
            on=_given(self.received_on),
            bank_account=BANK,
            bank_reference=self.code,
        )

    def application(self, rest: Amount) -> ReceiptApplication:
        """It is the donor's contribution, beyond its pledge."""
        return ReceiptApplication(
            reference=self.code,
            receipt=self.code,
            term=TERM,
            donor=self.donor,
            amount=rest,
            on=_given(self.received_on),
        )

    def write_off(self) -> PledgeWriteOff:
        """The part no longer expected."""
        return PledgeWriteOff(
            reference=self.code,
            pledge=self.code,
            amount=usd(self.written_off),
            on=self.pledged_on,
            reason="file",
        )


def _given(day: date | None) -> date:
    assert day is not None, "asked for only where the file has the day"
    return day


def _day(text: str) -> date | None:
    return parse_day(text) if text else None


def record(desk: Desk, lives: list[Life]) -> None:
    """Record every row, in the order of the file."""
    desk.record(
        0,
        partial(
            OpenTerm,
            reference=TERM,
            starts_on=date(2022, 1, 1),
            ends_on=date(2026, 12, 31),
            plan=plan_of("CERF", {"CERF": cents(one.pledged for one in lives)}),
        ),
    )
    desk.record(0, partial(OpenBankAccount, reference=BANK, name="Booked dollars", currency="USD"))
    for donor, kind in {one.donor: one.kind for one in lives}.items():
        desk.record(0, partial(RegisterDonor, reference=donor, name=donor, kind=kind))
    for one in lives:
        _live(desk, one)


def _live(desk: Desk, one: Life) -> None:
    desk.record(one.row, lambda: one.pledge)
    if one.is_signed_later:
        desk.record(one.row, one.signature)
    if one.received_on is not None:
        desk.record(one.row, one.receipt)
        # What came beyond the pledge waits under the receipt's name until it is applied.
        rest = -desk.ledger.balance("2050", term=TERM, bank_reference=one.code)
        if not rest.is_zero:
            desk.record(one.row, lambda: one.application(rest))
    if not usd(one.written_off).is_zero:
        desk.record(one.row, one.write_off)
