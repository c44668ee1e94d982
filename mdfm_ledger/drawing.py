"""Drawing on an allocation: whose money a draw uses, by the shares frozen when it was allotted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from mdfm_ledger.books import Books
from mdfm_ledger.documents import FrozenShares, Parcel
from mdfm_ledger.errors import MismatchError, OverAllotmentError
from mdfm_ledger.journal import Subaccount, subaccount
from mdfm_ledger.money import Amount, draw
from mdfm_ledger.series import day_number


def draw_on(books: Books, allocation: str, amount: Amount, on: date) -> list[tuple[Subaccount, int]]:
    """Split ``amount`` over the allotted subaccounts (8120) of an allocation; no part is zero.

    Each donor's cumulative draw stays within one cent of its exact share; within a donor the same
    holds for its parcels of differently earmarked money. Raises OverAllotmentError where less is
    left on ``on`` or any later date, MismatchError for another currency.
    """
    shares = books.allocation(allocation)
    parcels = [(_place(shares, parcel), parcel.minor) for parcel in shares.parcels]
    _require_currency(amount, parcels[0][0])
    left, limits = _left(books, allocation, parcels, day_number(on))
    if sum(limits) < amount.minor:
        raise OverAllotmentError(
            allocation=allocation, asked=amount, left=Amount(sum(limits), amount.currency), day=on
        )
    drawn = [minor - rest for (_, minor), rest in zip(parcels, left, strict=True)]
    parts = _split_by_donor(amount.minor, parcels, drawn, limits)
    return [(place, part) for (place, _), part in zip(parcels, parts, strict=True) if part]


def _left(
    books: Books, allocation: str, parcels: Sequence[tuple[Subaccount, int]], day: int
) -> tuple[list[int], list[int]]:
    """What is left of each parcel at the end of time, and the least it has from ``day`` on."""
    allotted = books.allotted(allocation)
    series = [allotted[place] for place, _ in parcels]
    return [one.total for one in series], [max(one.low_from(day)[0], 0) for one in series]


def _split_by_donor(
    minor: int, parcels: Sequence[tuple[Subaccount, int]], drawn: list[int], limits: list[int]
) -> list[int]:
    positions: dict[str, list[int]] = {}
    for position, (place, _) in enumerate(parcels):
        positions.setdefault(place.donor, []).append(position)
    shares = [minor for _, minor in parcels]
    if len(positions) == len(parcels):
        return draw(minor, shares, drawn, limits)

    def per_donor(values: Sequence[int]) -> list[int]:
        return [sum(values[position] for position in own) for own in positions.values()]

    parts = [0] * len(parcels)
    donor_parts = draw(minor, per_donor(shares), per_donor(drawn), per_donor(limits))
    for own, part in zip(positions.values(), donor_parts, strict=True):
        if part:
            split = draw(
                part,
                [shares[position] for position in own],
                [drawn[position] for position in own],
                [limits[position] for position in own],
            )
            for position, value in zip(own, split, strict=True):
                parts[position] = value
    return parts


def _place(shares: FrozenShares, parcel: Parcel) -> Subaccount:
    return subaccount(
        "8120",
        term=shares.term,
        donor=parcel.donor,
        activity=shares.activity,
        allocation=shares.reference,
        earmark=parcel.earmark,
    )


def _require_currency(amount: Amount, place: Subaccount) -> None:
    if amount.currency != place.currency:
        raise MismatchError(
            field="amount",
            given=amount.currency,
            document=f"allocation {place.allocation}",
            expected=place.currency,
        )
