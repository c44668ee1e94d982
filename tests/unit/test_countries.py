"""The table of countries against its two sources: the M49 list, and pycountry for what M49 lacks."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from mdfm_ledger import errors
from mdfm_ledger.countries import REGIONS, country_name, is_country, region, require_country

NOT_IN_M49 = {"TW"}
NO_REGION_IN_M49 = {"AQ"}


@pytest.fixture
def m49(shared_data: Path) -> dict[str, dict[str, str]]:
    """The rows of the M49 list by alpha-2 code."""
    path = shared_data / "reference" / "unsd_m49_countries.csv"
    if not path.is_file():
        pytest.skip("no reference/unsd_m49_countries.csv in the folder of real data")
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {row["iso_alpha2"]: row for row in csv.DictReader(file)}


def test_the_codes_are_those_officially_assigned() -> None:
    pycountry = pytest.importorskip("pycountry")
    assert set(REGIONS) == {country.alpha_2 for country in pycountry.countries}


def test_names_and_regions_are_those_of_m49(m49: dict[str, dict[str, str]]) -> None:
    assert set(REGIONS) - set(m49) == NOT_IN_M49
    assert {code: country_name(code) for code in m49} == {
        code: row["country_or_area"] for code, row in m49.items()
    }
    assert {code: REGIONS[code] for code in m49 if code not in NO_REGION_IN_M49} == {
        code: (row["region_name"], row["sub_region_name"])
        for code, row in m49.items()
        if code not in NO_REGION_IN_M49
    }
    assert [m49[code]["region_name"] for code in NO_REGION_IN_M49] == [""]


def test_what_m49_lacks_is_named_as_pycountry_does() -> None:
    pycountry = pytest.importorskip("pycountry")
    assert country_name("TW") == pycountry.countries.get(alpha_2="TW").common_name
    assert region("TW") == "Asia"


@pytest.mark.parametrize(
    ("code", "name", "where"),
    [
        ("CI", "Côte d\u2019Ivoire", "Africa"),
        ("BQ", "Bonaire, Sint Eustatius and Saba", "Americas"),
        ("AQ", "Antarctica", "Antarctica"),
        ("ZW", "Zimbabwe", "Africa"),
        ("WS", "Samoa", "Oceania"),
    ],
)
def test_a_country_has_a_name_and_a_region(code: str, name: str, where: str) -> None:
    assert (is_country(code), country_name(code), region(code)) == (True, name, where)


@pytest.mark.parametrize("code", ["UK", "XK", "EU", "zw", "ZWE", "Z", " ZW", "ＺＷ", "XX", "DZ Algeria"])  # noqa: RUF001  # wide letters are the point
def test_what_is_no_country_is_refused(code: str) -> None:
    assert not is_country(code)
    for ask in (country_name, region, require_country):
        with pytest.raises(errors.InvalidFieldError, match="ISO 3166-1"):
            ask(code)


def test_only_a_required_country_may_be_left_empty() -> None:
    require_country("")
    assert not is_country("")
    with pytest.raises(errors.InvalidFieldError, match="country"):
        country_name("")
