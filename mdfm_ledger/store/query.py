"""Reading the journal: what rules and reports ask, as prebuilt statements."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    Connection,
    Select,
    and_,
    bindparam,
    func,
    select,
    tuple_,
)

from mdfm_ledger.books import Found
from mdfm_ledger.books.versions import Head, Touching
from mdfm_ledger.journal import JournalEntry, Subaccount
from mdfm_ledger.sealing.unsealing import entry_of
from mdfm_ledger.series import Series
from mdfm_ledger.store.asking import answer, asked
from mdfm_ledger.store.balances import by_place
from mdfm_ledger.store.dialect import Dialect
from mdfm_ledger.store.engine import dialect_of
from mdfm_ledger.store.indexed import is_about
from mdfm_ledger.store.schema import ENTRY, LINE, PERSONAL_DETAIL, PLACE_COLUMNS, SUBACCOUNT

_DOCUMENTS_FROM = (
    select(ENTRY.c.number, ENTRY.c.about)
    .where(ENTRY.c.number >= bindparam("number"))
    .order_by(ENTRY.c.number)
    .limit(bindparam("most"))
)
_BALANCE = (
    select(func.coalesce(func.sum(LINE.c.amount), 0))
    .join(SUBACCOUNT, LINE.c.subaccount == SUBACCOUNT.c.id)
    .where(*(SUBACCOUNT.c[name] == bindparam(name) for name in PLACE_COLUMNS))
)
HEAD = select(func.coalesce(func.max(ENTRY.c.number), 0))
RECORD = (ENTRY.c.leaf, ENTRY.c.parts, PERSONAL_DETAIL.c.detail)
"""What an entry is read from."""
STREAMED = {"yield_per": 1_000}
"""How many rows of a long answer are in memory at a time. It is said with the statement: said of a connection
it would stay, and every short question after it be asked as a long one."""
RECORDS = ENTRY.outerjoin(PERSONAL_DETAIL, PERSONAL_DETAIL.c.number == ENTRY.c.number)
_ABOUT = (
    select(*RECORD)
    .select_from(RECORDS)
    .where(
        is_about(
            ENTRY.c.about == bindparam("about"),
            and_(ENTRY.c.kind == bindparam("kind"), ENTRY.c.reference == bindparam("reference")),
        )
    )
    .order_by(ENTRY.c.number)
)
_REVERSAL = ENTRY.alias("reversal")
_FOUND = (
    select(*RECORD, _REVERSAL.c.number)
    .select_from(RECORDS.outerjoin(_REVERSAL, _REVERSAL.c.reverses == ENTRY.c.number))
    .where(ENTRY.c.kind == bindparam("kind"), ENTRY.c.reference == bindparam("reference"))
)


def documents_from(connection: Connection, number: int, most: int) -> Sequence[tuple[int, str]]:
    """The entries from a number on, at most so many: their numbers and what they are about."""
    return answer(connection, _DOCUMENTS_FROM, {"number": number, "most": most})


def moved_after(connection: Connection, number: int) -> Mapping[Subaccount, Series]:
    """What the entries after a number moved, by subaccount, as a group is."""
    dialect = dialect_of(connection)
    return by_place(dialect.asked(connection, dialect.placed(dialect.moved_after), (number,))())


def head(connection: Connection) -> int:
    """The number of the last entry; 0 where there is none."""
    return int(connection.execute(HEAD).scalar_one())


def asked_about(connection: Connection, document: str) -> Callable[[], Sequence[JournalEntry]]:
    """The entries that began or changed a document, in number order: asked now, answered when called."""
    kind, _, reference = document.partition(":")
    records = asked(connection, _ABOUT, {"about": document, "kind": kind, "reference": reference})
    return lambda: [entry_of(*record) for record in records()]


def found(connection: Connection, kind: str, reference: str) -> Found | None:
    """The entry of that kind and reference, with the number of its reversal, or None."""
    rows = answer(connection, _FOUND, {"kind": kind, "reference": reference})
    return Found(entry_of(*rows[0][:3]), rows[0][3]) if rows else None


def last_of_kind(connection: Connection, kind: str, number: int) -> str | None:
    """The reference of the last entry of a kind up to a number, or None."""
    statement = (
        select(ENTRY.c.reference)
        .where(ENTRY.c.kind == kind, ENTRY.c.number <= number)
        .order_by(ENTRY.c.number.desc())
        .limit(1)
    )
    return connection.execute(statement).scalar()


def later(
    connection: Connection, number: int, touching: Sequence[Touching], about: Sequence[str]
) -> Sequence[Head]:
    """The standing entries after a number with such lines or about such documents, in order."""
    names = [(kind, reference) for kind, _, reference in (document.partition(":") for document in about)]
    begun = tuple_(ENTRY.c.kind, ENTRY.c.reference).in_(names)
    changing = _standing(number).where(is_about(ENTRY.c.about.in_(about), begun))
    heads = {Head(*row) for row in connection.execute(changing)}
    for one in touching:
        statement = (
            _standing(number)
            .join(LINE, LINE.c.number == ENTRY.c.number)
            .join(SUBACCOUNT, LINE.c.subaccount == SUBACCOUNT.c.id)
            .where(*(SUBACCOUNT.c[name] == value for name, value in one.where))
            .where(LINE.c.amount * one.sign >= 0)
        )
        heads.update(Head(*row) for row in connection.execute(statement))
    return sorted(heads)


def _standing(number: int) -> Select[Any]:
    reversed_later = select(_REVERSAL.c.number).where(_REVERSAL.c.reverses == ENTRY.c.number)
    return select(ENTRY.c.number, ENTRY.c.kind, ENTRY.c.reference).where(
        ENTRY.c.number > number, ENTRY.c.reverses.is_(None), ~reversed_later.exists()
    )


def asked_references(
    cursor: Any, dialect: Dialect, keys: Iterable[tuple[str, str]]
) -> Callable[[], set[tuple[str, str]]]:
    """Which of these (kind, reference) pairs are recorded already; one statement a kind, asked now."""
    by_kind: dict[str, list[str]] = {}
    for kind, reference in keys:
        by_kind.setdefault(kind, []).append(reference)
    known = [(kind, dialect.known(cursor, kind, references)) for kind, references in by_kind.items()]
    return lambda: {(kind, row[0]) for kind, rows in known for row in rows()}


def balances(connection: Connection, places: Iterable[Subaccount]) -> dict[Subaccount, int]:
    """The balance of each subaccount over all dates, in minor units, debit positive."""
    return {
        place: connection.execute(
            _BALANCE, {name: getattr(place, name) for name in PLACE_COLUMNS}
        ).scalar_one()
        for place in places
    }
