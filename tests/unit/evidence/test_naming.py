"""What is typed into the header of a shared entry: who is named in it is found, warned of, not handed out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from attrs import evolve

from mdfm_ledger import AllocationReturn, Ledger, Pledge, PledgeWriteOff, errors
from mdfm_ledger.canonical import canonical
from mdfm_ledger.event import Event
from mdfm_ledger.money import Amount
from mdfm_ledger.naming import (
    Naming,
    donors_named,
    named_in,
    typed_in_headers,
    typed_in_part,
    typed_of_banks,
    words_typed,
)
from mdfm_ledger.rules.held_in_trust import BankConfirmation
from mdfm_ledger.verify_bundle import verify
from tests.support.bookkeeping import APPROVER, TERM, receipt
from tests.support.bundles import HAMBURG, YEAR, bundle, issue_all
from tests.support.ledgers import events, open_ledger
from tests.support.signing import KEY

NAMES = {
    "ham": "Hamburg",
    "med": "Medellín",
    "de": "Germany",
    "X": "Y",
    "old": "[withheld]",
    "jp": "Ja (pan)",
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2020-2021-ham-001", ["ham"]),
        ("Hamburger Bahnhof", []),
        ("champagne for the board", []),
        ("as HAMBURG and medellín asked", ["ham", "med"]),
        ("paid by de", ["de"]),
        ("DE", []),
        ("Y asked", []),
        ("X asked", ["X"]),
        ("[withheld]", []),
        ("for ja (pan).", ["jp"]),
        ("", []),
    ],
)
def test_a_donor_is_named_by_reference_or_by_name(text: str, expected: list[str]) -> None:
    assert list(donors_named(text, NAMES)) == expected


def header(number: int, **members: str) -> bytes:
    return canonical({"number": number, "kind": "allocation_return", "v": 1, **members})


def test_headers_are_looked_through_for_others_and_their_pledges() -> None:
    leaves = [
        header(1, reference="A-1", reason="less was needed, see P-2."),
        header(2, reference="RET-med", about="pledge:P-1", reason="P-1 of ham"),
        header(3, reference="P-2", actor="med@example.org"),
    ]
    texts = list(typed_in_headers(leaves))
    assert words_typed(texts) >= {"A-1", "P-2", "P-1", "pledge", "needed"}
    pledges = {"P-1": "ham", "P-2": "med"}
    found = list(named_in(texts, donor="ham", names=NAMES, pledges=pledges))
    assert found == [
        Naming(1, "reason", "pledge P-2"),
        Naming(2, "reference", "med"),
        Naming(3, "reference", "pledge P-2"),
    ]
    assert str(found[1]) == "reference of entry 2 names med"


def returned(reason: str, reference: str = "AR-1") -> AllocationReturn:
    return AllocationReturn(
        reference=reference,
        allocation="A-1",
        amount=Amount(20_000, "USD"),
        on=date(2020, 7, 1),
        reason=reason,
        approved_by=APPROVER,
    )


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """The small ledger, whose allocation is of two donors."""
    with open_ledger(tmp_path / "l.db") as ledger:
        ledger.record_all(events())
        yield ledger


def test_a_reason_that_names_a_donor_of_a_shared_entry_is_warned_of(ledger: Ledger) -> None:
    (warning,) = ledger.record(returned("the second donor, med, asked for it")).warnings
    assert warning.code == "names-a-donor"
    assert warning.message == "the reason names med; each of the 2 donors of the entry is shown it"
    assert ledger.record(returned("less was needed", "AR-2")).warnings == ()


def test_a_bundle_that_tells_of_another_donor_is_refused_until_that_is_meant(ledger: Ledger) -> None:
    name = ledger.documents("donor")["med"].name
    ledger.record(returned(f"{name.upper()} asked for it"))
    issue_all(ledger)
    with pytest.raises(errors.DisclosesDonorError, match=r"of others: reason of entry 13 names med$"):
        bundle(ledger)
    assert verify(bundle(ledger, disclosing=True), str(KEY))
    # The donor that is named is told nothing of anybody else.
    assert verify(bundle(ledger, "2020-2021-med-001.1"), str(KEY))


def stated(explanation: str = "", statement: str = "2020/12") -> BankConfirmation:
    booked = "900.00" if not explanation else "850.00"
    return BankConfirmation(
        bank_account="uil", amount=Amount.parse(booked, "USD"), statement=statement, explanation=explanation
    )


@pytest.mark.parametrize(
    ("what", "where"),
    [
        (stated("Medellin (med) paid USD 50.00 twice"), "explanation of uil of entry 13"),
        (stated(statement="with what med sent"), "statement of uil of entry 13"),
    ],
    ids=["explanation", "statement"],
)
def test_published_holdings_that_tell_of_another_donor_are_not_shown_to_any(
    what: BankConfirmation, where: str, ledger: Ledger
) -> None:
    """They are of no donor, and every donor is shown them."""
    published = ledger.publish_holdings("H-1", as_of=YEAR, confirmed=[what])
    assert [one.code for one in published.warnings] == ["names-a-donor"]
    issue_all(ledger)
    with pytest.raises(errors.DisclosesDonorError, match=rf"of others: {where} names med$"):
        bundle(ledger)
    assert verify(bundle(ledger, disclosing=True), str(KEY))
    assert verify(bundle(ledger, "2020-2021-med-001.1"), str(KEY))


def test_the_reference_of_published_holdings_is_looked_through(ledger: Ledger) -> None:
    ledger.publish_holdings("H-for-med", as_of=YEAR, confirmed=[stated()])
    issue_all(ledger)
    with pytest.raises(errors.DisclosesDonorError, match="reference of entry 13 names med"):
        bundle(ledger)


def test_published_holdings_without_a_bank_hold_no_text() -> None:
    assert list(typed_of_banks(3, b'{"event":{}}')) == []
    part = b'{"event":{"confirmed":[{"bank_account":"uil","statement":"2020/12"}]}}'
    assert [one.text for one in typed_of_banks(3, part)] == ["", "2020/12"]


def test_many_texts_are_counted(ledger: Ledger) -> None:
    for at in range(12):
        event = returned(f"med, part {at}", f"AR-{at}")
        ledger.record(evolve(event, amount=Amount(100 + at, "USD")))
    issue_all(ledger)
    with pytest.raises(errors.DisclosesDonorError, match=r"; and 2 more$"):
        bundle(ledger)


def test_a_pledge_of_another_donor_is_found_by_its_reference(ledger: Ledger) -> None:
    ledger.record(
        Pledge(reference="GIFT-77", term=TERM, donor="med", amount=Amount(100, "USD"), on=date(2020, 7, 1))
    )
    ledger.record(returned("waits for GIFT-77"))
    issue_all(ledger)
    with pytest.raises(errors.DisclosesDonorError, match="reason of entry 14 names pledge GIFT-77"):
        bundle(ledger)


OWN_TEXTS: dict[str, Callable[[str], Event]] = {
    "bank_reference": lambda text: receipt("R-9", "10.00", bank_reference=text),
    "origin": lambda text: Pledge(
        reference="P-9", term=TERM, donor="ham", amount=Amount(100, "USD"), on=date(2020, 7, 1), origin=text
    ),
    "reason": lambda text: PledgeWriteOff(
        reference="W-9",
        pledge="P-1",
        amount=Amount(100, "USD"),
        on=date(2020, 7, 1),
        reason=text,
        approved_by=APPROVER,
    ),
}
"""Events of one donor alone, by the member that a text is typed into."""


@pytest.mark.parametrize("member", OWN_TEXTS)
@pytest.mark.parametrize("text", ["together with Medellín", "for med", "less than GIFT-77"])
def test_what_is_typed_into_a_donor_s_own_event_is_looked_through(
    member: str, text: str, ledger: Ledger
) -> None:
    gift = Pledge(reference="GIFT-77", term=TERM, donor="med", amount=Amount(100, "USD"), on=date(2020, 7, 1))
    ledger.record_all([gift, OWN_TEXTS[member](text)])
    issue_all(ledger)
    named = "pledge GIFT-77" if "GIFT" in text else "med"
    with pytest.raises(errors.DisclosesDonorError, match=rf"of others: .*{member} of entry 14 names {named}"):
        bundle(ledger)
    assert verify(bundle(ledger, disclosing=True), str(KEY))
    # Whose event it is not is not shown it.
    assert text.encode() not in bundle(ledger, "2020-2021-med-001.1")


def test_what_a_donor_s_own_event_says_of_that_donor_itself_is_nobody_else_s_business(ledger: Ledger) -> None:
    ledger.record(receipt("R-9", "10.00", bank_reference="Hamburg (ham) for P-1"))
    issue_all(ledger)
    assert verify(bundle(ledger), str(KEY))


def test_the_parts_of_a_record_that_nobody_types_are_passed_over() -> None:
    """A country may be called as a donor is, an address may hold one, a partner may be one."""
    event = {
        "event": "pledge",
        "donor": "ham",
        "country": "med",
        "approved_by": "med@example.org",
        "party": "med",
        "instalments": [{"amount": "USD 1.00", "due_on": "2020-01-01"}],
        "preference": ["1.1", "med"],
    }
    line = {"account": "2010", "credit": "USD 1.00", "bank_reference": "B/med"}
    part = canonical({"donor": "ham", "event": event, "lines": [line, line], "salt": "med"})
    found = named_in(typed_in_part(7, part), donor="ham", names=NAMES, pledges={})
    assert list(found) == [Naming(7, "preference", "med"), Naming(7, "bank_reference", "med")]
    assert list(typed_in_part(8, b'{"salt":"00"}')) == []


def test_an_entry_of_the_donor_s_own_is_not_shown_to_others(ledger: Ledger) -> None:
    """What is typed into it may name its donor: nobody else is handed its header."""
    ledger.record(receipt("R-med", "10.00", donor="med"))
    issue_all(ledger)
    raw = bundle(ledger)
    assert b"R-med" not in raw
    assert json.loads(raw)["statement"]["donor"]["reference"] == "ham"
    assert HAMBURG.encode() in raw
