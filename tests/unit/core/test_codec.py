"""Events and entries to JSON and back; what is refused names what is wrong."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from fractions import Fraction

import pytest

from mdfm_ledger import Amount, Expenditure, Instalment, Pledge, errors
from mdfm_ledger.canonical import canonical
from mdfm_ledger.codec import (
    LONGEST_LINE,
    event_from_json,
    event_to_json,
    parse_event,
    to_json,
)
from mdfm_ledger.demo.story import story
from mdfm_ledger.event import Event
from mdfm_ledger.events import EVENT_KINDS
from mdfm_ledger.moments import numbered_time, time_number
from mdfm_ledger.results import Refusal
from mdfm_ledger.schema_files import event_schema
from tests.support.bookkeeping import pledge, receipt, usd

STORY = tuple(story())


@pytest.mark.parametrize("event", STORY, ids=lambda event: f"{event.event_kind}-{event.reference}")
def test_an_event_comes_back_from_json_as_it_was(event: Event) -> None:
    assert event_from_json(json.loads(json.dumps(event_to_json(event)))) == event


def test_the_story_has_every_kind_of_event() -> None:
    # Statements are made by the ledger, of what it holds: the demonstration issues them.
    assert {event.event_kind for event in STORY} == EVENT_KINDS.keys() - {"issue_statement"}


def test_every_event_is_valid_by_its_schema() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    for event in STORY:
        jsonschema.validate(event_to_json(event), event_schema(type(event)))


def test_canonical_form_has_sorted_keys_and_no_floats_or_nulls() -> None:
    assert canonical({"b": [1, True, False, "é\n"], "a": {}}) == '{"a":{},"b":[1,true,false,"é\\n"]}'.encode()
    for value in (1.5, None, {"a": 1.0}):
        with pytest.raises(TypeError, match="not written in a record"):
            canonical(value)


RECEIPT = event_to_json(receipt())


def changed(**fields: object) -> str:
    value = {**RECEIPT, **fields}
    return json.dumps({name: one for name, one in value.items() if one is not None})


@pytest.mark.parametrize(
    ("line", "error", "says"),
    [
        (changed(amount=100), errors.InvalidAmountError, "needs text such as"),
        (changed(amount="100.00"), errors.InvalidAmountError, "needs a currency and an amount"),
        (changed(amount="USD 10.005"), errors.InvalidAmountError, "at most 2 decimals"),
        (changed(amount="XXX 10.00"), errors.UnknownCurrencyError, "XXX"),
        (changed(amount=1.5), errors.InvalidAmountError, "never exact money"),
        ('{"event": NaN}', errors.InvalidAmountError, "NaN"),
        (changed(on="2024-02-30"), errors.InvalidDateError, "no such day"),
        (changed(on="02.03.2020"), errors.InvalidDateError, "not written YYYY-MM-DD"),
        (changed(on=20200302), errors.InvalidFieldError, "YYYY-MM-DD"),
        (changed(reference=None), errors.InvalidFieldError, "reference"),
        (changed(reference=7), errors.InvalidFieldError, "reference"),
        (changed(reference=True), errors.InvalidFieldError, "reference"),
        (changed(colour="red"), errors.InvalidFieldError, "colour"),
        (changed(event="gift"), errors.InvalidFieldError, "no event kind"),
        (changed(event=["receipt"]), errors.InvalidFieldError, "no event kind"),
        (changed(event=None), errors.InvalidFieldError, "event: is missing; there are: open_term, "),
        (changed(version=2), errors.InvalidFieldError, "version"),
        (changed(bank_reference="a\u202eb"), errors.InvalidTextError, "U+202E"),
        (changed(bank_reference="a\u0000b"), errors.InvalidTextError, "U+0000"),
        ('{"event": "receipt", "event": "pledge"}', errors.MalformedInputError, "twice"),
        ('{"event": "receipt"', errors.MalformedInputError, "broken JSON"),
        ('{"a": ' + "[" * 100_000, errors.MalformedInputError, "too deep"),
        ('{"a": ' + "9" * 5000 + "}", errors.MalformedInputError, "too long"),
        ("7", errors.MalformedInputError, "JSON object"),
        ("x" * (LONGEST_LINE + 1), errors.MalformedInputError, "at most 1,000,000"),
        (b"\xff", errors.MalformedInputError, "not UTF-8"),
    ],
)  # fmt: skip
def test_bad_input_says_why(line: str | bytes, error: type[errors.LedgerError], says: str) -> None:
    with pytest.raises(error) as caught:
        parse_event(line)
    assert says in str(caught.value)
    assert isinstance(caught.value, errors.InvalidEventError)


def test_a_wrong_type_deep_inside_is_refused() -> None:
    value = event_to_json(
        Pledge(
            reference="P",
            term="T",
            donor="d",
            amount=usd("5.00"),
            on=date(2020, 1, 1),
            instalments=(Instalment(due_on=date(2020, 2, 1), amount=usd("5.00")),),
        )
    )
    wrong: tuple[object, ...] = (
        7,
        [7],
        "",
        {},
        [{"due_on": "2020-02-01"}],
        [{"due_on": "2020-02-01", "amount": 5}],
    )
    for instalments in wrong:
        with pytest.raises(errors.InvalidEventError):
            event_from_json({**value, "instalments": instalments})


@pytest.mark.parametrize("codes", ["1", "12", {"1": "2"}, 1, [1], None])
def test_a_text_is_no_list_of_its_letters(codes: object) -> None:
    """``"12"`` for ``["12"]`` would name the areas 1 and 2."""
    value = event_to_json(pledge(notional_test=("1",)))
    assert parse_event(json.dumps(value)) == pledge(notional_test=("1",))
    with pytest.raises(errors.InvalidFieldError, match=r"^notional_test: "):
        parse_event(json.dumps({**value, "notional_test": codes}))


def test_values_of_ours_become_plain_json() -> None:
    assert to_json(Fraction(1, 3)) == "1/3"
    assert to_json(Amount(5, "USD")) == "USD 0.05"
    assert to_json(Expenditure)  # a class has no fields to hide
    assert isinstance(Refusal(position=1, error=errors.MalformedInputError(problem="x")).position, int)


@pytest.mark.parametrize(
    ("moment", "number", "text"),
    [
        (datetime(1970, 1, 1, tzinfo=UTC), 0, "1970-01-01T00:00:00.000000Z"),
        (
            datetime(2022, 1, 15, 9, 30, 0, 7, tzinfo=UTC),
            1_642_239_000_000_007,
            "2022-01-15T09:30:00.000007Z",
        ),
        (
            datetime(2022, 1, 15, 11, 30, tzinfo=timezone(timedelta(hours=2))),
            1_642_239_000_000_000,
            "2022-01-15T09:30:00.000000Z",
        ),
        (datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC), -1, "1969-12-31T23:59:59.999999Z"),
    ],
)
def test_a_time_is_a_number_of_microseconds_in_the_database(moment: datetime, number: int, text: str) -> None:
    assert (time_number(moment), numbered_time(number)) == (number, text)


def test_a_number_that_is_no_time_has_no_text() -> None:
    with pytest.raises(OverflowError):
        numbered_time(1 << 62)
