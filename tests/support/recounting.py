"""An independent naive recount: journal lines added up one by one, with nothing of the reports' own code."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from mdfm_ledger import Amount, Ledger
from mdfm_ledger.journal import JournalEntry, JournalLine


class Span(NamedTuple):
    """What a report looks at: from ``since``, to ``as_of`` (both inclusive), up to entry ``known_at``."""

    since: date
    as_of: date
    known_at: int


class Naive:
    """Every line of a term, to be added up by any question asked of it."""

    def __init__(self, ledger: Ledger, span: Span, term: str) -> None:
        self.span = span
        entries = [entry for entry in ledger.entries() if entry.number <= span.known_at]
        self.posted: list[tuple[JournalEntry, JournalLine]] = [
            (entry, line)
            for entry in entries
            if entry.on <= span.as_of
            for line in entry.lines
            if line.subaccount.term == term
        ]

    def balance(
        self, is_wanted: Callable[[JournalEntry, JournalLine], bool], *, part: str = "inception"
    ) -> int:
        """The balance, debit positive, of the lines wanted: prior, period or inception."""
        return sum(
            line.signed
            for entry, line in self.posted
            if is_wanted(entry, line)
            and (part == "inception" or (entry.on < self.span.since) is (part == "prior"))
        )

    def account(self, *codes: str, part: str = "inception", **dimensions: str) -> int:
        """The balance, debit positive, on these accounts, narrowed by dimensions."""

        def is_wanted(_: JournalEntry, line: JournalLine) -> bool:
            place = line.subaccount
            return place.account in codes and all(
                getattr(place, name) == value for name, value in dimensions.items()
            )

        return self.balance(is_wanted, part=part)

    def by(
        self, dimension: str, *codes: str, part: str = "inception", flow: str | None = None
    ) -> dict[str, int]:
        """The balances on these accounts by one dimension, without those of nothing; of one flow only."""
        found: dict[str, int] = defaultdict(int)
        for entry, line in self.posted:
            if (
                line.subaccount.account in codes
                and flow in (None, line.subaccount.flow)
                and (part == "inception" or (entry.on < self.span.since) is (part == "prior"))
            ):
                found[getattr(line.subaccount, dimension)] += line.signed
        return {key: minor for key, minor in found.items() if minor}


def usd(minor: int) -> Amount:
    """An amount of US dollars from cents."""
    return Amount(minor, "USD")
