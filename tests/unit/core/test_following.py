"""Books that follow what others recorded."""

from __future__ import annotations

from mdfm_ledger.books import Books
from mdfm_ledger.books.following import followed
from mdfm_ledger.journal import Subaccount, subaccount
from mdfm_ledger.series import Series

FREE, RECEIVED = ("free", "T", ""), ("received", "T")
HAM, MED = (subaccount("8110", term="T", donor=donor) for donor in ("ham", "med"))
GIFT = subaccount("2010", term="T", donor="med")
MOVED = {MED: Series.of([(20200301, 5), (20200501, 2)]), GIFT: Series.of([(20200401, 7)])}


def one_day(minor: int) -> Series:
    return Series.of([(20200401, minor)])


def test_what_is_kept_moves_on_its_days() -> None:
    kept: dict[Subaccount, Series] = {HAM: one_day(1), MED: one_day(3)}
    books = followed(Books(number=4, kept={FREE: kept, RECEIVED: one_day(4)}), 6, (), MOVED)
    assert books.number == 6
    assert books.free("T", "") == {
        HAM: one_day(1),
        MED: Series.of([(20200301, 5), (20200401, 3), (20200501, 2)]),
    }
    assert books.received("T") == 11


def test_a_place_that_is_new_in_what_is_kept_is_added() -> None:
    books = followed(Books(number=4, kept={FREE: {HAM: one_day(1)}}), 6, (), MOVED)
    assert books.free("T", "")[MED].total == 7


def test_what_is_not_kept_is_not_begun() -> None:
    assert followed(Books(number=4), 6, ["pledge:P-1"], MOVED).kept == {}


def test_documents_are_let_go_of() -> None:
    kept: dict[object, object] = {"pledge:P-1": (), "pledge:P-2": ()}
    books = followed(Books(number=4, kept=kept), 5, ["pledge:P-2", "pledge:P-3"], {})
    assert books.kept == {"pledge:P-1": ()}
