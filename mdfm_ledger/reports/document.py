"""What a report is made of for a reader: facts, tables, notes and charts, without any layout.

A renderer turns a Document into text, CSV, a page or a print; it knows nothing of the report. Words
are keys of the catalogue, so that a document is the same in every language.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from enum import Enum
from fractions import Fraction

from attrs import frozen

from mdfm_ledger.money import Amount
from mdfm_ledger.plans import Names


@frozen
class Text:
    """A text of the catalogue, by its key, with the values that go into its places.

    Values are cells: an amount or a date within a sentence is written as the language writes it.
    """

    key: str
    values: tuple[tuple[str, Cell], ...] = ()


def text(key: str, /, **values: Cell) -> Text:
    """A text of the catalogue with values for its places."""
    return Text(key, tuple(values.items()))


Cell = str | int | Amount | date | Fraction | Text | Names | None
"""What a table or a fact shows; a Fraction is a share of a whole, Names a name in several languages."""


class ColumnKind(Enum):
    """What a column holds, which is what a renderer aligns and formats by."""

    TEXT = "text"
    CODE = "code"
    DIGEST = "digest"
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
    """A column: its key in the catalogue (``column.<key>``) and what it holds.

    ``only_in_files`` leaves it to files, where a program looks for a column: a page and a terminal have no
    room for it, and the row says in ``under`` what is in it.
    """

    key: str
    kind: ColumnKind
    only_in_files: bool = False


@frozen(kw_only=True)
class Row:
    """A row, and the numbers of the entries behind its figures where it knows them.

    ``under`` is a text that a page and a terminal show under the row, for what only files have columns for.
    """

    cells: tuple[Cell, ...]
    level: RowLevel = RowLevel.NORMAL
    entries: tuple[int, ...] = ()
    under: Text | None = None


@frozen(kw_only=True)
class Table:
    """A table (``table.<key>``), with a note under it if any; without rows it says so in words.

    Raises ValueError for a row that has not one cell a column, for two columns of one key, for an
    amount in a column of another kind, where its currency would be lost, and where the first column is
    only in files.
    """

    key: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    note: Text | None = None

    def __attrs_post_init__(self) -> None:
        _require_different((column.key for column in self.columns), f"columns of table {self.key}")
        if self.columns and self.columns[0].only_in_files:
            raise ValueError(f"table {self.key}: its first column, {self.columns[0].key}, is only in files")
        for row in self.rows:
            if len(row.cells) != len(self.columns):
                raise ValueError(f"table {self.key}: {len(self.columns)} columns, {len(row.cells)} cells")
            for cell, column in zip(row.cells, self.columns, strict=True):
                if isinstance(cell, Amount) and column.kind is not ColumnKind.AMOUNT:
                    raise ValueError(
                        f"table {self.key}: an amount in {column.key}, a column of {column.kind.value}"
                    )


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

    ``received`` is cumulative, at the end of each day with a movement, in date order. ``starts_on``
    and ``ends_on`` are inclusive: the straight line runs from nothing at the start of the first day
    to the target at the end of the last. All amounts are in the currency of the target.
    """

    starts_on: date
    ends_on: date
    as_of: date
    target: Amount
    received: tuple[tuple[date, Amount], ...]

    @property
    def latest(self) -> Amount:
        """What had been received at the end of the last day with a movement."""
        return self.received[-1][1] if self.received else Amount.zero(self.target.currency)


@frozen(kw_only=True)
class MoneyByState:
    """A donor's money by what has become of it; the keys are ``state.<key>`` of the catalogue.

    A part may be below zero (free money after an exchange loss). All parts are in one currency.
    """

    parts: tuple[tuple[str, Amount], ...]


Block = Facts | Table | Note | TargetCurve | MoneyByState


@frozen(kw_only=True)
class Section:
    """Blocks under one heading (``section.<key>``); the section ``head`` needs no heading."""

    key: str
    blocks: tuple[Block, ...]


@frozen(kw_only=True)
class Document:
    """A whole report for a reader, in no language yet.

    Raises ValueError for two tables of one key, since files are named by it and one would be lost.
    """

    name: str
    title: Text
    sections: tuple[Section, ...]
    subtitle: Text | None = None

    def __attrs_post_init__(self) -> None:
        _require_different((table.key for table in self.tables()), f"tables of document {self.name}")

    def tables(self) -> Iterator[Table]:
        """Every table, in order."""
        for section in self.sections:
            for block in section.blocks:
                if isinstance(block, Table):
                    yield block


def _require_different(keys: Iterable[str], what: str) -> None:
    twice = [key for key, count in Counter(keys).items() if count > 1]
    if twice:
        raise ValueError(f"{what}: more than one {', '.join(twice)}")
