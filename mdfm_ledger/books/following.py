"""Books that follow what others recorded: it is added to what is kept, so that not all is asked for anew."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import evolve

from mdfm_ledger.books import Books
from mdfm_ledger.books.documents import BankAccount
from mdfm_ledger.books.watched import group_of, totals_of
from mdfm_ledger.chart import BASE_CURRENCY
from mdfm_ledger.journal import Subaccount
from mdfm_ledger.series import Series

MOST_FETCHED = 20_000
_NOTHING = Series()


def trimmed(books: Books) -> Books:
    """The same books without what they fetched, once that is much: it can be fetched again."""
    return books if len(books.kept) < MOST_FETCHED else books.without_looked_up()


def followed(books: Books, number: int, about: Iterable[str], moved: Mapping[Subaccount, Series]) -> Books:
    """The books at entry ``number``: what was about these documents and moved on these places since.

    Only what is kept moves. What is not is fetched once it is asked for, and holds these entries then: to
    begin it here would count them twice. Documents are let go of; each is fetched anew by its few entries.
    The books given are not to be asked any more.
    """
    kept = books.kept
    for document in about:
        kept.pop(document, None)
    for place, movements in moved.items():
        group, totals = group_of(place), totals_of(place)
        if group in kept:
            kept[group][place] = _after(kept[group].get(place, _NOTHING), movements)
        for total in totals:
            if total in kept and _counts_in_dollars(books, place):
                kept[total] = _after(kept[total], movements)
            else:
                kept.pop(total, None)
    return evolve(books, number=number)


def _counts_in_dollars(books: Books, place: Subaccount) -> bool:
    """Whether what moved on a place is what counts: not so where a bank account is in another currency."""
    if place.account != "1010":
        return True
    return books.document(BankAccount, "bank_account", place.bank_account).currency == BASE_CURRENCY


def _after(before: Series, movements: Series) -> Series:
    for day, minor in movements.days:
        before = before.plus(day, minor)
    return before
