"""What the fields of events may hold: strict at the border, so that nothing inside has to ask again."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime
from typing import Any

from attrs import Attribute, field

from mdfm_ledger.errors import (
    InvalidAmountError,
    InvalidDateError,
    InvalidFieldError,
    InvalidTextError,
    MismatchError,
)
from mdfm_ledger.money import Amount
from mdfm_ledger.written_field import DAY, DIGITS, POSITIVE, formed, plain, word

LONGEST_REFERENCE = 100
LONGEST_TEXT = 1000
WITHHELD = "[withheld]"
"""What stands where personal details were erased."""

_REFERENCE, _TEXT = plain(LONGEST_REFERENCE), plain(LONGEST_TEXT)
_DIGEST = re.compile(r"[0-9a-f]{64}\Z", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z", re.ASCII)


def reference() -> Any:
    """A field that holds a document's reference: required, one line, at most 100 characters."""
    return formed(_REFERENCE, _check_reference)


def optional_reference() -> Any:
    """A field that holds another document's reference, or is empty."""
    return formed(_REFERENCE, _check_optional_reference, default="")


def text() -> Any:
    """A field that holds a required text of one line, at most 1,000 characters."""
    return formed(_TEXT, _check_text)


def optional_text() -> Any:
    """A field that holds a text of one line, or is empty."""
    return formed(_TEXT, _check_optional_text, default="")


def digest() -> Any:
    """A field that holds a SHA-256 as 64 hexadecimal digits, small letters."""
    return formed(DIGITS, _check_digest)


def optional_digest() -> Any:
    """A field that holds a SHA-256, or is empty."""
    return formed(DIGITS, _check_optional_digest, default="")


def positive_amount() -> Any:
    """A field that holds a positive amount, given as Amount or py-moneyed Money."""
    return formed(POSITIVE, _check_positive, converter=Amount.of)


def optional_amount() -> Any:
    """A field that holds a positive amount or nothing."""
    return formed(POSITIVE, _check_optional_positive, default=None, converter=_optional_amount)


def amount() -> Any:
    """A field that holds an amount of any sign, given as Amount or py-moneyed Money."""
    return field(converter=Amount.of)


def day() -> Any:
    """A field that holds a calendar date, required."""
    return formed(DAY, _check_day)


def optional_total() -> Any:
    """A field that holds an amount, zero included, or nothing."""
    return field(default=None, converter=_optional_amount, validator=_check_optional_total)


def optional_day() -> Any:
    """A field that holds a calendar date or nothing."""
    return formed(DAY, _check_optional_day, default=None)


def one_of(*choices: str, default: str | None = None) -> Any:
    """A field that holds one of a few words."""

    def check(_: object, attribute: Attribute[str], value: object) -> None:
        if type(value) is not str or value not in choices:
            raise InvalidFieldError(
                field=attribute.name, problem=f"{value!r} is none of {', '.join(choices)}"
            )

    form = word(*(choice for choice in choices if choice != default))
    if default is None:
        return formed(form, check)
    return formed(form, check, default=default)


def several(shape: type[object]) -> Any:
    """A field that holds a tuple of values of one class; none unless given."""

    def check(_: object, attribute: Attribute[Any], value: object) -> None:
        if type(value) is not tuple or not all(isinstance(one, shape) for one in value):
            raise InvalidFieldError(field=attribute.name, problem=f"needs a tuple of {shape.__name__}")

    return field(default=(), validator=check)


def codes() -> Any:
    """A field that holds codes of activities or areas, each of them once; none unless given."""
    return field(default=(), validator=_check_codes)


def optional_codes() -> Any:
    """A field that holds codes as above, none of them too, or nothing."""
    return field(default=None, validator=_check_optional_codes)


def whole_number(least: int, most: int, *, default: int | None = None) -> Any:
    """A field that holds a whole number from ``least`` to ``most``, inclusive; required unless given."""

    def check(_: object, attribute: Attribute[int], value: object) -> None:
        if type(value) is not int or not least <= value <= most:
            problem = f"{value!r} is not a whole number from {least} to {most}"
            raise InvalidFieldError(field=attribute.name, problem=problem)

    if default is None:
        return field(validator=check)
    return field(default=default, validator=check)


def basis_points(*, required: bool = False) -> Any:
    """A field that holds a rate in hundredths of a percent, 0 to 10,000; 7 % is 700."""
    if required:
        return field(validator=_check_basis_points)
    return field(default=0, validator=_check_basis_points)


def parse_day(value: str) -> date:
    """The date written YYYY-MM-DD in ASCII digits. Raises InvalidDateError for anything else."""
    if not _DAY.match(value):
        raise InvalidDateError(value=repr(value[:40]), problem="it is not written YYYY-MM-DD")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise InvalidDateError(value=value, problem="there is no such day") from None


def require_match(field: str, given: str, document: str, expected: str) -> None:
    """Raise MismatchError unless what a field gives is what the document it names says."""
    if given != expected:
        raise MismatchError(field=field, given=given, document=document, expected=expected)


def require_from(on: date, first: date, document: str) -> None:
    """Raise MismatchError where an event is dated before the document it is about."""
    if on < first:
        raise MismatchError(field="on", given=str(on), document=document, expected=f"a date from {first} on")


def same_person(one: str, other: str) -> bool:
    """Whether two names are one person's, whatever case, width or spacing they are written in."""
    return _folded(one) == _folded(other)


def _folded(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def require_plain_text(name: str, value: object, *, longest: int = LONGEST_TEXT) -> None:
    """Raise unless ``value`` is NFC text on one line without control or direction characters.

    Direction marks, zero-width characters and controls let a name show a reader something other
    than what is stored; a text that is not NFC has two spellings and so two digests.
    """
    if type(value) is not str:
        raise InvalidFieldError(field=name, problem=f"needs text, got {type(value).__name__}")
    if value.isascii() and value.isprintable() and len(value) <= longest and value == value.strip():
        return
    if len(value) > longest:
        raise InvalidTextError(
            field=name, problem=f"has {len(value)} characters, at most {longest} are allowed"
        )
    if value and (value[0].isspace() or value[-1].isspace()):
        raise InvalidTextError(field=name, problem="begins or ends with a space")
    for character in value:
        if unicodedata.category(character) in _HIDDEN and character not in _ALLOWED:
            raise InvalidTextError(field=name, problem=f"holds the character U+{ord(character):04X}")
    if not unicodedata.is_normalized("NFC", value):
        raise InvalidTextError(field=name, problem="is not in Unicode normal form C")


# Control, format (bidi, zero width), surrogate, private use, unassigned, and every space but U+0020.
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs"})
# Persian and Indic names need the two joiners to be spelled right.
_ALLOWED = frozenset({" ", "\u200c", "\u200d"})


def _check_reference(_: object, attribute: Attribute[str], value: object) -> None:
    if value == "":
        raise InvalidFieldError(field=attribute.name, problem="is empty")
    require_plain_text(attribute.name, value, longest=LONGEST_REFERENCE)


def _check_optional_reference(_: object, attribute: Attribute[str], value: object) -> None:
    require_plain_text(attribute.name, value, longest=LONGEST_REFERENCE)


def _check_codes(_: object, attribute: Attribute[Any], value: object) -> None:
    if type(value) is not tuple or len(set(value)) != len(value):
        raise InvalidFieldError(field=attribute.name, problem="needs a tuple of codes, each of them once")
    for code in value:
        _check_reference(_, attribute, code)


def _check_optional_codes(_: object, attribute: Attribute[Any], value: object) -> None:
    if value is not None:
        _check_codes(_, attribute, value)


def _check_text(_: object, attribute: Attribute[str], value: object) -> None:
    if value == "":
        raise InvalidFieldError(field=attribute.name, problem="is empty")
    require_plain_text(attribute.name, value)


def _check_optional_text(_: object, attribute: Attribute[str], value: object) -> None:
    require_plain_text(attribute.name, value)


def _check_digest(_: object, attribute: Attribute[str], value: object) -> None:
    if type(value) is not str or not _DIGEST.match(value):
        raise InvalidFieldError(field=attribute.name, problem="is not 64 hexadecimal digits, small letters")


def _check_optional_digest(_: object, attribute: Attribute[str], value: object) -> None:
    if value != "":
        _check_digest(_, attribute, value)


def _check_positive(_: object, attribute: Attribute[Amount], value: Amount) -> None:
    if value.minor <= 0:
        raise InvalidAmountError(value=str(value), problem=f"{attribute.name} must be more than zero")


def _optional_amount(value: object) -> Amount | None:
    return None if value is None else Amount.of(value)


def _check_optional_positive(_: object, attribute: Attribute[Any], value: Amount | None) -> None:
    if value is not None:
        _check_positive(_, attribute, value)


def _check_optional_total(_: object, attribute: Attribute[Any], value: Amount | None) -> None:
    if value is not None and value.minor < 0:
        raise InvalidAmountError(value=str(value), problem=f"{attribute.name} must not be below zero")


def _check_day(_: object, attribute: Attribute[date], value: object) -> None:
    # A datetime is a date to isinstance, and carries a time zone question a date does not have.
    if type(value) is date:
        return
    if isinstance(value, datetime):
        raise InvalidDateError(value=str(value), problem=f"{attribute.name} needs a date without a time")
    raise InvalidDateError(value=repr(value)[:40], problem=f"{attribute.name} needs a date")


def _check_optional_day(_: object, attribute: Attribute[Any], value: object) -> None:
    if value is not None:
        _check_day(_, attribute, value)


def _check_basis_points(_: object, attribute: Attribute[int], value: object) -> None:
    if type(value) is not int or not 0 <= value <= 10_000:
        raise InvalidFieldError(
            field=attribute.name, problem=f"{value!r} is not within 0 to 10,000 basis points"
        )
