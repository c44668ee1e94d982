"""Appending entries: leaf and columns from the same value, lines first, the entry row last."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, Table

from mdfm_ledger.books import Books, Found
from mdfm_ledger.books.closing import BalanceRow
from mdfm_ledger.books.versions import Head, Key, Touching
from mdfm_ledger.books.watched import GroupKey, foreseen
from mdfm_ledger.event import Event
from mdfm_ledger.evidence.tiling import WIDTH
from mdfm_ledger.journal import JournalEntry, Subaccount
from mdfm_ledger.moments import time_number
from mdfm_ledger.sealing.seal import SaltSource, Seal, seals_of
from mdfm_ledger.series import Series, day_number
from mdfm_ledger.store import balances, query, whole
from mdfm_ledger.store.engine import dialect_of
from mdfm_ledger.store.indexed import said_about
from mdfm_ledger.store.line_rows import LineRows
from mdfm_ledger.store.place_ids import PlaceIds, Row
from mdfm_ledger.store.schema import ENTRY, LINE, OWN_AMOUNT, PERSONAL_DETAIL, SUBACCOUNT
from mdfm_ledger.store.tiles import complete_tiles

# A processor does one thing a hundred times in a row far quicker than a hundred times in turn with others:
# it has the code and what it asks for at hand. Twenty are nearly as good.
_SEALED_IN_A_ROW = 100

# What is written in bulk is more than goes to a server at once; it takes the rest when it has read so far.
_SENT_ON_EVERY = 5

# By one part in so many more is kept back each time at first; towards the end one part in so many of what is
# to come. A database that is about as quick as we are never waits for long so, nor is it waited for.
_GROWS_BY, _LEFT_FOR_EACH = 4, 6

_ERASE_DETAIL = (
    "DELETE FROM personal_detail"
    f" WHERE number IN (SELECT number FROM entry WHERE {said_about('?', '?', '?')})"
)


class Appender:
    """Writes entries on one connection, and answers the books' questions from the same place.

    Entries may wait in memory for a while; whatever is asked is answered as if they were written.
    Use it under the writer lock only, and ``forget`` after a rollback.
    """

    def __init__(self, connection: Connection, salts: SaltSource) -> None:
        self._connection = connection
        self._salts = salts
        self._dialect = dialect_of(connection)
        self._open: Any = None
        self._places = PlaceIds(self._dialect, lambda: self._cursor)
        # Of the entries whose tile is not full yet, as far as they were recorded here.
        self._seals: dict[int, bytes] = {}
        self._enough = 1
        """So many entries that wait are written."""
        self._coming: int | None = None
        self.has_erased = False
        """Whether this transaction erases personal details."""
        self.has_written = False
        """Whether anything was taken for writing in this transaction."""
        self._begin_batch()

    def _begin_batch(self) -> None:
        self._unsealed: list[JournalEntry] = []
        self._undone: dict[int, int | None] = {}
        """By the number of a reversal, that of the entry it takes back."""
        self._rows = LineRows(self._places)
        self._entries: list[Row] = []
        self._details: list[Row] = []
        self._erased: list[Row] = []

    @property
    def _cursor(self) -> Any:
        if self._open is None:
            self._open = self._dialect.cursor(self._connection)
        return self._open

    def close(self) -> None:
        """Close the cursor: its statements would keep the file open after the connection is closed."""
        if self._open is not None:
            self._open.close()
            self._open = None

    def begin(self) -> None:
        """A transaction begins: what others may have written since the last one is unknown again."""
        self._places.begin()
        self._enough = min(self._dialect.least_waiting, self._dialect.most_waiting)
        self._coming = None
        self.has_erased = self.has_written = False
        if len(self._seals) >= WIDTH:
            # Of a tile that somebody else completed: its seals were left over here.
            self._seals.clear()

    def ends_after(self, many: int) -> None:
        """At most so many entries are still to come in this transaction."""
        self._coming = many

    # -- writing -------------------------------------------------------------------------------

    def append(self, entry: JournalEntry) -> None:
        """Take the entry for writing; it is in the database after ``flush``."""
        self.has_written = True
        if entry.event.reverses:
            # Asked before the entry waits: what waits is written before a question is answered.
            undone = self.found(*entry.event.reverses)
            self._undone[entry.number] = undone.entry.number if undone else None
        self._unsealed.append(entry)
        unsealed = len(self._unsealed)
        if len(self._entries) + unsealed >= self._enough:
            self.flush()
        elif unsealed >= _SEALED_IN_A_ROW:
            self._seal()
        elif not unsealed % _SENT_ON_EVERY:
            self._dialect.send_on(self._connection)

    def _seal(self) -> None:
        """Seal the entries that are not yet, and make their rows."""
        entries, self._unsealed = self._unsealed, []
        seals = seals_of(entries, self._salts)
        self._entries += [self._entry_row(entry, seal) for entry, seal in zip(entries, seals, strict=True)]
        self._rows.add(entries)

    def _entry_row(self, entry: JournalEntry, sealed: Seal) -> Row:
        event = entry.event
        if sealed.detail:
            self._details.append((entry.number, sealed.detail))
        if event.erases:
            kind, _, reference = event.erases.partition(":")
            self._erased.append((event.erases, kind, reference))
            self.has_erased = True
        self._seals[entry.number] = sealed.digest
        return (
            entry.number,
            event.event_kind,
            event.reference,
            entry.about,
            entry.day,
            day_number(entry.value_date),
            time_number(entry.recorded_at),
            entry.actor,
            event.approver,
            event.description,
            self._undone.get(entry.number),
            len(entry.lines),
            sealed.leaf,
            sealed.parts,
            sealed.digest,
        )

    def flush(self) -> None:
        """Write what waits: subaccounts, lines, entries in order, daily totals."""
        self._seal()
        if not self._entries:
            return
        self._places.find(self._rows.lines[2])
        # Taken out first: the statements below run triggers that must never see the batch twice.
        subaccounts, rows, entries = self._places.new(), self._rows, self._entries
        details, erased = self._details, self._erased
        self._begin_batch()
        self._write(SUBACCOUNT, subaccounts)
        if rows.lines[0]:
            self._dialect.insert_columns(self._cursor, LINE, rows.lines)
        self._write(OWN_AMOUNT, rows.own_amounts)
        self._write(PERSONAL_DETAIL, details)
        self._write(ENTRY, entries)
        self._run(_ERASE_DETAIL, erased)
        last: Any = entries[-1][0]  # its number
        complete_tiles(self._cursor, self._dialect, last - len(entries), last, self._seals)
        self._dialect.add_totals(self._cursor, rows.totals())
        self._places.forget_if_many()
        self._grow(len(entries))

    def _grow(self, written: int) -> None:
        """Begin with few and write a few more each time, and towards the end fewer and fewer.

        The database waits for what is written first, and in the end is waited for.
        """
        most = self._dialect.most_waiting
        if self._coming is not None:
            self._coming -= written
            most = min(most, max(self._dialect.least_waiting, self._coming // _LEFT_FOR_EACH))
        self._enough = min(self._enough + self._enough // _GROWS_BY, most)

    def _write(self, table: Table, rows: list[Row]) -> None:
        if rows:
            self._dialect.insert(self._cursor, table, rows)

    def _run(self, statement: str, rows: list[Row]) -> None:
        if rows:
            self._cursor.executemany(self._dialect.placed(statement), rows)

    def forget(self) -> None:
        """Drop what waits and every id learnt: the transaction they belong to was rolled back."""
        self._begin_batch()
        self._places.forget()
        self._seals.clear()
        # Whoever was interrupted while waiting for a server goes on with another connection to it.
        self.close()

    # -- answering -----------------------------------------------------------------------------

    def asked_references(self, keys: Iterable[Key]) -> Callable[[], set[Key]]:
        """Which of these (kind, reference) pairs are recorded already: asked now, answered when called."""
        self.flush()
        return query.asked_references(self._cursor, self._dialect, keys)

    def asked_early(self, keys: Sequence[Key]) -> Callable[[], set[Key]]:
        """The same, answered while what is written next is still on its way."""
        waiting = {entry.key for entry in self._unsealed}
        waiting.update((str(row[1]), str(row[2])) for row in self._entries)
        asked = query.asked_references(self._cursor, self._dialect, keys)
        if keys:
            self._dialect.send_on(self._connection)
        return lambda: asked() | waiting

    def asked_for(self, key: Key, documents: Iterable[str]) -> Callable[[Books], set[Key]]:
        """Whether one is, and what is about documents that it names: which books learn when it is called."""
        if not self._dialect.answers_together:
            documents = ()
        about = {document: query.asked_about(self._connection, document) for document in documents}
        known = self.asked_references([key])

        def answered(books: Books) -> set[Key]:
            for document, entries in about.items():
                books.learn(document, entries())
            return known()

        return answered

    def learn_balances(self, books: Books, events: Iterable[Event]) -> None:
        """Have books learn together what they would ask for one by one, where that is quicker."""
        keys = foreseen(events) - books.kept.keys() if self._dialect.answers_together else ()
        if keys:
            self.flush()
        asked = {key: balances.asked_balance(self._connection, key) for key in keys}
        books.kept.update({key: answered() for key, answered in asked.items()})

    def entries_about(self, document: str) -> Sequence[JournalEntry]:
        """The entries that began or changed a document, in number order."""
        self.flush()
        return query.asked_about(self._connection, document)()

    def group(self, key: GroupKey) -> Mapping[Subaccount, Series]:
        """The balances of a group, by subaccount."""
        self.flush()
        return balances.asked_group(self._connection, key)()

    def total(self, key: GroupKey) -> Series:
        """The balance of a group as one series."""
        self.flush()
        return balances.asked_total(self._connection, key)()

    def held(self, term: str) -> Mapping[str, Series]:
        """What is held for each donor of a term, by donor."""
        self.flush()
        return whole.held(self._connection, term)

    def cash(self, term: str, bank_account: str) -> tuple[Series, Series]:
        """The balance of a bank account in a term: in dollars, and its own amounts."""
        self.flush()
        return whole.cash(self._connection, term, bank_account)

    def courses(self, term: str, accounts: Sequence[str]) -> Mapping[Subaccount, Series]:
        """The balances on these accounts of a term, by subaccount."""
        self.flush()
        return whole.courses(self._connection, term, accounts)

    def trial_balance(self, through: date) -> list[BalanceRow]:
        """The trial balance of the ledger on that day, over all terms."""
        self.flush()
        return whole.trial_balance(self._connection, through)

    def journal_seal(self) -> str:
        """The seal of the last entry, in hex; empty where there is none."""
        self.flush()
        return whole.journal_seal(self._connection)

    def found(self, kind: str, reference: str) -> Found | None:
        """The entry of that kind and reference, or None."""
        self.flush()
        return query.found(self._connection, kind, reference)

    def later(self, number: int, touching: Sequence[Touching], about: Sequence[str]) -> Sequence[Head]:
        """The standing entries after a number with such lines or about such documents, in order."""
        self.flush()
        return query.later(self._connection, number, touching, about)
