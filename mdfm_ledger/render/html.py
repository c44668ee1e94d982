"""A document as one page: self-contained, print-ready, readable on a phone."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from mdfm_ledger.render.catalogue import Catalogue, catalogue
from mdfm_ledger.render.chart import states_svg, target_svg
from mdfm_ledger.reports.document import (
    Block,
    ColumnKind,
    Document,
    Facts,
    MoneyByState,
    Note,
    Table,
    TargetCurve,
)

if TYPE_CHECKING:
    from jinja2 import Template

_RIGHT = frozenset({ColumnKind.AMOUNT, ColumnKind.NUMBER, ColumnKind.SHARE})


def render_html(document: Document, *, language: str = "en") -> str:
    """The document as an HTML page. Needs the extra ``html``."""
    words = catalogue(language)
    sections = [
        {
            "key": section.key,
            "heading": "" if section.key == "head" else words.text(f"section.{section.key}"),
            "blocks": [_block(block, words) for block in section.blocks],
        }
        for section in document.sections
    ]
    return _template().render(
        language=language, title=words.cell(document.title), sections=sections, empty=words.text("empty")
    )


@lru_cache(maxsize=1)
def _template() -> Template:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    loader = PackageLoader("mdfm_ledger.render", "templates")
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("report.html.j2")


def _block(block: Block, words: Catalogue) -> dict[str, Any]:
    if isinstance(block, Facts):
        items = [(words.text(f"fact.{fact.key}"), words.cell(fact.value)) for fact in block.items]
        return {"kind": "facts", "key": block.key, "items": items}
    if isinstance(block, Table):
        return _table(block, words)
    if isinstance(block, Note):
        return {"kind": "note", "text": words.cell(block.text)}
    return _chart(block, words)


def _chart(block: TargetCurve | MoneyByState, words: Catalogue) -> dict[str, Any]:
    from markupsafe import Markup

    # The drawing escapes every text it holds, and holds nothing but our own elements.
    if isinstance(block, TargetCurve):
        svg, caption = target_svg(block, words), words.text("chart.target.caption")
    else:
        svg, caption = states_svg(block, words), words.text("chart.states.caption")
    return {"kind": "chart", "svg": Markup(svg), "caption": caption}  # noqa: S704 - escaped by the drawing


def _table(table: Table, words: Catalogue) -> dict[str, Any]:
    columns = [
        {
            "name": words.text(f"column.{column.key}"),
            "right": column.kind in _RIGHT,
            "kind": column.kind.value,
        }
        for column in table.columns
    ]
    rows = [
        {"level": row.level.value, "cells": [words.cell(cell) for cell in row.cells]} for row in table.rows
    ]
    return {"kind": "table", "caption": words.text(f"table.{table.key}"), "columns": columns, "rows": rows}
