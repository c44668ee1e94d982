"""A document as plain text for a terminal: aligned, complete, nothing cut off."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from mdfm_ledger.money import Amount
from mdfm_ledger.render.catalogue import Catalogue, catalogue
from mdfm_ledger.reports.document import (
    Block,
    ColumnKind,
    Document,
    Facts,
    MoneyByState,
    Note,
    Row,
    RowLevel,
    Table,
    TargetCurve,
)

_RIGHT = frozenset({ColumnKind.AMOUNT, ColumnKind.NUMBER, ColumnKind.SHARE})
_BAR = 40


def render_text(document: Document, *, language: str = "en") -> str:
    """The document as text; ends with a line break."""
    words = catalogue(language)
    title = words.cell(document.title)
    lines = [title, "=" * _width(title)]
    for section in document.sections:
        if section.key != "head":
            heading = words.text(f"section.{section.key}")
            lines += ["", heading, "-" * _width(heading)]
        for block in section.blocks:
            lines += ["", *_block(block, words)]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _block(block: Block, words: Catalogue) -> Iterator[str]:
    if isinstance(block, Facts):
        yield from _facts(block, words)
    elif isinstance(block, Table):
        yield from _table(block, words)
    elif isinstance(block, Note):
        yield words.cell(block.text)
    elif isinstance(block, TargetCurve):
        yield from _target(block, words)
    else:
        yield from _states(block, words)


def _facts(facts: Facts, words: Catalogue) -> Iterator[str]:
    items = [(words.text(f"fact.{fact.key}"), words.cell(fact.value)) for fact in facts.items]
    widest = max(_width(name) for name, _ in items)
    for name, value in items:
        yield f"{_left(name, widest)}  {value}"


def _table(table: Table, words: Catalogue) -> Iterator[str]:
    if not table.rows:
        yield words.text("empty")
        return
    header = [words.text(f"column.{column.key}") for column in table.columns]
    rows = [[words.cell(cell) for cell in row.cells] for row in table.rows]
    widths = [max(_width(line[at]) for line in (header, *rows)) for at in range(len(header))]
    rule = "  ".join("-" * width for width in widths)
    yield _line(header, table, widths)
    yield rule
    for row, cells in zip(table.rows, rows, strict=True):
        if _is_total(row):
            yield rule
        yield _line(cells, table, widths)


def _is_total(row: Row) -> bool:
    return row.level is RowLevel.TOTAL


def _line(cells: list[str], table: Table, widths: list[int]) -> str:
    return "  ".join(
        _right(cell, width) if column.kind in _RIGHT else _left(cell, width)
        for cell, column, width in zip(cells, table.columns, widths, strict=True)
    )


def _target(curve: TargetCurve, words: Catalogue) -> Iterator[str]:
    received = curve.received[-1][1] if curve.received else Amount.zero(curve.target.currency)
    filled = max(min(received.minor * _BAR // curve.target.minor, _BAR), 0)
    bar = "#" * filled + "." * (_BAR - filled)
    yield f"[{bar}] {words.amount(received)} / {words.amount(curve.target)}"


def _states(states: MoneyByState, words: Catalogue) -> Iterator[str]:
    whole = sum(max(amount.minor, 0) for _, amount in states.parts) or 1
    names = [words.text(f"state.{key}") for key, _ in states.parts]
    widest = max(_width(name) for name in names)
    amounts = [words.amount(amount) for _, amount in states.parts]
    for name, shown, (_, amount) in zip(names, amounts, states.parts, strict=True):
        bar = "#" * max(amount.minor * _BAR // whole, 0)
        yield f"{_left(name, widest)}  {_right(shown, max(map(_width, amounts)))}  {bar}"


def _width(text: str) -> int:
    """Columns on a terminal: wide characters take two, combining marks none."""
    return sum(
        0 if unicodedata.combining(character) else 2 if unicodedata.east_asian_width(character) in "WF" else 1
        for character in text
    )


def _left(text: str, width: int) -> str:
    return text + " " * (width - _width(text))


def _right(text: str, width: int) -> str:
    return " " * (width - _width(text)) + text
