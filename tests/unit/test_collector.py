"""The collector rests for a while, and is left as it was found."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from mdfm_ledger.collector import collector_paused


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    yield
    gc.enable()


def fail_while_it_rests() -> None:
    with collector_paused():
        assert not gc.isenabled()
        raise ZeroDivisionError


def test_it_rests_within_and_works_again_after_a_failure() -> None:
    with pytest.raises(ZeroDivisionError):
        fail_while_it_rests()
    assert gc.isenabled()


def test_one_that_the_caller_switched_off_stays_off() -> None:
    gc.disable()
    with collector_paused():
        pass
    assert not gc.isenabled()


def test_what_was_made_meanwhile_is_not_looked_through_at_once() -> None:
    with collector_paused():
        made: list[list[int]] = [[] for _ in range(5_000)]
    assert gc.get_count()[0] < len(made)
    assert gc.get_freeze_count() == 0


def test_what_the_application_froze_stays_frozen() -> None:
    gc.freeze()
    try:
        frozen = gc.get_freeze_count()
        with collector_paused():
            pass
        assert gc.get_freeze_count() == frozen
    finally:
        gc.unfreeze()
