"""Events straight from the text of a record, where they are written as almost all are.

One pattern a kind says what its canonical text looks like when every value is in a form the field mostly
has. What matches is canonical, whole and holds no value the fields would refuse: there is no need to take
it apart as JSON, check it field by field and write it out again. What does not match may still be an
event; that is read with every check.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable
from functools import lru_cache, partial
from itertools import repeat
from operator import attrgetter, call, itemgetter
from typing import Any, NamedTuple, NoReturn

from attrs import NOTHING, Attribute, fields, resolve_types

from mdfm_ledger.errors import LedgerError
from mdfm_ledger.event import Event
from mdfm_ledger.events import EVENT_KINDS
from mdfm_ledger.sealing.told import SAID_BY_FIELDS, Said, Told, field_of, says_by_fields, told_by
from mdfm_ledger.written_field import Form, form_of

_Put = Callable[[Event, Any], None]
_Texts = tuple[str, ...]
"""What stands in the fields that are mostly written so, in the order of their names; empty where nothing."""


class _Kind(NamedTuple):
    """How the events of a kind are written and read."""

    kind: type[Event]
    match: Callable[[str, int], re.Match[str] | None]
    at: dict[str, int]
    """Where the text of each field stands."""
    read: dict[int, tuple[Callable[[str], Any] | None, Any]]
    """The fields that are not just a text or none, by position: what reads them, and their defaults."""
    others: tuple[Any, ...]
    """The defaults of the fields that are never written so."""
    put: tuple[_Put, ...]
    """What sets each field, in the order of the texts, then of the others."""
    check: Callable[[Event], None] | None
    """What is asked of the fields together."""
    passes: dict[tuple[bool, ...], bool]
    """Whether that holds, by which fields are given, as far as it depends on nothing else."""
    said: Callable[[_Texts], Said] | None
    """What events say of themselves, from the texts and an empty one; None where other than by fields."""


def plain_event(kind: str, text: str, begins: int) -> tuple[Told, int] | None:
    """What an event of a kind says that stands in a text from a position on, and where it ends.

    None where it is not written as most are.
    """
    known = _known(kind)
    found = known and known.match(text, begins)
    if not known or not found:
        return None
    texts = found.groups("")
    fields = _PlainFields(known, texts)
    if not _is_sound(known, texts):
        try:
            fields.event()
        except LedgerError:
            return None
    if known.said is None:
        return told_by(fields.event()), found.end()
    return _told((kind, *known.said((*texts, "")), None, fields)), found.end()


# A tuple that is known to be one needs no constructor of Python.
_told: Callable[[tuple[Any, ...]], Told] = partial(tuple.__new__, Told)


class _PlainFields:
    """The fields of an event as their texts, read when they are asked for."""

    __slots__ = ("_known", "_texts")

    def __init__(self, known: _Kind, texts: _Texts) -> None:
        self._known = known
        self._texts = texts

    def value(self, name: str) -> Any:
        at = self._known.at[name]
        return _value(self._texts[at], *self._known.read.get(at, _TEXT))

    def event(self) -> Event:
        """The event. Raises what its kind raises where its fields do not go together."""
        known = self._known
        event = _made(known, _values(known, self._texts))
        if known.check:
            known.check(event)
        return event


_TEXT = (None, "")


def _value(text: str, read: Callable[[str], Any] | None, default: Any) -> Any:
    if not text:
        return default
    return read(text) if read else text


def _values(known: _Kind, texts: _Texts) -> list[Any]:
    values: list[Any] = list(texts)
    for at, (read, default) in known.read.items():
        values[at] = _value(values[at], read, default)
    return values


def _made(known: _Kind, values: Iterable[Any]) -> Event:
    event: Event = object.__new__(known.kind)
    # One call for all: most of what reading an event costs is setting its many fields.
    deque(map(call, known.put, repeat(event), (*values, *known.others)), maxlen=0)
    return event


# -- what is asked of the fields together ------------------------------------------------------------


def _is_sound(known: _Kind, texts: _Texts) -> bool:
    """Whether the fields go together, whatever they hold: most kinds ask only which of them are given."""
    if known.check is None:
        return True
    given = tuple(map(bool, texts))
    passes = known.passes.get(given)
    if passes is None:
        passes = known.passes[given] = _passes(known, known.check, given)
    return passes


def _passes(known: _Kind, check: Callable[[Event], None], given: tuple[bool, ...]) -> bool:
    """Ask it of an event that has these fields and does not say what they hold."""
    defaults = _values(known, ("",) * len(given))
    try:
        check(
            _made(known, [_UNSAID if one else default for one, default in zip(given, defaults, strict=True)])
        )
    except (LedgerError, TypeError, AttributeError):
        return False
    return True


class _Unsaid:
    """A value of which nothing may be asked but whether there is one."""

    __slots__ = ()

    def _refuse(self, *_: object) -> NoReturn:
        raise TypeError("it depends on the value")

    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __str__ = __repr__ = _refuse
    __hash__ = __len__ = _refuse

    def __bool__(self) -> bool:
        return True


_UNSAID = _Unsaid()

# -- how a kind is written ---------------------------------------------------------------------------


@lru_cache(maxsize=128)
def _known(name: str) -> _Kind | None:
    kind = EVENT_KINDS.get(name)
    if kind is None or kind.personal or kind.version != 1:
        return None
    known = sorted(fields(resolve_types(kind)), key=attrgetter("name"))
    written = [(one, form) for one in known if (form := form_of(one))]
    others = [one for one in known if not form_of(one)]
    if any(one.default is NOTHING for one in others):
        return None
    at = {one.name: position for position, (one, _) in enumerate(written)}
    return _Kind(
        kind=kind,
        match=re.compile(_pattern(name, written), re.ASCII).match,
        at=at,
        read={
            at[one.name]: (form.read, one.default)
            for one, form in written
            if form.read or one.default not in ("", NOTHING)
        },
        others=tuple(one.default for one in others),
        put=tuple(_put(kind, one) for one in (*(one for one, _ in written), *others)),
        check=getattr(kind, "__attrs_post_init__", None),
        passes={},
        said=_said(kind, at) if says_by_fields(kind) else None,
    )


def _said(kind: type[Event], at: dict[str, int]) -> Callable[[_Texts], Said]:
    # Behind the texts stands an empty one, for what no field of the kind says.
    said: Callable[[_Texts], Said] = itemgetter(*(at.get(field_of(kind, one), -1) for one in SAID_BY_FIELDS))
    return said


def _put(kind: type[Event], one: Attribute[Any]) -> _Put:
    put: _Put = getattr(kind, one.name).__set__
    return put


def _pattern(name: str, written: list[tuple[Attribute[Any], Form]]) -> str:
    """The members in the order of their names, with that of the kind among them."""
    before = [_member(one, form, "{},") for one, form in written if one.name < "event"]
    after = [_member(one, form, ",{}") for one, form in written if one.name > "event"]
    return rf'\{{{"".join(before)}"event":"{name}"{"".join(after)}\}}'


def _member(one: Attribute[Any], form: Form, joined: str) -> str:
    member = joined.format(f'"{one.name}":"({form.pattern})"')
    return member if one.default is NOTHING else f"(?:{member})?"
