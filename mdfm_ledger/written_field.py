"""How the fields of events are mostly written in a record: to read most records, no more is needed."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from attrs import Attribute, field

from mdfm_ledger.currencies import MINOR_DIGITS
from mdfm_ledger.money import Amount, minor_text


class Form(NamedTuple):
    """What a field mostly looks like in a record, and what reads it there.

    What looks like it, and is read without a ValueError, is a value the field may hold, in the one spelling
    it has, and not its default, which is left out. A field may hold more than that.
    """

    pattern: str
    read: Callable[[str], Any] | None = None
    """None where the value is the text itself."""


_FORM = "form"


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


DAY = Form("[0-9]{4}-[0-9]{2}-[0-9]{2}", _day)
"""A calendar date."""


def _positive(text: str) -> Amount:
    currency, digits = text[:3], text[4:]
    minor = int(digits.replace(".", ""))
    if not minor or minor_text(minor, currency) != digits:
        raise ValueError("nothing, or another number of decimals than the currency has")
    return Amount(minor, currency)


POSITIVE = Form(rf"(?:{'|'.join(MINOR_DIGITS)}) (?:0|[1-9][0-9]{{0,15}})(?:\.[0-9]{{1,3}})?", _positive)
"""An amount of more than zero."""
