"""How the fields of events are mostly written in a record: to read most records, no more is needed."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from attrs import Attribute, field

from mdfm_ledger.currencies import MINOR_DIGITS
from mdfm_ledger.money import MAX_MINOR, Amount


class Form(NamedTuple):
    """What a field mostly looks like in a record, and what reads it there.

    What looks like it is a value the field may hold, in the one spelling it has, and not its default, which
    is left out. A field may hold more than that.
    """

    pattern: str
    read: Callable[[str], Any] | None = None
    """None where the value is the text itself."""


_FORM = "form"
_DIGITS = len(str(MAX_MINOR)) - 1  # of the largest number that is surely no more


def form_of(attribute: Attribute[Any]) -> Form | None:
    """How a field is mostly written; None where that is not known."""
    form: Form | None = attribute.metadata.get(_FORM)
    return form


def formed(form: Form, validator: Any, **options: Any) -> Any:
    """A field that is mostly written so."""
    return field(validator=validator, metadata={_FORM: form}, **options)


def plain(longest: int) -> Form:
    """Printable ASCII that neither begins nor ends with a space, and that JSON writes without escapes."""
    return Form(rf"(?! )[ !#-\[\]-~]{{1,{longest}}}+(?<! )")


def word(*words: str) -> Form:
    """One of these words."""
    return Form("|".join(re.escape(one) for one in words if one))


DIGITS = Form("[0-9a-f]{64}")
"""A SHA-256 in hexadecimal."""


@lru_cache(maxsize=4_096)  # a ledger has few days
def _day(text: str) -> date:
    return date.fromisoformat(text)


# Each month to its 28th, longer months to their ends; the leap day is left to every check.
DAY = Form(
    r"(?!0000)[0-9]{4}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])"
    r"|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)",
    _day,
)
"""A calendar date."""


def _amount(text: str) -> Amount:
    return Amount(int(text[4:].replace(".", "")), text[:3])


def _positive() -> str:
    """The pattern of an amount of more than zero that is surely not too large."""
    # One after the other is tried, and most amounts are in dollars.
    by_decimals: dict[int, list[str]] = {MINOR_DIGITS["USD"]: ["USD"]}
    for code, decimals in MINOR_DIGITS.items():
        by_decimals.setdefault(decimals, []).append(code)
    return "|".join(_positive_in(codes, decimals) for decimals, codes in by_decimals.items())


def _positive_in(codes: list[str], decimals: int) -> str:
    zeros, places = (rf"\.{'0' * decimals}", rf"\.[0-9]{{{decimals}}}") if decimals else ("", "")
    whole = f"(?:0|[1-9][0-9]{{0,{_DIGITS - 1 - decimals}}})"
    return rf'(?:{"|".join(codes)}) (?!0{zeros}"){whole}{places}'


POSITIVE = Form(_positive(), _amount)
"""An amount of more than zero."""
