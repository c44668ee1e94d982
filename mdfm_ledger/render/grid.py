"""A table in the words of a language, the same for a page and for a terminal."""

from __future__ import annotations

from attrs import frozen

from mdfm_ledger.money import Amount
from mdfm_ledger.render.catalogue import Catalogue
from mdfm_ledger.reports.document import Cell, ColumnKind, Row, RowLevel, Table

NUMERIC = frozenset({ColumnKind.AMOUNT, ColumnKind.NUMBER, ColumnKind.SHARE})
"""Columns whose figures stand under one another, to the right."""


@frozen(kw_only=True)
class GridRow:
    """The cells of a row as text, one a column; an empty cell is an empty text.

    ``under`` is what is said under the row, empty where there is nothing to say.
    """

    level: RowLevel
    cells: tuple[str, ...]
    under: str
    nil: tuple[bool, ...]
    """Which cells are amounts of nothing, for those who want to show them fainter."""


@frozen(kw_only=True)
class Grid:
    """Caption, headings and cells as text.

    A currency that all amounts share is named once: in the caption where it is that of the whole table,
    in the heading where it is that of a column. Amounts of mixed currencies name their own. Columns that are
    only in files are left out.
    """

    caption: str
    headings: tuple[str, ...]
    kinds: tuple[ColumnKind, ...]
    rows: tuple[GridRow, ...]
    note: str


def grid(table: Table, words: Catalogue) -> Grid:
    """The table as text. Raises KeyError for a key that the catalogue does not have."""
    shown = [at for at, column in enumerate(table.columns) if not column.only_in_files]
    columns = [table.columns[at] for at in shown]
    used = [_currencies(table, at) for at in shown]
    all_used = frozenset[str]().union(*used)
    caption = words.text(f"table.{table.key}")
    headings = [words.text(f"column.{column.key}") for column in columns]
    if len(all_used) == 1:
        caption = _in_currency("caption.in_currency", caption, all_used, words)
    else:
        headings = [
            _in_currency("heading.in_currency", heading, own, words) if len(own) == 1 else heading
            for heading, own in zip(headings, used, strict=True)
        ]
    named = [len(own) > 1 for own in used]
    return Grid(
        caption=caption,
        headings=tuple(headings),
        kinds=tuple(column.kind for column in columns),
        rows=tuple(_row(row, [row.cells[at] for at in shown], named, words) for row in table.rows),
        note=words.cell(table.note),
    )


def _row(row: Row, cells: list[Cell], named: list[bool], words: Catalogue) -> GridRow:
    """A row as text; ``named`` says in which columns amounts name their currency."""
    return GridRow(
        level=row.level,
        cells=tuple(words.cell(cell, currency=name) for cell, name in zip(cells, named, strict=True)),
        under=words.cell(row.under),
        nil=tuple(isinstance(cell, Amount) and cell.is_zero for cell in cells),
    )


def _currencies(table: Table, at: int) -> frozenset[str]:
    cells = (row.cells[at] for row in table.rows)
    return frozenset(cell.currency for cell in cells if isinstance(cell, Amount))


def _in_currency(key: str, what: str, currencies: frozenset[str], words: Catalogue) -> str:
    (currency,) = currencies
    return words.text(key, (("what", what), ("currency", currency)))
