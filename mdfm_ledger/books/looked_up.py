"""Where books fetch what they have not seen yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from attrs import frozen

from mdfm_ledger.books.versions import Head, Touching
from mdfm_ledger.books.watched import GroupKey
from mdfm_ledger.books.whole import WholeLedger
from mdfm_ledger.journal import JournalEntry, Subaccount
from mdfm_ledger.series import Series


@frozen
class Found:
    """An entry as found again, and the number of the entry that reversed it, if any."""

    entry: JournalEntry
    reversed_by: int | None

    def stands_on(self, number: int, touching: Sequence[Touching], about: Sequence[str]) -> bool:
        """Whether it stands, came after that number, and has such a line or is about such a document."""
        entry = self.entry
        if entry.number <= number or self.reversed_by is not None or entry.event.reverses:
            return False
        return entry.about in about or any(
            line.signed * one.sign >= 0
            and all(getattr(line.subaccount, name) == value for name, value in one.where)
            for line in entry.lines
            for one in touching
        )


class BooksSource(WholeLedger, Protocol):
    """Where books fetch what they have not seen yet. The store is one; tests may bring another."""

    def entries_about(self, document: str) -> Sequence[JournalEntry]:
        """The entries that began or changed a document, in number order."""

    def group(self, key: GroupKey) -> Mapping[Subaccount, Series]:
        """The balances of a group, by subaccount."""

    def total(self, key: GroupKey) -> Series:
        """The balance of a group as one series."""

    def found(self, kind: str, reference: str) -> Found | None:
        """The entry of that kind and reference."""

    def later(self, number: int, touching: Sequence[Touching], about: Sequence[str]) -> Sequence[Head]:
        """The standing entries after a number on such places or about such documents, in order."""
