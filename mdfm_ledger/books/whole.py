"""Questions about the whole ledger: rarely asked, so the books keep no answer to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Protocol

from attrs import frozen

from mdfm_ledger.books.closing import BalanceRow
from mdfm_ledger.chart import CHART, HELD_RESOURCES, Side
from mdfm_ledger.journal import JournalEntry, Subaccount
from mdfm_ledger.series import Series


class WholeLedger(Protocol):
    """Who answers them: the store, or the entries that books without one remember."""

    def held(self, term: str) -> Mapping[str, Series]:
        """What is held for each donor of a term (8100 less 8150), by donor."""

    def cash(self, term: str, bank_account: str) -> tuple[Series, Series]:
        """The balance of a bank account in a term: in dollars, and its own amounts."""

    def courses(self, term: str, accounts: Sequence[str]) -> Mapping[Subaccount, Series]:
        """The balances on these accounts of a term, by subaccount."""

    def trial_balance(self, through: date) -> list[BalanceRow]:
        """The trial balance of the ledger on that day, over all terms; a row for what was ever posted to."""

    def journal_seal(self) -> str:
        """The seal of the last entry, in hex; empty where nothing is sealed."""


@frozen
class Remembered:
    """The answers of books in memory, from their entries."""

    entries: Iterable[JournalEntry]

    def held(self, term: str) -> dict[str, Series]:
        """What is held for each donor of a term (8100 less 8150), by donor."""
        held: dict[str, Series] = {}
        for entry in self.entries:
            for place, signed in ((line.subaccount, line.signed) for line in entry.lines):
                if place.term == term and place.account in HELD_RESOURCES:
                    held[place.donor] = held.get(place.donor, _EMPTY).plus(entry.day, signed)
        return held

    def cash(self, term: str, bank_account: str) -> tuple[Series, Series]:
        """The balance of a bank account in a term: in dollars, and its own amounts."""
        dollars = own = _EMPTY
        for entry in self.entries:
            for line in entry.lines:
                place = line.subaccount
                if (place.account, place.term, place.bank_account) == ("1010", term, bank_account):
                    dollars = dollars.plus(entry.day, line.signed)
                    own = own.plus(entry.day, line.own_signed)
        return dollars, own

    def courses(self, term: str, accounts: Sequence[str]) -> dict[Subaccount, Series]:
        """The balances on these accounts of a term, by subaccount."""
        found: dict[Subaccount, Series] = {}
        for entry in self.entries:
            for place, signed in ((line.subaccount, line.signed) for line in entry.lines):
                if place.term == term and place.account in accounts:
                    sign = 1 if CHART[place.account].normal is Side.DEBIT else -1
                    found[place] = found.get(place, _EMPTY).plus(entry.day, sign * signed)
        return found

    def trial_balance(self, through: date) -> list[BalanceRow]:
        """The trial balance on that day, over all terms."""
        sums: dict[tuple[str, str, str], list[int]] = {}
        for entry in self.entries:
            if entry.on <= through:
                for line in entry.lines:
                    place = line.subaccount
                    both = sums.setdefault((place.account, place.term, place.currency), [0, 0])
                    both[line.signed < 0] += line.minor
        return [(*key, debit, credit) for key, (debit, credit) in sorted(sums.items())]

    def journal_seal(self) -> str:
        """Nothing: what is in memory is not sealed."""
        return ""


_EMPTY = Series()
