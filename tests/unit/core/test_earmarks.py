"""Earmarked money: where it may be allotted, and what a budget does to it that puts activities elsewhere."""

from __future__ import annotations

from datetime import date
from typing import Any

import attrs
import pytest

from mdfm_ledger import (
    AllocationReturn,
    Amount,
    BudgetPlan,
    EarmarkChange,
    Obligation,
    RegisterPartner,
    Reversal,
    ReviseBudget,
    errors,
)
from mdfm_ledger.plans import Area, Names, shipped_plan
from tests.support.bookkeeping import (
    ACTOR,
    TERM,
    Desk,
    allocation,
    expenditure,
    pledge,
    receipt,
    table,
    usd,
)
from tests.support.ledgers import events, open_ledger

PLAN = shipped_plan("mdfm")
OTHER = Area(code="4", names=Names(en="Other"))


def with_areas(**area_of: str) -> BudgetPlan:
    """The plan of the term with activities put into other areas: ``a11="2"`` puts 1.1 into area 2."""
    moved = {f"{name[1]}.{name[2]}": area for name, area in area_of.items()}
    lines = tuple(attrs.evolve(line, area=moved.get(line.code, line.area)) for line in PLAN.lines)
    return attrs.evolve(PLAN, areas=(*PLAN.areas, OTHER), lines=lines)


def revised(plan: BudgetPlan, **fields: Any) -> ReviseBudget:
    given: dict[str, Any] = {"reference": "B-1", "term": TERM, "on": date(2020, 5, 4), "decision": "SC-2"}
    return ReviseBudget(plan=plan, **given | fields)


def back(amount: str) -> AllocationReturn:
    return AllocationReturn(
        reference="AR-1", allocation="A-1", amount=usd(amount), on=date(2020, 6, 1), reason="less needed"
    )


BOUND = (receipt(amount="100.00", earmark="1"), allocation(amount="100.00"))
"""Earmarked for area 1, allotted to 1.1."""


def reversal(kind: str, reference: str) -> Reversal:
    return Reversal(
        reference="RV-1",
        reversed_kind=kind,
        reversed_reference=reference,
        on=date(2020, 6, 1),
        reason="wrong",
    )


OBLIGATION = Obligation(
    reference="O-1", allocation="A-1", party="kla", amount=usd("10.00"), purpose="w", on=date(2020, 6, 1)
)


@pytest.mark.parametrize(
    "event", [expenditure(amount="10.00"), OBLIGATION, back("10.00"), reversal("allocation", "A-1")]
)
def test_what_was_allotted_stays_usable_where_its_activity_goes_to_another_area(event: Any) -> None:
    desk = Desk(RegisterPartner(reference="kla", name="Kampala"), *BOUND, revised(with_areas(a11="2")))
    assert desk.post(event).entry.lines


def test_what_was_given_back_by_mistake_is_allotted_again() -> None:
    desk = Desk(*BOUND, revised(with_areas(a11="2")), back("40.00"))
    assert desk.lines(reversal("allocation_return", "AR-1")) == table("""
        Cr 8120 ham A-1 1.1 1 USD 40.00
        Dr 8110 ham 1 USD 40.00
    """)


def test_by_the_new_budget_it_is_allotted_in_its_area_only() -> None:
    desk = Desk(receipt(amount="100.00", earmark="1"), revised(with_areas(a11="2")))
    with pytest.raises(errors.EarmarkError):
        desk.post(allocation(amount="10.00", on=date(2020, 6, 1)))
    assert desk.post(allocation(amount="10.00", activity="1.2", on=date(2020, 6, 1))).entry.lines
    # By the budget of the day before, it is.
    assert desk.post(allocation("A-2", amount="10.00", on=date(2020, 5, 3))).entry.lines


def test_a_budget_that_leaves_allotted_money_outside_its_earmark_says_so() -> None:
    desk = Desk(*BOUND, expenditure(amount="30.00"))
    (notice,) = desk.post(revised(with_areas(a11="2"))).warnings
    assert notice.code == "outside-earmark"
    assert notice.message.endswith("would not allot it: USD 70.00 for 1 on 1.1 by allocation A-1")
    # What is said once is not said again, nor where nothing is left.
    assert not desk.post(revised(with_areas(a11="2"), reference="B-2")).warnings
    desk.post(back("70.00"), revised(PLAN, reference="B-3"))
    assert not desk.post(revised(with_areas(a11="2"), reference="B-4")).warnings


WITHOUT_AREA_3 = with_areas(a31="4")


def test_a_budget_that_has_nothing_for_earmarked_money_says_so() -> None:
    desk = Desk(receipt(amount="100.00", earmark="3"), receipt("R-2", "50.00", earmark="3.1"))
    (notice,) = desk.post(revised(WITHOUT_AREA_3)).warnings
    assert notice.code == "earmark-unserved"
    assert notice.message.endswith("no line of this budget is for it: USD 100.00 of ham for 3")


def test_so_does_money_that_comes_for_it_afterwards() -> None:
    desk = Desk(pledge(earmark="3"), revised(WITHOUT_AREA_3))
    (notice,) = desk.post(receipt(amount="10.00", pledge="P-1", on=date(2020, 6, 1))).warnings
    assert notice.code == "earmark-unserved"
    assert notice.message == "USD 10.00 came for 3, which no line of the budget is for any more"


def test_a_ledger_revised_so_verifies_and_ties_out() -> None:
    with open_ledger("sqlite://") as ledger:
        ledger.record_all([*events(), revised(with_areas(a11="2"), on=date(2020, 8, 3))])
        ledger.record(receipt("R-3", "50.00", donor="med", earmark="2", on=date(2020, 9, 1)))
        ledger.record(allocation("A-2", amount="50.00", on=date(2020, 9, 1)))
        ledger.record(revised(PLAN, reference="B-2", on=date(2020, 10, 1)))
        ledger.record(expenditure("E-9", amount="30.00", allocation="A-2", on=date(2020, 10, 2)))
        ledger.verify().raise_if_broken()
        assert ledger.report("tie_out", term=TERM, as_of=date(2020, 12, 31)).holds
        statement = ledger.donor_statement("med", term=TERM, as_of=date(2020, 12, 31))
        assert [(row.earmark, row.spent.text, row.outside.text) for row in statement.earmarks] == [
            ("", "0.00", "0.00"),
            ("1.1", "75.00", "0.00"),
            ("2", "30.00", "0.00"),
        ]


def agreed(amount: str = "40.00", **fields: Any) -> EarmarkChange:
    given: dict[str, Any] = {
        "reference": "EC-1",
        "term": TERM,
        "donor": "ham",
        "on": date(2020, 6, 1),
        "from_earmark": "1",
        "to_earmark": "2.1",
        "agreement": "letter of 28 May 2020",
        "reason": "the workshops cost less",
    }
    return EarmarkChange(amount=usd(amount), **given | fields)


def test_money_that_is_free_gets_another_earmark_by_agreement() -> None:
    desk = Desk(receipt(amount="100.00", earmark="1"))
    assert desk.lines(agreed()) == table("""
        Dr 8110 ham 1 USD 40.00
        Cr 8110 ham 2.1 USD 40.00
    """)
    assert desk.lines(allocation(amount="40.00", activity="2.1", on=date(2020, 6, 2))) == table("""
        Dr 8110 ham 2.1 USD 40.00
        Cr 8120 ham A-1 2.1 2.1 USD 40.00
    """)


@pytest.mark.parametrize(("before", "after"), [("1", ""), ("", "1")])
def test_none_is_an_earmark_too(before: str, after: str) -> None:
    desk = Desk(receipt(amount="100.00", earmark=before))
    desk.post(agreed("100.00", from_earmark=before, to_earmark=after))
    assert desk.post(allocation(amount="100.00", on=date(2020, 6, 1))).entry.lines


def test_no_more_than_is_free_on_the_day_and_later() -> None:
    desk = Desk(*BOUND, receipt("R-2", "50.00", earmark="1"), receipt("R-3", "500.00"))
    with pytest.raises(errors.DonorNegativeError) as caught:
        desk.post(agreed("50.01"))
    assert caught.value.balance == usd("-0.01")
    desk.post(agreed("50.00"))
    # Neither is it before the money came, nor out of what another earmark has.
    with pytest.raises(errors.DonorNegativeError):
        desk.post(agreed("0.01", reference="EC-2"))
    with pytest.raises(errors.DonorNegativeError):
        desk.post(agreed("1.00", reference="EC-2", from_earmark="2.1", to_earmark="", on=date(2020, 5, 31)))


def test_it_is_taken_back_unless_the_money_is_allotted() -> None:
    desk = Desk(receipt(amount="100.00", earmark="1"), agreed())
    desk.post(allocation(amount="10.00", activity="2.1", on=date(2020, 6, 1)))
    with pytest.raises(errors.ReversalDependsError, match="allocation A-1"):
        desk.post(reversal("earmark_change", "EC-1"))
    other = Desk(receipt(amount="100.00", earmark="1"), agreed())
    assert other.lines(reversal("earmark_change", "EC-1")) == table("""
        Cr 8110 ham 1 USD 40.00
        Dr 8110 ham 2.1 USD 40.00
    """)


def test_money_whose_earmark_no_line_is_for_any_more_is_of_use_again() -> None:
    desk = Desk(receipt(amount="100.00", earmark="3"), revised(WITHOUT_AREA_3))
    with pytest.raises(errors.EarmarkError, match="earmarked elsewhere"):
        desk.post(allocation(amount="10.00", activity="3.1", on=date(2020, 6, 1)))
    desk.post(agreed("100.00", from_earmark="3", to_earmark="4"))
    assert desk.post(allocation(amount="10.00", activity="3.1", on=date(2020, 6, 1))).entry.lines


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"to_earmark": "1"}, errors.InvalidFieldError),
        ({"from_earmark": "9"}, errors.UnknownActivityError),
        ({"to_earmark": "9"}, errors.UnknownActivityError),
        ({"donor": "nobody"}, errors.UnknownDocumentError),
        ({"term": "2022-2023"}, errors.UnknownDocumentError),
        ({"approved_by": ACTOR}, errors.SamePersonError),
        ({"reason": ""}, errors.InvalidFieldError),
    ],
)
def test_what_is_no_agreement_is_refused(fields: dict[str, str], error: type[errors.LedgerError]) -> None:
    desk = Desk(receipt(amount="100.00", earmark="1"))
    with pytest.raises(error):
        desk.post(agreed(**fields))


def test_it_is_of_the_currency_of_the_term() -> None:
    desk = Desk(receipt(amount="100.00", earmark="1"))
    with pytest.raises(errors.MismatchError):
        desk.post(attrs.evolve(agreed(), amount=Amount(4000, "EUR")))


def test_in_the_statement_it_is_another_movement_of_both_earmarks_and_all_ties() -> None:
    with open_ledger("sqlite://") as ledger:
        ledger.record_all(events())
        ledger.record(receipt("R-9", "90.00", donor="med", earmark="2"))
        ledger.record(agreed(donor="med", from_earmark="2", to_earmark=""))
        statement = ledger.donor_statement("med", term=TERM, as_of=date(2020, 12, 31))
        assert [
            (row.earmark, row.received.text, row.other.text, row.free.text) for row in statement.earmarks
        ] == [
            ("", "0.00", "40.00", "40.00"),
            ("1.1", "600.00", "0.00", "0.00"),
            ("2", "90.00", "-40.00", "50.00"),
        ]
        assert ledger.report("tie_out", term=TERM, as_of=date(2020, 12, 31)).holds
        ledger.verify().raise_if_broken()
