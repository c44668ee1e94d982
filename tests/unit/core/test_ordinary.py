"""Entries looked at in one go: most are, none is that is not right, and what is found is the same."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from mdfm_ledger import Ledger, UnidentifiedReceipt
from mdfm_ledger.audit import ordinary
from mdfm_ledger.audit.recount import Recount, alike
from mdfm_ledger.audit.recount.alike import Shapes
from mdfm_ledger.audit.recount.own_amounts import ForeignCash
from mdfm_ledger.audit.recount.places import Places
from mdfm_ledger.audit.recount.totals import Totals
from mdfm_ledger.audit.verification import Verification
from mdfm_ledger.demo.story import story
from mdfm_ledger.sealing.stored_place import BETWEEN, OTHERS
from tests.support.bookkeeping import TERM, pledge, receipt, usd
from tests.support.ledgers import events, open_ledger, small_ledger, without_guards
from tests.support.records import rewrite

told, takes = ordinary.told, Recount.takes


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> dict[int, bool]:
    """Whether each entry was looked at in one go."""
    given: dict[int, bool] = {}

    def noted(*asked: Any) -> Iterator[Any]:
        for entry, said in told(*asked):
            given[entry.position] = False
            yield entry, said

    def taken(recount: Recount, row: Any, *said: Any) -> bool:
        given[row.number] = takes(recount, row, *said)
        return given[row.number]

    monkeypatch.setattr(ordinary, "told", noted)
    monkeypatch.setattr(Recount, "takes", taken)
    return given


def unidentified() -> UnidentifiedReceipt:
    return UnidentifiedReceipt(
        reference="U-1",
        term=TERM,
        bank_account="uil",
        bank_reference="TRF/?",
        amount=usd("4.00"),
        on=date(2020, 3, 2),
    )


def check_by_check(monkeypatch: pytest.MonkeyPatch, ledger: Ledger) -> Verification:
    """What is found where no entry is looked at in one go."""
    with monkeypatch.context() as patch:
        patch.setattr(ordinary, "told", lambda entries, _: ((entry, None) for entry in entries))
        return ledger.verify()


def test_receipts_and_pledges_of_one_donor_are_ordinary(tmp_path: Path, answers: dict[int, bool]) -> None:
    with open_ledger(small_ledger(tmp_path / "l.db")) as ledger:
        assert ledger.verify().is_clean
        kinds = {entry.number: entry.event.event_kind for entry in ledger.entries()}
    assert {kinds[number] for number, is_ordinary in answers.items() if is_ordinary} >= {"pledge", "receipt"}
    assert not any(is_ordinary for number, is_ordinary in answers.items() if kinds[number] == "reversal")


def test_a_story_is_found_the_same_as_check_by_check(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answers: dict[int, bool]
) -> None:
    with open_ledger(tmp_path / "l.db") as ledger:
        ledger.record_all(story())
        found = ledger.verify()
        assert found == check_by_check(monkeypatch, ledger)
    assert sum(answers.values()) > 10


def test_a_total_that_is_not_the_sum_is_found_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = small_ledger(tmp_path / "l.db")
    without_guards(path, lambda file: file.execute("UPDATE daily_total SET debit = debit + 1"))
    with open_ledger(path) as ledger:
        found = ledger.verify()
        assert found == check_by_check(monkeypatch, ledger)
    assert {finding.check for finding in found.findings} == {"daily-totals"}


def test_an_event_that_names_another_donor_than_its_lines_is_found_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = small_ledger(tmp_path / "l.db")
    without_guards(path, lambda file: rewrite(file, 8, event=lambda value: value.update(donor="ham")))
    with open_ledger(path) as ledger:
        found = ledger.verify()
        assert found == check_by_check(monkeypatch, ledger)
    assert 8 in {finding.number for finding in found.findings}


def test_entries_of_several_donors_agree_in_one_go_though_others_are_not_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    agreed: dict[int, tuple[str, bool]] = {}

    def noted(*asked: Any) -> Iterator[Any]:
        for entry, said in told(*asked):
            if said:
                agreed[entry.position] = said[0].event_kind, said[1] is None
            yield entry, said

    monkeypatch.setattr(ordinary, "told", noted)
    with open_ledger(small_ledger(tmp_path / "l.db")) as ledger:
        assert ledger.verify().is_clean
    assert (agreed[9], agreed[10]) == (("allocation", True), ("expenditure", True))
    assert 12 not in agreed, "a reversal is looked at check by check"


@pytest.mark.parametrize(
    "column",
    ["kind", "reference", "about", "day", "value_day", "recorded_at", "actor", "approved_by", "line_count"],
)
def test_a_column_of_an_entry_of_several_donors_is_found_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, column: str
) -> None:
    path = small_ledger(tmp_path / "l.db")
    without_guards(path, lambda file: file.execute(f"UPDATE entry SET {column} = 77 WHERE number = 10"))
    with open_ledger(path) as ledger:
        found = ledger.verify()
        assert found == check_by_check(monkeypatch, ledger)
    assert not found.is_clean


@pytest.mark.parametrize("number", [9, 10])
def test_a_record_over_several_donors_that_says_otherwise_is_found_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    path = small_ledger(tmp_path / "l.db")
    without_guards(
        path, lambda file: rewrite(file, number, part=lambda value: value.update(salt="0" * 31 + "g"))
    )
    with open_ledger(path) as ledger:
        found = ledger.verify()
        assert found == check_by_check(monkeypatch, ledger)
    assert number in {finding.number for finding in found.findings}


def test_what_is_written_otherwise_or_of_no_donor_is_left_to_the_checks(
    tmp_path: Path, answers: dict[int, bool]
) -> None:
    others = [
        receipt("R-3", "3.00", bank_reference="TRF/Ü"),
        unidentified(),
        receipt("R-OWN", "5.00"),
    ]
    with open_ledger(tmp_path / "l.db") as ledger:
        ledger.record_all([*events(), *others])
        assert ledger.verify().is_clean
    assert [answers[number] for number in (13, 14, 15)] == [False, False, True]


def test_many_shapes_are_not_all_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alike, "_HELD", 1)
    monkeypatch.setattr(ordinary, "_IN_A_ROW", 2)
    turns = [
        *(pledge(f"P-{at}", "7.00", on=date(2020, 3, at)) for at in (2, 3)),
        receipt("R-7", "7.00", pledge="P-2"),
        receipt("R-8", "8.00"),
    ]
    with open_ledger(tmp_path / "l.db") as ledger:
        ledger.record_all([*events(), *turns])
        assert ledger.verify().is_clean


def test_what_was_read_before_what_cannot_be_is_looked_at() -> None:
    def entries() -> Iterator[ordinary.Entry]:
        yield ordinary.Entry(1, SimpleNamespace(number=2), [], {})
        raise ValueError("a text where a number stood")

    looked_at = ordinary.told(entries(), Recount(lambda *_: ()))
    entry, said = next(looked_at)
    assert (entry.position, said) == (1, None)
    with pytest.raises(ValueError, match="where a number stood"):
        next(looked_at)


def place(number: int, account: str, **dimensions: str) -> tuple[Any, ...]:
    others = BETWEEN.join(dimensions.get(name, "") for name in OTHERS)
    return (number, dimensions.get("donor", ""), "", account, "T", "USD", others)


CASH, HAM, MED = (
    place(1, "1010", bank_account="uil"),
    place(2, "2010", donor="ham"),
    place(3, "2010", donor="med"),
)
RESOURCES = place(4, "8100", donor="ham"), place(5, "8110", donor="ham")
BALANCED = [(7, 1, 20200301, 5), (7, 2, 20200301, -5), (7, 4, 20200301, 5), (7, 5, 20200301, -5)]


def shapes() -> Shapes:
    known = (CASH, HAM, MED, *RESOURCES)
    totals = Totals()
    places = Places(lambda first, count: [one for one in known if one[0] >= first][:count], totals)
    return Shapes(places, totals, ForeignCash())


def test_lines_of_one_donor_and_amount_are_as_others() -> None:
    found = shapes().of(BALANCED, 7, 20200301)
    assert found is not None
    assert found[1:] == (5, "ham", "")


@pytest.mark.parametrize(
    ("at", "changed"),
    [
        (0, (7, 1, 20200301, 0)),
        (1, (7, 2, 20200301, 0)),
        (1, (7, 2, 20200301, -6)),
        (2, (6, 4, 20200301, 5)),
        (2, (7, 4, 20200302, 5)),
        (1, (7, 3, 20200301, -5)),
        (1, (7, 2, 20200301, 5)),
        (1, (7, 99, 20200301, -5)),
        (1, (7, 1, 20200301, -5)),
    ],
    ids=[
        "nothing first",
        "nothing later",
        "another amount",
        "another entry",
        "another day",
        "another donor",
        "no balance",
        "no place",
        "a donor's resources only",
    ],
)
def test_lines_that_are_not_quite_so_are_not(at: int, changed: tuple[int, int, int, int]) -> None:
    rows = [*BALANCED]
    rows[at] = changed
    assert shapes().of(rows, 7, 20200301) is None


def test_no_lines_are_as_no_others() -> None:
    assert shapes().of([], 7, 20200301) is None
