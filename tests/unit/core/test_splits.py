"""Money split, spread over instalments, and drawn: worked out by hand, and for any numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mdfm_ledger.books.documents import spread
from mdfm_ledger.money import Amount, draw, split


@given(st.integers(0, 10**12), st.integers(1, 24))
def test_instalments_add_up_and_differ_by_a_cent(minor: int, count: int) -> None:
    parts = [part.minor for part in spread(Amount(minor, "USD"), count)]
    assert sum(parts) == minor
    assert max(parts) - min(parts) <= 1
    assert parts == sorted(parts, reverse=True)


def test_nothing_is_spread_over_no_parts() -> None:
    with pytest.raises(ValueError, match="at least one"):
        spread(Amount(1, "USD"), 0)


WEIGHTS = st.dictionaries(st.text("abc", min_size=1, max_size=3), st.integers(0, 10**9), min_size=1).filter(
    lambda weights: sum(weights.values()) > 0
)


@given(st.integers(-(10**12), 10**12), WEIGHTS)
def test_a_split_adds_up_within_a_cent_in_any_order(total: int, weights: dict[str, int]) -> None:
    pairs = sorted(weights.items())
    parts = split(total, pairs)
    whole = sum(weights.values())
    assert sum(parts) == total
    for (_, weight), part in zip(pairs, parts, strict=True):
        assert abs(part * whole - total * weight) < whole
    shuffled = pairs[::-1]
    assert dict(zip(shuffled, split(total, shuffled), strict=True)) == dict(zip(pairs, parts, strict=True))


def test_a_split_breaks_ties_by_weight_then_id() -> None:
    assert split(1, [("b", 1), ("a", 1)]) == [0, 1]
    assert split(-1, [("b", 1), ("a", 1)]) == [0, -1]


@pytest.mark.parametrize("weights", [[], [("a", 0)], [("a", -1), ("b", 2)]])
def test_a_split_needs_weights(weights: list[tuple[str, int]]) -> None:
    with pytest.raises(ValueError, match="weights"):
        split(1, weights)


SHARES = st.lists(st.integers(0, 50_000), min_size=1, max_size=12).filter(lambda shares: sum(shares) > 0)


@given(SHARES, st.data())
def test_draws_stay_within_a_cent_and_end_exactly(shares: list[int], data: st.DataObject) -> None:
    whole, drawn = sum(shares), [0] * len(shares)
    while sum(drawn) < whole:
        amount = data.draw(st.integers(1, whole - sum(drawn)))
        parts = draw(amount, shares, drawn)
        assert sum(parts) == amount
        assert min(parts) >= 0
        drawn = [before + part for before, part in zip(drawn, parts, strict=True)]
        for share, so_far in zip(shares, drawn, strict=True):
            assert abs(so_far * whole - share * sum(drawn)) < whole
    assert drawn == shares


def test_a_thousand_draws_on_three_equal_donors_stay_equal() -> None:
    shares, drawn = [100_000] * 3, [0, 0, 0]
    for _ in range(1000):
        drawn = [before + part for before, part in zip(drawn, draw(100, shares, drawn), strict=True)]
    assert sorted(drawn) == [33_333, 33_333, 33_334]


@given(SHARES, st.data())
def test_draws_hold_after_any_reversal(shares: list[int], data: st.DataObject) -> None:
    whole, drawn = sum(shares), [0] * len(shares)
    standing: list[list[int]] = []
    for _ in range(12):
        undo: bool = data.draw(st.booleans())
        if standing and undo:
            undone = standing.pop(data.draw(st.integers(0, len(standing) - 1)))
            drawn = [before - part for before, part in zip(drawn, undone, strict=True)]
        elif sum(drawn) < whole:
            parts = draw(data.draw(st.integers(1, whole - sum(drawn))), shares, drawn)
            assert min(parts) >= 0
            standing.append(parts)
            drawn = [before + part for before, part in zip(drawn, parts, strict=True)]
        assert all(0 <= so_far <= share for so_far, share in zip(drawn, shares, strict=True))
    if sum(drawn) < whole:
        rest = draw(whole - sum(drawn), shares, drawn)
        assert [before + part for before, part in zip(drawn, rest, strict=True)] == shares


@given(SHARES, st.data())
def test_draws_keep_to_their_limits(shares: list[int], data: st.DataObject) -> None:
    limits = [data.draw(st.integers(0, share)) for share in shares]
    drawn = [0] * len(shares)
    if sum(limits):
        amount = data.draw(st.integers(1, sum(limits)))
        parts = draw(amount, shares, drawn, limits)
        assert sum(parts) == amount
        assert all(0 <= part <= limit for part, limit in zip(parts, limits, strict=True))


def test_what_a_limit_held_back_is_drawn_first_afterwards() -> None:
    shares = [1_000_000, 1_000_000]
    first = draw(1_000_000, shares, [0, 0], [0, 1_000_000])
    assert first == [0, 1_000_000]
    assert draw(500_000, shares, first) == [500_000, 0]


def test_a_few_that_are_ahead_give_way_cent_by_cent() -> None:
    assert draw(1, [10, 10, 10], [5, 4, 3]) == [0, 0, 1]
    assert sum(draw(2, [100, 100, 100, 1], [40, 20, 20, 1])) == 2


def test_more_than_there_is_cannot_be_drawn() -> None:
    with pytest.raises(ValueError, match="leave"):
        draw(3, [1, 1], [0, 0])
    with pytest.raises(ValueError, match="leave"):
        draw(-1, [1, 1], [0, 0])


# -- splits worked out by hand ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [
        (100, [("a", 1), ("b", 1), ("c", 1)], [34, 33, 33]),
        (-100, [("a", 1), ("b", 1), ("c", 1)], [-34, -33, -33]),
        (0, [("a", 1), ("b", 0)], [0, 0]),
        (7, [("a", 0), ("b", 5)], [0, 7]),
        # 2.0, 1.5 and 0.5: the two halves tie, the larger weight has the cent.
        (4, [("a", 1), ("b", 3), ("c", 4)], [0, 2, 2]),
        # 4.6, 3.1 and 2.3: the larger remainder has the cent, not the larger weight.
        (10, [("a", 31), ("b", 23), ("c", 46)], [3, 2, 5]),
        (1, [("b", 1), ("a", 1)], [0, 1]),
    ],
)
def test_one_off_splits(total: int, weights: list[tuple[str, int]], parts: list[int]) -> None:
    assert split(total, weights) == parts


@pytest.mark.parametrize("weights", [[], [("a", 0)], [("a", 2), ("b", -1)]])
def test_a_split_without_weights_is_refused(weights: list[tuple[str, int]]) -> None:
    with pytest.raises(ValueError, match="weights"):
        split(1, weights)


def test_instalments_are_one_at_least() -> None:
    assert spread(Amount(7, "USD"), 1) == [Amount(7, "USD")]
    with pytest.raises(ValueError, match="at least one"):
        spread(Amount(7, "USD"), 0)


def test_instalments_with_a_remainder_are_larger_first_below_zero_too() -> None:
    assert [part.minor for part in spread(Amount(1000, "USD"), 3)] == [334, 333, 333]
    assert [part.minor for part in spread(Amount(-5, "USD"), 3)] == [-1, -2, -2]
    assert {part.currency for part in spread(Amount(7, "JPY"), 2)} == {"JPY"}


def test_single_cents_go_to_whose_next_cent_is_due_soonest() -> None:
    # By hand: the n-th cent of a share s is due at n / s; ties at 1 go to the larger share.
    shares, drawn, order = [5, 3, 2], [0, 0, 0], ""
    while sum(drawn) < 10:
        parts = draw(1, shares, drawn)
        order += "abc"[parts.index(1)]
        drawn = [before + part for before, part in zip(drawn, parts, strict=True)]
    assert order == "abacababac"


@pytest.mark.parametrize(
    ("amount", "shares", "drawn", "limits", "parts"),
    [
        pytest.param(1, [3, 3, 3], [0, 0, 0], None, [1, 0, 0], id="all tie: the first"),
        pytest.param(10, [7, 0, 3], [0, 0, 0], None, [7, 0, 3], id="used up; nothing from no share"),
        pytest.param(
            900, [1000] * 3, [0] * 3, [100, 1000, 1000], [100, 400, 400], id="limited, the rest share"
        ),
        pytest.param(5, [10] * 3, [0] * 3, [1, 10, 10], [1, 2, 2], id="limited to below the exact share"),
        pytest.param(6, [6, 3, 3], [0] * 3, [1, 2, 3], [1, 2, 3], id="all there is"),
        pytest.param(
            8, [10] * 4, [0] * 4, [0, 1, 10, 10], [0, 1, 4, 3], id="one limit makes the next one bind"
        ),
        pytest.param(1, [5, 5], [0, 0], [-3, 5], [0, 1], id="a limit below zero is nothing"),
        pytest.param(2, [5, 5], [7, 0], None, [0, 2], id="drawn above its share: nothing more"),
        pytest.param(30, [100] * 3, [30, 20, 10], None, [0, 10, 20], id="uneven, made even"),
        pytest.param(
            12, [100] * 3, [30, 20, 10], None, [0, 1, 11], id="too little: the farthest behind to 21"
        ),
        pytest.param(11, [100] * 3, [30, 20, 10], None, [0, 1, 10], id="a cent over: the first of two alike"),
        pytest.param(3, [100] * 3, [30, 20, 10], None, [0, 0, 3], id="much too little: the last alone"),
        pytest.param(
            12, [100] * 3, [30, 20, 10], [100, 100, 5], [0, 7, 5], id="the farthest behind is limited"
        ),
        pytest.param(
            10, [100] * 4, [40, 20, 10, 10], [60, 80, 3, 90], [0, 0, 3, 7], id="too little, and limited"
        ),
        # Exact shares of 5 are 2.2, 1.7 and 1.1: the cent over is due at 3/4, 2/3 and 2/2 of the shares.
        pytest.param(3, [4, 3, 2], [2, 0, 0], None, [0, 2, 1], id="due by share, not by cents missing"),
        pytest.param(1, [2, 1], [0, 1], None, [1, 0], id="ahead after a reversal: nothing, never less"),
        pytest.param(2, [1, 1, 2], [0, 0, 0], [0, 0, 2], [0, 0, 2], id="limits of less than a cent"),
        # b is 3.2 cents behind but limited to one; a and c are 1.1 behind, alike.
        pytest.param(2, [2, 6, 2, 7], [0, 0, 0, 7], [1, 1, 1, 0], [1, 1, 0, 0], id="never above a limit"),
        # Of 50 drawn b is 2 behind, c is 10: both cents go to c, though b lacks them too.
        pytest.param(2, [300, 100, 100], [40, 8, 0], None, [0, 0, 2], id="behind counts in cents"),
    ],
)
def test_draws(
    amount: int, shares: list[int], drawn: list[int], limits: list[int] | None, parts: list[int]
) -> None:
    assert draw(amount, shares, drawn, limits) == parts


@pytest.mark.parametrize(
    ("amount", "shares", "drawn", "limits"),
    [
        (0, [5], [0], None),
        (0, [0], [0], None),
        (1, [], [], None),
        (1, [0, 0], [0, 0], None),
        (-1, [5], [3], None),
        (3, [5], [3], None),
        (4, [5, 5], [0, 0], [1, 2]),
        (1, [5, 5], [0, 0], [-5, 0]),
        (2, [5, 5], [9, 4], None),
        (1, [5, 5], [0], None),
        (1, [5], [0, 0], None),
        (1, [5, 5], [0, 0], [5]),
        (1, [5], [0], [5, 5]),
    ],
)
def test_what_cannot_be_drawn(
    amount: int, shares: list[int], drawn: list[int], limits: list[int] | None
) -> None:
    with pytest.raises(ValueError, match=r"leave|zip"):
        draw(amount, shares, drawn, limits)
