"""Canonical JSON: the RFC 8785 subset without floats and nulls. Keys sorted, no spaces, UTF-8."""

from __future__ import annotations

import json
from typing import Any

quoted = json.encoder.encode_basestring
"""A text as canonical JSON writes it."""

compact = json.JSONEncoder(
    ensure_ascii=False, check_circular=False, sort_keys=True, separators=(",", ":")
).encode
"""The same rules in C, for values that hold no float and no null by construction."""


def canonical(value: Any) -> bytes:
    """The canonical bytes of plain JSON values: objects, arrays, texts, whole numbers, true and false.

    Raises TypeError for a float or a null, which have no place in a record. All keys are ASCII, so
    code point order is the UTF-16 order RFC 8785 asks for.
    """
    return canonical_text(value).encode()


def canonical_text(value: Any) -> str:
    """The same as text, for joining."""
    if type(value) is str:
        return quoted(value)
    if type(value) is dict:
        return "{" + ",".join([f"{quoted(key)}:{canonical_text(value[key])}" for key in sorted(value)]) + "}"
    if type(value) in (list, tuple):
        return "[" + ",".join([canonical_text(item) for item in value]) + "]"
    if type(value) is bool:
        return "true" if value else "false"
    if type(value) is int:
        return str(value)
    raise TypeError(f"{type(value).__name__} is not written in a record")
