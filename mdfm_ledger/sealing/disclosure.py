"""What a donor is shown of the record: its own part of each entry, all of them or provably not all.

A donor's parts in the order of their entries make a Merkle tree of their own. A statement is issued with
the count and root of that tree, so that whoever is shown the parts can tell that none is missing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from mdfm_ledger.canonical import canonical
from mdfm_ledger.evidence.merkle import Frontier, leaf_hash
from mdfm_ledger.sealing.seal import split_parts

Moment = tuple[int, str]
"""The number of the last entry known, and a donor."""

TOLD_WITHOUT_LINES = ("register_donor", "redaction", "issue_statement")
"""Kinds of entries that are a donor's though they post nothing to it."""

_DONOR = re.compile(rb'\{"donor":("(?:[^"\\]|\\.)*")', re.DOTALL)
"""How a donor's part begins: ``donor`` comes before all other members."""


class Disclosed(NamedTuple):
    """How many parts a donor has, and the root over them in hexadecimal."""

    parts: int
    root: str


def own_parts(parts: bytes, donors: Iterable[bytes]) -> Iterator[tuple[int, bytes, bytes]]:
    """The parts of an entry that are of these donors (as JSON texts): place, donor, part."""
    wanted = frozenset(donors)
    for place, part in enumerate(split_parts(parts)):
        found = _DONOR.match(part)
        if found and found[1] in wanted:
            yield place, found[1], part


def disclosed_at(rows: Iterable[tuple[int, bytes]], moments: Iterable[Moment]) -> dict[Moment, Disclosed]:
    """What each donor had at each moment, from the parts of all entries in the order of their numbers."""
    waiting = sorted(moments)[::-1]
    growing = {canonical(donor): Frontier() for _, donor in waiting}
    found: dict[Moment, Disclosed] = {}
    for number, parts in rows:
        while waiting and waiting[-1][0] < number:
            _take(waiting, growing, found)
        for _, donor, part in own_parts(parts, growing):
            growing[donor].add(leaf_hash(part))
    while waiting:
        _take(waiting, growing, found)
    return found


def _take(waiting: list[Moment], growing: dict[bytes, Frontier], found: dict[Moment, Disclosed]) -> None:
    moment = waiting.pop()
    tree = growing[canonical(moment[1])]
    found[moment] = Disclosed(tree.size, tree.root().hex())


class Record(NamedTuple):
    """An entry as stored, for a donor: its number, its leaf, the donor's part and its place, and the rest.

    ``hashes`` are those of all its parts; ``detail`` are the donor's personal details where the entry
    has them and they were not erased.
    """

    number: int
    leaf: bytes
    place: int
    part: bytes
    hashes: Sequence[bytes]
    detail: bytes | None


def disclosed_by(records: Iterable[Record]) -> Disclosed:
    """How many parts these records show, and the root over them."""
    tree = Frontier()
    for record in records:
        tree.add(leaf_hash(record.part))
    return Disclosed(tree.size, tree.root().hex())


def record_for(number: int, leaf: bytes, parts: bytes, detail: bytes | None, donor: str) -> Record | None:
    """What of an entry is for a donor, or for the fund where ``donor`` is empty; None where nothing is."""
    hashes = [leaf_hash(part) for part in split_parts(parts)]
    for place, _, part in (
        own_parts(parts, [canonical(donor)]) if donor else [(0, b"", split_parts(parts)[0])]
    ):
        # Details are shown to the donor they are of; those of the fund hold what is never shown.
        return Record(number, leaf, place, part, hashes, detail if donor else None)
    return None
