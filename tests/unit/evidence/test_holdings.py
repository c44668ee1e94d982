"""Proof of holdings: what is held for a donor stands in the published total, and every forgery is refused."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable

import hypothesis.strategies as st
import pytest
from attrs import evolve
from hypothesis import given

from mdfm_ledger.errors import ProofRefusedError
from mdfm_ledger.evidence.holdings import (
    FRAGMENTS,
    LIMIT,
    Fragment,
    ShownFragment,
    fragments_of,
    require_holding,
    show,
    sum_node,
    sum_root,
)

BALANCES = {"hamburg": 5_000_000, "medellin": 123_456_789, "jp": 0, "acme": 1}


def chance(seed: int = 1) -> tuple[Callable[[int], int], Callable[[], str]]:
    drawn = random.Random(seed)
    return drawn.randrange, lambda: drawn.randbytes(16).hex()


def made(balances: dict[str, int] = BALANCES, seed: int = 1) -> tuple[Fragment, ...]:
    draw, salts = chance(seed)
    return fragments_of(balances, draw=draw, salts=salts)


def holds(
    shown: tuple[ShownFragment, ...], donor: str, balance: int, fragments: tuple[Fragment, ...]
) -> None:
    require_holding(shown, donor=donor, balance=balance, count=len(fragments), root=sum_root(fragments))


@given(st.dictionaries(st.text(min_size=1, max_size=8), st.integers(0, 10**15), min_size=1, max_size=30))
def test_every_donor_finds_its_balance_in_the_total(balances: dict[str, int]) -> None:
    fragments = made(balances)
    assert sum_root(fragments)[1] == sum(balances.values())
    for donor, balance in balances.items():
        shown = show(fragments, donor)
        holds(shown, donor, balance, fragments)
        with pytest.raises(ProofRefusedError):
            holds(shown, donor, balance + 1, fragments)


def test_fragments_are_bounded_and_stand_in_an_order_of_chance() -> None:
    fragments = made()
    cap = -(-sum(BALANCES.values()) // FRAGMENTS)
    assert max(one.minor for one in fragments) <= cap
    assert [one.commitment for one in fragments] == sorted(one.commitment for one in fragments)
    assert len({one.commitment for one in fragments}) == len(fragments)
    assert [one.donor for one in made(seed=2)] != [one.donor for one in fragments]
    assert Counter(one.donor for one in fragments).keys() == BALANCES.keys()


def test_the_same_chance_gives_the_same_tree() -> None:
    assert made() == made()
    root, total = sum_root(made({"a": 5, "b": 7}))
    assert (root.hex()[:16], total) == ("d145fc8d2f62d121", 12)


def test_every_forgery_is_refused() -> None:
    fragments = made()
    root = sum_root(fragments)
    shown = show(fragments, "hamburg")
    first, *others = shown
    (hashed, minor), *rest = first.path
    forgeries = {
        "more": evolve(first, fragment=evolve(first.fragment, minor=first.fragment.minor + 1)),
        "another place": evolve(first, index=first.index ^ 1),
        "beyond the end": evolve(first, index=len(fragments)),
        "before the start": evolve(first, index=-1),
        "another salt": evolve(first, fragment=evolve(first.fragment, salt="00" * 16)),
        "another's": evolve(first, fragment=evolve(first.fragment, donor="acme")),
        "another sum beside": evolve(first, path=((hashed, minor + 1), *rest)),
        "a sum below zero": evolve(first, path=((hashed, -1), *rest)),
        "a sum too large": evolve(first, path=((hashed, LIMIT), *rest)),
        "another hash beside": evolve(first, path=((bytes(32), minor), *rest)),
        "a short hash": evolve(first, path=((hashed[:31], minor), *rest)),
        "a path too short": evolve(first, path=first.path[:-1]),
        "a path too long": evolve(first, path=(*first.path, root)),
    }
    for forged in forgeries.values():
        with pytest.raises(ProofRefusedError):
            holds((forged, *others), "hamburg", BALANCES["hamburg"], fragments)
    for some in ((), shown[1:], (*shown, first), show(fragments, "medellin")):
        with pytest.raises(ProofRefusedError):
            holds(some, "hamburg", BALANCES["hamburg"], fragments)


def test_a_donor_left_out_finds_nothing() -> None:
    without = made({donor: balance for donor, balance in BALANCES.items() if donor != "hamburg"})
    assert show(without, "hamburg") == ()


@pytest.mark.parametrize("balances", [{}, {"a": -1}, {"a": LIMIT}, {"a": LIMIT - 1, "b": 1}])
def test_what_cannot_be_summed_is_refused(balances: dict[str, int]) -> None:
    with pytest.raises(ProofRefusedError):
        sum_root(made(balances))


def test_sums_do_not_overflow() -> None:
    node = (bytes(32), LIMIT - 1)
    with pytest.raises(ProofRefusedError):
        sum_node(node, (bytes(32), 1))
    assert sum_node(node, (bytes(32), 0))[1] == LIMIT - 1
