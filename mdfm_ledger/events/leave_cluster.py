"""A city leaves a thematic cluster, or ceases to coordinate it."""

from __future__ import annotations

from datetime import date

from attrs import frozen

from mdfm_ledger.books import Books
from mdfm_ledger.event import Event
from mdfm_ledger.fields import day, one_of, reference, text
from mdfm_ledger.journal import Lines
from mdfm_ledger.rules.clusters import MEMBER, REGISTER, ROLES, ClusterRegister, register_of


@frozen(kw_only=True)
class LeaveCluster(Event):
    """A membership, or a coordination, ends before its time; ``on`` is its last day. Nothing is posted."""

    event_kind = "leave_cluster"
    described_by = "reason"

    on: date = day()
    city: str = reference()
    cluster: str = reference()
    role: str = one_of(*ROLES, default=MEMBER)
    reason: str = text()

    def about(self, books: Books, lines: Lines) -> str:
        return REGISTER

    def post(self, books: Books) -> Lines:
        self._ended(register_of(books))
        return ()

    def document(self, before: ClusterRegister, lines: Lines) -> ClusterRegister:
        del lines
        return self._ended(before)

    def _ended(self, register: ClusterRegister) -> ClusterRegister:
        return register.without(self.city, self.cluster, self.role, self.on, self.reason)
