"""A subaccount as a row of the database, and what its lines count in."""

from __future__ import annotations

from attrs import define

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


@define(eq=False)
class StoredPlace:
    """What a subaccount counts in, worked out once: it is posted to again and again."""

    values: Place
    is_place: bool
    donor: str
    currency: str
    before_debit: str
    """What stands before the digits of a debit in a record."""
    before_credit: str
    after: str
    """What stands after the digits."""
    balances_in: tuple[bool, str, str]
    resources_of: tuple[str, str] | None
    holds_cash: bool
    debits: dict[int, int]
    """Where debits are added up, by day, together with those of other places."""
    credits: dict[int, int]

    @property
    def around(self) -> Around:
        """What stands around the side and the digits of a line in a record."""
        return around_amount_of(self.values)


def known_place(values: Place, totals: tuple[dict[int, int], dict[int, int]]) -> StoredPlace:
    """What the row of a subaccount counts in, whatever stands in it."""
    account, term, currency, donor = values[:4]
    before, after = around_amount_of(values)
    return StoredPlace(
        values,
        is_place(values),
        donor,
        currency,
        f'{before}"debit":"{currency} ',
        f'{before}"credit":"{currency} ',
        after,
        (account >= "8", term, currency),
        (term, donor) if account in HELD_OR_RESOURCES else None,
        account == "1010",
        *totals,
    )


NOWHERE: Place = ("?",) * (3 + len(DIMENSIONS))
"""What a line is on whose subaccount is missing."""
