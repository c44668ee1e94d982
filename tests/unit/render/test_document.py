"""What a document refuses to be."""

from __future__ import annotations

from datetime import date

import pytest

from mdfm_ledger.money import Amount
from mdfm_ledger.reports.document import Column, ColumnKind, Document, Row, Section, Table, TargetCurve, text

NAME = Column(key="donor", kind=ColumnKind.TEXT)
SUM = Column(key="amount", kind=ColumnKind.AMOUNT)


def _table(*rows: Row, columns: tuple[Column, ...] = (NAME, SUM)) -> Table:
    return Table(key="fund", columns=columns, rows=rows)


def test_a_row_has_a_cell_a_column() -> None:
    with pytest.raises(ValueError, match=r"^table fund: 2 columns, 1 cells$"):
        _table(Row(cells=("Hamburg",)))


def test_an_amount_stands_in_a_column_of_amounts_where_its_currency_is_kept() -> None:
    with pytest.raises(ValueError, match=r"^table fund: an amount in donor, a column of text$"):
        _table(Row(cells=(Amount(1, "USD"), None)))


def test_two_columns_of_one_key_are_refused() -> None:
    with pytest.raises(ValueError, match=r"^columns of table fund: more than one donor$"):
        _table(columns=(NAME, SUM, NAME))


def test_a_first_column_that_only_files_have_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^table fund: its first column, donor, is only in files$"):
        _table(columns=(Column(key="donor", kind=ColumnKind.TEXT, only_in_files=True), SUM))


def test_two_tables_of_one_key_are_refused_since_files_are_named_by_it() -> None:
    sections = tuple(Section(key=key, blocks=(_table(),)) for key in ("fund", "uses"))
    with pytest.raises(ValueError, match=r"^tables of document sample: more than one fund$"):
        Document(name="sample", title=text("total"), sections=sections)


def test_tables_come_in_order_and_without_other_blocks() -> None:
    first, second = _table(), Table(key="uses", columns=(NAME,), rows=())
    sections = (Section(key="fund", blocks=(first,)), Section(key="uses", blocks=(second,)))
    assert list(Document(name="sample", title=text("total"), sections=sections).tables()) == [first, second]


def test_a_text_takes_any_name_for_its_values_and_can_be_hashed() -> None:
    one = text("title.donor_statement", key="x", donor="Hamburg")
    assert one.values == (("key", "x"), ("donor", "Hamburg"))
    assert len({one, text("title.donor_statement", key="x", donor="Hamburg")}) == 1


@pytest.mark.parametrize(("received", "latest"), [((), 0), (((date(2020, 3, 1), Amount(7, "USD")),), 7)])
def test_the_latest_of_a_curve_is_its_last_point(
    received: tuple[tuple[date, Amount], ...], latest: int
) -> None:
    curve = TargetCurve(
        starts_on=date(2020, 1, 1),
        ends_on=date(2020, 12, 31),
        as_of=date(2020, 6, 30),
        target=Amount(100, "USD"),
        received=received,
    )
    assert curve.latest == Amount(latest, "USD")
