"""Tables as CSV: what comes back out is what went in, and nothing a spreadsheet would run."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given

from mdfm_ledger.money import Amount
from mdfm_ledger.plans import Names
from mdfm_ledger.render.catalogue import catalogue
from mdfm_ledger.render.csv_table import render_csv, table_csv
from mdfm_ledger.reports.document import (
    Cell,
    Column,
    ColumnKind,
    Document,
    Fact,
    Facts,
    Note,
    Row,
    RowLevel,
    Section,
    Table,
    text,
)
from tests.support.documents import documents, tables

WORDS = catalogue("en")
SIGNS = (*"=+-@", *"\uff1d\uff0b\uff0d\uff20")
"""What begins a formula, also in full width."""


def _parsed(content: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content, newline=""), strict=True))


def _one_cell(cell: Cell) -> str:
    column = Column(key="donor", kind=ColumnKind.TEXT)
    table = Table(key="fund", columns=(column,), rows=(Row(cells=(cell,)),))
    return _parsed(table_csv(table, WORDS))[1][0]


def test_a_table_as_csv() -> None:
    columns = (
        Column(key="donor", kind=ColumnKind.TEXT),
        Column(key="on", kind=ColumnKind.DATE),
        Column(key="amount", kind=ColumnKind.AMOUNT),
        Column(key="share", kind=ColumnKind.SHARE),
        Column(key="number", kind=ColumnKind.NUMBER),
    )
    rows = (
        Row(cells=("Medellín, Colombia", date(2020, 2, 29), Amount(-1_234_567, "USD"), Fraction(3, 4), 7)),
        Row(cells=('"Trust"\nJapan', None, Amount(5_000_000, "JPY"), Fraction(-1, 3), None)),
        Row(cells=(text("total"), None, None, None, None), level=RowLevel.TOTAL),
    )
    assert table_csv(Table(key="fund", columns=columns, rows=rows), WORDS) == (
        "donor,on,amount,amount_currency,share,number,row\r\n"
        '"Medellín, Colombia",2020-02-29,-12345.67,USD,0.750000,7,normal\r\n'
        '"""Trust""\nJapan",,5000000,JPY,-0.333333,,normal\r\n'
        "Total,,,,,,total\r\n"
    )


def test_a_table_without_rows_has_its_header() -> None:
    table = Table(key="fund", columns=(Column(key="amount", kind=ColumnKind.AMOUNT),), rows=())
    assert table_csv(table, WORDS) == "amount,amount_currency,row\r\n"


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("\nx", "'\nx"),
        (" =1", "' =1"),
        ("\N{NO-BREAK SPACE}=1", "'\N{NO-BREAK SPACE}=1"),
        ("\N{FULLWIDTH EQUALS SIGN}1", "'\N{FULLWIDTH EQUALS SIGN}1"),
        # What was there stays apart from what was added.
        ("'=1", "''=1"),
        ("'s-Hertogenbosch", "'s-Hertogenbosch"),
        ("a=b", "a=b"),
        ("", ""),
        (-1, "-1"),
        (Names(en="=Name"), "'=Name"),
        (text("title.donor_statement", donor="=1"), "Donor statement: =1"),
    ],
)
def test_text_that_looks_like_a_formula_is_disarmed_and_figures_are_not(cell: Cell, written: str) -> None:
    assert _one_cell(cell) == written


@given(tables())
def test_what_is_read_back_is_what_was_written(table: Table) -> None:
    header, *rows = _parsed(table_csv(table, WORDS))
    assert [name for name in header if not name.endswith("_currency")] == [
        *(column.key for column in table.columns),
        "row",
    ]
    assert len(rows) == len(table.rows)
    for found, row in zip(rows, table.rows, strict=True):
        named = dict(zip(header, found, strict=True))
        assert named["row"] == row.level.value
        for column, cell in zip(table.columns, row.cells, strict=True):
            currency = named.get(f"{column.key}_currency", "")
            _is_same(named[column.key], currency, cell)


def _is_same(found: str, currency: str, cell: Cell) -> None:
    if isinstance(cell, Amount):
        assert Amount.parse(found, currency) == cell
        return
    assert currency == ""
    if isinstance(cell, Fraction):
        assert abs(Fraction(Decimal(found)) - cell) <= Fraction(1, 2_000_000)
    elif isinstance(cell, date):
        assert date.fromisoformat(found) == cell
    elif isinstance(cell, int):
        assert int(found) == cell
    else:
        assert _armed(found) == WORDS.cell(cell)


def _armed(found: str) -> str:
    """A text as it was before its formula was disarmed."""
    return found[1:] if found.startswith("'") and _is_formula(found.lstrip("'")) else found


def _is_formula(shown: str) -> bool:
    return shown.startswith(("\t", "\r", "\n")) or shown.lstrip().startswith(SIGNS)


@given(tables())
def test_no_text_begins_as_a_formula(table: Table) -> None:
    texts = [at for at, column in enumerate(table.columns) if column.kind is ColumnKind.TEXT]
    one_each = Table(key="fund", columns=table.columns, rows=table.rows)
    header, *rows = _parsed(table_csv(one_each, WORDS))
    for at in texts:
        place = header.index(table.columns[at].key)
        for found, row in zip(rows, table.rows, strict=True):
            if not isinstance(row.cells[at], int):
                assert not _is_formula(found[place])


@given(documents())
def test_every_table_of_a_document_is_there_the_same_every_time(document: Document) -> None:
    rendered = render_csv(document)
    assert list(rendered) == ["facts", *(table.key for table in document.tables())]
    assert rendered == render_csv(document)


def test_what_stands_beside_the_tables_is_the_first_of_them() -> None:
    """The title, facts of every sort, a sentence with dates in it, a note, and the note of a table."""
    statement = Facts(
        key="statement",
        items=(
            Fact(key="period", value=text("period", since=date(2020, 1, 1), as_of=date(2020, 12, 31))),
            Fact(key="held", value=Amount(-1_234, "USD")),
            Fact(key="balance_share", value=Fraction(1, 8)),
            Fact(key="supersedes", value=None),
            Fact(key="certified_by", value="=chief"),
        ),
    )
    noted = Table(
        key="fund", columns=(Column(key="donor", kind=ColumnKind.TEXT),), rows=(), note=text("total")
    )
    document = Document(
        name="sample",
        title=text("title.donor_statement", donor="Ham"),
        subtitle=text("basis"),
        sections=(
            Section(key="head", blocks=(statement,)),
            Section(key="fund", blocks=(noted, Note(text=text("note.account")))),
        ),
    )
    facts = _parsed(render_csv(document)["facts"])
    assert facts[:1] == [["section", "key", "value", "value_currency", "row"]]
    assert facts[1:] == [
        [*row, "normal"]
        for row in (
            ("head", "report", "sample", ""),
            ("head", "title", "Donor statement: Ham", ""),
            ("head", "title.donor", "Ham", ""),
            ("head", "subtitle", WORDS.text("basis"), ""),
            ("head", "period", "1 Jan 2020 to 31 Dec 2020", ""),
            ("head", "period.since", "2020-01-01", ""),
            ("head", "period.as_of", "2020-12-31", ""),
            ("head", "held", "-12.34", "USD"),
            ("head", "balance_share", "0.125000", ""),
            ("head", "supersedes", "", ""),
            ("head", "certified_by", "'=chief", ""),
            ("fund", "total", "Total", ""),
            ("fund", "note.account", WORDS.text("note.account"), ""),
        )
    ]


@given(documents())
def test_every_fact_is_there_and_no_text_of_one_begins_as_a_formula(document: Document) -> None:
    rows = _parsed(render_csv(document)["facts"])[1:]
    for _, _, value, _, _ in rows:
        assert re.fullmatch(r"-?[0-9.]+", value) or not _is_formula(value)
    blocks = [block for section in document.sections for block in section.blocks]
    facts = [fact for block in blocks if isinstance(block, Facts) for fact in block.items]
    assert not Counter(fact.key for fact in facts) - Counter(key for _, key, *_ in rows)
    figures = Counter((fact.key, fact.value.text) for fact in facts if isinstance(fact.value, Amount))
    assert not figures - Counter((key, value) for _, key, value, *_ in rows)
