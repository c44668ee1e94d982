"""The parts of the documentation that are made from the code.

Run it to write them: ``python -m tests.docs.generated``.
"""

from __future__ import annotations

import ast
import inspect
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_type_hints

import attrs

from mdfm_ledger import errors
from mdfm_ledger.chart import CHART
from mdfm_ledger.errors import LedgerError, RejectedError, RuleError, StoreError
from mdfm_ledger.events import EVENT_KINDS

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PACKAGE = ROOT / "mdfm_ledger"


ABOUT_ERRORS = """# Errors

Made from the classes, whose base says what to do. `RejectedError`: nothing was written, change the event.
`StoreError`: the ledger cannot be used as it is. `EvidenceError`: a proof, checkpoint or key does not hold.
`CorruptLedgerError`: stop.
"""


def error_reference() -> str:
    """Every error by its code."""
    parts = [ABOUT_ERRORS]
    for base in (RejectedError, StoreError, errors.EvidenceError, errors.CorruptLedgerError):
        parts.append(f"## {base.__name__}\n")
        parts += [_error(kind) for kind in sorted(_raised(base), key=lambda kind: kind.code)]
    return "\n".join(parts)


def _raised(base: type[LedgerError]) -> Iterator[type[LedgerError]]:
    # One that says something itself is raised itself, whatever is made of it.
    if "template" in vars(base):
        yield base
    for kind in base.__subclasses__():
        yield from _raised(kind)


def _error(kind: type[LedgerError]) -> str:
    about = f"`{kind.__name__}`: {inspect.getdoc(kind)}"
    invariant = f"\n\nInvariant: {kind.invariant}." if issubclass(kind, RuleError) else ""
    return f"### {kind.code}\n\n{about}{invariant}\n\n> {kind.template}\n\n{kind.remedy}\n"


def event_reference() -> str:
    """Every event kind with its fields."""
    parts = ["# Events\n\nMade from the classes. Every event has `event` (its kind) and `reference`.\n"]
    for name, kind in EVENT_KINDS.items():
        hints = get_type_hints(kind)
        rows = [_row(field, hints[field.name]) for field in attrs.fields(kind)]
        table = "\n".join(["| Field | Type | Required |", "|---|---|---|", *rows])
        parts.append(f"## {name}\n\n{inspect.getdoc(kind)}\n\n{table}\n")
    return "\n".join(parts)


def _row(field: Any, hint: Any) -> str:
    required = "yes" if field.default is attrs.NOTHING else ""
    return f"| `{field.name}` | {_type(hint)} | {required} |"


def _type(hint: Any) -> str:
    text = getattr(hint, "__name__", "") if isinstance(hint, type) else str(hint)
    for name in ("datetime.", " | None", ", ..."):
        text = text.replace(name, "")
    return re.sub(r"mdfm_ledger\.[a-z_.]+", "", text).replace("tuple[", "list of ").rstrip("]")


def chart_table() -> str:
    """The chart of accounts."""
    rows = [
        f"| {known.code} | {known.name} | {known.normal.value} | {', '.join(known.required)} |"
        for known in CHART.values()
    ]
    return "\n".join(["| Code | Account | Normal | Dimensions |", "|---|---|---|---|", *rows])


def accounting_model(text: str) -> str:
    """The accounting model with its chart as the code has it."""
    before, _, rest = text.partition("<!-- generated: chart -->\n")
    _, _, after = rest.partition("<!-- end -->")
    return f"{before}<!-- generated: chart -->\n{chart_table()}\n<!-- end -->{after}"


ABOUT_HOUSE = """# Where things are

Made from the modules' first sentences, in the order of the layers: imports go down only, and the gate checks
it. From `schema_files` down it is values in, values out, but for `render` and `store`; only `store` knows the
database, and only what stands above opens files, reads the clock or logs.

- The rule of a business event, with its fields and checks, is one file: `events/receipt.py` is all of a
  receipt. What several rules share is in `rules`, what holds whatever is posted in `invariants`.
- A new kind of event is a new file in `events` and its line in `events/__init__.py`. Codec, schema, command
  and page are made from its fields, and tests name what else is missing.
- A table is in `store/schema.py`; what the database itself refuses, in `store/guards.py` and
  `store/postgres/guards.py`.
- A report is one file in `reports`, a value. `render` turns values into pages.
"""
_IN_ONE_LINE = ("events", "reports", "store", "errors", "render", "cli", "demo")
"""Rooms whose modules are not named one by one: there are many, and they are called after what is in them."""


def house() -> str:
    """Every module at the top and the modules of each room, layer by layer."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = {one["containers"][0]: one["layers"] for one in contracts if one["type"] == "layers"}
    parts = [ABOUT_HOUSE]
    for name in _names(layers["mdfm_ledger"]):
        parts.append(f"- `{name}`: {_first_sentence(PACKAGE / name)}")
        if (inside := PACKAGE / name).is_dir() and name not in _IN_ONE_LINE:
            listed = layers.get(f"mdfm_ledger.{name}", [])
            parts += [f"  - `{one}`: {_first_sentence(inside / one)}" for one in _in_room(inside, listed)]
    return "\n".join([*parts, ""])


def _names(layers: list[str]) -> list[str]:
    return [name for layer in layers for name in layer.split(" | ")]


def _in_room(room: Path, layers: list[str]) -> list[str]:
    there = (path.stem for path in room.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists())
    return _names(layers) or sorted(name for name in there if name != "__init__")


def _first_sentence(module: Path) -> str:
    file = module / "__init__.py" if module.is_dir() else module.with_suffix(".py")
    text = (ast.get_docstring(ast.parse(file.read_text())) or "").partition("\n\n")[0]
    return " ".join(text.split())


def pages() -> dict[Path, str]:
    """Every generated page and its text."""
    model = DOCS / "accounting-model.md"
    return {
        DOCS / "reference" / "errors.md": error_reference(),
        DOCS / "reference" / "events.md": event_reference(),
        DOCS / "reference" / "house.md": house(),
        model: accounting_model(model.read_text()),
    }


if __name__ == "__main__":
    for page, text in pages().items():
        page.write_text(text)
