"""Proofs over a Merkle tree of RFC 6962: that an entry is in it, and that a later tree only added to it.

A prover asks for hashes by ``hashes(level, start, count)``: those of entries at level 0, of tiles at level
1, of tiles over tiles at level 2, and so on, each level in positions from 0. So a store with a table of tiles
answers for a journal of a million entries with a few dozen short reads. What checks a proof needs neither
tree nor store. Sizes count entries, an index begins at 0: the entry with the number n has the index n - 1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from mdfm_ledger.errors import ProofRefusedError
from mdfm_ledger.evidence.merkle import EMPTY_ROOT, leaf_hash, node_hash, root_of
from mdfm_ledger.evidence.tiling import WIDTH

Hashes = Callable[[int, int, int], Sequence[bytes]]
"""Gives hashes of a level, from a position on, as many as asked for."""

_BITS = WIDTH.bit_length() - 1
_HASH_BYTES = 32


def hashes_in(leaves: Sequence[bytes]) -> Hashes:
    """The hashes of a tree that is held in memory, given those of its leaves."""

    def hashes(level: int, start: int, count: int) -> Sequence[bytes]:
        width = WIDTH**level
        return [root_of(leaves[at * width : (at + 1) * width]) for at in range(start, start + count)]

    return hashes


# -- proving -----------------------------------------------------------------------------------------


def root_at(hashes: Hashes, size: int) -> bytes:
    """The root of the tree over the first ``size`` entries."""
    return _root(hashes, 0, size) if size else EMPTY_ROOT


def inclusion_proof(hashes: Hashes, index: int, size: int) -> list[bytes]:
    """What proves that the entry of that index is in the tree over the first ``size`` entries.

    Raises ValueError for an index the tree does not have.
    """
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} entries has no index {index}")
    path, start, end = [], 0, size
    while end - start > 1:
        middle = start + _half(end - start)
        if index < middle:
            path.append(_root(hashes, middle, end))
            end = middle
        else:
            path.append(_root(hashes, start, middle))
            start = middle
    return path[::-1]


def consistency_proof(hashes: Hashes, earlier: int, size: int) -> list[bytes]:
    """What proves that the first ``earlier`` of ``size`` entries are those of the earlier tree, unchanged.

    Raises ValueError where the earlier tree is the larger one. It is empty for equal sizes and for a tree
    of no entries, with which every other one is consistent.
    """
    if not 0 <= earlier <= size:
        raise ValueError(f"{earlier} entries are not the first of {size}")
    if earlier in (0, size):
        return []
    path, start, end, is_whole = [], 0, size, True
    while earlier != end:
        middle = start + _half(end - start)
        if earlier <= middle:
            path.append(_root(hashes, middle, end))
            end = middle
        else:
            path.append(_root(hashes, start, middle))
            start, is_whole = middle, False
    # The part both trees end with; where it is the earlier tree itself, its root is known.
    return path[::-1] if is_whole else [_root(hashes, start, end), *path[::-1]]


def _half(count: int) -> int:
    """The largest power of two below a number of entries, which is 2 at least."""
    return 1 << (count - 1).bit_length() - 1


def _root(hashes: Hashes, start: int, end: int) -> bytes:
    """The root over a range that a tree has as a node, from the full subtrees it is made of."""
    nodes = list(_subtrees(hashes, start, end))
    root = nodes.pop()
    while nodes:
        root = node_hash(nodes.pop(), root)
    return root


def _subtrees(hashes: Hashes, start: int, end: int) -> Iterator[bytes]:
    while start < end:
        height = (end - start).bit_length() - 1
        level, rest = divmod(height, _BITS)
        yield root_of(hashes(level, start >> level * _BITS, 1 << rest))
        start += 1 << height


# -- checking ----------------------------------------------------------------------------------------


def require_inclusion(*, content: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Raise ProofRefusedError unless the entry with that content is in the tree of that size and root."""
    require_hash_included(digest=leaf_hash(content), index=index, size=size, proof=proof, root=root)


def require_hash_included(
    *, digest: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> None:
    """The same for the hash of an entry (RFC 9162, section 2.1.3.2)."""
    if not 0 <= index < size:
        raise ProofRefusedError(what="inclusion", problem=f"a tree of {size} entries has no index {index}")
    _require_hashes("inclusion", [digest, *proof, root])
    found = digest
    for one, is_left in zip(proof, _sides("inclusion", index, size - 1, len(proof)), strict=True):
        found = node_hash(one, found) if is_left else node_hash(found, one)
    if found != root:
        raise ProofRefusedError(what="inclusion", problem="it leads to another root")


def _sides(what: str, place: int, last: int, given: int) -> list[bool]:
    """Whether the hash beside stands to the left, level by level from a place up to the root.

    Raises ProofRefusedError unless as many hashes are given. ``last`` is the last place of the level.
    """
    sides = []
    while last:
        is_left = bool(place & 1) or place == last
        sides.append(is_left)
        while is_left and place and not place & 1:
            # The last of an odd level has nothing beside it, and is handed up as it is.
            place, last = place >> 1, last >> 1
        place, last = place >> 1, last >> 1
    if given != len(sides):
        raise ProofRefusedError(what=what, problem=f"it has {given} hashes, and should have {len(sides)}")
    return sides


def require_consistency(
    *, earlier: int, earlier_root: bytes, size: int, root: bytes, proof: Sequence[bytes]
) -> None:
    """Raise ProofRefusedError unless the tree only added to the earlier one (RFC 9162, section 2.1.4.2).

    A tree of no entries proves nothing about a later one, so its root must be that of no entries and the
    proof empty; equal sizes need equal roots and an empty proof.
    """
    if not 0 <= earlier <= size:
        raise ProofRefusedError(what="consistency", problem=f"{size} entries are fewer than {earlier}")
    _require_hashes("consistency", [earlier_root, *proof, root])
    if earlier in (0, size):
        _require_trivial(earlier_root, EMPTY_ROOT if earlier == 0 else root, proof)
        return
    _require_grown(earlier, earlier_root, size, root, proof)


def _require_trivial(earlier_root: bytes, expected: bytes, proof: Sequence[bytes]) -> None:
    if proof:
        raise ProofRefusedError(what="consistency", problem="it has hashes where there is nothing to prove")
    if earlier_root != expected:
        raise ProofRefusedError(what="consistency", problem="the earlier root is another one")


def _require_grown(earlier: int, earlier_root: bytes, size: int, root: bytes, proof: Sequence[bytes]) -> None:
    hashes = list(proof)
    if earlier & (earlier - 1) == 0:
        # The earlier tree is a full subtree of the later one, so its root is where the proof begins.
        hashes.insert(0, earlier_root)
    place, last = earlier - 1, size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    if not hashes:
        raise ProofRefusedError(what="consistency", problem="it is empty")
    old = new = hashes.pop(0)
    for one, is_left in zip(hashes, _sides("consistency", place, last, len(hashes)), strict=True):
        new = node_hash(one, new) if is_left else node_hash(new, one)
        old = node_hash(one, old) if is_left else old
    if old != earlier_root:
        raise ProofRefusedError(what="consistency", problem="it leads to another earlier root")
    if new != root:
        raise ProofRefusedError(what="consistency", problem="it leads to another root")


def _require_hashes(what: str, hashes: Sequence[bytes]) -> None:
    if not all(type(one) is bytes and len(one) == _HASH_BYTES for one in hashes):
        raise ProofRefusedError(what=what, problem="a hash of it is not 32 bytes")
