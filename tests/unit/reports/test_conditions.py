"""What donors ask for without binding their money, in figures small enough to check by hand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from mdfm_ledger import (
    Allocation,
    Amount,
    CarryForward,
    Ledger,
    OpenBankAccount,
    OpenTerm,
    Pledge,
    PledgeAmendment,
    Receipt,
    ReceiptApplication,
    Refund,
    RegisterDonor,
    RegisterPartner,
    Reversal,
    UnidentifiedReceipt,
)
from mdfm_ledger.errors import EarmarkError, InvalidFieldError, NotFundedError, UnknownActivityError
from mdfm_ledger.event import Event
from mdfm_ledger.ledger.output import FORMATS, render
from mdfm_ledger.reports import DonorStatement
from mdfm_ledger.verify_bundle import RefusedError, verify
from tests.support.bookkeeping import APPROVER, TERM, Desk, allocation, expenditure, pledge, receipt, usd
from tests.support.bundles import bundle, changed, issue_all
from tests.support.ledgers import open_ledger
from tests.support.signing import KEY

BASE: tuple[Event, ...] = (
    OpenTerm.from_plan(
        "mdfm",
        reference=TERM,
        starts_on=date(2020, 1, 1),
        support_cost_basis_points=1_000,
        agent="host",
    ),
    OpenBankAccount(reference="uil", name="UIL", currency="USD"),
    *(
        RegisterDonor(reference=one, name=one, kind="member_city")
        for one in ("ham", "med", "jp", "oslo", "lima")
    ),
    RegisterPartner(reference="host", name="UIL"),
)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """Hamburg prefers 1.1, Medellín tests area 1, Japan binds to 1.1, Oslo tests 1.2, Lima asks nothing."""
    with open_ledger(tmp_path / "l.db") as ledger:
        ledger.record_all(BASE)
        ledger.record_all(
            [
                pledge("P-1", "100.00", preference=("1.1",)),
                pledge("P-2", "200.00", donor="med", notional_test=("1",)),
                receipt("R-1", "100.00", pledge="P-1"),
                receipt("R-2", "200.00", pledge="P-2"),
                receipt("R-3", "110.00", donor="jp", earmark="1.1"),
                receipt("R-4", "50.00", donor="oslo", notional_test=("1.2",)),
                receipt("R-5", "150.00", donor="lima"),
            ]
        )
        yield ledger


def of(ledger: Ledger, donor: str, as_of: date | None = None) -> DonorStatement:
    return ledger.donor_statement(donor, term=TERM, as_of=as_of)


def preferences(statement: DonorStatement) -> list[tuple[str, ...]]:
    names = ("received", "allotted", "spent", "elsewhere", "free")
    return [
        (" ".join(row.codes), *(getattr(row, name).text for name in names)) for row in statement.preferences
    ]


def checked(statement: DonorStatement) -> list[tuple[str, ...]]:
    names = ("contribution", "others", "spent", "earmarked", "uncovered")
    return [
        (" ".join(row.codes), *(getattr(row, name).text for name in names))
        for row in statement.notional_tests
    ]


def allot(ledger: Ledger, activity: str, dollars: str, spent: str) -> None:
    """An allocation, and so much of it spent with 10 % support cost."""
    reference = f"A-{activity}"
    ledger.record(allocation(reference, dollars, activity=activity))
    ledger.record(expenditure(f"E-{activity}", spent, allocation=reference))


def test_a_preference_reports_where_the_money_went(ledger: Ledger) -> None:
    """The pool has 500.00: of 250.00 for 2.1 Hamburg gives 50.00. Then 250.00 are left, and 60.00 for
    1.1 beside Japan's 110.00 take 12.00 of Hamburg's. 55.00 of the 170.00 are spent: Hamburg's 12/170, 3.88.
    """
    allot(ledger, "2.1", "250.00", "100.00")
    allot(ledger, "1.1", "170.00", "50.00")
    (row,) = of(ledger, "ham").preferences
    assert preferences(of(ledger, "ham")) == [("1.1", "100.00", "12.00", "3.88", "50.00", "38.00")]
    assert row.preferred_share == Fraction(12, 62)


def test_a_preference_never_stops_an_allocation(ledger: Ledger) -> None:
    ledger.record(allocation("A-9", "500.00", activity="2.3"))
    assert preferences(of(ledger, "ham")) == [("1.1", "100.00", "0.00", "0.00", "100.00", "0.00")]
    with pytest.raises(EarmarkError):
        ledger.record(allocation("A-10", "0.01", activity="2.3"))


def test_a_preference_before_anything_is_allotted_has_no_share(ledger: Ledger) -> None:
    (row,) = of(ledger, "ham").preferences
    assert (row.preferred_share, row.free) == (None, usd("100.00"))


def test_earmarked_money_of_the_same_donor_is_not_its_preference(ledger: Ledger) -> None:
    ledger.record(receipt("R-6", "40.00", donor="ham", earmark="1.1"))
    allot(ledger, "1.1", "150.00", "10.00")
    assert preferences(of(ledger, "ham")) == [("1.1", "100.00", "0.00", "0.00", "0.00", "100.00")]


def test_the_wider_test_covers_the_narrower_one_first(ledger: Ledger) -> None:
    """Area 1 spent 165.00 on 1.1 (110.00 of it Japan's) and 110.00 on 1.2; Oslo's 50.00 come first."""
    allot(ledger, "1.1", "220.00", "150.00")
    allot(ledger, "1.2", "120.00", "100.00")
    spent = of(ledger, "jp").spent
    assert checked(of(ledger, "oslo")) == [("1.2", "50.00", "0.00", "110.00", "0.00", "0.00")]
    assert checked(of(ledger, "med")) == [("1", "200.00", "50.00", "275.00", spent.text, "57.50")]
    assert spent == usd("82.50")
    assert [one.is_covered for donor in ("oslo", "med") for one in of(ledger, donor).notional_tests] == [
        True,
        False,
    ]


def test_the_example_of_the_accounting_model(tmp_path: Path) -> None:
    """Its gifts are 100.00, 50.00, 110.00 bound to 1.1 and 300.00; 150.00 and 50.00 are spent."""
    with open_ledger(tmp_path / "l.db") as ledger:
        ledger.record_all(BASE)
        ledger.record_all(
            [
                receipt("R-A", "100.00", donor="ham", notional_test=("1",)),
                receipt("R-B", "50.00", donor="med", notional_test=("1.2",)),
                receipt("R-C", "110.00", donor="jp", earmark="1.1"),
                receipt("R-D", "300.00", donor="lima"),
            ]
        )
        allot(ledger, "1.1", "220.00", "150.00")
        allot(ledger, "1.2", "110.00", "50.00")
        assert checked(of(ledger, "med")) == [("1.2", "50.00", "0.00", "55.00", "0.00", "0.00")]
        assert checked(of(ledger, "ham")) == [("1", "100.00", "50.00", "220.00", "82.50", "12.50")]


def test_a_test_looks_at_the_whole_fund_and_not_at_the_donors_own_share(ledger: Ledger) -> None:
    """Nothing of Lima's or Hamburg's was bound, and what is spent with it covers Medellín as well."""
    allot(ledger, "1.2", "330.00", "300.00")
    assert checked(of(ledger, "med")) == [("1", "200.00", "50.00", "330.00", "0.00", "0.00")]


def test_what_was_spent_counts_as_of_the_date(ledger: Ledger) -> None:
    allot(ledger, "1.2", "330.00", "300.00")
    assert checked(of(ledger, "oslo", date(2020, 5, 3))) == [
        ("1.2", "50.00", "0.00", "0.00", "0.00", "50.00")
    ]


def test_two_donors_with_the_same_test_share_what_was_spent(ledger: Ledger) -> None:
    ledger.record(receipt("R-7", "70.00", donor="lima", notional_test=("1.2",)))
    allot(ledger, "1.2", "110.00", "100.00")
    assert checked(of(ledger, "oslo")) == [("1.2", "50.00", "70.00", "110.00", "0.00", "10.00")]
    assert checked(of(ledger, "lima")) == [("1.2", "70.00", "50.00", "110.00", "0.00", "10.00")]


def spending(tmp_path: Path, *gifts: tuple[str, str, tuple[str, ...]]) -> Ledger:
    """A ledger with receipts of these donors and tests, and 1,000.00 of Lima's to spend."""
    ledger = open_ledger(tmp_path / "l.db")
    ledger.record_all([*BASE, receipt("R-L", "1000.00", donor="lima")])
    for number, (donor, dollars, codes) in enumerate(gifts):
        ledger.record(receipt(f"R-{number}", dollars, donor=donor, notional_test=codes))
    return ledger


def together(ledger: Ledger) -> tuple[str, ...]:
    tests = ledger.report("fund_financial_report", term=TERM).notional_tests
    return (tests.asked.text, tests.covered.text, tests.uncovered.text)


def test_no_dollar_covers_two_tests_that_overlap_in_part(tmp_path: Path) -> None:
    """Each alone has its 100.00 of the 165.00 spent on 1.2, and both together have not."""
    with spending(tmp_path, ("ham", "100.00", ("1",)), ("med", "100.00", ("1.2", "2.1"))) as ledger:
        allot(ledger, "1.2", "165.00", "150.00")
        assert checked(of(ledger, "ham")) == [("1", "100.00", "100.00", "165.00", "0.00", "35.00")]
        assert checked(of(ledger, "med")) == [("1.2 2.1", "100.00", "100.00", "165.00", "0.00", "35.00")]
        assert together(ledger) == ("200.00", "165.00", "35.00")


def test_a_test_leaves_to_another_what_it_need_not_have(tmp_path: Path) -> None:
    """Hamburg's 100.00 can be 1.1's 55.00 and 45.00 of 1.2's; Medellín then has 120.00 of 1.2 and 2.1."""
    with spending(tmp_path, ("ham", "100.00", ("1",)), ("med", "100.00", ("1.2", "2.1"))) as ledger:
        allot(ledger, "1.2", "110.00", "100.00")
        allot(ledger, "1.1", "55.00", "50.00")
        allot(ledger, "2.1", "55.00", "50.00")
        assert checked(of(ledger, "ham")) == [("1", "100.00", "45.00", "165.00", "0.00", "0.00")]
        assert checked(of(ledger, "med")) == [("1.2 2.1", "100.00", "45.00", "165.00", "0.00", "0.00")]
        assert together(ledger) == ("200.00", "200.00", "0.00")


def test_what_a_narrower_test_lacks_is_no_shortage_of_the_wider_one(tmp_path: Path) -> None:
    """Oslo can have 33.00 of 1.2 whatever it gave; Hamburg has its 60.00 of 1.1."""
    with spending(tmp_path, ("ham", "60.00", ("1",)), ("oslo", "50.00", ("1.2",))) as ledger:
        allot(ledger, "1.1", "66.00", "60.00")
        allot(ledger, "1.2", "33.00", "30.00")
        assert checked(of(ledger, "ham")) == [("1", "60.00", "33.00", "99.00", "0.00", "0.00")]
        assert checked(of(ledger, "oslo")) == [("1.2", "50.00", "0.00", "33.00", "0.00", "17.00")]
        assert together(ledger) == ("110.00", "93.00", "17.00")


def test_three_tests_in_a_ring_are_covered_by_turns(tmp_path: Path) -> None:
    """Who comes last moves the ones before it to other activities."""
    ring = (
        ("ham", "55.00", ("1.1", "1.2")),
        ("med", "55.00", ("1.1", "2.1")),
        ("oslo", "55.00", ("1.2", "2.1")),
    )
    with spending(tmp_path, *ring) as ledger:
        allot(ledger, "1.2", "110.00", "100.00")
        assert together(ledger) == ("165.00", "110.00", "55.00")
        allot(ledger, "1.1", "55.00", "50.00")
        assert together(ledger) == ("165.00", "165.00", "0.00")
        results = [of(ledger, donor).notional_tests[0].is_covered for donor in ("ham", "med", "oslo")]
        assert results == [True, True, True]


@pytest.mark.parametrize("form", FORMATS)
def test_the_report_on_the_fund_says_how_far_all_are_covered(ledger: Ledger, form: str) -> None:
    allot(ledger, "1.2", "110.00", "100.00")
    report = ledger.report("fund_financial_report", term=TERM)
    assert [(one.codes, one.uncovered.text) for one in report.notional_tests.tests] == [
        (("1",), "140.00"),
        (("1.2",), "0.00"),
    ]
    assert all(one.holds for one in report.ties)
    assert "140.00" in render(report, form).replace("USD ", "")


def test_what_was_given_back_need_not_be_covered(ledger: Ledger) -> None:
    ledger.record(
        Refund(
            reference="RF",
            term=TERM,
            donor="oslo",
            amount=usd("20.00"),
            on=date(2020, 6, 1),
            decision="SC",
            approved_by=APPROVER,
        )
    )
    assert checked(of(ledger, "oslo")) == [("1.2", "30.00", "0.00", "0.00", "0.00", "30.00")]


def carried(**fields: Any) -> CarryForward:
    given = {
        "reference": "CF-1",
        "term": TERM,
        "to_term": "next",
        "donor": "oslo",
        "amount": usd("35.00"),
        "bank_account": "uil",
        "consent": "letter",
        "on": date(2020, 6, 1),
        **fields,
    }
    return CarryForward(**given)


NEXT_TERM = OpenTerm.from_plan("mdfm", reference="next", starts_on=date(2020, 5, 1))


def test_carried_money_asks_for_what_the_consent_says(ledger: Ledger) -> None:
    """Oslo carries 35.00 of its 50.00 on: 15.00 are still to be covered here, 35.00 there, for less."""
    ledger.record_all([NEXT_TERM, carried(preference=("3.1",), notional_test=("2.1",))])
    assert checked(of(ledger, "oslo")) == [("1.2", "15.00", "0.00", "0.00", "0.00", "15.00")]
    there = ledger.donor_statement("oslo", term="next")
    assert checked(there) == [("2.1", "35.00", "0.00", "0.00", "0.00", "35.00")]
    assert preferences(there) == [("3.1", "35.00", "0.00", "0.00", "0.00", "35.00")]
    assert ledger.verify(reports=True).is_clean


def test_carried_money_that_keeps_an_earmark_asks_for_nothing(ledger: Ledger) -> None:
    """Of 60.00 that Oslo leaves to the next term 10.00 stay bound to 1.1."""
    ledger.record_all([receipt("R-9", "10.00", donor="oslo", earmark="1.1"), NEXT_TERM])
    ledger.record(carried(amount=usd("60.00"), notional_test=("2.1",)))
    assert checked(ledger.donor_statement("oslo", term="next"))[0][:2] == ("2.1", "50.00")
    with pytest.raises(InvalidFieldError, match="without an earmark"):
        ledger.record(carried(reference="CF-2", earmark="1.1", preference=("1.2",)))


def test_what_was_given_back_comes_off_money_without_a_test_first(ledger: Ledger) -> None:
    ledger.record(receipt("R-8", "15.00", donor="oslo"))
    ledger.record(
        Refund(
            reference="RF",
            term=TERM,
            donor="oslo",
            amount=usd("20.00"),
            on=date(2020, 6, 1),
            decision="SC",
            approved_by=APPROVER,
        )
    )
    assert checked(of(ledger, "oslo"))[0][1] == "45.00"


def test_a_receipt_taken_back_asks_for_nothing(ledger: Ledger) -> None:
    for kind, reference in (("receipt", "R-4"), ("receipt", "R-1")):
        ledger.record(
            Reversal(
                reference=f"RV-{reference}",
                reversed_kind=kind,
                reversed_reference=reference,
                on=date(2020, 4, 1),
                reason="x",
            )
        )
    assert of(ledger, "oslo").notional_tests == ()
    assert preferences(of(ledger, "ham"))[0][1] == "0.00"


def test_an_applied_receipt_may_ask_too(ledger: Ledger) -> None:
    ledger.record_all(
        [
            UnidentifiedReceipt(
                reference="R-4",
                term=TERM,
                amount=usd("30.00"),
                on=date(2020, 3, 2),
                bank_account="uil",
                bank_reference="B",
            ),
            ReceiptApplication(
                reference="R-4",
                receipt="R-4",
                term=TERM,
                donor="lima",
                amount=usd("30.00"),
                on=date(2020, 3, 9),
                preference=("2", "3.1"),
                notional_test=("2",),
            ),
        ]
    )
    assert preferences(of(ledger, "lima"))[0][:2] == ("2 3.1", "30.00")
    assert checked(of(ledger, "lima")) == [("2", "30.00", "0.00", "0.00", "0.00", "30.00")]
    assert checked(of(ledger, "oslo"))[0][1] == "50.00"
    assert ledger.verify().findings == ()


@pytest.mark.parametrize("form", FORMATS)
def test_only_who_asks_is_told(ledger: Ledger, form: str) -> None:
    shown = {donor: render(of(ledger, donor), form) for donor in ("ham", "med", "lima")}
    assert [("preference" in text.lower()) for text in shown.values()] == [True, False, False]
    assert [("notional_test" in text or "Notional tests" in text) for text in shown.values()] == [
        False,
        True,
        False,
    ]


def test_the_statements_of_all_donors_say_the_same(ledger: Ledger) -> None:
    allot(ledger, "1.1", "220.00", "150.00")
    alone = tuple(of(ledger, donor) for donor in ("ham", "med", "jp", "oslo", "lima"))
    assert tuple(ledger.donor_statements(term=TERM)) == alone
    assert ledger.report("tie_out", term=TERM).holds


@pytest.mark.parametrize("donor", ["ham", "med"])
def test_a_bundle_of_a_statement_that_answers_them_holds(ledger: Ledger, donor: str) -> None:
    issue_all(ledger)
    raw = bundle(ledger, f"2020-2021-{donor}-001.1")
    verify(raw, str(KEY), None)
    said = json.loads(raw)["statement"]
    assert ("preferences" in said, "notional_tests" in said) == (donor == "ham", donor == "med")
    rows = said["preferences"] if donor == "ham" else said["notional_tests"]
    rows[0]["received" if donor == "ham" else "spent"] = "USD 1.00"
    with pytest.raises(RefusedError):
        verify(changed(raw, lambda value: value.update(statement=said)), str(KEY), None)


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"preference": ("1.1", "1.1")}, "each of them once"),
        ({"preference": ["1.1"]}, "needs a tuple"),
        ({"notional_test": ("",)}, "is empty"),
    ],
)
def test_codes_are_a_tuple_each_once(fields: dict[str, Any], problem: str) -> None:
    with pytest.raises(InvalidFieldError, match=problem):
        pledge(**fields)


def asks(field: str, *codes: str) -> dict[str, Any]:
    return {field: codes}


@pytest.mark.parametrize("field", ["preference", "notional_test"])
def test_earmarked_money_has_nothing_to_ask_for(field: str) -> None:
    desk = Desk()
    with pytest.raises(InvalidFieldError, match="without an earmark"):
        desk.post(pledge(earmark="1.1", **asks(field, "1.2")))
    with pytest.raises(InvalidFieldError, match="without an earmark"):
        desk.post(receipt(earmark="1.1", **asks(field, "1.2")))


@pytest.mark.parametrize("field", ["preference", "notional_test"])
def test_codes_are_of_the_budget(field: str) -> None:
    with pytest.raises(UnknownActivityError):
        Desk().post(pledge(**asks(field, "9.9")))
    with pytest.raises(UnknownActivityError):
        Desk().post(receipt(**asks(field, "1", "9")))


@pytest.mark.parametrize("field", ["preference", "notional_test"])
def test_on_a_pledge_only_the_pledge_asks(field: str) -> None:
    with pytest.raises(InvalidFieldError, match="is the pledge's"):
        receipt(pledge="P-1", **asks(field, "1.1"))


# -- any fund --------------------------------------------------------------------------------------

Gift = tuple[str, int, tuple[str, ...], tuple[str, ...], str]
"""The donor, cents, preference, notional test and earmark."""

DONORS = ("ham", "jp", "lima", "med", "oslo")
CODES = st.lists(st.sampled_from(["1", "1.1", "1.2", "2", "2.1", "3.1"]), max_size=3, unique=True).map(tuple)
GIFT = st.tuples(
    st.sampled_from(DONORS), st.integers(1, 50_000), CODES, CODES, st.sampled_from(["", "1.1", "2"])
)
USE = st.tuples(st.sampled_from(["1.1", "1.2", "2.1", "3.1"]), st.integers(1, 20_000))


@settings(max_examples=30, deadline=None)
@given(gifts=st.lists(GIFT, min_size=1, max_size=8), uses=st.lists(USE, max_size=4), via=st.booleans())
def test_any_fund_agrees_with_a_plain_count(
    gifts: list[Gift],
    uses: list[tuple[str, int]],
    *,
    via: bool,
) -> None:
    """Preferences change no line; tests are sums over gifts and expenditure, counted here one by one."""
    with Ledger.open("sqlite://", actor="finance@example.org") as ledger:
        ledger.record_all(BASE)
        for number, gift in enumerate(gifts):
            give(ledger, number, gift, via_pledge=via)
        spent = [spend(ledger, number, *use) for number, use in enumerate(uses)]
        asking = [gift for gift in gifts if gift[3] and not gift[4]]
        free = unbound(ledger)
        together = ledger.report("fund_financial_report", term=TERM).notional_tests
        assert (together is None) == (not asking)
        if together:
            assert together.covered.minor == most(asking, free)
            shortages = [test.uncovered.is_zero for test in together.tests]
            assert all(shortages) == together.uncovered.is_zero
        for donor in {gift[0] for gift in gifts}:
            statement = ledger.donor_statement(donor, term=TERM)
            for test in statement.notional_tests:
                within = covers(test.codes)
                own = [gift for gift in gifts if not gift[4] and (gift[0], gift[3]) == (donor, test.codes)]
                assert test.contribution.minor == sum(gift[1] for gift in own)
                assert test.spent.minor == sum(minor for activity, minor in spent if activity in within)
                left = test.spent - test.earmarked - test.contribution - test.others
                assert test.uncovered.minor == max(-left.minor, 0)
                first = [gift for gift in asking if gift not in own and not covers(gift[3]) > within]
                covered = most(first + own, free) - most(first, free)
                assert test.uncovered.minor == test.contribution.minor - covered
            required = {gift[3] for gift in gifts if gift[0] == donor and gift[3] and not gift[4]}
            assert {test.codes for test in statement.notional_tests} == required
            for row in statement.preferences:
                pool = statement.earmarks[0]
                assert (row.allotted + row.elsewhere, row.free) == (pool.allotted, pool.free)
                assert row.received.minor == sum(
                    gift[1] for gift in gifts if gift[0] == donor and gift[2] == row.codes and not gift[4]
                )


def give(
    ledger: Ledger,
    number: int,
    gift: Gift,
    *,
    via_pledge: bool,
) -> None:
    donor, minor, preference, notional_test, earmark = gift
    fields: dict[str, Any] = {"term": TERM, "donor": donor, "earmark": earmark}
    if not earmark:
        fields |= {"preference": preference, "notional_test": notional_test}
    money: dict[str, Any] = {"amount": Amount(minor, "USD"), "on": date(2020, 3, 2)}
    bank: dict[str, Any] = {"bank_account": "uil", "bank_reference": "b"}
    if via_pledge:
        # Every other pledge asked for something else until it was amended.
        first = fields | (
            {"preference": ("3.1",), "notional_test": ("2.4",)} if number % 2 and not earmark else {}
        )
        ledger.record(Pledge(reference=f"P-{number}", **money, **first))
        if first != fields:
            ledger.record(
                PledgeAmendment(
                    reference=f"PA-{number}",
                    pledge=f"P-{number}",
                    on=date(2020, 3, 5),
                    preference=preference,
                    notional_test=notional_test,
                    reason="x",
                )
            )
        fields = {"pledge": f"P-{number}"}
    ledger.record(Receipt(reference=f"R-{number}", **money, **bank, **fields))


def spend(ledger: Ledger, number: int, activity: str, minor: int) -> tuple[str, int]:
    """What an activity used, its support cost included: nothing where there is no money for it."""
    wanted = Amount(minor + minor // 10 + 1, "USD")
    event = Allocation(
        reference=f"A-{number}",
        term=TERM,
        activity=activity,
        amount=wanted,
        on=date(2020, 4, 1),
        decision="SC",
        approved_by=APPROVER,
    )
    try:
        ledger.record(event)
    except (EarmarkError, NotFundedError):
        return activity, 0
    paid = expenditure(f"E-{number}", money=Amount(minor, "USD"), allocation=event.reference)
    ledger.record(paid)
    return activity, minor + (minor * 1_000 + 5_000) // 10_000


def unbound(ledger: Ledger) -> dict[str, int]:
    """What was spent by activity with money without an earmark, line by line."""
    spent: dict[str, int] = {}
    for line in (line for entry in ledger.entries() for line in entry.lines):
        place = line.subaccount
        if place.account == "8150" and not place.earmark:
            spent[place.activity] = spent.get(place.activity, 0) - line.signed
    return spent


def most(gifts: list[Gift], spent: dict[str, int]) -> int:
    """The most that what was spent covers of the gifts: the least of what any of them could have.

    By the theorem of maximum flow and minimum cut, over every way to leave some gifts out.
    """
    counts = []
    for some in product([True, False], repeat=len(gifts)):
        named = set[str]().union(*(covers(gift[3]) for gift, is_in in zip(gifts, some, strict=True) if is_in))
        rest = sum(gift[1] for gift, is_in in zip(gifts, some, strict=True) if not is_in)
        counts.append(rest + sum(spent.get(activity, 0) for activity in named))
    return min(counts)


def covers(codes: tuple[str, ...]) -> set[str]:
    """The activities of the plan that codes name; an area is its first figure."""
    plan = ["1.1", "1.2", "2.1", "2.2", "2.3", "2.4", "3.1"]
    return {one for one in plan if one in codes or one[0] in codes}
