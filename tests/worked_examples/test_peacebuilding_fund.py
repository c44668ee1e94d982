"""The published statement of the UN Peacebuilding Fund comes out of the events of its page, to the dollar."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from mdfm_ledger import Amount, Ledger, Reversal
from mdfm_ledger.reports import SourcesAndUses
from mdfm_ledger.reports.document import RowLevel
from mdfm_ledger.reports.receivers import receivers_table
from tests.support.ledgers import open_ledger

PUBLISHED = {
    "contributions": 756_821_732,
    "interest": 20_006_220,
    "interest_of_receivers": 3_122_214,
    "activities": -22_638_221,
    "agent_fee": -7_484_571,
    "bank_charges": -29_699,
    "transfers": -(693_135_684 + 13_792_503),
    "transfer_refunds": 48_030_831,
}


def dollars(whole: int) -> Amount:
    return Amount(whole * 100, "USD")


@pytest.fixture
def ledger(tmp_path: Path, repository: Path) -> Iterator[Ledger]:
    page = (repository / "docs" / "worked-examples" / "peacebuilding-fund.md").read_text()
    with open_ledger(tmp_path / "pbf.db") as opened:
        for events in re.findall(r"^```json[^\n]*\n(.*?)^```$", page, re.MULTILINE | re.DOTALL):
            assert opened.record_lines(events.splitlines()).refusals == ()
        yield opened


def statement(ledger: Ledger) -> SourcesAndUses:
    report: SourcesAndUses = ledger.report("sources_and_uses", term="PBF", as_of=date(2017, 12, 31))
    return report


def test_every_row_is_the_published_one(ledger: Ledger) -> None:
    fund = statement(ledger)
    # Every other flow the report knows is nothing here.
    assert {row.key: row.amount for row in fund.flows if not row.amount.is_zero} == {
        key: dollars(whole) for key, whole in PUBLISHED.items()
    }
    assert fund.sources == dollars(779_950_166)
    assert fund.uses == dollars(-689_049_847)
    assert fund.balance == dollars(90_900_319)
    assert fund.balance_share == Fraction(90_900_319, 756_821_732)
    assert f"{float(fund.balance_share):.1%}" == "12.0%"


def test_transfers_are_told_by_receiver(ledger: Ledger) -> None:
    organizations, funds = statement(ledger).receivers
    assert (organizations.kind, funds.kind) == ("organization", "fund")
    assert organizations.transferred == dollars(693_135_684)
    assert organizations.refunded == dollars(48_030_831)
    assert organizations.interest_returned == dollars(3_122_214)
    assert organizations.net == dollars(693_135_684 - 48_030_831)
    assert funds.net == funds.transferred == dollars(13_792_503)


def test_the_books_verify_and_every_report_ties(ledger: Ledger) -> None:
    assert ledger.verify().findings == ()
    assert ledger.report("tie_out", term="PBF").holds


def test_a_transfer_taken_back_is_no_refund(ledger: Ledger) -> None:
    """The second transfer was booked by mistake: it is gone from the transfers, and no refund appears."""
    ledger.record(
        Reversal(
            reference="RV-1",
            reversed_kind="transfer",
            reversed_reference="T-2",
            on=date(2017, 1, 5),
            reason="not signed",
        )
    )
    flows = {row.key: row.amount for row in statement(ledger).flows}
    assert flows["transfers"] == dollars(-693_135_684)
    assert flows["transfer_refunds"] == dollars(48_030_831)
    assert [one.name for one in statement(ledger).receivers] == ["Participating organizations"]


def test_several_receivers_of_a_kind_are_added_up(ledger: Ledger) -> None:
    ledger.record_lines(
        [
            '{"event": "register_partner", "reference": "who", "name": "A third", "kind": "organization"}',
            '{"event": "transfer", "reference": "T-3", "allocation": "A-1", "party": "who",'
            ' "amount": "USD 830831.00", "on": "2016-07-01", "bank_account": "pooled", "agreement": "MoU"}',
        ]
    )
    rows = receivers_table(statement(ledger).receivers).rows
    subtotals = [row.cells for row in rows if row.level is RowLevel.SUBTOTAL]
    assert [cells[2] for cells in subtotals] == [dollars(693_135_684 + 830_831)]
