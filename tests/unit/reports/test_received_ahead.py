"""Money that came before its pledge is told apart, and is nothing that others owe less.

Hamburg pays 50.00 on 1 May for a pledge of 1 June; Medellín has pledged 300.00 in January.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from mdfm_ledger import Ledger
from mdfm_ledger.ledger.output import render
from tests.support.bookkeeping import TERM, pledge, receipt, usd
from tests.support.ledgers import events, open_ledger

BETWEEN, AFTER = date(2020, 5, 15), date(2020, 6, 1)
REGISTERED = ("open_term", "open_bank_account", "register_donor")


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    with open_ledger("sqlite://") as ledger:
        ledger.record_all([one for one in events() if one.event_kind in REGISTERED])
        ledger.record_all(
            [
                pledge("P-HAM", "50.00", donor="ham", on=AFTER),
                receipt("R-HAM", "50.00", pledge="P-HAM", on=date(2020, 5, 1)),
                pledge("P-MED", "300.00", donor="med", on=date(2020, 1, 10)),
            ]
        )
        yield ledger


def test_the_target_counts_what_was_received_and_all_that_is_promised(ledger: Ledger) -> None:
    target = ledger.report("term_target", term=TERM, as_of=BETWEEN)
    promised = target.due + target.not_due
    assert (target.received, promised) == (usd("50.00"), usd("300.00"))
    assert target.gap == target.target - usd("350.00")
    for name in ("sources_and_uses", "fund_financial_report"):
        contributors = ledger.report(name, term=TERM, as_of=BETWEEN).contributors
        assert {one.donor: one.outstanding for one in contributors} == {
            "ham": usd("0.00"),
            "med": usd("300.00"),
        }


def test_ageing_tells_it_apart(ledger: Ledger) -> None:
    report = ledger.report("pledge_ageing", term=TERM, as_of=BETWEEN)
    assert {
        row.position.pledge: (row.position.open, row.position.not_due, row.position.ahead)
        for row in report.rows
    }["P-HAM"] == (usd("0.00"), usd("0.00"), usd("50.00"))
    (total,) = report.totals
    assert (total.amounts[3], total.amounts[-1]) == (usd("300.00"), usd("50.00"))


def test_it_goes_from_period_to_period(ledger: Ledger) -> None:
    """Open less ahead at the end is what was open less ahead at the beginning, and what moved."""
    first = ledger.report("pledge_position", term=TERM, as_of=BETWEEN)
    second = ledger.report("pledge_position", term=TERM, since=date(2020, 5, 16), as_of=AFTER)
    (before,) = [row for row in first.rows if row.pledge == "P-HAM"]
    (after,) = [row for row in second.rows if row.pledge == "P-HAM"]
    assert (before.opening_ahead, before.paid, before.closing, before.ahead) == (
        usd("0.00"),
        usd("50.00"),
        usd("0.00"),
        usd("50.00"),
    )
    assert (after.opening, after.opening_ahead, after.promised, after.closing, after.ahead) == (
        usd("0.00"),
        usd("50.00"),
        usd("50.00"),
        usd("0.00"),
        usd("0.00"),
    )
    assert [total.amounts[7] for total in first.totals] == [usd("300.00")]


def test_the_donor_is_told(ledger: Ledger) -> None:
    statement = ledger.donor_statement("ham", term=TERM, as_of=BETWEEN)
    (row,) = statement.pledges
    assert (row.position.paid, row.position.open, row.position.ahead) == (
        usd("50.00"),
        usd("0.00"),
        usd("50.00"),
    )
    assert statement.still_open(is_closed=True) == ("pledge P-HAM",)


@pytest.mark.parametrize("form", ["html", "csv"])
def test_there_is_a_column_where_anything_came_ahead(ledger: Ledger, form: str) -> None:
    column = {"html": "Received before promised", "csv": ",ahead,"}[form]
    for name in ("pledge_ageing", "pledge_position"):
        assert column in render(ledger.report(name, term=TERM, as_of=BETWEEN), form)
        assert column not in render(ledger.report(name, term=TERM, as_of=AFTER), form)
    assert column in render(ledger.donor_statement("ham", term=TERM, as_of=BETWEEN), form)
    assert column not in render(ledger.donor_statement("ham", term=TERM, as_of=AFTER), form)


@pytest.mark.parametrize("as_of", [date(2020, 4, 30), BETWEEN, AFTER])
def test_it_ties_out(ledger: Ledger, as_of: date) -> None:
    assert [tie for tie in ledger.report("tie_out", term=TERM, as_of=as_of).ties if not tie.holds] == []
