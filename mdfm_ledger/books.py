"""The books: balances and open documents at an entry number, the only thing a posting rule looks at.

Books are a value: adding an entry makes new books and leaves the old ones as they were, so a plan
or a failed batch is undone by forgetting it. What a rule asks for is fetched on first use from the
place the books were opened on (the store, under its writer lock) and kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Protocol, TypeAlias, TypeVar

from attrs import field, frozen
from rpds import HashTrieMap

from mdfm_ledger.chart import CHART, PLEDGE_OPEN, Side
from mdfm_ledger.documents import FrozenShares, PledgePromise, Term
from mdfm_ledger.errors import ReversalDependsError, UnknownDocumentError
from mdfm_ledger.journal import JournalEntry, JournalLine, Subaccount
from mdfm_ledger.series import Series

T = TypeVar("T")
GroupKey = tuple[str, ...]
Key = tuple[str, str]


Group: TypeAlias = "HashTrieMap[Subaccount, Series]"
Versions = tuple[tuple[Key, object], ...]
"""The states a document went through, each with the entry that brought it about."""


@frozen
class Found:
    """An entry as found again, and the number of the entry that reversed it, if any."""

    entry: JournalEntry
    reversed_by: int | None


class BooksSource(Protocol):
    """Where books fetch what they have not seen yet. The store is one; tests may bring another."""

    def entries_about(self, document: str) -> Sequence[JournalEntry]:
        """The entries that began or changed a document, in number order."""

    def group(self, key: GroupKey) -> Mapping[Subaccount, Series]:
        """The balances of a group, by subaccount."""

    def total(self, key: GroupKey) -> Series:
        """The balance of a group as one series."""

    def found(self, kind: str, reference: str) -> Found | None:
        """The entry of that kind and reference."""


@frozen(kw_only=True)
class Books:
    """Balances and open documents after entry ``number``."""

    number: int = 0
    source: BooksSource | None = None
    # What was fetched at the number the books were opened at; shared by all books made from it,
    # which is safe because an entry fetches each group it touches before it changes it.
    fetched: dict[object, Any] = field(factory=dict, repr=False, eq=False)
    groups: HashTrieMap[GroupKey, Group] = field(factory=HashTrieMap, repr=False)
    totals: HashTrieMap[GroupKey, Series] = field(factory=HashTrieMap, repr=False)
    documents: HashTrieMap[str, Versions] = field(factory=HashTrieMap, repr=False)
    entries: HashTrieMap[Key, Found] = field(factory=HashTrieMap, repr=False)

    # -- what rules ask ------------------------------------------------------------------------

    def document(self, shape: type[T], kind: str, reference: str) -> T:
        """The document of that shape as it stands. Raises UnknownDocumentError where there is none."""
        versions = self.versions(f"{kind}:{reference}")
        if not versions:
            raise UnknownDocumentError(kind=kind.replace("_", " "), reference=reference)
        document = versions[-1][1]
        assert isinstance(document, shape), f"{kind} {reference} is a {shape.__name__}"
        return document

    def has_document(self, kind: str, reference: str) -> bool:
        """Whether such a document is recorded and stands."""
        return bool(self.versions(f"{kind}:{reference}"))

    def term(self, reference: str) -> Term:
        """The term of that reference, with its budgets."""
        return self.document(Term, "term", reference)

    def pledge(self, reference: str) -> PledgePromise:
        """The pledge of that reference, as last amended."""
        return self.document(PledgePromise, "pledge", reference)

    def allocation(self, reference: str) -> FrozenShares:
        """The allocation of that reference, with its frozen shares."""
        return self.document(FrozenShares, "allocation", reference)

    def free(self, term: str) -> Group:
        """Free money of the term, by donor and earmark (account 8110)."""
        return self.group(("free", term))

    def allotted(self, allocation: str) -> Group:
        """What is left of an allocation, by donor and earmark (account 8120)."""
        return self.group(("allotted", allocation))

    def pledge_open(self, pledge: str) -> Series:
        """What is still open on a pledge, in its own currency (accounts 8010, 8020, 8030)."""
        return self.total(("open", pledge))

    def allocated(self, term: str, activity: str) -> Series:
        """What is allocated to an activity, net of returns, spent or not (8120 + 8140 + 8150)."""
        return self.total(("allocated", term, activity))

    def received(self, term: str) -> int:
        """Contributions received in the term over all dates, new money only (account 2010)."""
        return self.total(("received", term)).total

    def found(self, kind: str, reference: str) -> Found | None:
        """The entry of that kind and reference, or None."""
        if self.source is None:
            return self.entries.get((kind, reference))
        return self.source.found(kind, reference)

    # -- how they answer -----------------------------------------------------------------------

    def group(self, key: GroupKey) -> Group:
        """The balances of a group, fetched on first use."""
        group = self.groups.get(key)
        if group is None:
            group = self.fetched.get(key)
            if group is None:
                group = HashTrieMap({} if self.source is None else self.source.group(key))
                self.fetched[key] = group
        return group

    def total(self, key: GroupKey) -> Series:
        """The one balance of a group, fetched on first use."""
        series = self.totals.get(key)
        if series is None:
            series = self.fetched.get(key)
            if series is None:
                series = Series() if self.source is None else self.source.total(key)
                self.fetched[key] = series
        return series

    def versions(self, document: str) -> Versions:
        """The states of a document, oldest first; empty where there is none."""
        versions = self.documents.get(document)
        if versions is None:
            versions = self.fetched.get(document)
            if versions is None:
                versions = ()
                for entry in () if self.source is None else self.source.entries_about(document):
                    versions = next_versions(versions, entry)
                self.fetched[document] = versions
        return versions

    # -- the next books ------------------------------------------------------------------------

    def with_entry(self, entry: JournalEntry) -> Books:
        """The books after the entry; these stay as they were."""
        self._expect_nothing_of(entry)
        day = entry.day
        groups, totals = self.groups, self.totals
        by_group, by_total = _changes(entry.lines)
        for key, changes in by_group.items():
            group = groups.get(key) or self.group(key)
            for place, minor in changes:
                group = group.insert(place, group.get(place, _EMPTY).plus(day, minor))
            groups = groups.insert(key, group)
        for key, minor in by_total.items():
            if minor:
                series = self.total(key)
                # Of the money received rules ask for the whole only, and it moves on most days.
                after = Series(series.total + minor) if key[0] == "received" else series.plus(day, minor)
                totals = totals.insert(key, after)
        return Books(
            number=entry.number,
            source=self.source,
            fetched=self.fetched,
            groups=groups,
            totals=totals,
            documents=self._documents_after(entry),
            entries=self._entries_after(entry),
        )

    def _expect_nothing_of(self, entry: JournalEntry) -> None:
        # A reference is used once, so nothing can stand under a document that this entry begins:
        # not asking the store for it is what keeps an import of many pledges quick.
        kind, reference = entry.key
        if entry.about == f"{kind}:{reference}":
            self.fetched.setdefault(entry.about, ())
            if kind == "allocation":
                self.fetched.setdefault(("allotted", reference), HashTrieMap())
            else:
                self.fetched.setdefault(("open", reference), _EMPTY)

    def _documents_after(self, entry: JournalEntry) -> HashTrieMap[str, Versions]:
        if not entry.about:
            return self.documents
        return self.documents.insert(entry.about, next_versions(self.versions(entry.about), entry))

    def _entries_after(self, entry: JournalEntry) -> HashTrieMap[Key, Found]:
        # With a store behind them the books look an entry up there; alone they have to remember it.
        if self.source is not None:
            return self.entries
        entries = self.entries.insert(entry.key, Found(entry, None))
        if entry.event.reverses:
            undone = entries[entry.event.reverses]
            entries = entries.insert(undone.entry.key, Found(undone.entry, entry.number))
        return entries


_EMPTY = Series()
_GROUP_OF = {"8110": ("free", "term"), "8120": ("allotted", "allocation")}
_TOTAL_OF = (
    {"2010": ("received", "term")}
    | dict.fromkeys(PLEDGE_OPEN, ("open", "pledge"))
    | dict.fromkeys(("8120", "8140", "8150"), ("allocated", "term", "activity"))
)


@lru_cache(maxsize=65_536)
def _watched(place: Subaccount) -> tuple[GroupKey | None, GroupKey | None, Side]:
    """The group and the total a place counts in, if any, and its account's normal side."""

    def key_of(names: tuple[str, ...] | None) -> GroupKey | None:
        return (names[0], *(getattr(place, name) for name in names[1:])) if names else None

    normal = CHART[place.account].normal
    return key_of(_GROUP_OF.get(place.account)), key_of(_TOTAL_OF.get(place.account)), normal


def _changes(
    lines: Sequence[JournalLine],
) -> tuple[dict[GroupKey, list[tuple[Subaccount, int]]], dict[GroupKey, int]]:
    """What lines change in the groups and totals that rules ask for, positive on the normal side."""
    by_group: dict[GroupKey, list[tuple[Subaccount, int]]] = {}
    by_total: dict[GroupKey, int] = {}
    for line in lines:
        group, total, normal = _watched(line.subaccount)
        minor = line.minor if line.side is normal else -line.minor
        if group:
            by_group.setdefault(group, []).append((line.subaccount, minor))
        if total:
            by_total[total] = by_total.get(total, 0) + minor
    return by_group, by_total


def next_versions(versions: Versions, entry: JournalEntry) -> Versions:
    """The states of a document after an entry about it; a reversal takes back the last one.

    Raises ReversalDependsError where a later state stands on the one taken back.
    """
    undone = entry.event.reverses
    if undone:
        standing = [key for key, _ in versions]
        if standing[-1:] != [undone]:
            changes = ", ".join(" ".join(key) for key in standing)
            raise ReversalDependsError(
                kind=undone[0],
                reference=undone[1],
                problem=f"the last change of the document is another; it stands by: {changes or 'nothing'}",
            )
        return versions[:-1]
    changed = entry.event.document(versions[-1][1] if versions else None, entry.lines)
    return versions if changed is None else (*versions, (entry.key, changed))
