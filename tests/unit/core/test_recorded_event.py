"""Events read for reports are those that verify reads with every check."""

from __future__ import annotations

from typing import Any

import pytest

from mdfm_ledger import errors
from mdfm_ledger.codec import event_from_json, event_to_json
from mdfm_ledger.demo.story import story
from mdfm_ledger.event import Event
from mdfm_ledger.events import Pledge
from mdfm_ledger.sealing.recorded_event import recorded_event, recorded_promise
from tests.support.bookkeeping import pledge, receipt

STORY = tuple(story())
RECEIPT = event_to_json(receipt())
PLEDGE = event_to_json(pledge())


@pytest.mark.parametrize("event", STORY, ids=lambda event: f"{event.event_kind}-{event.reference}")
def test_it_is_the_event_as_it_was_recorded(event: Event) -> None:
    value = event_to_json(event)
    assert recorded_event(value) == event_from_json(value) == event


def test_what_is_left_out_is_as_the_kind_says() -> None:
    assert recorded_event(RECEIPT).value_date is None
    assert hash(recorded_event(RECEIPT)) == hash(receipt())


@pytest.mark.parametrize(
    "value",
    [
        RECEIPT | {"event": "windfall"},
        RECEIPT | {"event": 7},
        RECEIPT | {"version": 2},
        RECEIPT | {"colour": "red"},
        {name: value for name, value in RECEIPT.items() if name != "amount"},
        RECEIPT | {"amount": "USD 1.5.0"},
        RECEIPT | {"amount": 150},
        RECEIPT | {"on": "2020-02-30"},
    ],
)
def test_what_is_not_as_it_is_always_written_is_refused_by_name(value: dict[str, Any]) -> None:
    with pytest.raises(errors.InvalidEventError) as strict:
        event_from_json(value)
    with pytest.raises(errors.InvalidEventError) as caught:
        recorded_event(value)
    assert str(caught.value) == str(strict.value)


@pytest.mark.parametrize("event", STORY, ids=lambda event: f"{event.event_kind}-{event.reference}")
def test_a_promise_is_what_the_pledge_makes_or_is_left_to_it(event: Event) -> None:
    promise = recorded_promise(event_to_json(event))
    is_plain = isinstance(event, Pledge) and not (
        event.instalments or event.preference or event.notional_test
    )
    assert promise == (event.document(None, ()) if is_plain else None)


@pytest.mark.parametrize(
    "value",
    [
        PLEDGE | {"colour": "red"},
        {name: value for name, value in PLEDGE.items() if name != "amount"},
        PLEDGE | {"amount": 150},
        PLEDGE | {"on": "2020-02-30"},
        PLEDGE | {"on": 7},
    ],
)
def test_a_promise_not_as_it_is_always_written_is_left_to_those_who_check(value: dict[str, Any]) -> None:
    assert recorded_promise(PLEDGE) is not None
    assert recorded_promise(value) is None
