"""Columns of rows as arrays in the server's own binary form: one statement writes any number of rows.

The driver writes a list value by value, as text; of a column whose type is known all is written at once.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from struct import Struct
from typing import Any

import psycopg
from psycopg.adapt import Dumper
from psycopg.postgres import types
from psycopg.pq import Format

# How many dimensions, whether there are empty values, of what type, how many, counted from what.
_head = Struct(">5i").pack
_size = Struct(">i").pack
_NULL = _size(-1)
_IS_LITTLE_END_FIRST = array("h", b"\1\0")[0] == 1


class _Array:
    """An array as the server reads it."""

    __slots__ = ("written",)
    oid = 0

    def __init__(self, written: bytes) -> None:
        self.written = written


class _Written(Dumper):
    format = Format.BINARY

    def dump(self, obj: _Array) -> bytes:
        return obj.written


def _kind(name: str) -> tuple[type[_Array], type[_Written]]:
    oid = {"oid": types[name].array_oid}
    return type(name, (_Array,), dict(oid)), type(f"{name} written", (_Written,), dict(oid))


def _whole_numbers(sort: type[_Array], kind: str, size: int, code: str) -> Callable[[Sequence[Any]], _Array]:
    oid = types[kind].oid
    # Most often one row is written, with a value in each column.
    single, one = Struct(f">6i{code}").pack, Struct(f">i{code}").pack
    words = size // 4

    def write(values: Sequence[Any]) -> _Array:
        count, has_null = len(values), None in values
        if count == 1 and not has_null:
            return sort(single(1, 0, oid, 1, 1, size, values[0]))
        if has_null:
            rows = b"".join(_NULL if value is None else one(size, value) for value in values)
        else:
            # All at once, four bytes at a time: the size of each value, and then its one or two words.
            found = _big_end_first(array(code, values))
            laid = array("i", _size(size)) * (count * (words + 1))
            for word in range(words):
                laid[word + 1 :: words + 1] = found[word::words]
            rows = laid.tobytes()
        return sort(_head(1, has_null, oid, count, 1) + rows)

    return write


def _big_end_first(values: array[int]) -> array[int]:
    """The bytes of whole numbers as the server reads them, in words of four."""
    if _IS_LITTLE_END_FIRST:
        values.byteswap()
    return array("i", values.tobytes())


def _texts(sort: type[_Array]) -> Callable[[Sequence[str]], _Array]:
    write_bytes = _bytes(sort, "text")
    return lambda values: write_bytes(list(map(str.encode, values)))


def _bytes(sort: type[_Array], kind: str) -> Callable[[Sequence[bytes]], _Array]:
    oid = types[kind].oid

    def write(values: Sequence[bytes]) -> _Array:
        parts = [_head(1, 0, oid, len(values), 1)] * (2 * len(values) + 1)
        parts[1::2] = map(_size, map(len, values))
        parts[2::2] = values
        return sort(b"".join(parts))

    return write


_KINDS = {name: _kind(name) for name in ("int4", "int8", "text", "bytea")}
_SORTS = {name: sort for name, (sort, _) in _KINDS.items()}

WRITERS: dict[str, Callable[[Sequence[Any]], _Array]] = {
    "int4": _whole_numbers(_SORTS["int4"], "int4", 4, "i"),
    "int8": _whole_numbers(_SORTS["int8"], "int8", 8, "q"),
    "text": _texts(_SORTS["text"]),
    "bytea": _bytes(_SORTS["bytea"], "bytea"),
}
"""What writes a column of a type: of int, str or bytes. None is NULL, in whole numbers only."""


def parameter(value: Any) -> tuple[int, bytes | None]:
    """A value as the server reads it, with the number of its type: an array, text, a whole number, bytes.

    Of text the server sees by itself of what type it is, and of NULL.
    """
    return _PARAMETERS[type(value)](value)


def _parameters() -> dict[type, Callable[[Any], tuple[int, bytes | None]]]:
    number, whole, of_bytes = types["int8"].oid, Struct(">q").pack, types["bytea"].oid
    return {
        str: lambda value: (0, value.encode()),
        int: lambda value: (number, whole(value)),
        bytes: lambda value: (of_bytes, value),
        type(None): lambda _: (0, None),
        **{sort: lambda value: (value.oid, value.written) for sort in _SORTS.values()},
    }


_PARAMETERS = _parameters()


def taught(cursor: psycopg.Cursor[Any]) -> psycopg.Cursor[Any]:
    """A cursor that may be given such arrays."""
    for sort, dumper in _KINDS.values():
        cursor.adapters.register_dumper(sort, dumper)
    return cursor
