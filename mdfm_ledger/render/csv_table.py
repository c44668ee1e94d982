"""A document's tables as CSV: one file a table, plain decimals, ISO dates, no formulas."""

from __future__ import annotations

import csv
import io
from datetime import date
from fractions import Fraction

from mdfm_ledger.money import Amount
from mdfm_ledger.render.catalogue import Catalogue, catalogue
from mdfm_ledger.reports.document import Cell, ColumnKind, Document, Table, Text

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def render_csv(document: Document, *, language: str = "en") -> dict[str, str]:
    """Each table of the document as CSV text, by the table's key.

    An amount column is followed by a column with its currency. Text that a spreadsheet would take for
    a formula gets a leading apostrophe; amounts, numbers and dates are left as they are.
    """
    words = catalogue(language)
    return {table.key: table_csv(table, words) for table in document.tables()}


def table_csv(table: Table, words: Catalogue) -> str:
    """One table as CSV text with a header of column keys (RFC 4180)."""
    out = io.StringIO()
    writer = csv.writer(out)
    header: list[str] = []
    for column in table.columns:
        header.append(column.key)
        if column.kind is ColumnKind.AMOUNT:
            header.append(f"{column.key}_currency")
    writer.writerow([*header, "row"])
    for row in table.rows:
        cells: list[str] = []
        for cell, column in zip(row.cells, table.columns, strict=True):
            cells.append(_plain(cell, words))
            if column.kind is ColumnKind.AMOUNT:
                cells.append(cell.currency if isinstance(cell, Amount) else "")
        writer.writerow([*cells, row.level.value])
    return out.getvalue()


def _plain(cell: Cell, words: Catalogue) -> str:
    if cell is None:
        return ""
    if isinstance(cell, Amount):
        return cell.text
    if isinstance(cell, Fraction):
        return str(cell)
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, int):
        return str(cell)
    shown = words.cell(cell) if isinstance(cell, Text) else cell
    return f"'{shown}" if shown.startswith(_FORMULA) else shown
