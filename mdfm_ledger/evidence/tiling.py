"""Tiles: roots over 256 hashes each, so that proofs over a long journal need few of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mdfm_ledger.evidence.merkle import root_of

WIDTH = 256
"""How many hashes a tile stands for; a power of two, so that a tile is a node of the tree."""

Tile = tuple[int, int, bytes]
"""Level (1 over entries, 2 over tiles of level 1, and so on), position from 0, hash."""


class Tiles:
    """Works the tiles of a journal out from the hashes of its entries, fed in number order."""

    def __init__(self) -> None:
        self._waiting: list[list[bytes]] = [[]]
        self._full: dict[tuple[int, int], bytes] = {}
        self._counts = [0]

    def add(self, digest: bytes) -> None:
        """Take the hash of the next entry."""
        waiting = self._waiting[0]
        waiting.append(digest)
        if len(waiting) == WIDTH:
            self._complete(0)

    def _complete(self, level: int) -> None:
        """Make a tile of the hashes that wait on a level, which waits on the next with others."""
        root = root_of(self._waiting[level])
        self._waiting[level] = []
        self._full[level + 1, self._counts[level]] = root
        self._counts[level] += 1
        if level + 1 == len(self._waiting):
            self._waiting.append([])
            self._counts.append(0)
        self._waiting[level + 1].append(root)
        if len(self._waiting[level + 1]) == WIDTH:
            self._complete(level + 1)

    def close(self, stored: Iterable[Tile]) -> Iterator[tuple[str, str, object, object]]:
        """What of the stored tiles is not as the entries give it."""
        found = {(level, position): hashed for level, position, hashed in stored}
        for key in sorted(found.keys() | self._full.keys()):
            expected, seen = self._full.get(key), found.get(key)
            if expected != seen:
                what = f"tile {key[1]} of level {key[0]}"
                yield ("tiles", what, expected and expected.hex(), seen and seen.hex())
