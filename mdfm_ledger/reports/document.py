"""What a report is made of for a reader: facts, tables, notes and charts, without any layout.

A renderer turns a Document into text, CSV, a page or a print; it knows nothing of the report. Words
are keys of the catalogue, so that a document is the same in every language.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from enum import Enum
from fractions import Fraction

from attrs import frozen

from mdfm_ledger.money import Amount


@frozen
class Text:
    """A text of the catalogue, by its key, with the values that go into it."""

    key: str
    values: tuple[tuple[str, str], ...] = ()


def text(key: str, **values: str) -> Text:
    """A text of the catalogue with values for its places."""
    return Text(key, tuple(values.items()))


Cell = str | int | Amount | date | Fraction | Text | None
"""What a table or a fact shows; a Fraction is a share of a whole."""


class ColumnKind(Enum):
    """What a column holds, which is what a renderer aligns and formats by."""

    TEXT = "text"
    CODE = "code"
    NUMBER = "number"
    DATE = "date"
    AMOUNT = "amount"
    SHARE = "share"


class RowLevel(Enum):
    """Whether a row is a detail or adds others up."""

    NORMAL = "normal"
    SUBTOTAL = "subtotal"
    TOTAL = "total"


@frozen(kw_only=True)
class Column:
    """A column: its key in the catalogue (``column.<key>``) and what it holds."""

    key: str
    kind: ColumnKind


@frozen(kw_only=True)
class Row:
    """A row, and the numbers of the entries behind its figures where it knows them."""

    cells: tuple[Cell, ...]
    level: RowLevel = RowLevel.NORMAL
    entries: tuple[int, ...] = ()


@frozen(kw_only=True)
class Table:
    """A table (``table.<key>``). Each row has one cell a column; without rows it says so in words."""

    key: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]

    def __attrs_post_init__(self) -> None:
        for row in self.rows:
            assert len(row.cells) == len(self.columns), f"{self.key}: {row.cells}"


@frozen(kw_only=True)
class Fact:
    """A named value (``fact.<key>``)."""

    key: str
    value: Cell


@frozen(kw_only=True)
class Facts:
    """A few named values."""

    key: str
    items: tuple[Fact, ...]


@frozen(kw_only=True)
class Note:
    """A sentence that says how figures came about."""

    text: Text


@frozen(kw_only=True)
class TargetCurve:
    """Money received through a term against its target and the straight line to it.

    ``received`` is cumulative, by date. ``starts_on`` and ``ends_on`` are inclusive.
    """

    starts_on: date
    ends_on: date
    as_of: date
    target: Amount
    received: tuple[tuple[date, Amount], ...]


@frozen(kw_only=True)
class MoneyByState:
    """A donor's money by what has become of it; the keys are ``state.<key>`` of the catalogue."""

    parts: tuple[tuple[str, Amount], ...]


Block = Facts | Table | Note | TargetCurve | MoneyByState


@frozen(kw_only=True)
class Section:
    """Blocks under one heading (``section.<key>``)."""

    key: str
    blocks: tuple[Block, ...]


@frozen(kw_only=True)
class Document:
    """A whole report for a reader, in no language yet."""

    name: str
    title: Text
    sections: tuple[Section, ...]

    def tables(self) -> Iterator[Table]:
        """Every table, in order."""
        for section in self.sections:
            for block in section.blocks:
                if isinstance(block, Table):
                    yield block
