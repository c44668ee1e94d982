"""The 64 contributions of a CERF year: pledged, signed and paid, with every row recorded to the cent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from mdfm_ledger import ReceiptApplication
from mdfm_ledger.reports import SourcesAndUses
from mdfm_ledger.reports.positions import PledgePosition
from tests.realdata.cerf import TERM, Life, record
from tests.realdata.desk import Desk, cents, open_desk, read_csv, usd

TABLE = "contributions/cerf/cerf_2026_contribution_lifecycle.csv"
LAST_DAY = date(2026, 7, 3)


@pytest.fixture(scope="module")
def lives(shared_data: Path) -> list[Life]:
    return [Life.of(row, cells) for row, cells in enumerate(read_csv(shared_data / TABLE), start=1)]


@pytest.fixture(scope="module")
def desk(lives: list[Life]) -> Iterator[Desk]:
    opened = open_desk(LAST_DAY)
    record(opened, lives)
    yield opened
    opened.ledger.close()


@pytest.fixture(scope="module")
def positions(desk: Desk) -> dict[str, PledgePosition]:
    ageing = desk.ledger.report("pledge_ageing", term=TERM, as_of=LAST_DAY)
    return {row.position.pledge: row.position for row in ageing.rows}


def test_every_row_is_recorded(desk: Desk, lives: list[Life]) -> None:
    assert len(lives) == 64
    assert {one.row for one in lives} <= desk.recorded


def test_one_payment_is_more_than_its_pledge_and_the_rest_is_the_donors_all_the_same(
    desk: Desk,
) -> None:
    """Croatia promised 115,874.86 dollars and paid 118,100.00."""
    assert desk.refused == []
    (rest,) = [one.event for one in desk.ledger.entries() if isinstance(one.event, ReceiptApplication)]
    assert (rest.receipt, rest.amount) == ("26-DC-HRV-079", usd("2225.14"))
    fund: SourcesAndUses = desk.ledger.report("sources_and_uses", term=TERM, as_of=LAST_DAY)
    assert next(row.received for row in fund.contributors if row.donor == "Croatia") == usd("118100.00")
    assert desk.ledger.balance("2050", term=TERM).is_zero


def test_received_is_the_files_total_and_each_donors(desk: Desk, lives: list[Life]) -> None:
    fund: SourcesAndUses = desk.ledger.report("sources_and_uses", term=TERM, as_of=LAST_DAY)
    assert fund.sources.minor == cents(one.received for one in lives)
    for row in fund.contributors:
        assert row.received.minor == cents(one.received for one in lives if one.donor == row.donor)


def test_announced_and_signed_are_the_files_totals(desk: Desk, lives: list[Life]) -> None:
    pledges = [entry.event for entry in desk.ledger.entries() if entry.event.event_kind == "pledge"]
    assert sum(event.amount.minor for event in pledges) == cents(one.pledged for one in lives)  # type: ignore[attr-defined]  # pledges
    promises = desk.ledger.documents("pledge")
    signed = [one for one in lives if one.signed_on is not None]
    # Saudi Arabia and others signed before they announced: what they signed is what they announced.
    in_force = sum(promises[one.code].amount.minor for one in signed)
    assert in_force == cents(one.signed for one in signed)
    assert {promises[one.code].status for one in signed} == {"signed"}
    assert {promises[one.code].status for one in lives if one.signed_on is None} == {"announced"}


def test_what_is_outstanding_is_what_the_file_says(
    lives: list[Life], positions: dict[str, PledgePosition]
) -> None:
    """What is not paid is open to the cent; what is fully paid has nothing open, whatever the dollars."""
    for one in lives:
        still_open = positions[one.code].open.minor if one.code in positions else 0
        expected = 0 if one.status == "Fully Paid" else cents([one.outstanding])
        assert still_open == expected, one.code
    unpaid = [one for one in lives if one.status != "Fully Paid"]
    assert sum(position.open.minor for position in positions.values()) == cents(
        one.outstanding for one in unpaid
    )
    # What the file calls outstanding on a promise fully paid is announced less received: exchange.
    for one in lives:
        if one.status == "Fully Paid":
            assert cents([one.outstanding]) == cents([one.pledged]) - cents([one.received])


def test_the_ledger_verifies_and_every_report_ties(desk: Desk) -> None:
    assert desk.ledger.verify().findings == ()
    assert desk.ledger.report("tie_out", term=TERM, as_of=LAST_DAY).holds
