"""Proof of holdings: a Merkle sum tree over what is held for donors, so that none can be left out unnoticed.

Every donor's balance is split into random fragments, none larger than a cap that is one for all, and
the fragments of all donors stand in the order of their salted commitments. A donor is shown its own
fragments and the path of each: the sums on the way add up to the published total, and what stands beside
its own are fragments of somebody, bounded by the cap. Amounts are whole cents, zero or more.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence

from attrs import frozen

from mdfm_ledger.errors import ProofRefusedError

LIMIT = 1 << 63
"""Sums stay below it."""

FRAGMENTS = 64
"""A fragment is at most this part of the total."""

Draw = Callable[[int], int]
"""A whole number from 0 to below the one given, by chance."""

Node = tuple[bytes, int]
"""Hash and sum."""


@frozen(kw_only=True)
class Fragment:
    """A part of a donor's balance; ``salt`` (32 hexadecimal digits) keeps from others whose it is."""

    donor: str
    minor: int
    salt: str

    @property
    def commitment(self) -> bytes:
        """What stands for the donor in the tree: it can be checked by whoever knows the salt."""
        return hashlib.sha256(b"\x02" + bytes.fromhex(self.salt) + self.donor.encode()).digest()

    @property
    def node(self) -> Node:
        """The leaf of the fragment."""
        raw = b"\x00" + self.commitment + _eight(self.minor)
        return hashlib.sha256(raw).digest(), self.minor


@frozen(kw_only=True)
class ShownFragment:
    """A fragment, its place in the tree, and the nodes beside it on the way up."""

    fragment: Fragment
    index: int
    path: tuple[Node, ...]


def fragments_of(
    balances: Mapping[str, int], *, draw: Draw, salts: Callable[[], str]
) -> tuple[Fragment, ...]:
    """The fragments of what is held by donor, in the order in which they are published.

    Every donor has one at least, so that one with nothing can see that it stands there with nothing.
    Raises ProofRefusedError for a balance below zero, or more than can be summed.
    """
    if any(minor < 0 for minor in balances.values()):
        raise ProofRefusedError(what="holdings", problem="a balance is below zero")
    total = sum(balances.values())
    _eight(total)
    cap = max(1, -(-total // FRAGMENTS))
    found = [
        Fragment(donor=donor, minor=minor, salt=salts())
        for donor, balance in balances.items()
        for minor in _split(balance, cap, draw)
    ]
    return tuple(sorted(found, key=lambda one: one.commitment))


def fragments_by_seed(balances: Mapping[str, int], seed: str) -> tuple[Fragment, ...]:
    """The fragments that a seed (64 hexadecimal digits) gives, so that they can be made again.

    Whoever has the seed can tell whose each fragment is: it is kept as a secret. Raises ProofRefusedError.
    """
    numbers = itertools.count()

    def chance() -> bytes:
        return hashlib.sha256(bytes.fromhex(seed) + next(numbers).to_bytes(8, "big")).digest()

    def draw(below: int) -> int:
        # 256 bits against amounts of 63: how much likelier one number is than another cannot be seen.
        return int.from_bytes(chance(), "big") % below

    return fragments_of(dict(sorted(balances.items())), draw=draw, salts=lambda: chance().hex()[:32])


def _split(balance: int, cap: int, draw: Draw) -> Iterator[int]:
    if not balance:
        yield 0
    while balance:
        part = 1 + draw(min(balance, cap))
        yield part
        balance -= part


def sum_root(fragments: Sequence[Fragment]) -> Node:
    """The root over fragments: its hash, and the total. Raises ProofRefusedError where there is none."""
    if not fragments:
        raise ProofRefusedError(what="holdings", problem="there is no donor")
    return _levels(fragments)[-1][0]


def _levels(fragments: Sequence[Fragment]) -> list[list[Node]]:
    levels = [[one.node for one in fragments]]
    while len(levels[-1]) > 1:
        below = levels[-1]
        level = [sum_node(below[at], below[at + 1]) for at in range(0, len(below) - 1, 2)]
        levels.append([*level, below[-1]] if len(below) % 2 else level)
    return levels


def sum_node(left: Node, right: Node) -> Node:
    """The node over two others. Raises ProofRefusedError for a sum below zero, or too large."""
    raw = b"\x01" + left[0] + _eight(left[1]) + right[0] + _eight(right[1])
    total = left[1] + right[1]
    _eight(total)
    return hashlib.sha256(raw).digest(), total


def _eight(minor: int) -> bytes:
    if type(minor) is not int or not 0 <= minor < LIMIT:
        raise ProofRefusedError(what="holdings", problem="an amount is below zero or too large")
    return minor.to_bytes(8, "big")


def show(fragments: Sequence[Fragment], donor: str) -> tuple[ShownFragment, ...]:
    """What proves the balance of a donor: its own fragments and the path of each."""
    levels = _levels(fragments)
    return tuple(
        ShownFragment(fragment=one, index=at, path=tuple(_path(levels, at)))
        for at, one in enumerate(fragments)
        if one.donor == donor
    )


def _path(levels: Sequence[Sequence[Node]], index: int) -> Iterator[Node]:
    for level in levels[:-1]:
        beside = index ^ 1
        if beside < len(level):
            yield level[beside]
        index >>= 1


def require_holding(
    shown: Sequence[ShownFragment], *, donor: str, balance: int, count: int, root: Node
) -> None:
    """Raise ProofRefusedError unless these fragments of the donor add up to its balance, and are published.

    Each has to stand in the tree of ``count`` fragments with that root and total.
    """
    if not shown or len({one.index for one in shown}) != len(shown):
        raise ProofRefusedError(what="holdings", problem="a fragment is shown twice, or none is")
    if any(one.fragment.donor != donor for one in shown):
        raise ProofRefusedError(what="holdings", problem="a fragment is another donor's")
    for one in shown:
        if _climbed(one, count) != root:
            raise ProofRefusedError(what="holdings", problem="a fragment leads to another root or total")
    if sum(one.fragment.minor for one in shown) != balance:
        raise ProofRefusedError(what="holdings", problem="the fragments do not add up to the balance")


def _climbed(shown: ShownFragment, count: int) -> Node:
    place, last, found = shown.index, count - 1, shown.fragment.node
    if not 0 <= place <= last:
        raise ProofRefusedError(what="holdings", problem=f"{count} fragments have no place {place}")
    path = list(shown.path)
    while last:
        if place & 1 or place < last:
            if not path:
                raise ProofRefusedError(what="holdings", problem="a path is too short")
            beside = path.pop(0)
            if len(beside[0]) != len(found[0]):
                raise ProofRefusedError(what="holdings", problem="a hash of it is not 32 bytes")
            found = sum_node(beside, found) if place & 1 else sum_node(found, beside)
        place, last = place >> 1, last >> 1
    if path:
        raise ProofRefusedError(what="holdings", problem="a path is too long")
    return found
