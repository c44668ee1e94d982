"""What sealing costs of recording in bulk: the same events with the record of each entry, and without.

Run it as a script: ``python tests/benchmarks/sealing.py [EVENTS]`` (10,000 unless given).

Without means: no leaf, parts, salts, digests and tiles are made, so none are stored either; all checks,
lines, columns and guards stay. Such a ledger cannot be read, and is thrown away. Both are recorded right
after each other, now this one first and now that one, and what it costs is the difference within the pair:
a machine that is slower for a while is so for both. The figure is the median difference, as a share of the
median CPU time with sealing.
"""

from __future__ import annotations

import gc
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any
from unittest.mock import patch

from mdfm_ledger import Ledger
from mdfm_ledger.event import Event
from mdfm_ledger.sealing.seal import Seal
from mdfm_ledger.store import append
from tests.benchmarks.workload import events, registrations, short_events

ROUNDS = 15

_NOTHING = Seal(b"", b"", b"", bytes(32))


def without(path: Path, batch: list[Event]) -> float:
    """CPU seconds of recording without sealing."""
    with (
        patch.object(append, "seals_of", lambda entries, salts: [_NOTHING] * len(entries)),
        patch.object(append, "complete_tiles", lambda *_: None),
    ):
        return recorded(path, batch)


def recorded(path: Path, batch: list[Event], sealing: Callable[[], object] = lambda: None) -> float:
    """CPU seconds of recording a batch in a new ledger; ``sealing`` is asked once its parties are there."""
    with Ledger.open(f"sqlite:///{path}", actor="bench@example.org") as ledger:
        ledger.record_all(registrations())
        sealing()
        gc.collect()
        began = process_time()
        ledger.record_all(batch)
        took = process_time() - began
    for file in path.parent.glob(f"{path.name}*"):
        file.unlink()
    return took


@contextmanager
def timed(name: str, spent: list[float]) -> Iterator[None]:
    """Add up the CPU seconds of a function of the appender."""
    true: Any = getattr(append, name)

    def counted(*args: Any) -> Any:
        began = process_time()
        try:
            return true(*args)
        finally:
            spent.append(process_time() - began)

    with patch.object(append, name, counted):
        yield


def pair(path: Path, batch: list[Event], *, sealed_first: bool) -> tuple[float, float]:
    """CPU seconds of recording with sealing, and how much less it takes without."""
    if sealed_first:
        sealed, unsealed = recorded(path, batch), without(path, batch)
    else:
        unsealed, sealed = without(path, batch), recorded(path, batch)
    return sealed, sealed - unsealed


def share(path: Path, batch: list[Event]) -> float:
    """Of the CPU seconds of recording, what is spent in making records and tiles, storing them left out."""
    spent: list[float] = []
    with timed("seals_of", spent), timed("complete_tiles", spent):
        whole = recorded(path, batch, spent.clear)
    return sum(spent) / whole


def main(count: int = 10_000) -> None:
    """Measure and print, one figure a line."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "l.db"
        for workload in (events, short_events):
            batch = list(workload(count))
            pair(path, batch, sealed_first=True)  # What is done once in a process is done here.
            pairs = [pair(path, batch, sealed_first=at % 2 == 0) for at in range(ROUNDS)]
            made = [share(path, batch) for _ in range(ROUNDS)]
            whole, cost = (median(seconds) for seconds in zip(*pairs, strict=True))
            low, high = (
                sorted(less / whole for _, less in pairs)[at] for at in (ROUNDS // 4, -1 - ROUNDS // 4)
            )
            told = f"{cost / whole:.1%} of bulk (half of the pairs {low:.1%} to {high:.1%})"
            each = f"{cost / count * 1e6:.1f} of {whole / count * 1e6:.1f} µs CPU an event"
            print(f"{workload.__name__}, {count:,}: sealing and storing what is sealed takes {told}, {each}")
            print(f"{workload.__name__}, {count:,}: making records and tiles alone takes {median(made):.1%}")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:2]))
