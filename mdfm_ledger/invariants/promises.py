"""Invariants of what donors have promised."""

from __future__ import annotations

from mdfm_ledger.books import Books
from mdfm_ledger.errors import PledgeExceededError
from mdfm_ledger.journal import JournalEntry
from mdfm_ledger.money import Amount
from mdfm_ledger.series import day_number


def pledge_identity(before: Books, entry: JournalEntry, after: Books) -> None:
    """What is open on a pledge touched is never below zero from the pledge's own date on.

    Money may come before the pledge is signed; on the days in between more is paid than promised,
    which the report shows as received ahead.
    """
    for line in entry.lines:
        place = line.subaccount
        if not place.pledge or place.account == "8090":
            continue
        versions = after.versions(f"pledge:{place.pledge}")
        since = after.pledge(place.pledge).on if versions else entry.on
        lowest, _ = after.pledge_open(place.pledge).low_from(max(day_number(since), entry.day))
        if lowest < 0:
            was_open = before.pledge_open(place.pledge).low_from(entry.day)[0]
            raise PledgeExceededError(
                pledge=place.pledge,
                asked=Amount(was_open - lowest, place.currency),
                open=Amount(was_open, place.currency),
            )
