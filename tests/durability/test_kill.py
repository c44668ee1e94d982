"""kill -9 while recording: nothing acknowledged is lost, nothing is half there, a retry posts once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.bookkeeping import receipt
from tests.support.ledgers import open_ledger, small_ledger
from tests.support.profile import figure

CYCLES = figure(nightly=2_000, gate=200)

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


@pytest.mark.crash
@pytest.mark.slow
def test_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    path = small_ledger(tmp_path / "l.db")
    acknowledged: list[str] = []
    command = [sys.executable, "-c", FORKING, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as forking:
        assert forking.stdout is not None
        assert forking.stdin is not None
        for cycle in range(CYCLES):
            print(len(acknowledged), file=forking.stdin, flush=True)
            writer = int(forking.stdout.readline())
            if cycle % 4 == 0:
                # However slow the machine is, some are killed in the middle of recording many.
                acknowledged.append(forking.stdout.readline().strip())
            time.sleep(0.001 * (cycle % 17))
            os.kill(writer, signal.SIGKILL)
            while (line := forking.stdout.readline()) != "dead\n":
                acknowledged.append(line.strip())
            with open_ledger(path) as ledger:
                # What was under way may have been written without being told: recording it again says so.
                again = ledger.record(receipt(f"K-{len(acknowledged):06d}", "0.01"))
                acknowledged.append(f"K-{len(acknowledged):06d}")
                assert again.number == 12 + len(acknowledged)
                if cycle % 100 == 0:
                    assert ledger.verify().findings == ()
        forking.stdin.close()
    with open_ledger(path) as ledger:
        stored = [entry.event.reference for entry in ledger.entries() if entry.number > 12]
        assert stored == acknowledged
        assert ledger.verify().findings == ()
    assert len(acknowledged) > CYCLES
