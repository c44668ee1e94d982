"""kill -9 while recording: nothing acknowledged is lost, nothing is half there, a retry posts once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.killing import killed
from tests.support.ledgers import small_ledger
from tests.support.profile import figure

CYCLES = figure(nightly=2_000, gate=200)


@pytest.mark.crash
@pytest.mark.slow
def test_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    assert len(killed(small_ledger(tmp_path / "l.db"), CYCLES)) > CYCLES
