"""What has to hold over all entries together, each rule a question of the sums."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from mdfm_ledger.audit.recount.sums import Sums
from mdfm_ledger.books.documents import Term
from mdfm_ledger.chart import (
    CARRIED_IN,
    CARRIED_OUT,
    CHART,
    CLOSING,
    DONOR_BALANCE,
    HELD,
    JournalSet,
)
from mdfm_ledger.sealing.stored_place import ACCOUNT, DONOR, FLOW, TERM

Found = tuple[str, str, object, object]
"""A check, what it looked at, what was expected and what was found."""

COMMITTED = frozenset({"8120", "8140", "8150"})
"""What was allotted is on these accounts, however much of it is obligated or spent."""


def trust_tie_out(sums: Sums) -> Iterator[Found]:
    """Assets are what is owed; what is held for each donor is its net less its expended resources."""
    trust = [code for code, known in CHART.items() if known.journal_set is JournalSet.TRUST]
    assets = sums.balance([code for code in trust if code < "2000"], (TERM,))
    owed = sums.balance([code for code in trust if code >= "2000"], (TERM,))
    for term in sorted(assets.keys() | owed.keys()):
        if assets.get(term, 0) != -owed.get(term, 0):
            yield ("trust-tie-out", f"assets of {term[0]}", -owed.get(term, 0), assets.get(term, 0))
    held = sums.balance(HELD, (TERM, DONOR))
    resources = sums.balance(("8100", "8150"), (TERM, DONOR))
    for key in sorted(held.keys() | resources.keys()):
        if held.get(key, 0) != -resources.get(key, 0):
            yield ("trust-tie-out", f"held for {key[1]}", -resources.get(key, 0), held.get(key, 0))
    states = sums.balance(("8100", "8110", "8120", "8140", "8150"), (TERM, DONOR))
    for key, difference in sorted(states.items()):
        if difference:
            yield ("resources-identity", f"8100 less 8110 to 8150 of {key[1]} in {key[0]}", 0, difference)


def targets(sums: Sums) -> Iterator[Found]:
    """Money above the target may come in; no more than the target is allotted."""
    for (term,), allotted in sorted(sums.balance(COMMITTED, (TERM,)).items()):
        known = sums.documents.standing(f"term:{term}", Term)
        target = known.budgets[-1].plan.target.minor if known else 0
        if -allotted > target:
            yield ("target-not-a-cap", f"allotted in {term}", target, -allotted)


def rolled_forward(sums: Sums) -> Iterator[Found]:
    """What left one term entered another; what was put aside is aside; closing a term moved nothing."""
    through = sums.balance(("2010", "2070"), (DONOR, FLOW))
    for donor in sorted({donor for donor, _ in through}):
        left, entered = through.get((donor, CARRIED_OUT), 0), -through.get((donor, CARRIED_IN), 0)
        if left != entered:
            yield ("roll-forward", f"carried in of {donor}", left, entered)
    within = {
        DONOR_BALANCE: sums.balance(("2010", "2070"), (TERM, DONOR, FLOW)),
        CLOSING: sums.balance(HELD, (TERM, DONOR, FLOW)),
    }
    for flow, balances in within.items():
        for (term, donor, own), balance in sorted(balances.items()):
            if own == flow and balance:
                yield ("roll-forward", f"{flow} of {donor} in {term}", 0, balance)


def closed_terms(sums: Sums) -> Iterator[Found]:
    """In a closed term everything held stands on 2010, and no donor is below zero."""
    held = sums.balance(HELD, (TERM, DONOR))
    rest = sums.balance([code for code in HELD if code != "2010"], (ACCOUNT, TERM, DONOR))
    for (account, term, donor), balance in sorted(rest.items()):
        known = sums.documents.standing(f"term:{term}", Term)
        if balance and known and known.closed_on:
            yield ("term-closed", f"{account} of {donor} in {term}", 0, balance)
    for (term, donor), balance in sorted(held.items()):
        known = sums.documents.standing(f"term:{term}", Term)
        if balance > 0 and known and known.closed_on:
            yield ("term-closed", f"held for {donor} in {term}", "zero or more", -balance)


RULES: tuple[Callable[[Sums], Iterator[Found]], ...] = (trust_tie_out, targets, rolled_forward, closed_terms)
"""In the order they are reported."""
