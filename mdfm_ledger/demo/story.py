"""The demonstration: two years of the fund with about twenty donors, one mistake and its reversal.

The donors are examples. Nothing here says that anybody has promised or paid anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from attrs import evolve

from mdfm_ledger.books.documents import instalments
from mdfm_ledger.correcting import correction
from mdfm_ledger.demo.bank import bank
from mdfm_ledger.demo.clusters import clusters
from mdfm_ledger.demo.exchange import RATES, exchange
from mdfm_ledger.demo.partners import partners
from mdfm_ledger.demo.winding_up import winding_up
from mdfm_ledger.event import Event
from mdfm_ledger.events import (
    AgentFee,
    Allocation,
    AllocationReturn,
    ClassifyCountries,
    Expenditure,
    OpenBankAccount,
    OpenTerm,
    Pledge,
    PledgeAmendment,
    PledgeWriteOff,
    Receipt,
    RegisterDonor,
    RegisterPartner,
    Reversal,
    ReviseBudget,
)
from mdfm_ledger.money import Amount
from mdfm_ledger.plans import BudgetPlan, shipped_plan
from mdfm_ledger.series import months_after

TERM = "MDFM-2020-2021"
_BANK = "UIL-USD"
_APPROVER = "director@example.org"


class _Example(NamedTuple):
    """A donor of the story: what it is, what it pledges in whole dollars, in how many instalments."""

    reference: str
    name: str
    kind: str
    country: str
    language: str
    dollars: int
    instalments: int
    earmark: str


_DONORS = (
    ("HAM", "Example City of Hamburg", "member_city", "DE", "en", 60_000, 2, ""),
    ("MED", "Ejemplo: Ciudad de Medellín", "member_city", "CO", "es", 30_000, 1, ""),
    ("COR", "Example City of Cork", "member_city", "IE", "en", 25_000, 1, ""),
    ("BEI", "Example City of Beijing", "member_city", "CN", "en", 80_000, 2, ""),
    ("MEX", "Ejemplo: Ciudad de México", "member_city", "MX", "es", 50_000, 4, ""),
    ("GOY", "Example City of Goyang", "member_city", "KR", "en", 40_000, 2, "1.1"),
    ("KAR", "Exemple : Commune de Kara", "member_city", "TG", "fr", 2_500, 1, ""),
    ("DAK", "Exemple : Ville de Dakar", "member_city", "SN", "fr", 3_000, 1, ""),
    ("GUL", "Example City of Gulu", "member_city", "UG", "en", 1_500, 1, ""),
    ("ESP", "Example City of Espoo", "member_city", "FI", "en", 20_000, 1, ""),
    ("DE", "Example Ministry of Education, Germany", "country", "DE", "en", 200_000, 4, ""),
    ("NO", "Example Agency for Development, Norway", "country", "NO", "en", 150_000, 2, "1.2"),
    ("FR", "Exemple : Ministère de l'éducation, France", "country", "FR", "fr", 100_000, 2, ""),
    ("CI", "Exemple : Ministère, Côte d'Ivoire", "country", "CI", "fr", 10_000, 1, ""),
    ("LEARN", "Learnwell Example GmbH", "company", "DE", "en", 75_000, 3, "3"),
    ("TELE", "Telcom Example S.A.", "company", "ES", "es", 50_000, 1, ""),
    ("OPEN", "Open Horizons Example Foundation", "foundation", "CH", "en", 100_000, 4, "2"),
    ("FUTUR", "Fondation Exemple Avenir", "foundation", "FR", "fr", 33_333, 3, ""),
    ("FAM", "Example Family Trust", "other_private", "GB", "en", 5_000, 1, ""),
)
_ASKS: dict[str, Any] = {"ESP": {"preference": ("2.1", "2.3")}, "FUTUR": {"notional_test": ("1", "2")}}


def story() -> Iterator[Event]:
    """The events of the demonstration, in the order they are recorded."""
    yield OpenTerm.from_plan(
        "mdfm",
        reference=TERM,
        starts_on=date(2020, 1, 1),
        agent_fee_basis_points=100,
        support_cost_basis_points=700,
        agent="UIL",
        rate_source=RATES,
    )
    for year in (2020, 2021, 2022):
        yield ClassifyCountries.from_shipped(f"low-income-{year}", reference=f"WB-{year}")
    yield OpenBankAccount(reference=_BANK, name="UIL trust account", currency="USD")
    yield RegisterPartner(reference="UIL", name="UNESCO Institute for Lifelong Learning", country="DE")
    for position, donor in enumerate(_DONORS):
        yield from _donor(position, _Example(*donor))
    yield RegisterDonor(reference="JP", name="Example Fund in Trust, Japan", kind="country", country="JP")
    yield Pledge(
        reference="P-JP",
        term=TERM,
        donor="JP",
        amount=Amount(5_000_000, "JPY"),
        on=date(2021, 3, 1),
        status="announced",
    )
    yield from clusters(TERM)
    yield from _changes()
    yield from _allocations()
    yield from bank(TERM, _BANK)
    yield from exchange(TERM, _BANK)
    yield from _spending()
    yield from partners(TERM, _BANK)
    yield from winding_up(TERM, _BANK)


def _donor(position: int, donor: _Example) -> Iterator[Event]:
    """A donor registers, pledges, and pays its instalments, each a month after it is due."""
    reference = donor.reference
    pledged_on, amount = date(2020, 1 + position // 4, 6 + position), Amount(donor.dollars * 100, "USD")
    schedule = instalments(amount, donor.instalments, pledged_on, every_months=5)
    yield RegisterDonor(
        reference=reference,
        name=donor.name,
        kind=donor.kind,
        country=donor.country,
        language=donor.language,
    )
    yield Pledge(
        reference=f"P-{reference}",
        term=TERM,
        donor=reference,
        amount=amount,
        on=pledged_on,
        status="announced" if reference == "TELE" else "signed",
        instalments=schedule if donor.instalments > 1 else (),
        earmark=donor.earmark,
        **_ASKS.get(reference, {}),
    )
    if reference in ("TELE", "FAM"):
        return
    for number, instalment in enumerate(schedule, start=1):
        received_on = months_after(instalment.due_on, 1)
        fee, receipt = f"F-{reference}-{number}", f"R-{reference}-{number}"
        yield Receipt(
            reference=receipt,
            pledge=f"P-{reference}",
            amount=instalment.amount,
            on=received_on,
            bank_account=_BANK,
            bank_reference=f"TRF/{reference}/{number:02d}",
        )
        yield AgentFee(reference=fee, receipt=receipt, on=received_on, bank_account=_BANK)


def _changes() -> Iterator[Event]:
    """Promises that grew, shrank or failed, and a gift nobody had pledged."""
    yield PledgeAmendment(
        reference="PA-1",
        pledge="P-TELE",
        status="signed",
        amount=Amount(45_000_00, "USD"),
        on=date(2020, 9, 1),
        preference=("3.1",),
        reason="agreement signed for a lower amount",
    )
    yield Receipt(
        reference="R-TELE-1",
        pledge="P-TELE",
        amount=Amount(30_000_00, "USD"),
        on=date(2020, 10, 15),
        bank_account=_BANK,
        bank_reference="TRF/TELE/01",
    )
    yield PledgeWriteOff(
        reference="PW-1",
        pledge="P-FAM",
        amount=Amount(2_000_00, "USD"),
        on=date(2021, 6, 30),
        reason="the donor can give no more than 3,000",
        approved_by=_APPROVER,
    )
    yield Receipt(
        reference="R-FAM-1",
        pledge="P-FAM",
        amount=Amount(1_000_00, "USD"),
        on=date(2021, 7, 8),
        bank_account=_BANK,
        bank_reference="TRF/FAM/01",
    )
    yield Receipt(
        reference="R-COR-GIFT",
        donor="COR",
        term=TERM,
        amount=Amount(1_234_56, "USD"),
        on=date(2021, 2, 2),
        value_date=date(2021, 1, 29),
        bank_account=_BANK,
        bank_reference="TRF/COR/GIFT",
    )


def _allocations() -> Iterator[Event]:
    """What the steering committee decided, each decision once the money was there."""
    allocations = (
        ("A-1", "1.1", 120_000, date(2020, 9, 15), "LIT", "LIT-2.1"),
        ("A-2", "1.2", 150_000, date(2020, 12, 1), "", ""),
        ("A-3", "2.1", 60_000, date(2021, 2, 1), "EQI", "EQI-3.1"),
        ("A-4", "2.3", 90_000, date(2021, 4, 1), "ESD", ""),
        ("A-5", "3.1", 80_000, date(2021, 5, 3), "", ""),
    )
    for reference, activity, dollars, on, cluster, line in allocations:
        yield Allocation(
            reference=reference,
            term=TERM,
            activity=activity,
            amount=Amount(dollars * 100, "USD"),
            on=on,
            decision=f"SC-{on:%Y-%m}",
            approved_by=_APPROVER,
            cluster=cluster,
            cluster_line=line,
        )


def _spending() -> Iterator[Event]:
    """What became of the allocations; one payment is booked twice and taken back."""
    yield _paid("E-1", "A-1", 41_250_00, "4", date(2020, 10, 20), "Authors of training module one")
    yield _paid("E-2", "A-1", 33_333_33, "4", date(2021, 1, 18), "Authors of training module two")
    yield _paid("E-3", "A-2", 27_480_50, "5", date(2021, 3, 9), "Workshop Dakar: travel", "SN")
    yield _paid("E-4", "A-2", 27_480_50, "5", date(2021, 3, 10), "Workshop Dakar: travel", "SN")
    yield Reversal(
        reference="RV-1",
        reversed_kind="expenditure",
        reversed_reference="E-4",
        on=date(2021, 3, 24),
        reason="the same invoice was booked twice, see E-3",
        approved_by=_APPROVER,
    )
    yield _paid("E-5", "A-2", 40_000_00, "6", date(2021, 6, 1), "Grant to the host city of a workshop", "UG")
    yield _paid("E-6", "A-3", 18_999_99, "4", date(2021, 6, 15), "Handbook: layout and translation")
    yield _paid("E-7", "A-4", 52_000_00, "1", date(2021, 9, 30), "Research staff, six months")
    yield _paid("E-8", "A-5", 64_800_00, "4", date(2021, 10, 12), "Platform: development")
    yield from correction(
        ("expenditure", "E-6"),
        _paid("E-6a", "A-3", 18_499_99, "4", date(2021, 6, 15), "Handbook: layout and translation"),
        reference="RV-2",
        on=date(2021, 7, 30),
        reason="the invoice is for 18,499.99",
        approved_by=_APPROVER,
    )
    yield AllocationReturn(
        reference="AR-1",
        allocation="A-3",
        amount=Amount(1_000_01, "USD"),
        on=date(2021, 11, 2),
        reason="printing cost less than planned",
        approved_by=_APPROVER,
    )
    yield ReviseBudget(
        reference="B-1",
        term=TERM,
        on=date(2021, 7, 1),
        plan=_revised(),
        decision="SC-2021-06: research moved to the platform",
        approved_by=_APPROVER,
    )


def _paid(
    reference: str, allocation: str, cents: int, category: str, on: date, purpose: str, country: str = ""
) -> Expenditure:
    return Expenditure(
        reference=reference,
        allocation=allocation,
        amount=Amount(cents, "USD"),
        category=category,
        bank_account=_BANK,
        purpose=purpose,
        on=on,
        country=country,
        approved_by=_APPROVER,
    )


def _revised() -> BudgetPlan:
    """The budget with 20,000 moved from 2.3 to 3.1; it still sums to the target."""
    moved = {"2.3": -20_000_00, "3.1": 20_000_00}
    plan = shipped_plan("mdfm")
    lines = tuple(
        evolve(line, amount=line.amount + Amount(moved.get(line.code, 0), "USD")) for line in plan.lines
    )
    return evolve(plan, name="mdfm-revised", lines=lines)
