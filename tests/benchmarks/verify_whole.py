"""The full verify of a long ledger: entries a second of CPU, and the most memory it took.

Run it as a module: ``python -m tests.benchmarks.verify_whole FILE [EVENTS] [short]``. A ledger of that many
events (1,000,000 unless given) is made in the file where it is not there yet, in batches; ``short`` makes
events of 2.75 lines instead of 4.5. The verify runs in a process of its own, so that its memory is its own.
"""

from __future__ import annotations

import resource
import subprocess
import sys
from itertools import islice
from pathlib import Path
from time import process_time

from mdfm_ledger import Ledger
from tests.benchmarks.workload import events, registrations, short_events

BATCH = 5_000
EVERY = 100_000


def make(path: Path, count: int, *, short: bool) -> None:
    """A ledger of the workload, with a commit a batch."""
    workload = (short_events if short else events)(count)
    with Ledger.open(f"sqlite:///{path}", actor="bench@example.org") as ledger:
        ledger.record_all(registrations())
        while batch := list(islice(workload, BATCH)):
            ledger.record_all(batch)


def verify(path: Path) -> None:
    """Verify it here, and print how it went."""

    def progress(entries: int) -> None:
        if entries % EVERY == 0:
            print(f"{entries:,} entries, {process_time() - began:.1f} s CPU, {peak():.0f} MB", flush=True)

    with Ledger.open(f"sqlite:///{path}", actor="bench@example.org", create=False) as ledger:
        began = process_time()
        found = ledger.verify(progress=progress)
        took = process_time() - began
    found.raise_if_broken()
    speed = f"{found.entries / took:,.0f} entries and {found.lines / took:,.0f} lines a second of CPU"
    print(f"verify of {found.entries:,} entries, {found.lines:,} lines: {speed}, at most {peak():.0f} MB")


def peak() -> float:
    """The most memory this process ever had, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(name: str, *options: str) -> None:
    """Make the ledger where there is none, and verify it in a new process."""
    path = Path(name)
    if "only" in options:
        verify(path)
        return
    if not path.exists():
        counts = [int(option) for option in options if option.isdigit()]
        make(path, *(counts or [1_000_000]), short="short" in options)
    subprocess.run([sys.executable, "-m", "tests.benchmarks.verify_whole", name, "only"], check=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
