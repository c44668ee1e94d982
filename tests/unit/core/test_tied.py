"""Verify with reports: every table against every other, and what is said where one differs."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from attrs import evolve

from mdfm_ledger.audit import CHECKS
from mdfm_ledger.audit import tied as module
from mdfm_ledger.errors import UnknownDocumentError
from mdfm_ledger.reports.tie_out import TieOut, tie_out
from mdfm_ledger.source import JournalSource, Window
from tests.support.bookkeeping import usd
from tests.support.ledgers import open_ledger, small_ledger, without_guards


def test_a_sound_ledger_ties(tmp_path: Path) -> None:
    with open_ledger(small_ledger(tmp_path / "l.db")) as ledger:
        found = ledger.verify(reports=True)
    assert found.findings == ()
    assert found.checks == (*CHECKS, *module.CHECKS)


def test_an_empty_ledger_has_nothing_to_tie(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "l.db") as ledger:
        assert ledger.verify(reports=True).is_clean


def test_sums_that_were_changed_no_longer_tie(tmp_path: Path) -> None:
    """The daily totals answer some reports and the lines others: a cent more in one shows between them."""

    def attack(connection: sqlite3.Connection) -> None:
        connection.execute("UPDATE daily_total SET credit = credit + 1 WHERE account = '8110'")

    without_guards(small_ledger(tmp_path / "l.db"), attack)
    with open_ledger(tmp_path / "l.db", read_only=True) as ledger:
        found = ledger.verify(reports=True)
    said = [str(finding) for finding in found.findings if finding.check == "tie-out"]
    assert any("trial_balance" in one and one.startswith("tie-out: ledger: ") for one in said)


def test_a_target_that_does_not_add_up_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(source: JournalSource, window: Window, *, term: str) -> TieOut:
        right = tie_out(source, window, term=term)
        (target,) = [one for one in right.ties if one.key == module.TARGET]
        return TieOut(head=right.head, ties=(evolve(target, right=usd("0.00")),))

    monkeypatch.setattr(module, "tie_out", wrong)
    with open_ledger(small_ledger(tmp_path / "l.db")) as ledger:
        (finding,) = ledger.verify(reports=True).findings
    assert (finding.check, finding.number) == ("target-identity", 0)
    assert (finding.expected, finding.found) == ("USD 1,000,000.00", "USD 0.00")


def test_reports_that_cannot_be_made_are_a_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(source: JournalSource, window: Window, *, term: str) -> TieOut:
        raise UnknownDocumentError(kind="term", reference=term)

    monkeypatch.setattr(module, "tie_out", failing)
    with open_ledger(small_ledger(tmp_path / "l.db")) as ledger:
        (finding,) = ledger.verify(reports=True).findings
    assert finding.check == "tie-out"
    assert "2020-2021" in finding.what
