"""A year of the Afghanistan Humanitarian Fund: 19 contributions, 153 outflows, no opening balance given."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from mdfm_ledger import Obligation
from mdfm_ledger.reports import ActivityBudget, SourcesAndUses
from tests.realdata.desk import Desk, cents, open_desk, read_csv
from tests.realdata.fts import BROUGHT_FORWARD, FIRST_DAY, TERM, Flow, record

TABLE = "contributions/fts/pooled_fund_flows_2020_DEV.csv"
LAST_DAY = date(2021, 12, 31)


@pytest.fixture(scope="module")
def flows(shared_data: Path) -> list[Flow]:
    return [Flow.of(row, cells) for row, cells in enumerate(read_csv(shared_data / TABLE), start=1)]


@pytest.fixture(scope="module")
def opening(flows: list[Flow]) -> int:
    """The least the fund must have had on the first day, in cents, for every decision to be covered."""
    days = {one.on for one in flows} | {one.decided_on for one in flows}
    return max(
        cents(one.amount for one in flows if not one.comes_in and one.decided_on <= day)
        - cents(one.amount for one in flows if one.comes_in and one.is_paid and one.on <= day)
        for day in days
    )


@pytest.fixture(scope="module")
def desk(flows: list[Flow], opening: int) -> Iterator[Desk]:
    opened = open_desk(LAST_DAY)
    record(opened, flows, opening=opening)
    yield opened
    opened.ledger.close()


@pytest.fixture(scope="module")
def outflows(desk: Desk, flows: list[Flow]) -> list[Flow]:
    """What went out and could be recorded; the three others are listed with their amounts above."""
    return [one for one in flows if not one.comes_in and one.row in desk.recorded]


@pytest.fixture(scope="module")
def fund(desk: Desk) -> SourcesAndUses:
    report: SourcesAndUses = desk.ledger.report("sources_and_uses", term=TERM, as_of=LAST_DAY)
    return report


def total(flows: list[Flow], wanted: Callable[[Flow], bool]) -> int:
    return cents(one.amount for one in flows if wanted(one))


def test_every_row_is_recorded_or_listed_with_the_reason(desk: Desk, flows: list[Flow]) -> None:
    assert Counter(one.comes_in for one in flows) == {True: 19, False: 153}
    assert {one.row for one in flows} <= desk.recorded | desk.refused_rows
    not_recorded = [one for one in flows if one.row not in desk.recorded]
    # One outflow is of nothing, and two (7,398 and 4,908 dollars) name no organization.
    assert sorted((one.amount, one.party) for one in not_recorded) == [("0", ""), ("4908", ""), ("7398", "")]
    reasons = Counter((one.code, one.row in desk.recorded) for one in desk.refused)
    # Two codes hold tabs; those rows are recorded under the number of the flow.
    assert reasons == {("invalid-amount", False): 1, ("invalid-field", False): 2, ("invalid-text", True): 2}


def test_what_the_file_alone_does_not_fund_is_refused_and_listed(flows: list[Flow]) -> None:
    """The fund began the year with money the file does not show: without it decisions are not covered."""
    strict = open_desk(LAST_DAY)
    record(strict, flows)
    refused = [one for one in flows if one.row not in strict.recorded]
    assert {one.row for one in refused} <= strict.refused_rows
    assert Counter(one.code for one in strict.refused)["not-funded"] == len(refused) - 3
    assert len(refused) > 3
    budget: ActivityBudget = strict.ledger.report("activity_budget", term=TERM, as_of=LAST_DAY)
    went_out = total(flows, lambda one: not one.comes_in)
    assert budget.total.allotted.minor + cents(one.amount for one in refused) == went_out
    assert strict.ledger.verify().findings == ()
    strict.ledger.close()


def test_received_is_the_files_total_and_each_donors(
    fund: SourcesAndUses, flows: list[Flow], opening: int
) -> None:
    assert fund.sources.minor == opening + total(flows, lambda one: one.comes_in and one.is_paid)
    received: Counter[str] = Counter()
    for row in fund.contributors:
        received[row.donor] += row.received.minor
    assert received.pop(BROUGHT_FORWARD) == opening
    for donor, minor in received.items():
        assert minor == total(flows, lambda one, d=donor: one.party == d and one.is_paid), donor  # type: ignore[misc]  # bound now


def test_what_is_only_committed_is_outstanding_in_the_donors_own_currency(fund: SourcesAndUses) -> None:
    """Sweden SEK 58 million, the United Kingdom GBP 5 million and Switzerland 1,099,950 dollars."""
    outstanding = {
        (row.donor.split(",")[0], str(row.outstanding)) for row in fund.contributors if row.outstanding.minor
    }
    assert outstanding == {
        ("Sweden", "SEK 58,000,000.00"),
        ("United Kingdom", "GBP 5,000,000.00"),
        ("Switzerland", "USD 1,099,950.00"),
    }


def test_what_went_out_is_the_files_total_by_cluster_and_by_partner(
    desk: Desk, flows: list[Flow], outflows: list[Flow]
) -> None:
    budget: ActivityBudget = desk.ledger.report("activity_budget", term=TERM, as_of=LAST_DAY)
    for row in budget.rows:
        own = [one for one in outflows if one.cluster == row.activity]
        assert row.allotted.minor == cents(one.amount for one in own), row.activity
        assert row.spent.minor == cents(one.amount for one in own if one.is_paid), row.activity
    by_partner: Counter[str] = Counter()
    for entry in desk.ledger.entries():
        if isinstance(entry.event, Obligation):
            by_partner[entry.event.party] += entry.event.amount.minor
    assert by_partner.keys() == {one.party for one in outflows}
    for party, minor in by_partner.items():
        assert minor == cents(one.amount for one in outflows if one.party == party), party
    everything = cents(one.amount for one in flows if not one.comes_in)
    assert sum(by_partner.values()) == everything - cents(["7398", "4908"])


def test_what_is_committed_and_not_paid_out_is_obligated(desk: Desk, outflows: list[Flow]) -> None:
    left = sum(one.left.minor for one in desk.ledger.report("commitments", term=TERM).obligations)
    assert left == cents(one.amount for one in outflows if not one.is_paid)


def test_the_opening_balance_is_the_least_that_covers_the_year(desk: Desk, flows: list[Flow]) -> None:
    days = sorted({FIRST_DAY, *(one.on for one in flows), *(one.decided_on for one in flows)})
    free = [-desk.ledger.balance("8110", term=TERM, as_of=day).minor for day in days]
    # The opening balance is the least that covers every decision of the file, the two not recorded too.
    assert min(free) == cents(["7398", "4908"])


def test_the_ledger_verifies_and_every_report_ties(desk: Desk) -> None:
    assert desk.ledger.verify().findings == ()
    assert desk.ledger.report("tie_out", term=TERM, as_of=LAST_DAY).holds
    cash = desk.ledger.balance("1010", term=TERM).minor
    free_and_obligated = [desk.ledger.balance(code, term=TERM).minor for code in ("8110", "8140")]
    assert cash == -sum(free_and_obligated)
