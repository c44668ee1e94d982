"""What the events that put a city into a thematic cluster have in common."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from attrs import frozen

from mdfm_ledger.books import Books
from mdfm_ledger.event import Event
from mdfm_ledger.fields import day, optional_day, reference
from mdfm_ledger.journal import Lines
from mdfm_ledger.rules.clusters import (
    REGISTER,
    ClusterRegister,
    Membership,
    last_day,
    register_of,
    require_cluster,
    require_member_city,
)


@frozen(kw_only=True)
class ClusterEntry(Event):
    """What joining and coordinating a cluster have in common: a city, a cluster, and two years at most."""

    described_by = "city"
    role: ClassVar[str] = ""

    on: date = day()
    term: str = reference()
    city: str = reference()
    cluster: str = reference()
    ends_on: date | None = optional_day()

    def __attrs_post_init__(self) -> None:
        last_day(self.on, self.ends_on)

    def about(self, books: Books, lines: Lines) -> str:
        del books, lines
        return REGISTER

    def post(self, books: Books) -> Lines:
        require_member_city(books, self.city)
        require_cluster(books, books.term(self.term), self.cluster, self.on)
        register_of(books).with_membership(self._membership())
        return ()

    def document(self, before: ClusterRegister | None, lines: Lines) -> ClusterRegister:
        del lines
        return (before or ClusterRegister()).with_membership(self._membership())

    def _membership(self) -> Membership:
        return Membership(
            role=self.role,
            city=self.city,
            cluster=self.cluster,
            term=self.term,
            on=self.on,
            ends_on=last_day(self.on, self.ends_on),
        )
