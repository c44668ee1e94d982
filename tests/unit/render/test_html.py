"""The page: sound, self-contained, accessible, and no place for anybody's markup but our own."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from fractions import Fraction
from html.parser import HTMLParser

import pytest
from hypothesis import given

from mdfm_ledger.money import Amount
from mdfm_ledger.render.catalogue import catalogue
from mdfm_ledger.render.html import render_html
from mdfm_ledger.reports.document import (
    Block,
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
from tests.support.documents import HOSTILE, cells_of, documents

WORDS = catalogue("en")
VOID = {"meta"}
OUR_TAGS = {
    *("html", "head", "meta", "title", "style", "body", "header", "main", "section", "h1", "h2", "p"),
    *("dl", "div", "dt", "dd", "table", "caption", "thead", "tbody", "tr", "th", "td"),
    *("figure", "figcaption", "details", "summary"),
    *("svg", "desc", "text", "rect", "line", "path", "circle"),
}
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


class Page(HTMLParser):
    """A page read back: its elements, their attributes, and the text of each; refuses crossed tags."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        self.texts.append((tag, ""))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_data(self, data: str) -> None:
        if self.open:
            self.texts.append((self.open[-1], data))

    def all_of(self, tag: str) -> list[dict[str, str]]:
        """The attributes of each element of a name."""
        return [attributes for name, attributes in self.elements if name == tag]

    def text_of(self, tag: str) -> list[str]:
        """The texts directly in elements of a name."""
        return [data for name, data in self.texts if name == tag and data.strip()]


def _usd(minor: int) -> Amount:
    return Amount(minor, "USD")


def _document(*blocks: Block, donor: str = "Medellín") -> Document:
    head = Facts(key="donor", items=(Fact(key="donor", value=donor), Fact(key="country", value=None)))
    return Document(
        name="sample",
        title=text("title.donor_statement", donor=donor),
        sections=(Section(key="head", blocks=(head,)), Section(key="fund", blocks=blocks)),
    )


TABLE = Table(
    key="receipts",
    columns=(
        Column(key="reference", kind=ColumnKind.CODE),
        Column(key="on", kind=ColumnKind.DATE),
        Column(key="amount", kind=ColumnKind.AMOUNT),
        Column(key="share", kind=ColumnKind.SHARE),
    ),
    rows=(
        Row(cells=("R-1", date(2020, 3, 2), _usd(0), Fraction(1))),
        Row(cells=(None, None, _usd(7), None)),
        Row(cells=(None, text("total"), _usd(7), None), level=RowLevel.TOTAL),
    ),
    note=text("note.attribution"),
)
CURVE = TargetCurve(
    starts_on=date(2020, 1, 1),
    ends_on=date(2021, 12, 31),
    as_of=date(2020, 12, 31),
    target=_usd(100_000_000),
    received=((date(2020, 3, 2), _usd(25_000_000)),),
)
STATES = MoneyByState(parts=(("free", _usd(100)), ("spent", _usd(50))))


def test_the_head_of_the_page() -> None:
    page = Page(render_html(_document()))
    assert page.all_of("html") == [{"lang": "en"}]
    metas = page.all_of("meta")
    assert metas[0] == {"charset": "utf-8"}
    # Before anything a policy could be needed for.
    assert metas[1] == {"http-equiv": "Content-Security-Policy", "content": POLICY}
    assert {"name": "viewport", "content": "width=device-width, initial-scale=1"} in metas
    assert page.text_of("title")[0] == page.text_of("h1")[0] == "Donor statement: Medellín"
    assert page.text_of("h2") == ["The whole fund and this donor's share"]
    assert page.text_of("dd") == ["Medellín", "–"]


def test_a_table_has_a_caption_and_heads_for_columns_and_rows() -> None:
    page = Page(render_html(_document(TABLE)))
    (region,) = [attributes for attributes in page.all_of("div") if "scroll" in attributes.get("class", "")]
    (caption,) = page.all_of("caption")
    assert (region["role"], region["tabindex"], region["aria-labelledby"]) == ("region", "0", caption["id"])
    assert page.text_of("caption") == ["Contributions in the period, in USD"]
    scopes = [(head["scope"], head["class"]) for head in page.all_of("th")]
    assert scopes == [
        ("col", "code"),
        ("col", "date"),
        ("col", "right"),
        ("col", "right"),
        ("row", "code"),
        ("row", "date"),
    ]
    assert page.text_of("th")[4:] == ["R-1", "Total"]
    assert page.text_of("td") == ["2 Mar 2020", "0.00", "100.00%", "0.07", "0.07"]
    assert [row.get("class") for row in page.all_of("tr")] == [None, "normal", "normal", "total"]
    assert page.text_of("p")[0].startswith("Attributed use is notional")


def test_an_empty_table_says_so_in_words() -> None:
    page = Page(render_html(_document(Table(key="receipts", columns=TABLE.columns, rows=()))))
    assert page.all_of("table") == []
    assert page.text_of("p") == ["Contributions in the period: none"]


def test_a_chart_has_a_caption_a_description_and_its_figures() -> None:
    page = Page(render_html(_document(CURVE, STATES)))
    assert len(page.all_of("figure")) == 2
    # Each is drawn for paper and for a telephone.
    assert [image["role"] for image in page.all_of("svg")] == ["img"] * 4
    assert len(page.text_of("desc")) == 4
    assert page.text_of("desc")[2] == "Free USD 1.00; Spent USD 0.50"
    assert page.text_of("summary") == ["Figures behind the curve, in USD"]
    assert page.text_of("td") == ["250,000.00"]
    assert len(page.text_of("figcaption")) >= 2


def test_a_curve_without_points_has_no_figures_behind_it() -> None:
    empty = TargetCurve(
        starts_on=CURVE.starts_on, ends_on=CURVE.ends_on, as_of=CURVE.as_of, target=CURVE.target, received=()
    )
    assert Page(render_html(_document(empty))).all_of("details") == []


def test_amounts_alone_are_shown_as_figures() -> None:
    sums = Facts(key="held", items=(Fact(key="free", value=_usd(1)), Fact(key="spent", value=_usd(2))))
    mixed = Facts(key="head", items=(Fact(key="free", value=_usd(1)), Fact(key="basis", value=text("basis"))))
    page = Page(render_html(_document(sums, mixed, Facts(key="head", items=()))))
    assert [attributes["class"] for attributes in page.all_of("dl")] == ["facts", "figures", "facts", "facts"]
    # A sentence takes the whole line.
    assert [attributes for attributes in page.all_of("div") if attributes.get("class") == "long"] == [
        {"class": "long"}
    ]


def test_a_subtitle_stands_under_the_title() -> None:
    document = Document(name="sample", title=text("total"), subtitle=text("basis"), sections=())
    assert Page(render_html(document)).text_of("p") == [WORDS.text("basis")]


@pytest.mark.parametrize(("columns", "sheet"), [(5, "A4;"), (9, "A4 landscape;")])
def test_a_wide_table_is_printed_across_the_sheet(columns: int, sheet: str) -> None:
    keys = ("amount", "due", "paid", "open", "received", "spent", "allotted", "pledged", "budget")
    table = Table(
        key="fund",
        columns=tuple(Column(key=key, kind=ColumnKind.AMOUNT) for key in keys[:columns]),
        rows=(Row(cells=(_usd(10**11),) * columns),),
    )
    assert f"@page {{ size: {sheet}" in render_html(_document(table))


def test_a_digest_is_broken_into_lines_so_that_the_sheet_need_not_be_turned() -> None:
    def page(kind: ColumnKind) -> str:
        keys = ("attempted_by", "document", "approver")
        columns = (Column(key="digest", kind=kind), *(Column(key=key, kind=ColumnKind.CODE) for key in keys))
        row = Row(cells=("5" * 64, *(["finance@example.org"] * 3)))
        return render_html(_document(Table(key="fund", columns=columns, rows=(row,))))

    broken = page(ColumnKind.DIGEST)
    assert {"scope": "row", "class": "digest"} in Page(broken).all_of("th")
    assert "td.digest, th.digest { min-width: 10.5rem; overflow-wrap: anywhere; }" in broken
    assert "size: A4;" in broken
    assert "size: A4 landscape;" in page(ColumnKind.CODE)


def test_a_long_word_in_a_text_pushes_no_amount_out_of_sight() -> None:
    """Only ``anywhere`` lets a column be narrower than its longest word."""
    assert "td.text, th.text { min-width: 7rem; overflow-wrap: anywhere; }" in render_html(
        _document(_named("x"))
    )


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_is_only_ever_text(name: str) -> None:
    page = Page(render_html(_document(_named(name), Note(text=text("basis")), donor=name)))
    harmless = Page(render_html(_document(_named("x"), Note(text=text("basis")), donor="x")))
    assert page.elements == harmless.elements
    assert page.text_of("dd")[0] == name


def _named(name: str) -> Table:
    columns = (Column(key="donor", kind=ColumnKind.TEXT), Column(key="amount", kind=ColumnKind.AMOUNT))
    return Table(key="fund", columns=columns, rows=(Row(cells=(name, name)),))


@given(documents())
def test_any_document_is_a_sound_page_with_every_cell_the_same_every_time(document: Document) -> None:
    rendered = render_html(document)
    page = Page(rendered)
    assert {tag for tag, _ in page.elements} <= OUR_TAGS
    idents = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert [ident for ident, count in Counter(idents).items() if count > 1] == []
    named = {name for _, attributes in page.elements for name in attributes}
    assert not any(name.startswith("on") or name in {"href", "src", "style", "action"} for name in named)
    shown = "\n".join(data for _, data in page.texts)
    assert [cell for cell in cells_of(document) if WORDS.cell(cell, currency=False) not in shown] == []
    assert rendered == render_html(document)


def test_nothing_is_fetched_from_elsewhere() -> None:
    page = render_html(_document(TABLE, CURVE, STATES))
    assert re.findall(r"url\(|@import|https?://(?!www\.w3\.org/2000/svg)", page) == []
