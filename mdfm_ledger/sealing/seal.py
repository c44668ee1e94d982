"""The record of an entry: its leaf, the parts under it, and what is kept apart so that it can be erased.

The leaf is a header that names the entry's number, dates and people, and the root of a small Merkle
tree over its parts. A part holds the lines of one donor, or what is the fund's as a whole, with a salt
of 16 random bytes: whoever is shown a header, one part and its path can check them, and learns nothing
of the other parts. All are canonical JSON, and the bytes stored are what is hashed. This is format 1;
docs/reference/record-format.md describes it for those who read it without us.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import compress, islice
from operator import not_
from typing import TYPE_CHECKING, Any, NamedTuple

from mdfm_ledger.canonical import canonical, quoted
from mdfm_ledger.codec import event_to_json
from mdfm_ledger.evidence.merkle import leaf_hash, root_over
from mdfm_ledger.journal import JournalEntry
from mdfm_ledger.moments import time_text
from mdfm_ledger.sealing.written_event import event_text
from mdfm_ledger.sealing.written_line import line_texts, texts_of_many
from mdfm_ledger.series import written_day

if TYPE_CHECKING:
    from mdfm_ledger.event import Event
    from mdfm_ledger.sealing.told import Told

FUND = ""
"""What stands for the donor where a part is of the fund as a whole."""

SaltSource = Callable[[], str]
"""Gives 16 random bytes in hexadecimal, others each time."""

_BETWEEN = b"\n"  # Canonical JSON never holds a bare line break.


class Seal(NamedTuple):
    """The bytes of an entry that are stored, and the digest of its leaf in the tree of all entries."""

    leaf: bytes
    parts: bytes
    """The parts, one a line."""
    detail: bytes
    """The personal details with their salt; empty where the event has none."""
    digest: bytes


def seals_of(entries: Sequence[JournalEntry], salts: SaltSource) -> list[Seal]:
    """The records of entries, with new salts."""
    # One step for all of them and then the next: done many times in a row each is quicker.
    lines = iter(line_texts([line for entry in entries if not entry.alike for line in entry.lines]))
    parts = [_parts(entry, _written(entry, lines), salts) for entry in entries]
    leaves = [
        header(entry.event, _filed(entry), of_entry)
        for entry, (of_entry, _) in zip(entries, parts, strict=True)
    ]
    return [
        Seal(leaf, _BETWEEN.join(of_entry), detail, leaf_hash(leaf))
        for leaf, (of_entry, detail) in zip(leaves, parts, strict=True)
    ]


def _written(entry: JournalEntry, lines: Iterator[str]) -> list[str]:
    return texts_of_many(entry.lines, entry.alike) if entry.alike else list(islice(lines, len(entry.lines)))


def _parts(entry: JournalEntry, lines: Sequence[str], salts: SaltSource) -> tuple[list[bytes], bytes]:
    """The parts of an entry whose lines are written, and the personal details that stand beside them."""
    event = entry.event
    text, detail = _with_details_apart(event, salts) if event.personal else (event_text(event), b"")
    donors = [place.donor for place, _, _ in entry.lines]
    return [part.encode() for part in part_texts(text, event, donors, lines, lambda _: salts())], detail


# -- the header --------------------------------------------------------------------------------------


Filed = tuple[str, str, int, str, str, str]
"""What an entry says of itself besides its event: the document it is about, actor, number, accounting date,
time of recording in UTC, value date; the dates as texts."""


def _filed(entry: JournalEntry) -> Filed:
    on, value_date = written_day(entry.on), written_day(entry.value_date)
    return entry.about, entry.actor, entry.number, on, time_text(entry.recorded_at), value_date


def header(event: Event | Told, filed: Filed, parts: Sequence[bytes]) -> bytes:
    """The leaf of an entry: canonical JSON, members in the order of their names, empty ones left out.

    The value date is left out where it is the accounting date.
    """
    about, actor, number, on, recorded_at, value_date = filed
    root = root_over(parts).hex()
    dated = "" if value_date == on else f',"value_date":"{value_date}"'
    began = f'"about":{quoted(about)},' if about else ""
    approver, evidence, reason = event.approver, event.evidence, event.stated_reason
    approved = f'"approved_by":{quoted(approver)},' if approver else ""
    kept = f'"evidence":{quoted(evidence)},' if evidence else ""
    because = f'"reason":{quoted(reason)},' if reason else ""
    return (
        f'{{{began}"actor":{quoted(actor)},{approved}{kept}'
        f'"kind":"{event.event_kind}","number":{number},"on":"{on}",'
        f'"parts":{len(parts)},"parts_root":"{root}",{because}'
        f'"recorded_at":"{recorded_at}","reference":{quoted(event.reference)},"v":1{dated}}}'
    ).encode()


# -- the parts ---------------------------------------------------------------------------------------


def part_texts(
    event_text: str,
    event: Event | Told,
    donors: Sequence[str],
    lines: Sequence[str],
    salt_of: Callable[[str], str],
) -> list[str]:
    """The parts of an entry, from its event and lines as texts, the lines with their donors in their order.

    The fund's part comes first, where there is one; the donors' follow in the order of their salts, so that
    the place of a part says nothing. The fund's part says which part each line of the entry is in. The event
    is in the part of the donor whom alone the entry is of, else in the fund's.
    """
    named = {*donors, event.named_donor, FUND}
    if len(named) != 2:
        return _parts_of_several(event_text, donors, lines, salt_of)
    named.remove(FUND)
    (donor,) = named
    own = list(compress(lines, donors))
    rest = list(compress(lines, map(not_, donors))) if len(own) < len(lines) else []
    return parts_of_one(event_text, donor, donors, own, rest, salt_of(donor), salt_of(FUND) if rest else "")


def parts_of_one(
    event_text: str,
    donor: str,
    donors: Sequence[str],
    own: Sequence[str],
    rest: Sequence[str],
    salt: str,
    salt_of_fund: str,
) -> list[str]:
    """The parts of an entry that is of one donor alone, from its lines and the rest, which are the fund's."""
    last = f'{{"donor":{quoted(donor)},"event":{event_text},{_lines_member(own)}"salt":"{salt}"}}'
    if not rest:
        return [last]
    order = _order_of_one(tuple(map(bool, donors)))
    return [f'{{{_lines_member(rest)}"order":[{order}],"salt":"{salt_of_fund}"}}', last]


@lru_cache(maxsize=1_024)
def _order_of_one(are_own: tuple[bool, ...]) -> str:
    return ",".join(["1" if own else "0" for own in are_own])


def _parts_of_several(
    event_text: str, donors: Sequence[str], lines: Sequence[str], salt_of: Callable[[str], str]
) -> list[str]:
    of_donor: defaultdict[str, list[str]] = defaultdict(list)
    for donor, line in zip(donors, lines, strict=True):
        of_donor[donor].append(line)
    rest = _lines_member(of_donor.pop(FUND, ()))
    salted = sorted([(salt_of(donor), donor) for donor in of_donor])
    order = ""
    if salted:
        place = {FUND: "0"} | {donor: str(at) for at, (_, donor) in enumerate(salted, start=1)}
        order = f'"order":[{",".join([place[donor] for donor in donors])}],'
    return [
        f'{{"event":{event_text},{rest}{order}"salt":"{salt_of(FUND)}"}}',
        *[
            f'{{"donor":{quoted(donor)},{_lines_member(of_donor[donor])}"salt":"{salt}"}}'
            for salt, donor in salted
        ],
    ]


def _lines_member(texts: Sequence[str]) -> str:
    return f'"lines":[{",".join(texts)}],' if texts else ""


def split_parts(parts: bytes) -> list[bytes]:
    """The parts of an entry as they are hashed."""
    return parts.split(_BETWEEN)


_SALT = slice(-34, -2)  # A part ends with its salt, a quote and a brace.


def salt_in(part: str) -> str:
    """The salt a part ends with."""
    return part[_SALT]


# -- personal details --------------------------------------------------------------------------------


def _with_details_apart(event: Event, salts: SaltSource) -> tuple[str, bytes]:
    """The text of an event as it is sealed, and the personal details it has the salted digest of."""
    given = event_to_json(event)
    detail = {name: given[name] for name in event.personal if name in given}
    if not detail:
        return event_text(event), b""
    sealed = canonical({**detail, "salt": salts()})
    return event_text(event, leaf_hash(sealed).hex()), sealed


# -- reading -----------------------------------------------------------------------------------------

_EVENT = '"event":'
_decode = json.JSONDecoder().raw_decode


def event_begins(parts: str) -> int:
    """Where the event stands in the parts of an entry. Raises ValueError where there is none."""
    # Only the quotes of a member's own name stand bare: within a text they are escaped. What comes before
    # the event in its part, and parts before that one, have no such member.
    return parts.index(_EVENT) + len(_EVENT)


def event_value(parts: str) -> tuple[Any, str]:
    """The JSON value of the event in the parts of an entry, and its text as it stands there.

    Raises ValueError where there is none.
    """
    begins = event_begins(parts)
    value, ends = _decode(parts, begins)
    return value, parts[begins:ends]


def lines_in(parts: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The JSON values of the lines of an entry, in their order, each with its donor.

    Raises IndexError where the order names a part for a line it does not have.
    """
    of_part = [[_with_donor(line, part) for line in part.get("lines", ())] for part in parts]
    if len(of_part) == 1:
        return of_part[0]
    for lines in of_part:
        lines.reverse()
    return [of_part[at].pop() for at in parts[0].get("order", ())]


def _with_donor(line: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    return {**line, "donor": part["donor"]} if "donor" in part else line
