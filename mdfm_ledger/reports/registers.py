"""Registers beside the money: offers in kind, and memberships of thematic clusters."""

from __future__ import annotations

from datetime import date
from typing import cast

from attrs import frozen

from mdfm_ledger.books.in_kind import InKind
from mdfm_ledger.reports.document import (
    Column,
    ColumnKind,
    Document,
    Note,
    Row,
    RowLevel,
    Section,
    Table,
    text,
)
from mdfm_ledger.reports.head import Head, head_of
from mdfm_ledger.reports.positions import donors_of, term_of
from mdfm_ledger.rules.clusters import COORDINATOR, REGISTER, ROLES, ClusterRegister
from mdfm_ledger.source import JournalSource, Window


@frozen(kw_only=True)
class RegisteredOffer:
    """An offer in kind as it stands, with the name of the city."""

    offer: InKind
    city_name: str


@frozen(kw_only=True)
class InKindRegister:
    """What member cities offer in kind for a term, by item of the questionnaire. There are no amounts."""

    name = "in_kind_register"

    head: Head
    offers: tuple[RegisteredOffer, ...]

    def document(self) -> Document:
        """The register as blocks for a renderer."""
        columns = (
            Column(key="offer_item", kind=ColumnKind.TEXT),
            Column(key="city", kind=ColumnKind.TEXT),
            Column(key="cluster", kind=ColumnKind.CODE),
            Column(key="offer", kind=ColumnKind.TEXT),
            Column(key="on", kind=ColumnKind.DATE),
            Column(key="outcome", kind=ColumnKind.TEXT),
            Column(key="note", kind=ColumnKind.TEXT),
        )
        rows = tuple(
            Row(
                cells=(
                    text(f"in_kind_item.{one.offer.item}"),
                    one.city_name,
                    one.offer.cluster or None,
                    one.offer.offer,
                    one.offer.on,
                    text(f"outcome.{one.offer.outcome}"),
                    one.offer.note or None,
                )
            )
            for one in self.offers
        )
        return Document(
            name=self.name,
            title=text("title.in_kind_register"),
            sections=(
                Section(key="head", blocks=(self.head.facts(),)),
                Section(
                    key="in_kind_register",
                    blocks=(
                        Table(key="in_kind_register", columns=columns, rows=rows),
                        Note(text=text("note.in_kind_register")),
                    ),
                ),
            ),
        )


def in_kind_register(source: JournalSource, window: Window, *, term: str) -> InKindRegister:
    """The offers in kind for a term in the window, by item. Raises UnknownDocumentError for the term."""
    term_of(source, window, term)
    donors = donors_of(source, window)
    offers = cast(dict[str, InKind], source.documents("in_kind_offer", window))
    own = [one for one in offers.values() if one.term == term]
    return InKindRegister(
        head=head_of(term, window),
        offers=tuple(
            RegisteredOffer(offer=one, city_name=donors[one.city].name)
            for one in sorted(own, key=lambda one: one.item)
        ),
    )


@frozen(kw_only=True)
class RegisteredMembership:
    """A city in a cluster, both dates inclusive; ``is_current`` says whether it is on the report's day."""

    cluster: str
    role: str
    city: str
    city_name: str
    on: date
    ends_on: date
    is_current: bool
    reason: str


@frozen(kw_only=True)
class ClusterCount:
    """How many cities are in a cluster on the day of the report, and how many of them coordinate it."""

    cluster: str
    cities: int
    coordinators: int


@frozen(kw_only=True)
class MembershipRegister:
    """Who is, or was, in which thematic cluster of a term, and who coordinates it."""

    name = "membership_register"

    head: Head
    clusters: tuple[ClusterCount, ...]
    memberships: tuple[RegisteredMembership, ...]

    def document(self) -> Document:
        """The register as blocks for a renderer."""
        return Document(
            name=self.name,
            title=text("title.membership_register"),
            sections=(
                Section(key="head", blocks=(self.head.facts(),)),
                Section(
                    key="membership_register",
                    blocks=(self._counts(), self._memberships(), Note(text=text("note.memberships"))),
                ),
            ),
        )

    def _counts(self) -> Table:
        columns = (
            Column(key="cluster", kind=ColumnKind.CODE),
            Column(key="cities", kind=ColumnKind.NUMBER),
            Column(key="coordinators", kind=ColumnKind.NUMBER),
        )
        rows = tuple(Row(cells=(one.cluster, one.cities, one.coordinators)) for one in self.clusters)
        return Table(key="cluster_counts", columns=columns, rows=rows)

    def _memberships(self) -> Table:
        columns = (
            Column(key="cluster", kind=ColumnKind.CODE),
            Column(key="city", kind=ColumnKind.TEXT),
            Column(key="role", kind=ColumnKind.TEXT),
            Column(key="since", kind=ColumnKind.DATE),
            Column(key="until", kind=ColumnKind.DATE),
            Column(key="state", kind=ColumnKind.TEXT),
            Column(key="note", kind=ColumnKind.TEXT),
        )
        rows = tuple(
            Row(
                cells=(
                    one.cluster,
                    one.city_name,
                    text(f"role.{one.role}"),
                    one.on,
                    one.ends_on,
                    text("membership.current") if one.is_current else text("membership.ended"),
                    one.reason or None,
                ),
                level=RowLevel.NORMAL,
            )
            for one in self.memberships
        )
        return Table(key="membership_register", columns=columns, rows=rows)


def membership_register(source: JournalSource, window: Window, *, term: str) -> MembershipRegister:
    """The memberships of a term's clusters in the window. Raises UnknownDocumentError for the term."""
    term_of(source, window, term)
    donors = donors_of(source, window)
    kind, _, reference = REGISTER.partition(":")
    found = source.documents(kind, window, references=(reference,)).get(reference, ClusterRegister())
    own = [one for one in cast(ClusterRegister, found).memberships if one.term == term]
    memberships = tuple(
        RegisteredMembership(
            cluster=one.cluster,
            role=one.role,
            city=one.city,
            city_name=donors[one.city].name,
            on=one.on,
            ends_on=one.ends_on,
            is_current=one.holds_on(window.as_of),
            reason=one.reason,
        )
        for one in sorted(own, key=lambda one: (one.cluster, -ROLES.index(one.role), one.on))
    )
    return MembershipRegister(
        head=head_of(term, window), clusters=tuple(_counts(memberships)), memberships=memberships
    )


def _counts(memberships: tuple[RegisteredMembership, ...]) -> list[ClusterCount]:
    counts = []
    for cluster in dict.fromkeys(one.cluster for one in memberships):
        current = [one for one in memberships if one.cluster == cluster and one.is_current]
        coordinators = {one.city for one in current if one.role == COORDINATOR}
        cities = {one.city for one in current}
        counts.append(ClusterCount(cluster=cluster, cities=len(cities), coordinators=len(coordinators)))
    return counts
