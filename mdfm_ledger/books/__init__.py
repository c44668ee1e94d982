"""The books: balances and open documents at an entry number, the only thing a posting rule looks at.

Books are a value: adding an entry makes new books and leaves the old ones as they were, so a plan
or a failed batch is undone by forgetting it. What a rule asks for is fetched on first use from the
place the books were opened on (the store, under its writer lock) and kept. What entries changed since
lies on top of it, until whoever needs the books before no more settles it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias, TypeVar

from attrs import evolve, field, frozen

from mdfm_ledger.books.closing import PERIODS, ClosedPeriod, Periods
from mdfm_ledger.books.documents import AdvancePaid, PledgePromise, Term
from mdfm_ledger.books.looked_up import BooksSource, Found
from mdfm_ledger.books.movements import comes_in, movements
from mdfm_ledger.books.shares import FrozenShares, ObligatedShares
from mdfm_ledger.books.versions import Head, Key, Touching, Versions, next_versions
from mdfm_ledger.books.watched import GROUPS_BEGUN, TOTALS_BEGUN, GroupKey, group_of, stays, totals_of
from mdfm_ledger.books.whole import Remembered, WholeLedger
from mdfm_ledger.errors import UnknownDocumentError
from mdfm_ledger.journal import JournalEntry, Subaccount
from mdfm_ledger.series import Series, added_up

__all__ = ["Books", "BooksSource", "Found", "Group"]

T = TypeVar("T")

_NAMED = ("term", "donor", "pledge", "allocation", "obligation", "advance", "bank_account")
"""Kinds of documents that events name in a field called as they are."""

Group: TypeAlias = Mapping[Subaccount, Series]


@frozen(kw_only=True)
class Books:
    """Balances and open documents after entry ``number``."""

    number: int = 0
    source: BooksSource | None = None
    awaited: Key | None = None
    """The replacement that has to follow next, where the last entry took something back for it."""
    # What was fetched or settled; shared by all books made from it, which is safe because an entry
    # fetches each group it touches before it changes it. Documents by ``kind:reference``, balances by key.
    kept: dict[object, Any] = field(factory=dict, repr=False, eq=False)
    # What entries changed since: documents and totals as they are now, of groups the places that moved.
    changed: dict[object, Any] = field(factory=dict, repr=False)
    entries: dict[Key, Found] = field(factory=dict, repr=False)

    # -- what rules ask ------------------------------------------------------------------------

    def document(self, shape: type[T], kind: str, reference: str) -> T:
        """The document of that shape as it stands. Raises UnknownDocumentError where there is none."""
        document = self.standing(f"{kind}:{reference}")
        if document is None:
            raise UnknownDocumentError(kind=kind.replace("_", " "), reference=reference)
        assert isinstance(document, shape), f"{kind} {reference} is a {shape.__name__}"
        return document

    def has_document(self, kind: str, reference: str) -> bool:
        """Whether such a document is recorded and stands."""
        return bool(self.versions(f"{kind}:{reference}"))

    def standing(self, document: str) -> object | None:
        """The document of that kind and reference (``kind:reference``) as it stands, or None."""
        # Asked several times for each event, so that what is there already is not asked for by a call.
        versions: Versions | None = self.changed.get(document)
        if versions is None:
            versions = self.kept.get(document)
            if versions is None:
                versions = self.versions(document)
        return versions[-1][1] if versions else None

    def term(self, reference: str) -> Term:
        """The term of that reference, with its budgets."""
        return self.document(Term, "term", reference)

    def pledge(self, reference: str) -> PledgePromise:
        """The pledge of that reference, as last amended."""
        return self.document(PledgePromise, "pledge", reference)

    def allocation(self, reference: str) -> FrozenShares:
        """The allocation of that reference, with its frozen shares."""
        return self.document(FrozenShares, "allocation", reference)

    def free(self, term: str, earmark: str) -> Group:
        """Free money of the term with that earmark, or with none, by donor (account 8110)."""
        return self.group(("free", term, earmark))

    def allotted(self, allocation: str) -> Group:
        """What is left of an allocation, by donor and earmark (account 8120)."""
        return self.group(("allotted", allocation))

    def obligation(self, reference: str) -> ObligatedShares:
        """The obligation of that reference, with the shares it took, as last increased."""
        return self.document(ObligatedShares, "obligation", reference)

    def advance(self, reference: str) -> AdvancePaid:
        """The advance of that reference."""
        return self.document(AdvancePaid, "advance", reference)

    def obligated(self, obligation: str) -> Group:
        """What is left of an obligation, by donor and earmark (account 8140)."""
        return self.group(("obligated", obligation))

    def obligation_left(self, obligation: str) -> Series:
        """What is left of an obligation, whoever's money it is (account 8140)."""
        return self.total(("obligation", obligation))

    def committed(self, allocation: str) -> Series:
        """What is left of all obligations under an allocation (account 8140)."""
        return self.total(("committed", allocation))

    def advanced(self, obligation: str) -> Series:
        """What a partner holds or owes of advances under an obligation (accounts 1210 and 1230)."""
        return self.total(("advanced", obligation))

    def outstanding(self, place: Subaccount) -> Series:
        """What is still to be settled on an advance (1210), a recoverable (1230) or with a party (2110)."""
        (key, *_) = totals_of(place)
        return self.total(key)

    def advances(self, party: str) -> Group:
        """What a partner holds, by advance (account 1210)."""
        return self.group(("advances", party))

    def pledge_open(self, pledge: str) -> Series:
        """What is still open on a pledge, in its own currency (accounts 8010, 8020, 8030)."""
        return added_up(self.group(("open", pledge)).values())

    def pledge_states(self, pledge: str) -> Group:
        """What is still open on a pledge, by account: 8010 announced, 8020 signed, 8030 due."""
        return self.group(("open", pledge))

    def allocated(self, term: str, activity: str) -> Series:
        """What is allocated to an activity, net of returns, spent or not (8120 + 8140 + 8150)."""
        return self.total(("allocated", term, activity))

    def received(self, term: str) -> int:
        """Contributions received in the term over all dates, new money only (account 2010)."""
        return self.total(("received", term)).total

    def held(self, term: str) -> Mapping[str, Series]:
        """What is held for each donor of a term (8100 less 8150), worked out anew each time it is asked."""
        return self.whole.held(term)

    @property
    def whole(self) -> WholeLedger:
        """Who answers about the whole ledger: the source, or what books without one remember."""
        return self.source or Remembered([found.entry for found in self.entries.values()])

    @property
    def last_closed(self) -> ClosedPeriod | None:
        """The last period that is closed, if any is."""
        periods = self.standing(PERIODS)
        return periods.closed[-1] if isinstance(periods, Periods) and periods.closed else None

    def cash(self, term: str, bank_account: str) -> tuple[Series, Series]:
        """What is on a bank account in a term, in dollars and in its own currency; worked out anew."""
        return self.whole.cash(term, bank_account)

    def found(self, kind: str, reference: str) -> Found | None:
        """The entry of that kind and reference, or None."""
        if self.source is None:
            return self.entries.get((kind, reference))
        return self.source.found(kind, reference)

    def later(self, number: int, touching: Sequence[Touching], about: Sequence[str]) -> Sequence[Head]:
        """The standing entries after that number with such lines or about such documents, in order.

        Reversals, and what they took back, do not stand.
        """
        if self.source is not None:
            return self.source.later(number, touching, about)
        found = (found for found in self.entries.values() if found.stands_on(number, touching, about))
        return sorted(Head(one.entry.number, *one.entry.key) for one in found)

    # -- how they answer -----------------------------------------------------------------------

    def group(self, key: GroupKey) -> Group:
        """The balances of a group, fetched on first use."""
        moved = self.changed.get(key)
        return {**self._kept_group(key), **moved} if moved else self._kept_group(key)

    def balance(self, place: Subaccount) -> Series:
        """The balance of one place of a group; nothing where it has none."""
        return self.balances([place])[0]

    def balances(self, places: Sequence[Subaccount]) -> list[Series]:
        """The same of places that differ in their donors only."""
        key = group_of(places[0])
        assert key, f"account {places[0].account} is kept by its places"
        moved, kept = self.changed.get(key, _NONE), self._kept_group(key)
        return [moved.get(place) or kept.get(place, _EMPTY) for place in places]

    def _kept_group(self, key: GroupKey) -> dict[Subaccount, Series]:
        if key not in self.kept:
            self.kept[key] = {} if self.source is None else dict(self.source.group(key))
        group: dict[Subaccount, Series] = self.kept[key]
        return group

    def total(self, key: GroupKey) -> Series:
        """The one balance of a group, fetched on first use."""
        series: Series | None = self.changed.get(key) or self.kept.get(key)
        if series is None:
            series = self.kept[key] = _EMPTY if self.source is None else self.source.total(key)
        return series

    def versions(self, document: str) -> Versions:
        """The states of a document, oldest first; empty where there is none."""
        versions: Versions | None = self.changed.get(document, self.kept.get(document))
        if versions is None:
            versions = self.learn(document, self.source.entries_about(document) if self.source else ())
        return versions

    def learn(self, document: str, entries: Iterable[JournalEntry]) -> Versions:
        """Keep the states of a document, of which these are all the entries, in number order."""
        versions: Versions = ()
        for entry in entries:
            versions = next_versions(versions, entry.event, entry.lines)
        self.kept[document] = versions
        return versions

    def unread(self, event: object) -> list[str]:
        """The documents an event names in its fields and nobody asked for yet."""
        named = (f"{kind}:{reference}" for kind in _NAMED if (reference := getattr(event, kind, None)))
        return [document for document in named if document not in self.kept]

    def without_looked_up(self) -> Books:
        """The same books without the pledges and allocations seen so far: they can be fetched again.

        Balances of whole terms stay, since each is a sum over everything there is.
        """
        self.settle()
        return evolve(self, kept={key: value for key, value in self.kept.items() if stays(key)})

    # -- the next books ------------------------------------------------------------------------

    def with_entry(self, entry: JournalEntry) -> Books:
        """The books after the entry; these stay as they were."""
        self._expect_nothing_of(entry)
        changed, about = self._balances_after(entry), entry.about
        if about:
            changed[about] = next_versions(self.versions(about), entry.event, entry.lines)
        return Books(
            number=entry.number,
            source=self.source,
            awaited=entry.event.replacement,
            kept=self.kept,
            changed=changed,
            entries=self._entries_after(entry),
        )

    def settle(self) -> None:
        """Keep the changes for good; what these books were made from is not to be asked any more."""
        for key, value in self.changed.items():
            if type(value) is dict and self.kept[key]:
                self.kept[key].update(value)
            else:
                self.kept[key] = value
        self.changed.clear()

    def _balances_after(self, entry: JournalEntry) -> dict[object, Any]:
        groups, totals = movements(entry, self.changed, self._kept_group)
        changed: dict[object, Any] = self.changed | groups
        for key, minor in totals.items():
            if minor and (not comes_in(key, minor) or key in changed or key in self.kept or not self.source):
                series = self.total(key)
                # Of the money received rules ask for the whole only, and it moves on most days.
                is_whole = key[0] == "received"
                changed[key] = Series(series.total + minor) if is_whole else series.plus(entry.day, minor)
        return changed

    def _expect_nothing_of(self, entry: JournalEntry) -> None:
        # A reference is used once, so nothing can stand under a document that this entry begins:
        # not asking the store for it is what keeps an import of many pledges quick.
        kind, reference = entry.key
        if entry.about == f"{kind}:{reference}":
            self.kept.setdefault(entry.about, ())
            for group in GROUPS_BEGUN.get(kind, ()):
                self.kept.setdefault((group, reference), {})
            for total in TOTALS_BEGUN.get(kind, ()):
                self.kept.setdefault((total, reference), _EMPTY)

    def _entries_after(self, entry: JournalEntry) -> dict[Key, Found]:
        # With a store behind them the books look an entry up there; alone they have to remember it.
        if self.source is not None:
            return self.entries
        entries = {**self.entries, entry.key: Found(entry, None)}
        if entry.event.reverses:
            undone = entries[entry.event.reverses]
            entries[undone.entry.key] = Found(undone.entry, entry.number)
        return entries


_EMPTY = Series()
_NONE: dict[Subaccount, Series] = {}
