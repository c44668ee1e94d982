"""A document as one page: self-contained, print-ready, readable on a telephone."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from mdfm_ledger.money import Amount
from mdfm_ledger.render.catalogue import Catalogue, catalogue
from mdfm_ledger.render.chart import NARROW, WIDE, states_svg, target_svg
from mdfm_ledger.render.grid import NUMERIC, Grid, grid
from mdfm_ledger.reports.document import (
    Block,
    Column,
    ColumnKind,
    Document,
    Facts,
    MoneyByState,
    Note,
    Row,
    Section,
    Table,
    TargetCurve,
)

if TYPE_CHECKING:
    from jinja2 import Template

_UPRIGHT = 96  # characters across a sheet held upright; a wider table is printed across
_GAP = 2  # characters between columns
_WRAPPED = 18  # characters a column of texts is narrowed to before anything else is done
_WRAPS = frozenset({ColumnKind.TEXT, ColumnKind.DIGEST})
_LONG = 60  # characters of a fact that wants the whole line


def render_html(document: Document, *, language: str = "en") -> str:
    """The document as an HTML page. Needs the extra ``html``."""
    words = catalogue(language)
    sections = [_section(section, at, words) for at, section in enumerate(document.sections)]
    widths = (block.get("across", 0) for section in sections for block in section["blocks"])
    return _template().render(
        language=words.language,
        title=words.cell(document.title),
        subtitle=words.cell(document.subtitle),
        landscape=max(widths, default=0) > _UPRIGHT,
        sections=sections,
        empty=words.text("empty"),
    )


@lru_cache(maxsize=1)
def _template() -> Template:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    loader = PackageLoader("mdfm_ledger.render", "templates")
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("report.html.j2")


def _section(section: Section, at: int, words: Catalogue) -> dict[str, Any]:
    return {
        "key": section.key,
        "heading": "" if section.key == "head" else words.text(f"section.{section.key}"),
        "blocks": [_block(block, f"b{at}-{place}", words) for place, block in enumerate(section.blocks)],
    }


def _block(block: Block, ident: str, words: Catalogue) -> dict[str, Any]:
    """What the template shows of a block; ``ident`` is one of its own on the page."""
    if isinstance(block, Facts):
        return _facts(block, words)
    if isinstance(block, Table):
        return _table(grid(block, words), ident)
    if isinstance(block, Note):
        return {"kind": "note", "text": words.cell(block.text)}
    return _chart(block, ident, words)


def _facts(facts: Facts, words: Catalogue) -> dict[str, Any]:
    """Named values; amounts alone are shown as figures side by side."""
    items = [
        {"name": words.text(f"fact.{fact.key}"), "value": value, "long": len(value) > _LONG}
        for fact in facts.items
        for value in [words.cell(fact.value)]
    ]
    figures = bool(items) and all(isinstance(fact.value, Amount) for fact in facts.items)
    return {"kind": "facts", "look": "figures" if figures else "facts", "entries": items}


def _chart(block: TargetCurve | MoneyByState, ident: str, words: Catalogue) -> dict[str, Any]:
    """The drawing for paper and for a telephone; of a curve, the points it goes through too."""
    from markupsafe import Markup

    if isinstance(block, TargetCurve):
        wide = target_svg(block, words, ident=f"{ident}-wide", width=WIDE)
        narrow = target_svg(block, words, ident=f"{ident}-narrow", width=NARROW)
        term = (("starts_on", block.starts_on), ("ends_on", block.ends_on))
        caption = words.text("chart.target.caption", term)
        points = _table(grid(_points(block), words), f"{ident}-points") if block.received else None
    else:
        wide = states_svg(block, words, ident=f"{ident}-wide", width=WIDE)
        narrow = states_svg(block, words, ident=f"{ident}-narrow", width=NARROW)
        caption, points = words.text("chart.states.caption"), None
    # The drawings escape every text they hold, and hold nothing but elements of our own.
    return {
        "kind": "chart",
        "wide": Markup(wide),  # noqa: S704 - escaped by the drawing
        "narrow": Markup(narrow),  # noqa: S704 - escaped by the drawing
        "caption": caption,
        "points": points,
    }


def _points(curve: TargetCurve) -> Table:
    columns = (Column(key="on", kind=ColumnKind.DATE), Column(key="received", kind=ColumnKind.AMOUNT))
    rows = tuple(Row(cells=(day, amount)) for day, amount in curve.received)
    return Table(key="target_points", columns=columns, rows=rows)


def _table(shown: Grid, ident: str) -> dict[str, Any]:
    looks = ["right" if kind in NUMERIC else kind.value for kind in shown.kinds]
    rows = [
        {
            "level": row.level.value,
            "under": row.under,
            "cells": [
                {"text": text, "look": f"{look} nil" if nil else look, "heads": at == _head(row.cells, shown)}
                for at, (text, look, nil) in enumerate(zip(row.cells, looks, row.nil, strict=True))
            ],
        }
        for row in shown.rows
    ]
    return {
        "kind": "table",
        "ident": ident,
        "caption": shown.caption,
        "headings": list(zip(shown.headings, looks, strict=True)),
        "rows": rows,
        "note": shown.note,
        "across": _across(shown),
    }


def _across(shown: Grid) -> int:
    """How many characters a table takes from left to right, texts wrapped."""
    across = 0
    for at, kind in enumerate(shown.kinds):
        widest = max((len(row.cells[at]) for row in shown.rows), default=0)
        across += _GAP + (min(widest, _WRAPPED) if kind in _WRAPS else widest)
    return across


def _head(cells: tuple[str, ...], shown: Grid) -> int | None:
    """The cell a row is known by: its first that is not empty, unless that is a figure."""
    for at, (text, kind) in enumerate(zip(cells, shown.kinds, strict=True)):
        if text:
            return None if kind in (ColumnKind.AMOUNT, ColumnKind.SHARE) else at
    return None
