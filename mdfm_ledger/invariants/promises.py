"""Invariants of what donors have promised."""

from __future__ import annotations

from mdfm_ledger.books import Books
from mdfm_ledger.books.documents import PledgePromise
from mdfm_ledger.errors import PledgeExceededError
from mdfm_ledger.journal import JournalEntry
from mdfm_ledger.money import Amount
from mdfm_ledger.series import added_up, day_number


def pledge_identity(before: Books, entry: JournalEntry, after: Books) -> None:
    """What is open on a pledge touched is never below zero from the pledge's own date on.

    Nor is, over all dates, any of its three states: announced, signed, due. Money may come before the
    pledge is signed or due; on the days in between more is paid than promised, or due.
    """
    pledges = {
        line.subaccount.pledge: line.subaccount.currency
        for line in entry.lines
        if line.subaccount.pledge and line.subaccount.account != "8090"
    }
    for pledge, currency in pledges.items():
        promise = after.standing(f"pledge:{pledge}")
        since = day_number(promise.on) if isinstance(promise, PledgePromise) else entry.day
        states = list(after.pledge_states(pledge).values())
        lowest, _ = added_up(states).low_from(max(since, entry.day))
        lowest = min(lowest, *[series.total for series in states])
        if lowest < 0:
            was_open = before.pledge_open(pledge).low_from(entry.day)[0]
            raise PledgeExceededError(
                pledge=pledge,
                asked=Amount(was_open - lowest, currency),
                open=Amount(was_open, currency),
            )
