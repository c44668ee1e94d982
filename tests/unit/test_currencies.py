"""The table of currencies against two sources: the `iso4217` package, and the list ISO published."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import iso4217
import pytest

from mdfm_ledger.currencies import MINOR_DIGITS

# In ISO's list, but no money that is paid: next-day and indexed units, unit-of-account and WIR codes.
UNITS_NOT_PAID = {"BOV", "CHE", "CHW", "CLF", "COU", "MXV", "USN", "UYI", "UYW"}
# Without a minor unit: metals, bond market units, drawing rights, test and no-currency codes.
NO_MINOR_UNIT = {"XAG", "XAU", "XBA", "XBB", "XBC", "XBD", "XDR", "XPD", "XPT", "XSU", "XTS", "XUA", "XXX"}
# What changed after the list of 2024-06-25; the docstring of the table names each with its date.
WITHDRAWN_SINCE = {"ANG", "BGN", "CUC"}
ADDED_SINCE = {"XAD", "XCG"}


def test_the_table_is_the_iso4217_package_without_what_nobody_pays_in() -> None:
    package = {one.code: one.exponent for one in iso4217.Currency}
    assert {code for code, digits in package.items() if digits is None} == NO_MINOR_UNIT
    paid = {code: digits for code, digits in package.items() if code not in UNITS_NOT_PAID | NO_MINOR_UNIT}
    assert paid == MINOR_DIGITS


@pytest.fixture
def published(shared_data: Path) -> dict[str, int]:
    path = shared_data / "reference" / "iso4217_table_a1.xml"
    if not path.is_file():
        pytest.skip("no reference/iso4217_table_a1.xml in the folder of real data")
    root = ET.parse(path).getroot()
    assert root.get("Pblshd") == "2024-06-25"
    rows = [(entry.findtext("Ccy"), entry.findtext("CcyMnrUnts")) for entry in root.iter("CcyNtry")]
    return {code: int(digits) for code, digits in rows if code and digits and digits.isdecimal()}


def test_the_table_is_the_published_list_with_the_changes_since(published: dict[str, int]) -> None:
    unchanged = set(published) - UNITS_NOT_PAID - WITHDRAWN_SINCE
    assert set(MINOR_DIGITS) == unchanged | ADDED_SINCE
    assert {code: MINOR_DIGITS[code] for code in unchanged} == {code: published[code] for code in unchanged}


@pytest.mark.parametrize(
    ("code", "digits"),
    [
        ("USD", 2),
        ("EUR", 2),
        ("JPY", 0),
        ("XOF", 0),
        ("BHD", 3),
        ("ISK", 0),
        ("ZWG", 2),
        ("XCG", 2),
        ("XAD", 2),
    ],
)
def test_minor_units_one_can_look_up(code: str, digits: int) -> None:
    assert MINOR_DIGITS[code] == digits


@pytest.mark.parametrize(
    "code", ["DEM", "HRK", "BGN", "ANG", "CUC", "SLL", "ZWL", "XXX", "XTS", "XAU", "CHE"]
)
def test_withdrawn_fund_metal_and_test_codes_are_left_out(code: str) -> None:
    assert code not in MINOR_DIGITS
