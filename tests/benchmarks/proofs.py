"""How long proofs take out of a database of a million entries.

Run it as a script: ``python tests/benchmarks/proofs.py [ENTRIES]`` (1,000,000 unless given).

The entries are made up: rows of the usual size with the digest of a leaf that says nothing, written past the
guards; their tiles are worked out by the code that does it when events are recorded. A proof does not look
into leaves, so what it takes to make one is the same.
"""

from __future__ import annotations

import random
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

from mdfm_ledger import Ledger
from mdfm_ledger.evidence.merkle import leaf_hash
from mdfm_ledger.evidence.proof import (
    consistency_proof,
    inclusion_proof,
    require_consistency,
    require_hash_included,
    root_at,
)
from mdfm_ledger.store.sqlite import SQLITE
from mdfm_ledger.store.tiles import complete_tiles
from mdfm_ledger.store.tree import TreeReader

LEAF, PARTS = b"l" * 250, b"p" * 520
"""Of the size they have on average in the workload of the other benchmarks."""

PROOFS = 300
_AT_A_TIME = 50_000
_INSERT = (
    "INSERT INTO entry (number, kind, reference, about, day, value_day, recorded_at, actor, approved_by,"
    " description, line_count, leaf, parts, seal)"
    " VALUES (?, 'receipt', ?, '', 20200101, 20200101, 0, 'bench', '', '', 0, ?, ?, ?)"
)


def ledger_of(path: Path, entries: int) -> None:
    """A ledger's database with that many made-up entries and their tiles."""
    Ledger.open(f"sqlite:///{path}", actor="bench@example.org").close()
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA synchronous = OFF")
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    for start in range(0, entries, _AT_A_TIME):
        end = min(start + _AT_A_TIME, entries)
        connection.execute("BEGIN")
        connection.executemany(_INSERT, _rows(start, end))
        complete_tiles(connection.cursor(), SQLITE, start, end)
        connection.execute("COMMIT")
    connection.close()


def _rows(start: int, end: int) -> Iterator[tuple[object, ...]]:
    for number in range(start + 1, end + 1):
        yield number, f"R-{number}", LEAF, PARTS, seal(number)


def seal(number: int) -> bytes:
    """The digest of a made-up entry."""
    return leaf_hash(b"%d" % number)


def milliseconds(path: Path, tasks: Sequence[Callable[[TreeReader], None]]) -> Iterator[tuple[float, float]]:
    """What each task takes by wall and CPU time, with a reader of its own that has read nothing yet."""
    with Ledger.open(f"sqlite:///{path}", read_only=True, create=False) as ledger, ledger._reading():
        for task in tasks:
            reader = TreeReader(ledger._connection)
            began, began_cpu = perf_counter(), process_time()
            task(reader)
            yield (perf_counter() - began) * 1e3, (process_time() - began_cpu) * 1e3


def told(what: str, took: Sequence[tuple[float, float]]) -> str:
    """Median and worst of both clocks."""
    wall, cpu = ([one[at] for one in took] for at in (0, 1))
    return (
        f"{what}: median {median(wall):.2f} ms wall, {median(cpu):.2f} ms CPU;"
        f" worst of {len(took)} {max(wall):.2f} and {max(cpu):.2f}"
    )


def main(entries: int = 1_000_000) -> None:
    """Measure and print, one figure a line; each proof is checked after it was timed."""
    chance = random.Random(20200101)
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "proofs.db"
        ledger_of(path, entries)
        print(f"{entries:,} made-up entries, {path.stat().st_size / 1e6:,.0f} MB")
        places = [0, entries - 1, *(chance.randrange(entries) for _ in range(PROOFS - 2))]
        sizes = [1, entries - 1, *(chance.randrange(1, entries) for _ in range(PROOFS - 2))]
        roots: dict[int, bytes] = {}
        included: dict[int, list[bytes]] = {}
        grown: dict[int, list[bytes]] = {}

        def include(place: int) -> Callable[[TreeReader], None]:
            return lambda tree: included.update({place: inclusion_proof(tree.hashes, place, entries)})

        def grow(size: int) -> Callable[[TreeReader], None]:
            return lambda tree: grown.update({size: consistency_proof(tree.hashes, size, entries)})

        def root(size: int) -> Callable[[TreeReader], None]:
            return lambda tree: roots.update({size: root_at(tree.hashes, size)})

        print(told("inclusion proof", list(milliseconds(path, [include(place) for place in places]))))
        print(told("consistency proof", list(milliseconds(path, [grow(size) for size in sizes]))))
        print(told("root", list(milliseconds(path, [root(size) for size in [entries, *sizes]]))))
        for place, proof in included.items():
            digest = seal(place + 1)
            require_hash_included(digest=digest, index=place, size=entries, proof=proof, root=roots[entries])
        for size, proof in grown.items():
            require_consistency(
                earlier=size, earlier_root=roots[size], size=entries, root=roots[entries], proof=proof
            )


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:2]))
