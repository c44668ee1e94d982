"""The yearly reports on the fund against a naive recount of the journal, through several windows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from mdfm_ledger import Ledger, errors
from mdfm_ledger.chart import CHART, HELD
from mdfm_ledger.demo.story import TERM, story
from mdfm_ledger.demo.winding_up import PILOT
from mdfm_ledger.reports.flows import FLOWS
from mdfm_ledger.reports.fund_rows import PeriodRow
from tests.support.recounting import Naive, Span, usd

YEAR = Span(date(2021, 1, 1), date(2021, 12, 31), 10_000)
SPANS = {
    "a year": YEAR,
    "the whole term": Span(date(2020, 1, 1), date(2021, 12, 31), 10_000),
    "a quarter": Span(date(2021, 4, 1), date(2021, 6, 30), 10_000),
    "known before the partners": Span(date(2020, 7, 1), date(2021, 12, 31), 120),
    "before anything": Span(date(2020, 1, 1), date(2020, 1, 2), 3),
}
PARTS = ("prior", "period", "inception")


@pytest.fixture(scope="module")
def ledger() -> Iterator[Ledger]:
    with Ledger.open("sqlite://", actor="finance@example.org") as opened:
        opened.record_all(story())
        yield opened


@pytest.fixture(params=list(SPANS.values()), ids=list(SPANS))
def span(request: pytest.FixtureRequest) -> Span:
    found: Span = request.param
    return found


@pytest.fixture
def naive(ledger: Ledger, span: Span) -> Naive:
    return Naive(ledger, span, TERM)


def asked(ledger: Ledger, name: str, span: Span) -> Any:
    return ledger.report(name, term=TERM, as_of=span.as_of, known_at=span.known_at, since=span.since)


def parts(row: PeriodRow) -> tuple[int, ...]:
    return tuple(getattr(row, part).minor for part in PARTS)


def test_assets_and_liabilities_are_every_balance_of_the_trust_set(
    ledger: Ledger, span: Span, naive: Naive
) -> None:
    statement = asked(ledger, "assets_and_liabilities", span)
    assert [row.account for row in statement.rows] == [code for code in CHART if code < "8000"]
    for row in statement.rows:
        sign = 1 if row.account < "2000" else -1
        assert row.amount == usd(sign * naive.account(row.account)), row.account
        assert row.opening == usd(sign * naive.account(row.account, part="prior")), row.account
        assert row.change == usd(sign * naive.account(row.account, part="period")), row.account
    assert statement.assets.amount == statement.liabilities.amount
    assert statement.assets.opening == statement.liabilities.opening
    assert statement.held.amount == usd(-naive.account(*HELD))
    cash = {row.bank_account: row.amount.minor for row in statement.cash if not row.amount.is_zero}
    assert cash == naive.by("bank_account", "1010")


def test_what_was_applied_stands_as_a_deduction(ledger: Ledger) -> None:
    statement = asked(ledger, "assets_and_liabilities", YEAR)
    groups = {row.account: row.group for row in statement.rows}
    assert {code for code, group in groups.items() if group == "applied"} == {
        "2040", "2041", "2042", "2043", "2044", "2045",
    }  # fmt: skip
    spent = next(row for row in statement.rows if row.account == "2040")
    assert spent.amount.minor < 0


def test_the_host_would_show_assets_and_liabilities_and_no_revenue(
    ledger: Ledger, span: Span, naive: Naive
) -> None:
    view = asked(ledger, "host_view", span)
    lines = {line.key: line.amount.minor for line in view.lines}
    assert lines == {
        "trust_cash": naive.account("1010"),
        "trust_advances": naive.account("1210", "1230"),
        "owed_to_donors": -naive.account(*HELD, "2060", "2070"),
        "owed_unapplied": -naive.account("2050"),
        "owed_to_others": -naive.account("2110"),
        "revenue": 0,
        "expense": 0,
    }
    assert view.total("assets") == view.total("liabilities")
    assert view.total("assets", "opening") == usd(naive.account("1010", "1210", "1230", part="prior"))
    assert (view.charged_fee, view.charged_support) == (
        usd(naive.account("2041")),
        usd(naive.account("2042")),
    )


def test_changes_are_those_of_each_donor(ledger: Ledger, span: Span, naive: Naive) -> None:
    statement = asked(ledger, "changes", span)
    for donor in statement.donors:
        own = {"donor": donor.donor}
        assert donor.opening == usd(-naive.account(*HELD, part="prior", **own))
        assert donor.closing == usd(-naive.account(*HELD, **own))
        for flow in FLOWS:
            moved = -naive.account(flow.account, flow=flow.flow, part="period", **own)
            assert donor.flow(flow.key) == usd(moved), (donor.donor, flow.key)
        flows = donor.added(is_source=True) + donor.added(is_source=False)
        assert donor.opening + flows == donor.closing
    assert {donor.donor: donor.closing.minor for donor in statement.donors if donor.closing.minor} == {
        donor: -minor for donor, minor in naive.by("donor", *HELD).items()
    }
    assert statement.total.closing == usd(-naive.account(*HELD))


def test_flows_nobody_had_are_no_columns(ledger: Ledger) -> None:
    statement = asked(ledger, "changes", YEAR)
    moved = {flow.key for one in statement.donors for flow in one.flows if flow.amount.minor}
    sources, uses = list(statement.document().tables())[1:]
    shown = [column.key for table in (sources, uses) for column in table.columns]
    assert {key for key in shown if key.startswith("flow_")} == {f"flow_{key}" for key in moved}
    assert "flow_carried_out" not in shown


def test_the_fund_is_the_same_before_in_and_since(ledger: Ledger, span: Span, naive: Naive) -> None:
    report = asked(ledger, "fund_financial_report", span)
    for flow, row in zip(FLOWS, report.flows, strict=True):
        recounted = tuple(-naive.account(flow.account, flow=flow.flow, part=part) for part in PARTS)
        assert (row.key, parts(row)) == (flow.key, recounted)
    assert parts(report.balance) == tuple(-naive.account(*HELD, part=part) for part in PARTS)
    assert all(tie.holds for tie in report.ties)


def test_expenditure_by_category_and_activity(ledger: Ledger, span: Span, naive: Naive) -> None:
    report = asked(ledger, "fund_financial_report", span)
    for row in report.categories:
        indirect = ("2042",) if row.key == "8" else ()
        recounted = tuple(
            naive.account("2040", category=row.key, flow="", part=part) + naive.account(*indirect, part=part)
            for part in PARTS
        )
        assert parts(row) == recounted, row.key
    assert {row.activity: row.period.minor for row in report.activities if row.period.minor} == naive.by(
        "activity", "2040", "2042", flow="", part="period"
    )


def test_losses_are_written_off_one_by_one(ledger: Ledger, span: Span, naive: Naive) -> None:
    report = asked(ledger, "fund_financial_report", span)
    lost = sum(one.amount.minor for one in report.losses)
    assert lost == naive.account("2040", flow="written_off") == -naive.account("8150", flow="written_off")
    assert bool(lost) is (span.known_at > 120 and span.as_of.month == 12)


def test_delivery_is_expenditure_per_what_was_allotted(ledger: Ledger, span: Span, naive: Naive) -> None:
    report = asked(ledger, "fund_financial_report", span)
    *rows, total = report.delivery
    spent = naive.by("activity", "8150", flow="")
    allotted = naive.by("activity", "8120", "8140", "8150")
    assert {row.activity: row.allotted.minor for row in rows if row.allotted.minor} == {
        activity: -minor for activity, minor in allotted.items()
    }
    for row in rows:
        assert row.rate == Fraction(spent.get(row.activity, 0), allotted[row.activity])
    assert (total.spent.minor, total.allotted.minor) == (-sum(spent.values()), -sum(allotted.values()))


def test_contributors_are_pledged_received_and_outstanding(ledger: Ledger, span: Span, naive: Naive) -> None:
    report = asked(ledger, "fund_financial_report", span)
    received: dict[str, int] = {}
    for row in report.contributors:
        received[row.donor] = received.get(row.donor, 0) + row.received.minor
        own = {"donor": row.donor, "currency": row.pledged.currency}
        assert row.pledged.minor == -naive.account("8090", **own)
        assert row.outstanding.minor == naive.account("8010", "8020", "8030", **own)
    # A refund stands on the account of contributions, and is none taken back.
    for donor, minor in received.items():
        assert minor == -naive.account("2010", donor=donor, flow="")
    assert sum(received.values()) == -naive.account("2010", flow="")
    prior = sum(row.prior.minor for row in report.contributors)
    assert prior == -naive.account("2010", flow="", part="prior")


def test_sums_of_contributors_stand_under_each_kind_and_currency(ledger: Ledger) -> None:
    report = asked(ledger, "fund_financial_report", YEAR)
    table = next(one for one in report.document().tables() if one.key == "fund_contributors")
    totals = [row.cells[1:] for row in table.rows if row.level.value == "total"]
    assert [cells[0].currency for cells in totals] == ["USD", "JPY"]
    received = usd(sum(row.received.minor for row in report.contributors))
    assert [cells[-1] for cells in totals] == [received, usd(0)]


def test_a_period_is_asked_only_of_reports_that_have_one(ledger: Ledger) -> None:
    with pytest.raises(errors.InvalidFieldError, match="trial_balance covers no period"):
        ledger.report("trial_balance", term=TERM, since=date(2021, 1, 1))


@pytest.mark.parametrize("name", ["assets_and_liabilities", "changes", "fund_financial_report", "host_view"])
def test_a_period_is_the_year_unless_given(ledger: Ledger, name: str) -> None:
    plain = ledger.report(name, term=TERM, as_of=YEAR.as_of)
    assert plain == ledger.report(name, term=TERM, as_of=YEAR.as_of, since=date(2021, 1, 1))
    with pytest.raises(errors.UnknownDocumentError):
        ledger.report(name, term="none", as_of=YEAR.as_of)


@pytest.mark.parametrize("name", ["changes", "fund_financial_report", "assets_and_liabilities"])
def test_what_was_known_stays_as_it_was(ledger: Ledger, name: str) -> None:
    """The mistake of the story, known before it was reversed, is in the report made again today."""
    with Ledger.open("sqlite://", actor="finance@example.org") as earlier:
        earlier.record_all(list(story())[:120])
        first = earlier.report(name, term=TERM, as_of=YEAR.as_of)
    assert ledger.report(name, term=TERM, as_of=YEAR.as_of, known_at=120) == first


@pytest.mark.parametrize("as_of", [date(2019, 12, 31), date(2021, 12, 16), YEAR.as_of])
def test_a_closed_term_still_shows_what_there_was(ledger: Ledger, as_of: date) -> None:
    """Closing sets interest and uses against contributions in the accounts, and in no report of flows."""
    span = Span(date(2019, 7, 1), as_of, 10_000)
    limits: dict[str, Any] = {"term": PILOT, "as_of": as_of, "since": span.since}
    naive, report = Naive(ledger, span, PILOT), ledger.report("fund_financial_report", **limits)
    rows = {row.key: row.inception.minor for row in report.flows}
    assert rows["contributions"] == -naive.account("2010", flow="") == 17_000_00
    assert rows["activities"] == -naive.account("2040", flow="") == -12_000_00
    assert report.balance.inception == usd(-naive.account(*HELD))
    statement = ledger.report("assets_and_liabilities", **limits)
    assert statement.assets.amount == statement.liabilities.amount == usd(naive.account("1010"))
    assert ledger.report("tie_out", term=PILOT, as_of=as_of).holds


@pytest.mark.parametrize("name", ["assets_and_liabilities", "changes", "fund_financial_report", "host_view"])
def test_an_empty_term_has_reports_too(name: str) -> None:
    with Ledger.open("sqlite://", actor="finance@example.org") as empty:
        empty.record(next(story()))
        report = empty.report(name, term=TERM, as_of=date(2020, 6, 30))
        assert list(report.document().tables())
        assert empty.report("tie_out", term=TERM, as_of=date(2020, 6, 30)).holds
