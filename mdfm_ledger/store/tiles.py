"""Roots over each 256 entries, and over each 256 of those: a proof reads few rows, however long the journal.

They are a convenience worked out from the entries, never the record; verify works them out again.
"""

from __future__ import annotations

from typing import Any

from mdfm_ledger.merkle import root_of
from mdfm_ledger.store.dialect import Dialect
from mdfm_ledger.store.schema import TILE
from mdfm_ledger.tiling import WIDTH

_SEALS = "SELECT seal FROM entry WHERE number > ? AND number <= ? ORDER BY number"
_BELOW = "SELECT hash FROM tile WHERE level = ? AND position >= ? AND position < ? ORDER BY position"


def complete_tiles(cursor: Any, dialect: Dialect, before: int, after: int) -> None:
    """Write the tiles that became full while the journal grew from ``before`` to ``after`` entries."""
    level = 0
    while before // WIDTH < after // WIDTH:
        level += 1
        for position in range(before // WIDTH, after // WIDTH):
            hashes = _hashes_below(cursor, dialect, level, position * WIDTH)
            dialect.insert(cursor, TILE, [(level, position, root_of(hashes))])
        before, after = before // WIDTH, after // WIDTH


def _hashes_below(cursor: Any, dialect: Dialect, level: int, start: int) -> list[bytes]:
    if level == 1:
        rows = cursor.execute(dialect.placed(_SEALS), (start, start + WIDTH))
    else:
        rows = cursor.execute(dialect.placed(_BELOW), (level - 1, start, start + WIDTH))
    return [row[0] for row in rows.fetchall()]
