"""What is read straight from a record is what reading it with every check gives, and never more than that."""

from __future__ import annotations

import json
from random import Random

import pytest
from attrs import fields

from mdfm_ledger.canonical import compact
from mdfm_ledger.codec import event_from_json
from mdfm_ledger.demo.story import story
from mdfm_ledger.errors import LedgerError
from mdfm_ledger.event import Event
from mdfm_ledger.sealing.plain_event import plain_event
from mdfm_ledger.sealing.told import told_by
from mdfm_ledger.sealing.written_event import event_text
from mdfm_ledger.written_field import form_of
from tests.support.bookkeeping import expenditure, pledge, receipt

STORY = tuple(event for event in story() if not event.personal)
RECEIPT = event_text(receipt())
SEED = 20260102
CHARACTERS = '"\\{}[],: 0179-.aZ\n\t\x7fé\u200b'


def strictly(text: str) -> Event | None:
    """The event of a text that is canonical and holds what its kind may hold."""
    try:
        event = event_from_json(json.loads(text))
    except (LedgerError, ValueError, TypeError):
        return None
    return event if event_text(event) == text else None


@pytest.mark.parametrize("event", STORY, ids=lambda event: f"{event.event_kind}-{event.reference}")
def test_it_is_the_event_as_it_was_recorded(event: Event) -> None:
    text = event_text(event)
    read = plain_event(event.event_kind, f"before{text}after", len("before"))
    if read is not None:
        told, ends = read
        assert ends == len(f"before{text}")
        assert told.fields.event() == event
        assert told[:-1] == told_by(event)[:-1]


@pytest.mark.parametrize("event", STORY, ids=lambda event: f"{event.event_kind}-{event.reference}")
def test_each_field_is_read_by_itself_as_it_is_read_with_all(event: Event) -> None:
    read = plain_event(event.event_kind, event_text(event), 0)
    written = [one.name for one in fields(type(event)) if form_of(one)]
    if read is not None:
        told, _ = read
        assert [told.fields.value(name) for name in written] == [getattr(event, name) for name in written]


def test_most_events_are_read_so() -> None:
    read = [plain_event(event.event_kind, event_text(event), 0) for event in STORY]
    assert len(read) - read.count(None) > 0.8 * len(read)


def test_whatever_is_changed_is_read_as_every_check_reads_it_or_not_at_all() -> None:
    lot = Random(SEED)
    accepted = 0
    for event in STORY:
        sound = event_text(event)
        for _ in range(60):
            at, more = lot.randrange(len(sound)), lot.choice(CHARACTERS)
            text = sound[:at] + more + sound[at + lot.randint(0, 1) :]
            read = plain_event(event.event_kind, text, 0)
            if read is not None and read[1] == len(text):
                accepted += 1
                assert read[0].fields.event() == strictly(text), text
    assert accepted > 100


@pytest.mark.parametrize(
    "text",
    [
        RECEIPT.replace(".00", ".0"),
        RECEIPT.replace(".00", ""),
        RECEIPT.replace("USD ", "XXX "),
        RECEIPT.replace("USD ", "JPY "),
        RECEIPT.replace("USD ", "USD 0"),
        RECEIPT.replace("USD ", "USD 9999999999999"),
        RECEIPT.replace("2020-", "2020-1"),
        RECEIPT.replace('"on":"2020-', '"on":"0000-'),
        RECEIPT.replace('"reference":"', '"reference":" '),
        RECEIPT.replace('"reference":"', '"reference":"\\u0041'),
        RECEIPT.replace('"reference":"', '"reference":"' + "R" * 100),
        RECEIPT.replace('"event":"receipt"', '"event":"refund"'),
        RECEIPT.replace('"event":"receipt"', '"event":"receipt","event":"receipt"'),
        RECEIPT.replace('"event":"receipt",', '"event":"receipt","corrects":"",'),
        RECEIPT.replace('"event":"receipt",', '"event":"receipt","evidence":"0",'),
        compact(json.loads(RECEIPT) | {"pledge": "P-1", "earmark": "1.1"}),
        compact(json.loads(RECEIPT) | {"amount": "USD 0.00"}),
        compact({name: value for name, value in json.loads(RECEIPT).items() if name != "bank_account"}),
    ],
)
def test_what_is_not_written_so_or_may_not_be_is_left_to_every_check(text: str) -> None:
    assert text != RECEIPT
    assert plain_event("receipt", text, 0) is None
    assert strictly(text) is None


def test_a_default_that_is_written_out_is_left_to_every_check() -> None:
    text = compact(json.loads(event_text(pledge())) | {"status": "signed"})
    assert plain_event("pledge", text, 0) is None
    assert strictly(text) is None


@pytest.mark.parametrize("kind", ["windfall", "register_donor", "publish_rates"])
def test_kinds_that_are_not_written_so_are_left_to_every_check(kind: str) -> None:
    assert plain_event(kind, "", 0) is None


def test_what_depends_on_more_than_which_fields_are_given_is_asked_each_time() -> None:
    """The country of an expenditure has to be one; that it is there says nothing."""
    spent = json.loads(event_text(expenditure()))
    for country, is_read in (("KE", True), ("XX", False), ("KE", True)):
        text = compact(spent | {"country": country})
        assert (plain_event("expenditure", text, 0) is not None) is is_read
        assert (strictly(text) is not None) is is_read
