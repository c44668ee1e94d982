"""Books brought to the head of the journal, wherever others have recorded since."""

from __future__ import annotations

from sqlalchemy import Connection

from mdfm_ledger.books import Books
from mdfm_ledger.books.following import followed
from mdfm_ledger.store import query
from mdfm_ledger.store.asking import answer

MOST_FOLLOWED = 256
"""Entries that are followed. What many more changed is sooner fetched anew."""


def at_head(books: Books, connection: Connection) -> Books:
    """The books with all that is recorded; new ones where they cannot follow it.

    The books given are not to be asked any more.
    """
    since = query.documents_from(connection, books.number, MOST_FOLLOWED + 2) if books.number else ()
    if not 0 < len(since) <= MOST_FOLLOWED + 1:
        ((number,),) = answer(connection, query.HEAD, {})
        return Books(number=number, source=books.source)
    if len(since) == 1:
        return books
    about = {document for _, document in since[1:]}
    return followed(books, since[-1][0], about, query.moved_after(connection, books.number))
