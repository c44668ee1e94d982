"""The oldest PostgreSQL that is promised, where one is installed: the contract of the store on it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.postgres import are_programs, programs
from tests.support.profile import is_nightly

OLDEST = 15
IN_THE_GATE = (
    "same_events or same_event_again or details_are_erased or caller_undoes or take_turns or exact_from"
)
"""Of the contract, what is most an engine's own; the rest of it is for the night."""


def programs_of(version: int) -> Path:
    """The folder of a server of that version; where none is installed, the test is skipped and says so."""
    place = Path(f"/usr/lib/postgresql/{version}/bin")
    if not are_programs(place):
        pytest.skip(f"no PostgreSQL {version} is installed in {place}")
    said = subprocess.run([place / "postgres", "--version"], capture_output=True, text=True, check=True)
    assert f" {version}." in said.stdout
    return place


@pytest.mark.slow
def test_the_contract_holds_on_the_oldest_server(repository: Path) -> None:
    asked = "postgresql" if is_nightly() else f"postgresql and ({IN_THE_GATE})"
    # Of this run the other takes neither options nor what measures coverage.
    env = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV_"))}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [*command, "-k", asked, "tests/store/test_contract.py"],
        cwd=repository,
        env={**env, "MDFM_POSTGRES_BIN": str(programs_of(OLDEST))},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert " passed" in done.stdout
    assert "skipped" not in done.stdout


def test_a_server_that_was_named_and_is_not_there_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MDFM_POSTGRES_BIN", str(tmp_path))
    with pytest.raises(ValueError, match="no initdb and postgres are there"):
        programs()
