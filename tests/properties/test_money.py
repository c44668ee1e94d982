"""What holds for any amounts, shares and draws: notation, order, splits, draws, reversals, limits."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mdfm_ledger.currencies import MINOR_DIGITS
from mdfm_ledger.errors import InvalidAmountError
from mdfm_ledger.money import MAX_MINOR, Amount, draw, split

# Shares of very different sizes: a city's few cents beside a country's millions, and equal ones.
SHARE = st.one_of(st.integers(0, 9), st.integers(0, 5_000), st.integers(0, 10**13), st.just(100_000))
SHARES = st.lists(SHARE, min_size=1, max_size=20).filter(any)


def plus(one: Sequence[int], other: Sequence[int]) -> list[int]:
    return [left + right for left, right in zip(one, other, strict=True)]


def exact(shares: Sequence[int], total: int) -> list[Fraction]:
    """The exact share of each in all that is drawn."""
    whole = sum(shares)
    return [Fraction(share * total, whole) for share in shares]


def a_draw(data: st.DataObject, most: int) -> int:
    """An amount: often a few cents, sometimes all there is."""
    return data.draw(st.one_of(st.integers(1, min(most, 5)), st.integers(1, most), st.just(most)))


def after_reversals(data: st.DataObject, shares: list[int], steps: int) -> list[int]:
    """What is drawn after draws of which any were reversed, in any order."""
    drawn, standing = [0] * len(shares), list[list[int]]()
    for _ in range(steps):
        undo = data.draw(st.booleans())
        left = sum(shares) - sum(drawn)
        if standing and (undo or not left):
            undone = standing.pop(data.draw(st.integers(0, len(standing) - 1)))
            drawn = [before - part for before, part in zip(drawn, undone, strict=True)]
        elif left:
            standing.append(draw(a_draw(data, left), shares, drawn))
            drawn = plus(drawn, standing[-1])
        assert all(0 <= so_far <= share for so_far, share in zip(drawn, shares, strict=True))
    return drawn


# -- notation and order -----------------------------------------------------------------------------


@pytest.mark.parametrize("currency", sorted(MINOR_DIGITS))
def test_text_and_money_round_trip_in_every_currency(currency: str) -> None:
    for minor in (0, 1, -1, 9, 10, 99, 100, -1005, 123_456_789, MAX_MINOR, -MAX_MINOR):
        amount = Amount(minor, currency)
        assert Amount.parse(amount.text, currency) == amount
        assert Amount.of(amount.to_money()) == amount
        assert len(amount.text.partition(".")[2]) == MINOR_DIGITS[currency]


@given(
    st.text(alphabet="0123456789.-+eE_, \t\n\u0661\uff11\uff12NaInf", max_size=24),
    st.sampled_from(["USD", "JPY", "BHD"]),
)
def test_text_is_refused_or_read_for_what_it_says(text: str, currency: str) -> None:
    digits = MINOR_DIGITS[currency]
    whole, point, part = text.removeprefix("-").partition(".")
    plain = (
        all(one in "0123456789" for one in whole + part)
        and whole != ""
        and (whole == "0" or whole[0] != "0")
        and (len(part) in range(1, digits + 1) if point else True)
        and len(text) <= 20
    )
    if plain and abs(Decimal(text).scaleb(digits)) <= MAX_MINOR:
        assert Amount.parse(text, currency).minor == Decimal(text).scaleb(digits)
    else:
        with pytest.raises(InvalidAmountError):
            Amount.parse(text, currency)


@given(st.lists(st.integers(-MAX_MINOR, MAX_MINOR)))
def test_amounts_sort_as_their_minor_units_do(minors: list[int]) -> None:
    assert [one.minor for one in sorted(Amount(minor, "USD") for minor in minors)] == sorted(minors)


# -- one-off splits ---------------------------------------------------------------------------------


@given(st.data(), SHARES, st.integers(-MAX_MINOR, MAX_MINOR))
def test_a_split_is_exact_to_a_cent_mirrors_and_knows_no_order(
    data: st.DataObject, weights: list[int], total: int
) -> None:
    pairs = [(f"d{at:02}", weight) for at, weight in enumerate(weights)]
    parts = split(total, pairs)
    assert sum(parts) == total
    assert all(abs(part - due) < 1 for part, due in zip(parts, exact(weights, total), strict=True))
    assert split(-total, pairs) == [-part for part in parts]
    mixed = data.draw(st.permutations(pairs))
    assert dict(zip(mixed, split(total, mixed), strict=True)) == dict(zip(pairs, parts, strict=True))
    by_weight = sorted(zip(weights, (abs(part) for part in parts), strict=True))
    assert all(one[1] <= next_[1] for one, next_ in pairwise(by_weight) if one[0] < next_[0])


# -- draws ------------------------------------------------------------------------------------------


@given(st.data(), SHARES)
def test_draws_add_up_within_a_cent_at_every_step_and_end_exactly(
    data: st.DataObject, shares: list[int]
) -> None:
    drawn = [0] * len(shares)
    for step in range(13):
        left = sum(shares) - sum(drawn)
        if not left:
            break
        amount = left if step == 12 else a_draw(data, left)
        parts = draw(amount, shares, drawn)
        assert sum(parts) == amount
        assert min(parts) >= 0
        drawn = plus(drawn, parts)
        assert all(so_far <= share for so_far, share in zip(drawn, shares, strict=True))
        fair = exact(shares, sum(drawn))
        assert all(abs(so_far - due) < 1 for so_far, due in zip(drawn, fair, strict=True))
    assert drawn == shares


@given(st.data(), SHARES)
def test_cents_left_over_go_where_the_next_one_is_due_soonest(data: st.DataObject, shares: list[int]) -> None:
    drawn = draw(a_draw(data, sum(shares)), shares, [0] * len(shares))
    assume(drawn != shares)
    parts = draw(a_draw(data, sum(shares) - sum(drawn)), shares, drawn)
    fair = exact(shares, sum(drawn) + sum(parts))
    # A floor or what was drawn before is everybody's; whoever has one more than that got a cent left over.
    held = [max(before, due.__floor__()) for before, due in zip(drawn, fair, strict=True)]
    gained = [now - least for now, least in zip(plus(drawn, parts), held, strict=True)]
    assert set(gained) <= {0, 1}
    waits = [at for at, cents in enumerate(gained) if not cents and held[at] < fair[at]]
    for got in (at for at, cents in enumerate(gained) if cents):
        for wait in waits:
            one, other = Fraction(held[got] + 1, shares[got]), Fraction(held[wait] + 1, shares[wait])
            assert (one, -shares[got], got) < (other, -shares[wait], wait)


@given(st.lists(st.integers(1, 10**6), min_size=2, max_size=8, unique=True), st.data())
def test_the_order_of_unequal_donors_does_not_matter(shares: list[int], data: st.DataObject) -> None:
    mixed = data.draw(st.permutations(shares))
    amounts = [data.draw(st.integers(1, sum(shares) // 4 + 1)) for _ in range(3)]
    results = []
    for order in (shares, mixed):
        drawn = [0] * len(order)
        for amount in amounts:
            if amount <= sum(order) - sum(drawn):
                drawn = plus(drawn, draw(amount, order, drawn))
        results.append(dict(zip(order, drawn, strict=True)))
    assert results[0] == results[1]


def test_a_thousand_dollars_a_dollar_at_a_time_from_three_equal_donors() -> None:
    for share in (33_334, 100_000, 10**13):
        drawn = [0, 0, 0]
        for count in range(1, 1001):
            parts = draw(100, [share] * 3, drawn)
            assert min(parts) >= 33
            drawn = plus(drawn, parts)
            assert max(drawn) - min(drawn) == (0 if count % 3 == 0 else 1)
        assert drawn == [33_334, 33_333, 33_333]


# -- after reversals --------------------------------------------------------------------------------


@given(st.data(), SHARES)
def test_a_draw_after_reversals_takes_nobody_more_than_a_cent_ahead(
    data: st.DataObject, shares: list[int]
) -> None:
    drawn = after_reversals(data, shares, 8)
    assume(drawn != shares)
    amount = a_draw(data, sum(shares) - sum(drawn))
    parts = draw(amount, shares, drawn)
    assert sum(parts) == amount
    assert min(parts) >= 0
    now = plus(drawn, parts)
    ahead = [so_far - due for so_far, due in zip(now, exact(shares, sum(now)), strict=True)]
    assert all(cents < 1 for cents, part in zip(ahead, parts, strict=True) if part)
    assert all(so_far <= share for so_far, share in zip(now, shares, strict=True))


@given(st.data(), st.lists(st.integers(10, 10**6), min_size=2, max_size=12))
def test_what_is_too_little_for_all_goes_to_the_farthest_behind(
    data: st.DataObject, shares: list[int]
) -> None:
    # Further off than reversals could bring it, so that there is much to make good.
    drawn = [data.draw(st.integers(0, share)) for share in shares]
    assume(drawn != shares)
    parts = draw(a_draw(data, sum(shares) - sum(drawn)), shares, drawn)
    now = plus(drawn, parts)
    behind = [due - so_far for so_far, due in zip(now, exact(shares, sum(now)), strict=True)]
    worst = max(behind)
    # Whoever got something while another stays a cent or more behind was itself as far behind, to a cent.
    if worst >= 1:
        assert all(worst - cents <= 1 for cents, part in zip(behind, parts, strict=True) if part)


@given(st.data(), SHARES)
def test_draws_mend_what_reversals_left(data: st.DataObject, shares: list[int]) -> None:
    drawn = after_reversals(data, shares, 10)
    whole = sum(shares)
    # Once the exact share of each has caught up with what it has, nobody has any reason to be off.
    level = max(
        (-(-so_far * whole // share) for so_far, share in zip(drawn, shares, strict=True) if share), default=0
    )
    while sum(drawn) < whole:
        amount = min(whole - sum(drawn), max(1, whole // 7))
        drawn = plus(drawn, draw(amount, shares, drawn))
        if sum(drawn) >= level:
            fair = exact(shares, sum(drawn))
            assert all(abs(so_far - due) < 1 for so_far, due in zip(drawn, fair, strict=True))
    assert drawn == shares


# -- limits -----------------------------------------------------------------------------------------


@given(st.data(), SHARES)
def test_limits_hold_after_reversals_too(data: st.DataObject, shares: list[int]) -> None:
    drawn = after_reversals(data, shares, 6)
    rooms = [share - so_far for share, so_far in zip(shares, drawn, strict=True)]
    limits = [data.draw(st.one_of(st.integers(0, room), st.just(room), st.just(0))) for room in rooms]
    assume(any(limits))
    amount = a_draw(data, sum(limits))
    parts = draw(amount, shares, drawn, limits)
    assert sum(parts) == amount
    assert all(0 <= part <= limit for part, limit in zip(parts, limits, strict=True))
    with pytest.raises(ValueError, match="leave"):
        draw(sum(limits) + 1, shares, drawn, limits)


@given(st.data(), st.lists(st.integers(1, 10**9), min_size=1, max_size=12))
def test_what_a_limit_keeps_from_one_the_others_share_to_a_cent(
    data: st.DataObject, shares: list[int]
) -> None:
    limits = [data.draw(st.one_of(st.just(share), st.integers(0, share))) for share in shares]
    assume(any(limits))
    parts = draw(a_draw(data, sum(limits)), shares, [0] * len(shares), limits)
    open_ = [at for at, part in enumerate(parts) if part < limits[at]]
    for one in range(len(shares)):
        for other in open_:
            # Nobody is a cent further than one who could still take some; of two such neither is.
            assert Fraction(parts[one] - 1, shares[one]) < Fraction(parts[other] + 1, shares[other])


@given(st.data(), SHARES)
def test_limits_that_do_not_bind_change_nothing(data: st.DataObject, shares: list[int]) -> None:
    amount = a_draw(data, sum(shares))
    free = draw(amount, shares, [0] * len(shares))
    assert draw(amount, shares, [0] * len(shares), shares) == free
    assert draw(amount, shares, [0] * len(shares), [part + 1 for part in free]) == free
