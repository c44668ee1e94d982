"""Events, lines and reports to plain JSON values and back; strict about every field and type.

An amount is written as one text, ``USD 50000.00``, with exactly the decimals its currency has, so
that there is one spelling and no number a reader could round. Empty fields are left out.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from fractions import Fraction
from functools import lru_cache
from typing import Any, NoReturn, get_args, get_origin

from cattrs import Converter
from cattrs.errors import ClassValidationError, ForbiddenExtraKeysError

from mdfm_ledger.chart import DIMENSIONS, Side
from mdfm_ledger.errors import (
    InvalidAmountError,
    InvalidFieldError,
    LedgerError,
    MalformedInputError,
)
from mdfm_ledger.event import Event
from mdfm_ledger.events import EVENT_KINDS
from mdfm_ledger.fields import parse_day
from mdfm_ledger.journal import (
    JournalLine,
    OwnAmount,
    Subaccount,
    credit,
    debit,
    subaccount,
)
from mdfm_ledger.moments import time_text
from mdfm_ledger.money import Amount, minor_text
from mdfm_ledger.rates import RateUsed

LONGEST_LINE = 1_000_000
"""The longest event accepted, in characters: far above any real one, far below what hurts."""

_UNNAMED = "value"
"""What a field is called by a check that does not know its name."""


# -- events --------------------------------------------------------------------------------------


def event_to_json(event: Event) -> dict[str, Any]:
    """The event as plain JSON values, tagged with its kind; version 1 is not written."""
    plain = _writer(event.event_kind)(event)
    plain["event"] = event.event_kind
    return plain


def event_from_json(value: object) -> Event:
    """The event of these JSON values. Raises InvalidEventError, naming the field, on any doubt."""
    if not isinstance(value, dict):
        raise MalformedInputError(problem="an event is a JSON object")
    fields = dict(value)
    kind, version = fields.pop("event", None), fields.pop("version", 1)
    if not isinstance(kind, str) or kind not in EVENT_KINDS:
        known = ", ".join(EVENT_KINDS)
        given = f"{str(kind)[:40]!r} is no event kind" if "event" in value else "is missing"
        raise InvalidFieldError(field="event", problem=f"{given}; there are: {known}")
    if type(version) is not int or version != EVENT_KINDS[kind].version:
        raise InvalidFieldError(field="version", problem=f"{version!r} of {kind} is not known")
    try:
        event: Event = _reader(kind)(fields, EVENT_KINDS[kind])
    except ClassValidationError as error:
        _raise_first(error)
    return event


@lru_cache(maxsize=64)
def _writer(kind: str) -> Callable[[Event], dict[str, Any]]:
    writer: Callable[[Event], dict[str, Any]] = _converter().get_unstructure_hook(EVENT_KINDS[kind])
    return writer


@lru_cache(maxsize=64)
def _reader(kind: str) -> Callable[[dict[str, Any], type[Event]], Event]:
    reader: Callable[[dict[str, Any], type[Event]], Event] = _converter().get_structure_hook(
        EVENT_KINDS[kind]
    )
    return reader


def structure_hook(shape: Any) -> Callable[[Any, Any], Any]:
    """What makes a value of this type of its JSON value, given both."""
    return _converter().get_structure_hook(shape)


def parse_event(line: str | bytes) -> Event:
    """The event written as one JSON object. Raises InvalidEventError; never lets a float through."""
    return event_from_json(parse_json(line))


def parse_json(line: str | bytes) -> object:
    """The JSON value of a line: no floats, no NaN, no repeated keys, bounded length and depth."""
    if isinstance(line, bytes):
        line = _decoded(line)
    if len(line) > LONGEST_LINE:
        raise MalformedInputError(
            problem=f"the line has {len(line):,} characters, at most {LONGEST_LINE:,} are read"
        )
    try:
        return _decoder().decode(line)
    except json.JSONDecodeError as error:
        problem = f"broken JSON at character {error.pos + 1}: {error.msg}"
        raise MalformedInputError(problem=problem) from None
    except RecursionError:
        raise MalformedInputError(problem="the JSON is nested too deep") from None
    except ValueError:
        # Python refuses whole numbers of thousands of digits with a plain ValueError.
        raise MalformedInputError(problem="the JSON holds a number too long to be one") from None


def _decoded(line: bytes) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError as error:
        raise MalformedInputError(problem=f"byte {error.start + 1} of the line is not UTF-8") from None


@lru_cache(maxsize=1)
def _decoder() -> json.JSONDecoder:
    return json.JSONDecoder(
        parse_float=_refuse_float, parse_constant=_refuse_float, object_pairs_hook=_unique_keys
    )


def _refuse_float(text: str) -> NoReturn:
    raise InvalidAmountError(
        value=text[:40], problem="a JSON number with a point or exponent is never exact money"
    )


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        repeated = next(key for key in keys if keys.count(key) > 1)
        raise MalformedInputError(problem=f"the key {repeated[:40]!r} stands twice in one object")
    return found


def _raise_first(error: ClassValidationError) -> NoReturn:
    """Raise our own error where one caused the failure, else say what cattrs found wrong."""
    found, name = _innermost(error)
    if isinstance(found, InvalidFieldError) and found.field == _UNNAMED:
        raise InvalidFieldError(field=name, problem=found.problem) from None
    if isinstance(found, LedgerError):
        raise found from None
    if isinstance(found, ForbiddenExtraKeysError):
        unknown = ", ".join(sorted(str(field)[:40] for field in found.extra_fields))
        raise InvalidFieldError(field=unknown, problem="is not a field of this event") from None
    if isinstance(found, KeyError):
        raise InvalidFieldError(field=str(found.args[0]), problem="is missing") from None
    raise InvalidFieldError(field=name or "event", problem=f"cannot be read: {found}"[:200]) from None


def _innermost(error: BaseException) -> tuple[BaseException, str]:
    """The first cause of a failure, and the name of the field it is in."""
    name = ""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
        for note in getattr(error, "__notes__", ()):
            name = getattr(note, "name", name) or name
    return error, name


# -- lines ----------------------------------------------------------------------------------------


def line_to_json(line: JournalLine) -> dict[str, Any]:
    """A journal line as plain JSON values; its side names its amount, what does not apply is left out."""
    currency = line.subaccount.currency
    plain: dict[str, Any] = {
        **place_to_json(line.subaccount),
        line.side.value: f"{currency} {minor_text(line.minor, currency)}",
    }
    if line.own:
        plain["own"] = own_to_json(line.own)
    return plain


def own_to_json(own: OwnAmount) -> dict[str, str]:
    """The own amount of a line as plain JSON values, with the rate it was priced at."""
    rate: dict[str, str] = to_json(own.rate)
    return {"amount": f"{own.currency} {minor_text(own.minor, own.currency)}", **rate}


def place_to_json(place: Subaccount) -> dict[str, str]:
    """A subaccount as plain JSON values, without its currency, which the amount says."""
    dimensions = zip(DIMENSIONS, place.dimensions, strict=True)
    return {"account": place.account, "term": place.term} | {
        name: value for name, value in dimensions if value
    }


def line_from_json(value: dict[str, Any]) -> JournalLine:
    """The journal line of these JSON values."""
    fields = dict(value)
    side = Side.DEBIT if Side.DEBIT.value in fields else Side.CREDIT
    amount = _amount(fields.pop(side.value))
    make = debit if side is Side.DEBIT else credit
    own = _own(dict(fields.pop("own"))) if "own" in fields else None
    return make(subaccount(fields.pop("account"), currency=amount.currency, **fields), amount.minor, own)


def _own(value: dict[str, Any]) -> OwnAmount:
    amount = _amount(value.pop("amount"))
    rate = RateUsed(**value | {"since": _day(value.get("since"))})
    return OwnAmount(amount.minor, amount.currency, rate)


# -- any value of ours ---------------------------------------------------------------------------


def to_json(value: object) -> Any:
    """A report or any other value of this package as plain JSON values."""
    return _converter().unstructure(value)


@lru_cache(maxsize=1)
def _converter() -> Converter:
    converter = Converter(forbid_extra_keys=True, omit_if_default=True)
    converter.register_unstructure_hook(Amount, lambda amount: f"{amount.currency} {amount.text}")
    converter.register_structure_hook(Amount, lambda value, _: _amount(value))
    converter.register_unstructure_hook(date, lambda day: day.isoformat())
    converter.register_structure_hook(date, lambda value, _: _day(value))
    converter.register_unstructure_hook(datetime, time_text)
    converter.register_unstructure_hook(Fraction, str)
    converter.register_structure_hook(str, lambda value, _: _exactly(str, value))
    converter.register_structure_hook(int, lambda value, _: _exactly(int, value))
    converter.register_structure_hook(bool, lambda value, _: _exactly(bool, value))
    converter.register_structure_hook_factory(_is_list, lambda shape: _list_reader(converter, shape))
    return converter


def _is_list(shape: Any) -> bool:
    origin: object = get_origin(shape)
    return origin is tuple


def _list_reader(converter: Converter, shape: Any) -> Callable[[Any, Any], Any]:
    """What reads a list: a text or an object can be walked through as well, and is none."""
    (kind, *_) = get_args(shape)
    read = converter.get_structure_hook(kind)
    return lambda value, _: tuple(read(one, kind) for one in _exactly(list, value))


def _exactly(kind: Callable[..., Any], value: object) -> Any:
    if type(value) is not kind:
        raise InvalidFieldError(
            field=_UNNAMED, problem=f"needs {kind.__name__}, got {type(value).__name__} {str(value)[:40]!r}"
        )
    return value


def _amount(value: object) -> Amount:
    if type(value) is not str:
        raise InvalidAmountError(
            value=str(value)[:40], problem=f"needs text such as 'USD 50000.00', got {type(value).__name__}"
        )
    currency, space, digits = value.partition(" ")
    if not space:
        raise InvalidAmountError(
            value=value[:40], problem="needs a currency and an amount, such as USD 50000.00"
        )
    return Amount.parse(digits, currency)


def _day(value: object) -> date:
    if type(value) is not str:
        raise InvalidFieldError(field=_UNNAMED, problem=f"needs text YYYY-MM-DD, got {type(value).__name__}")
    return parse_day(value)
