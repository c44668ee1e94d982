"""The journal says of each entry its dates and people, and of each line its term, in every form."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial

import pytest

from mdfm_ledger import CarryForward, Ledger, OpenTerm
from mdfm_ledger.render.csv_table import render_csv
from mdfm_ledger.render.html import render_html
from mdfm_ledger.render.text import render_text
from mdfm_ledger.reports.document import Document
from tests.support.bookkeeping import TERM, usd
from tests.support.ledgers import events, open_ledger

LATER = "2022-2023"


@pytest.fixture(scope="module")
def ledger() -> Iterator[Ledger]:
    """The usual events, and money of Hamburg that goes to the next term: one entry of two terms."""
    with open_ledger("sqlite://") as ledger:
        ledger.record_all(events())
        ledger.record(OpenTerm.from_plan("mdfm", reference=LATER, starts_on=date(2022, 1, 1)))
        ledger.record(
            CarryForward(
                reference="CF-1",
                term=TERM,
                to_term=LATER,
                donor="ham",
                amount=usd("7.00"),
                bank_account="uil",
                consent="letter 7",
                on=date(2022, 1, 10),
                value_date=date(2022, 1, 11),
                approved_by="director@example.org",
            )
        )
        yield ledger


def rows(ledger: Ledger) -> list[dict[str, str]]:
    report = ledger.report("journal", term=TERM)
    return list(csv.DictReader(io.StringIO(render_csv(report.document())["journal"], newline="")))


def test_in_a_file_each_row_says_of_which_entry_it_is_and_its_dates_and_people(ledger: Ledger) -> None:
    entry = next(one for one in ledger.entries() if one.event.reference == "CF-1")
    own = [row for row in rows(ledger) if row["entry"] == str(entry.number)]
    assert len(own) == 1 + len(entry.lines)
    assert {
        (row["value_date"], row["recorded_at"], row["entered_by"], row["approved_by"]) for row in own
    } == {("2022-01-11", f"{entry.recorded_at:%Y-%m-%dT%H:%M:%SZ}", entry.actor, "director@example.org")}
    cash = {(row["term"], row["debit"], row["credit"]) for row in own if row["account"] == "1010"}
    assert cash == {(TERM, "", "7.00"), (LATER, "7.00", "")}


@pytest.mark.parametrize("rendered", [partial(render_text, width=10_000), render_html])
def test_a_reader_sees_dates_people_and_the_term_of_each_line(
    ledger: Ledger, rendered: Callable[[Document], str]
) -> None:
    shown = rendered(ledger.report("journal", term=TERM).document())
    assert "Value date 11 Jan 2022; recorded 2022-01-15T" in shown
    assert "approved by director@example.org" in shown
    assert f"term={LATER}, bank_account=uil" in shown
    assert f"term={TERM}, bank_account=uil" in shown
    # Where all lines of an entry are of one term, the head of the report has said which.
    assert "term=" not in shown.split("CF-1")[0]
