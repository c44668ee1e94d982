"""A subaccount as a row of the database, and what its lines count in."""

from __future__ import annotations

from typing import NamedTuple

from mdfm_ledger.chart import DIMENSIONS, HELD_OR_RESOURCES
from mdfm_ledger.journal import is_place
from mdfm_ledger.written_line import Around, around_amount_of

Place = tuple[str, ...]
"""Account, term, currency and the dimensions in their order."""

ACCOUNT, TERM, CURRENCY = 0, 1, 2
_AT = {name: position for position, name in enumerate(DIMENSIONS, start=3)}
(
    DONOR,
    PLEDGE,
    ALLOCATION,
    OBLIGATION,
    ADVANCE,
    ACTIVITY,
    EARMARK,
    BANK_ACCOUNT,
    BANK_REFERENCE,
    PARTY,
    FLOW,
) = (
    _AT[name]
    for name in (
        "donor",
        "pledge",
        "allocation",
        "obligation",
        "advance",
        "activity",
        "earmark",
        "bank_account",
        "bank_reference",
        "party",
        "flow",
    )
)


class StoredPlace(NamedTuple):
    """What a subaccount counts in, worked out once: it is posted to again and again."""

    values: Place
    balances_in: tuple[bool, str, str]
    resources_of: tuple[str, str] | None
    holds_cash: bool
    around: Around | None
    """What stands around the side and the digits of a line in a record; None where it is no place."""


def known_place(values: Place) -> StoredPlace:
    """What the row of a subaccount counts in, whatever stands in it."""
    account, term, currency = values[:3]
    return StoredPlace(
        values=values,
        balances_in=(account >= "8", term, currency),
        resources_of=(term, values[DONOR]) if account in HELD_OR_RESOURCES else None,
        holds_cash=account == "1010",
        around=around_amount_of(values) if is_place(values) else None,
    )


NOWHERE = known_place(("?",) * (3 + len(DIMENSIONS)))
"""What a line is on whose subaccount is missing."""
