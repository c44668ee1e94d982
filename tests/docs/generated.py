"""The parts of the documentation that are made from the code.

Run it to write them: ``python -m tests.docs.generated``.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_type_hints

import attrs

from mdfm_ledger import errors
from mdfm_ledger.chart import CHART
from mdfm_ledger.errors import LedgerError, RejectedError, RuleError, StoreError
from mdfm_ledger.events import EVENT_KINDS

DOCS = Path(__file__).parents[2] / "docs"


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
    for name in ("mdfm_ledger.money.", "mdfm_ledger.documents.", "datetime.", " | None", ", ..."):
        text = text.replace(name, "")
    return text.replace("tuple[", "list of ").rstrip("]")


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


def pages() -> dict[Path, str]:
    """Every generated page and its text."""
    model = DOCS / "accounting-model.md"
    return {
        DOCS / "reference" / "errors.md": error_reference(),
        DOCS / "reference" / "events.md": event_reference(),
        model: accounting_model(model.read_text()),
    }


if __name__ == "__main__":
    for page, text in pages().items():
        page.write_text(text)
