"""The door: open, record, plan, report, and transactions of the caller's own."""

from __future__ import annotations

import logging
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

import mdfm_ledger
from mdfm_ledger import Ledger, errors, open_engine, write_report
from mdfm_ledger.event import Event
from mdfm_ledger.source import Total
from tests.support.bookkeeping import ACTOR, TERM, allocation, expenditure, pledge, receipt, usd
from tests.support.ledgers import RECORDED_AT, events, open_ledger, small_ledger


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return small_ledger(tmp_path / "l.db")


def test_the_public_names_are_these() -> None:
    assert sorted(mdfm_ledger.__all__) == mdfm_ledger.__all__
    assert all(hasattr(mdfm_ledger, name) for name in mdfm_ledger.__all__)
    assert not hasattr(mdfm_ledger, "Revenue")


def loaded_by(script: str, names: tuple[str, ...]) -> str:
    script = f"import sys; {script}; print([name for name in {names} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_importing_does_not_load_the_database_or_the_log() -> None:
    heavy = ("sqlalchemy", "structlog", "cattrs", "moneyed", "babel", "mdfm_ledger.events")
    assert loaded_by("from mdfm_ledger import Ledger", heavy) == "[]"


def test_a_module_is_loaded_with_the_first_name_asked_of_it() -> None:
    own = ("attrs", "mdfm_ledger.errors", "mdfm_ledger.ledger", "mdfm_ledger.plans")
    assert loaded_by("import mdfm_ledger", own) == "[]"
    assert loaded_by("import mdfm_ledger; mdfm_ledger.errors.LedgerError", own) == "['mdfm_ledger.errors']"
    assert set(dir(mdfm_ledger)) == set(mdfm_ledger.__all__)


def test_the_same_event_again_is_the_first_result(path: Path) -> None:
    with open_ledger(path) as ledger:
        again = ledger.record(receipt(amount="400.00", pledge="P-1"))
        assert (again.number, again.was_replayed) == (7, True)
        with pytest.raises(errors.ReferenceConflictError) as caught:
            ledger.record(receipt(amount="401.00", pledge="P-1", bank_reference="other"))
        assert (caught.value.number, caught.value.fields) == (7, "amount, bank_reference")
        assert ledger.verify().entries == 12


def test_all_or_none(path: Path) -> None:
    with open_ledger(path) as ledger:
        with pytest.raises(errors.NotFundedError) as caught:
            ledger.record_all([receipt("R-3", "1.00"), allocation("A-2", "5000.00"), receipt("R-4")])
        assert caught.value.__notes__ == ["event 2 of the batch; nothing was written"]
        assert ledger.verify().entries == 12
        counted: list[int] = []
        done = ledger.record_all([receipt("R-3", "1.00"), receipt("R-3", "1.00")], progress=counted.append)
        assert [(one.number, one.was_replayed) for one in done] == [(13, False), (13, True)]
        assert counted == [2]


def test_a_plan_shows_lines_balances_and_verdicts_and_writes_nothing(path: Path) -> None:
    with open_ledger(path) as ledger:
        plan = ledger.plan(expenditure("E-9", "10.00"))
        assert plan.holds
        changes = {
            (one.subaccount.account, one.subaccount.donor): (one.before, one.after) for one in plan.balances
        }
        assert changes["1010", ""] == (90_000, 89_000)
        assert sum(after - before for (account, _), (before, after) in changes.items() if account < "8") == 0
        assert ledger.verify().entries == 12
        done = ledger.record(expenditure("E-9", "10.00"), expecting=plan)
        assert done.number == plan.entry.number
        with pytest.raises(errors.BooksMovedError) as caught:
            ledger.record(expenditure("E-10", "10.00"), expecting=plan)
        assert caught.value.figures == {"planned": 12, "found": 13}
        with pytest.raises(errors.ReferenceConflictError):
            ledger.plan(expenditure("E-9", "11.00"))


def test_a_plan_that_breaks_a_rule_says_which(path: Path) -> None:
    from mdfm_ledger import Reversal

    with open_ledger(path) as ledger:
        plan = ledger.plan(
            Reversal(
                reference="X",
                reversed_kind="receipt",
                reversed_reference="R-2",
                on=date(2020, 7, 1),
                reason="wrong",
            )
        )
        assert not plan.holds
        assert [one.invariant for one in plan.verdicts if one.error] == [
            "reversal-exact",
            "donor-not-negative",
        ]


def test_nobody_records_without_a_name(path: Path) -> None:
    with Ledger.open(f"sqlite:///{path}") as ledger:
        for call in (ledger.record, ledger.plan):
            with pytest.raises(errors.InvalidFieldError, match="actor"):
                call(receipt("R-9"))
    with pytest.raises(errors.InvalidTextError):
        Ledger.open("sqlite://", actor="a\u202eb")


def test_a_clock_without_a_zone_is_refused(path: Path) -> None:
    with (
        Ledger.open(f"sqlite:///{path}", actor=ACTOR, clock=lambda: datetime(2022, 1, 1)) as ledger,  # noqa: DTZ001 - what is refused
        pytest.raises(errors.InvalidDateError, match="zone"),
    ):
        ledger.record(receipt("R-9"))


def test_the_caller_keeps_the_transaction(path: Path) -> None:
    engine = open_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        with connection.begin() as transaction:
            ledger = Ledger.on_connection(connection, actor=ACTOR, clock=lambda: RECORDED_AT)
            assert ledger.record(receipt("R-9", "5.00")).number == 13
            with pytest.raises(errors.UnknownDocumentError):
                ledger.record(receipt("R-10", pledge="none"))
            assert ledger.verify().entries == 13
            transaction.rollback()
        with connection.begin():
            ledger = Ledger.on_connection(connection, actor=ACTOR, clock=lambda: RECORDED_AT)
            assert ledger.record(receipt("R-9", "5.00")).number == 13
            ledger.close()
    with open_ledger(path) as again:
        assert again.verify().entries == 13


def test_reports_are_asked_for_by_name(path: Path) -> None:
    with open_ledger(path) as ledger:
        with pytest.raises(errors.InvalidFieldError, match="tie_out"):
            ledger.report("profit_and_loss", term=TERM)
        with pytest.raises(errors.UnknownDocumentError):
            ledger.report("term_target", term="none")
        with pytest.raises(errors.UnknownDocumentError):
            ledger.donor_statement("none", term=TERM)
        journal = ledger.report("journal", term=TERM, since=date(2020, 5, 1))
        assert [entry.reference for entry in journal.entries if entry.lines] == ["E-1", "E-2", "RV-1"]


def test_a_report_known_at_an_entry_stays_what_it_was(path: Path) -> None:
    with open_ledger(path) as ledger:
        then = ledger.donor_statement("ham", term=TERM, as_of=date(2021, 12, 31))
        balance = ledger.report("trial_balance", term=TERM, as_of=date(2021, 12, 31))
        ledger.record_all(
            [receipt("R-8", "9.00"), pledge("P-8", "10.00"), receipt("R-9", "1.00", pledge="P-8")]
        )
        assert ledger.donor_statement("ham", term=TERM, as_of=date(2021, 12, 31), known_at=12) == then
        assert ledger.report("trial_balance", term=TERM, as_of=date(2021, 12, 31), known_at=12) == balance
        assert ledger.donor_statement("ham", term=TERM, as_of=date(2021, 12, 31)) != then


def test_balances_and_entries(path: Path) -> None:
    with open_ledger(path) as ledger:
        assert ledger.balance("1010", term=TERM) == usd("900.00")
        assert ledger.balance("8020", term=TERM, pledge="P-1") == usd("600.00")
        assert ledger.balance("2010", term=TERM, donor="med", as_of=date(2020, 3, 1)) == usd("0.00")
        assert ledger.balance("1010", term=TERM, known_at=7) == usd("400.00")
        with pytest.raises(errors.RevenueAccountError):
            ledger.balance("4000", term=TERM)
        assert [entry.event for entry in ledger.entries()] == events()
        assert [
            entry.number for entry in ledger.entries(since=date(2020, 5, 1), as_of=date(2020, 5, 31))
        ] == [10, 11]


def test_a_report_is_written_to_a_file_whole(path: Path, tmp_path: Path) -> None:
    with open_ledger(path) as ledger:
        report = ledger.report("trial_balance", term=TERM)
    write_report(report, tmp_path / "balance.csv")
    told = (tmp_path / "balance.csv").read_bytes()
    assert told.startswith(b"facts\r\n")
    assert b"\r\n\r\ntrial_balance_trust\r\n" in told
    assert told.endswith(b",total\r\n")
    with pytest.raises(errors.InvalidFieldError):
        write_report(report, tmp_path / "balance.docx")
    with pytest.raises(errors.StoreUnavailableError):
        write_report(report, tmp_path / "nowhere" / "balance.txt")
    assert sorted(file.name for file in tmp_path.iterdir() if not file.name.startswith("l.db")) == [
        "balance.csv"
    ]


def test_what_is_logged_has_numbers_and_references_only(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="mdfm_ledger"), open_ledger(path) as ledger:
        ledger.record(receipt("R-9", "123.45"))
    (record,) = caplog.records
    assert record.getMessage() == "recorded"
    assert (record.__dict__["number"], record.__dict__["reference"]) == (13, "R-9")
    assert "123" not in str(record.__dict__.get("event", "")) + record.getMessage()


def test_another_process_may_record_in_between(path: Path) -> None:
    with open_ledger(path) as one, open_ledger(path) as other:
        assert one.record(receipt("R-3", "1.00")).number == 13
        assert other.record(pledge("P-3", "5.00")).number == 14
        assert other.record(receipt("R-4", "5.00", pledge="P-3")).number == 15
        assert one.record(receipt("R-5", "1.00", earmark="2.1")).number == 16
        assert one.verify().findings == ()


def test_a_total_is_debits_less_credits() -> None:
    assert Total(("1010",), 5, 7).balance == -2


def test_the_books_are_trimmed_when_they_have_fetched_much(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mdfm_ledger.books import following
    from mdfm_ledger.ledger import chunks
    from mdfm_ledger.store import place_ids
    from mdfm_ledger.store.sqlite import SQLite

    monkeypatch.setattr(following, "MOST_FETCHED", 1)
    monkeypatch.setattr(chunks, "AT_A_TIME", 2)
    monkeypatch.setattr(place_ids, "_MOST_KNOWN", 1)
    monkeypatch.setattr(SQLite, "most_waiting", 1)
    more: list[Event] = [
        pledge("P-3", "5.00"),
        receipt("R-4", "5.00", pledge="P-3"),
        allocation("A-3", "4.00"),
    ]
    with open_ledger(path) as ledger:
        assert [one.number for one in ledger.record_all(more)] == [13, 14, 15]
        assert ledger.record(expenditure("E-3", "4.00", allocation="A-3")).number == 16
        assert ledger.verify().findings == ()


def test_time_is_written_in_utc() -> None:
    from mdfm_ledger.moments import time_text

    assert time_text(datetime(2022, 1, 2, 3, 4, 5, 6, tzinfo=UTC)) == "2022-01-02T03:04:05.000006Z"
