"""What has to hold over all entries together, each rule a question of the sums."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator

from mdfm_ledger.chart import (
    CARRIED_IN,
    CARRIED_OUT,
    CHART,
    CLOSING,
    DONOR_BALANCE,
    HELD,
    PLEDGE_OPEN,
    PLEDGE_STATES,
    JournalSet,
)
from mdfm_ledger.documents import PledgePromise, Term
from mdfm_ledger.recount.sums import Days, Sums, date_of, merge, running
from mdfm_ledger.stored_place import (
    ACCOUNT,
    ACTIVITY,
    ADVANCE,
    ALLOCATION,
    BANK_REFERENCE,
    DONOR,
    EARMARK,
    FLOW,
    OBLIGATION,
    PARTY,
    PLEDGE,
    TERM,
    Place,
)

Found = tuple[str, str, object, object]
"""A check, what it looked at, what was expected and what was found."""

_COMMITTED = frozenset({"8120", "8140", "8150"})
_NEVER_NEGATIVE = {
    "8110": ("donor-not-negative", DONOR),
    "8120": ("within-allotment", ALLOCATION),
    "8140": ("within-allotment", OBLIGATION),
    "1210": ("outstanding-not-negative", ADVANCE),
    "1230": ("outstanding-not-negative", ADVANCE),
    "2050": ("outstanding-not-negative", BANK_REFERENCE),
    "2060": ("outstanding-not-negative", DONOR),
    "2110": ("outstanding-not-negative", PARTY),
}
"""The balances that are never negative on their account's normal side, and what names them."""
COURSES = _COMMITTED.union(PLEDGE_STATES, {"2070"}) | _NEVER_NEGATIVE.keys()
"""The accounts whose course over the days is looked at."""


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


def never_negative(sums: Sums) -> Iterator[Found]:
    """No place is beyond zero, on any day, where nothing can be."""
    for place, days in sums.days:
        if place[ACCOUNT] in _NEVER_NEGATIVE:
            check, dimension = _NEVER_NEGATIVE[place[ACCOUNT]]
            sign = 1 if place[ACCOUNT] < "2000" else -1
            losses = _losses(sums, place)
            for day, balance in running(days):
                if sign * balance + sum(lost for on, lost in losses.items() if on <= day) < 0:
                    what = f"{place[ACCOUNT]} {place[dimension]} {place[DONOR]} on {date_of(day)}"
                    yield (check, what, "zero or more", sign * balance)
                    break


def _losses(sums: Sums, place: Place) -> Days:
    """The exchange losses that may have left a donor's free money below zero, by day."""
    if place[ACCOUNT] != "8110" or place[EARMARK]:
        return {}
    return sums.losses.get((place[TERM], place[DONOR]), {})


def covered(sums: Sums) -> Iterator[Found]:
    """A partner holds and owes no more of advances than its obligation still covers."""
    covered: dict[str, Days] = defaultdict(dict)
    for place, days in sums.days:
        if place[OBLIGATION] and place[ACCOUNT] in {"8140", "1210", "1230"}:
            merge(covered[place[OBLIGATION]], days)
    for obligation, days in covered.items():
        for day, balance in running(days):
            if balance > 0:
                what = f"advances under {obligation} beyond what it covers, on {date_of(day)}"
                yield ("within-allotment", what, "none", balance)
                break


def pledges(sums: Sums) -> Iterator[Found]:
    """What is open, paid and written off of a pledge is what was promised; nothing is paid beyond it."""
    still_open: dict[str, Days] = defaultdict(dict)
    promised: dict[str, int] = defaultdict(int)
    for place, days in sums.days:
        if place[ACCOUNT] in PLEDGE_STATES:
            promised[place[PLEDGE]] += sum(days.values())
            if place[ACCOUNT] in PLEDGE_OPEN:
                merge(still_open[place[PLEDGE]], days)
    for pledge, total in promised.items():
        promise = sums.standing(f"pledge:{pledge}", PledgePromise)
        expected = promise.amount.minor if promise else 0
        if total != expected:
            yield ("pledge-identity", f"open, paid and written off of {pledge}", expected, total)
        # Of a pledge that was taken back nothing may be left open, or paid, on any later day.
        since = promise.on if promise else date_of(max(still_open[pledge], default=10101))
        for day, balance in running(still_open[pledge]):
            if balance < 0 and date_of(day) >= since:
                yield ("pledge-identity", f"open of {pledge} on {date_of(day)}", "zero or more", balance)
                break


def pledge_states(sums: Sums) -> Iterator[Found]:
    """No state of a pledge is below zero once all is recorded: announced, signed, due, paid, written off."""
    for (account, pledge), balance in sorted(sums.balance(PLEDGE_STATES, (ACCOUNT, PLEDGE)).items()):
        if balance < 0:
            yield ("pledge-identity", f"{account} of {pledge}", "zero or more", balance)


def budgets(sums: Sums) -> Iterator[Found]:
    """Allocations of an activity stay within its budget line on every day; earmarked money is on its own."""
    allocated: dict[tuple[str, str], Days] = defaultdict(dict)
    for place, days in sums.days:
        if place[ACCOUNT] in _COMMITTED:
            merge(allocated[place[TERM], place[ACTIVITY]], days)
        if place[ACCOUNT] == "8120" and place[EARMARK]:
            yield from _earmark(sums, place)
    for (term, activity), days in sorted(allocated.items()):
        known = sums.standing(f"term:{term}", Term)
        for day, balance in running(days):
            budget = known.budget_on(date_of(day)).amount_of(activity).minor if known else 0
            if -balance > budget:
                yield ("within-budget", f"{activity} of {term} on {date_of(day)}", budget, -balance)
                break


def _earmark(sums: Sums, place: Place) -> Iterator[Found]:
    term = sums.standing(f"term:{place[TERM]}", Term)
    areas = {version.plan.area_of(place[ACTIVITY]) for version in term.budgets} if term else set()
    if place[EARMARK] not in {place[ACTIVITY], *areas}:
        yield (
            "earmark",
            f"money of {place[DONOR]} on {place[ACTIVITY]}",
            place[EARMARK],
            place[ACTIVITY],
        )


def targets(sums: Sums) -> Iterator[Found]:
    """Money above the target may come in; no more than the target is allotted."""
    for (term,), allotted in sorted(sums.balance(_COMMITTED, (TERM,)).items()):
        known = sums.standing(f"term:{term}", Term)
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
    """In a closed term everything held stands on 2010, and never less than nothing stands aside."""
    rest = sums.balance([code for code in HELD if code != "2010"], (ACCOUNT, TERM, DONOR))
    for (account, term, donor), balance in sorted(rest.items()):
        known = sums.standing(f"term:{term}", Term)
        if balance and known and known.closed_on:
            yield ("term-closed", f"{account} of {donor} in {term}", 0, balance)
    aside: dict[tuple[str, str], Days] = defaultdict(dict)
    for place, days in sums.days:
        if place[ACCOUNT] == "2070":
            merge(aside[place[TERM], place[DONOR]], days)
    for (term, donor), days in sorted(aside.items()):
        for day, balance in running(days):
            if balance > 0:
                what = f"donor balance account of {donor} in {term} on {date_of(day)}"
                yield ("outstanding-not-negative", what, "zero or more", -balance)
                break


RULES: tuple[Callable[[Sums], Iterator[Found]], ...] = (
    trust_tie_out,
    never_negative,
    covered,
    pledges,
    pledge_states,
    budgets,
    targets,
    rolled_forward,
    closed_terms,
)
"""In the order they are reported."""
