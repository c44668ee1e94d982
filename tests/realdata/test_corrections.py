"""1,726 corrections of a published table bring the ledger from the first snapshot to the later one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import attrs
import pytest

from mdfm_ledger import Receipt
from mdfm_ledger.reports import SourcesAndUses
from tests.realdata.corrections import Change, Corrector, by_code
from tests.realdata.desk import Desk, open_desk, read_csv
from tests.realdata.ocha import TERM, Import, import_rows, read_rows

FOLDER = "contributions/ocha_pooled_funds"
FIRST = f"{FOLDER}/pfmb_contributions_first_2025-10-20.csv.gz"
MID = f"{FOLDER}/pfmb_contributions_mid_2026-03-01.csv.gz"
CHANGES = f"{FOLDER}/pfmb_changes_2025-10-20_to_2026-02-28.csv"
LAST_DAY = date(2026, 3, 1)
NAMED_LATER = "ERF/3482/77717/84758/2025"
"""Its row of the first table names no donor and is refused; the later table names it, no correction does."""


@pytest.fixture(scope="module")
def first_rows(shared_data: Path) -> list[dict[str, str]]:
    return read_rows(shared_data / FIRST)


@pytest.fixture(scope="module")
def mid_rows(shared_data: Path) -> list[dict[str, str]]:
    return read_rows(shared_data / MID)


@pytest.fixture(scope="module")
def changes(shared_data: Path) -> list[Change]:
    return [Change.of(number, cells) for number, cells in enumerate(read_csv(shared_data / CHANGES), start=1)]


@pytest.fixture(scope="module")
def mid(mid_rows: list[dict[str, str]]) -> Import:
    return import_rows(mid_rows)


@attrs.frozen
class Corrected:
    """A ledger before and after: its last entry before the corrections, the report then, and what did it."""

    desk: Desk
    before: int
    report: SourcesAndUses
    corrector: Corrector


@pytest.fixture(scope="module")
def corrected(
    first_rows: list[dict[str, str]], mid_rows: list[dict[str, str]], changes: list[Change]
) -> Iterator[Corrected]:
    desk = open_desk(date(2026, 6, 30))
    found = import_rows(first_rows)
    results = desk.ledger.record_all(found.events())
    report = desk.ledger.report("sources_and_uses", term=TERM, as_of=LAST_DAY)
    corrector = Corrector.after(desk, found, first_rows, mid_rows)
    corrector.apply(changes)
    yield Corrected(desk, results[-1].number, report, corrector)
    desk.ledger.close()


def test_every_correction_is_recorded_or_listed_or_of_nothing_the_ledger_holds(
    corrected: Corrected, changes: list[Change]
) -> None:
    assert len(changes) == 1726
    desk, unmoved = corrected.desk, corrected.corrector.unmoved
    for change in changes:
        assert (change.number in desk.recorded | desk.refused_rows | unmoved) is change.is_held, change
    # Outstanding amounts with fractions of a cent, and pledges that came and went without a donor's name.
    assert {one.code for one in desk.refused} == {"invalid-amount", "invalid-field"}
    nameless = {changes[one.row - 1].code for one in desk.refused if one.code == "invalid-field"}
    assert not nameless & corrected.corrector.standing.keys()
    kinds = Counter(
        entry.event.event_kind for entry in desk.ledger.entries() if entry.number > corrected.before
    )
    assert kinds == {
        "pledge": 258,
        "pledge_amendment": 139,
        "receipt": 280,
        "register_donor": 3,
        "reversal": 95,
    }


def test_the_ledger_is_the_later_table_contribution_by_contribution(
    corrected: Corrected, mid: Import
) -> None:
    standing = corrected.corrector.standing
    assert mid.contributions.keys() - standing.keys() == {NAMED_LATER}
    assert standing.keys() <= mid.contributions.keys()
    reversed_ones = {
        entry.event.reverses for entry in corrected.desk.ledger.entries() if entry.event.reverses
    }
    receipts: dict[str, list[Any]] = {}
    for entry in corrected.desk.ledger.entries():
        if isinstance(entry.event, Receipt) and ("receipt", entry.event.reference) not in reversed_ones:
            receipts.setdefault(entry.event.pledge, []).append((entry.event.amount.minor, entry.value_date))
    promises = corrected.desk.ledger.documents("pledge")
    for code, held in standing.items():
        pledge, one = held.pledge, mid.contributions[code]
        assert promises[pledge].amount.minor == one.promised, code
        assert promises[pledge].status == one.status, code
        paid = [(amount.minor, on) for _, on, amount in one.receipts]
        assert sorted(receipts.get(pledge, [])) == sorted(paid), code


def test_every_donor_has_what_the_later_table_gives_it(
    corrected: Corrected, mid: Import, mid_rows: list[dict[str, str]]
) -> None:
    """By the label a donor was first known by: some labels are other words for the same donor later."""
    received: Counter[str] = Counter()
    outstanding: Counter[str] = Counter()
    for code in corrected.corrector.standing:
        one = mid.contributions[code]
        donor, paid = corrected.corrector.donor_of[code], sum(amount.minor for _, _, amount in one.receipts)
        received[donor] += paid
        outstanding[donor] += one.promised - paid
    fund: SourcesAndUses = corrected.desk.ledger.report("sources_and_uses", term=TERM, as_of=LAST_DAY)
    assert {row.donor: row.received.minor for row in fund.contributors if row.received.minor} == dict(
        +received
    )
    assert {row.donor: row.outstanding.minor for row in fund.contributors if row.outstanding.minor} == dict(
        +outstanding
    )
    relabelled = {
        code
        for code, rows in by_code(mid_rows).items()
        if code in corrected.corrector.standing and corrected.corrector.donor_of[code] != rows[0]["DonorName"]
    }
    assert len(relabelled) == 38


def test_a_report_known_at_the_first_entry_number_still_gives_the_first_figures(corrected: Corrected) -> None:
    again = corrected.desk.ledger.report(
        "sources_and_uses", term=TERM, as_of=LAST_DAY, known_at=corrected.before
    )
    assert again == corrected.report
    today = corrected.desk.ledger.report("sources_and_uses", term=TERM, as_of=LAST_DAY)
    assert today.sources != corrected.report.sources


def test_the_ledger_verifies_and_every_report_ties(corrected: Corrected) -> None:
    assert corrected.desk.ledger.verify().findings == ()
    assert corrected.desk.ledger.report("tie_out", term=TERM, as_of=LAST_DAY).holds
