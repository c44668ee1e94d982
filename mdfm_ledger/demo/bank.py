"""The part of the story the bank writes: interest, charges; and a policy that changes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from mdfm_ledger.demo.exchange import RATES
from mdfm_ledger.event import Event
from mdfm_ledger.events import (
    BankCharge,
    Interest,
    PledgesDue,
    ReceiptApplication,
    ReceiptReturn,
    RevisePolicy,
    UnidentifiedReceipt,
)
from mdfm_ledger.money import Amount

_APPROVER = "director@example.org"


def bank(term: str, account: str) -> Iterator[Event]:
    """Money nobody announced, interest for half a year, charges; then the host keeps the interest."""
    yield from _unannounced(term, account)
    yield PledgesDue(reference=f"{term}/2020-12-31", term=term, on=date(2020, 12, 31))
    yield Interest(
        reference="I-2020",
        term=term,
        amount=Amount(1_234_56, "USD"),
        since=date(2020, 7, 1),
        until=date(2020, 12, 31),
        bank_account=account,
        bank_reference="INT/2020/2",
        on=date(2020, 12, 31),
    )
    yield BankCharge(
        reference="C-2020",
        term=term,
        amount=Amount(150_00, "USD"),
        bank_account=account,
        bank_reference="FEE/2020",
        on=date(2020, 12, 31),
    )
    yield BankCharge(
        reference="C-CI",
        term=term,
        donor="CI",
        amount=Amount(25_00, "USD"),
        bank_account=account,
        bank_reference="FEE/CI",
        on=date(2021, 1, 11),
    )
    yield RevisePolicy(
        reference="RP-1",
        term=term,
        agent_fee_basis_points=100,
        support_cost_basis_points=700,
        interest_to="host",
        agent="UIL",
        rate_source=RATES,
        decision="SC-2021-12: the host keeps what little interest there is",
        approved_by=_APPROVER,
        on=date(2021, 12, 15),
    )


def _unannounced(term: str, account: str) -> Iterator[Event]:
    """Of 750.00 that came without a name, 500.00 turn out to be Gulu's, and 150.00 a mistake."""
    yield UnidentifiedReceipt(
        reference="U-1",
        term=term,
        amount=Amount(750_00, "USD"),
        bank_account=account,
        bank_reference="TRF/?/01",
        on=date(2020, 11, 4),
    )
    yield ReceiptApplication(
        reference="UA-1",
        receipt="U-1",
        term=term,
        donor="GUL",
        amount=Amount(500_00, "USD"),
        on=date(2020, 11, 20),
        approved_by=_APPROVER,
    )
    yield ReceiptReturn(
        reference="UR-1",
        receipt="U-1",
        amount=Amount(150_00, "USD"),
        bank_account=account,
        bank_reference="OUT/?/01",
        reason="the sender's bank took the trust account for another",
        on=date(2020, 12, 2),
        approved_by=_APPROVER,
    )
