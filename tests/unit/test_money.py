"""Money at its edges: what a caller without types may hand in, order, and splits worked out by hand.

The everyday cases stand in core/test_money.py, what holds for any numbers in ../properties/test_money.py.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from operator import add, ge, gt, le, lt
from operator import sub as minus

import pytest
from attrs.exceptions import FrozenInstanceError
from moneyed import Money

from mdfm_ledger.errors import InvalidAmountError, UnknownCurrencyError
from mdfm_ledger.money import MAX_MINOR, Amount, draw, require_currency, split, spread

# Python refuses to write out so many digits, so a careless message would fail; pytest needs an id for it.
HUGE = 10**5000
A_HUGE_NUMBER = pytest.param(HUGE, id="huge")


class Code(str):
    """A text of a kind of its own, as an enumeration of currencies would be."""

    __slots__ = ()


class LookAlike:
    """Has what Money has, but is none."""

    amount = Decimal("1.00")
    currency = Money(1, "USD").currency


class OwnMoney(Money):
    """A caller's Money, as web frameworks have."""


# -- the value --------------------------------------------------------------------------------------


def test_an_amount_cannot_be_changed() -> None:
    amount = Amount(1, "USD")
    with pytest.raises(FrozenInstanceError):
        amount.minor = 2  # type: ignore[misc]  # what must not work
    assert not hasattr(amount, "__dict__")


def test_equal_amounts_are_one_key_and_currencies_keep_apart() -> None:
    assert len({Amount(1, "USD"), Amount(1, "USD"), Amount(1, "EUR"), Amount(2, "USD")}) == 3
    assert Amount(0, "USD") != Amount(0, "EUR")
    whole: object = 1
    assert Amount(1, "USD") != whole


def test_amounts_of_one_currency_have_an_order() -> None:
    low, high = Amount(-1, "USD"), Amount(1, "USD")
    assert sorted([high, low]) == [low, high]
    assert [op(low, high) for op in (lt, le, gt, ge)] == [True, True, False, False]
    assert [op(high, low) for op in (lt, le, gt, ge)] == [False, False, True, True]
    assert [op(low, low) for op in (lt, le, gt, ge)] == [False, True, False, True]


@pytest.mark.parametrize("operation", [lt, le, gt, ge, add, minus])
@pytest.mark.parametrize("other", [Amount(1, "EUR"), 1, Money(1, "USD"), None])
def test_nothing_but_amounts_of_one_currency_is_compared_or_added(
    operation: Callable[[object, object], object], other: object
) -> None:
    with pytest.raises(TypeError):
        operation(Amount(1, "USD"), other)


@pytest.mark.parametrize(
    ("minor", "is_zero", "is_positive"), [(-1, False, False), (0, True, False), (1, False, True)]
)
def test_the_sign_is_asked_by_name(minor: int, is_zero: bool, is_positive: bool) -> None:
    amount = Amount(minor, "USD")
    assert (amount.is_zero, amount.is_positive) == (is_zero, is_positive)


@pytest.mark.parametrize("minor", [A_HUGE_NUMBER, pytest.param(-HUGE, id="-huge"), MAX_MINOR + 1, False])
def test_minor_units_out_of_range_are_named_shortly(minor: int) -> None:
    with pytest.raises(InvalidAmountError) as caught:
        Amount(minor, "USD")
    assert len(str(caught.value)) < 200


def test_sums_differences_and_signs() -> None:
    assert Amount(5, "USD") + Amount(-7, "USD") == Amount(-2, "USD")
    assert Amount(5, "USD") - Amount(7, "USD") == -Amount(2, "USD")
    assert Amount.zero("JPY") == Amount(0, "JPY")


def test_a_sum_out_of_range_is_refused() -> None:
    with pytest.raises(InvalidAmountError):
        Amount(MAX_MINOR, "USD") + Amount(1, "USD")


@pytest.mark.parametrize(
    "currency",
    [
        ["USD"],
        {},
        Code("USD"),
        b"USD",
        A_HUGE_NUMBER,
        "US\u202eD",
        "\uff35\uff33\uff24",
        pytest.param("U" * 10**6, id="long"),
    ],
)
def test_what_is_no_currency_is_named_shortly_in_ascii(currency: object) -> None:
    with pytest.raises(UnknownCurrencyError) as by_name:
        require_currency(currency)
    with pytest.raises(UnknownCurrencyError) as by_amount:
        Amount(1, currency)  # type: ignore[arg-type]  # what a caller without types might hand in
    assert str(by_name.value) == str(by_amount.value)
    assert str(by_name.value).isascii()
    assert len(str(by_name.value)) < 200


# -- written ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [None, 5, 1.5, b"5", ["5"], Decimal(5), Code("5")])
def test_only_text_is_parsed(text: object) -> None:
    with pytest.raises(InvalidAmountError):
        Amount.parse(text, "USD")  # type: ignore[arg-type]  # what a caller without types might hand in


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("0", "USD", 0),
        ("-0", "USD", 0),
        ("-0.00", "USD", 0),
        ("0.1", "USD", 10),
        ("-0.01", "USD", -1),
        ("10000000000000", "USD", MAX_MINOR),
        ("-10000000000000.00", "USD", -MAX_MINOR),
        ("1000000000000000", "JPY", MAX_MINOR),
        ("-1000000000000.000", "BHD", -MAX_MINOR),
    ],
)
def test_amounts_are_read_to_the_limits(text: str, currency: str, minor: int) -> None:
    assert Amount.parse(text, currency) == Amount(minor, currency)


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("10000000000000.01", "USD"),
        ("1000000000000001", "JPY"),
        ("1." + "0" * 19, "USD"),
        ("1.0", "JPY"),
        ("1.", "JPY"),
        ("1.000", "USD"),
        ("1.0000", "BHD"),
        ("-", "USD"),
        ("-.5", "USD"),
        ("-01", "USD"),
        ("1.-5", "USD"),
        ("\u22121", "USD"),
        ("1\u0660", "USD"),
        ("1.5\n", "USD"),
        ("\x001", "USD"),
        ("sNaN", "USD"),
        pytest.param("1" * 10**6, "USD", id="long"),
    ],
)
def test_amounts_just_beyond_are_refused_in_short_ascii(text: str, currency: str) -> None:
    with pytest.raises(InvalidAmountError) as caught:
        Amount.parse(text, currency)
    assert len(str(caught.value)) < 200
    assert caught.value.value.isascii()


@pytest.mark.parametrize("currency", ["usd", "XXX", None, ["USD"]])
def test_text_in_no_currency_is_refused(currency: object) -> None:
    with pytest.raises(UnknownCurrencyError):
        Amount.parse("1", currency)  # type: ignore[arg-type]  # what a caller without types might hand in


# -- the gate ---------------------------------------------------------------------------------------


def test_the_gate_lets_exact_money_in() -> None:
    amount = Amount(1250, "USD")
    assert Amount.of(amount) is amount
    assert Amount.of(Money("12.5", "USD")) == amount
    assert Amount.of(OwnMoney("12.50", "USD")) == amount


def test_the_gate_may_ask_for_one_currency() -> None:
    assert Amount.of(Money("1.00", "EUR"), "EUR") == Amount(100, "EUR")
    for value in (Money("1.00", "USD"), Amount(100, "USD")):
        with pytest.raises(InvalidAmountError, match=r"USD 1\.00 is not an amount: needs 'EUR'"):
            Amount.of(value, "EUR")


@pytest.mark.parametrize("inside", [1.5, 1, True, "1.50", None, A_HUGE_NUMBER])
def test_money_changed_to_hold_something_else_is_refused(inside: object) -> None:
    money = Money("1.00", "USD")
    money.amount = inside  # type: ignore[misc,assignment]  # py-moneyed does not prevent it
    with pytest.raises(InvalidAmountError, match="Money that holds a Decimal"):
        Amount.of(money)


@pytest.mark.parametrize(
    "amount", [Decimal(1) / 3, Decimal("0.1000000000000000055511151231257827"), 0.1 + 0.2]
)
def test_money_built_from_what_is_not_exact_is_refused(amount: object) -> None:
    with pytest.raises(InvalidAmountError):
        Amount.of(Money(amount, "USD"))


@pytest.mark.parametrize("value", [A_HUGE_NUMBER, LookAlike(), [Money(1, "USD")], "USD 1.00"])
def test_the_gate_says_what_it_takes(value: object) -> None:
    with pytest.raises(InvalidAmountError, match=r"needs Money\('50000\.00', 'USD'\) or Amount, not "):
        Amount.of(value)


@pytest.mark.parametrize("currency", ["USD", "JPY", "XAD", "XCG", "ZWG"])
def test_money_comes_out_in_every_currency_even_one_py_moneyed_lacks(currency: str) -> None:
    amount = Amount(-1234, currency)
    money = amount.to_money()
    assert (type(money), str(money.amount), money.currency.code) == (Money, amount.text, currency)
    assert money.get_amount_in_sub_unit() == -1234
    assert Amount.of(money) == amount


def test_money_is_loaded_only_where_it_is_asked_for() -> None:
    program = """
import sys
from mdfm_ledger.money import Amount
Amount.of(Amount.parse("1.00", "USD"), "USD")
assert "moneyed" not in sys.modules, "loaded too early"
Amount.zero("USD").to_money()
assert "moneyed" in sys.modules
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


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
