"""The contributions to the UN pooled funds, recorded: every row accounted for, every donor's sums equal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from mdfm_ledger import Ledger
from mdfm_ledger.reports import SourcesAndUses
from tests.realdata.ocha import TERM, Import, file_sums, import_rows, read_rows, refused_sums

TABLE = "contributions/ocha_pooled_funds/pfmb_contributions_first_2025-10-20.csv.gz"


@pytest.fixture(scope="module")
def rows(shared_data: Path) -> list[dict[str, str]]:
    return read_rows(shared_data / TABLE)


@pytest.fixture(scope="module")
def found(rows: list[dict[str, str]]) -> Import:
    return import_rows(rows)


@pytest.fixture(scope="module")
def ledger(found: Import, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    path = tmp_path_factory.mktemp("ocha") / "ocha.db"
    with Ledger.open(f"sqlite:///{path}", actor="import@example.org") as opened:
        opened.record_all(found.events())
        yield opened


@pytest.fixture(scope="module")
def fund(ledger: Ledger) -> SourcesAndUses:
    report: SourcesAndUses = ledger.report("sources_and_uses", term=TERM)
    return report


def test_every_row_is_recorded_or_listed_with_the_reason(rows: list[dict[str, str]], found: Import) -> None:
    listed = {part.row for part in found.refused}
    assert found.recorded_rows | listed == set(range(1, len(rows) + 1))
    assert all(part.code and part.reason for part in found.refused)


def test_what_is_refused_is_what_the_file_has_wrong(found: Import) -> None:
    # 12 rows say neither paid nor outstanding, one is a cent below zero, 16 outstanding amounts have
    # fractions of a cent, and one payment names no donor.
    assert len(found.refused) == 12 + 1 + 16 + 1
    assert Counter(part.code for part in found.refused) == {"invalid-amount": 29, "invalid-field": 1}
    assert sum(part.part == "PledgeAmt" for part in found.refused) == 1 + 16


def test_received_per_donor_is_the_sum_of_the_file_less_what_is_listed(
    rows: list[dict[str, str]], found: Import, fund: SourcesAndUses
) -> None:
    received = {row.donor: Decimal(row.received.text) for row in fund.contributors if row.received.minor}
    refused = refused_sums(found, "PaidAmt")
    for donor, total in file_sums(rows, "PaidAmt").items():
        assert received.get(donor, Decimal(0)) == total - refused.get(donor, Decimal(0)), donor


def test_outstanding_per_donor_is_the_sum_of_the_file_less_what_is_listed(
    rows: list[dict[str, str]], found: Import, fund: SourcesAndUses
) -> None:
    outstanding = {row.donor: Decimal(row.outstanding.text) for row in fund.contributors}
    refused = refused_sums(found, "PledgeAmt")
    for donor, total in file_sums(rows, "PledgeAmt").items():
        assert outstanding.get(donor, Decimal(0)) == total - refused.get(donor, Decimal(0)), donor


def test_a_code_that_repeats_is_one_pledge_paid_in_parts(ledger: Ledger, found: Import) -> None:
    parts = {one.code: len(one.receipts) for one in found.contributions.values() if len(one.receipts) > 1}
    assert len(parts) > 40
    receipts = [entry for entry in ledger.entries() if entry.event.event_kind == "receipt"]
    for code, count in parts.items():
        assert sum(entry.event.reference.startswith(f"{code}#") for entry in receipts) == count


def test_the_ledger_verifies_and_every_report_ties(ledger: Ledger) -> None:
    assert ledger.verify().findings == ()
    assert ledger.report("tie_out", term=TERM).holds
