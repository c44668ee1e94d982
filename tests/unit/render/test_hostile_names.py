"""Sixty names that try to be more than names: refused on entry, or text in every format they stand in."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from html import escape

import pytest

from mdfm_ledger import Ledger, RegisterDonor, errors
from mdfm_ledger.ledger.output import render
from mdfm_ledger.render import csv_table, html
from tests.support.bookkeeping import receipt
from tests.support.documents import HOSTILE
from tests.support.ledgers import events, open_ledger

DAY = date(2020, 12, 31)
TAGS = re.compile(r"<[^>]*>")


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """Each name that can be entered, as that of a donor with money."""
    with open_ledger(tmp_path_factory.mktemp("books") / "l.db") as ledger:
        ledger.record_all(events())
        for at, name in enumerate(HOSTILE):
            try:
                ledger.record(RegisterDonor(reference=f"D-{at}", name=name, kind="member_city", country="DE"))
            except errors.InvalidEventError:
                continue
            ledger.record(receipt(f"H-{at}", "1.00", donor=f"D-{at}"))
        yield ledger


def test_there_are_sixty_and_most_can_be_entered(ledger: Ledger) -> None:
    assert len(HOSTILE) == len(set(HOSTILE)) == 60
    assert len(ledger.documents("donor")) - 3 > 40


@pytest.mark.parametrize("at", range(len(HOSTILE)))
def test_a_hostile_name_is_refused_or_is_text_in_each_format(at: int, ledger: Ledger) -> None:
    if f"D-{at}" not in ledger.documents("donor"):
        given = HOSTILE[at]
        is_unseen = any(unicodedata.category(one) in ("Cc", "Cf", "Cn", "Cs") for one in given)
        assert is_unseen or given != unicodedata.normalize("NFC", given).strip()
        return
    require_text_in_each_format(f"D-{at}", ledger)


@pytest.mark.parametrize("what", ["pages", "tables"])
def test_the_control_without_its_protection_a_name_is_more_than_text(
    what: str, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    if what == "pages":
        bare = html._template().environment.overlay(autoescape=False)
        monkeypatch.setattr(html, "_template", lambda: bare.get_template("report.html.j2"))
    else:
        monkeypatch.setattr(csv_table, "_FORMULA", re.compile("(?!)"))
    failed = 0
    for donor in ledger.documents("donor"):
        try:
            require_text_in_each_format(donor, ledger)
        except AssertionError:
            failed += 1
    assert failed > 5


def require_text_in_each_format(donor: str, ledger: Ledger) -> None:
    statement = ledger.donor_statement(donor, term="2020-2021", as_of=DAY)
    harmless = ledger.donor_statement("ham", term="2020-2021", as_of=DAY)
    name = statement.donor.name
    assert json.loads(render(statement, "json"))["donor"]["name"] == name
    page = render(statement, "html")
    assert escape(name) in page or escape(name).replace("&#x27;", "&#39;").replace("&quot;", "&#34;") in page
    known = {tag.split()[0] for tag in TAGS.findall(render(harmless, "html"))}
    assert {tag.split()[0] for tag in TAGS.findall(page)} <= known
    # The tables of a statement name nobody; those on the whole fund name every donor.
    table = render(ledger.report("sources_and_uses", term="2020-2021", as_of=DAY), "csv")
    cells = [cell for row in csv.reader(io.StringIO(table)) for cell in row if cell.endswith(name)]
    assert cells
    for cell in cells:
        assert unicodedata.normalize("NFKC", cell).lstrip()[:1] not in (*"=+-@\t\r",), cell
    shown = render(statement, "text").replace("\n", "")
    assert [one for one in shown if unicodedata.category(one) in ("Cc", "Zl", "Zp")] == []
