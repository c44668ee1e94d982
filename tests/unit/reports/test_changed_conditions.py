"""An amendment changes what a pledge asks for: from its day on, for all its money, and nothing before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from mdfm_ledger import Ledger, OpenBankAccount, OpenTerm, PledgeAmendment, RegisterDonor, Reversal, errors
from mdfm_ledger.books.documents import PledgePromise
from mdfm_ledger.codec import event_from_json, event_to_json
from mdfm_ledger.event import Event
from mdfm_ledger.ledger.output import FORMATS, render
from mdfm_ledger.reports import DonorStatement
from mdfm_ledger.verify_bundle import verify
from tests.support.bookkeeping import TERM, Desk, allocation, expenditure, pledge, receipt, usd
from tests.support.bundles import bundle
from tests.support.ledgers import open_ledger
from tests.support.signing import KEY

BASE: tuple[Event, ...] = (
    OpenTerm.from_plan("mdfm", reference=TERM, starts_on=date(2020, 1, 1)),
    OpenBankAccount(reference="uil", name="UIL", currency="USD"),
    *(RegisterDonor(reference=one, name=one, kind="member_city") for one in ("ham", "med")),
    pledge("P-1", "100.00", preference=("1.1",)),
    pledge("P-2", "200.00", donor="med", notional_test=("1",)),
    receipt("R-1", "100.00", pledge="P-1"),
    receipt("R-2", "200.00", pledge="P-2"),
    allocation("A-1", "90.00", activity="1.1"),
    expenditure("E-1", "60.00", allocation="A-1"),
)
JULY, JUNE = date(2020, 7, 1), date(2020, 6, 30)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """Hamburg prefers 1.1 and Medellín tests area 1; 90.00 are allotted to 1.1, 60.00 of them spent."""
    with open_ledger(tmp_path / "l.db") as ledger:
        ledger.record_all(BASE)
        yield ledger


def amended(**fields: Any) -> PledgeAmendment:
    given = {"reference": "PA-1", "pledge": "P-1", "on": JULY, "reason": "letter of 29 June", **fields}
    return PledgeAmendment(**given)


def of(ledger: Ledger, donor: str, as_of: date | None = None) -> DonorStatement:
    return ledger.donor_statement(donor, term=TERM, as_of=as_of)


def undone(amendment: str) -> Reversal:
    return Reversal(
        reference=f"RV-{amendment}",
        reversed_kind="pledge_amendment",
        reversed_reference=amendment,
        on=date(2020, 8, 1),
        reason="the letter was another donor's",
    )


def preferences(statement: DonorStatement) -> list[tuple[str, ...]]:
    return [
        (" ".join(row.codes), row.received.text, row.allotted.text, row.elsewhere.text)
        for row in statement.preferences
    ]


def checked(statement: DonorStatement) -> list[tuple[str, ...]]:
    return [
        (" ".join(one.codes), one.contribution.text, one.uncovered.text) for one in statement.notional_tests
    ]


def changes(statement: DonorStatement) -> list[tuple[object, ...]]:
    return [
        (one.on, one.pledge, one.amendment, one.condition, one.before, one.after)
        for one in statement.condition_changes
    ]


def test_a_preference_is_another_from_its_day_on(ledger: Ledger) -> None:
    """A third of the 90.00 is Hamburg's; what was decided before is now beside what it prefers."""
    entries = list(ledger.entries())
    ledger.record(amended(preference=("2.1", "3.1")))
    assert preferences(of(ledger, "ham", JUNE)) == [("1.1", "100.00", "30.00", "0.00")]
    assert preferences(of(ledger, "ham", JULY)) == [("2.1 3.1", "100.00", "0.00", "30.00")]
    assert changes(of(ledger, "ham", JUNE)) == []
    assert changes(of(ledger, "ham", JULY)) == [
        (JULY, "P-1", "PA-1", "preference", ("1.1",), ("2.1", "3.1")),
    ]
    (*before, last) = ledger.entries()
    assert (before, last.lines) == (entries, ())
    assert ledger.verify(reports=True).is_clean


def test_a_test_is_another_for_all_money_of_the_pledge(ledger: Ledger) -> None:
    ledger.record(amended(pledge="P-2", notional_test=("1.1",)))
    ledger.record(amended(reference="PA-2", pledge="P-2", notional_test=("2",), on=date(2020, 9, 1)))
    assert checked(of(ledger, "med", JUNE)) == [("1", "200.00", "140.00")]
    assert checked(of(ledger, "med", JULY)) == [("1.1", "200.00", "140.00")]
    assert checked(of(ledger, "med")) == [("2", "200.00", "200.00")]
    assert [row[2:] for row in changes(of(ledger, "med"))] == [
        ("PA-1", "notional_test", ("1",), ("1.1",)),
        ("PA-2", "notional_test", ("1.1",), ("2",)),
    ]


def test_what_is_asked_for_may_be_withdrawn_and_begun(ledger: Ledger) -> None:
    ledger.record(amended(preference=(), notional_test=("1.1",)))
    statement = of(ledger, "ham")
    assert (preferences(statement), checked(statement)) == ([], [("1.1", "100.00", "40.00")])
    assert [row[3:] for row in changes(statement)] == [
        ("preference", ("1.1",), ()),
        ("notional_test", (), ("1.1",)),
    ]


def test_what_is_left_out_stays_and_what_is_the_same_is_no_change(ledger: Ledger) -> None:
    ledger.record(amended(notional_test=("1",), pledge="P-2"))
    ledger.record(amended(reference="PA-2", status="signed"))
    assert (changes(of(ledger, "ham")), changes(of(ledger, "med"))) == ([], [])
    assert preferences(of(ledger, "ham"))[0][0] == "1.1"


def test_the_pledge_keeps_what_it_asked_for(ledger: Ledger) -> None:
    ledger.record(amended(preference=("2",)))
    promise = ledger.documents("pledge")["P-1"]
    assert isinstance(promise, PledgePromise)
    assert (promise.preference, promise.condition_changes[0].before) == (("2",), ("1.1",))


def test_an_amendment_taken_back_leaves_what_was(ledger: Ledger) -> None:
    """With a raise it moved something; alone it moved nothing and is put right by another amendment."""
    ledger.record(amended(amount=usd("120.00"), preference=("2.1",)))
    ledger.record(undone("PA-1"))
    assert preferences(of(ledger, "ham", date(2020, 7, 31)))[0][0] == "2.1"
    assert (preferences(of(ledger, "ham"))[0][0], changes(of(ledger, "ham"))) == ("1.1", [])
    ledger.record(amended(reference="PA-2", on=date(2020, 8, 3), preference=("2.1",)))
    with pytest.raises(errors.NotReversibleError):
        ledger.record(undone("PA-2"))
    assert ledger.verify().is_clean


def test_an_issued_statement_says_what_it_said(ledger: Ledger) -> None:
    """Also where the amendment is dated within its period: it was not known then."""
    number = "2020-2021-ham-001.1"
    ledger.issue_statement("ham", term=TERM, kind="interim", as_of=JULY, certified_by="chief@example.org")
    before = render(ledger.issued_statement(number), "json")
    ledger.record(amended(preference=("2.1",)))
    assert render(ledger.issued_statement(number), "json") == before
    assert ledger.verify().is_clean


def test_a_bundle_of_a_statement_with_a_change_holds(ledger: Ledger) -> None:
    ledger.record(amended(preference=("2.1",)))
    ledger.issue_statement("ham", term=TERM, kind="interim", as_of=JULY, certified_by="chief@example.org")
    verify(bundle(ledger, "2020-2021-ham-001.1"), str(KEY), None)


@pytest.mark.parametrize("form", FORMATS)
def test_only_who_changed_something_is_told(ledger: Ledger, form: str) -> None:
    ledger.record(amended(preference=("2.1",), notional_test=("2",)))
    ham, med = (render(of(ledger, donor), form) for donor in ("ham", "med"))
    title = "condition_changes" if form in {"json", "csv"} else "until an amendment"
    assert ("PA-1" in ham, title in ham) == (True, True)
    assert ("PA-1" in med, title in med) == (False, False)


def test_the_statements_of_all_donors_say_the_same(ledger: Ledger) -> None:
    ledger.record(amended(preference=("2.1",)))
    assert tuple(ledger.donor_statements(term=TERM)) == (of(ledger, "ham"), of(ledger, "med"))


@pytest.mark.parametrize("field", ["preference", "notional_test"])
def test_none_and_no_codes_are_told_apart_in_a_file(field: str) -> None:
    withdrawn = amended(**{field: ()})
    assert event_to_json(withdrawn)[field] == []
    assert event_from_json(event_to_json(withdrawn)) == withdrawn
    assert field not in event_to_json(amended(status="signed"))


def test_an_amendment_that_names_nothing_is_refused() -> None:
    with pytest.raises(errors.InvalidFieldError, match="changes nothing"):
        amended()
    with pytest.raises(errors.InvalidFieldError, match="each of them once"):
        amended(preference=("1", "1"))


@pytest.mark.parametrize("field", ["preference", "notional_test"])
def test_codes_are_of_the_budget_and_the_money_is_not_earmarked(field: str) -> None:
    desk = Desk(pledge("P-1", "100.00"), pledge("P-2", "50.00", earmark="1.1"))
    with pytest.raises(errors.UnknownActivityError):
        desk.post(amended(**{field: ("9.9",)}))
    with pytest.raises(errors.InvalidFieldError, match="without an earmark"):
        desk.post(amended(pledge="P-2", **{field: ("1.2",)}))
    desk.post(amended(pledge="P-2", **{field: ()}))


def test_an_amendment_before_the_last_one_is_refused(ledger: Ledger) -> None:
    ledger.record(amended(preference=("2.1",)))
    with pytest.raises(errors.MismatchError, match="2020-07-01"):
        ledger.record(amended(reference="PA-2", preference=("1.2",), on=JUNE))
