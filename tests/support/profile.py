"""How much of a long test is run: a seeded part in the gate, all of it every night.

``MDFM_PROFILE=nightly`` asks for the full figures; see docs/how-to/run-the-long-tests.md. All tests of a
module that imports one of these functions have the marker ``nightly``, by which the night finds them.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from random import Random
from typing import TypeVar

PROFILES = ("gate", "nightly")
SEED = 20260101
T = TypeVar("T")


def profile() -> str:
    """The profile asked for; the gate's where none is."""
    asked = os.environ.get("MDFM_PROFILE", "gate")
    if asked not in PROFILES:
        raise ValueError(f"MDFM_PROFILE is {asked!r}; it is one of {', '.join(PROFILES)}")
    return asked


def is_nightly() -> bool:
    """Whether the full figures are asked for."""
    return profile() == "nightly"


def figure(*, nightly: int, gate: int) -> int:
    """How many times a long test does what it does."""
    return nightly if is_nightly() else gate


def drawn(whole: Sequence[T], gate: int) -> Sequence[T]:
    """All of it at night, a seeded part of that many in the gate, in their order."""
    if is_nightly():
        return whole
    return [whole[at] for at in sorted(Random(SEED).sample(range(len(whole)), min(gate, len(whole))))]
