"""A document as plain text for a terminal: aligned, complete, nothing cut off."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from mdfm_ledger.money import Amount
from mdfm_ledger.render.catalogue import Catalogue, catalogue
from mdfm_ledger.render.grid import NUMERIC, Grid, grid
from mdfm_ledger.render.terminal import Align, columns, printable, width_of, wrap
from mdfm_ledger.reports.document import (
    Block,
    ColumnKind,
    Document,
    Facts,
    MoneyByState,
    Note,
    RowLevel,
    Table,
    TargetCurve,
)

WIDTH = 120
"""How many characters a line has unless a caller says otherwise."""

_BAR = 40
_GAP = 2
_MOST_INDENT = 8  # of what is said under a row
_LEAST_TEXT = 16  # a text column is not made narrower than this for the sake of the others


def render_text(document: Document, *, language: str = "en", width: int = WIDTH) -> str:
    """The document as text, lines of at most ``width`` characters where that can be; ends with a line break.

    Texts are wrapped. A table too wide even so is given as one list of names and values a row.
    Characters that would move the cursor or turn the writing round are shown by their codes.
    """
    words = catalogue(language)
    lines = list(_heading(words.cell(document.title), "=", width))
    if document.subtitle is not None:
        lines += wrap(printable(words.cell(document.subtitle)), width)
    for section in document.sections:
        if section.key != "head":
            lines += ["", *_heading(words.text(f"section.{section.key}"), "-", width)]
        for block in section.blocks:
            lines += ["", *_block(block, words, width)]
    return "\n".join(line.rstrip(" ") for line in lines) + "\n"


def _heading(text: str, rule: str, width: int) -> Iterator[str]:
    lines = wrap(printable(text), width)
    yield from lines
    yield rule * max(map(width_of, lines))


def _block(block: Block, words: Catalogue, width: int) -> Iterator[str]:
    if isinstance(block, Facts):
        yield from _facts(block, words, width)
    elif isinstance(block, Table):
        yield from _table(grid(block, words), words, width)
    elif isinstance(block, Note):
        yield from wrap(printable(words.cell(block.text)), width)
    elif isinstance(block, TargetCurve):
        yield from _target(block, words)
    else:
        yield from _states(block, words)


def _facts(facts: Facts, words: Catalogue, width: int) -> Iterator[str]:
    """Names and values; amounts one under the other where every value is one."""
    names = [printable(words.text(f"fact.{fact.key}")) for fact in facts.items]
    values = [printable(words.cell(fact.value)) for fact in facts.items]
    sums = all(isinstance(fact.value, Amount) for fact in facts.items)
    yield from _pairs(list(zip(names, values, strict=True)), width, right=sums)


def _pairs(
    pairs: list[tuple[str, str]], width: int, *, widest: int = 0, right: bool = False
) -> Iterator[str]:
    """Names, in ``widest`` columns at least, with their values beside them."""
    widest = max([widest, *(width_of(name) for name, _ in pairs)])
    room = max(width - widest - _GAP, width // 2)
    if right:
        room = max((width_of(value) for _, value in pairs), default=0)
    align = Align.RIGHT if right else Align.LEFT
    for name, value in pairs:
        yield from columns((name, value), (widest, room), (Align.LEFT, align), _GAP)


def _table(shown: Grid, words: Catalogue, width: int) -> Iterator[str]:
    yield from wrap(printable(shown.caption), width)
    rows = [
        _Shown(row.level, [printable(cell) for cell in row.cells], printable(row.under)) for row in shown.rows
    ]
    headings = [printable(heading) for heading in shown.headings]
    widths = _widths(headings, [row.cells for row in rows], shown.kinds, width)
    if not rows:
        yield words.text("empty")
    elif widths:
        yield from _ruled(headings, rows, shown.kinds, widths, width)
    else:
        yield from _listed(headings, rows, width)
    if shown.note:
        yield ""
        yield from wrap(printable(shown.note), width)


class _Shown(NamedTuple):
    """A row as a terminal can print it."""

    level: RowLevel
    cells: list[str]
    under: str


def _ruled(
    headings: list[str],
    rows: list[_Shown],
    kinds: tuple[ColumnKind, ...],
    widths: list[int],
    width: int,
) -> Iterator[str]:
    aligns = [Align.RIGHT if kind in NUMERIC else Align.LEFT for kind in kinds]
    rule = (" " * _GAP).join("-" * width for width in widths)
    yield from columns(headings, widths, aligns, _GAP)
    yield rule
    before = RowLevel.NORMAL
    indent = " " * min(widths[0] + _GAP, _MOST_INDENT)
    for at, (level, cells, under) in enumerate(rows):
        if level is RowLevel.TOTAL and at and before is not RowLevel.TOTAL:
            yield rule
        yield from columns(cells, widths, aligns, _GAP)
        if under:
            yield from (indent + line for line in wrap(under, width - len(indent)))
        before = level


def _listed(headings: list[str], rows: list[_Shown], width: int) -> Iterator[str]:
    widest = max(map(width_of, headings))
    for at, (_, cells, under) in enumerate(rows):
        if at:
            yield ""
        pairs = [(name, cell) for name, cell in zip(headings, cells, strict=True) if cell]
        yield from _pairs(pairs, width, widest=widest)
        yield from wrap(under, width) if under else ()


def _widths(
    headings: list[str], rows: list[list[str]], kinds: tuple[ColumnKind, ...], width: int
) -> list[int]:
    """How wide each column is, texts wrapped where the line is too short; nothing if that is no help."""
    cells = [max((width_of(row[at]) for row in rows), default=0) for at in range(len(headings))]
    wanted = [max(own, width_of(heading)) for own, heading in zip(cells, headings, strict=True)]
    least = []
    for own, heading, kind in zip(cells, headings, kinds, strict=True):
        words = max(map(width_of, heading.split(" ")))
        least.append(max(words, min(own, _LEAST_TEXT) if kind is ColumnKind.TEXT else own))
    room = width - _GAP * (len(headings) - 1)
    if sum(least) > room:
        return []
    widths = least
    for _ in range(room - sum(least)):
        short = max(range(len(widths)), key=lambda at: wanted[at] - widths[at], default=0)
        if not widths or widths[short] >= wanted[short]:
            break
        widths[short] += 1
    return widths


def _target(curve: TargetCurve, words: Catalogue) -> Iterator[str]:
    """A bar as long as the target; the mark is where the straight line is on the day."""
    days = (curve.ends_on - curve.starts_on).days + 1
    passed = min(max((curve.as_of - curve.starts_on).days + 1, 0), days)
    filled = max(min(curve.latest.minor * _BAR // (curve.target.minor or 1), _BAR), 0)
    bar = ["#"] * filled + ["."] * (_BAR - filled)
    bar.insert(passed * _BAR // days, "|")
    yield f"[{''.join(bar)}] {words.amount(curve.latest)} / {words.amount(curve.target)}"
    yield words.text("chart.target.mark", (("as_of", curve.as_of),))


def _states(states: MoneyByState, words: Catalogue) -> Iterator[str]:
    """A bar a state; one below zero has none, only its figure."""
    whole = sum(max(amount.minor, 0) for _, amount in states.parts) or 1
    names = [printable(words.text(f"state.{key}")) for key, _ in states.parts]
    amounts = [words.amount(amount) for _, amount in states.parts]
    widths = [max(map(width_of, names), default=0), max(map(width_of, amounts), default=0), _BAR]
    for name, shown, (_, amount) in zip(names, amounts, states.parts, strict=True):
        bar = "#" * max(amount.minor * _BAR // whole, 0)
        yield from columns((name, shown, bar), widths, (Align.LEFT, Align.RIGHT, Align.LEFT), _GAP)
