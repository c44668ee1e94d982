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

_WORDS = re.compile(r"[^\s:,;()\"']+")


class Naming(NamedTuple):
    """That the header of an entry names a donor: in which member, and by what."""

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


def words_typed(leaves: Iterable[bytes]) -> set[str]:
    """The words typed in headers, each of which may be the reference of a document."""
    headers = (json.loads(leaf) for leaf in leaves)
    return {word for header in headers for member in _TYPED for word in _words(header.get(member, ""))}


def _words(text: str) -> set[str]:
    return {word.rstrip(".") for word in _WORDS.findall(text)}


def named_in_headers(
    leaves: Iterable[bytes], *, donor: str, names: Mapping[str, str], pledges: Mapping[str, str]
) -> Iterator[Naming]:
    """What headers that are shown to a donor say of others: donors by reference or name, and their pledges.

    ``pledges`` are donors by the reference of a pledge.
    """
    others = {reference: name for reference, name in names.items() if reference != donor}
    for leaf in leaves:
        header = json.loads(leaf)
        for member in _TYPED:
            text = header.get(member, "")
            for named in donors_named(text, others):
                yield Naming(header["number"], member, named)
            for word in sorted(_words(text) & pledges.keys()):
                if pledges[word] != donor:
                    yield Naming(header["number"], member, f"pledge {word}")
