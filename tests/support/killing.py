"""Writers that are killed, or whose server is, while they record one after the other."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.bookkeeping import receipt
from tests.support.ledgers import open_ledger

# Stays alive and forks a writer for each line it is given, so that a cycle costs no start of Python. The
# writer records one after the other and says each reference once record has returned.
FORKING = """
import os, sys
from tests.support.ledgers import events, open_ledger
from tests.support.bookkeeping import receipt
def say(text):
    os.write(1, text.encode() + b"\\n")
# What is loaded only when a ledger is first used is loaded here, once.
with open_ledger(":memory:") as ledger:
    ledger.record_all(events())
for line in sys.stdin:
    if pid := os.fork():
        os.waitpid(pid, 0)
        say("dead")
        continue
    with open_ledger(sys.argv[1]) as ledger:
        say(f"{os.getpid()}")
        at = int(line)
        while True:
            ledger.record(receipt(f"K-{at:06d}", "0.01"))
            say(f"K-{at:06d}")
            at += 1
"""

_RECORDED = """            ledger.record(receipt(f"K-{at:06d}", "0.01"))
"""
_SAID = """            say(f"K-{at:06d}")
"""
TOO_EARLY = FORKING.replace(_RECORDED + _SAID, _SAID + _RECORDED)
"""The control: a writer that says each reference before it is recorded."""


class Writers:
    """One writer after the other on a ledger, and what was acknowledged to all of them."""

    def __init__(self, place: Path | str, forking: subprocess.Popen[str]) -> None:
        assert forking.stdout is not None
        assert forking.stdin is not None
        self.place = place
        self.acknowledged: list[str] = []
        self._said, self._told = forking.stdout, forking.stdin

    def begin(self) -> int:
        """Have a writer begin where the last one ended; its process."""
        print(len(self.acknowledged), file=self._told, flush=True)
        return int(self._said.readline())

    def wait_for_one(self) -> None:
        """Wait until one more is acknowledged: the next is on its way then."""
        self.acknowledged.append(self._said.readline().strip())

    def end(self) -> None:
        """Take in what was acknowledged before the writer was dead."""
        while (line := self._said.readline()) != "dead\n":
            assert line, "the writers are gone"
            self.acknowledged.append(line.strip())

    def go_on(self, *, verified: bool) -> None:
        """Record again what was under way: it may have been written without being told, and then says so."""
        reference = f"K-{len(self.acknowledged):06d}"
        with open_ledger(self.place) as ledger:
            again = ledger.record(receipt(reference, "0.01"))
            self.acknowledged.append(reference)
            assert again.number == 12 + len(self.acknowledged)
            if verified:
                assert ledger.verify().findings == ()

    def require_all(self) -> None:
        """All that was acknowledged is there, once, and nothing else."""
        with open_ledger(self.place) as ledger:
            stored = [entry.event.reference for entry in ledger.entries() if entry.number > 12]
            assert stored == self.acknowledged
            assert ledger.verify().findings == ()


@contextmanager
def writers(place: Path | str, program: str = FORKING) -> Iterator[Writers]:
    """Writers on a small ledger at a path or database URL."""
    command = [sys.executable, "-c", program, str(place)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as forking:
        try:
            yield Writers(place, forking)
        finally:
            assert forking.stdin is not None
            forking.stdin.close()
            forking.kill()


def killed(place: Path | str, cycles: int, program: str = FORKING) -> list[str]:
    """Kill a writer in each cycle and go on where it was; what was acknowledged, all of it there."""
    with writers(place, program) as one:
        for cycle in range(cycles):
            process = one.begin()
            if cycle % 4 == 0:
                # However slow the machine is, some are killed in the middle of recording many.
                one.wait_for_one()
            time.sleep(0.001 * (cycle % 17))
            os.kill(process, signal.SIGKILL)
            one.end()
            one.go_on(verified=cycle % 100 == 0)
        one.require_all()
        return one.acknowledged
