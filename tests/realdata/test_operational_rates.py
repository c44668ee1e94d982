"""532 real receipts, priced by the UN operational rates of their day: the dollars the UN published."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from mdfm_ledger import (
    Amount,
    CurrencyRate,
    Ledger,
    OpenBankAccount,
    OpenTerm,
    PublishRates,
    Receipt,
    RegisterDonor,
)
from mdfm_ledger.event import Event

TERM = "2014-2019"
SOURCE = "UNORE"
Row = dict[str, str]


def read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def receipts(shared_data: Path) -> list[Row]:
    return read(shared_data / "golden/unore_exact_conversions_DEV_2014_2019.csv")


@pytest.fixture(scope="module")
def published(shared_data: Path, receipts: list[Row]) -> list[Row]:
    needed = {row["ccy"] for row in receipts}
    rows = read(shared_data / "fx/un_operational_rates.csv")
    return [row for row in rows if row["currency"] in needed and "2014" <= row["effective_date"] < "2020"]


def registrations(receipts: list[Row]) -> Iterator[Event]:
    yield OpenTerm.from_plan(
        "mdfm", reference=TERM, starts_on=date(2014, 1, 1), ends_on=date(2019, 12, 31), rate_source=SOURCE
    )
    yield RegisterDonor(reference="donor", name="All donors", kind="country")
    for currency in sorted({row["ccy"] for row in receipts}):
        yield OpenBankAccount(reference=currency, name=f"Account in {currency}", currency=currency)


def tables(published: list[Row]) -> Iterator[Event]:
    """One table for each day on which the UN published a rate."""
    by_day: dict[str, list[CurrencyRate]] = {}
    for row in published:
        rate = CurrencyRate(currency=row["currency"], rate=row["units_per_usd"])
        by_day.setdefault(row["effective_date"], []).append(rate)
    for day, rates in sorted(by_day.items()):
        since = date.fromisoformat(day)
        yield PublishRates(reference=f"UNORE {day}", source=SOURCE, since=since, rates=tuple(rates))


def receipt(number: int, row: Row) -> Receipt:
    amount = row["PaidAmtLocal"].removesuffix(".0")
    return Receipt(
        reference=f"R-{number:03d}",
        term=TERM,
        donor="donor",
        amount=Amount.parse(amount, row["ccy"]),
        bank_account=row["ccy"],
        bank_reference=row["ContributionCode"],
        on=date.fromisoformat(row["PaidDate"]),
    )


def test_the_dollars_are_those_the_un_published_to_the_cent(
    receipts: list[Row], published: list[Row], tmp_path: Path
) -> None:
    events = [*registrations(receipts), *tables(published)]
    with Ledger.open(f"sqlite:///{tmp_path / 'rates.db'}", actor="import@example.org") as ledger:
        ledger.record_all([*events, *(receipt(number, row) for number, row in enumerate(receipts))])
        entries = [entry for entry in ledger.entries() if entry.event.event_kind == "receipt"]
        assert ledger.verify().is_clean
    off = Counter[int]()
    for entry, row in zip(entries, receipts, strict=True):
        (cash, *_) = entry.lines
        assert cash.own is not None
        assert cash.own.rate.rate == row["units_per_usd"]
        off[cash.minor - Amount.parse(_two_decimals(row["PaidAmt"]), "USD").minor] += 1
    # 505 are the nearest cent. The others were published a cent off it, up or down by no rule:
    # 2432860.718 as .71, 1776924.843 as .85, 6398917.208 as .20.
    assert sum(off.values()) == 532
    assert off[0] == 505
    assert set(off) == {-1, 0, 1}


def _two_decimals(text: str) -> str:
    whole, _, part = text.partition(".")
    return f"{whole}.{part.ljust(2, '0')}"
