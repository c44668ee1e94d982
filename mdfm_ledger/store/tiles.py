"""Roots over each 256 entries, and over each 256 of those: a proof reads few rows, however long the journal.

They are a convenience worked out from the entries, never the record; verify works them out again.
"""

from __future__ import annotations

from typing import Any

from mdfm_ledger.evidence.merkle import root_of
from mdfm_ledger.evidence.tiling import WIDTH
from mdfm_ledger.store.dialect import Dialect
from mdfm_ledger.store.schema import TILE

_SEALS = "SELECT seal FROM entry WHERE number > ? AND number <= ? ORDER BY number"
_BELOW = "SELECT hash FROM tile WHERE level = ? AND position >= ? AND position < ? ORDER BY position"


def complete_tiles(
    cursor: Any, dialect: Dialect, before: int, after: int, seals: dict[int, bytes] | None = None
) -> None:
    """Write the tiles that became full while the journal grew from ``before`` to ``after`` entries.

    Entries among ``seals``, by number, are not read again; those whose tile is full are taken out of them.
    """
    seals = {} if seals is None else seals
    level = 0
    while before // WIDTH < after // WIDTH:
        level += 1
        for position in range(before // WIDTH, after // WIDTH):
            start = position * WIDTH
            hashes = _taken(seals, start) if level == 1 else None
            root = root_of(hashes or _hashes_below(cursor, dialect, level, start))
            dialect.insert(cursor, TILE, [(level, position, root)])
        before, after = before // WIDTH, after // WIDTH


def _taken(seals: dict[int, bytes], start: int) -> list[bytes] | None:
    """The seals of the entries of a tile, taken out; None unless all of them are there."""
    found = [seals.pop(number, None) for number in range(start + 1, start + WIDTH + 1)]
    known = [seal for seal in found if seal is not None]
    return known if len(known) == WIDTH else None


def _hashes_below(cursor: Any, dialect: Dialect, level: int, start: int) -> list[bytes]:
    if level == 1:
        rows = cursor.execute(dialect.placed(_SEALS), (start, start + WIDTH))
    else:
        rows = cursor.execute(dialect.placed(_BELOW), (level - 1, start, start + WIDTH))
    return [row[0] for row in rows.fetchall()]
