"""Drawing on an allocation or an obligation: whose money it is, by frozen shares, and what it posts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from operator import sub
from types import MappingProxyType

from mdfm_ledger.books import Books, Group
from mdfm_ledger.books.shares import Parcel
from mdfm_ledger.errors import BurdenNotCoveredError, OverAllotmentError, OverObligationError
from mdfm_ledger.fields import require_match
from mdfm_ledger.journal import Lines, Subaccount, debit, moved, places_like, subaccount
from mdfm_ledger.money import Amount, draw
from mdfm_ledger.series import day_number

Drawn = Sequence[tuple[Subaccount, int]]
"""Places drawn on, and how much of each in minor units."""


def draw_on_obligation(books: Books, obligation: str, amount: Amount, on: date) -> Drawn:
    """Split ``amount`` over the obligated subaccounts (8140) of an obligation; no part is zero.

    Shares are those the obligation took from its allocation, drawn within one cent as they were.
    Raises OverObligationError where less is left on ``on`` or any later date, MismatchError for
    another currency.
    """
    shares = books.obligation(obligation)
    parcels = shares.parcels
    require_match("amount", amount.currency, f"obligation {obligation}", parcels[0].place.currency)
    left, limits = _left(books.obligated(obligation), parcels, day_number(on))
    if sum(limits) < amount.minor:
        raise OverObligationError(
            obligation=obligation, asked=amount, left=Amount(sum(limits), amount.currency), day=on
        )
    return _parts(amount, parcels, left, limits)


def draw_on(
    books: Books, allocation: str, amount: Amount, on: date, *, after: Drawn = (), burden: int = 0
) -> Drawn:
    """Split ``amount`` over the allotted subaccounts (8120) of an allocation; no part is zero.

    Each donor's cumulative draw stays within one cent of its exact share; within a donor the same
    holds for its parcels of differently earmarked money. ``after`` is what the same entry drew
    before, ``burden`` what support cost is still to take. Raises OverAllotmentError where less is left
    on ``on`` or any later date, BurdenNotCoveredError where that leaves less than the burden,
    MismatchError for another currency.
    """
    shares = books.allocation(allocation)
    parcels = shares.parcels
    require_match("amount", amount.currency, f"allocation {allocation}", parcels[0].place.currency)
    left, limits = _left(books.allotted(allocation), parcels, day_number(on), dict(after))
    if sum(limits) < amount.minor:
        raise OverAllotmentError(
            allocation=allocation, asked=amount, left=Amount(sum(limits), amount.currency), day=on
        )
    if sum(limits) < amount.minor + burden:
        raise BurdenNotCoveredError(
            allocation=allocation,
            asked=amount,
            burden=Amount(burden, amount.currency),
            left=Amount(sum(limits), amount.currency),
            day=on,
        )
    return _parts(amount, parcels, left, limits)


def draw_with_burden(
    books: Books, allocation: str, amount: Amount, burden: int, on: date, *, to_come: int
) -> tuple[Drawn, Drawn]:
    """Split an amount and then its support cost, of ``burden`` minor units, over an allocation.

    What is left has to cover both together, and what support cost is ``to_come``; raises as
    :func:`draw_on` does.
    """
    if not burden:
        return draw_on(books, allocation, amount, on, burden=to_come), ()
    draw_on(books, allocation, Amount(amount.minor + burden, amount.currency), on, burden=to_come)
    drawn = draw_on(books, allocation, amount, on)
    return drawn, draw_on(books, allocation, Amount(burden, amount.currency), on, after=drawn)


def _parts(amount: Amount, parcels: Sequence[Parcel], left: list[int], limits: list[int]) -> Drawn:
    drawn = [minor - rest for (_, minor), rest in zip(parcels, left, strict=True)]
    parts = _split_by_donor(amount.minor, parcels, drawn, limits)
    return [(place, part) for (place, _), part in zip(parcels, parts, strict=True) if part]


def _left(
    held: Group,
    parcels: Sequence[Parcel],
    day: int,
    drawn: Mapping[Subaccount, int] = MappingProxyType({}),
) -> tuple[list[int], list[int]]:
    """What is left of each parcel at the end of time, and the least it has from ``day`` on."""
    balances = [held[place] for place, _ in parcels]
    left = [balance.total for balance in balances]
    limits = [max(balance.low_from(day)[0], 0) for balance in balances]
    if drawn:
        already = [drawn.get(place, 0) for place, _ in parcels]
        left = list(map(sub, left, already))
        limits = [max(lowest, 0) for lowest in map(sub, limits, already)]
    return left, limits


def _split_by_donor(minor: int, parcels: Sequence[Parcel], drawn: list[int], limits: list[int]) -> list[int]:
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


def spent(drawn: Drawn, category: str, country: str, *, flow: str = "") -> Lines:
    """Dr 2040 applied to the activity, one line a donor; ``flow`` where it is no expenditure."""
    return _by_donor(drawn, "2040", category=category, country=country, flow=flow)


def supported(drawn: Drawn) -> Lines:
    """Dr 2042 programme support cost, one line a donor."""
    return _by_donor(drawn, "2042")


def _by_donor(drawn: Drawn, account: str, **dimensions: str) -> Lines:
    by_donor: dict[str, int] = {}
    for place, minor in drawn:
        by_donor[place.donor] = by_donor.get(place.donor, 0) + minor
    places = _under_allocation(drawn, [(donor, "") for donor in by_donor], account, **dimensions)
    return tuple([debit(place, minor) for place, minor in zip(places, by_donor.values(), strict=True)])


def _under_allocation(
    drawn: Drawn, money: Sequence[tuple[str, str]], account: str, **dimensions: str
) -> list[Subaccount]:
    """Where money of donors with earmarks stands on an account, under the allocation that is drawn on."""
    first, _ = drawn[0]
    same = {"term": first.term, "activity": first.activity, "allocation": first.allocation, **dimensions}
    few = [subaccount(account, donor=donor, earmark=earmark, **same) for donor, earmark in money[:_FEW]]
    return few if len(money) <= _FEW else places_like(few[0], money)


_FEW = 4
"""Places that are sooner found among those kept than made."""


def expended(drawn: Drawn, *, flow: str = "") -> Lines:
    """Dr 8120 allotted, or 8140 obligated, Cr 8150 expended; two lines a place drawn on."""
    return _moved(drawn, "8150", flow=flow)


def obligated(drawn: Drawn, obligation: str, party: str) -> Lines:
    """Dr 8120 allotted Cr 8140 obligated to a party; two lines a place drawn on."""
    return _moved(drawn, "8140", obligation=obligation, party=party)


def released(drawn: Drawn) -> Lines:
    """Dr 8140 obligated Cr 8120 allotted; two lines a place drawn on."""
    return _moved(drawn, "8120")


def _moved(drawn: Drawn, account: str, **dimensions: str) -> Lines:
    if not drawn:
        return ()
    places, minors = zip(*drawn, strict=True)
    money = [(place.donor, place.earmark) for place in places]
    return moved(places, _under_allocation(drawn, money, account, **dimensions), minors)
