"""Hostile inputs to each parser: read or refused with an error of ours, none slowly, none of them a crash."""

from __future__ import annotations

import subprocess
import sys
from functools import partial
from random import Random
from time import process_time

import pytest

from mdfm_ledger.errors import InvalidEventError
from tests.support.hostile import MOST_SECONDS, PARSERS, Parser, main, mutated, seconds
from tests.support.profile import figure

INPUTS = figure(nightly=1_000_000, gate=2_000)
VALUES = figure(nightly=100_000, gate=1_000)
"""Bundles whose values are exchanged: each is read to the end, signature and all, which takes longer."""
SEED = 20260101

pytestmark = [pytest.mark.tamper, pytest.mark.slow]


@pytest.mark.parametrize("name", PARSERS)
def test_whatever_comes_is_read_or_refused(name: str) -> None:
    """In a process of its own, so that one that hangs or crashes is found and named."""
    inputs = VALUES if name == "bundle, its values" else INPUTS
    command = [sys.executable, "-m", "tests.support.hostile", name, str(inputs), str(SEED)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120 + inputs * 0.05)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"tried {inputs}\n"


@pytest.mark.parametrize("name", PARSERS)
def test_the_control_what_is_mutated_was_accepted_before(name: str) -> None:
    """Were it refused as it is, its mutations would be refused for nothing that was done to them."""
    parser = PARSERS[name]()
    assert parser.sound
    for text in parser.sound:
        parser.read(text)
        assert min(seconds(parser, text) for _ in range(3)) < MOST_SECONDS


def test_the_control_a_parser_that_crashes_or_takes_long_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Python's own numbers in the place of ours, and one that is slow with long ones."""

    def slow(text: str) -> None:
        until = process_time() + 2 * MOST_SECONDS * (len(text) > 1_000)
        while process_time() < until:
            pass

    sound = PARSERS["amount"]().sound
    for read, named in ((int, "ValueError: invalid literal"), (slow, "slow: ")):
        broken = partial(Parser, read, sound, (InvalidEventError,), mutated)
        monkeypatch.setitem(PARSERS, "amount", broken)
        main("amount", "100", str(SEED))
        assert named in capsys.readouterr().out


def test_bundles_whose_values_are_exchanged_are_refused_for_many_reasons() -> None:
    """They get past the first look: refused as not canonical they would try little of the verifier."""
    parser, chance, reasons = PARSERS["bundle, its values"](), Random(SEED), set()
    for _ in range(300):
        try:
            parser.read(parser.mutated(chance.choice(parser.sound), chance))
        except parser.refuses as error:
            reasons.add(str(error))
    assert not any("canonical form" in reason for reason in reasons if reason.startswith("the bundle"))
    assert len(reasons) > 20
