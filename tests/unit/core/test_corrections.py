"""Corrections: what stands on an entry is named, all of it; a reversal and its replacement are one step."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from mdfm_ledger import (
    AgentFee,
    AllocationReturn,
    BankCharge,
    Ledger,
    OpenTerm,
    PledgeAmendment,
    PledgeWriteOff,
    ReceiptApplication,
    RegisterPartner,
    Reversal,
    Transfer,
    TransferRefund,
    UnidentifiedReceipt,
    correction,
    errors,
    posting,
)
from mdfm_ledger.event import Event
from mdfm_ledger.ledger import recorder
from mdfm_ledger.reports.journal import JournalLink
from tests.support.bookkeeping import TERM, Desk, allocation, expenditure, pledge, receipt, usd
from tests.support.ledgers import events, open_ledger
from tests.unit.core.test_commitments import advance, liquidation, obligation, payment, release, returned

LATE = date(2021, 12, 1)
KAMPALA = RegisterPartner(reference="kla", name="Kampala", country="UG")


def undone(kind: str, wrong: str, **fields: Any) -> Reversal:
    given = {"reference": f"RV-{wrong}", "on": LATE, "reason": "wrong", **fields}
    return Reversal(reversed_kind=kind, reversed_reference=wrong, **given)


def amendment(reference: str, dollars: str) -> PledgeAmendment:
    return PledgeAmendment(
        reference=reference, pledge="P-1", amount=usd(dollars), on=date(2020, 6, 1), reason="agreed"
    )


def committed(*more: Event) -> tuple[Event, ...]:
    return (KAMPALA, receipt(amount="300.00"), allocation(amount="90.00"), *more)


Case = tuple[tuple[Event, ...], tuple[str, str], list[str]]
CASES: dict[str, Case] = {
    "of a receipt its fee, the allocations and charges of its money": (
        (
            OpenTerm.from_plan(
                "mdfm", reference="T2", starts_on=date(2020, 1, 1), agent_fee_basis_points=100, agent="kla"
            ),
            KAMPALA,
            receipt(amount="100.00", term="T2"),
            AgentFee(reference="F-1", receipt="R-1", on=date(2020, 3, 2)),
            allocation("A-1", "60.00", term="T2"),
            BankCharge(
                reference="C-1",
                term="T2",
                amount=usd("1.00"),
                donor="ham",
                bank_account="uil",
                bank_reference="FEE",
                on=date(2020, 7, 1),
            ),
            allocation("A-2", "20.00", term="T2", activity="1.2"),
        ),
        ("receipt", "R-1"),
        ["agent fee F-1", "allocation A-1", "bank charge C-1", "allocation A-2"],
    ),
    "of a pledge its amendments, receipts and write-offs": (
        (
            pledge(amount="100.00"),
            amendment("PA-1", "120.00"),
            receipt("R-1", "40.00", pledge="P-1"),
            PledgeWriteOff(
                reference="PW-1", pledge="P-1", amount=usd("10.00"), on=date(2020, 7, 1), reason="cut"
            ),
        ),
        ("pledge", "P-1"),
        ["pledge amendment PA-1", "receipt R-1", "pledge write off PW-1"],
    ),
    "of a raise the later amendments, and the receipts that need it": (
        (
            pledge(amount="100.00"),
            amendment("PA-1", "120.00"),
            receipt("R-1", "110.00", pledge="P-1", on=date(2020, 7, 1)),
            amendment("PA-2", "130.00"),
        ),
        ("pledge_amendment", "PA-1"),
        ["receipt R-1", "pledge amendment PA-2"],
    ),
    "of a raise the receipts that need it": (
        (
            pledge(amount="100.00"),
            amendment("PA-1", "120.00"),
            receipt("R-1", "110.00", pledge="P-1", on=date(2020, 7, 1)),
        ),
        ("pledge_amendment", "PA-1"),
        ["receipt R-1"],
    ),
    "of an allocation all that was drawn on it": (
        committed(
            obligation(amount="30.00"),
            expenditure("E-1", "10.00"),
            AllocationReturn(
                reference="AR-1", allocation="A-1", amount=usd("5.00"), on=date(2020, 8, 1), reason="less"
            ),
        ),
        ("allocation", "A-1"),
        ["obligation O-1", "expenditure E-1", "allocation return AR-1"],
    ),
    "of an obligation what was spent, advanced and released": (
        committed(
            obligation(),
            advance(amount="20.00"),
            expenditure("E-1", "5.00", allocation="", obligation="O-1"),
            release("1.00"),
        ),
        ("obligation", "O-1"),
        ["advance ADV-1", "expenditure E-1", "obligation release OR-1"],
    ),
    "of an advance its reports and returns": (
        committed(obligation(), advance(), liquidation(), returned()),
        ("advance", "ADV-1"),
        ["advance liquidation AL-1", "advance return ART-1"],
    ),
    "of a return the release of what then need not be covered": (
        committed(obligation(amount="30.00"), advance(), returned(amount="10.00"), release("10.00", on=LATE)),
        ("advance_return", "ART-1"),
        ["obligation release OR-1"],
    ),
    "of what is owed its payment": (
        committed(expenditure("E-1", "10.00", bank_account="", party="kla"), payment()),
        ("expenditure", "E-1"),
        ["payment PAY-1"],
    ),
    "of money without a name what was applied": (
        (
            UnidentifiedReceipt(
                reference="U-1",
                term=TERM,
                amount=usd("9.00"),
                bank_account="uil",
                bank_reference="?",
                on=date(2020, 3, 2),
            ),
            ReceiptApplication(
                reference="UA-1",
                receipt="U-1",
                term=TERM,
                donor="ham",
                amount=usd("4.00"),
                on=date(2020, 4, 1),
            ),
        ),
        ("unidentified_receipt", "U-1"),
        ["receipt application UA-1"],
    ),
    "of a transfer its refunds": (
        committed(
            Transfer(
                reference="T-1",
                allocation="A-1",
                party="kla",
                amount=usd("9.00"),
                bank_account="uil",
                agreement="pass-through",
                on=date(2020, 6, 1),
            ),
            TransferRefund(
                reference="TR-1",
                transfer="T-1",
                amount=usd("4.00"),
                bank_account="uil",
                bank_reference="BACK",
                on=date(2020, 7, 1),
            ),
        ),
        ("transfer", "T-1"),
        ["transfer refund TR-1"],
    ),
}


@pytest.fixture(params=["in memory", "in the store"])
def recorded(request: pytest.FixtureRequest) -> Iterator[Callable[[Event], int]]:
    """Records an event and gives its number, on books alone or on a ledger."""
    desk = Desk()
    if request.param == "in memory":
        yield lambda event: desk.post(event).entry.number
        return
    known = sorted((found.entry for found in desk.books.entries.values()), key=lambda entry: entry.number)
    with Ledger.open("sqlite://", actor="finance") as ledger:
        ledger.record_all([entry.event for entry in known])
        yield lambda event: ledger.record(event).number


@pytest.mark.parametrize("name", CASES)
def test_everything_that_stands_on_it_is_named(name: str, recorded: Callable[[Event], int]) -> None:
    before, (kind, reference), names = CASES[name]
    numbers = {f"{event.event_kind.replace('_', ' ')} {event.reference}": recorded(event) for event in before}
    with pytest.raises(errors.ReversalDependsError) as caught:
        recorded(undone(kind, reference))
    named = ", ".join(f"{one} (entry {numbers[one]})" for one in names)
    count = f"{len(names)} later entries stand" if len(names) > 1 else "a later entry stands"
    assert caught.value.problem == f"{count} on it: {named}"


@pytest.mark.parametrize("name", CASES)
def test_taken_back_from_the_last_it_can_be_reversed(name: str, recorded: Callable[[Event], int]) -> None:
    before, (kind, reference), names = CASES[name]
    for event in before:
        recorded(event)
    for one in reversed(names):
        *words, own = one.split()
        recorded(undone("_".join(words), own))
    recorded(undone(kind, reference))


def test_what_was_taken_back_already_does_not_stand() -> None:
    desk = Desk(receipt(), allocation(), expenditure("E-1"), expenditure("E-2"), undone("expenditure", "E-1"))
    with pytest.raises(errors.ReversalDependsError, match=r"on it: expenditure E-2 \(entry 9\)$"):
        desk.post(undone("allocation", "A-1"))


# -- a correction is one step -----------------------------------------------------------------------


def corrected(**fields: Any) -> tuple[Reversal, Event]:
    given = {"reference": "RV-9", "on": date(2020, 7, 1), "reason": "a slip of the pen", **fields}
    return correction(("expenditure", "E-1"), expenditure("E-1a", "10.00"), **given)


def test_a_correction_is_a_reversal_and_its_replacement_linked_both_ways() -> None:
    reversal, replacement = corrected(approved_by="director")
    assert reversal.reverses == ("expenditure", "E-1")
    assert reversal.replacement == ("expenditure", "E-1a")
    assert (reversal.reason, reversal.approver) == ("a slip of the pen", "director")
    assert replacement.corrects == "RV-9"


def test_the_journal_shows_both_and_verify_finds_nothing(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "l.db") as ledger:
        ledger.record_all(events())
        first, second = ledger.correct(
            ("expenditure", "E-1"),
            expenditure("E-1a", "10.00"),
            reference="RV-9",
            on=date(2020, 7, 1),
            reason="a slip of the pen",
        )
        assert (first.number, second.number) == (13, 14)
        entries = {entry.reference: entry for entry in ledger.report("journal", term=TERM).entries}
        assert entries["E-1"].links == (
            JournalLink(relation="reversed_by", kind="reversal", reference="RV-9"),
        )
        assert entries["RV-9"].links == (
            JournalLink(relation="reverses", kind="expenditure", reference="E-1"),
            JournalLink(relation="replaced_by", kind="expenditure", reference="E-1a"),
        )
        assert entries["E-1a"].links == (JournalLink(relation="corrects", kind="reversal", reference="RV-9"),)
        assert ledger.verify().is_clean
        again = ledger.record_all(corrected())
        assert [done.was_replayed for done in again] == [True, True]


def test_a_reversal_is_recorded_as_an_event(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "l.db") as ledger:
        ledger.record_all(events())
        assert ledger.reverse(("expenditure", "E-1"), reference="RV-9", on=LATE, reason="twice").number == 13


WRONG: dict[str, Callable[[], list[Event]]] = {
    "a reversal without the replacement it names": lambda: [corrected()[0]],
    "something else before the replacement": lambda: [corrected()[0], receipt("R-9"), corrected()[1]],
    "a replacement alone": lambda: [corrected()[1]],
    "a replacement of what was taken back for good": lambda: [
        undone("expenditure", "E-1", reference="RV-9"),
        corrected()[1],
    ],
    "a replacement that names no reversal": lambda: [corrected()[0], expenditure("E-1a", "10.00")],
}


@pytest.mark.parametrize("name", WRONG)
def test_halves_of_a_correction_are_refused_and_nothing_is_written(name: str, tmp_path: Path) -> None:
    with open_ledger(tmp_path / "l.db") as ledger:
        ledger.record_all(events())
        with pytest.raises(errors.CorrectionError):
            ledger.record_all(WRONG[name]())
        assert len(list(ledger.entries())) == 12


@pytest.mark.parametrize("half", [0, 1])
def test_a_half_of_a_correction_is_refused_alone(half: int, tmp_path: Path) -> None:
    with open_ledger(tmp_path / "l.db") as ledger:
        ledger.record_all(events())
        with pytest.raises(errors.CorrectionError):
            ledger.record(corrected()[half])
        assert len(list(ledger.entries())) == 12


def test_a_correction_whose_replacement_is_refused_leaves_the_wrong_entry_standing(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "l.db") as ledger:
        ledger.record_all(events())
        with pytest.raises(errors.OverAllotmentError):
            ledger.correct(
                ("expenditure", "E-1"),
                expenditure("E-1a", "900.00"),
                reference="RV-9",
                on=LATE,
                reason="more",
            )
        assert len(list(ledger.entries())) == 12


def test_only_the_replacement_is_refused_where_it_alone_is_wrong(tmp_path: Path) -> None:
    from mdfm_ledger.canonical import canonical
    from mdfm_ledger.codec import event_to_json

    reversal, _ = corrected()
    bad = expenditure("E-1a", "900.00", corrects="RV-9")
    lines = [canonical(event_to_json(event)) for event in (reversal, bad, receipt("R-9"))]
    with open_ledger(tmp_path / "l.db") as ledger:
        ledger.record_all(events())
        batch = ledger.record_lines(lines)
        assert [(one.position, one.error.code) for one in batch.refusals] == [(2, "over-allotment")]
        batch = ledger.record_lines(lines[:1])
        assert [(one.position, one.error.code) for one in batch.refusals] == [(1, "correction")]


def test_a_replacement_has_a_kind_and_a_reference() -> None:
    with pytest.raises(errors.InvalidFieldError, match="give its kind too"):
        undone("expenditure", "E-1", replacement_kind="expenditure")


HALVES: dict[str, tuple[Callable[[], list[Event]], set[tuple[int, str]]]] = {
    "no replacement": (lambda: [corrected()[0]], {(0, "the end")}),
    "another event": (lambda: [corrected()[0], receipt("R-9")], {(14, "('receipt', 'R-9', '')")}),
    "no reversal": (lambda: [corrected()[1]], {(13, "none")}),
}


@pytest.mark.parametrize("name", HALVES)
def test_verify_finds_half_a_correction(name: str, tmp_path: Path) -> None:
    make, expected = HALVES[name]
    with pytest.MonkeyPatch.context() as patch, open_ledger(tmp_path / "l.db") as ledger:
        patch.setattr(posting, "checks_of", lambda accounts: ())
        patch.setattr(recorder, "require_replaced", lambda books: None)
        ledger.record_all([*events(), *make()])
        found = ledger.verify().findings
    assert {(one.number, one.found) for one in found} == expected
    assert {one.check for one in found} == {"reversal-exact"}
