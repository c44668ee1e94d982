"""The catalogue of texts, and numbers and dates as a language writes them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from functools import lru_cache
from importlib.resources import files

from attrs import frozen

from mdfm_ledger.currencies import MINOR_DIGITS
from mdfm_ledger.errors import InvalidFieldError
from mdfm_ledger.money import Amount
from mdfm_ledger.reports.document import Cell, Text

LANGUAGES = ("en", "fr", "es")


@frozen
class Catalogue:
    """The texts of one language; a text it does not have yet is given in English."""

    language: str
    texts: Mapping[str, str]

    def text(self, key: str, values: tuple[tuple[str, str], ...] = ()) -> str:
        """The text of a key. Raises KeyError for a key that English does not have."""
        return self.texts[key].format(**dict(values)) if values else self.texts[key]

    def cell(self, cell: Cell, *, currency: bool = True) -> str:
        """A cell as this language writes it; ``currency`` says whether amounts name theirs."""
        if cell is None:
            return ""
        if isinstance(cell, Text):
            return self.text(cell.key, cell.values)
        if isinstance(cell, Amount):
            return self.amount(cell, currency=currency)
        if isinstance(cell, Fraction):
            return self.share(cell)
        if isinstance(cell, date):
            return self.date(cell)
        return str(cell)

    def amount(self, amount: Amount, *, currency: bool = True) -> str:
        """An amount with all the decimals of its currency, grouped as the language groups."""
        from babel.numbers import get_decimal_symbol, get_group_symbol

        whole, point, part = amount.text.lstrip("-").partition(".")
        # Babel would hide the cents of a dozen currencies; the decimals are ours, the signs its.
        grouped = f"{int(whole):,}".replace(",", get_group_symbol(self.language))
        sign = "−" if amount.minor < 0 else ""
        digits = f"{sign}{grouped}{get_decimal_symbol(self.language) if point else ''}{part}"
        return f"{amount.currency} {digits}" if currency else digits

    def whole(self, amount: Amount) -> str:
        """An amount in whole units for an axis: no decimals, no currency."""
        digits = MINOR_DIGITS[amount.currency]
        units = Amount(amount.minor // 10**digits * 10**digits, amount.currency)
        shown = self.amount(units, currency=False)
        return shown[: -digits - 1] if digits else shown

    def date(self, day: date) -> str:
        """A date, day month year, the month by its short name."""
        from babel.dates import format_date

        return format_date(day, "d MMM yyyy", locale=self.language)

    def share(self, share: Fraction) -> str:
        """A share of a whole in percent with two decimals, rounded half up."""
        from babel.numbers import get_decimal_symbol

        hundredths = (share.numerator * 20_000 + share.denominator) // (2 * share.denominator)
        whole, part = divmod(abs(hundredths), 100)
        sign = "−" if hundredths < 0 else ""
        return f"{sign}{whole}{get_decimal_symbol(self.language)}{part:02d} %"


@lru_cache(maxsize=len(LANGUAGES))
def catalogue(language: str) -> Catalogue:
    """The catalogue of a language: en, fr or es. Raises InvalidFieldError."""
    if language not in LANGUAGES:
        raise InvalidFieldError(field="language", problem=f"{language!r} is none of {', '.join(LANGUAGES)}")
    return Catalogue(language, {**_texts("en"), **_texts(language)})


def _texts(language: str) -> dict[str, str]:
    file = files("mdfm_ledger.render") / "locales" / f"{language}.json"
    texts: dict[str, str] = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    return texts
