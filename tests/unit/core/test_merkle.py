"""The tree of RFC 6962 against the roots published with the certificate transparency code."""

from __future__ import annotations

import pytest

from mdfm_ledger.evidence.merkle import EMPTY_ROOT, leaf_hash, root_of
from mdfm_ledger.evidence.tiling import WIDTH, Tiles

# The eight leaves of the published test vectors, and the root over the first n of them.
LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    4: "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    6: "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    7: "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


@pytest.mark.parametrize("size", ROOTS)
def test_the_root_is_the_published_one(size: int) -> None:
    hashes = [leaf_hash(bytes.fromhex(leaf)) for leaf in LEAVES[:size]]
    assert root_of(hashes).hex() == ROOTS[size]
    assert (root_of(hashes) == EMPTY_ROOT) is (size == 0)


def test_tiles_are_nodes_of_the_tree() -> None:
    hashes = [leaf_hash(str(at).encode()) for at in range(WIDTH * WIDTH + WIDTH + 7)]
    tiles = Tiles()
    for digest in hashes:
        tiles.add(digest)
    first = [root_of(hashes[at : at + WIDTH]) for at in range(0, WIDTH * (WIDTH + 1), WIDTH)]
    expected = [*((1, at, digest) for at, digest in enumerate(first)), (2, 0, root_of(first[:WIDTH]))]
    assert list(tiles.close(expected)) == []
    assert [found[1] for found in tiles.close(expected[1:])] == ["tile 0 of level 1"]
    assert root_of([root_of(first[:WIDTH]), first[WIDTH]]) == root_of(hashes[: WIDTH * (WIDTH + 1)])
