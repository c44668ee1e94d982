"""A document as CSV (RFC 4180): its facts and its tables, in plain decimals, ISO dates, and no formulas."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from datetime import date
from fractions import Fraction

from mdfm_ledger.money import Amount
from mdfm_ledger.render.catalogue import Catalogue, catalogue
from mdfm_ledger.reports.document import (
    Cell,
    Column,
    ColumnKind,
    Document,
    Facts,
    Note,
    Section,
    Table,
    Text,
)

FACTS = "facts"
"""What the first table is called: all that a document says beside its tables."""

# What a spreadsheet takes for the beginning of a formula, in full width too, after any white space.
# Apostrophes before it count in, so that what was added can always be told from what was there.
_FORMULA = re.compile(r"'*(?:[\t\r\n]|\s*[=+\-@＝＋－＠])")  # noqa: RUF001 - full-width signs are meant
_SHARE_DIGITS = 6


def render_csv(document: Document, *, language: str = "en") -> dict[str, str]:
    """The document as CSV texts: its ``facts``, then each table by its key.

    The facts are what stands beside the tables, a row each: title, head, figures, notes, certification. Of
    a sentence with dates or figures in it these follow, as ``key.name``. An amount column is followed by a
    column with its currency; a last column says whether a row is normal, a subtotal or a total. Shares are
    decimals of one, six digits, rounded half away from zero. Text that a spreadsheet would take for a
    formula gets a leading apostrophe; figures and dates are left as they are.
    """
    words = catalogue(language)
    tables = {table.key: table_csv(table, words) for table in document.tables()}
    return {FACTS: _facts_csv(document, words), **tables}


def _facts_csv(document: Document, words: Catalogue) -> str:
    """What a document says beside its tables: section, key and value."""
    lines = _Lines()
    writer = csv.writer(lines)
    writer.writerow(("section", "key", "value", "value_currency", "row"))
    for section, key, value in _facts(document):
        writer.writerow((section, key, *_written(value, ColumnKind.AMOUNT, words), "normal"))
    return "".join(lines)


Said = tuple[str, str, Cell]
"""A fact: the section it stands in, its key, and its value."""


def _facts(document: Document) -> Iterator[Said]:
    yield "head", "report", document.name
    yield from _told("head", "title", document.title)
    if document.subtitle is not None:
        yield from _told("head", "subtitle", document.subtitle)
    for section in document.sections:
        yield from _facts_of(section)


def _facts_of(section: Section) -> Iterator[Said]:
    for block in section.blocks:
        if isinstance(block, Facts):
            for fact in block.items:
                yield from _told(section.key, fact.key, fact.value)
        elif isinstance(block, Note):
            yield from _told(section.key, block.text.key, block.text)
        elif isinstance(block, Table) and block.note is not None:
            yield from _told(section.key, block.note.key, block.note)


def _told(section: str, key: str, value: Cell) -> Iterator[Said]:
    """A fact, and what a sentence holds apart from its words, for a program to read."""
    yield section, key, value
    if isinstance(value, Text):
        for name, part in value.values:
            yield section, f"{key}.{name}", part


def table_csv(table: Table, words: Catalogue) -> str:
    """One table as CSV text with a header of column keys."""
    lines = _Lines()
    writer = csv.writer(lines)
    writer.writerow([*(key for column in table.columns for key in _header(column)), "row"])
    for row in table.rows:
        cells: list[str] = []
        for cell, column in zip(row.cells, table.columns, strict=True):
            cells += _written(cell, column.kind, words)
        writer.writerow([*cells, row.level.value])
    return "".join(lines)


def _header(column: Column) -> tuple[str, ...]:
    return (column.key, f"{column.key}_currency") if column.kind is ColumnKind.AMOUNT else (column.key,)


def _written(cell: Cell, kind: ColumnKind, words: Catalogue) -> tuple[str, ...]:
    """A cell, and the currency beside it where its column is one of amounts."""
    plain = _plain(cell, words)
    if kind is not ColumnKind.AMOUNT:
        return (plain,)
    return plain, cell.currency if isinstance(cell, Amount) else ""


class _Lines(list[str]):
    """The lines the writer makes; all it asks of a file is this."""

    def write(self, line: str) -> None:
        self.append(line)


def _plain(cell: Cell, words: Catalogue) -> str:
    if cell is None:
        return ""
    if isinstance(cell, Amount):
        return cell.text
    if isinstance(cell, Fraction):
        return _decimal(cell)
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, int):
        return str(cell)
    shown = words.cell(cell)
    return f"'{shown}" if _FORMULA.match(shown) else shown


def _decimal(share: Fraction) -> str:
    """A share of one as a decimal: a spreadsheet takes 3/4 for the third of April."""
    units = 10**_SHARE_DIGITS
    rounded = (2 * abs(share.numerator) * units + share.denominator) // (2 * share.denominator)
    whole, part = divmod(rounded, units)
    minus = "-" if share < 0 and rounded else ""
    return f"{minus}{whole}.{part:0{_SHARE_DIGITS}d}"
