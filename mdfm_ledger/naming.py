"""Which donors a text names: what is typed in the header of an entry is shown to every donor of the entry."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from mdfm_ledger.fields import WITHHELD

_SHORTEST = 3
"""Names shorter than this are not looked for: they stand in other words' place too often."""

_TYPED = ("about", "reason", "reference")
"""What of a header somebody typed, or may have."""

_TYPED_OF_BANKS = ("explanation", "statement")
"""What somebody typed of an account in published holdings, which every donor is shown."""

_WORDS = re.compile(r"[^\s:,;()\"']+")


class Typed(NamedTuple):
    """A text that somebody typed into an entry, and the member of its record that it is in."""

    number: int
    member: str
    text: str


class Naming(NamedTuple):
    """That a text in an entry names a donor: in which member, and by what."""

    number: int
    member: str
    named: str

    def __str__(self) -> str:
        return f"{self.member} of entry {self.number} names {self.named}"


def donors_named(text: str, names: Mapping[str, str]) -> Iterator[str]:
    """The references of the donors that a text names, by reference as it is written or by name in any case.

    Each has to stand as a word of its own: ``ham`` is in ``2020-ham-1`` and not in ``Hamburg``.
    """
    folded = text.casefold()
    for reference, name in names.items():
        plain = name.casefold() if len(name) >= _SHORTEST and name != WITHHELD else ""
        if _stands(reference, text) or (plain and _stands(plain, folded)):
            yield reference


def _stands(word: str, text: str) -> bool:
    return word in text and re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) is not None


def typed_in_headers(leaves: Iterable[bytes]) -> Iterator[Typed]:
    """What was typed into headers."""
    for leaf in leaves:
        header = json.loads(leaf)
        for member in _TYPED:
            yield Typed(header["number"], member, header.get(member, ""))


def typed_of_banks(number: int, part: bytes) -> Iterator[Typed]:
    """What was typed into published holdings of what the banks state; ``part`` is the entry's."""
    for one in json.loads(part)["event"].get("confirmed", ()):
        for member in _TYPED_OF_BANKS:
            yield Typed(number, f"{member} of {one['bank_account']}", one.get(member, ""))


def words_typed(texts: Iterable[Typed]) -> set[str]:
    """The words typed, each of which may be the reference of a document."""
    return {word for one in texts for word in _words(one.text)}


def _words(text: str) -> set[str]:
    return {word.rstrip(".") for word in _WORDS.findall(text)}


def named_in(
    texts: Iterable[Typed], *, donor: str, names: Mapping[str, str], pledges: Mapping[str, str]
) -> Iterator[Naming]:
    """What texts that are shown to a donor say of others: donors by reference or name, and their pledges.

    ``pledges`` are donors by the reference of a pledge.
    """
    others = {reference: name for reference, name in names.items() if reference != donor}
    for number, member, text in texts:
        for named in donors_named(text, others):
            yield Naming(number, member, named)
        for word in sorted(_words(text) & pledges.keys()):
            if pledges[word] != donor:
                yield Naming(number, member, f"pledge {word}")
