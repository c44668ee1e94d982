"""The life of a pledge: due, paid, paid too much, raised, lowered, cancelled, written off."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mdfm_ledger import (
    Amount,
    Instalment,
    Ledger,
    PledgeAmendment,
    PledgesDue,
    PledgeWriteOff,
    ReceiptApplication,
    Reversal,
    UnidentifiedReceipt,
    errors,
    instalments,
    posting,
)
from mdfm_ledger.event import Event
from mdfm_ledger.notices import Notice
from tests.support.bookkeeping import TERM, Desk, pledge, receipt, table, usd
from tests.support.ledgers import events, open_ledger
from tests.unit.core.test_exchange import EuroDesk, in_euros


def thirds(
    dollars: str = "300.00", first: date = date(2020, 4, 1), months: int = 12
) -> tuple[Instalment, ...]:
    return instalments(usd(dollars), 3, first, every_months=months)


def yearly(reference: str = "P-1", **fields: Any) -> Event:
    return pledge(reference, "300.00", **{"instalments": thirds(), **fields})


def due(on: date = date(2020, 4, 1), **fields: Any) -> PledgesDue:
    return PledgesDue(**{"reference": f"D-{on}", "term": TERM, "on": on, **fields})


def amended(**fields: Any) -> PledgeAmendment:
    given = {"reference": "PA-1", "pledge": "P-1", "on": date(2020, 5, 4), "reason": "agreed", **fields}
    return PledgeAmendment(**given)


def written_off(dollars: str, **fields: Any) -> PledgeWriteOff:
    given = {"reference": "PW-1", "pledge": "P-1", "on": date(2020, 6, 1), "reason": "cut", **fields}
    return PledgeWriteOff(amount=usd(dollars), **given)


def undone(kind: str, wrong: str, on: date = date(2021, 6, 1)) -> Reversal:
    return Reversal(
        reference=f"RV-{wrong}", reversed_kind=kind, reversed_reference=wrong, on=on, reason="wrong"
    )


def states(desk: Desk, reference: str = "P-1") -> dict[str, int]:
    """What is open by account over all dates, in dollars, where it is not nothing."""
    found = desk.books.pledge_states(reference)
    return {place.account: series.total // 100 for place, series in found.items() if series.total}


# -- due --------------------------------------------------------------------------------------------


def test_an_instalment_falls_due() -> None:
    assert Desk(yearly()).lines(due()) == table("""
        Dr 8030 ham P-1 USD 100.00
        Cr 8020 ham P-1 USD 100.00
    """)


def test_one_run_takes_all_pledges_of_the_term_that_are_signed() -> None:
    desk = Desk(
        yearly("P-2", donor="med"),
        yearly("P-1"),
        yearly("P-3", status="announced"),
        pledge("P-4", "50.00", on=date(2020, 3, 31)),
        pledge("P-5", "50.00", on=date(2020, 4, 2)),
        pledge("P-6", money=Amount(900, "JPY"), donor="jp"),
    )
    assert desk.lines(due()) == table("""
        Dr 8030 ham P-1 USD 100.00
        Cr 8020 ham P-1 USD 100.00
        Dr 8030 med P-2 USD 100.00
        Cr 8020 med P-2 USD 100.00
        Dr 8030 ham P-4 USD 50.00
        Cr 8020 ham P-4 USD 50.00
        Dr 8030 jp P-6 JPY 900
        Cr 8020 jp P-6 JPY 900
    """)


def test_what_is_paid_already_does_not_fall_due() -> None:
    desk = Desk(yearly(), receipt(amount="130.00", pledge="P-1"))
    with pytest.raises(errors.NothingDueError) as caught:
        desk.post(due())
    assert str(caught.value) == (
        f"on the pledges to term {TERM} nothing is due by 2020-04-01 that is not recorded already"
    )
    assert desk.lines(due(date(2021, 4, 1))).startswith("Dr 8030 ham P-1 USD 70.00")


def test_a_run_again_finds_nothing_and_a_later_one_the_rest() -> None:
    desk = Desk(yearly(), due())
    with pytest.raises(errors.NothingDueError):
        desk.post(due(reference="D-again"))
    assert desk.lines(due(date(2021, 6, 30))).startswith("Dr 8030 ham P-1 USD 100.00")


def test_money_recorded_before_the_run_is_late_is_not_asked_for_again() -> None:
    """The instalment of April was paid in May; the run for April is made in June."""
    desk = Desk(yearly(), receipt(amount="100.00", pledge="P-1", on=date(2020, 5, 4)))
    with pytest.raises(errors.NothingDueError):
        desk.post(due())


def test_a_run_of_another_term_or_for_tomorrow_is_refused() -> None:
    with pytest.raises(errors.UnknownDocumentError):
        Desk().post(due(term="1999"))
    with pytest.raises(errors.FutureDateError):
        Desk(yearly()).post(due(date(2022, 4, 1)))


def test_the_job_may_run_every_day(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "l.db") as ledger:
        ledger.record_all([*events(), yearly("P-7")])
        done = ledger.record_due(term=TERM, on=date(2020, 4, 1))
        assert done is not None
        assert ledger.record_due(term=TERM, on=date(2020, 4, 1)) is None
        ledger.record(yearly("P-8"))
        second = ledger.record_due(term=TERM, on=date(2020, 4, 1))
        assert second is not None
        references = [entry.event.reference for entry in ledger.entries() if entry.number >= done.number]
        assert references == [f"{TERM}/2020-04-01", "P-8", f"{TERM}/2020-04-01/2"]
        assert ledger.balance("8030", term=TERM, pledge="P-8") == usd("100.00")
        assert ledger.verify().is_clean
        assert ledger.report("tie_out", term=TERM).holds


# -- paid -------------------------------------------------------------------------------------------


def test_a_receipt_clears_what_is_due_before_what_is_not() -> None:
    paid = receipt(amount="130.00", pledge="P-1", on=date(2020, 4, 20))
    assert Desk(yearly(), due()).lines(paid) == table("""
        Dr 1010 uil USD 130.00
        Cr 2010 ham USD 130.00
        Dr 8100 ham USD 130.00
        Cr 8110 ham USD 130.00
        Dr 8040 ham P-1 USD 130.00
        Cr 8030 ham P-1 USD 100.00
        Cr 8020 ham P-1 USD 30.00
    """)


def test_a_receipt_dated_before_the_run_clears_it_too() -> None:
    """Money of March recorded after the run for April: nothing stays due that was paid."""
    desk = Desk(yearly(), due(), receipt(amount="100.00", pledge="P-1", on=date(2020, 3, 2)))
    assert states(desk) == {"8020": 200}


def test_what_was_received_on_an_announced_pledge_and_taken_back_is_open_again_after_signing() -> None:
    desk = Desk(
        pledge(amount="100.00", status="announced"),
        receipt(amount="40.00", pledge="P-1"),
        amended(status="signed"),
        undone("receipt", "R-1", on=date(2020, 6, 1)),
    )
    assert states(desk) == {"8010": 40, "8020": 60}
    desk.post(receipt("R-2", "100.00", pledge="P-1", on=date(2020, 7, 1)))
    assert states(desk) == {}


def test_what_exceeds_the_pledge_waits_to_be_applied() -> None:
    desk = Desk(pledge(amount="100.00"), pledge("P-2", "80.00"))
    posted = desk.post(receipt(amount="130.00", pledge="P-1"))
    assert posted.entry.about == "unidentified_receipt:R-1"
    assert posted.warnings == (
        Notice("over-payment", "USD 30.00 of R-1 exceed the pledge and wait to be applied"),
    )
    assert desk.lines(
        ReceiptApplication(
            reference="UA-1", receipt="R-1", pledge="P-2", amount=usd("30.00"), on=date(2020, 4, 1)
        )
    ).startswith("Dr 2050 R-1 USD 30.00\nCr 2010 ham USD 30.00")


def test_the_excess_stands_on_2050_in_the_entry_of_the_receipt() -> None:
    assert Desk(pledge(amount="100.00")).lines(receipt(amount="130.00", pledge="P-1")) == table("""
        Dr 1010 uil USD 130.00
        Cr 2010 ham USD 100.00
        Cr 2050 R-1 USD 30.00
        Dr 8100 ham USD 100.00
        Cr 8110 ham USD 100.00
        Dr 8040 ham P-1 USD 100.00
        Cr 8020 ham P-1 USD 100.00
    """)


def test_a_receipt_dated_before_a_raise_pays_no_more_than_was_open_then() -> None:
    desk = Desk(pledge(amount="100.00"), amended(amount=usd("200.00")))
    lines = desk.lines(receipt(amount="150.00", pledge="P-1", on=date(2020, 4, 1)))
    assert "Cr 2050 R-1 USD 50.00" in lines


def waiting(reference: str) -> UnidentifiedReceipt:
    return UnidentifiedReceipt(
        reference=reference,
        term=TERM,
        amount=usd("9.00"),
        bank_account="uil",
        bank_reference="?",
        on=date(2020, 3, 2),
    )


REFUSED: dict[str, tuple[tuple[Event, ...], Callable[[], Event], type[errors.RejectedError]]] = {
    "two sums that wait under one name": (
        (waiting("R-1"), pledge(amount="100.00")),
        lambda: receipt(amount="130.00", pledge="P-1"),
        errors.InvalidFieldError,
    ),
    "the other way round": (
        (pledge(amount="100.00"), receipt(amount="130.00", pledge="P-1")),
        lambda: waiting("R-1"),
        errors.InvalidFieldError,
    ),
    "an excess taken back after it was applied": (
        (
            pledge(amount="100.00"),
            receipt(amount="130.00", pledge="P-1"),
            ReceiptApplication(
                reference="UA-1",
                receipt="R-1",
                term=TERM,
                donor="ham",
                amount=usd("30.00"),
                on=date(2020, 4, 1),
            ),
        ),
        lambda: undone("receipt", "R-1"),
        errors.ReversalDependsError,
    ),
    "dollars beyond a promise of yen": (
        (pledge(money=Amount(500, "JPY")),),
        lambda: receipt(amount="10.00", pledge="P-1", fulfils=Amount(501, "JPY")),
        errors.PledgeExceededError,
    ),
    "a run taken back after its instalment was paid": (
        (yearly(), due(), receipt(amount="60.00", pledge="P-1", on=date(2020, 4, 20))),
        lambda: undone("pledges_due", "D-2020-04-01"),
        errors.ReversalDependsError,
    ),
    "a pledge taken back after it fell due": (
        (yearly(), due()),
        lambda: undone("pledge", "P-1"),
        errors.ReversalDependsError,
    ),
    "a signature taken back after it was paid on": (
        (
            pledge(amount="100.00", status="announced"),
            amended(status="signed"),
            receipt(amount="40.00", pledge="P-1", on=date(2020, 6, 1)),
        ),
        lambda: undone("pledge_amendment", "PA-1"),
        errors.ReversalDependsError,
    ),
    "a total below zero": (
        (yearly(),),
        lambda: amended(amount=Amount(-1, "USD")),
        errors.InvalidAmountError,
    ),
    "cancelled below what was paid": (
        (yearly(), receipt(amount="60.00", pledge="P-1")),
        lambda: amended(amount=usd("0.00")),
        errors.PledgeExceededError,
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused(name: str) -> None:
    before, make, error = REFUSED[name]
    desk = Desk(*before)
    with pytest.raises(error):
        desk.post(make())


# -- changed, given up ------------------------------------------------------------------------------


def test_a_write_off_gives_up_what_is_due_first() -> None:
    assert Desk(yearly(), due()).lines(written_off("150.00")) == table("""
        Dr 8050 ham P-1 USD 150.00
        Cr 8030 ham P-1 USD 100.00
        Cr 8020 ham P-1 USD 50.00
    """)


def test_a_cut_comes_off_the_last_instalments() -> None:
    desk = Desk(yearly(), due())
    assert desk.lines(amended(amount=usd("150.00"))) == table("""
        Dr 8090 ham P-1 USD 150.00
        Cr 8020 ham P-1 USD 150.00
    """)
    assert desk.books.pledge("P-1").instalments == (
        Instalment(due_on=date(2020, 4, 1), amount=usd("100.00")),
        Instalment(due_on=date(2021, 4, 1), amount=usd("50.00")),
    )


def test_a_deep_cut_takes_what_was_due_as_well() -> None:
    assert Desk(yearly(), due()).lines(amended(amount=usd("60.00"))) == table("""
        Dr 8090 ham P-1 USD 240.00
        Cr 8020 ham P-1 USD 200.00
        Cr 8030 ham P-1 USD 40.00
    """)


def test_a_raise_is_payable_from_its_own_date() -> None:
    desk = Desk(yearly(), amended(amount=usd("330.00")))
    parts = [(part.due_on, part.amount) for part in desk.books.pledge("P-1").instalments]
    assert parts[:2] == [(date(2020, 4, 1), usd("100.00")), (date(2020, 5, 4), usd("30.00"))]
    desk.post(due(date(2020, 5, 4)))
    assert states(desk) == {"8020": 200, "8030": 130}


def test_a_raise_of_a_pledge_without_instalments_keeps_the_date_of_what_was_pledged_first() -> None:
    desk = Desk(pledge(amount="100.00"), amended(amount=usd("130.00")))
    assert desk.books.pledge("P-1").schedule() == (
        (date(2020, 2, 3), usd("100.00")),
        (date(2020, 5, 4), usd("30.00")),
    )


def test_a_new_schedule_takes_back_what_is_no_longer_due() -> None:
    later = thirds(first=date(2020, 9, 1))
    assert Desk(yearly(), due()).lines(amended(instalments=later)) == table("""
        Dr 8020 ham P-1 USD 100.00
        Cr 8030 ham P-1 USD 100.00
    """)


def test_a_change_dated_before_a_run_leaves_what_that_run_recorded() -> None:
    desk = Desk(yearly(), due(date(2021, 4, 1)), amended(amount=usd("310.00")))
    assert states(desk) == {"8020": 110, "8030": 200}


def test_what_was_announced_is_due_from_its_signature_on() -> None:
    desk = Desk(pledge(status="announced"), amended(status="signed"))
    assert desk.books.pledge("P-1").schedule() == ((date(2020, 5, 4), usd("1000.00")),)
    desk = Desk(pledge(status="announced"), amended(amount=usd("900.00")))
    assert desk.books.pledge("P-1").instalments == ()
    with pytest.raises(errors.NothingDueError):
        desk.post(due(date(2021, 4, 1)))


def test_a_pledge_is_cancelled_by_lowering_it_to_what_was_received() -> None:
    desk = Desk(yearly(), due())
    assert desk.lines(amended(amount=usd("0.00"))) == table("""
        Dr 8090 ham P-1 USD 300.00
        Cr 8020 ham P-1 USD 200.00
        Cr 8030 ham P-1 USD 100.00
    """)
    assert desk.books.pledge("P-1").schedule() == ()
    desk.post(amended(reference="PA-2", on=date(2020, 6, 1), amount=usd("20.00")))
    assert desk.books.pledge("P-1").schedule() == ((date(2020, 6, 1), usd("20.00")),)


def test_a_run_is_the_exact_mirror_when_reversed() -> None:
    desk = Desk(yearly(), due())
    assert desk.lines(undone("pledges_due", "D-2020-04-01")) == table("""
        Cr 8030 ham P-1 USD 100.00
        Dr 8020 ham P-1 USD 100.00
    """)
    assert desk.lines(due(reference="D-anew")).startswith("Dr 8030 ham P-1 USD 100.00")


# -- reports ----------------------------------------------------------------------------------------


def ages(ledger: Ledger, as_of: date) -> list[Amount]:
    (row,) = ledger.report("pledge_ageing", term=TERM, as_of=as_of).rows
    return list(row.ages)


@pytest.mark.parametrize("runs", [(), (date(2020, 4, 1),), (date(2020, 4, 1), date(2020, 8, 1))])
@pytest.mark.parametrize(
    ("days", "expected"),
    [(0, 0), (30, 0), (31, 1), (90, 1), (91, 2), (180, 2), (181, 3)],
)
def test_ages_follow_the_schedule_whether_or_not_it_was_recorded_as_due(
    runs: tuple[date, ...], days: int, expected: int, tmp_path: Path
) -> None:
    with open_ledger(tmp_path / "l.db") as ledger:
        ledger.record_all(events()[:5])
        ledger.record(pledge("P-9", "300.00", instalments=thirds(months=4)))
        for on in runs:
            ledger.record(due(on))
        as_of = date.fromordinal(date(2020, 4, 1).toordinal() + days)
        found = ages(ledger, as_of)
        assert found[expected] == usd("100.00")
        assert ledger.report("tie_out", term=TERM, as_of=as_of).holds


ACTIONS = st.lists(
    st.tuples(
        st.sampled_from(["due", "pay", "change", "give up", "undo"]), st.integers(1, 400), st.integers(0, 23)
    ),
    max_size=12,
)


def made(action: str, number: int, dollars: str, on: date, last: tuple[str, str]) -> Event:
    if action == "due":
        return due(on, reference=f"D-{number}")
    if action == "pay":
        return receipt(f"R-{number}", dollars, pledge="P-1", on=on)
    if action == "change":
        return amended(reference=f"PA-{number}", amount=usd(dollars), on=on)
    if action == "give up":
        return written_off(dollars, reference=f"PW-{number}", on=on)
    return undone(*last)


@given(ACTIONS)
def test_whatever_happens_to_it_the_identity_holds_at_any_date(actions: list[tuple[str, int, int]]) -> None:
    with Ledger.open("sqlite://", actor="finance") as ledger:
        ledger.record_all(events()[:5])
        ledger.record(yearly())
        last = ("pledge", "P-1")
        for number, (action, dollars, month) in enumerate(actions):
            on = date(2020 + month // 12, month % 12 + 1, 15)
            event = made(action, number, f"{dollars}.00", on, last)
            try:
                ledger.record(event)
            except errors.RejectedError:
                continue
            last = (event.event_kind, event.reference)
        assert ledger.verify().findings == ()
        for as_of in (date(2020, 1, 31), date(2020, 12, 31), date(2021, 7, 1), date(2021, 12, 31)):
            assert ledger.report("tie_out", term=TERM, as_of=as_of).holds


def test_verify_finds_a_state_below_zero(tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch, open_ledger(tmp_path / "l.db") as ledger:
        patch.setattr(posting, "checks_of", lambda accounts: ())
        ledger.record_all(events()[:5])
        ledger.record_all(
            [
                yearly(),
                due(),
                receipt(amount="60.00", pledge="P-1", on=date(2020, 4, 20)),
                undone("pledges_due", "D-2020-04-01"),
            ]
        )
        found = {(one.check, one.what, one.found) for one in ledger.verify().findings}
    assert found == {("pledge-identity", "8030 of P-1", "-6000")}


def test_an_excess_in_another_currency_waits_at_the_rate_of_its_receipt() -> None:
    desk = EuroDesk(pledge(money=Amount(100_00, "EUR")))
    assert desk.lines(in_euros("130.00", pledge="P-1")) == table("""
        Dr 1010 eur USD 162.50
        Cr 2010 ham USD 125.00
        Cr 2050 R-1 USD 37.50
        Dr 8100 ham USD 125.00
        Cr 8110 ham USD 125.00
        Dr 8040 ham P-1 EUR 100.00
        Cr 8020 ham P-1 EUR 100.00
    """)


# -- a pledge of several years ----------------------------------------------------------------------


@pytest.fixture
def years(tmp_path: Path) -> Iterator[Ledger]:
    """300 in three yearly parts; raised, lowered, paid, written off, and one raise taken back."""
    with Ledger.open(f"sqlite:///{tmp_path / 'l.db'}", actor="finance") as ledger:
        ledger.record_all(events()[:5])
        ledger.record_all(
            [
                yearly(),
                receipt("R-1", "100.00", pledge="P-1", on=date(2020, 4, 1)),
                amended(reference="PA-1", amount=usd("330.00"), on=date(2021, 2, 1)),
                due(date(2021, 4, 1)),
                receipt("R-2", "90.00", pledge="P-1", on=date(2021, 5, 3)),
                amended(reference="PA-2", amount=usd("350.00"), on=date(2021, 6, 1)),
                undone("pledge_amendment", "PA-2", on=date(2021, 7, 1)),
                amended(reference="PA-3", amount=usd("320.00"), on=date(2021, 8, 2)),
                written_off("25.00", on=date(2022, 3, 1)),
                pledge("P-2", "40.00", donor="med", on=date(2022, 6, 1)),
            ]
        )
        yield ledger


COLUMNS = (
    "opening", "promised", "raised", "lowered", "paid", "written_off", "closing", "due_in_period", "due",
)  # fmt: skip
WINDOWS: dict[str, tuple[date, date, dict[str, tuple[int, ...]]]] = {
    "the first year": (date(2020, 1, 1), date(2020, 12, 31), {"P-1": (0, 300, 0, 0, 100, 0, 200, 100, 0)}),
    "the middle year": (date(2021, 1, 1), date(2021, 12, 31), {"P-1": (200, 0, 30, 10, 90, 0, 130, 130, 40)}),
    "the last year": (
        date(2022, 1, 1),
        date(2022, 12, 31),
        {"P-1": (130, 0, 0, 0, 0, 25, 105, 90, 105), "P-2": (0, 40, 0, 0, 0, 0, 40, 40, 40)},
    ),
    "a month with a raise still standing": (
        date(2021, 6, 1),
        date(2021, 6, 30),
        {"P-1": (140, 0, 20, 0, 0, 0, 160, 20, 60)},
    ),
    "the month it was taken back": (
        date(2021, 7, 1),
        date(2021, 7, 31),
        {"P-1": (160, 0, -20, 0, 0, 0, 140, 0, 40)},
    ),
    "all years": (
        date(2020, 1, 1),
        date(2022, 12, 31),
        {"P-1": (0, 300, 30, 10, 190, 25, 105, 320, 105), "P-2": (0, 40, 0, 0, 0, 0, 40, 40, 40)},
    ),
}


@pytest.mark.parametrize("name", WINDOWS)
def test_the_position_is_right_in_any_window(name: str, years: Ledger) -> None:
    since, as_of, expected = WINDOWS[name]
    report = years.report("pledge_position", term=TERM, since=since, as_of=as_of)
    found = {
        row.pledge: tuple(getattr(row, column).minor // 100 for column in COLUMNS) for row in report.rows
    }
    assert found == expected
    assert years.report("tie_out", term=TERM, as_of=as_of).holds
    for row in report.rows:
        moved = row.opening + row.promised + row.raised - row.lowered - row.paid - row.written_off
        assert moved == row.closing


def test_a_pledge_that_is_settled_and_does_not_move_is_left_out(years: Ledger) -> None:
    years.record(receipt("R-9", "40.00", pledge="P-2", donor="med", on=date(2022, 6, 2)))
    report = years.report("pledge_position", term=TERM, since=date(2022, 7, 1), as_of=date(2022, 7, 31))
    assert [row.pledge for row in report.rows] == ["P-1"]


def test_money_before_its_pledge_is_in_the_position_with_nothing_promised(years: Ledger) -> None:
    years.record(receipt("R-9", "5.00", pledge="P-2", donor="med", on=date(2022, 5, 2)))
    report = years.report("pledge_position", term=TERM, since=date(2022, 5, 1), as_of=date(2022, 5, 31))
    assert [(row.pledge, row.paid, row.closing, row.ahead) for row in report.rows] == [
        ("P-1", usd("0.00"), usd("105.00"), usd("0.00")),
        ("P-2", usd("5.00"), usd("0.00"), usd("5.00")),
    ]


def test_only_reports_of_a_period_begin_on_a_day(years: Ledger) -> None:
    with pytest.raises(errors.InvalidFieldError, match="covers no period"):
        years.report("pledge_ageing", term=TERM, since=date(2020, 1, 1))
