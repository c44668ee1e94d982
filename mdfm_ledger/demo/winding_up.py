"""The part of the story in which a term ends: a pilot of 2019, wound up late, and months closed behind it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from mdfm_ledger.demo.approvals import approvals
from mdfm_ledger.event import Event
from mdfm_ledger.events import (
    AdoptKey,
    Allocation,
    CarryForward,
    DonorBalance,
    EarmarkChange,
    Expenditure,
    Interest,
    OpenTerm,
    PeriodClose,
    PeriodReopening,
    PublishHoldings,
    Receipt,
    Redaction,
    Refund,
    RefundPayment,
    RotateKey,
    TermClose,
)
from mdfm_ledger.money import Amount
from mdfm_ledger.plans import Area, BudgetLine, BudgetPlan, Names
from mdfm_ledger.rules.held_in_trust import BankConfirmation

PILOT = "PILOT-2019"
_AT_THE_BANK = 647_313_90
"""What the bank states on the day of the close, in cents: of the pilot and of the term after it together."""
_APPROVER = "director@example.org"


def winding_up(term: str, bank: str) -> Iterator[Event]:
    """Three donors' money in the pilot: refunded, left to ``term``, put aside."""
    yield from _pilot(bank)
    yield TermClose(
        reference="TC-PILOT",
        term=PILOT,
        decision="SC-2021-12: the pilot is over",
        approved_by=_APPROVER,
        on=date(2021, 12, 16),
        confirmed=(
            BankConfirmation(
                bank_account=bank, amount=_usd(_AT_THE_BANK), statement="statement of 16 December 2021"
            ),
        ),
    )
    yield from _unspent(term, bank)
    yield from _closed_months()
    yield from _forgotten()
    yield from _keys()
    yield from approvals(term, bank)
    yield from _published()
    yield _agreed(term)


def _pilot(bank: str) -> Iterator[Event]:
    area = Area(code="P", names=Names(en="Pilot"))
    line = BudgetLine(code="P.1", area="P", amount=_usd(15_000_00), names=Names(en="Pilot workshop"))
    yield OpenTerm(
        reference=PILOT,
        starts_on=date(2019, 7, 1),
        ends_on=date(2019, 12, 31),
        plan=BudgetPlan(name="pilot", areas=(area,), lines=(line,)),
        refund_de_minimis=_usd(50_00),
    )
    for donor, dollars in (("HAM", 10_000), ("COR", 5_000), ("BEI", 2_000)):
        yield Receipt(
            reference=f"R-PILOT-{donor}",
            term=PILOT,
            donor=donor,
            amount=_usd(dollars * 100),
            on=date(2019, 7, 15),
            bank_account=bank,
            bank_reference=f"TRF/{donor}/PILOT",
        )
    yield Allocation(
        reference="A-PILOT",
        term=PILOT,
        activity="P.1",
        amount=_usd(12_000_00),
        on=date(2019, 9, 2),
        decision="SC-2019-09",
        approved_by=_APPROVER,
    )
    yield Expenditure(
        reference="E-PILOT",
        allocation="A-PILOT",
        amount=_usd(12_000_00),
        category="5",
        bank_account=bank,
        purpose="Pilot workshop: travel",
        on=date(2019, 11, 18),
        approved_by=_APPROVER,
    )
    yield Interest(
        reference="I-PILOT",
        term=PILOT,
        amount=_usd(85_00),
        since=date(2019, 7, 15),
        until=date(2019, 12, 31),
        bank_account=bank,
        bank_reference="INT/PILOT",
        on=date(2019, 12, 31),
    )


def _unspent(term: str, bank: str) -> Iterator[Event]:
    yield CarryForward(
        reference="CF-HAM",
        term=PILOT,
        to_term=term,
        donor="HAM",
        amount=_usd(2_900_00),
        bank_account=bank,
        consent="letter of the city, 10 December 2021",
        approved_by=_APPROVER,
        on=date(2021, 12, 17),
    )
    yield Refund(
        reference="RF-COR",
        term=PILOT,
        donor="COR",
        amount=_usd(1_400_00),
        decision="letter of the city, 8 December 2021",
        approved_by=_APPROVER,
        on=date(2021, 12, 17),
    )
    yield RefundPayment(
        reference="RFP-COR",
        refund="RF-COR",
        amount=_usd(1_000_00),
        bank_account=bank,
        bank_reference="PAY/COR/01",
        on=date(2021, 12, 20),
        approved_by=_APPROVER,
    )
    yield DonorBalance(
        reference="DB-BEI",
        term=PILOT,
        donor="BEI",
        amount=_usd(590_00),
        notice="letter to the city, 16 December 2021",
        on=date(2021, 12, 17),
    )


def _closed_months() -> Iterator[Event]:
    """The year of the pilot is closed, opened again for a query, and closed."""
    yield PeriodClose(
        reference="PC-1", ends_on=date(2019, 12, 31), on=date(2021, 12, 21), approved_by=_APPROVER
    )
    yield PeriodReopening(
        reference="PR-1",
        closing="PC-1",
        reason="the bank's letter on the interest of the pilot",
        on=date(2021, 12, 22),
        approved_by=_APPROVER,
    )
    yield PeriodClose(
        reference="PC-2", ends_on=date(2019, 12, 31), on=date(2021, 12, 23), approved_by=_APPROVER
    )


def _forgotten() -> Iterator[Event]:
    """A supplier that is a person asks that its details be erased; what it was paid stays on record."""
    yield Redaction(
        reference="RD-1",
        document_kind="partner",
        document_reference="PRINT",
        reason="asked for by the supplier, 27 December 2021",
        on=date(2021, 12, 28),
        approved_by=_APPROVER,
    )


def _keys() -> Iterator[Event]:
    """Checkpoints are signed from now on; the first key is lost with the laptop it was on."""
    # The public keys of the first examples in RFC 8032: a story signs nothing.
    first = "mdfm.example.org+131953bf+AddamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea"
    second = "mdfm.example.org+2d025975+AT1AF8PoQ4lakrcKp00bfrycmCzPLsSWjMDNVfEq9GYM"
    yield AdoptKey(
        reference="K-1",
        public_key=first,
        reason="the auditor asks for checkpoints",
        on=date(2021, 12, 28),
        approved_by=_APPROVER,
    )
    yield RotateKey(
        reference="K-2",
        public_key=second,
        replaces=first,
        reason="the laptop with the key was stolen",
        on=date(2021, 12, 28),
        approved_by=_APPROVER,
    )


def _agreed(term: str) -> Event:
    """A donor that gave for area 2 agrees that a part of it may go anywhere."""
    return EarmarkChange(
        reference="EC-1",
        term=term,
        donor="OPEN",
        amount=_usd(20_000_00),
        from_earmark="2",
        agreement="letter of 27 December 2021",
        reason="the activities of the area cost less than planned",
        on=date(2021, 12, 29),
        approved_by=_APPROVER,
    )


def _published() -> Iterator[Event]:
    """What is held for all donors is published, with what the bank states."""
    yield PublishHoldings(
        reference="H-2019",
        on=date(2021, 12, 28),
        as_of=date(2019, 12, 31),
        # A story has no secrets: in earnest the ledger draws the seed.
        seed="0123456789abcdef" * 4,
        approved_by=_APPROVER,
    )


def _usd(cents: int) -> Amount:
    return Amount(cents, "USD")
