"""Speed, as ratios to plain sqlite3 in the same run: machines drift, ratios stay.

Run it as a script: ``python tests/benchmarks/measure.py [EVENTS]`` (100,000 unless given). The baseline
writes the very same rows, with the same primary keys, durably, and nothing else: no guards, no
indexes, no foreign keys, no checks. Each part has a process of its own, as who asks a ledger has: in what the
parts before left of memory the last took a third longer.
"""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

from mdfm_ledger import Ledger, Receipt
from mdfm_ledger.event import Event
from mdfm_ledger.money import Amount
from tests.benchmarks import over_donors
from tests.benchmarks.plain import TABLES, Took, insert, plain_database, python_itself, timed
from tests.benchmarks.workload import BANK, DONORS, LAST, TERM, events, registrations, short_events

ROUNDS = 5
SINGLES = 200


def bulk(
    folder: Path, count: int, workload: Callable[[int], Iterable[Event]] = events
) -> tuple[Took, Took, Path]:
    """How long recording ``count`` events and plain inserts of their rows take; the ledger's path."""
    path = folder / f"{workload.__name__}-{count}.db"
    batch = list(workload(count))
    with Ledger.open(f"sqlite:///{path}", actor="bench@example.org") as ledger:
        ledger.record_all(registrations())
        ours = timed(lambda: ledger.record_all(batch))
    source = sqlite3.connect(path)
    rows = {table: source.execute(f"SELECT * FROM {table}").fetchall() for table in TABLES}
    plain = plain_database(folder / "plain.db", source)
    theirs = timed(lambda: insert(plain, rows))
    plain.close()
    (folder / "plain.db").unlink()
    return ours, theirs, path


def singles(folder: Path, path: Path, mark: str) -> tuple[float, float]:
    """Median seconds of one durable post, and of a plain insert of the same rows with a commit."""
    source = sqlite3.connect(path)
    plain = plain_database(folder / f"single-{mark}.db", source)
    ours, theirs = [], []
    with Ledger.open(f"sqlite:///{path}", actor="bench@example.org") as ledger:
        for at in range(SINGLES + 20):
            event = Receipt(
                reference=f"S-{mark}-{at:07d}",
                term=TERM,
                donor=f"donor-{at % DONORS:03d}",
                amount=Amount(12_345, "USD"),
                on=LAST,
                bank_account=BANK,
                bank_reference=f"S/{at}",
            )
            began = perf_counter()
            number = ledger.record(event).number
            ours.append(perf_counter() - began)
            rows = {
                "line": source.execute("SELECT * FROM line WHERE number = ?", (number,)).fetchall(),
                "entry": source.execute("SELECT * FROM entry WHERE number = ?", (number,)).fetchall(),
            }
            began = perf_counter()
            insert(plain, rows)
            theirs.append(perf_counter() - began)
    return median(ours[20:]), median(theirs[20:])


def compared(ours: Took, theirs: Took, count: int) -> str:
    """Microseconds of CPU an event, and the ratio to plain sqlite3 by both clocks."""
    wall, cpu = (their / our for our, their in zip(ours, theirs, strict=True))
    return f"{ours[1] / count * 1e6:.0f} µs CPU an event, {wall:.3f} of plain by wall time, {cpu:.3f} by CPU"


def best(action: Callable[[], object], times: int = ROUNDS) -> float:
    """The least CPU seconds of several runs of a question."""
    took = []
    for _ in range(times):
        began = process_time()
        action()
        took.append(process_time() - began)
    return min(took)


def import_seconds(statement: str) -> float:
    """CPU seconds of an import in a new process, less those of starting Python."""
    script = f"import time; t = time.process_time(); {statement}; print(time.process_time() - t)"
    runs = [
        subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
        for _ in range(7)
    ]
    return median(float(run.stdout) for run in runs)


def main(count: int = 100_000) -> None:
    """Measure and print, one figure a line."""
    print(python_itself(), flush=True)
    with tempfile.TemporaryDirectory() as name:
        for part in (on_small_ledgers, over_many_donors, on_a_full_ledger, with_short_events):
            with get_context("spawn").Pool(1) as process:
                process.apply(part, (Path(name), count))
    for statement in ("import mdfm_ledger", "from mdfm_ledger import Ledger"):
        print(f"{statement}: {import_seconds(statement) * 1e3:.0f} ms CPU")


def on_small_ledgers(folder: Path, count: int) -> None:
    """The figures at a tenth of the events, several times."""
    runs = [bulk(folder, count // 10 + at) for at in range(ROUNDS)]
    for at, clock in enumerate(("wall", "CPU")):
        ratios = [theirs[at] / ours[at] for ours, theirs, _ in runs]
        span = f"{min(ratios):.3f} to {max(ratios):.3f}, median {median(ratios):.3f}"
        print(f"bulk, {count // 10} events: {span} of plain by {clock} time")
    one, plain = singles(folder, runs[0][2], "small")
    print(f"one durable post on {count // 10} entries: {one * 1e6:.0f} µs, {plain / one:.2f} of plain")


def over_many_donors(folder: Path, _: int) -> None:
    """The figures of allocations that take from all donors."""
    for figure in over_donors.figures(folder):
        print(figure)


def on_a_full_ledger(folder: Path, count: int) -> None:
    """The figures at the full number of events."""
    ours, theirs, path = bulk(folder, count)
    print(f"bulk, {count} events: {compared(ours, theirs, count)}")
    lines = sqlite3.connect(path).execute("SELECT COUNT(*) FROM line").fetchone()[0]
    print(f"{lines / count:.2f} lines an event, {path.stat().st_size / lines:.0f} bytes a line")
    one, plain = singles(folder, path, "large")
    print(f"one durable post on {count} entries: {one * 1e6:.0f} µs, {plain / one:.2f} of plain")
    with Ledger.open(f"sqlite:///{path}", actor="bench@example.org") as ledger:
        half = date(2021, 1, 15)
        questions: dict[str, Callable[[], object]] = {
            "balance of a donor": lambda: ledger.balance("8110", term=TERM, as_of=half, donor="donor-007"),
            "balance of the busiest account": lambda: ledger.balance("1010", term=TERM, as_of=half),
            "trial balance": lambda: ledger.report("trial_balance", term=TERM, as_of=half),
            "one donor statement": lambda: ledger.donor_statement("donor-007", term=TERM, as_of=LAST),
        }
        for question, action in questions.items():
            print(f"{question}: {best(action) * 1e3:.2f} ms CPU")
        print(f"all statements: {best(lambda: ledger.donor_statements(term=TERM, as_of=LAST), 1):.2f} s CPU")
        took = best(ledger.verify, 1)
        print(f"verify: {count / took:,.0f} entries, {lines / took:,.0f} lines a second of CPU")


def with_short_events(folder: Path, count: int) -> None:
    """The figures that depend on how many lines an event has, at 2.75 on average."""
    ours, theirs, path = bulk(folder, count, short_events)
    print(f"2.75 lines an event: bulk {compared(ours, theirs, count)}")
    with Ledger.open(f"sqlite:///{path}", actor="bench@example.org") as ledger:
        took = best(lambda: ledger.donor_statement("donor-007", term=TERM, as_of=LAST))
        print(f"2.75 lines an event: one donor statement {took * 1e3:.2f} ms CPU")
        took = best(lambda: ledger.donor_statements(term=TERM, as_of=LAST), 1)
        print(f"2.75 lines an event: all statements {took:.2f} s CPU")
        print(f"2.75 lines an event: verify {count / best(ledger.verify, 1):,.0f} entries a second of CPU")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:2]))
