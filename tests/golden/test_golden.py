"""Golden cases: events in, and the journal, trial balance, statements and reports that come of them.

The expected files were read and checked by a person. To write them anew after a change that is meant,
run with ``MDFM_WRITE_GOLDEN=1`` and read the difference before committing it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from mdfm_ledger import Ledger
from mdfm_ledger.demo.story import TERM, story
from mdfm_ledger.ledger.output import render
from mdfm_ledger.reports import TERM_REPORTS
from tests.support.ledgers import counted_salts

FOLDER = Path(__file__).parent
CASES = sorted(path.parent.name for path in FOLDER.glob("*/events.jsonl"))
RECORDED_AT = datetime(2022, 1, 15, 9, 30, tzinfo=UTC)
AS_OF = date(2021, 12, 31)


def texts(case: str) -> Iterator[tuple[str, str]]:
    """Every report and statement of a case as text, by file name."""
    actor, salts = "finance@example.org", counted_salts()
    with Ledger.open("sqlite://", actor=actor, clock=lambda: RECORDED_AT, salts=salts) as ledger:
        if case == "demo":
            ledger.record_all(story())
        else:
            lines = (FOLDER / case / "events.jsonl").read_bytes().splitlines()
            batch = ledger.record_lines(lines)
            assert batch.refusals == ()
        term = next(iter(ledger.documents("term")))
        for name in TERM_REPORTS:
            yield f"{name}.txt", render(ledger.report(name, term=term, as_of=AS_OF), "text")
        for statement in ledger.donor_statements(term=term, as_of=AS_OF):
            yield f"statement-{statement.donor.reference.lower()}.txt", render(statement, "text")
        assert ledger.verify().findings == ()


@pytest.mark.parametrize("case", [*CASES, "demo"])
def test_the_reports_are_those_a_person_has_read(case: str) -> None:
    folder = FOLDER / case
    made = dict(texts(case))
    if os.environ.get("MDFM_WRITE_GOLDEN"):
        folder.mkdir(exist_ok=True)
        for name, text in made.items():
            (folder / name).write_text(text)
    expected = {path.name: path.read_text() for path in folder.glob("*.txt")}
    assert made.keys() == expected.keys()
    for name, text in made.items():
        assert text == expected[name], name


def test_the_demonstration_has_a_case_of_its_own() -> None:
    assert TERM in (FOLDER / "demo" / "journal.txt").read_text()
