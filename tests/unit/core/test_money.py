"""Exact money: the value, the notation, and the gate, with what a caller without types may hand in.

What holds for any numbers stands in ../../properties/test_money.py, splits in test_splits.py.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from operator import add, ge, gt, le, lt
from operator import sub as minus

import pytest
from attrs.exceptions import FrozenInstanceError
from hypothesis import given
from hypothesis import strategies as st
from moneyed import Money

from mdfm_ledger import errors
from mdfm_ledger.currencies import MINOR_DIGITS
from mdfm_ledger.errors import AmountTooLargeError, InvalidAmountError, UnknownCurrencyError
from mdfm_ledger.money import MAX_MINOR, MAX_SUM, Amount, require_currency

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


def test_the_control_python_itself_reads_many_of_them_as_numbers() -> None:
    def taken(text: str) -> bool:
        try:
            Decimal(text)
        except InvalidOperation:
            return False
        return True

    assert sum(map(taken, HOSTILE)) > len(HOSTILE) // 2


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


@pytest.mark.parametrize("minor", [1.0, True, "1", MAX_SUM + 1, -MAX_SUM - 1, None])
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


def test_the_table_of_currencies_is_iso_4217() -> None:
    iso4217 = pytest.importorskip("iso4217")
    known = {one.code: one.exponent for one in iso4217.Currency}
    assert {code: known[code] for code in MINOR_DIGITS if code in known} == {
        code: digits for code, digits in MINOR_DIGITS.items() if code in known
    }
    assert len(MINOR_DIGITS) > 150


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


@pytest.mark.parametrize("minor", [A_HUGE_NUMBER, pytest.param(-HUGE, id="-huge"), MAX_SUM + 1, False])
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
        Amount(MAX_SUM, "USD") + Amount(1, "USD")


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


@pytest.mark.parametrize("minor", [MAX_MINOR + 1, -MAX_MINOR - 1, MAX_SUM])
def test_a_sum_is_no_amount_that_comes_in(minor: int) -> None:
    with pytest.raises(
        AmountTooLargeError, match=r"more than an entry can say, at most USD 10,000,000,000,000.00"
    ):
        Amount.of(Amount(minor, "USD"))


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
