"""The hashes of a Merkle tree and its root, as RFC 6962 defines them (SHA-256).

A leaf and a node are hashed with a different first byte, so that one can never be passed off as the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

EMPTY_ROOT = sha256(b"").digest()
"""The root of a tree without leaves."""


def leaf_hash(content: bytes) -> bytes:
    """The hash of a leaf with that content."""
    return sha256(b"\x00" + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node over two others."""
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """A tree that only grows, held by the roots of its full subtrees: one for each bit of its size."""

    def __init__(self) -> None:
        self.size = 0
        self._roots: list[bytes] = []

    def add(self, digest: bytes) -> None:
        """Take the hash of the next leaf."""
        size = self.size
        while size & 1:
            digest = node_hash(self._roots.pop(), digest)
            size >>= 1
        self._roots.append(digest)
        self.size += 1

    def root(self) -> bytes:
        """The root over all leaves so far."""
        if not self._roots:
            return EMPTY_ROOT
        root = self._roots[-1]
        for left in reversed(self._roots[:-1]):
            root = node_hash(left, root)
        return root


def root_of(hashes: Sequence[bytes]) -> bytes:
    """The root of the tree over these leaf hashes, in their order.

    Joining neighbours level by level, with the last one of an odd level handed up as it is, gives the tree of
    RFC 6962, which splits at the largest power of two below the number of leaves.
    """
    level = list(hashes)
    if len(level) <= 2:
        # Most entries have one part or two.
        return node_hash(*level) if len(level) == 2 else level[0] if level else EMPTY_ROOT
    while len(level) > 1:
        # What node_hash says, here: a level may have hundreds, and to call it takes as long as the hash.
        pairs = zip(level[::2], level[1::2], strict=False)
        above = [sha256(b"\x01" + left + right).digest() for left, right in pairs]
        if len(level) % 2:
            above.append(level[-1])
        level = above
    return level[0]


def root_over(contents: Sequence[bytes]) -> bytes:
    """The root of the tree over leaves with these contents, in their order."""
    if len(contents) == 1:
        return leaf_hash(contents[0])
    return root_of([sha256(b"\x00" + content).digest() for content in contents])
