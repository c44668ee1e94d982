"""Personal details are erased by a recorded redaction: gone from the file, and the ledger still verifies."""

from __future__ import annotations

import sqlite3
from datetime import date
from pathlib import Path
from typing import cast

import pytest

from mdfm_ledger import Ledger, Redaction, RegisterDonor, errors
from mdfm_ledger.demo import play
from mdfm_ledger.ledger.output import FORMATS, render
from mdfm_ledger.render.catalogue import catalogue
from mdfm_ledger.reports import TERM_REPORTS
from mdfm_ledger.store import sqlite
from tests.support.bookkeeping import TERM, receipt
from tests.support.ledgers import events, open_ledger
from tests.support.records import rewrite

SECRETS = ("Zebulon Quartz", "zebulon@quartz.example")
PERSON = RegisterDonor(reference="d-7", name=SECRETS[0], contact=SECRETS[1], kind="other_private")


def redaction(reference: str = "RD-1", donor: str = "d-7") -> Redaction:
    return Redaction(
        reference=reference,
        on=date(2020, 6, 1),
        document_kind="donor",
        document_reference=donor,
        reason="asked for",
        approved_by="director@example.org",
    )


def bytes_of(path: Path) -> bytes:
    return b"".join(one.read_bytes() for one in path.parent.glob(f"{path.name}*"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "l.db"
    with open_ledger(path) as ledger:
        ledger.record_all([*events(), PERSON, receipt("R-7", "70.00", donor="d-7")])
    return path


def test_what_is_erased_is_gone_from_the_file_and_its_log(path: Path) -> None:
    assert all(secret.encode() in bytes_of(path) for secret in SECRETS)
    with open_ledger(path) as ledger:
        done = ledger.record(redaction())
        assert done.warnings == ()
        # Looked at while the ledger is open: its log is there, and holds nothing either.
        assert not any(secret.encode() in bytes_of(path) for secret in SECRETS)
        assert ledger.verify().findings == ()


@pytest.mark.parametrize("what", ["the overwriting", "the emptying of the log"])
def test_the_control_without_it_what_is_erased_stands_still(
    what: str, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if what == "the overwriting":
        left = tuple(
            ("secure_delete", "OFF", 0) if one[0] == "secure_delete" else one for one in sqlite._SETTINGS
        )
        monkeypatch.setattr(sqlite, "_SETTINGS", left)
    else:
        monkeypatch.setattr(sqlite.SQLite, "clear_log", lambda *_: True)
    with open_ledger(path) as ledger:
        assert ledger.record(redaction()).warnings == ()
        assert ledger.verify().findings == ()
        assert any(secret.encode() in bytes_of(path) for secret in SECRETS)


def test_statements_say_withheld_and_figures_stay(path: Path) -> None:
    with open_ledger(path) as ledger:
        before = ledger.donor_statement("d-7", term=TERM)
        ledger.record_all([redaction()])
        after = ledger.donor_statement("d-7", term=TERM)
        assert SECRETS[0] in render(before, "text")
        assert SECRETS[0] not in render(after, "text")
        assert "[withheld]" in render(after, "text")
        assert (after.closing, after.donor.reference) == (before.closing, "d-7")


def test_an_issued_statement_of_whose_name_is_erased_is_no_finding(path: Path) -> None:
    with open_ledger(path) as ledger:
        issued = ledger.issue_statement(
            "d-7", term=TERM, kind="interim", certified_by="director@example.org"
        ).statement
        ledger.record(redaction())
        assert ledger.verify().findings == ()
        assert issued.issue is not None
        again = ledger.issued_statement(f"{issued.issue.number}.{issued.issue.version}")
        assert (again.donor.name, again.closing) == ("[withheld]", issued.closing)


def test_while_somebody_reads_of_before_a_notice_says_so(path: Path) -> None:
    reader = sqlite3.connect(path, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT COUNT(*) FROM entry").fetchone()
    with open_ledger(path) as ledger:
        ledger._connection.connection.cursor().execute("PRAGMA busy_timeout = 50")
        (notice,) = ledger.record(redaction()).warnings
        assert notice.code == "still-logged"
        assert "in the database's log until all who read the ledger have closed it" in notice.message
        reader.close()
        assert ledger.record(receipt("R-8", "1.00")).warnings == ()


def test_a_registration_sent_again_is_the_same_one(path: Path) -> None:
    with open_ledger(path) as ledger:
        ledger.record(redaction())
        assert ledger.record(PERSON).was_replayed
        other = RegisterDonor(reference="d-7", name=SECRETS[0], kind="company")
        with pytest.raises(errors.ReferenceConflictError, match="kind"):
            ledger.record(other)


def test_a_redaction_approved_by_who_enters_it_is_refused(path: Path) -> None:
    from attrs import evolve

    with open_ledger(path) as ledger, pytest.raises(errors.SamePersonError):
        ledger.record(evolve(redaction(), approved_by="finance@example.org"))


def test_details_kept_although_they_were_redacted_are_found(path: Path) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    kept = connection.execute("SELECT number, detail FROM personal_detail").fetchall()
    with open_ledger(path) as ledger:
        ledger.record(redaction())
    trigger = "SELECT sql FROM sqlite_master WHERE name = 'detail_not_late'"
    (guard,) = connection.execute(trigger).fetchone()
    connection.execute("DROP TRIGGER detail_not_late")
    connection.executemany("INSERT OR IGNORE INTO personal_detail VALUES (?, ?)", kept)
    connection.execute(guard)
    with open_ledger(path) as ledger:
        assert {finding.check for finding in ledger.verify().findings} == {"personal-details"}


def test_a_name_written_into_the_record_is_found(path: Path) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    (guard,) = connection.execute("SELECT sql FROM sqlite_master WHERE name = 'entry_no_update'").fetchone()
    connection.execute("DROP TRIGGER entry_no_update")
    rewrite(connection, 13, event=lambda event: event.update(name="Somebody"))
    connection.execute(guard)
    with open_ledger(path) as ledger:
        assert ledger.verify().findings != ()


def test_an_issued_statement_still_verifies_and_is_made_again_without_the_name(path: Path) -> None:
    with open_ledger(path) as ledger:
        day = date(2020, 12, 31)
        issued = ledger.issue_statement(
            "d-7", term=TERM, kind="annual", certified_by="board@example.org", as_of=day
        )
        assert issued.statement.issue is not None
        done = ledger.redact(
            "donor", "d-7", reason="asked for", approved_by="director@example.org", on=date(2020, 6, 1)
        )
        assert not done.was_replayed
        assert ledger.verify().findings == ()
        again = ledger.issued_statement(f"{issued.statement.issue.number}.1")
        assert SECRETS[0] in render(issued.statement, "text")
        for form in FORMATS:
            assert SECRETS[0] not in render(again, form)
            assert "[withheld]" in render(again, form)


def test_a_redaction_is_named_by_what_it_erases_unless_named(path: Path) -> None:
    given = {"reason": "asked for", "approved_by": "director@example.org", "on": date(2020, 6, 1)}
    with open_ledger(path) as ledger:
        first = ledger.redact("donor", "d-7", **given)  # type: ignore[arg-type]  # options of two calls
        again = ledger.redact("donor", "d-7", **given)  # type: ignore[arg-type]  # the same
        assert (again.number, again.was_replayed) == (first.number, True)
        other = ledger.redact("donor", "med", redaction_reference="RD-2", **given)  # type: ignore[arg-type]  # the same
        assert [entry.event.reference for entry in ledger.entries()][-2:] == ["donor/d-7", "RD-2"]
        assert other.number == first.number + 1


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration's ledger with every donor and partner redacted."""
    folder = tmp_path_factory.mktemp("redacted")
    play(folder / "demo", lambda _: None)
    path = next((folder / "demo").glob("*.db"))
    with Ledger.open(f"sqlite:///{path}", actor="finance@example.org") as ledger:
        for kind in ("donor", "partner", "bank_account"):
            for reference in ledger.documents(kind):
                ledger.redact(
                    kind,
                    reference,
                    reason="asked for",
                    approved_by="director@example.org",
                    on=date(2022, 6, 1),
                )
    return path


def test_no_report_in_any_format_names_who_was_redacted(
    played: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What stands in place of a name is the catalogue's, in all that is made for people."""
    words = catalogue("en")
    monkeypatch.setitem(cast("dict[str, str]", words.texts), "withheld", "(name erased)")
    with Ledger.open(f"sqlite:///{played}", read_only=True) as ledger:
        term = next(iter(ledger.documents("term")))
        made = [ledger.report(name, term=term) for name in TERM_REPORTS]
        made += ledger.donor_statements(term=term)
    shown = 0
    for report in made:
        for form in ("text", "csv", "html"):
            page = render(report, form)
            assert "[withheld]" not in page
            shown += "(name erased)" in page
    assert shown > 30
