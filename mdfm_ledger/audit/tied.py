"""What verify asks for on demand: every report of every term made, and held against every other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from attrs import evolve

from mdfm_ledger.audit.recount.whole import Found
from mdfm_ledger.audit.verification import Finding, Verification
from mdfm_ledger.reports.tie_out import tie_out
from mdfm_ledger.sealing.unsealing import UNREADABLE
from mdfm_ledger.source import JournalSource, Window

TARGET = "target"
"""The tie that says the target is what was received, what is promised, and the gap."""
CHECKS = ("target-identity", "tie-out")


def tied(found: Verification, source: JournalSource, known_at: int) -> Verification:
    """The verification with what the reports of all terms, as of the last day, say of each other."""
    days = source.totals(("day",), Window(as_of=date.max, known_at=known_at))
    findings = []
    if days:
        window = Window(as_of=date.fromisoformat(days[-1].key[0]), known_at=known_at)
        for check, what, expected, seen in _untied(source, window):
            found_one = Finding(check=check, number=0, what=what, expected=str(expected), found=str(seen))
            findings.append(found_one)
    return evolve(found, checks=(*found.checks, *CHECKS), findings=(*found.findings, *findings))


def _untied(source: JournalSource, window: Window) -> Iterator[Found]:
    for term in source.documents("term", window):
        try:
            ties = tie_out(source, window, term=term).ties
        except UNREADABLE as error:
            yield ("tie-out", f"the reports of {term}", "made", repr(error)[:200])
            continue
        for one in ties:
            if not one.holds:
                check = "target-identity" if one.key == TARGET else "tie-out"
                yield (check, f"{one.key} of {term}, {one.one} against {one.other}", one.left, one.right)
