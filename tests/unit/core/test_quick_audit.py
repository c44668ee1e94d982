"""The quick check: damage, guards, sums and the last entries; what it leaves to the full one is known."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from mdfm_ledger.audit import quick as quick_audit
from mdfm_ledger.store.glance import Glance
from tests.support.ledgers import open_ledger, small_ledger, without_guards
from tests.support.records import rewrite


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return small_ledger(tmp_path / "l.db")


def checks(path: Path, *, quick: bool = True) -> set[str]:
    with open_ledger(path) as ledger:
        return {finding.check for finding in ledger.verify(quick=quick).findings}


def test_a_sound_ledger_has_no_findings(path: Path) -> None:
    with open_ledger(path) as ledger:
        quick, full = ledger.verify(quick=True), ledger.verify()
    assert (quick.findings, quick.quick, quick.checks) == ((), True, quick_audit.CHECKS)
    assert (quick.entries, quick.lines, quick.records) == (full.entries, full.lines, full.records)


def test_an_empty_ledger_is_sound(tmp_path: Path) -> None:
    assert checks(tmp_path / "l.db") == set()


def _move_a_cent(connection: sqlite3.Connection) -> None:
    connection.execute("UPDATE line SET amount = amount + 1 WHERE number = 8 AND position = 0")


@pytest.mark.parametrize(
    ("attack", "found"),
    [
        (_move_a_cent, {"lines", "trust-tie-out", "daily-totals"}),
        (
            lambda db: db.execute("UPDATE daily_total SET debit = debit + 5 WHERE account = '1010'"),
            {"daily-totals"},
        ),
        (lambda db: db.execute("DELETE FROM daily_total WHERE account = '8110'"), {"daily-totals"}),
        (lambda db: rewrite(db, 8, leaf=lambda leaf: leaf.update(actor="somebody")), {"columns"}),
        (lambda db: db.execute("UPDATE entry SET seal = zeroblob(32) WHERE number = 9"), {"numbered"}),
        (lambda db: db.execute("UPDATE entry SET parts = x'00' WHERE number = 9"), {"numbered"}),
        (lambda db: db.execute("DELETE FROM entry WHERE number = 4"), {"numbered"}),
        (lambda db: db.execute("UPDATE subaccount SET donor = 'x' WHERE donor = 'ham'"), {"numbered"}),
    ],
)
def test_what_was_changed_is_found(
    path: Path, attack: Callable[[sqlite3.Connection], object], found: set[str]
) -> None:
    without_guards(path, attack)
    assert found <= checks(path)


def test_what_cannot_be_read_at_all_is_a_finding(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def damaged(self: Glance, count: int) -> list[object]:
        raise ValueError("text where a number was")

    monkeypatch.setattr(Glance, "last_entries", damaged)
    assert checks(path) == {"database"}


def test_a_guard_taken_out_is_found(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("DROP TRIGGER line_not_late")
    assert checks(path) == {"schema"}


def test_an_old_record_changed_within_its_sums_is_left_to_the_full_check(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_guards(path, lambda db: db.execute("UPDATE entry SET actor = 'somebody' WHERE number = 2"))
    assert checks(path) == {"columns"}
    monkeypatch.setattr(quick_audit, "LAST", 5)
    assert checks(path) == set()
    assert checks(path, quick=False) == {"columns"}
