"""Documents as text on a terminal."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from datetime import date
from fractions import Fraction

import pytest
from attrs import evolve
from hypothesis import assume, given
from hypothesis import strategies as st

from mdfm_ledger.money import Amount
from mdfm_ledger.render.catalogue import catalogue
from mdfm_ledger.render.terminal import printable, width_of, wrap
from mdfm_ledger.render.text import render_text
from mdfm_ledger.reports.document import (
    Column,
    ColumnKind,
    Document,
    Fact,
    Facts,
    MoneyByState,
    Note,
    Row,
    RowLevel,
    Section,
    Table,
    TargetCurve,
    text,
)
from tests.support.documents import cells_of, documents, tables, texts

WORDS = catalogue("en")


def _usd(minor: int) -> Amount:
    return Amount(minor, "USD")


def _document(*blocks: Facts | Table | Note | TargetCurve | MoneyByState) -> Document:
    return Document(
        name="sample",
        title=text("title.donor_statement", donor="Medellín"),
        sections=(Section(key="head", blocks=()), Section(key="fund", blocks=blocks)),
    )


def _table(*rows: Row) -> Table:
    columns = (
        Column(key="donor", kind=ColumnKind.TEXT),
        Column(key="received", kind=ColumnKind.AMOUNT),
        Column(key="share", kind=ColumnKind.SHARE),
    )
    return Table(key="contributors", columns=columns, rows=rows, note=text("note.foreign"))


ROWS = (
    Row(cells=("City of Medellín", _usd(123_456_789), Fraction(2, 3))),
    Row(cells=("東京都", _usd(-5), Fraction(1, 3))),
    Row(cells=(text("total"), _usd(123_456_784), None), level=RowLevel.TOTAL),
)


def test_a_document_as_text() -> None:
    facts = Facts(
        key="held", items=(Fact(key="free", value=_usd(150_000)), Fact(key="allotted", value=_usd(-1)))
    )
    assert render_text(_document(facts, _table(*ROWS)), width=66).splitlines() == [
        "Donor statement: Medellín",
        "=========================",
        "",
        "The whole fund and this donor's share",
        "-------------------------------------",
        "",
        "Free      USD 1,500.00",
        "Allotted     USD −0.01",
        "",
        "Pledged and outstanding in the currency promised; received in US",
        "dollars, in USD",
        "Donor                 Received   Share",
        "----------------  ------------  ------",
        "City of Medellín  1,234,567.89  66.67%",
        "東京都                   −0.05  33.33%",
        "----------------  ------------  ------",
        "Total             1,234,567.84",
        "",
        "Pledges in other currencies are promises in the donor's own",
        "currency. They count toward the target at the term's reference",
        "rate, that of its first day, which stays; without one they count",
        "when their money arrives.",
    ]


LONG = (Row(cells=("Freie und Hansestadt Hamburg", _usd(123_456_789), Fraction(2, 3))), *ROWS[1:])


def test_a_column_of_texts_is_wrapped_where_the_line_is_short() -> None:
    lines = render_text(_document(_table(*LONG)), width=40).splitlines()
    at = lines.index("Donor                   Received   Share")
    assert lines[at : at + 7] == [
        "Donor                   Received   Share",
        "------------------  ------------  ------",
        "Freie und           1,234,567.89  66.67%",
        "Hansestadt Hamburg",
        "東京都                     −0.05  33.33%",
        "------------------  ------------  ------",
        "Total               1,234,567.84",
    ]


def test_a_table_too_wide_even_so_is_a_list_a_row() -> None:
    lines = render_text(_document(_table(*LONG)), width=30).splitlines()
    at = lines.index("US dollars, in USD")
    assert lines[at + 1 : at + 12] == [
        "Donor     Freie und Hansestadt",
        "          Hamburg",
        "Received  1,234,567.89",
        "Share     66.67%",
        "",
        "Donor     東京都",
        "Received  −0.05",
        "Share     33.33%",
        "",
        "Donor     Total",
        "Received  1,234,567.84",
    ]


def test_an_empty_table_says_so() -> None:
    assert "received in US dollars\nnone\n" in render_text(_document(_table()))


def test_mixed_currencies_name_their_own() -> None:
    rows = (Row(cells=("a", _usd(100), None)), Row(cells=("b", Amount(100, "JPY"), None)))
    shown = render_text(_document(_table(*rows)))
    assert "a      USD 1.00" in shown
    assert "b       JPY 100" in shown


def test_the_target_as_a_bar() -> None:
    curve = TargetCurve(
        starts_on=date(2020, 1, 1),
        ends_on=date(2020, 1, 10),
        as_of=date(2020, 1, 5),
        target=_usd(10_000),
        received=((date(2020, 1, 2), _usd(7_500)),),
    )
    assert render_text(_document(curve)).splitlines()[-2:] == [
        f"[{'#' * 20}|{'#' * 10}{'.' * 10}] USD 75.00 / USD 100.00",
        "| where the straight line to the target is on 5 Jan 2020",
    ]


def test_states_as_bars() -> None:
    states = MoneyByState(parts=(("free", _usd(-100)), ("allotted", _usd(300)), ("spent", _usd(100))))
    assert render_text(_document(states)).splitlines()[-3:] == [
        "Free      USD −1.00",
        f"Allotted   USD 3.00  {'#' * 30}",
        f"Spent      USD 1.00  {'#' * 10}",
    ]


@given(documents(), st.sampled_from([20, 60, 120, 10_000]))
def test_every_cell_is_there_whole_the_same_every_time(document: Document, width: int) -> None:
    shown = render_text(document, width=width)
    expected = [printable(WORDS.cell(cell, currency=False)) for cell in cells_of(document)]
    if width == 10_000:
        # A text that begins or ends a line loses the spaces there.
        assert [text for text in expected if text.strip(" ") not in shown] == []
    # Broken over lines, with other columns between, each character is still there as often.
    assert Counter("".join(expected)) - Counter(shown) - Counter({" ": 10**6}) == Counter()
    assert shown == render_text(document, width=width)


@given(tables(), st.integers(40, 160))
def test_a_ruled_table_is_aligned_and_no_wider_than_asked(drawn: Table, width: int) -> None:
    # What is said under a row is no column; that it is there whole is tested above.
    table = evolve(drawn, rows=tuple(evolve(row, under=None) for row in drawn.rows))
    lines = render_text(_document(table), width=width).splitlines()
    rules = [at for at, line in enumerate(lines) if re.fullmatch(r"-+(  -+)*", line)][1:]
    assume(rules)
    rule = lines[rules[0]]
    assert len(rule) <= width
    edges = [found.start() for found in re.finditer(r"(?<=-)  (?=-)", rule)]
    for line in lines[rules[0] : rules[0] + len(table.rows)]:
        assert width_of(line) <= len(rule)
        assert all(_on_screen(line)[edge : edge + 2].strip() == "" for edge in edges)


def _on_screen(line: str) -> str:
    """One character a column: a wide one is followed by a mark, one without width is left out."""
    return "".join(character + "_" * (width_of(character) - 1) for character in line if width_of(character))


@given(documents())
def test_nothing_reaches_the_terminal_that_would_move_it(document: Document) -> None:
    shown = render_text(document).replace("\n", "")
    assert [character for character in shown if unicodedata.category(character) in ("Cc", "Zl", "Zp")] == []
    assert [character for character in shown if unicodedata.bidirectional(character) in _TURNS] == []


_TURNS = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


@pytest.mark.parametrize(
    ("raw", "shown"),
    [("\x1b[2J", "\\x1b[2J"), ("a\nb", "a\\x0ab"), ("\u202eab", "\\u202eab"), ("Ω\u2028", "Ω\\u2028")],
)
def test_what_would_move_the_cursor_is_shown_by_its_code(raw: str, shown: str) -> None:
    assert printable(raw) == shown


@pytest.mark.parametrize(
    ("shown", "columns"), [("abc", 3), ("é", 1), ("e\u0301", 1), ("東京", 4), ("\uff21", 2), ("", 0)]
)
def test_width_on_a_terminal(shown: str, columns: int) -> None:
    assert width_of(shown) == columns


@given(texts.map(printable), st.integers(2, 40))
def test_wrapped_lines_fit_and_lose_nothing_but_spaces(shown: str, width: int) -> None:
    lines = wrap(shown, width)
    assert all(width_of(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == shown.replace(" ", "")
