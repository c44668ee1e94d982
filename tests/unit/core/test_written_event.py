"""The text of an event in a record is the canonical JSON of its values, without what is personal."""

from __future__ import annotations

import pytest

from mdfm_ledger.canonical import canonical_text
from mdfm_ledger.codec import event_to_json
from mdfm_ledger.demo.story import story
from mdfm_ledger.event import Event
from mdfm_ledger.sealing.written_event import event_text


@pytest.mark.parametrize("event", tuple(story()), ids=lambda event: f"{event.event_kind}-{event.reference}")
def test_it_is_the_canonical_text_of_the_values_of_the_event(event: Event) -> None:
    plain = event_to_json(event)
    for name in event.personal:
        plain.pop(name, None)
    assert event_text(event) == canonical_text(plain)
    plain["personal"] = "0f" * 32
    assert event_text(event, "0f" * 32) == canonical_text(plain)
