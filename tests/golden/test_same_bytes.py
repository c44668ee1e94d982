"""The same bytes wherever they are made: under other time zones, locales, seeds of hashes, and encodings."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

ELSEWHERE = (
    {"TZ": "UTC", "LC_ALL": "C", "PYTHONHASHSEED": "0", "PYTHONUTF8": "0"},
    {"TZ": "Asia/Kathmandu", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "12345", "PYTHONUTF8": "1"},
    {"TZ": "America/St_Johns", "LC_ALL": "tr_TR.UTF-8", "PYTHONHASHSEED": "4294967295", "PYTHONUTF8": "1"},
)


@pytest.mark.slow
def test_records_reports_statements_and_bundles_are_the_same_everywhere() -> None:
    """The whole demo, all of it made anew in three processes that are not where the others are."""
    command = [sys.executable, "-W", "error", "-m", "tests.support.printed"]
    first, *others = [
        subprocess.run(
            command, env={**os.environ, **where}, capture_output=True, text=True, check=True, encoding="utf-8"
        ).stdout.splitlines()
        for where in ELSEWHERE
    ]
    assert len(first) > 400
    for other in others:
        assert [line for line, same in zip(other, first, strict=True) if line != same] == []
