"""Which balances the books keep: what each account's places are grouped and summed by for the rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from mdfm_ledger.chart import CHART, PLEDGE_OPEN, Side
from mdfm_ledger.journal import Subaccount

GroupKey = tuple[str, ...]
"""What is kept, and of what: ("free", term, earmark), ("open", pledge)."""

# What stands under a document from its beginning: it is empty then and need not be fetched.
GROUPS_BEGUN = {"pledge": ("open",), "allocation": ("allotted",), "obligation": ("obligated",)}
TOTALS_BEGUN = {
    "unidentified_receipt": ("unapplied",),
    "allocation": ("committed",),
    "obligation": ("obligation", "advanced"),
    "advance": ("advance", "recoverable"),
}
_BEGUN = {
    "agent_fee",
    "application_fee",
    "approval",
    "conditioned_receipt",
    "refund",
    "transfer",
    *GROUPS_BEGUN,
    *TOTALS_BEGUN,
}
_LOOKED_UP = {"advances"}.union(*GROUPS_BEGUN.values(), *TOTALS_BEGUN.values())

_GROUP_OF: dict[str, Callable[[Subaccount], GroupKey]] = {
    "8110": lambda place: ("free", place.term, place.earmark),
    "8120": lambda place: ("allotted", place.allocation),
    "8140": lambda place: ("obligated", place.obligation),
    "1210": lambda place: ("advances", place.party),
} | dict.fromkeys(PLEDGE_OPEN, lambda place: ("open", place.pledge))


_FORESEEN = {"earmark": ("free",), "activity": ("allocated", "free")}
"""Groups of a term and what a field of an event says."""


def _allocated(place: Subaccount) -> tuple[GroupKey, ...]:
    return (("allocated", place.term, place.activity),)


ON_ACCOUNT = "on_account"
"""What is on a bank account over all terms, in its own currency; kept from the first time money leaves it."""

_TOTALS_OF: dict[str, Callable[[Subaccount], tuple[GroupKey, ...]]] = {
    "1010": lambda place: ((ON_ACCOUNT, place.bank_account),),
    "1210": lambda place: (("advance", place.advance), ("advanced", place.obligation)),
    # What a partner owes stays reserved under its obligation: until it is back it is no cash to allot.
    "1230": lambda place: (("recoverable", place.advance), ("advanced", place.obligation)),
    # Refunds and what is carried between terms are no contributions.
    "2010": lambda place: () if place.flow else (("received", place.term),),
    "2050": lambda place: (("unapplied", place.bank_reference),),
    "2060": lambda place: (("refund", place.term, place.donor),),
    "2070": lambda place: (("donor_balance", place.term, place.donor),),
    "2110": lambda place: (("payable", place.term, place.party),),
    "8120": _allocated,
    "8140": lambda place: (
        *_allocated(place),
        ("obligation", place.obligation),
        ("committed", place.allocation),
    ),
    "8150": _allocated,
}

_BY_DONOR = frozenset({"2060", "2070"})


class Watch(NamedTuple):
    """What is kept of the places of an account: the group and the totals each counts in, if any."""

    group: Callable[[Subaccount], GroupKey] | None
    totals: Callable[[Subaccount], tuple[GroupKey, ...]] | None
    sign: int
    """1 where the account's normal side is the debit, else -1."""
    is_by_donor: bool
    """Whether the totals are each of one donor."""


WATCHED = {
    code: Watch(
        _GROUP_OF.get(code),
        _TOTALS_OF.get(code),
        1 if CHART[code].normal is Side.DEBIT else -1,
        code in _BY_DONOR,
    )
    for code in sorted({*_GROUP_OF, *_TOTALS_OF})
}
"""The accounts whose places are kept at all."""


def foreseen(events: Iterable[Any]) -> set[GroupKey]:
    """The balances of terms that the rules of such events ask for, as far as the fields of these say it."""
    alike: dict[Any, list[Any]] = {}
    for event in events:
        alike.setdefault(type(event), []).append(event)
    fulfilled = {event.pledge for kind, some in alike.items() if hasattr(kind, "pledge") for event in some}
    keys: set[GroupKey] = set()
    for kind, some in alike.items():
        for name, groups in _FORESEEN.items():
            if hasattr(kind, name) and hasattr(kind, "term"):
                # A promise moves no money, but where some comes on it that has the earmark of the promise.
                moving = [one for one in some if kind.event_kind != "pledge" or one.reference in fulfilled]
                named = {(one.term, getattr(one, name)) for one in moving if one.term}
                keys.update((group, *by) for group in groups for by in named)
    return keys


def group_of(place: Subaccount) -> GroupKey | None:
    """The group a place counts in, if any."""
    group = _GROUP_OF.get(place.account)
    return group(place) if group else None


def totals_of(place: Subaccount) -> tuple[GroupKey, ...]:
    """The totals a place counts in."""
    totals = _TOTALS_OF.get(place.account)
    return totals(place) if totals else ()


def stays(key: object) -> bool:
    """Whether books keep what this key names when they let go of documents looked up."""
    if isinstance(key, str):
        return key.partition(":")[0] not in _BEGUN
    return not (isinstance(key, tuple) and key[0] in _LOOKED_UP)
