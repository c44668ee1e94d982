"""Records rewritten as somebody would who knows the format, hashes and all."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Protocol

from mdfm_ledger.canonical import canonical
from mdfm_ledger.evidence.merkle import leaf_hash, root_of

Change = Callable[[dict[str, Any]], object]


class Executes(Protocol):
    """A connection to either engine, asked as SQLite is."""

    def execute(self, statement: str, values: Any = (), /) -> Any:
        """The rows of a statement."""


def rewrite(
    connection: Executes,
    number: int,
    *,
    leaf: Change | None = None,
    part: Change | None = None,
    event: Change | None = None,
) -> None:
    """Change what the leaf of an entry says, each of its parts, or its event, and every digest with it."""
    row = connection.execute("SELECT leaf, parts FROM entry WHERE number = ?", (number,)).fetchone()
    value, parts = json.loads(row[0]), [json.loads(one) for one in row[1].split(b"\n")]
    for one in parts:
        if part:
            part(one)
        if event and "event" in one:
            event(one["event"])
    texts = [canonical(one) for one in parts]
    value["parts_root"] = root_of([leaf_hash(text) for text in texts]).hex()
    if leaf:
        leaf(value)
    new = canonical(value)
    connection.execute(
        "UPDATE entry SET leaf = ?, parts = ?, seal = ? WHERE number = ?",
        (new, b"\n".join(texts), leaf_hash(new), number),
    )
