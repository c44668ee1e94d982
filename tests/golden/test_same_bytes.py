"""The same bytes wherever they are made: other time zones, locales, seeds of hashes, encodings, Pythons."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy

from tests.support.profile import is_nightly
from tests.support.pythons import pythons, version_of

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


@pytest.mark.slow
def test_records_reports_statements_and_bundles_are_the_same_under_other_pythons(tmp_path: Path) -> None:
    """Another version runs the demo on the libraries of this one, without what is compiled; at night each."""
    versions = {version_of(one): one for one in pythons(since=11)}
    del versions[version_of(sys.executable)]
    newest_last = sorted(versions, key=lambda version: int(version.split(".")[1]))
    others = [versions[one] for one in (newest_last if is_nightly() else newest_last[-1:])]
    if not others:
        pytest.skip("no other Python from 3.11 is installed and starts")
    libraries = os.pathsep.join([str(Path.cwd()), str(Path(sqlalchemy.__file__).parents[1])])
    first: list[str] = []
    # What signs is compiled for one version: the others read what this one signed, if it is of their ledger.
    for python in (sys.executable, *others):
        done = subprocess.run(
            [python, "-m", "tests.support.printed", str(tmp_path / "note")],
            env={**os.environ, "PYTHONPATH": libraries},
            capture_output=True,
            text=True,
            check=False,
            encoding="utf-8",
        )
        assert done.returncode == 0, (python, done.stderr)
        first = first or done.stdout.splitlines()
        assert [one for one in done.stdout.splitlines() if one not in first] == [], python
        assert len(done.stdout.splitlines()) == len(first) > 400, python
