"""The page on long tests is true: its command finds all that do more then, its table has their figures."""

from __future__ import annotations

import itertools
import re
import shlex
from pathlib import Path

import pytest

from tests.docs.generated import DOCS

PAGE = (DOCS / "how-to" / "run-the-long-tests.md").read_text()
COMMAND = shlex.split(PAGE.partition("```sh\n")[2].partition("```")[0])
OPTIONS = dict(itertools.pairwise(COMMAND))
USING = [
    path
    for path in sorted(DOCS.parent.glob("tests/**/test_*.py"))
    if "from tests.support.profile import" in path.read_text("utf-8") and path != Path(__file__)
]
# As a module says how much of it is done; not how long is waited for it.
FIGURE = re.compile(r"^(?!WAIT).*nightly=([\d_]+), gate=([\d_]+)\)", re.MULTILINE)


def test_the_command_asks_for_all_of_it() -> None:
    settings = [one for one in COMMAND if re.match(r"[A-Z_]+=", one)]
    assert settings == ["MDFM_PROFILE=nightly", "HYPOTHESIS_PROFILE=nightly"]
    assert int(OPTIONS["-o"].partition("timeout=")[2]) > 7_200


def test_the_command_finds_every_test_that_does_more_at_night(request: pytest.FixtureRequest) -> None:
    """Of those that this run has collected; hypothesis puts its own marker on what it searches."""
    asked = OPTIONS["-m"].split(" or ")
    assert asked == ["nightly", "hypothesis"]
    assert len(USING) > 14
    for item in request.session.items:
        if item.path in USING:
            assert any(item.get_closest_marker(one) for one in asked), item.nodeid


def test_the_table_has_the_figures_of_the_tests() -> None:
    rows = [
        tuple(int(cell.replace(",", "")) for cell in found)
        for found in re.findall(r"\| ([\d,]+) \| ([\d,]+) \|$", PAGE, re.MULTILINE)
    ]
    told = [found for path in USING for found in FIGURE.findall(path.read_text("utf-8"))]
    every = {(int(gate), int(night)) for night, gate in told}
    assert len(every) > 10
    assert [pair for pair in sorted(every) if pair[0] < pair[1] and pair not in rows] == []
