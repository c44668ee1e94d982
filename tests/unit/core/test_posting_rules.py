"""What each event posts, as an accountant would write it down."""

from __future__ import annotations

from datetime import date

from mdfm_ledger import (
    AllocationReturn,
    Amount,
    PledgeAmendment,
    PledgeWriteOff,
    Reversal,
)
from tests.support.bookkeeping import (
    Desk,
    allocation,
    expenditure,
    pledge,
    receipt,
    table,
    usd,
)


def test_a_signed_pledge_is_a_promise_in_the_memorandum_set_only() -> None:
    assert Desk().lines(pledge()) == table("""
        Dr 8020 ham P-1 USD 1,000.00
        Cr 8090 ham P-1 USD 1,000.00
    """)


def test_an_announced_pledge_stands_apart() -> None:
    assert Desk().lines(pledge(status="announced")) == table("""
        Dr 8010 ham P-1 USD 1,000.00
        Cr 8090 ham P-1 USD 1,000.00
    """)


def test_a_pledge_is_kept_in_its_own_currency() -> None:
    assert Desk().lines(pledge(money=Amount(500_000, "JPY"), donor="jp")) == table("""
        Dr 8020 jp P-1 JPY 500,000
        Cr 8090 jp P-1 JPY 500,000
    """)


def test_a_receipt_raises_a_liability_and_pays_the_pledge() -> None:
    assert Desk(pledge()).lines(receipt(amount="400.00", pledge="P-1")) == table("""
        Dr 1010 uil USD 400.00
        Cr 2010 ham USD 400.00
        Dr 8100 ham USD 400.00
        Cr 8110 ham USD 400.00
        Dr 8040 ham P-1 USD 400.00
        Cr 8020 ham P-1 USD 400.00
    """)


def test_a_receipt_without_a_pledge_is_free_money_of_the_donor() -> None:
    assert Desk().lines(receipt(earmark="1.1")) == table("""
        Dr 1010 uil USD 1,000.00
        Cr 2010 ham USD 1,000.00
        Dr 8100 ham USD 1,000.00
        Cr 8110 ham 1.1 USD 1,000.00
    """)


def test_dollars_fulfil_a_foreign_promise_by_what_it_counts_in_its_own_currency() -> None:
    desk = Desk(pledge(money=Amount(500_000, "JPY"), donor="jp"))
    paid = receipt(amount="4600.00", pledge="P-1", fulfils=Amount(500_000, "JPY"))
    assert desk.lines(paid) == table("""
        Dr 1010 uil USD 4,600.00
        Cr 2010 jp USD 4,600.00
        Dr 8100 jp USD 4,600.00
        Cr 8110 jp USD 4,600.00
        Dr 8040 jp P-1 JPY 500,000
        Cr 8020 jp P-1 JPY 500,000
    """)


def test_signing_for_less_moves_the_open_part_and_takes_the_difference_back() -> None:
    amendment = PledgeAmendment(
        reference="PA-1",
        pledge="P-1",
        status="signed",
        amount=usd("900.00"),
        on=date(2020, 3, 2),
        reason="signed",
    )
    assert Desk(pledge(status="announced")).lines(amendment) == table("""
        Dr 8020 ham P-1 USD 900.00
        Dr 8090 ham P-1 USD 100.00
        Cr 8010 ham P-1 USD 1,000.00
    """)


def test_a_raised_pledge_promises_the_difference() -> None:
    amendment = PledgeAmendment(
        reference="PA-1", pledge="P-1", amount=usd("1250.00"), on=date(2020, 3, 2), reason="more"
    )
    assert Desk(pledge()).lines(amendment) == table("""
        Dr 8020 ham P-1 USD 250.00
        Cr 8090 ham P-1 USD 250.00
    """)


def test_a_new_schedule_posts_nothing() -> None:
    amendment = PledgeAmendment(
        reference="PA-1", pledge="P-1", status="signed", on=date(2020, 3, 2), reason="countersigned"
    )
    assert Desk(pledge()).lines(amendment) == ""


def test_a_part_is_written_off() -> None:
    off = PledgeWriteOff(
        reference="PW-1", pledge="P-1", amount=usd("250.00"), on=date(2021, 2, 1), reason="budget cut"
    )
    assert Desk(pledge()).lines(off) == table("""
        Dr 8050 ham P-1 USD 250.00
        Cr 8020 ham P-1 USD 250.00
    """)


def test_an_allocation_takes_from_the_pool_in_proportion_to_what_is_free() -> None:
    desk = Desk(receipt(), receipt("R-2", "2000.00", donor="med"))
    assert desk.lines(allocation(amount="100.00")) == table("""
        Dr 8110 ham USD 33.33
        Cr 8120 ham A-1 1.1 USD 33.33
        Dr 8110 med USD 66.67
        Cr 8120 med A-1 1.1 USD 66.67
    """)


def test_an_allocation_takes_earmarked_money_first_then_its_area_then_the_pool() -> None:
    desk = Desk(
        receipt("R-1", "10.00"),
        receipt("R-2", "10.00", earmark="1", donor="med"),
        receipt("R-3", "10.00", earmark="1.1", donor="jp"),
        receipt("R-4", "10.00", earmark="2.1", donor="jp"),
    )
    assert desk.lines(allocation(amount="25.00")) == table("""
        Dr 8110 jp 1.1 USD 10.00
        Cr 8120 jp A-1 1.1 1.1 USD 10.00
        Dr 8110 med 1 USD 10.00
        Cr 8120 med A-1 1.1 1 USD 10.00
        Dr 8110 ham USD 5.00
        Cr 8120 ham A-1 1.1 USD 5.00
    """)


def test_an_expenditure_follows_the_frozen_shares() -> None:
    desk = Desk(receipt(), receipt("R-2", "2000.00", donor="med"), allocation(amount="300.00"))
    desk.post(receipt("R-3", "9000.00", donor="jp"))
    assert desk.lines(expenditure(amount="100.00", country="SN")) == table("""
        Dr 2040 ham A-1 1.1 5 SN USD 33.33
        Dr 2040 med A-1 1.1 5 SN USD 66.67
        Cr 1010 uil USD 100.00
        Dr 8120 ham A-1 1.1 USD 33.33
        Cr 8150 ham A-1 1.1 USD 33.33
        Dr 8120 med A-1 1.1 USD 66.67
        Cr 8150 med A-1 1.1 USD 66.67
    """)


def test_one_donor_with_two_parcels_is_one_line_of_use() -> None:
    desk = Desk(
        receipt("R-1", "100.00", earmark="1.1"),
        receipt("R-2", "200.00"),
        receipt("R-3", "300.00", donor="med"),
        allocation(amount="600.00"),
    )
    assert desk.lines(expenditure(amount="6.00")) == table("""
        Dr 2040 ham A-1 1.1 5 USD 3.00
        Dr 2040 med A-1 1.1 5 USD 3.00
        Cr 1010 uil USD 6.00
        Dr 8120 ham A-1 1.1 1.1 USD 1.00
        Cr 8150 ham A-1 1.1 1.1 USD 1.00
        Dr 8120 ham A-1 1.1 USD 2.00
        Cr 8150 ham A-1 1.1 USD 2.00
        Dr 8120 med A-1 1.1 USD 3.00
        Cr 8150 med A-1 1.1 USD 3.00
    """)


def test_a_cent_goes_to_one_donor_and_one_parcel() -> None:
    desk = Desk(
        receipt("R-1", "100.00", earmark="1.1"),
        receipt("R-2", "200.00"),
        receipt("R-3", "300.00", donor="med"),
        allocation(amount="600.00"),
    )
    assert desk.post(expenditure(amount="0.01")).entry.lines[0].minor == 1


def test_what_is_returned_has_its_earmark_again() -> None:
    desk = Desk(receipt("R-1", "10.00"), receipt("R-2", "10.00", earmark="1.1"), allocation(amount="20.00"))
    back = AllocationReturn(
        reference="AR-1", allocation="A-1", amount=usd("4.00"), on=date(2020, 6, 1), reason="less needed"
    )
    assert desk.lines(back) == table("""
        Dr 8120 ham A-1 1.1 1.1 USD 2.00
        Cr 8110 ham 1.1 USD 2.00
        Dr 8120 ham A-1 1.1 USD 2.00
        Cr 8110 ham USD 2.00
    """)


def test_a_reversal_is_the_mirror_of_the_lines() -> None:
    desk = Desk(pledge(), receipt(amount="400.00", pledge="P-1"))
    undo = Reversal(
        reference="RV-1",
        reversed_kind="receipt",
        reversed_reference="R-1",
        on=date(2020, 3, 9),
        reason="wrong donor",
    )
    assert desk.lines(undo) == table("""
        Cr 1010 uil USD 400.00
        Dr 2010 ham USD 400.00
        Cr 8100 ham USD 400.00
        Dr 8110 ham USD 400.00
        Cr 8040 ham P-1 USD 400.00
        Dr 8020 ham P-1 USD 400.00
    """)
    assert desk.books.pledge_open("P-1").total == 100_000


def test_reversing_a_draw_gives_its_own_split_back() -> None:
    desk = Desk(
        receipt("R-1", "100.00"),
        receipt("R-2", "100.00", donor="med"),
        receipt("R-3", "100.00", donor="jp"),
        allocation(amount="1.00"),
        expenditure("E-1", "0.50"),
    )
    spent = {
        line.subaccount.donor: line.minor
        for line in desk.post(expenditure("E-2", "0.25")).entry.lines
        if line.subaccount.account == "2040"
    }
    undo = Reversal(
        reference="RV-1",
        reversed_kind="expenditure",
        reversed_reference="E-2",
        on=date(2020, 6, 1),
        reason="twice",
    )
    back = {
        line.subaccount.donor: line.minor
        for line in desk.post(undo).entry.lines
        if line.subaccount.account == "2040"
    }
    assert back == spent
