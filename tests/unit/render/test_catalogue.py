"""Texts of the catalogue; numbers and dates as each language writes them."""

from __future__ import annotations

import ast
import json
import string
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

import mdfm_ledger
from mdfm_ledger.books.in_kind import ITEMS, OFFERED, OUTCOMES
from mdfm_ledger.books.statement_register import STATEMENT_KINDS
from mdfm_ledger.chart import CATEGORIES, CHART
from mdfm_ledger.classifications import INCOME_GROUPS, SCHEMES
from mdfm_ledger.countries import REGIONS
from mdfm_ledger.errors import InvalidFieldError
from mdfm_ledger.events import EVENT_KINDS
from mdfm_ledger.events.register_donor import DONOR_KINDS
from mdfm_ledger.events.register_partner import PARTNER_KINDS
from mdfm_ledger.money import Amount
from mdfm_ledger.plans import Names
from mdfm_ledger.rates import DOLLARS_PER_UNIT, UNITS_PER_DOLLAR
from mdfm_ledger.render.catalogue import LANGUAGES, Catalogue, catalogue
from mdfm_ledger.reports import REPORT_VALUES
from mdfm_ledger.reports.document import Cell, text
from mdfm_ledger.reports.flows import FLOWS
from mdfm_ledger.rules.clusters import ROLES
from tests.support.documents import ENGLISH

PACKAGE = Path(mdfm_ledger.__file__).parent
FRENCH, SPANISH = Catalogue("fr", ENGLISH), Catalogue("es", ENGLISH)
ENGLISH_WORDS = catalogue("en")
# Where a key is made from a value, and what the values can be.
MADE = {
    "account": set(CHART),
    "event": set(EVENT_KINDS),
    "category": set(CATEGORIES),
    "donor_kind": set(DONOR_KINDS),
    "donor_kind_total": set(DONOR_KINDS),
    "region": {region for region, _ in REGIONS.values()} | {"other", "not_stated"},
    "income_group": {*INCOME_GROUPS, "other", "unclassified", "not_stated"},
    "scheme": set(SCHEMES),
    "role": set(ROLES),
    "outcome": {OFFERED, *OUTCOMES},
    "in_kind_item": set(ITEMS),
    "column": {f"flow_{flow.key}" for flow in FLOWS},
    "report": set(REPORT_VALUES),
    "title": set(REPORT_VALUES),
    "flow": {flow.key for flow in FLOWS},
    "statement_kind": {*STATEMENT_KINDS, "preview"},
    "partner_kind": set(PARTNER_KINDS),
    "note": {"changes_since_superseded", "unchanged_superseded"},
    "outside": {"aside_carried", "aside_refunded"},
    "status": {"announced", "signed"},
    "quoted": {UNITS_PER_DOLLAR, DOLLARS_PER_UNIT},
}
# A group of the catalogue, by the class of the document whose key it names.
GROUPS = {"Column": "column", "Fact": "fact", "Section": "section", "Table": "table"}


@pytest.mark.parametrize(
    ("minor", "currency", "english", "french", "spanish"),
    [
        (123_456_789, "USD", "USD 1,234,567.89", "USD 1\u202f234\u202f567,89", "USD 1.234.567,89"),
        (-5, "USD", "USD −0.05", "USD −0,05", "USD −0,05"),
        (0, "EUR", "EUR 0.00", "EUR 0,00", "EUR 0,00"),
        (-1_500, "JPY", "JPY −1,500", "JPY −1\u202f500", "JPY −1.500"),
        (1_234_567, "KWD", "KWD 1,234.567", "KWD 1\u202f234,567", "KWD 1.234,567"),
        # Babel would leave these decimals out.
        (123_450, "AFN", "AFN 1,234.50", "AFN 1\u202f234,50", "AFN 1.234,50"),
        (199, "IRR", "IRR 1.99", "IRR 1,99", "IRR 1,99"),
        (10**15, "USD", "USD 10,000,000,000,000.00", None, None),
    ],
)
def test_amounts_have_all_their_decimals(
    minor: int, currency: str, english: str, french: str | None, spanish: str | None
) -> None:
    amount = Amount(minor, currency)
    assert ENGLISH_WORDS.amount(amount) == english
    assert ENGLISH_WORDS.cell(amount, currency=False) == english.partition(" ")[2]
    assert french is None or FRENCH.amount(amount) == french
    assert spanish is None or SPANISH.amount(amount) == spanish


@pytest.mark.parametrize(
    ("share", "english", "french"),
    [
        (Fraction(1, 3), "33.33%", "33,33\xa0%"),
        (Fraction(2, 3), "66.67%", "66,67\xa0%"),
        (Fraction(-1, 3), "−33.33%", "−33,33\xa0%"),
        (Fraction(1, 20_000), "0.01%", "0,01\xa0%"),
        (Fraction(-1, 20_000), "−0.01%", "−0,01\xa0%"),
        (Fraction(-1, 20_001), "0.00%", "0,00\xa0%"),
        (Fraction(12_345), "1,234,500.00%", "1\u202f234\u202f500,00\xa0%"),
    ],
)
def test_shares_are_percentages_rounded_half_away_from_zero(
    share: Fraction, english: str, french: str
) -> None:
    assert ENGLISH_WORDS.cell(share) == english
    assert FRENCH.cell(share) == french


def test_dates_and_months() -> None:
    day = date(2020, 2, 29)
    assert [words.cell(day) for words in (ENGLISH_WORDS, FRENCH, SPANISH)] == [
        "29 Feb 2020",
        "29 févr. 2020",
        "29 feb 2020",
    ]
    assert [words.month(day) for words in (ENGLISH_WORDS, FRENCH)] == ["Feb 2020", "févr. 2020"]


@pytest.mark.parametrize(
    ("cell", "shown"),
    [(None, ""), ("Hamburg", "Hamburg"), (1_234_567, "1234567"), (text("total"), "Total")],
)
def test_other_cells(cell: Cell, shown: str) -> None:
    assert ENGLISH_WORDS.cell(cell) == shown


def test_names_come_in_the_language() -> None:
    names = Names(en="Literacy", fr="Alphabétisation")
    assert [words.cell(names) for words in (ENGLISH_WORDS, FRENCH, SPANISH)] == [
        "Literacy",
        "Alphabétisation",
        "Literacy",
    ]


def test_values_within_a_text_are_written_as_the_language_writes_them() -> None:
    words = Catalogue("fr", {"so": "{amount} le {day} : {name}"})
    values: dict[str, Cell] = {"amount": Amount(-150_000, "USD"), "day": date(2020, 8, 1), "name": "{day}"}
    assert words.cell(text("so", **values)) == "USD −1\u202f500,00 le 1 août 2020 : {day}"


def test_a_key_nobody_wrote_raises() -> None:
    with pytest.raises(KeyError, match=r"column\.nothing"):
        ENGLISH_WORDS.text("column.nothing")


def test_a_place_without_a_value_raises() -> None:
    with pytest.raises(KeyError, match="donor"):
        ENGLISH_WORDS.text("title.donor_statement")


def test_a_language_we_do_not_know_is_refused() -> None:
    with pytest.raises(InvalidFieldError, match="'de' is none of en, fr, es"):
        catalogue("de")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_english_text_is_there_in_every_language(language: str) -> None:
    words = catalogue(language)
    assert set(words.texts) == set(ENGLISH)
    assert words.language in {language, "en"}


def test_a_text_missing_in_a_language_is_english(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "locales").mkdir()
    for language, texts in {"en": {"one": "one", "two": "two"}, "fr": {"one": "un"}}.items():
        (tmp_path / "locales" / f"{language}.json").write_text(json.dumps(texts), encoding="utf-8")
    monkeypatch.setattr("mdfm_ledger.render.catalogue.files", lambda _: tmp_path)
    catalogue.cache_clear()
    try:
        french, spanish = catalogue("fr"), catalogue("es")
    finally:
        catalogue.cache_clear()
    assert (french.language, french.text("one"), french.text("two")) == ("fr", "un", "two")
    # No Spanish text at all: English figures too.
    assert (spanish.language, spanish.text("one")) == ("en", "one")


def test_the_texts_are_sorted_and_not_empty_and_stand_once() -> None:
    for path in (PACKAGE / "render" / "locales").iterdir():
        pairs = json.loads(path.read_text("utf-8"), object_pairs_hook=list)
        names = [name for name, _ in pairs]
        assert names == sorted(set(names)), path.name
        assert [name for name, shown in pairs if not shown.strip() or shown != shown.strip()] == []


def test_every_language_has_the_places_of_english() -> None:
    for path in (PACKAGE / "render" / "locales").iterdir():
        texts = json.loads(path.read_text("utf-8"))
        assert {key: _places(shown) for key, shown in texts.items()} == {
            key: _places(ENGLISH[key]) for key in texts
        }


def _places(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


def test_every_key_used_is_there() -> None:
    made = {f"{group}.{value}" for group, values in MADE.items() for value in values}
    used = {key for path in _sources() for key in _used(path)}
    assert len(used) > 60
    assert sorted((made | used) - set(ENGLISH)) == []


def test_every_key_there_is_used() -> None:
    """A key counts as used where it, or its last part, stands in the code, or is made from a value."""
    constants = {constant for path in _sources() for constant in _constants(path)}
    made = {f"{group}.{value}" for group, values in MADE.items() for value in values}
    rest = set(ENGLISH) - made - constants
    assert sorted(key for key in rest if key.partition(".")[2] not in constants) == []


def _sources() -> list[Path]:
    return [path for folder in ("reports", "render") for path in sorted((PACKAGE / folder).rglob("*.py"))]


def _used(path: Path) -> Iterator[str]:
    """Keys that stand in the code as such: ``text("total")``, ``Fact(key="held", …)``."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name == "text" and node.args and isinstance(node.args[0], ast.Constant):
            yield str(node.args[0].value)
        for keyword in node.keywords:
            if name in GROUPS and keyword.arg == "key" and isinstance(keyword.value, ast.Constant):
                key = f"{GROUPS[name]}.{keyword.value.value!s}"
                if key != "section.head":  # it has no heading
                    yield key


def _constants(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        if isinstance(node, ast.JoinedStr):
            # f"trial_balance_{set}" stands for all that begin so.
            known = node.values[0].value if isinstance(node.values[0], ast.Constant) else ""
            if isinstance(known, str) and known.endswith("_"):
                yield from (last for key in ENGLISH if (last := key.partition(".")[2]).startswith(known))


def test_locale_data_and_templates_are_loaded_only_when_needed() -> None:
    modules = "catalogue", "chart", "csv_table", "html", "text"
    imports = "; ".join(f"import mdfm_ledger.render.{module}" for module in modules)
    script = f"import sys; {imports}; print([name for name in ('babel', 'jinja2') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
