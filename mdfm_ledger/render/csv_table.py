"""A document's tables as CSV (RFC 4180): plain decimals, ISO dates, and no formulas."""

from __future__ import annotations

import csv
import re
from datetime import date
from fractions import Fraction

from mdfm_ledger.money import Amount
from mdfm_ledger.render.catalogue import Catalogue, catalogue
from mdfm_ledger.reports.document import Cell, ColumnKind, Document, Table

# What a spreadsheet takes for the beginning of a formula, in full width too, after any white space.
# Apostrophes before it count in, so that what was added can always be told from what was there.
_FORMULA = re.compile(r"'*(?:[\t\r\n]|\s*[=+\-@＝＋－＠])")  # noqa: RUF001 - full-width signs are meant
_SHARE_DIGITS = 6


def render_csv(document: Document, *, language: str = "en") -> dict[str, str]:
    """Each table of the document as CSV text, by the table's key.

    An amount column is followed by a column with its currency; a last column says whether a row is
    normal, a subtotal or a total. Shares are decimals of one, six digits, rounded half away from zero.
    Text that a spreadsheet would take for a formula gets a leading apostrophe; figures and dates are
    left as they are.
    """
    words = catalogue(language)
    return {table.key: table_csv(table, words) for table in document.tables()}


def table_csv(table: Table, words: Catalogue) -> str:
    """One table as CSV text with a header of column keys."""
    lines = _Lines()
    writer = csv.writer(lines)
    header = [
        key
        for column in table.columns
        for key in (
            (column.key, f"{column.key}_currency") if column.kind is ColumnKind.AMOUNT else (column.key,)
        )
    ]
    writer.writerow([*header, "row"])
    for row in table.rows:
        cells: list[str] = []
        for cell, column in zip(row.cells, table.columns, strict=True):
            cells.append(_plain(cell, words))
            if column.kind is ColumnKind.AMOUNT:
                cells.append(cell.currency if isinstance(cell, Amount) else "")
        writer.writerow([*cells, row.level.value])
    return "".join(lines)


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
