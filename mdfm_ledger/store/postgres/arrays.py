"""Columns of rows as arrays in the server's own binary form: one statement writes any number of rows.

The driver writes a list value by value, as text; of a column whose type is known all is written at once.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg.adapt import Dumper
from psycopg.postgres import types
from psycopg.pq import Format

_SIZES = {"int4": (4, "i"), "int8": (8, "q")}
_NULL = struct.pack(">i", -1)
_length = struct.Struct(">i").pack


class _Array:
    """An array as the server reads it."""

    __slots__ = ("written",)

    def __init__(self, written: bytes) -> None:
        self.written = written


class _Written(Dumper):
    format = Format.BINARY

    def dump(self, obj: _Array) -> bytes:
        return obj.written


def _kind(name: str) -> tuple[type[_Array], type[_Written]]:
    return type(name, (_Array,), {}), type(f"{name} written", (_Written,), {"oid": types[name].array_oid})


_KINDS = {name: _kind(name) for name in ("int4", "int8", "text", "bytea")}


def taught(cursor: psycopg.Cursor[Any]) -> psycopg.Cursor[Any]:
    """A cursor that may be given such arrays."""
    for sort, dumper in _KINDS.values():
        cursor.adapters.register_dumper(sort, dumper)
    return cursor


def array(kind: str, values: Sequence[Any]) -> _Array:
    """The values of a column: ``int4``, ``int8``: int, ``text``: str, ``bytea``: bytes; None is NULL."""
    write = _whole_numbers if kind in _SIZES else _texts
    # One dimension, whether there are empty values, of what type, how many, counted from one.
    head = struct.pack(">5i", 1, None in values, types[kind].oid, len(values), 1)
    return _KINDS[kind][0](head + write(kind, values))


def _whole_numbers(kind: str, values: Sequence[int | None]) -> bytes:
    size, code = _SIZES[kind]
    if None in values:
        one = struct.Struct(f">i{code}")
        return b"".join(_NULL if value is None else one.pack(size, value) for value in values)
    pairs: list[Any] = [size] * (2 * len(values))
    pairs[1::2] = values
    return struct.pack(">" + f"i{code}" * len(values), *pairs)


def _texts(kind: str, values: Sequence[Any]) -> bytes:
    parts: list[bytes] = []
    for value in values:
        written = value.encode() if kind == "text" else value
        parts += (_length(len(written)), written)
    return b"".join(parts)
