"""What a report may ask of the journal, and the window it looks through."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple, Protocol, TypeAlias

from attrs import frozen

from mdfm_ledger.journal import JournalEntry, OwnAmount, Subaccount

Where: TypeAlias = Mapping[str, Sequence[str]] | None
"""Limits by dimension: to a value, or to any of several."""


@frozen(kw_only=True)
class Window:
    """The two limits of every report.

    Accounting dates up to ``as_of`` (inclusive), entries up to the number ``known_at`` (inclusive). The
    same window gives the same report for ever, whatever is recorded later.
    """

    as_of: date
    known_at: int


class Total(NamedTuple):
    """Sums of a group of lines: ``key`` in the order asked for, minor units, both positive."""

    key: tuple[str, ...]
    debit: int
    credit: int

    @property
    def balance(self) -> int:
        """Debits less credits, in minor units."""
        return self.debit - self.credit


class PostedLine(NamedTuple):
    """A journal line with the head of its entry."""

    number: int
    kind: str
    reference: str
    description: str
    on: date
    value_date: date
    place: Subaccount
    signed: int
    """Minor units of the subaccount's currency, debit positive."""
    reverses: int = 0
    """The number of the entry that the line's entry takes back; 0 where it takes back none."""
    reversed_kind: str = ""
    """The kind of the entry taken back; empty where there is none."""

    @property
    def cause(self) -> str:
        """The kind of the line's entry, or of the entry it takes back: what it is a movement of."""
        return self.reversed_kind or self.kind


class OwnLine(NamedTuple):
    """A line that was priced, with the head of its entry.

    It is on a bank account in another currency; or, with no bank account, on a contribution that counts
    for what was sent.
    """

    number: int
    kind: str
    reference: str
    on: date
    value_date: date
    bank_account: str
    signed: int
    """Cents of dollars, debit positive."""
    own: OwnAmount

    @property
    def own_signed(self) -> int:
        """The own amount in its minor units, debit positive."""
        return self.own.minor if self.signed > 0 else -self.own.minor


class JournalSource(Protocol):
    """Where reports read. The store is one; tests may bring a naive one.

    ``where`` limits dimensions of the subaccount (account, term, currency, donor, pledge, …) to
    a value or to any of several. ``since`` is inclusive.
    """

    def totals(
        self,
        by: tuple[str, ...],
        window: Window,
        *,
        since: date | None = None,
        where: Where = None,
    ) -> list[Total]:
        """Sums of lines by dimensions of the subaccount, or by ``day`` (YYYY-MM-DD), sorted by key."""

    def lines(
        self,
        window: Window,
        *,
        since: date | None = None,
        where: Where = None,
        after: int = 0,
    ) -> list[PostedLine]:
        """The lines themselves, by accounting date, then entry number, then position.

        With ``after``, only those of entries with a higher number: what was recorded since then.
        """

    def touched(self, window: Window, *, since: date | None = None, where: Where = None) -> Mapping[str, int]:
        """How many entries have a line of each donor; a donor without any is left out."""

    def own_lines(self, window: Window, *, term: str) -> list[OwnLine]:
        """The lines of a term with own amounts, by accounting date, then entry number, then position."""

    def disclosed(self, moments: Iterable[tuple[int, str]]) -> Mapping[tuple[int, str], tuple[int, str]]:
        """How many parts a donor has in entries up to a number, and the root over them in hexadecimal.

        Asked for, and answered by, the number of the last entry and the donor.
        """

    def seal(self, number: int) -> str:
        """The digest of an entry in hexadecimal; empty where there is no such entry."""

    def entries(self, window: Window, *, since: date | None = None) -> Iterator[JournalEntry]:
        """The whole entries, in number order."""

    def entry(self, kind: str, reference: str, window: Window) -> JournalEntry | None:
        """The entry of that kind and reference, None where there is none in the window."""

    def documents(
        self, kind: str, window: Window, *, references: Iterable[str] | None = None
    ) -> dict[str, object]:
        """Documents of a kind as they stood, by reference, in the order recorded.

        Kinds: term, donor, bank_account, pledge, allocation. Registrations are known from their
        number on, whatever their date; pledges and allocations by date as well. Those reversed within
        the window are left out.
        """
