"""Hostile inputs to a parser, in a process of its own: ``python -m tests.support.hostile PARSER COUNT SEED``.

Sound inputs are mutated by chance. Each is read or refused with an error of ours, in at most 50 ms of CPU.
The process says what went wrong, one a line, and at last how many inputs there were.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from random import Random
from time import process_time
from typing import NamedTuple

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
from mdfm_ledger.verify_bundle import UNREADABLE, RefusedError, verify
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
    """What reads, sound inputs for it, and the errors it may refuse with."""

    read: Callable[[str], object]
    sound: Sequence[str]
    refuses: tuple[type[Exception], ...]


def parsers() -> dict[str, Parser]:
    """Every parser of what comes from outside."""
    lines = [json.dumps(event_to_json(event), ensure_ascii=False) for event in story()]
    notes = [signed_note(Checkpoint(name=KEY.name, size=7, root=bytes(32)).text, KEY, sign)]
    bundle = json.dumps({"bundle": 1, "checkpoint": notes[0], "entries": [], "issued": {}, "statement": {}})
    return {
        "event": Parser(parse_event, lines, (InvalidEventError,)),
        "event bytes": Parser(
            lambda text: parse_event(text.encode("utf-8", "surrogatepass")), lines, (InvalidEventError,)
        ),
        "amount": Parser(
            lambda text: Amount.parse(text, "USD"), ["1234.50", "-0.01", "0"], (InvalidEventError,)
        ),
        "day": Parser(parse_day, ["2020-02-29", "1999-12-31"], (InvalidEventError,)),
        "note": Parser(lambda text: open_checkpoint(text, KEY), notes, (EvidenceError,)),
        "checkpoint": Parser(parse_checkpoint, [notes[0].partition("\n\n")[0] + "\n"], (EvidenceError,)),
        "key": Parser(verifier_key, [str(KEY)], (EvidenceError,)),
        "bundle": Parser(
            lambda text: verify(text.encode("utf-8", "surrogatepass"), str(KEY)),
            [bundle],
            (RefusedError, *UNREADABLE),
        ),
    }


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


def seconds(parser: Parser, text: str) -> float:
    """CPU seconds of reading or refusing; any other error is let through."""
    began = process_time()
    with suppress(*parser.refuses):
        parser.read(text)
    return process_time() - began


def main(name: str, count: str, seed: str) -> None:
    """Try that many inputs, and say what went wrong."""
    parser, chance, read = parsers()[name], Random(f"{name}{seed}"), 0
    for _ in range(int(count)):
        text = mutated(chance.choice(parser.sound), chance)
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
