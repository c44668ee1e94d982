"""The part of the story that is told with partners: obligations, advances, reports, payables."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from mdfm_ledger.event import Event
from mdfm_ledger.events import (
    Advance,
    AdvanceLiquidation,
    AdvanceReturn,
    Expenditure,
    Interest,
    Obligation,
    ObligationIncrease,
    ObligationRelease,
    Payment,
    RecoverableWriteOff,
    Recovery,
    RegisterPartner,
    Transfer,
    TransferRefund,
)
from mdfm_ledger.money import Amount

_APPROVER = "director@example.org"


def partners(term: str, bank: str) -> Iterator[Event]:
    """A city is advanced money for a workshop and reports on it; a printer is owed and paid."""
    yield RegisterPartner(reference="KLA", name="Example City of Kampala", country="UG", kind="city")
    yield RegisterPartner(reference="ORG", name="Example Participating Organization")
    yield RegisterPartner(
        reference="PRINT",
        name="Example Print House",
        country="DE",
        kind="supplier",
        contact="a.n.example@print.example",
        bank_identifier="DE00 0000 0000 0000 0000 00",
    )
    yield from _workshop(bank)
    yield from _passed_through(term, bank)
    yield Expenditure(
        reference="E-10",
        allocation="A-3",
        amount=_usd(12_345_67),
        category="4",
        party="PRINT",
        purpose="Handbook: printing",
        on=date(2021, 11, 25),
        approved_by=_APPROVER,
    )
    yield Payment(
        reference="PAY-1",
        term=term,
        party="PRINT",
        amount=_usd(12_000_00),
        bank_account=bank,
        bank_reference="PAY/PRINT/01",
        on=date(2021, 12, 10),
        approved_by=_APPROVER,
    )


def _workshop(bank: str) -> Iterator[Event]:
    yield Obligation(
        reference="O-1",
        allocation="A-2",
        party="KLA",
        amount=_usd(50_000_00),
        purpose="Workshop Kampala, agreement of June 2021",
        on=date(2021, 6, 10),
        approved_by=_APPROVER,
    )
    yield ObligationIncrease(
        reference="OI-1",
        obligation="O-1",
        amount=_usd(5_000_00),
        reason="interpretation into French",
        on=date(2021, 7, 5),
        approved_by=_APPROVER,
    )
    yield Advance(
        reference="ADV-1",
        obligation="O-1",
        amount=_usd(30_000_00),
        due_on=date(2021, 10, 31),
        bank_account=bank,
        bank_reference="ADV/KLA/01",
        on=date(2021, 7, 12),
        approved_by=_APPROVER,
    )
    yield from _reported(bank)


def _passed_through(term: str, bank: str) -> Iterator[Event]:
    """A part of the research money goes to another organization, which gives some and its interest back."""
    yield Transfer(
        reference="T-1",
        allocation="A-4",
        party="ORG",
        amount=_usd(20_000_00),
        bank_account=bank,
        agreement="Pass-through agreement of May 2021",
        on=date(2021, 5, 20),
        approved_by=_APPROVER,
    )
    yield TransferRefund(
        reference="TR-1",
        transfer="T-1",
        amount=_usd(1_500_00),
        bank_account=bank,
        bank_reference="TRF/ORG/01",
        on=date(2021, 12, 14),
    )
    yield Interest(
        reference="I-ORG-1",
        term=term,
        amount=_usd(86_40),
        since=date(2021, 5, 20),
        until=date(2021, 11, 30),
        bank_account=bank,
        bank_reference="TRF/ORG/02",
        party="ORG",
        on=date(2021, 12, 14),
    )


def _reported(bank: str) -> Iterator[Event]:
    yield AdvanceLiquidation(
        reference="AL-1",
        advance="ADV-1",
        report="Certified statement of 29 October 2021",
        amount=_usd(24_600_00),
        ineligible=_usd(450_00),
        bank_account=bank,
        country="UG",
        on=date(2021, 11, 8),
        approved_by=_APPROVER,
    )
    yield AdvanceReturn(
        reference="ART-1",
        advance="ADV-1",
        amount=_usd(4_000_00),
        bank_account=bank,
        bank_reference="TRF/KLA/01",
        on=date(2021, 11, 15),
    )
    yield from _not_eligible(bank)
    yield Expenditure(
        reference="E-9",
        obligation="O-1",
        amount=_usd(10_000_00),
        category="5",
        bank_account=bank,
        purpose="Workshop Kampala: travel",
        country="UG",
        on=date(2021, 11, 20),
        approved_by=_APPROVER,
    )
    yield ObligationRelease(
        reference="OR-1",
        obligation="O-1",
        amount=_usd(400_00),
        reason="venue less than agreed",
        on=date(2021, 12, 6),
        approved_by=_APPROVER,
    )


def _not_eligible(bank: str) -> Iterator[Event]:
    """Of what the city claimed and the agreement does not allow it pays back all but 50.00."""
    yield Recovery(
        reference="RC-1",
        advance="ADV-1",
        amount=_usd(400_00),
        bank_account=bank,
        bank_reference="TRF/KLA/02",
        on=date(2021, 12, 2),
    )
    yield RecoverableWriteOff(
        reference="WO-1",
        advance="ADV-1",
        amount=_usd(50_00),
        decision="SC-2021-12",
        reason="investigation of November 2021: the hall that was booked in advance has closed down",
        approved_by=_APPROVER,
        on=date(2021, 12, 9),
    )


def _usd(cents: int) -> Amount:
    return Amount(cents, "USD")
