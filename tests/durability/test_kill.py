"""kill -9 while recording: nothing acknowledged is lost, nothing is half there, a retry posts once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.killing import FORKING, TOO_EARLY, killed
from tests.support.ledgers import small_ledger
from tests.support.profile import figure

CYCLES = figure(nightly=2_000, gate=200)


@pytest.mark.crash
@pytest.mark.slow
def test_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    assert len(killed(small_ledger(tmp_path / "l.db"), CYCLES)) > CYCLES


@pytest.mark.crash
@pytest.mark.slow
def test_the_control_what_is_acknowledged_before_it_is_written_is_lost(tmp_path: Path) -> None:
    assert TOO_EARLY != FORKING
    with pytest.raises(AssertionError):
        killed(small_ledger(tmp_path / "l.db"), 200, TOO_EARLY)
