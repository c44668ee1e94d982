"""The same bytes wherever they are made: other time zones, locales, seeds of hashes, encodings, Pythons."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy

from tests.support.profile import is_nightly
from tests.support.pythons import OLDEST, VERSIONS, python_found, python_of

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


def test_the_control_the_places_do_differ() -> None:
    """What goes by the order of a set, the local time or the encoding comes out otherwise in each."""
    script = (
        "import time, sys; print(list(set('abcdefgh'))); print(time.localtime(0)[:5]);"
        " print(sys.flags.utf8_mode)"
    )
    told = [
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, **where},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.splitlines()
        for where in ELSEWHERE
    ]
    order, time, encoding = zip(*told, strict=True)
    assert (len(set(order)), len(set(time)), len(set(encoding))) == (3, 3, 2)


OTHERS = [minor for minor in VERSIONS if minor >= OLDEST and minor != sys.version_info.minor]


@pytest.fixture(scope="module")
def note(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The signed checkpoint: what signs is compiled for one version, and the others read what it signed."""
    return tmp_path_factory.mktemp("signed") / "note"


@pytest.fixture(scope="module")
def here(note: Path) -> list[str]:
    """What this Python prints."""
    return printed_by(sys.executable, note)


def printed_by(python: str, note: Path) -> list[str]:
    libraries = os.pathsep.join([str(Path.cwd()), str(Path(sqlalchemy.__file__).parents[1])])
    done = subprocess.run(
        [python, "-m", "tests.support.printed", str(note)],
        env={**os.environ, "PYTHONPATH": libraries},
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
    )
    assert done.returncode == 0, (python, done.stderr)
    return done.stdout.splitlines()


@pytest.mark.slow
@pytest.mark.parametrize("minor", OTHERS)
def test_records_reports_statements_and_bundles_are_the_same_under_another_python(
    minor: int, note: Path, request: pytest.FixtureRequest
) -> None:
    """Another version runs the demo on the libraries of this one, without what is compiled; at night each."""
    python = python_of(minor)
    if not is_nightly() and any(python_found(other) for other in OTHERS if other > minor):
        pytest.skip(f"Python 3.{minor} is for the night; the gate takes the newest that is there")
    here = request.getfixturevalue("here")
    there = printed_by(python, note)
    assert [one for one in there if one not in here] == []
    assert len(there) == len(here) > 400
