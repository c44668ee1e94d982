"""Plays the demonstration into a folder: a ledger, every statement, every report."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from mdfm_ledger.demo.story import TERM, story
from mdfm_ledger.ledger import Ledger
from mdfm_ledger.ledger.output import file_name, write_report
from mdfm_ledger.reports import TERM_REPORTS, Report

YEAR, AS_OF = date(2021, 1, 1), date(2021, 12, 31)


def play(folder: Path, say: Callable[[str], object]) -> None:
    """Record the story in a new ledger in ``folder``, verify it, and write every statement and report."""
    for part in ("statements", "reports"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    with Ledger.open(f"sqlite:///{folder / 'mdfm.db'}", actor="finance@example.org") as ledger:
        done = ledger.record_all(story())
        say(f"{len(done)} events recorded in {folder / 'mdfm.db'}")
        for warning in {warning.message for result in done for warning in result.warnings}:
            say(f"note: {warning}")
        issued = ledger.issue_statements(
            term=TERM, kind="annual", since=YEAR, as_of=AS_OF, certified_by="director@example.org"
        )
        statements = [one.statement for one in issued]
        verification = ledger.verify()
        verification.raise_if_broken()
        say(f"{len(verification.checks)} checks over {verification.lines} lines: nothing wrong")
        reports: list[Report] = [ledger.report(name, term=TERM, as_of=AS_OF) for name in TERM_REPORTS]
    for position, statement in enumerate(statements, start=1):
        for form in ("html", "json"):
            path = folder / "statements" / file_name(position, statement.donor.reference, form)
            write_report(statement, path, language=statement.donor.language)
    for report in reports:
        for suffix in (".html", ".json", ".csv", ".txt"):
            write_report(report, folder / "reports" / f"{report.name}{suffix}")
    say(f"{len(statements)} donor statements issued in {folder / 'statements'}")
    say(f"{len(reports)} reports in {folder / 'reports'}")
    say(f"Look first at {folder / 'reports' / 'term_target.html'}")
