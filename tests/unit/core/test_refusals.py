"""Every rule an event can break, by the error, its figures and its remedy."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from mdfm_ledger import (
    AllocationReturn,
    Amount,
    Instalment,
    OpenTerm,
    PledgeAmendment,
    PledgeWriteOff,
    Reversal,
    ReviseBudget,
    errors,
    shipped_plan,
)
from mdfm_ledger.event import Event
from mdfm_ledger.journal import (
    JournalLine,
    credit,
    debit,
    moved,
    places_like,
    require_balanced,
    subaccount,
)
from mdfm_ledger.plans import Area, BudgetLine, BudgetPlan, Names
from mdfm_ledger.posting import examine
from tests.support.bookkeeping import (
    ACTOR,
    NOW,
    TERM,
    Desk,
    allocation,
    expenditure,
    pledge,
    receipt,
    usd,
)


def plan_with(code: str, dollars: str) -> BudgetPlan:
    lines = tuple(
        BudgetLine(
            code=line.code,
            area=line.area,
            amount=usd(dollars) if line.code == code else line.amount,
            names=line.names,
        )
        for line in shipped_plan("mdfm").lines
    )
    return BudgetPlan(name="changed", areas=shipped_plan("mdfm").areas, lines=lines)


def reversal(kind: str, reference: str, on: date = date(2020, 6, 1)) -> Reversal:
    return Reversal(
        reference=f"RV-{reference}",
        reversed_kind=kind,
        reversed_reference=reference,
        on=on,
        reason="wrong",
    )


def amendment(reference: str = "PA-1", **fields: Any) -> PledgeAmendment:
    given: dict[str, Any] = {"pledge": "P-1", "on": date(2020, 3, 2), "reason": "agreed", **fields}
    return PledgeAmendment(reference=reference, **given)


def revision(**fields: Any) -> ReviseBudget:
    given: dict[str, Any] = {"term": TERM, "on": date(2020, 6, 1), "decision": "SC-2", **fields}
    return ReviseBudget(reference="B-1", **given)


def foreign_plan() -> BudgetPlan:
    line = BudgetLine(code="1.1", area="1", amount=Amount(100, "EUR"), names=Names(en="One"))
    return BudgetPlan(name="euro", areas=(Area(code="1", names=Names(en="Area")),), lines=(line,))


Case = tuple[list[Event], Callable[[], Event], type[errors.RejectedError], dict[str, object]]

CASES: dict[str, Case] = {
    "money not received cannot be allotted": (
        [pledge(amount="5000.00"), receipt(amount="100.00", pledge="P-1")],
        lambda: allocation(amount="100.01"),
        errors.NotFundedError,
        {"asked": usd("100.01"), "free": usd("100.00"), "activity": "1.1"},
    ),
    "an allocation dated back may not use money that tomorrow needs": (
        [receipt(amount="100.00"), allocation("A-0", "80.00", on=date(2020, 9, 1))],
        lambda: allocation(amount="30.00", on=date(2020, 8, 1)),
        errors.NotFundedError,
        {"free": usd("20.00"), "on": date(2020, 8, 1)},
    ),
    "money earmarked elsewhere is not for this activity": (
        [receipt(amount="100.00", earmark="2.1"), receipt("R-2", "30.00")],
        lambda: allocation(amount="50.00"),
        errors.EarmarkError,
        {"asked": usd("50.00"), "free": usd("30.00"), "earmarked": usd("100.00")},
    ),
    "an allocation stays within its budget line": (
        [receipt(amount="300000.00"), allocation("A-0", "199999.99")],
        lambda: allocation(amount="0.02"),
        errors.OverBudgetError,
        {"activity": "1.1", "budget": usd("200000.00"), "allocated": usd("200000.01")},
    ),
    "an allocation dated back stays within the budget of every later day": (
        [
            receipt(amount="300000.00"),
            allocation("A-0", "150000.00", on=date(2020, 9, 1)),
        ],
        lambda: allocation(amount="60000.00", on=date(2020, 8, 1)),
        errors.OverBudgetError,
        {"allocated": usd("210000.00"), "day": date(2020, 9, 1)},
    ),
    "an activity must be in the budget": (
        [receipt()],
        lambda: allocation(activity="9.9"),
        errors.UnknownActivityError,
        {"activity": "9.9", "term": TERM},
    ),
    "an earmark must be in the budget": (
        [],
        lambda: receipt(earmark="9"),
        errors.UnknownActivityError,
        {"activity": "9"},
    ),
    "spending stays within the allotment": (
        [receipt(), allocation(amount="100.00"), expenditure("E-0", "60.00")],
        lambda: expenditure(amount="40.01"),
        errors.OverAllotmentError,
        {"asked": usd("40.01"), "left": usd("40.00"), "allocation": "A-1"},
    ),
    "spending dated back leaves enough for every later day": (
        [
            receipt(),
            allocation(amount="100.00"),
            expenditure("E-0", "90.00", on=date(2020, 9, 1)),
        ],
        lambda: expenditure(amount="20.00", on=date(2020, 8, 1)),
        errors.OverAllotmentError,
        {"left": usd("10.00"), "day": date(2020, 8, 1)},
    ),
    "what is spent cannot be returned": (
        [receipt(), allocation(amount="100.00"), expenditure("E-0", "60.00")],
        lambda: AllocationReturn(
            reference="AR-1", allocation="A-1", amount=usd("50.00"), on=date(2020, 6, 1), reason="back"
        ),
        errors.OverAllotmentError,
        {"left": usd("40.00")},
    ),
    "an allocation that was drawn on cannot be reversed": (
        [receipt(), allocation(amount="100.00"), expenditure("E-0", "60.00")],
        lambda: reversal("allocation", "A-1"),
        errors.ReversalDependsError,
        {"problem": "a later entry stands on it: expenditure E-0 (entry 8)"},
    ),
    "a receipt that was allotted cannot be reversed": (
        [receipt(amount="100.00"), allocation(amount="60.00")],
        lambda: reversal("receipt", "R-1"),
        errors.ReversalDependsError,
        {"problem": "a later entry stands on it: allocation A-1 (entry 7)"},
    ),
    "nothing is paid on a pledge that is paid": (
        [pledge(amount="100.00"), receipt("R-0", "100.00", pledge="P-1")],
        lambda: receipt(amount="0.01", pledge="P-1"),
        errors.PledgeExceededError,
        {"pledge": "P-1", "asked": usd("0.01"), "open": usd("0.00")},
    ),
    "no more than is open is written off": (
        [pledge(amount="100.00"), receipt(amount="70.00", pledge="P-1")],
        lambda: PledgeWriteOff(
            reference="PW-1", pledge="P-1", amount=usd("30.01"), on=date(2020, 6, 1), reason="cut"
        ),
        errors.PledgeExceededError,
        {"open": usd("30.00")},
    ),
    "a pledge is not lowered below what was received": (
        [pledge(amount="100.00"), receipt(amount="70.00", pledge="P-1")],
        lambda: amendment(amount=usd("69.99")),
        errors.PledgeExceededError,
        {"asked": usd("30.01"), "open": usd("30.00")},
    ),
    "a paid pledge cannot be reversed": (
        [pledge(amount="100.00"), receipt(amount="70.00", pledge="P-1")],
        lambda: reversal("pledge", "P-1"),
        errors.ReversalDependsError,
        {"problem": "a later entry stands on it: receipt R-1 (entry 7)"},
    ),
    "a receipt dated before the pledge has anything open may not pay it": (
        [
            pledge(amount="100.00"),
            receipt("R-0", "100.00", pledge="P-1", on=date(2020, 2, 10)),
            amendment(amount=usd("200.00")),
        ],
        lambda: receipt(amount="50.00", pledge="P-1", on=date(2020, 2, 20)),
        errors.PledgeExceededError,
        {"pledge": "P-1"},
    ),
    "the last amendment is reversed first": (
        [
            pledge(),
            amendment("PA-1", amount=usd("1100.00")),
            amendment("PA-2", amount=usd("1200.00")),
        ],
        lambda: reversal("pledge_amendment", "PA-1"),
        errors.ReversalDependsError,
        {"kind": "pledge_amendment", "reference": "PA-1"},
    ),
    "an entry is reversed once": (
        [receipt(), reversal("receipt", "R-1")],
        lambda: Reversal(
            reference="RV-2",
            reversed_kind="receipt",
            reversed_reference="R-1",
            on=date(2020, 6, 2),
            reason="again",
        ),
        errors.AlreadyReversedError,
        {"reference": "R-1", "reversed_by": 7},
    ),
    "a reversal is not reversed": (
        [receipt(), reversal("receipt", "R-1")],
        lambda: reversal("reversal", "RV-R-1"),
        errors.NotReversibleError,
        {"problem": "it is a reversal itself"},
    ),
    "a registration is not reversed": (
        [],
        lambda: reversal("register_donor", "ham"),
        errors.NotReversibleError,
        {"kind": "register_donor"},
    ),
    "a reversal comes after what it reverses": (
        [receipt(on=date(2020, 3, 2))],
        lambda: reversal("receipt", "R-1", on=date(2020, 3, 1)),
        errors.ReversalDateError,
        {"on": date(2020, 3, 1), "reversed_on": date(2020, 3, 2)},
    ),
    "a change of a pledge is not taken back before its last change": (
        [
            pledge(),
            amendment("PA-1", amount=usd("2000.00"), on=date(2020, 2, 5)),
            amendment("PA-2", amount=usd("3000.00"), on=date(2020, 2, 6)),
            reversal("pledge_amendment", "PA-2", on=date(2020, 3, 10)),
        ],
        lambda: reversal("pledge_amendment", "PA-1", on=date(2020, 3, 9)),
        errors.ReversalDateError,
        {"on": date(2020, 3, 9), "reversed_on": date(2020, 3, 10)},
    ),
    "a pledge is not amended before its last change was taken back": (
        [
            pledge(),
            amendment("PA-1", amount=usd("2000.00"), on=date(2020, 2, 5)),
            reversal("pledge_amendment", "PA-1", on=date(2020, 3, 10)),
        ],
        lambda: amendment("PA-2", amount=usd("3000.00"), on=date(2020, 3, 9)),
        errors.MismatchError,
        {"field": "on", "expected": "a date from 2020-03-10 on"},
    ),
    "what was never recorded is not reversed": (
        [],
        lambda: reversal("receipt", "R-404"),
        errors.UnknownDocumentError,
        {"kind": "receipt", "reference": "R-404"},
    ),
    "the preparer does not approve": (
        [receipt()],
        lambda: allocation(approved_by="  Finance@Example.ORG".strip()),
        errors.SamePersonError,
        {"person": "Finance@Example.ORG", "kind": "allocation"},
    ),
    "nothing is dated after today": (
        [],
        lambda: receipt(on=date(2022, 1, 16)),
        errors.FutureDateError,
        {"field": "on", "day": date(2022, 1, 16), "today": date(2022, 1, 15)},
    ),
    "nor valued after today": (
        [],
        lambda: receipt(value_date=date(2022, 1, 16)),
        errors.FutureDateError,
        {"field": "value_date"},
    ),
    "nothing is allotted before the term": (
        [receipt(on=date(2019, 11, 1))],
        lambda: allocation(on=date(2019, 12, 31)),
        errors.BeforeTermError,
        {"term": TERM, "starts_on": date(2020, 1, 1)},
    ),
    "the budget sums to the target": (
        [],
        lambda: revision(plan=plan_with("1.1", "200000.01")),
        errors.BudgetNotTargetError,
        {"lines": usd("1000000.01"), "target": usd("1000000.00")},
    ),
    "no activity falls below what is allocated": (
        [receipt(amount="300000.00"), allocation(amount="150000.00")],
        lambda: revision(plan=plan_with("1.1", "100000.00"), target=usd("900000.00")),
        errors.OverBudgetError,
        {"activity": "1.1", "budget": usd("100000.00"), "allocated": usd("150000.00")},
    ),
    "a budget is in the currency of the term": (
        [],
        lambda: revision(plan=foreign_plan()),
        errors.MismatchError,
        {"given": "EUR", "expected": "USD"},
    ),
    "budgets follow one another": (
        [revision(plan=plan_with("1.1", "250000.00"), target=usd("1050000.00"))],
        lambda: ReviseBudget(
            reference="B-2", term=TERM, on=date(2020, 5, 1), plan=shipped_plan("mdfm"), decision="SC-3"
        ),
        errors.MismatchError,
        {"field": "on", "expected": "a date from 2020-06-01 on"},
    ),
    "a term is in dollars": (
        [],
        lambda: OpenTerm(
            reference="E",
            starts_on=date(2022, 1, 1),
            ends_on=date(2023, 12, 31),
            plan=foreign_plan(),
            on=date(2022, 1, 1),
        ),
        errors.MismatchError,
        {"field": "plan", "given": "EUR"},
    ),
    "money is in the currency of its bank account": (
        [],
        lambda: receipt(money=Amount(100, "EUR")),
        errors.MismatchError,
        {"given": "EUR", "document": "bank account uil"},
    ),
    "a receipt and its pledge name one donor": (
        [pledge()],
        lambda: receipt(pledge="P-1", donor="med"),
        errors.MismatchError,
        {"field": "donor", "given": "med", "expected": "ham"},
    ),
    "dollars do not pay a promise of yen by themselves": (
        [pledge(money=Amount(500_000, "JPY"), donor="jp")],
        lambda: receipt(pledge="P-1"),
        errors.MismatchError,
        {"field": "amount", "given": "USD", "expected": "JPY"},
    ),
    "a write-off is in the pledge's currency": (
        [pledge()],
        lambda: PledgeWriteOff(
            reference="PW", pledge="P-1", amount=Amount(1, "EUR"), on=date(2020, 6, 1), reason="x"
        ),
        errors.MismatchError,
        {"given": "EUR"},
    ),
    "an amendment is in the pledge's currency": (
        [pledge()],
        lambda: amendment(amount=Amount(1, "EUR")),
        errors.MismatchError,
        {"given": "EUR"},
    ),
    "an allocation is in the term's currency": (
        [receipt()],
        lambda: allocation(money=Amount(1, "EUR")),
        errors.MismatchError,
        {"document": f"term {TERM}"},
    ),
    "a payment is in the bank account's currency": (
        [receipt(), allocation()],
        lambda: expenditure(money=Amount(1, "EUR")),
        errors.MismatchError,
        {"document": "bank account uil"},
    ),
    "a return is in the allocation's currency": (
        [receipt(), allocation()],
        lambda: AllocationReturn(
            reference="AR", allocation="A-1", amount=Amount(1, "EUR"), on=date(2020, 6, 1), reason="x"
        ),
        errors.MismatchError,
        {"document": "allocation A-1"},
    ),
    "a donor must be registered": (
        [],
        lambda: receipt(donor="nobody"),
        errors.UnknownDocumentError,
        {"kind": "donor", "reference": "nobody"},
    ),
    "a term must be open": (
        [],
        lambda: pledge(term="1999"),
        errors.UnknownDocumentError,
        {"kind": "term"},
    ),
    "an allocation must exist": (
        [],
        lambda: expenditure(allocation="A-404"),
        errors.UnknownDocumentError,
        {"kind": "allocation"},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_the_rule_holds(name: str) -> None:
    before, event, error, figures = CASES[name]
    desk = Desk(*before)
    books = desk.books
    with pytest.raises(error) as caught:
        desk.post(event())
    found = {key: caught.value.figures[key] for key in figures}
    assert found == figures
    assert caught.value.remedy.endswith(".")
    assert desk.books is books


def test_a_plan_says_which_invariant_is_broken_and_which_hold() -> None:
    desk = Desk(receipt(amount="100.00"), allocation(amount="60.00"))
    _, verdicts = examine(reversal("receipt", "R-1"), desk.books, actor=ACTOR, recorded_at=NOW)
    broken = {verdict.invariant for verdict in verdicts if verdict.error}
    assert broken == {"reversal-exact", "donor-not-negative"}
    assert len(verdicts) == 12


def test_an_entry_cannot_exist_unbalanced() -> None:
    place = subaccount("1010", term=TERM, bank_account="uil")
    other = subaccount("2010", term=TERM, donor="ham")
    with pytest.raises(errors.UnbalancedError) as caught:
        require_balanced([debit(place, 100), credit(other, 99)])
    assert caught.value.figures == {
        "journal_set": "trust",
        "term": TERM,
        "currency": "USD",
        "difference": 1,
    }


def test_no_revenue_account_can_be_named() -> None:
    with pytest.raises(errors.RevenueAccountError, match="4000 is not in the chart"):
        subaccount("4000", term=TERM)


@pytest.mark.parametrize(
    ("account", "dimensions", "field"),
    [
        ("1010", {}, "bank_account"),
        ("1010", {"bank_account": "uil", "donor": "ham"}, "donor"),
        ("2010", {"donor": "ham", "term": ""}, "term"),
        ("2010", {"donor": "ham", "currency": "EUR"}, "currency"),
    ],
)
def test_a_line_has_the_dimensions_of_its_account(
    account: str, dimensions: dict[str, Any], field: str
) -> None:
    with pytest.raises(errors.InvalidFieldError) as caught:
        subaccount(account, **{"term": TERM, **dimensions})
    assert caught.value.field == field


@pytest.mark.parametrize("minor", [0, -1, 1.5, True, 10**15 + 1])
@pytest.mark.parametrize("make", [debit, credit])
def test_a_line_has_positive_whole_minor_units(make: Callable[..., JournalLine], minor: int) -> None:
    with pytest.raises(errors.InvalidAmountError):
        make(subaccount("2010", term=TERM, donor="ham"), minor)


@pytest.mark.parametrize("minor", [0, -1, 1.5, True, 10**15 + 1])
def test_a_move_is_of_positive_whole_minor_units(minor: int) -> None:
    place, to = (subaccount("8110", term=TERM, donor="ham", earmark=earmark) for earmark in ("", "1.1"))
    assert moved([place], [to], [1]) == (debit(place, 1), credit(to, 1))
    with pytest.raises(errors.InvalidAmountError):
        moved([place, place], [to, to], [1, minor])


def test_places_like_another_are_of_other_money_and_nothing_else() -> None:
    place = subaccount("8110", term=TERM, donor="ham", earmark="1.1")
    alike = places_like(place, [("ham", "1.1"), ("muc", ""), ("ham", "2")])
    assert alike == [
        place,
        subaccount("8110", term=TERM, donor="muc"),
        subaccount("8110", term=TERM, donor="ham", earmark="2"),
    ]
    assert {type(one) for one in alike} == {type(place)}


@pytest.mark.parametrize(
    ("money", "field"), [([("ham", ""), ("", "")], "donor"), ([("ham", ""), ("muc", "1.1")], "earmark")]
)
def test_places_like_another_have_the_dimensions_of_their_account(
    money: list[tuple[str, str]], field: str
) -> None:
    with pytest.raises(errors.InvalidFieldError) as caught:
        places_like(subaccount("2010", term=TERM, donor="ham"), money)
    assert caught.value.field == field


def test_a_line_made_by_hand_is_not_zero_either() -> None:
    with pytest.raises(errors.InvalidAmountError):
        JournalLine(subaccount("2010", term=TERM, donor="ham"), 0)


def test_money_above_the_target_is_accepted_and_said() -> None:
    posting = Desk(receipt(amount="999999.99")).post(receipt("R-2", "0.02"))
    (warning,) = posting.warnings
    assert (warning.code, "USD 0.01 more than its target" in warning.message) == ("above-target", True)


def test_money_before_its_pledge_is_accepted_and_said() -> None:
    posting = Desk(pledge(on=date(2020, 5, 4))).post(receipt(pledge="P-1", on=date(2020, 3, 2)))
    assert [warning.code for warning in posting.warnings] == ["before-pledge"]


@pytest.mark.parametrize(
    "make",
    [
        lambda: pledge(instalments=(Instalment(due_on=date(2020, 6, 1), amount=usd("999.99")),)),
        lambda: pledge(instalments=(Instalment(due_on=date(2020, 6, 1), amount=Amount(1000, "JPY")),)),
        lambda: pledge(
            instalments=(
                Instalment(due_on=date(2020, 7, 1), amount=usd("500.00")),
                Instalment(due_on=date(2020, 6, 1), amount=usd("500.00")),
            )
        ),
        lambda: pledge(instalments=[Instalment(due_on=date(2020, 6, 1), amount=usd("1000.00"))]),
        lambda: receipt(donor=""),
        lambda: receipt(fulfils=usd("1.00")),
        lambda: receipt(pledge="P-1", earmark="1.1"),
        amendment,
        lambda: expenditure(category="9"),
        lambda: expenditure(country="ZZ"),
        lambda: receipt(on="2020-03-02"),
        lambda: receipt(on=NOW),
        lambda: receipt(money=100.0),
        lambda: receipt(bank_reference=""),
        lambda: receipt(reference=""),
        lambda: receipt(bank_reference=" leading"),
        lambda: receipt(bank_reference="x" * 1001),
        lambda: receipt(bank_reference=7),
        lambda: receipt(bank_reference="e\u0301"),
        lambda: OpenTerm.from_plan(
            "mdfm", reference="T", starts_on=date(2020, 1, 1), agent_fee_basis_points=10_001
        ),
        lambda: OpenTerm.from_plan("none", reference="T", starts_on=date(2020, 1, 1)),
        lambda: OpenTerm.from_plan(
            "mdfm", reference="T", starts_on=date(2020, 1, 1), ends_on=date(2019, 1, 1)
        ),
        lambda: OpenTerm.from_plan("mdfm", reference="T", starts_on=date(2020, 1, 1), target=usd("5.00")),
    ],
)
def test_a_malformed_event_cannot_be_made(make: Callable[[], Event]) -> None:
    with pytest.raises(errors.RejectedError) as caught:
        make()
    assert caught.value.remedy


def test_persian_and_accented_names_are_plain_text() -> None:
    assert receipt(
        bank_reference="\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645 Medellín Côte d'Ivoire"
    ).bank_reference


def test_a_term_from_the_leap_day_ends_on_a_day_that_exists() -> None:
    term = OpenTerm.from_plan("mdfm", reference="T", starts_on=date(2020, 2, 29))
    assert term.ends_on == date(2022, 2, 28)


class Forged(Event):
    """An event whose posting rule is whatever the test says: what a faulty rule could do."""

    event_kind = "forged"

    def post(self, books: object) -> tuple[JournalLine, ...]:
        return FORGED[self.reference]


_FREE = subaccount("8110", term=TERM, donor="ham", earmark="2.1")
_ALLOTTED = subaccount("8120", term=TERM, donor="ham", activity="1.1", allocation="A-9", earmark="2.1")
FORGED = {
    "earmark": (debit(_FREE, 100), credit(_ALLOTTED, 100)),
    "resources": (
        debit(subaccount("1010", term=TERM, bank_account="uil"), 100),
        credit(subaccount("2010", term=TERM, donor="ham"), 100),
    ),
}


@pytest.mark.parametrize(
    ("reference", "error"),
    [("earmark", errors.EarmarkError), ("resources", errors.ResourcesDifferError)],
)
def test_a_faulty_posting_rule_is_caught(reference: str, error: type[errors.RuleError]) -> None:
    desk = Desk(receipt(amount="1000.00", earmark="2.1"))
    with pytest.raises(error):
        desk.post(Forged(reference=reference, on=date(2020, 6, 1)))


def test_a_plan_of_a_reversal_says_what_else_would_break() -> None:
    desk = Desk(receipt(amount="100.00"), allocation(amount="60.00"), expenditure(amount="10.00"))
    _, verdicts = examine(reversal("allocation", "A-1"), desk.books, actor=ACTOR, recorded_at=NOW)
    assert {verdict.invariant for verdict in verdicts if verdict.error} == {
        "reversal-exact",
        "within-allotment",
    }
