"""Hostile inputs to a parser, in a process of its own: ``python -m tests.support.hostile PARSER COUNT SEED``.

Sound inputs are mutated by chance. Each is read or refused with an error of ours, in at most 50 ms of CPU.
The process says what went wrong, one a line, and at last how many inputs there were.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from random import Random
from time import process_time
from typing import Any, NamedTuple

from mdfm_ledger.codec import event_to_json, parse_event
from mdfm_ledger.demo.story import story
from mdfm_ledger.errors import EvidenceError, InvalidEventError
from mdfm_ledger.evidence.checkpoint import (
    Checkpoint,
    open_checkpoint,
    parse_checkpoint,
    signed_note,
    verifier_key,
)
from mdfm_ledger.fields import parse_day
from mdfm_ledger.money import Amount
from mdfm_ledger.verify_bundle import UNREADABLE, RefusedError, canonical, verify
from tests.support.bundles import YEAR, bundle, issue_all, note_of
from tests.support.ledgers import events, open_ledger
from tests.support.signing import KEY, sign

MOST_SECONDS = 0.05

PIECES = (
    *(
        "1E+5000000",
        "NaN",
        "Infinity",
        "1_000",
        "\uff11\uff12",
        "9" * 5_000,
        "-0",
        "0.005",
        "1e2",
        "True",
        "null",
    ),
    *(
        "\ud800",
        "\x00",
        "\u202e",
        "\u2028",
        "\ufeff",
        "\r\n",
        "\\u0000",
        "\\ud800",
        '"',
        "\\",
        "{",
        "[" * 2_000,
    ),
    *("'; DROP TABLE entry; --", "=cmd|' /C calc'!A0", "<script>", "../../etc/passwd", "%s%n", "${jndi:x}"),
    *('"event":"receipt",', '"amount":1.5,', '"on":"2020-02-30",', "\n\n", "\u2014 ", "+", "=", "A" * 10_000),
)


class Parser(NamedTuple):
    """What reads, sound inputs for it, the errors it may refuse with, and how an input is made hostile."""

    read: Callable[[str], object]
    sound: Sequence[str]
    refuses: tuple[type[Exception], ...]
    mutated: Callable[[str, Random], str]


def _lines() -> list[str]:
    return [json.dumps(event_to_json(event), ensure_ascii=False) for event in story()]


def _notes() -> list[str]:
    return [signed_note(Checkpoint(name=KEY.name, size=7, root=bytes(32)).text, KEY, sign)]


def _bundles() -> list[str]:
    """A bundle with all it may hold: holdings that were published, and the proof of an earlier checkpoint."""
    with open_ledger("sqlite://") as ledger:
        ledger.record_all(events())
        held = note_of(ledger)
        ledger.publish_holdings("H-1", as_of=YEAR)
        issue_all(ledger)
        return [bundle(ledger, earlier=[held]).decode(), bundle(ledger).decode()]


def _check(text: str) -> object:
    return verify(text.encode("utf-8", "surrogatepass"), str(KEY))


def _event(text: str) -> object:
    return parse_event(text.encode("utf-8", "surrogatepass"))


def _amount(text: str) -> object:
    return Amount.parse(text, "USD")


def _note(text: str) -> object:
    return open_checkpoint(text, KEY)


_UNSOUND = (RefusedError, *UNREADABLE)


def mutated(text: str, chance: Random) -> str:
    """A sound input with some of it removed, doubled, exchanged, or a hostile piece put in."""
    for _ in range(chance.randint(1, 3)):
        at, end = sorted(chance.randint(0, len(text)) for _ in range(2))
        way = chance.randrange(5)
        if way == 0:
            text = text[:at] + chance.choice(PIECES) + text[at:]
        elif way == 1:
            text = text[:at] + chance.choice(PIECES) + text[end:]
        elif way == 2:
            text = text[:at] + text[end:]
        elif way == 3:
            text = text[:end] + text[at:]
        else:
            text = text[:at] + chr(chance.randrange(0x250)) + text[at + 1 :]
    return text


def places(value: Any, where: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where the values in a JSON value stand, objects and lists too."""
    if isinstance(value, dict | list):
        for key, one in value.items() if isinstance(value, dict) else enumerate(value):
            yield (*where, key)
            yield from places(one, (*where, key))


ODD: tuple[Any, ...] = (
    None,
    True,
    -1,
    0,
    10**30,
    "",
    [],
    {},
    "0" * 64,
    "USD 1.00",
    "1\r\x1b[2K",
    [[]],
    "2010",
)


def exchanged(text: str, chance: Random) -> str:
    """A sound input with some of its values exchanged, and canonical again: it is read to the end.

    Most of what is mutated by its signs is refused at the first look, as not canonical.
    """
    value = json.loads(text)
    for _ in range(chance.randint(1, 2)):
        *steps, last = chance.choice(list(places(value)))
        inner = value
        for step in steps:
            inner = inner[step]
        way = chance.randrange(4)
        if way == 0:
            del inner[last]
        elif way == 1 and isinstance(inner[last], str):
            inner[last] = mutated(inner[last], chance).encode("utf-8", "replace").decode()
        else:
            inner[last] = chance.choice(ODD)
    return canonical(value).decode()


PARSERS: dict[str, Callable[[], Parser]] = {
    "event": lambda: Parser(parse_event, _lines(), (InvalidEventError,), mutated),
    "event bytes": lambda: Parser(_event, _lines(), (InvalidEventError,), mutated),
    "amount": lambda: Parser(_amount, ["1234.50", "-0.01", "0"], (InvalidEventError,), mutated),
    "day": lambda: Parser(parse_day, ["2020-02-29", "1999-12-31"], (InvalidEventError,), mutated),
    "note": lambda: Parser(_note, _notes(), (EvidenceError,), mutated),
    "checkpoint": lambda: Parser(
        parse_checkpoint, [note.partition("\n\n")[0] + "\n" for note in _notes()], (EvidenceError,), mutated
    ),
    "key": lambda: Parser(verifier_key, [str(KEY)], (EvidenceError,), mutated),
    "bundle": lambda: Parser(_check, _bundles(), _UNSOUND, mutated),
    "bundle, its values": lambda: Parser(_check, _bundles(), _UNSOUND, exchanged),
}
"""Every parser of what comes from outside, by name."""


def seconds(parser: Parser, text: str) -> float:
    """CPU seconds of reading or refusing; any other error is let through."""
    began = process_time()
    with suppress(*parser.refuses):
        parser.read(text)
    return process_time() - began


def main(name: str, count: str, seed: str) -> None:
    """Try that many inputs, and say what went wrong."""
    parser, chance, read = PARSERS[name](), Random(f"{name}{seed}"), 0
    for _ in range(int(count)):
        text = parser.mutated(chance.choice(parser.sound), chance)
        try:
            # What a busy machine took longer for is tried again before it counts.
            if (
                seconds(parser, text) > MOST_SECONDS
                and min(seconds(parser, text) for _ in range(3)) > MOST_SECONDS
            ):
                print("slow:", ascii(text)[:300])
        except Exception as error:  # noqa: BLE001  # whatever else it is, it is what is looked for
            print(f"{type(error).__name__}: {error}"[:200], "at", ascii(text)[:300])
        read += 1
    print("tried", read)


if __name__ == "__main__":
    main(*sys.argv[1:])
