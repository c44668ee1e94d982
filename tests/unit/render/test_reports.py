"""Every report of the demonstration, in every language and every form."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from mdfm_ledger.demo import AS_OF
from mdfm_ledger.demo.story import TERM, story
from mdfm_ledger.ledger import Ledger
from mdfm_ledger.render.catalogue import LANGUAGES, catalogue
from mdfm_ledger.render.chart import states_svg, target_svg
from mdfm_ledger.render.csv_table import render_csv
from mdfm_ledger.render.html import render_html
from mdfm_ledger.render.text import render_text
from mdfm_ledger.reports import TERM_REPORTS
from mdfm_ledger.reports.document import Document, MoneyByState, TargetCurve
from tests.support.documents import cells_of


@pytest.fixture(scope="module")
def demonstration() -> dict[str, Document]:
    with Ledger.open("sqlite://", actor="finance@example.org") as ledger:
        ledger.record_all(story())
        reports = {name: ledger.report(name, term=TERM, as_of=AS_OF) for name in TERM_REPORTS}
        statements = {
            statement.donor.reference: statement
            for statement in ledger.donor_statements(term=TERM, as_of=AS_OF)
        }
        return {name: report.document() for name, report in {**reports, **statements}.items()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_report_has_all_its_texts_and_all_its_cells(
    demonstration: dict[str, Document], language: str
) -> None:
    words = catalogue(language)
    assert len(demonstration) > len(TERM_REPORTS) + 10
    for name, document in demonstration.items():
        shown = render_text(document, language=language, width=10_000)
        page = render_html(document, language=language)
        assert [cell for cell in cells_of(document) if words.cell(cell, currency=False) not in shown] == []
        assert page.count("<tr") >= sum(len(table.rows) for table in document.tables()), name
        tables = render_csv(document, language=language)
        assert tables.pop("facts").startswith(
            f"section,key,value,value_currency,row\r\nhead,report,{document.name},"
        )
        assert {key: len(table.splitlines()) for key, table in tables.items()} == {
            table.key: 1 + len(table.rows) for table in document.tables()
        }


def test_every_chart_is_sound_xml(demonstration: dict[str, Document]) -> None:
    drawn = 0
    for document in demonstration.values():
        for section in document.sections:
            for block in section.blocks:
                if isinstance(block, TargetCurve):
                    ET.fromstring(target_svg(block, catalogue("en")))
                elif isinstance(block, MoneyByState):
                    ET.fromstring(states_svg(block, catalogue("en")))
                else:
                    continue
                drawn += 1
    assert drawn > 10


LISTED = {"approvals", "journal", "pledge_ageing"}
"""Reports that say each row on lines of its own: a whole digest, say, has no shorter form."""


@pytest.mark.parametrize("name", [name for name in TERM_REPORTS if name not in LISTED])
def test_reports_fit_a_usual_terminal_as_tables(demonstration: dict[str, Document], name: str) -> None:
    assert max(map(len, render_text(demonstration[name]).splitlines())) <= 120
    rules = [
        line
        for line in render_text(demonstration[name]).splitlines()
        if line.startswith("---") and "  -" in line
    ]
    assert len(rules) >= sum(bool(table.rows) for table in demonstration[name].tables())
