"""The target and the activity budget report against a naive recount and the figures of the strategy."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from mdfm_ledger import Amount, Instalment, Ledger, OpenTerm
from mdfm_ledger.books.documents import Policy
from mdfm_ledger.demo.story import TERM as DEMO
from mdfm_ledger.demo.story import story
from mdfm_ledger.reports import ActivityBudget, TermTarget
from mdfm_ledger.reports.programmable import bought_by, needed_for
from tests.support.bookkeeping import TERM, pledge, receipt, usd
from tests.support.ledgers import events, open_ledger
from tests.support.recounting import Naive, Span

END = date(2021, 12, 31)
POLICY = Policy(
    since=date(2020, 1, 1),
    agent_fee_basis_points=100,
    support_cost_basis_points=700,
    interest_to="donors",
    agent="",
)


# -- gross and programmable --------------------------------------------------------------------------


def test_a_million_received_buys_what_the_strategy_does_not_say() -> None:
    """1 % of fee on receipt and 7 % of support cost on expenditure."""
    bought = bought_by("received", usd("1000000.00"), POLICY)
    assert bought.activities == usd("925233.64")
    assert bought.agent_fee == usd("10000.00")
    assert bought.support_cost == usd("64766.36")


def test_full_delivery_of_a_million_takes_more_than_a_million() -> None:
    needed = needed_for("full_delivery", usd("1000000.00"), POLICY)
    assert needed.gross == usd("1080808.08")
    assert (needed.agent_fee, needed.support_cost) == (usd("10808.08"), usd("70000.00"))


def test_money_carried_in_paid_its_fee_before() -> None:
    bought = bought_by("carried_in", usd("107.00"), POLICY, has_fee=False)
    assert (bought.agent_fee, bought.support_cost, bought.activities) == (
        usd("0.00"),
        usd("7.00"),
        usd("100.00"),
    )


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """A term with 1 % and 7 %, and pledges of every state."""
    registered = [one for one in events() if one.event_kind in {"open_bank_account", "register_donor"}]
    with open_ledger(tmp_path / "target.db") as opened:
        opened.record_all(
            [
                OpenTerm.from_plan(
                    "mdfm",
                    reference=TERM,
                    starts_on=date(2020, 1, 1),
                    agent_fee_basis_points=100,
                    support_cost_basis_points=700,
                ),
                *registered,
                receipt("R-1", "250000.00", donor="jp"),
                pledge(
                    "P-1",
                    "90.00",
                    instalments=(
                        Instalment(due_on=date(2020, 6, 30), amount=usd("30.00")),
                        Instalment(due_on=date(2020, 9, 30), amount=usd("30.00")),
                        Instalment(due_on=date(2021, 3, 31), amount=usd("30.00")),
                    ),
                ),
                pledge("P-2", "7.00", donor="med", status="announced"),
                receipt("R-2", "10.00", pledge="P-1", on=date(2020, 7, 1)),
            ]
        )
        yield opened


def target(ledger: Ledger, as_of: date, **limits: Any) -> TermTarget:
    report: TermTarget = ledger.report("term_target", term=TERM, as_of=as_of, **limits)
    return report


@pytest.mark.parametrize(
    ("as_of", "due", "overdue", "not_due"),
    [
        (date(2020, 6, 29), "0.00", "0.00", "90.00"),
        (date(2020, 6, 30), "30.00", "0.00", "60.00"),  # due on its day, overdue from the next
        (date(2020, 7, 1), "20.00", "20.00", "60.00"),
        (date(2020, 9, 30), "50.00", "20.00", "30.00"),
        (date(2021, 4, 1), "80.00", "80.00", "0.00"),
    ],
)
def test_what_is_due_is_overdue_once_its_day_has_passed(
    ledger: Ledger, as_of: date, due: str, overdue: str, not_due: str
) -> None:
    report = target(ledger, as_of)
    assert (report.due, report.overdue, report.not_due) == (usd(due), usd(overdue), usd(not_due))
    assert report.announced == usd("7.00")
    parts = report.received + report.due + report.not_due + report.announced + report.gap
    assert parts == report.target == usd("1000000.00")


def test_received_and_promised_add_up_to_the_cent(ledger: Ledger) -> None:
    report = target(ledger, END)
    received, promised, in_all, carried_in, delivery = report.buys
    assert (received.gross, promised.gross) == (usd("250010.00"), usd("87.00"))
    for name in ("gross", "agent_fee", "support_cost", "activities"):
        assert getattr(received, name) + getattr(promised, name) == getattr(in_all, name)
    for one in report.buys:
        assert one.gross == one.agent_fee + one.support_cost + one.activities
    assert carried_in.gross.is_zero
    assert (report.programmable, report.needed) == (received.activities, delivery.gross)
    assert report.needed == usd("1080808.08")


def test_a_pledge_in_another_currency_without_a_rate_is_overdue_in_none(ledger: Ledger) -> None:
    ledger.record(pledge("P-JP", donor="jp", money=Amount(5_000, "JPY")))
    report = target(ledger, END)
    assert report.overdue == usd("80.00")
    assert [one.position.due for one in report.foreign] == [Amount(5_000, "JPY")]


# -- the activity budget -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def demonstration() -> Iterator[Ledger]:
    with Ledger.open("sqlite://", actor="finance@example.org") as opened:
        opened.record_all(story())
        yield opened


@pytest.mark.parametrize("as_of", [date(2020, 1, 31), date(2021, 7, 31), END])
@pytest.mark.parametrize("known_at", [110, 150, 10_000])
def test_the_budget_report_is_what_the_journal_says(
    demonstration: Ledger, as_of: date, known_at: int
) -> None:
    report: ActivityBudget = demonstration.report(
        "activity_budget", term=DEMO, as_of=as_of, known_at=known_at
    )
    naive = Naive(demonstration, Span(date(2020, 1, 1), as_of, known_at), DEMO)
    columns = {
        "allotted": ("8120", "8140", "8150"),
        "obligated": ("8140",),
        "spent": ("8150",),
        "left": ("8120",),
    }
    for name, accounts in columns.items():
        found = {row.activity: -getattr(row, name).minor for row in report.rows if getattr(row, name).minor}
        assert found == naive.by("activity", *accounts), name
    held: dict[str, int] = {}
    activities = {
        line.subaccount.allocation: line.subaccount.activity
        for _, line in naive.posted
        if line.subaccount.activity
    }
    for allocation, minor in naive.by("allocation", "1210").items():
        held[activities[allocation]] = held.get(activities[allocation], 0) + minor
    assert {row.activity: row.advanced.minor for row in report.rows if row.advanced.minor} == held
    for row in report.rows:
        assert row.budget == row.allotted + row.free
        assert row.allotted == row.obligated + row.spent + row.left


def test_work_areas_add_up_their_activities(demonstration: Ledger) -> None:
    report: ActivityBudget = demonstration.report("activity_budget", term=DEMO, as_of=END)
    assert [row.area for row in report.areas] == ["1", "2", "3"]
    for area in report.areas:
        own = [row for row in report.rows if row.area == area.area]
        assert area.spent == sum((row.spent for row in own[1:]), start=own[0].spent)
        assert area.advanced == sum((row.advanced for row in own[1:]), start=own[0].advanced)
    table = next(iter(report.document().tables()))
    shown = [(row.cells[0], row.level.value) for row in table.rows]
    assert shown[:3] == [("1.1", "normal"), ("1.2", "normal"), ("1", "subtotal")]
    assert shown[-1] == (None, "total")
