"""Proofs over the tree of entries: published vectors, every size, and every forgery refused."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import hypothesis.strategies as st
import pytest
from hypothesis import given

from mdfm_ledger.errors import ProofRefusedError
from mdfm_ledger.evidence.merkle import EMPTY_ROOT, leaf_hash, root_of
from mdfm_ledger.evidence.proof import (
    consistency_proof,
    hashes_in,
    inclusion_proof,
    require_consistency,
    require_hash_included,
    require_inclusion,
    root_at,
)

# The tree of eight entries that implementations of RFC 6962 have tested themselves against since 2012.
ENTRIES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    bytes.fromhex(text)
    for text in (
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    )
]
INCLUSION = {
    (0, 1): [],
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
}
CONSISTENCY = {
    (1, 1): [],
    (1, 8): INCLUSION[0, 8],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
TREE = hashes_in([leaf_hash(entry) for entry in ENTRIES])
LEAVES = [hashlib.sha256(str(number).encode()).digest() for number in range(1_200)]
LARGE = hashes_in(LEAVES)


def hexed(hashes: Sequence[bytes]) -> list[str]:
    return [one.hex() for one in hashes]


def included(index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    require_hash_included(digest=LEAVES[index], index=index, size=size, proof=proof, root=root)


def grown(earlier: int, size: int, proof: Sequence[bytes]) -> None:
    require_consistency(
        earlier=earlier,
        earlier_root=root_of(LEAVES[:earlier]),
        size=size,
        root=root_of(LEAVES[:size]),
        proof=proof,
    )


# -- published vectors -------------------------------------------------------------------------------


def test_roots_are_those_published() -> None:
    assert [root_at(TREE, size) for size in range(9)] == ROOTS


@pytest.mark.parametrize(("index", "size"), INCLUSION)
def test_inclusion_proofs_are_those_published(index: int, size: int) -> None:
    proof = inclusion_proof(TREE, index, size)
    assert hexed(proof) == INCLUSION[index, size]
    require_inclusion(content=ENTRIES[index], index=index, size=size, proof=proof, root=ROOTS[size])


@pytest.mark.parametrize(("earlier", "size"), CONSISTENCY)
def test_consistency_proofs_are_those_published(earlier: int, size: int) -> None:
    proof = consistency_proof(TREE, earlier, size)
    assert hexed(proof) == CONSISTENCY[earlier, size]
    require_consistency(
        earlier=earlier, earlier_root=ROOTS[earlier], size=size, root=ROOTS[size], proof=proof
    )


# -- every size ----------------------------------------------------------------------------------------


def test_every_entry_of_every_small_tree_is_proved() -> None:
    for size in range(1, 70):
        root = root_of(LEAVES[:size])
        for index in range(size):
            included(index, size, inclusion_proof(LARGE, index, size), root)


def test_every_small_tree_is_proved_to_have_grown() -> None:
    for size in range(70):
        for earlier in range(size + 1):
            grown(earlier, size, consistency_proof(LARGE, earlier, size))


@given(st.data())
def test_trees_over_several_tiles_are_proved(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, len(LEAVES)))
    index = data.draw(st.integers(0, size - 1))
    earlier = data.draw(st.integers(0, size))
    assert root_at(LARGE, size) == root_of(LEAVES[:size])
    included(index, size, inclusion_proof(LARGE, index, size), root_of(LEAVES[:size]))
    grown(earlier, size, consistency_proof(LARGE, earlier, size))


def test_a_proof_over_a_million_entries_takes_few_short_reads() -> None:
    asked: list[int] = []

    def hashes(level: int, start: int, count: int) -> list[bytes]:
        asked.append(count)
        assert (start + count) << 8 * level <= 1_000_000
        return [EMPTY_ROOT] * count

    inclusion_proof(hashes, 999_999, 1_000_000)
    consistency_proof(hashes, 777_777, 1_000_000)
    inclusion_proof(hashes, 123_456, 1_000_000)
    assert len(asked) < 120
    assert max(asked) <= 128


# -- forgeries -----------------------------------------------------------------------------------------


@given(st.data())
def test_a_forged_inclusion_proof_is_refused(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, 600))
    index = data.draw(st.integers(0, size - 1))
    root, proof = root_of(LEAVES[:size]), inclusion_proof(LARGE, index, size)
    at = data.draw(st.integers(0, len(proof) - 1))
    flipped = bytes([proof[at][0] ^ 1]) + proof[at][1:]
    for forged in (
        proof[:-1],
        [*proof, proof[-1]],
        [*proof, root],
        [*proof[:at], flipped, *proof[at + 1 :]],
        [*proof[:at], proof[at][:31], *proof[at + 1 :]],
        [*proof[:at], proof[at] + b"\x00", *proof[at + 1 :]],
        [],
    ):
        with pytest.raises(ProofRefusedError):
            included(index, size, forged, root)
    for other in {0, size - 1, size // 2} - {index}:
        with pytest.raises(ProofRefusedError):
            included(other, size, proof, root)
        with pytest.raises(ProofRefusedError):
            require_hash_included(digest=LEAVES[index], index=other, size=size, proof=proof, root=root)
    with pytest.raises(ProofRefusedError, match="another root"):
        included(index, size, proof, EMPTY_ROOT)


@pytest.mark.parametrize(("index", "size"), [(0, 0), (1, 1), (-1, 1), (5, 3)])
def test_a_place_that_the_tree_does_not_have_is_refused(index: int, size: int) -> None:
    with pytest.raises(ProofRefusedError, match="no index"):
        require_hash_included(digest=EMPTY_ROOT, index=index, size=size, proof=[], root=EMPTY_ROOT)
    with pytest.raises(ValueError, match="no index"):
        inclusion_proof(TREE, index, size)


def test_a_node_is_not_passed_off_as_an_entry() -> None:
    """A second preimage by a node's own content is impossible: entries and nodes are hashed apart."""
    node = leaf_hash(ENTRIES[0]) + leaf_hash(ENTRIES[1])
    with pytest.raises(ProofRefusedError):
        require_inclusion(content=node, index=0, size=1, proof=[], root=ROOTS[2])


@given(st.data())
def test_a_forged_consistency_proof_is_refused(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, 600))
    earlier = data.draw(st.integers(1, size - 1))
    proof = consistency_proof(LARGE, earlier, size)
    at = data.draw(st.integers(0, len(proof) - 1))
    flipped = bytes([proof[at][0] ^ 1]) + proof[at][1:]
    for forged in (
        proof[:-1],
        [*proof, proof[-1]],
        [*proof[:at], flipped, *proof[at + 1 :]],
        [*proof[:at], proof[at][:31], *proof[at + 1 :]],
        [],
    ):
        with pytest.raises(ProofRefusedError):
            grown(earlier, size, forged)
    with pytest.raises(ProofRefusedError):
        require_consistency(
            earlier=earlier,
            earlier_root=root_of(LEAVES[1 : earlier + 1]),
            size=size,
            root=root_of(LEAVES[:size]),
            proof=proof,
        )
    with pytest.raises(ProofRefusedError):
        require_consistency(
            earlier=earlier,
            earlier_root=root_of(LEAVES[:earlier]),
            size=size,
            root=root_of(LEAVES[1 : size + 1]),
            proof=proof,
        )


def test_trivial_consistency_is_no_loophole() -> None:
    """Nothing may hang on a proof for no entries or equal sizes; a smaller later tree has none."""
    one, two = ROOTS[1], ROOTS[2]
    require_consistency(earlier=0, earlier_root=EMPTY_ROOT, size=2, root=two, proof=[])
    require_consistency(earlier=2, earlier_root=two, size=2, root=two, proof=[])
    for earlier, earlier_root, size, proof in (
        (0, one, 2, []),
        (0, EMPTY_ROOT, 2, [one]),
        (2, one, 2, []),
        (2, two, 2, [one]),
        (3, ROOTS[3], 2, []),
        (-1, EMPTY_ROOT, 2, []),
    ):
        with pytest.raises(ProofRefusedError):
            require_consistency(earlier=earlier, earlier_root=earlier_root, size=size, root=two, proof=proof)
    with pytest.raises(ValueError, match="not the first"):
        consistency_proof(TREE, 3, 2)
