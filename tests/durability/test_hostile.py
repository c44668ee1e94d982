"""Hostile inputs to each parser: read or refused with an error of ours, none slowly, none of them a crash."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.support.hostile import parsers
from tests.support.profile import figure

INPUTS = figure(nightly=1_000_000, gate=2_000)
SEED = 20260101

pytestmark = [pytest.mark.tamper, pytest.mark.slow]


@pytest.mark.parametrize("name", sorted(parsers()))
def test_whatever_comes_is_read_or_refused(name: str) -> None:
    """In a process of its own, so that one that hangs or crashes is found and named."""
    command = [sys.executable, "-m", "tests.support.hostile", name, str(INPUTS), str(SEED)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120 + INPUTS * 0.05)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"tried {INPUTS}\n"
