"""Whose money an allocation took, and what is committed or passed on under it: shares frozen for ever."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import NamedTuple

from attrs import frozen

from mdfm_ledger.journal import Lines, Subaccount, subaccount


class Parcel(NamedTuple):
    """A donor's part of an allocation, frozen when it was allocated: where it was put, and how much."""

    place: Subaccount
    minor: int

    @property
    def donor(self) -> str:
        """Whose money it is."""
        return self.place.donor

    @property
    def earmark(self) -> str:
        """The earmark it came with; empty where there is none."""
        return self.place.earmark


def parcels_on(lines: Lines, account: str) -> tuple[Parcel, ...]:
    """The parcels that an entry put on an account."""
    return tuple([_parcel((place, abs(signed))) for place, signed, _ in lines if place.account == account])


_parcel: Callable[[tuple[Subaccount, int]], Parcel] = partial(tuple.__new__, Parcel)


@frozen(kw_only=True)
class FrozenShares:
    """An allocation and whose money it took: the shares everything under it follows for ever.

    An allocation may be for a thematic cluster, and a line of the plan for it.
    """

    reference: str
    allocation: str
    term: str
    activity: str
    on: date
    parcels: tuple[Parcel, ...]
    cluster: str = ""
    cluster_line: str = ""

    def place(self, account: str, parcel: Parcel) -> Subaccount:
        """Where a donor's part stands under the allocation: 8120 allotted, 8150 expended."""
        return subaccount(
            account,
            term=self.term,
            donor=parcel.donor,
            activity=self.activity,
            allocation=self.allocation,
            earmark=parcel.earmark,
        )


@frozen(kw_only=True)
class ObligatedShares(FrozenShares):
    """An obligation under an allocation: with whom, and the shares it took."""

    party: str


@frozen(kw_only=True)
class TransferShares(FrozenShares):
    """A pass-through transfer: to whom, whose money it took, and how much of each came back."""

    party: str
    refunded: tuple[int, ...]
