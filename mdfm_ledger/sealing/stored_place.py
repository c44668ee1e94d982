"""A subaccount as a row of the database, and what its lines count in."""

from __future__ import annotations

from attrs import define

from mdfm_ledger.canonical import quoted
from mdfm_ledger.chart import DIMENSIONS, HELD_OR_RESOURCES
from mdfm_ledger.journal import is_place
from mdfm_ledger.sealing.written_line import around_digits

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


PlaceRow = tuple[int, str, str, str, str, str, str]
"""A subaccount as it is read: id, donor, pledge, account, term, currency, all other dimensions in one text.

The last is empty where there are none: most places are of pledges, and have no other.
"""

BETWEEN = "\x1f"
"""Stands between the other dimensions, in their order. No value that is let in holds such a sign."""

OTHERS = tuple(name for name in DIMENSIONS if name not in ("donor", "pledge"))


@define(eq=False)
class Side:
    """The debits, or the credits, on places of a kind."""

    before: str
    """What stands before the digits in a record."""
    by_day: dict[int, int]
    """Where they are added up, together with those of other places."""


@define(eq=False)
class PlaceKind:
    """What places count in that differ in donor and pledge only: most places are of a few kinds."""

    values: Place
    """Those of one of them."""
    is_place: bool
    currency: str
    debit: Side
    credit: Side
    before_pledge: str
    """What stands between the digits and the pledge."""
    ends: str
    """What stands after the pledge."""
    after: str
    """What stands after the digits where there is no pledge."""
    balances_in: tuple[bool, str, str]
    has_pledge: bool
    has_resources: bool
    holds_cash: bool

    def after_with(self, pledge: str) -> str:
        """What stands after the digits where there is a pledge, given as it is written."""
        return f"{self.before_pledge}{pledge}{self.ends}"


@define(eq=False)
class StoredPlace:
    """What a subaccount counts in, worked out once: it is posted to again and again."""

    donor: str
    pledge: str
    kind: PlaceKind

    @property
    def values(self) -> Place:
        """Account, term, currency and the dimensions."""
        values = self.kind.values
        return (*values[:DONOR], self.donor, self.pledge, *values[PLEDGE + 1 :])

    @property
    def resources_of(self) -> tuple[str, str] | None:
        """The term and the donor whose money or resources it counts; None where it counts neither."""
        return (self.kind.values[TERM], self.donor) if self.kind.has_resources else None

    @property
    def after(self) -> str:
        """What stands after the digits in a record."""
        return self.kind.after_with(quoted(self.pledge)) if self.pledge else self.kind.after


KindKey = tuple[object, ...]
"""A place without its donor and pledge, but for whether it has such."""


def kind_key(row: PlaceRow) -> KindKey:
    """What tells the kind of a place from others."""
    return (row[1] != "", row[2] != "", *row[3:])


def values_of(row: PlaceRow) -> Place:
    """Account, term, currency and the dimensions of a place as it is read."""
    _, donor, pledge, account, term, currency, joined = row
    others = tuple(joined.split(BETWEEN)) if joined else ("",) * len(OTHERS)
    if len(others) != len(OTHERS):
        return NOWHERE
    return (account, term, currency, donor, pledge, *others)


def kind_of(values: Place, totals: tuple[dict[int, int], dict[int, int]]) -> PlaceKind:
    """The kind of the place of this row, whatever stands in it."""
    account, term, currency = values[:DONOR]
    debits, credited = totals
    around = around_digits(values)
    return PlaceKind(
        values,
        is_place(values),
        currency,
        Side(around.debit, debits),
        Side(around.credit, credited),
        around.before_pledge,
        around.ends,
        around.after,
        (account >= "8", term, currency),
        values[PLEDGE] != "",
        account in HELD_OR_RESOURCES,
        account == "1010",
    )


NOWHERE: Place = ("?",) * (3 + len(DIMENSIONS))
"""What a line is on whose subaccount is missing."""

NO_ROW: PlaceRow = (0, "?", "?", "?", "?", "?", "?")
