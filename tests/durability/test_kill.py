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

CYCLES = int(os.environ.get("MDFM_KILL_CYCLES", "200"))

# Records one after the other and says each reference once record has returned.
CHILD = """
import sys
from tests.support.ledgers import open_ledger
from tests.support.bookkeeping import receipt
with open_ledger(sys.argv[1]) as ledger:
    print("ready", flush=True)
    at = int(sys.argv[2])
    while True:
        ledger.record(receipt(f"K-{at:06d}", "0.01"))
        print(f"K-{at:06d}", flush=True)
        at += 1
"""


@pytest.mark.crash
@pytest.mark.slow
def test_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    path = small_ledger(tmp_path / "l.db")
    acknowledged: list[str] = []
    for cycle in range(CYCLES):
        first = len(acknowledged)
        command = [sys.executable, "-c", CHILD, str(path), str(first)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
            assert child.stdout is not None
            assert child.stdout.readline() == "ready\n"
            if cycle % 4 == 0:
                # However slow the machine is, some are killed in the middle of recording many.
                acknowledged.append(child.stdout.readline().strip())
            time.sleep(0.001 * (cycle % 17))
            child.send_signal(signal.SIGKILL)
            acknowledged += [line.strip() for line in child.stdout if line.endswith("\n")]
        with open_ledger(path) as ledger:
            # What was under way may have been written without being told: recording it again says so.
            again = ledger.record(receipt(f"K-{len(acknowledged):06d}", "0.01"))
            acknowledged.append(f"K-{len(acknowledged):06d}")
            assert again.number == 12 + len(acknowledged)
    with open_ledger(path) as ledger:
        stored = [entry.event.reference for entry in ledger.entries() if entry.number > 12]
        assert stored == acknowledged
        assert ledger.verify().findings == ()
    assert len(acknowledged) > CYCLES
