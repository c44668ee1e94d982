"""The shipped plans against the strategy they are taken from, in its three languages; plans of one's own."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from attrs import evolve

from mdfm_ledger import Area, BudgetLine, BudgetPlan, Names, errors, shipped_plan, shipped_plans
from mdfm_ledger.countries import REGIONS, require_country
from mdfm_ledger.errors.base import LedgerError
from mdfm_ledger.money import Amount
from tests.support.bookkeeping import usd

LANGUAGES = ("en", "fr", "es")
CLUSTER_CODES = ("ESD", "EQI", "PME", "GCE", "ENT", "HWB", "LIT")
TITLES = (
    "# Draft strategy of the UNESCO Global Network of Learning Cities",
    "# Projet de stratégie du Réseau mondial UNESCO des villes apprenantes",
    "# Proyecto de estrategia de la Red Mundial de Ciudades del Aprendizaje",
)
# A row of a cost table: code, what is done (and, in the clusters' tables, who does it), dollars.
ROW = re.compile(r"^(?:<p>)?(\d\.\d) [^\n]*\t\\?\$ ?([\d, ]*\d)( x 2)?$", re.MULTILINE)


@pytest.fixture
def strategy(shared_data: Path) -> dict[str, str]:
    """The strategy's text by language."""
    path = shared_data.parent / "reference" / "gnlc-draft-strategy-2019-2021.txt"
    if not path.is_file():
        pytest.skip("the text of the strategy is not beside the folder of real data")
    whole = path.read_text("utf-8").replace("’", "'")  # the quotation mark that is meant
    starts = [whole.rindex(title) for title in TITLES]
    ends = [*starts[1:], len(whole)]
    return {language: whole[start:end] for language, start, end in zip(LANGUAGES, starts, ends, strict=True)}


def printed_rows(text: str) -> list[tuple[str, int]]:
    return [
        (code, int(re.sub("[, ]", "", dollars)) * (2 if twice else 1))
        for code, dollars, twice in ROW.findall(text)
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_amount_is_the_printed_one(strategy: dict[str, str], language: str) -> None:
    clusters = [line for line in shipped_plan("clusters").lines if line.cluster == "LIT"]
    lines = (*clusters, *shipped_plan("mdfm").lines)
    ours = [(line.code.removeprefix("LIT-"), line.amount.minor // 100) for line in lines]
    printed = printed_rows(strategy[language])
    if language == "fr":
        assert printed[6] == ("3.1", 20_000)  # printed twice as 3.1; the second is 3.2
        printed[6] = ("3.2", 20_000)
    assert printed == ours


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_total_of_the_mdfm_is_misprinted_in_every_language(
    strategy: dict[str, str], language: str
) -> None:
    assert "<b>$1,000,00</b>" in strategy[language].replace("\\", "")
    assert sum(dollars for _, dollars in printed_rows(strategy[language])[-7:]) == 1_000_000


@pytest.mark.parametrize("plan", ["mdfm", "clusters"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_names_use_the_words_of_the_strategy(strategy: dict[str, str], language: str, plan: str) -> None:
    """Names are shortened: a verb may have become a noun, so the first five letters are compared."""
    said = {word[:5] for word in re.findall(r"\w{5,}", strategy[language].casefold())}
    shipped = shipped_plan(plan)
    named: tuple[Area | BudgetLine, ...] = (*shipped.lines, *shipped.areas, *shipped.clusters)
    for one in named:
        words = re.findall(r"[^\W\d_]{5,}", getattr(one.names, language).casefold())
        assert words, f"{one.code} has no name in {language}"
        assert [word for word in words if word[:5] not in said] == []


def test_a_cluster_line_names_its_cluster_and_its_work_area() -> None:
    plan = shipped_plan("clusters")
    assert tuple(cluster.code for cluster in plan.clusters) == CLUSTER_CODES
    assert [line.code for line in plan.lines if line.cluster == "HWB"] == [
        "HWB-1.1", "HWB-1.2", "HWB-1.3", "HWB-1.4", "HWB-2.1", "HWB-3.1", "HWB-3.2", "HWB-4.1",
    ]  # fmt: skip
    assert (plan.line("HWB-3.2").cluster, plan.line("HWB-3.2").area) == ("HWB", "3")
    assert plan.line("HWB-2.1").amount == Amount(10_000_000, "USD")


@pytest.mark.parametrize(
    ("plan", "code", "language", "label"),
    [
        ("mdfm", "1.1", "fr", "Modules de formation sur les thématiques"),
        ("mdfm", "2", "es", "Creación e intercambio de conocimientos"),
        ("mdfm", "3", "en", "Communication"),
        ("clusters", "GCE", "es", "Educación para la ciudadanía global"),
        ("clusters", "EQI", "fr", "Équité et intégration"),
        ("clusters", "LIT-1.2", "fr", "Rencontre thématique d'experts"),
        ("clusters", "LIT-1.2", "de", "Thematic experts' meeting"),
    ],
)
def test_activities_areas_and_clusters_have_labels(plan: str, code: str, language: str, label: str) -> None:
    assert shipped_plan(plan).label(code, language) == label


def test_a_label_of_an_unknown_code_is_refused_with_the_known_ones() -> None:
    with pytest.raises(errors.UnknownActivityError, match=r"1, 1\.1, 1\.2, 2, 2\.1"):
        shipped_plan("mdfm").label("4", "en")


def own_plan() -> BudgetPlan:
    """A plan as a user writes one, in English only."""
    return BudgetPlan(
        name="own",
        areas=(Area(code="A", names=Names(en="Area")),),
        clusters=(Area(code="C", names=Names(en="Cluster")),),
        lines=(
            BudgetLine(code="A1", area="A", cluster="C", amount=Amount(1, "EUR"), names=Names(en="One")),
            BudgetLine(code="A2", area="A", amount=Amount(2, "EUR"), names=Names(en="Two")),
        ),
    )


def test_an_own_plan_needs_english_names_only() -> None:
    plan = own_plan()
    assert (plan.currency, plan.target) == ("EUR", Amount(3, "EUR"))
    assert [plan.label(code, "fr") for code in ("A", "C", "A1")] == ["Area", "Cluster", "One"]


@pytest.mark.parametrize("code", ["A", "A1", "C"])
def test_a_cluster_does_not_share_its_code(code: str) -> None:
    plan = own_plan()
    with pytest.raises(errors.InvalidFieldError, match=f"the code {code} stands twice"):
        evolve(plan, clusters=(*plan.clusters, Area(code=code, names=Names(en="Again"))))


@pytest.mark.parametrize("minor", [0, -1])
def test_a_line_costs_more_than_nothing(minor: int) -> None:
    with pytest.raises(errors.InvalidAmountError, match="more than zero"):
        evolve(own_plan().lines[0], amount=Amount(minor, "EUR"))


def test_a_name_is_not_empty() -> None:
    with pytest.raises(errors.InvalidFieldError, match="empty"):
        Names(en="")


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
