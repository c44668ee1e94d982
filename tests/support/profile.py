"""How much of a long test is run: a seeded part in the gate, all of it every night.

``MDFM_PROFILE=nightly`` asks for the full figures; see docs/how-to/run-the-long-tests.md.
"""

from __future__ import annotations

import os

PROFILES = ("gate", "nightly")


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
