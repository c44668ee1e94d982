"""Exact money: the gate, the notation, and the two splits."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from moneyed import Money

from mdfm_ledger import Amount, errors
from mdfm_ledger.currencies import MINOR_DIGITS
from mdfm_ledger.money import MAX_MINOR, draw, require_currency, split, spread

CURRENCIES = st.sampled_from(sorted(MINOR_DIGITS))
MINORS = st.integers(-MAX_MINOR, MAX_MINOR)


@given(MINORS, CURRENCIES)
def test_an_amount_is_read_back_from_its_text(minor: int, currency: str) -> None:
    amount = Amount(minor, currency)
    assert Amount.parse(amount.text, currency) == amount
    assert Amount.of(amount.to_money()) == amount
    assert Decimal(amount.text).scaleb(MINOR_DIGITS[currency]) == minor


@pytest.mark.parametrize(
    ("amount", "text", "shown"),
    [
        (Amount(5_000_000, "USD"), "50000.00", "USD 50,000.00"),
        (Amount(-5, "USD"), "-0.05", "USD -0.05"),
        (Amount(1500, "JPY"), "1500", "JPY 1,500"),
        (Amount(-1, "BHD"), "-0.001", "BHD -0.001"),
        (Amount(0, "USD"), "0.00", "USD 0.00"),
    ],
)
def test_amounts_are_written_with_all_decimals(amount: Amount, text: str, shown: str) -> None:
    assert (amount.text, str(amount)) == (text, shown)


HOSTILE = [
    "", " ", ".", "1.", ".5", "00.1", "01", "+1", "--1", "1 ", " 1", "1_000", "1,000", "1e3", "1E+5000000",
    "NaN", "Infinity", "-inf", "0x10", "\uff11\uff12", "\u0661", "1\n", "10.005", "1.2.3", "9" * 30, "1" * 21,
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_no_amount(text: str) -> None:
    with pytest.raises(errors.InvalidAmountError):
        Amount.parse(text, "USD")


def test_yen_have_no_decimals_and_dinars_have_three() -> None:
    with pytest.raises(errors.InvalidAmountError, match="no decimals"):
        Amount.parse("1.5", "JPY")
    assert Amount.parse("1.234", "BHD").minor == 1234
    assert Amount.parse("1.5", "USD").minor == 150


@pytest.mark.parametrize("currency", ["DEM", "usd", "", "XXX", "US", "USDX", None, 840])
def test_only_currencies_in_use(currency: object) -> None:
    with pytest.raises(errors.UnknownCurrencyError):
        require_currency(currency)
    with pytest.raises(errors.LedgerError):
        Amount(1, currency)  # type: ignore[arg-type]  # what a caller without types might hand in


@pytest.mark.parametrize("value", [1, 1.5, True, "5.00", Decimal("5.00"), None, float("nan"), object(), b"5"])
def test_only_money_and_amounts_pass_the_gate(value: object) -> None:
    with pytest.raises(errors.InvalidAmountError):
        Amount.of(value)


@pytest.mark.parametrize(
    "money",
    [
        Money("10.005", "USD"),
        Money("NaN", "USD"),
        Money("Infinity", "USD"),
        Money("1.5", "JPY"),
        Money(Decimal("1E+3"), "USD"),
        Money("10000000000000.01", "USD"),
    ],
)
def test_inexact_money_is_refused(money: Money) -> None:
    with pytest.raises(errors.InvalidAmountError):
        Amount.of(money)


@pytest.mark.parametrize("minor", [1.0, True, "1", MAX_MINOR + 1, -MAX_MINOR - 1, None])
def test_minor_units_are_whole_and_in_range(minor: object) -> None:
    with pytest.raises(errors.InvalidAmountError):
        Amount(minor, "USD")  # type: ignore[arg-type]  # what a caller without types might hand in


def test_sums_stay_within_a_currency() -> None:
    assert Amount(1, "USD") + Amount(2, "USD") == Amount(3, "USD")
    assert Amount(1, "USD") - Amount(2, "USD") == -Amount(1, "USD")
    assert Amount.zero("USD").is_zero
    with pytest.raises(TypeError, match="not amounts of one currency"):
        Amount(1, "USD") + Amount(1, "EUR")
    with pytest.raises(TypeError):
        Amount(1, "USD") + 1  # type: ignore[operator]  # a sum started at 0


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


def test_the_table_of_currencies_is_iso_4217() -> None:
    iso4217 = pytest.importorskip("iso4217")
    known = {one.code: one.exponent for one in iso4217.Currency}
    assert {code: known[code] for code in MINOR_DIGITS if code in known} == {
        code: digits for code, digits in MINOR_DIGITS.items() if code in known
    }
    assert len(MINOR_DIGITS) > 150
