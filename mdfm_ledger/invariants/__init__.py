"""The invariants by name, each as a check of one entry against the books before and after it.

The names are those of the accounting model, section 5. An entry that cannot be built unbalanced
or outside the chart has passed ``balanced`` and ``no-revenue`` already; ``numbered`` and ``once``
are the store's, and ``two-people`` is looked at beside them, since what it refuses goes on record.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache

from attrs import frozen

from mdfm_ledger.books import Books
from mdfm_ledger.chart import HELD_OR_RESOURCES, PLEDGE_STATES
from mdfm_ledger.errors import RuleError
from mdfm_ledger.invariants.cash import own_currency
from mdfm_ledger.invariants.closed import term_closed
from mdfm_ledger.invariants.corrections import require_replaced, reversal_exact
from mdfm_ledger.invariants.dates import period_open
from mdfm_ledger.invariants.donor_money import donor_not_negative, earmark, resources_identity
from mdfm_ledger.invariants.promises import pledge_identity
from mdfm_ledger.invariants.spending import (
    OUTSTANDING,
    outstanding_not_negative,
    require_within_budget,
    within_allotment,
    within_budget,
)
from mdfm_ledger.journal import JournalEntry

__all__ = [
    "INVARIANTS",
    "Check",
    "Invariant",
    "Verdict",
    "checks_of",
    "require_replaced",
    "require_within_budget",
    "verdicts",
]

Check = Callable[[Books, JournalEntry, Books], None]


@frozen
class Verdict:
    """What one named invariant says of an event: ``error`` is None where it holds."""

    invariant: str
    error: RuleError | None


@frozen
class Invariant:
    """A named invariant: its check, and the accounts an entry has to touch to be able to break it."""

    name: str
    check: Check
    accounts: frozenset[str] = frozenset()
    """Empty where every entry is checked."""


_ALLOTTED = frozenset({"8120"})

INVARIANTS = (
    Invariant("period-open", period_open),
    Invariant("term-closed", term_closed),
    Invariant("reversal-exact", reversal_exact),
    Invariant("donor-not-negative", donor_not_negative, frozenset({"8110"})),
    Invariant("pledge-identity", pledge_identity, frozenset(PLEDGE_STATES)),
    Invariant("earmark", earmark, _ALLOTTED),
    Invariant("within-budget", within_budget, _ALLOTTED),
    Invariant("within-allotment", within_allotment, frozenset({"8120", "8140", "1210", "1230"})),
    Invariant("outstanding-not-negative", outstanding_not_negative, frozenset(OUTSTANDING)),
    Invariant("own-currency", own_currency, frozenset({"1010", "2010"})),
    Invariant("resources-identity", resources_identity, HELD_OR_RESOURCES),
)
"""Checked in this order on every entry; the first that is broken is the error raised."""


@lru_cache(maxsize=1_024)
def checks_of(accounts: frozenset[str]) -> tuple[Check, ...]:
    """The checks an entry on these accounts could break, in order."""
    return tuple(
        invariant.check for invariant in INVARIANTS if not invariant.accounts or invariant.accounts & accounts
    )


def verdicts(before: Books, entry: JournalEntry, after: Books) -> Iterable[Verdict]:
    """What each invariant says of the entry, in order."""
    for invariant in INVARIANTS:
        try:
            invariant.check(before, entry, after)
        except RuleError as error:
            yield Verdict(invariant.name, error)
        else:
            yield Verdict(invariant.name, None)
