"""A subaccount as a row of the database, and what its lines count in."""

from __future__ import annotations

from attrs import define

from mdfm_ledger.canonical import quoted
from mdfm_ledger.chart import DIMENSIONS, HELD_OR_RESOURCES
from mdfm_ledger.journal import is_place
from mdfm_ledger.written_line import ENDS_WITH, Around, around_amount_of

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
class PlaceKind:
    """What places count in that differ in donor and pledge only: most places are of a few kinds."""

    is_place: bool
    currency: str
    before_debit: str
    """What stands before the digits of a debit in a record."""
    before_credit: str
    after: str
    """What stands after the digits, up to the pledge."""
    ends: str
    """What stands after the pledge."""
    balances_in: tuple[bool, str, str]
    has_resources: bool
    holds_cash: bool
    debits: dict[int, int]
    """Where debits are added up, by day, together with those of other places."""
    credits: dict[int, int]


@define(eq=False)
class StoredPlace:
    """What a subaccount counts in, worked out once: it is posted to again and again."""

    values: Place
    donor: str
    after: str
    """What stands after the digits in a record."""
    resources_of: tuple[str, str] | None
    kind: PlaceKind

    @property
    def around(self) -> Around:
        """What stands around the side and the digits of a line in a record."""
        return around_amount_of(self.values)


KindKey = tuple[object, ...]
"""A place without its donor and pledge, but for whether it has such."""


def kind_key(values: Place) -> KindKey:
    """What tells the kind of a place from others."""
    return (values[DONOR] != "", values[PLEDGE] != "", *values[:DONOR], *values[PLEDGE + 1 :])


def kind_of(values: Place, totals: tuple[dict[int, int], dict[int, int]]) -> PlaceKind:
    """The kind of the place of this row, whatever stands in it."""
    account, term, currency = values[:DONOR]
    before, after = around_amount_of((*values[:PLEDGE], "", *values[PLEDGE + 1 :]))
    # A pledge would be the last member before the term.
    begins, ends, rest = after.rpartition(ENDS_WITH)
    return PlaceKind(
        is_place(values),
        currency,
        f'{before}"debit":"{currency} ',
        f'{before}"credit":"{currency} ',
        begins,
        ends + rest,
        (account >= "8", term, currency),
        account in HELD_OR_RESOURCES,
        account == "1010",
        *totals,
    )


def known_place(values: Place, kind: PlaceKind) -> StoredPlace:
    """What the row of a subaccount of that kind counts in."""
    donor, pledge = values[DONOR], values[PLEDGE]
    after = f'{kind.after}"pledge":{quoted(pledge)},{kind.ends}' if pledge else kind.after + kind.ends
    return StoredPlace(values, donor, after, (values[TERM], donor) if kind.has_resources else None, kind)


NOWHERE: Place = ("?",) * (3 + len(DIMENSIONS))
"""What a line is on whose subaccount is missing."""
