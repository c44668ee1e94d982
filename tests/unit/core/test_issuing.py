"""Statements are issued: numbered, superseded, refused, made again byte for byte, explained by entries."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from mdfm_ledger import (
    BankCharge,
    BankConfirmation,
    IssueStatement,
    Ledger,
    Refund,
    Reversal,
    TermClose,
    errors,
)
from mdfm_ledger.books import Books
from mdfm_ledger.books.statement_register import NextStatement, StatementRegister
from mdfm_ledger.canonical import canonical
from mdfm_ledger.codec import event_to_json
from mdfm_ledger.issuing import Issued, digest_of
from mdfm_ledger.ledger.output import render
from mdfm_ledger.posting import post
from mdfm_ledger.reports import DonorStatement
from tests.support.bookkeeping import ACTOR, TERM, allocation, expenditure, pledge, receipt, usd
from tests.support.ledgers import RECORDED_AT, counted_salts, events, open_ledger, without_guards

CHIEF = "chief@example.org"
YEAR = date(2020, 12, 31)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "l.db"


@pytest.fixture
def ledger(path: Path) -> Iterator[Ledger]:
    with open_ledger(path) as ledger:
        ledger.record_all(events())
        yield ledger


def issue(ledger: Ledger, donor: str = "ham", **changes: Any) -> Issued:
    given = {"term": TERM, "kind": "annual", "as_of": YEAR, "certified_by": CHIEF, **changes}
    return ledger.issue_statement(donor, **given)


def head(issued: Issued) -> tuple[str, int, str]:
    assert issued.statement.issue is not None
    return (
        issued.statement.issue.number,
        issued.statement.issue.version,
        issued.statement.issue.supersedes,
    )


def late_charge(amount: str = "3.00", **fields: Any) -> BankCharge:
    given = {
        "reference": "C-1",
        "term": TERM,
        "donor": "ham",
        "bank_account": "uil",
        "bank_reference": "late",
        "on": date(2020, 11, 30),
        **fields,
    }
    return BankCharge(amount=usd(amount), **given)


# -- what is issued ----------------------------------------------------------------------------------


def test_an_issue_posts_nothing_and_says_what_was_issued(ledger: Ledger) -> None:
    done = issue(ledger)
    entry = list(ledger.entries())[-1]
    event = entry.event
    assert isinstance(event, IssueStatement)
    assert (entry.number, entry.lines, entry.actor) == (done.recorded.number, (), ACTOR)
    assert (event.known_at, event.as_of, event.since) == (entry.number - 1, YEAR, date(2020, 1, 1))
    assert (event.opening, event.closing) == (usd("0.00"), done.statement.closing)
    assert (event.approver, event.description) == (CHIEF, "annual, 2020-01-01 to 2020-12-31")
    assert event.entries == len([one for one in ledger.entries() if touches(one, "ham")])
    assert ledger.verify().findings == ()


def touches(entry: Any, donor: str) -> bool:
    return any(line.subaccount.donor == donor for line in entry.lines)


def test_whoever_has_the_file_can_work_out_the_digest(ledger: Ledger) -> None:
    done = issue(ledger)
    event = list(ledger.entries())[-1].event
    assert isinstance(event, IssueStatement)
    value = json.loads(render(done.statement, "json"))
    del value["donor"]["name"]  # so that the digest still holds once the name was erased
    assert hashlib.sha256(canonical(value)).hexdigest() == digest_of(done.statement) == event.digest


def test_numbers_run_by_donor_and_term_and_versions_by_period(ledger: Ledger) -> None:
    """A year, the year again after a correction, another period, another donor."""
    assert head(issue(ledger)) == ("2020-2021-ham-001", 1, "")
    ledger.record(late_charge())
    assert head(issue(ledger)) == ("2020-2021-ham-001", 2, "2020-2021-ham-001.1")
    assert head(issue(ledger, kind="interim")) == ("2020-2021-ham-002", 1, "")
    assert head(issue(ledger, since=date(2020, 6, 1))) == ("2020-2021-ham-003", 1, "")
    assert head(issue(ledger, "med")) == ("2020-2021-med-001", 1, "")
    assert ledger.verify().findings == ()
    (register,) = [one for one in ledger.documents("statement_register").values() if one.donor == "ham"]
    assert [one.reference for one in register.issued] == [
        "2020-2021-ham-001.1",
        "2020-2021-ham-001.2",
        "2020-2021-ham-002.1",
        "2020-2021-ham-003.1",
    ]


def test_a_long_name_is_shortened_and_stays_its_own() -> None:
    one, other = (StatementRegister(donor="d" * 99 + end, term="t" * 100) for end in "ab")
    names = [register.next("annual", YEAR, YEAR) for register in (one, other)]
    assert names[0].number != names[1].number
    assert all(len(name.reference) <= 100 for name in names)
    assert NextStatement(number="T-d-001", version=12, supersedes="").reference == "T-d-001.12"


def test_all_are_issued_at_once_and_those_that_stand_are_left(ledger: Ledger) -> None:
    first = ledger.issue_statements(term=TERM, kind="annual", as_of=YEAR, certified_by=CHIEF)
    assert [one.statement.donor.reference for one in first] == ["ham", "med"]
    assert ledger.issue_statements(term=TERM, kind="annual", as_of=YEAR, certified_by=CHIEF) == ()
    # Dated later, so that nothing of the year changes.
    ledger.record(receipt("R-9", "5.00", on=date(2021, 2, 1)))
    assert ledger.issue_statements(term=TERM, kind="annual", as_of=YEAR, certified_by=CHIEF) == ()
    ledger.record(late_charge())
    again = ledger.issue_statements(term=TERM, kind="annual", as_of=YEAR, certified_by=CHIEF)
    # The share of the whole fund that Medellín was told has changed as well.
    assert [head(one)[:2] for one in again] == [("2020-2021-ham-001", 2), ("2020-2021-med-001", 2)]
    assert ledger.verify().findings == ()


def test_issued_alone_or_with_all_others_the_statement_is_the_same(ledger: Ledger, tmp_path: Path) -> None:
    with open_ledger(tmp_path / "other.db") as other:
        other.record_all(events())
        alone = issue(other)
    together = ledger.issue_statements(term=TERM, kind="annual", as_of=YEAR, certified_by=CHIEF)
    assert alone.statement == together[0].statement


def test_an_issued_statement_is_made_again_byte_for_byte(ledger: Ledger) -> None:
    done = issue(ledger)
    told = {form: render(done.statement, form) for form in ("text", "json", "csv", "html")}
    undo = Reversal(
        reference="RV-9",
        reversed_kind="expenditure",
        reversed_reference="E-1",
        on=date(2020, 6, 2),
        reason="paid by another fund",
    )
    ledger.record_all([undo, late_charge(), receipt("R-9", "70.00", on=date(2020, 2, 28))])
    issue(ledger)
    again = ledger.issued_statement("2020-2021-ham-001.1")
    assert {form: render(again, form) for form in told} == told
    assert ledger.verify().findings == ()


# -- what has changed --------------------------------------------------------------------------------


def test_the_first_statement_has_nothing_to_explain(ledger: Ledger) -> None:
    assert issue(ledger).statement.changes is None
    assert ledger.donor_statement("med", term=TERM).changes is None


def test_changes_are_explained_entry_by_entry(ledger: Ledger) -> None:
    """Of 800.00 allotted Hamburg gave 400.00 × 200.00 / 400.00; of 100.00 spent 25.00 were its."""
    issue(ledger)
    undo = Reversal(
        reference="RV-9",
        reversed_kind="expenditure",
        reversed_reference="E-1",
        on=date(2020, 6, 2),
        reason="paid by another fund",
    )
    ledger.record_all([undo, late_charge(), receipt("R-9", "5.00", on=date(2021, 2, 1))])
    changes = ledger.donor_statement("ham", term=TERM, as_of=date(2021, 3, 31)).changes
    assert changes is not None
    assert (changes.statement, changes.as_of) == ("2020-2021-ham-001.1", YEAR)
    assert {
        one.key: (one.as_reported.text, one.adjustment.text, one.restated.text) for one in changes.figures
    } == {
        "activities": ("-25.00", "25.00", "0.00"),
        "bank_charges": ("0.00", "-3.00", "-3.00"),
        "closing": ("375.00", "22.00", "397.00"),
        "free": ("200.00", "-3.00", "197.00"),
        "allotted": ("175.00", "25.00", "200.00"),
    }
    first, second = changes.entries
    assert (first.kind, first.reason, first.reverses) == ("reversal", "paid by another fund", 10)
    assert {one.key: one.amount.text for one in first.effects} == {
        "activities": "25.00",
        "closing": "25.00",
        "allotted": "25.00",
    }
    assert (second.kind, second.reference, second.on) == ("bank_charge", "C-1", date(2020, 11, 30))


def test_what_is_dated_before_the_period_restates_its_opening(ledger: Ledger) -> None:
    issue(ledger, since=date(2020, 12, 1))
    ledger.record(late_charge())
    changes = ledger.donor_statement("ham", term=TERM).changes
    assert changes is not None
    assert {one.key: one.adjustment.text for one in changes.figures} == {
        "opening": "-3.00",
        "closing": "-3.00",
        "free": "-3.00",
    }


def test_a_new_version_is_explained_against_the_one_it_supersedes(ledger: Ledger) -> None:
    """A year and its first half are stated; a charge comes late; both are stated again."""
    half: dict[str, Any] = {"as_of": date(2020, 6, 30), "kind": "interim"}
    year, first_half = issue(ledger), issue(ledger, **half)
    ledger.record(late_charge(on=date(2020, 6, 15)))
    for done, before in ((issue(ledger, **half), first_half), (issue(ledger), year)):
        assert done.statement.changes is not None
        assert done.statement.issue is not None
        assert done.statement.changes.statement == done.statement.issue.supersedes == head_reference(before)
        assert [one.reference for one in done.statement.changes.entries] == ["C-1"]
        assert "which this one supersedes, as it was reported" in flat(done.statement)
    assert ledger.verify().findings == ()


def head_reference(issued: Issued) -> str:
    number, version, _ = head(issued)
    return f"{number}.{version}"


def flat(statement: DonorStatement) -> str:
    return " ".join(render(statement, "text").split())


def test_two_kinds_for_one_period_are_each_explained_against_their_own(ledger: Ledger) -> None:
    """A preview is of neither kind: it is explained against the last of its period."""
    first, other = issue(ledger), issue(ledger, kind="interim")
    assert other.statement.changes is not None
    assert other.statement.changes.statement == head_reference(first)
    ledger.record(late_charge())
    preview = ledger.donor_statement("ham", term=TERM, as_of=YEAR)
    assert preview.changes is not None
    assert preview.changes.statement == head_reference(other)
    done = issue(ledger)
    told = {form: render(done.statement, form) for form in ("text", "json")}
    assert done.statement.changes is not None
    assert done.statement.changes.statement == head_reference(first)
    again = ledger.issued_statement(head_reference(done))
    assert {form: render(again, form) for form in told} == told
    assert ledger.verify().findings == ()


def test_a_later_period_is_explained_against_what_reached_furthest(ledger: Ledger) -> None:
    """Not against what was issued last: that was for the first half of the year only."""
    year, first_half = issue(ledger), issue(ledger, as_of=date(2020, 6, 30), kind="interim")
    ledger.record(late_charge())
    changes = ledger.donor_statement("ham", term=TERM, as_of=date(2021, 6, 30)).changes
    assert changes is not None
    assert changes.statement == head_reference(year)
    assert [one.reference for one in changes.entries] == ["C-1"]
    earlier = ledger.donor_statement("ham", term=TERM, as_of=date(2020, 7, 31)).changes
    assert earlier is not None
    assert earlier.statement == head_reference(first_half)


def test_a_version_with_no_figure_of_its_own_changed_says_which_it_supersedes(ledger: Ledger) -> None:
    issue(ledger, "med")
    ledger.record(late_charge())  # of Hamburg: Medellín's share of the whole fund is another
    again = issue(ledger, "med")
    assert "of statement 2020-2021-med-001.1" in flat(again.statement)
    assert "which this one supersedes: what differs" in flat(again.statement)


def test_late_promises_are_changes_too(ledger: Ledger) -> None:
    issue(ledger)
    ledger.record(pledge("P-9", "70.00", on=date(2020, 12, 1)))
    changes = ledger.donor_statement("ham", term=TERM).changes
    assert changes is not None
    assert {one.key: one.adjustment.text for one in changes.figures} == {
        "closing": "0.00",
        "pledged": "70.00",
    }


def test_a_reason_that_names_another_donor_is_left_out(ledger: Ledger) -> None:
    issue(ledger)
    ledger.record(late_charge(bank_reference="for Medellín by mistake"))
    ledger.record(late_charge(reference="C-2", bank_reference="for Medellínistas"))
    changes = ledger.donor_statement("ham", term=TERM).changes
    assert changes is not None
    assert [(one.reference, one.reason) for one in changes.entries] == [
        ("", ""),
        ("C-2", "for Medellínistas"),
    ]


def test_a_lone_donor_has_no_others_to_keep_out(tmp_path: Path) -> None:
    registered = [
        event for event in events() if event.event_kind != "register_donor" or event.reference == "ham"
    ]
    with open_ledger(tmp_path / "l.db") as ledger:
        ledger.record_all([one for one in registered if one.event_kind in FIRST])
        ledger.record(receipt("R-1", "10.00"))
        issue(ledger)
        ledger.record(late_charge())
        changes = ledger.donor_statement("ham", term=TERM).changes
        assert changes is not None
        assert [one.reason for one in changes.entries] == ["late"]


FIRST = ("open_term", "open_bank_account", "register_donor")


@pytest.mark.parametrize("form", ["text", "html"])
def test_a_reader_sees_whether_it_was_issued_and_what_has_changed(ledger: Ledger, form: str) -> None:
    shown = render(ledger.donor_statement("ham", term=TERM), form)
    assert "has not been issued" in shown
    assert "No statement was issued before" in shown
    done = issue(ledger)
    assert all(word in render(done.statement, form) for word in ("2020-2021-ham-001", "Certified by", CHIEF))
    unchanged = render(ledger.donor_statement("ham", term=TERM), form)
    assert "of statement 2020-2021-ham-001.1" in unchanged
    ledger.record(late_charge())
    changed = render(ledger.donor_statement("ham", term=TERM), form)
    assert all(word in changed for word in ("As reported", "Restated", "Bank charge C-1", "late"))
    undo = Reversal(
        reference="RV-9",
        reversed_kind="expenditure",
        reversed_reference="E-1",
        on=date(2020, 6, 2),
        reason="paid by another fund",
    )
    ledger.record(undo)
    assert "paid by another fund" in render(ledger.donor_statement("ham", term=TERM), form)


def test_a_statement_that_stands_is_issued_anew_for_another_certifier_with_the_reason(ledger: Ledger) -> None:
    first = issue(ledger)
    second = issue(ledger, certified_by="deputy@example.org", because="the chief was on leave")
    assert head(second) == ("2020-2021-ham-001", 2, "2020-2021-ham-001.1")
    assert second.statement.closing == first.statement.closing
    assert ledger.issued_statement("2020-2021-ham-001.2") == second.statement
    assert ledger.issued_statement("2020-2021-ham-001.1") == first.statement
    assert "the chief was on leave" in render(second.statement, "text")
    assert ledger.verify(reports=True).is_clean


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"because": "the same person"}, "statement-unchanged"),
        ({"certified_by": "deputy@example.org"}, "statement-unchanged"),
        ({"certified_by": CHIEF.upper(), "because": "written otherwise"}, "statement-unchanged"),
        ({"kind": "interim", "because": "nothing stands yet"}, "invalid-field"),
    ],
)
def test_what_stands_is_issued_anew_for_no_other_reason(
    ledger: Ledger, changes: dict[str, str], code: str
) -> None:
    issue(ledger)
    assert refused(ledger, **changes).code == code


def test_a_first_statement_supersedes_none_and_has_no_such_reason(ledger: Ledger) -> None:
    number = issue(ledger).recorded.number
    (event,) = [entry.event for entry in ledger.entries() if entry.number == number]
    assert isinstance(event, IssueStatement)
    with pytest.raises(errors.InvalidFieldError, match="because"):
        evolve(event, because="x")


# -- what is refused ---------------------------------------------------------------------------------


def refused(ledger: Ledger, donor: str = "ham", **changes: Any) -> errors.LedgerError:
    entries = len(list(ledger.entries()))
    with pytest.raises(errors.LedgerError) as caught:
        issue(ledger, donor, **changes)
    # That somebody was to certify their own statement is on record, and nothing else is.
    attempts = 1 if caught.value.code == "same-person" else 0
    assert len(list(ledger.entries())) == entries + attempts
    return caught.value


def test_the_same_period_without_a_change_stands(ledger: Ledger) -> None:
    issue(ledger)
    error = refused(ledger)
    assert isinstance(error, errors.StatementUnchangedError)
    assert error.reference == "2020-2021-ham-001.1"


@pytest.mark.parametrize(
    ("donor", "changes", "code"),
    [
        ("ham", {"as_of": date(2022, 1, 16)}, "statement-period"),
        ("ham", {"since": date(2021, 1, 1)}, "statement-period"),
        ("ham", {"certified_by": ACTOR}, "same-person"),
        ("ham", {"certified_by": ""}, "invalid-field"),
        ("ham", {"kind": "monthly"}, "invalid-field"),
        ("ham", {"kind": "final"}, "final-statement-open"),
        ("ham", {"kind": "annual", "as_of": date(2021, 1, 1)}, "annual-statement-period"),
        ("ham", {"term": "2022-2023"}, "unknown-document"),
        ("nobody", {}, "unknown-document"),
        ("jp", {}, "nothing-to-state"),
        ("ham", {"as_of": date(2020, 1, 2)}, "nothing-to-state"),
    ],
)
def test_refusals(ledger: Ledger, donor: str, changes: dict[str, Any], code: str) -> None:
    assert refused(ledger, donor, **changes).code == code


def test_one_that_is_still_open_keeps_all_final_statements_back(ledger: Ledger) -> None:
    with pytest.raises(errors.FinalStatementError) as caught:
        ledger.issue_statements(term=TERM, kind="final", as_of=YEAR, certified_by=CHIEF)
    assert caught.value.still_open == "pledge P-1, USD 200.00 free, USD 175.00 allotted"
    assert ledger.verify().entries == len(events())


def test_a_donor_with_nothing_open_gets_its_final_statement(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "l.db") as ledger:
        ledger.record_all([one for one in events() if one.event_kind in FIRST])
        ledger.record_all([receipt("R-1", "10.00"), allocation(amount="10.00"), expenditure(amount="10.00")])
        assert head(issue(ledger, kind="final"))[1] == 1


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2020, 1, 1), date(2020, 12, 31)),
        (date(2020, 2, 28), date(2021, 2, 27)),
        (date(2020, 3, 1), date(2021, 2, 28)),
        (date(2019, 3, 1), date(2020, 2, 28)),
        (date(2019, 3, 1), date(2020, 2, 29)),
    ],
)
def test_an_annual_statement_covers_twelve_months_at_most(ledger: Ledger, first: date, last: date) -> None:
    """A day more is refused, and named; as an interim statement it may be issued."""
    assert head(issue(ledger, since=first, as_of=last))[1] == 1
    before: dict[str, Any] = {"since": first - timedelta(days=1), "as_of": last}
    error = refused(ledger, **before)
    assert isinstance(error, errors.AnnualStatementError)
    assert (error.since, error.as_of, error.first) == (first - timedelta(days=1), last, first)
    assert head(issue(ledger, **before, kind="interim"))[1] == 1


FINAL: dict[str, Any] = {"kind": "final", "as_of": date(2022, 1, 12)}


def test_money_held_is_open_until_the_term_is_closed(tmp_path: Path) -> None:
    """10.00 came and 4.00 is spent; of the 6.00 left 2.00 is to be refunded, and then the term is closed."""
    with open_ledger(tmp_path / "l.db") as ledger:
        ledger.record_all([one for one in events() if one.event_kind in FIRST])
        ledger.record_all([receipt("R-1", "10.00"), allocation(amount="4.00"), expenditure(amount="4.00")])
        ledger.record(
            Refund(
                reference="RF-1",
                term=TERM,
                donor="ham",
                amount=usd("2.00"),
                on=date(2021, 6, 1),
                decision="SC-9",
                approved_by=CHIEF,
            )
        )
        error = refused(ledger, **FINAL)
        assert isinstance(error, errors.FinalStatementError)
        assert error.still_open == "USD 4.00 free, USD 2.00 refunds payable"
        stated = BankConfirmation(bank_account="uil", amount=usd("6.00"), statement="of the day")
        day = date(2022, 1, 10)
        ledger.record(
            TermClose(
                reference="TC", term=TERM, on=day, decision="SC-10", approved_by=CHIEF, confirmed=(stated,)
            )
        )
        assert refused(ledger, kind="final", as_of=date(2022, 1, 9)).code == "final-statement-open"
        error = refused(ledger, **FINAL, since=date(2020, 1, 2))
        assert isinstance(error, errors.FinalPeriodError)
        assert (error.first, error.since) == (date(2020, 1, 1), date(2020, 1, 2))
        done = issue(ledger, **FINAL)
        assert (done.statement.closing, done.statement.refunds_payable) == (usd("4.00"), usd("2.00"))
        assert ledger.verify().findings == ()


def test_an_unknown_issued_statement_is_refused(ledger: Ledger) -> None:
    with pytest.raises(errors.UnknownDocumentError):
        ledger.issued_statement("2020-2021-ham-001.1")


# -- written by hand ---------------------------------------------------------------------------------


@pytest.fixture
def genuine(ledger: Ledger) -> IssueStatement:
    """The event of a statement, of a ledger of the same events, as it comes next in this one."""
    with open_ledger_in_memory() as other:
        other.record_all(events())
        issue(other)
        event = list(other.entries())[-1].event
    assert isinstance(event, IssueStatement)
    return event


def open_ledger_in_memory() -> Ledger:
    return Ledger.open("sqlite://", actor=ACTOR, clock=lambda: RECORDED_AT, salts=counted_salts())


def test_the_event_itself_can_be_recorded_where_it_is_true(ledger: Ledger, genuine: IssueStatement) -> None:
    assert not ledger.record(genuine).was_replayed
    assert ledger.record(genuine).was_replayed
    assert ledger.verify().findings == ()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"closing": usd("1.00")}, "statement-differs"),
        ({"opening": usd("1.00")}, "statement-differs"),
        ({"entries": 99}, "statement-differs"),
        ({"digest": "0" * 64}, "statement-differs"),
        ({"certified_by": "someone@example.org"}, "statement-differs"),
        ({"known_at": 1}, "unknown-document"),
        ({"known_at": 7}, "statement-differs"),
        ({"known_at": 99}, "unknown-document"),
        ({"statement_version": 2, "reference": "2020-2021-ham-001.2"}, "statement-out-of-turn"),
        ({"number": "2020-2021-ham-002", "reference": "2020-2021-ham-002.1"}, "statement-out-of-turn"),
        ({"supersedes": "2020-2021-ham-000.1"}, "statement-out-of-turn"),
        ({"reference": "S-1"}, "statement-out-of-turn"),
        ({"donor": "nobody"}, "unknown-document"),
    ],
)
def test_what_the_books_do_not_say_is_refused(
    ledger: Ledger, genuine: IssueStatement, changes: dict[str, Any], code: str
) -> None:
    with pytest.raises(errors.RejectedError) as caught:
        ledger.record(evolve(genuine, **changes))
    assert caught.value.code == code
    assert ledger.verify().entries == len(events())


def test_by_hand_too_a_final_statement_waits(ledger: Ledger) -> None:
    """It says what the books say, and comes too early."""
    interim = issue(ledger, kind="interim").statement
    assert interim.issue is not None
    event = list(ledger.entries())[-1].event
    assert isinstance(event, IssueStatement)
    number = "2020-2021-ham-002"
    final = evolve(interim, issue=evolve(interim.issue, kind="final", number=number))
    by_hand = evolve(event, kind="final", number=number, reference=f"{number}.1", digest=digest_of(final))
    with pytest.raises(errors.FinalStatementError):
        ledger.record(by_hand)


def test_in_a_batch_it_is_refused_and_the_rest_is_named(ledger: Ledger, genuine: IssueStatement) -> None:
    # The charge before it is dated in the year: as known at the last entry before, the statement is true.
    lines = [json.dumps(event_to_json(one)) for one in (late_charge(), genuine)]
    assert ledger.record_lines(lines, dry_run=True).refusals == ()
    lines.append(json.dumps(event_to_json(evolve(genuine, digest="0" * 64, reference="X"))))
    (refusal,) = ledger.record_lines(lines).refusals
    assert (refusal.position, refusal.error.code) == (3, "statement-out-of-turn")


@pytest.mark.parametrize(
    "changes",
    [
        {"digest": "0" * 63},
        {"digest": "G" * 64},
        {"known_at": 0},
        {"statement_version": "1"},
        {"entries": -1},
    ],
)
def test_malformed_events_cannot_be_made(genuine: IssueStatement, changes: dict[str, Any]) -> None:
    with pytest.raises(errors.InvalidFieldError):
        evolve(genuine, **changes)


def test_a_register_is_its_donors_own(genuine: IssueStatement) -> None:
    """A term and a donor that read like another pair together never share a register."""
    books = Books()
    for event in events():
        books = post(event, books, actor=ACTOR, recorded_at=RECORDED_AT).books
        books.settle()
    another = StatementRegister(donor="am", term="2020-2021/h")
    books.kept[f"statement_register:{TERM}/ham"] = ((("issue_statement", "x"), another),)
    with pytest.raises(errors.MismatchError):
        genuine.post(books)


# -- what verify sees --------------------------------------------------------------------------------


def test_verify_reports_a_statement_that_is_no_longer_what_it_was(path: Path) -> None:
    """A line of the journal altered behind the guards: the entry, and the statement that stands on it."""
    with open_ledger(path) as ledger:
        ledger.record_all(events())
        issue(ledger)
    without_guards(
        path, lambda database: database.execute("UPDATE entry SET description = 'x' WHERE kind = 'receipt'")
    )
    with open_ledger(path) as ledger:
        found = {(finding.check, finding.what) for finding in ledger.verify().findings}
    assert ("statements", "digest of statement 2020-2021-ham-001.1") in found


def test_verify_is_not_misled_by_the_kind_of_an_entry(path: Path) -> None:
    with open_ledger(path) as ledger:
        ledger.record_all(events())
    without_guards(
        path,
        lambda database: database.execute("UPDATE entry SET kind = 'issue_statement' WHERE kind = 'pledge'"),
    )
    with open_ledger(path) as ledger:
        checks = {finding.check for finding in ledger.verify().findings}
    assert "columns" in checks
    assert "statements" not in checks
