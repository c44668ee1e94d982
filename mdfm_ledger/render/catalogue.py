"""The catalogue of texts, and numbers and dates as a language writes them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from functools import lru_cache
from importlib.resources import files

from attrs import frozen

from mdfm_ledger.errors import InvalidFieldError
from mdfm_ledger.fields import WITHHELD
from mdfm_ledger.money import Amount
from mdfm_ledger.plans import Names
from mdfm_ledger.reports.document import Cell, Text

LANGUAGES = ("en", "fr", "es")


@frozen
class Catalogue:
    """The texts of one language; a text it does not have yet is given in English."""

    language: str
    texts: Mapping[str, str]

    def text(self, key: str, values: tuple[tuple[str, Cell], ...] = ()) -> str:
        """The text of a key, with values in its places.

        Raises KeyError for a key that English does not have, and for a place without a value.
        """
        template = self.texts[key]
        if "{" not in template:
            return template
        return template.format(**{name: self.cell(value) for name, value in values})

    def cell(self, cell: Cell, *, currency: bool = True) -> str:
        """A cell as this language writes it; ``currency`` says whether amounts name theirs."""
        if isinstance(cell, Amount):
            return self.amount(cell, currency=currency)
        if isinstance(cell, Text):
            return self.text(cell.key, cell.values)
        if isinstance(cell, Names):
            return cell.text(self.language)
        if isinstance(cell, Fraction):
            return self.share(cell)
        if isinstance(cell, date):
            return self.date(cell)
        shown = "" if cell is None else str(cell)
        return self.texts["withheld"] if shown == WITHHELD else shown

    def amount(self, amount: Amount, *, currency: bool = True) -> str:
        """An amount with all the decimals of its currency, grouped as the language groups."""
        signs = _signs(self.language)
        whole, point, part = amount.text.lstrip("-").partition(".")
        # Babel would hide the cents of a dozen currencies; the decimals are ours, the signs its.
        decimals = signs.decimal + part if point else ""
        minus = "−" if amount.minor < 0 else ""
        digits = f"{minus}{self.whole(int(whole))}{decimals}"
        return f"{amount.currency} {digits}" if currency else digits

    def whole(self, number: int) -> str:
        """A number of zero or more, grouped as the language groups."""
        return f"{number:,}".replace(",", _signs(self.language).group)

    def month(self, day: date) -> str:
        """The month of a date by its short name, and the year."""
        return _day(self.language, "MMM yyyy", day)

    def date(self, day: date) -> str:
        """A date, day month year, the month by its short name."""
        return _day(self.language, "d MMM yyyy", day)

    def share(self, share: Fraction) -> str:
        """A share of a whole in percent with two decimals, rounded half away from zero."""
        part, whole = abs(share.numerator), share.denominator
        hundredths = (part * 20_000 + whole) // (2 * whole)
        percent, rest = divmod(hundredths, 100)
        minus = "−" if share < 0 and hundredths else ""
        signs = _signs(self.language)
        return f"{minus}{self.whole(percent)}{signs.decimal}{rest:02d}{signs.percent}"


@lru_cache(maxsize=len(LANGUAGES))
def catalogue(language: str) -> Catalogue:
    """The catalogue of a language: en, fr or es. Raises InvalidFieldError.

    A language that has no texts yet gives English throughout: English words around French figures
    would be neither.
    """
    if language not in LANGUAGES:
        raise InvalidFieldError(field="language", problem=f"{language!r} is none of {', '.join(LANGUAGES)}")
    own = _texts(language)
    return Catalogue(language if own else "en", {**_texts("en"), **own})


def _texts(language: str) -> dict[str, str]:
    file = files("mdfm_ledger.render") / "locales" / f"{language}.json"
    texts: dict[str, str] = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    return texts


@frozen
class _Signs:
    """What a language puts between groups of digits, before decimals, and after a percentage."""

    group: str
    decimal: str
    percent: str


@lru_cache(maxsize=len(LANGUAGES))
def _signs(language: str) -> _Signs:
    from babel import Locale
    from babel.numbers import get_decimal_symbol, get_group_symbol

    pattern: str = Locale.parse(language).percent_formats[None].pattern
    return _Signs(get_group_symbol(language), get_decimal_symbol(language), pattern.lstrip("#,0."))


@lru_cache(maxsize=4096)
def _day(language: str, pattern: str, day: date) -> str:
    from babel.dates import format_date

    return format_date(day, pattern, locale=language)
