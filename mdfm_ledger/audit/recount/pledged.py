"""What is open, paid and written off of each pledge, against what was promised."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import accumulate, groupby
from operator import itemgetter

from mdfm_ledger.audit.recount.documents import Promised
from mdfm_ledger.audit.recount.sums import Days, Sums, date_of, running
from mdfm_ledger.audit.recount.whole import Found
from mdfm_ledger.chart import PLEDGE_OPEN, PLEDGE_STATES

PledgeLine = tuple[str, str, int, int]
"""A line on a place of a pledge: the pledge, account, day, amount, debit positive."""

_STATES, _OPEN = frozenset(PLEDGE_STATES), frozenset(PLEDGE_OPEN)


def pledges(sums: Sums, lines: Iterable[PledgeLine]) -> Iterator[Found]:
    """What does not hold of the pledges, from their lines one pledge after the other."""
    for pledge, own in groupby(lines, key=itemgetter(0)):
        states: dict[str, int] = {}
        still_open: Days = {}
        for _, account, day, amount in own:
            if account in _STATES:
                states[account] = states.get(account, 0) + amount
                if account in _OPEN:
                    still_open[day] = still_open.get(day, 0) + amount
        promise = sums.documents.promised(pledge)
        expected = promise.minor if promise else 0
        course = accumulate(map(still_open.__getitem__, sorted(still_open)))
        balances = states.values()
        if sum(balances) != expected or min(balances, default=0) < 0 or min(course, default=0) < 0:
            yield from _pledge(pledge, promise, states, still_open)


def _pledge(
    pledge: str, promise: Promised | None, states: dict[str, int], still_open: Days
) -> Iterator[Found]:
    """Open, paid and written off is what was promised; nothing is paid beyond it; no state is below zero."""
    total, expected = sum(states.values()), promise.minor if promise else 0
    if total != expected:
        yield ("pledge-identity", f"open, paid and written off of {pledge}", expected, total)
    # Of a pledge that was taken back nothing may be left open, or paid, on any later day.
    since = promise.on if promise else date_of(max(still_open, default=10101))
    for day, balance in running(still_open):
        if balance < 0 and date_of(day) >= since:
            yield ("pledge-identity", f"open of {pledge} on {date_of(day)}", "zero or more", balance)
            break
    for account, balance in sorted(states.items()):
        if balance < 0:
            yield ("pledge-identity", f"{account} of {pledge}", "zero or more", balance)
