"""Questions asked by the hundred: a statement is written out once, and then the driver is asked itself.

SQLAlchemy looks at every statement anew each time it is run, which for most of our questions takes longer
than their answers do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, SelectBase
from sqlalchemy.engine import Dialect

from mdfm_ledger.store.engine import dialect_of


class _Written(NamedTuple):
    """A statement as the driver wants it, and the names of its values in their order; none for names."""

    text: str
    order: tuple[str, ...] | None
    given: Mapping[str, object]
    """The values that are part of the statement."""


def answer(connection: Connection, statement: SelectBase, limits: Mapping[str, object]) -> Sequence[Any]:
    """All rows of a statement that is kept and asked again, as plain tuples. No list may be bound to it."""
    return asked(connection, statement, limits)()


def asked(
    connection: Connection, statement: SelectBase, limits: Mapping[str, object]
) -> Callable[[], Sequence[Any]]:
    """The same, asked now and answered when called: questions asked together are waited for once."""
    text, order, given = _written(statement, connection.dialect)
    values = {**given, **limits} if given else limits
    ordered = values if order is None else [values[name] for name in order]
    return dialect_of(connection).asked(connection, text, ordered)


def padded(values: Sequence[str]) -> list[str | None]:
    """Values for a list of a power of two, so that there are few statements, however many are asked for.

    The last stands for those that are not there; where there are none, nothing is found.
    """
    last = values[-1] if values else None
    return [*values, *[last] * (size_for(values) - len(values))]


def size_for(values: Sequence[str]) -> int:
    """The length of that list, at least two."""
    return 1 << max(1, (len(values) - 1).bit_length())


@lru_cache(maxsize=512)
def _written(statement: SelectBase, dialect: Dialect) -> _Written:
    compiled = statement.compile(dialect=dialect)
    order = tuple(compiled.positiontup or ()) if compiled.positional else None
    given = {name: value for name, value in compiled.params.items() if value is not None}
    return _Written(str(compiled), order, given)
