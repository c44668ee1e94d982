"""JSON Schemas of events, entries and reports, made from the classes themselves.

The files under ``schemas/`` are what this module makes; a check in the gate holds them together.
"""

from __future__ import annotations

import json
import types
from collections.abc import Mapping
from datetime import date, datetime
from fractions import Fraction
from typing import Any, get_args, get_origin, get_type_hints

import attrs

from mdfm_ledger.chart import CHART, DIMENSIONS
from mdfm_ledger.event import Event
from mdfm_ledger.events import EVENT_KINDS
from mdfm_ledger.journal import OwnAmount
from mdfm_ledger.money import Amount
from mdfm_ledger.rates import RateUsed
from mdfm_ledger.reports import REPORT_VALUES

_DIALECT = "https://json-schema.org/draft/2020-12/schema"

_SIMPLE: dict[object, dict[str, Any]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    date: {"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
    datetime: {"type": "string", "format": "date-time"},
    Fraction: {"type": "string", "pattern": "^-?[0-9]+(/[0-9]+)?$"},
    Amount: {
        "type": "string",
        "description": "A currency and an exact amount, such as USD 50000.00.",
        "pattern": "^[A-Z]{3} -?(0|[1-9][0-9]*)(\\.[0-9]+)?$",
    },
}


_DIGEST = {"type": "string", "pattern": "^[0-9a-f]{64}$"}


def schema_files() -> dict[str, str]:
    """Every schema file there is: its path under ``schemas/`` and its text."""
    found: dict[str, dict[str, Any]] = {}
    for name, kind in EVENT_KINDS.items():
        found[f"event/{name}.v{kind.version}.json"] = event_schema(kind)
    for name, report in REPORT_VALUES.items():
        found[f"report/{name}.v1.json"] = report_schema(name, report)
    found["leaf.v1.json"] = leaf_schema()
    found["part.v1.json"] = part_schema()
    return {
        path: json.dumps({"$schema": _DIALECT, **schema}, indent=1, ensure_ascii=False) + "\n"
        for path, schema in found.items()
    }


def event_schema(kind: type[Event]) -> dict[str, Any]:
    """The schema of an event as it is written in a file of events."""
    schema = _object(kind)
    schema["title"] = kind.event_kind
    schema["properties"] = {
        "event": {"const": kind.event_kind},
        "version": {"const": kind.version},
        **schema["properties"],
    }
    schema["required"] = ["event", *schema["required"]]
    return schema


def report_schema(name: str, report: type[Any]) -> dict[str, Any]:
    """The schema of a report as JSON."""
    schema = _object(report)
    schema["title"] = name
    schema["properties"] = {"report": {"const": name}, **schema["properties"]}
    schema["required"] = ["report", *schema["required"]]
    return schema


def leaf_schema() -> dict[str, Any]:
    """The schema of a leaf: what is sealed of an entry, the root of its parts with it."""
    text = {"type": "string"}
    properties = {
        "v": {"const": 1},
        "number": {"type": "integer", "minimum": 1},
        "kind": {"enum": list(EVENT_KINDS)},
        "reference": text,
        "about": text,
        "on": _SIMPLE[date],
        "value_date": _SIMPLE[date],
        "recorded_at": _SIMPLE[datetime],
        "actor": text,
        "approved_by": text,
        "reason": text,
        "evidence": _DIGEST,
        "parts": {"type": "integer", "minimum": 1},
        "parts_root": _DIGEST,
    }
    return {
        "title": "leaf",
        "description": "What is sealed of an entry, as its canonical bytes hold it.",
        "type": "object",
        "properties": properties,
        "required": sorted(set(properties) - {"about", "approved_by", "reason", "evidence", "value_date"}),
        "additionalProperties": False,
    }


def part_schema() -> dict[str, Any]:
    """The schema of a part of an entry: the lines of one donor, or what is the fund's as a whole."""
    text = {"type": "string"}
    line = {
        "type": "object",
        "properties": {
            "account": {"enum": sorted(CHART)},
            "term": text,
            "debit": _SIMPLE[Amount],
            "credit": _SIMPLE[Amount],
            **{name: text for name in DIMENSIONS if name != "donor"},
            "own": _own_schema(),
        },
        "required": ["account", "term"],
        "oneOf": [{"required": ["debit"]}, {"required": ["credit"]}],
        "additionalProperties": False,
    }
    properties = {
        "donor": text,
        "event": {"type": "object", "required": ["event", "reference"]},
        "lines": {"type": "array", "items": line, "minItems": 1},
        "order": {"type": "array", "items": {"type": "integer", "minimum": 0}},
        "salt": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
    }
    return {
        "title": "part",
        "description": "A part of an entry, as its canonical bytes hold it.",
        "type": "object",
        "properties": properties,
        "required": ["salt"],
        "additionalProperties": False,
    }


def _own_schema() -> dict[str, Any]:
    rate = _object(RateUsed)
    return {
        "description": " ".join((OwnAmount.__doc__ or "").split()),
        "type": "object",
        "properties": {"amount": _SIMPLE[Amount], **rate["properties"]},
        "required": ["amount", *rate["required"]],
        "additionalProperties": False,
    }


def _object(shape: type[Any]) -> dict[str, Any]:
    hints = get_type_hints(shape)
    properties, required = {}, []
    for attribute in attrs.fields(shape):
        properties[attribute.name] = _type(hints[attribute.name])
        if attribute.default is attrs.NOTHING:
            required.append(attribute.name)
    return {
        "description": " ".join((shape.__doc__ or "").split()),
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
        "required": required,
    }


def _type(hint: Any) -> Mapping[str, Any]:
    if hint in _SIMPLE:
        return _SIMPLE[hint]
    if get_origin(hint) is tuple:
        return {"type": "array", "items": _type(get_args(hint)[0])}
    if isinstance(hint, types.UnionType):
        return {"anyOf": [_type(one) for one in get_args(hint)]}
    if hint is type(None):
        return {"type": "null"}
    return _object(hint)
