"""What all tests share: how hypothesis searches, and where the real data are."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.support import profile

REPOSITORY = Path(__file__).resolve().parents[1]

# Time says more about the machine than about the code: no deadline, no complaint about slow data.
_untimed = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
settings.register_profile("dev", _untimed, max_examples=100)
# The gate gives the same answer for the same code; new examples are looked for while developing.
settings.register_profile("ci", _untimed, max_examples=50, derandomize=True)
# At night there is time to look further.
settings.register_profile("nightly", _untimed, max_examples=1_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))

_MORE_AT_NIGHT = (profile.figure, profile.is_nightly, profile.drawn)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of modules that do more at night, so that none is left out by who forgot to."""
    for item in items:
        if isinstance(item, pytest.Function) and any(
            one is asked for one in vars(item.module).values() for asked in _MORE_AT_NIGHT
        ):
            item.add_marker("nightly")


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the source tree."""
    return REPOSITORY


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data: MDFM_SHARED_DATA, or ``../shared/data`` beside the repository."""
    named = os.environ.get("MDFM_SHARED_DATA")
    folder = Path(named) if named else REPOSITORY.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"no real data: {folder} is not a folder (name one with MDFM_SHARED_DATA)")
    return folder
