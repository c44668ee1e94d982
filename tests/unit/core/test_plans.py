"""The shipped budget plans, plans of one's own, and the tables of countries."""

from __future__ import annotations

from collections import Counter

import pytest

from mdfm_ledger import Area, BudgetLine, BudgetPlan, Names, errors, shipped_plan, shipped_plans
from mdfm_ledger.countries import REGIONS, require_country
from mdfm_ledger.errors.base import LedgerError
from mdfm_ledger.money import Amount
from tests.support.bookkeeping import usd


def test_the_mdfm_plan_has_seven_activities_and_sums_to_a_million() -> None:
    plan = shipped_plan("mdfm")
    assert plan.target == usd("1000000.00")
    assert {line.code: line.amount.text for line in plan.lines} == {
        "1.1": "200000.00",
        "1.2": "200000.00",
        "2.1": "80000.00",
        "2.2": "20000.00",
        "2.3": "200000.00",
        "2.4": "200000.00",
        "3.1": "100000.00",
    }
    assert plan.area_of("2.3") == "2"
    assert plan.area_of("9.9") == ""
    assert plan.amount_of("9.9").is_zero
    assert plan.line("3.1").names.text("es") == "Plataforma de comunicación en línea"
    assert all(line.names.fr and line.names.es for line in plan.lines)


def test_the_cluster_plan_sums_to_the_strategy_by_area_and_cluster() -> None:
    plan = shipped_plan("clusters")
    by_area: Counter[str] = Counter()
    by_cluster: Counter[str] = Counter()
    for line in plan.lines:
        by_area[line.area] += line.amount.minor
        by_cluster[line.cluster] += line.amount.minor
    assert by_area == {"1": 112_000_000, "2": 70_000_000, "3": 49_000_000, "4": 14_000_000}
    assert set(by_cluster.values()) == {35_000_000}
    assert len(by_cluster) == 7
    assert plan.target == usd("2450000.00")


def test_a_name_without_a_translation_is_given_in_english() -> None:
    assert Names(en="Only English").text("fr") == "Only English"


def line(code: str = "1.1", area: str = "1", currency: str = "USD", cluster: str = "") -> BudgetLine:
    return BudgetLine(
        code=code, area=area, amount=Amount(100, currency), names=Names(en="A"), cluster=cluster
    )


AREAS = (Area(code="1", names=Names(en="Area")),)


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ((), "at least one line"),
        ((line(), line()), "1.1 stands twice"),
        ((line(code="1"),), "1 stands twice"),
        ((line(), line("1.2", currency="EUR")), "one currency"),
        ((line(area="9"),), "names the area 9"),
        ((line(cluster="ESD"),), "names the cluster ESD"),
    ],
)
def test_a_plan_that_does_not_hold_together_is_refused(lines: tuple[BudgetLine, ...], says: str) -> None:
    with pytest.raises(errors.InvalidFieldError, match=says):
        BudgetPlan(name="own", areas=AREAS, lines=lines)


def test_unknown_names_are_refused_with_the_known_ones() -> None:
    assert shipped_plans() == ("clusters", "mdfm")
    with pytest.raises(errors.UnknownPlanError, match="clusters, mdfm"):
        shipped_plan("other")
    with pytest.raises(errors.UnknownActivityError, match=r"1\.1, 1\.2"):
        shipped_plan("mdfm").line("9.9")


def test_countries_are_those_of_iso_3166() -> None:
    pycountry = pytest.importorskip("pycountry")
    assert set(REGIONS) == {country.alpha_2 for country in pycountry.countries}
    assert REGIONS["SN"] == ("Africa", "Sub-Saharan Africa")
    require_country("")
    with pytest.raises(errors.InvalidFieldError, match="ISO 3166-1"):
        require_country("UK")


def test_an_error_is_built_with_exactly_its_figures() -> None:
    with pytest.raises(TypeError, match="takes"):
        errors.UnknownCurrencyError(code="x")  # type: ignore[call-arg]  # shows the check at run time
    assert isinstance(errors.UnknownCurrencyError(currency="x"), LedgerError)
