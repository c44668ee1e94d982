"""Which donors a text names: what is typed into an entry is shown to the donors of the entry."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from mdfm_ledger.fields import WITHHELD

_SHORTEST = 3
"""Names shorter than this are not looked for: they stand in other words' place too often."""

_TYPED = ("about", "reason", "reference")
"""What of a header somebody typed, or may have."""

_TYPED_OF_BANKS = ("explanation", "statement")
"""What somebody typed of an account in published holdings, which every donor is shown."""

_NOT_TYPED = (
    frozenset({"agent", "approved_by", "certified_by", "city", "given_by", "party"})
    | {"account", "country", "credit", "currency", "debit", "digest", "donor", "event", "kind", "language"}
    | {"document_kind", "personal", "reference", "status", "term", "to_term"}
)
"""What of a donor's own part nobody types as a text, what is told of persons, partners and the term, and the
reference, which is in the header."""

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


def typed_in_part(number: int, part: bytes) -> Iterator[Typed]:
    """What was typed into a donor's own part: into its event, if it has one, and the references on lines."""
    told = json.loads(part)
    found = (one for value in (told.get("event", {}), told.get("lines", [])) for one in _texts("", value))
    # Lines mostly say again what others say.
    for member, text in dict.fromkeys(found):
        yield Typed(number, member, text)


def _texts(member: str, value: Any) -> Iterator[tuple[str, str]]:
    """The texts in a value, each with the member it is in."""
    if isinstance(value, str):
        yield member, value
    elif isinstance(value, list):
        for one in value:
            yield from _texts(member, one)
    elif isinstance(value, dict):
        for key, one in value.items():
            if key not in _NOT_TYPED:
                yield from _texts(key, one)


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
    # Many say the same: a day, an account, a pledge of the donor's own.
    known: dict[str, list[str]] = {}
    for number, member, text in texts:
        named = known.get(text)
        if named is None:
            of_others = (word for word in sorted(_words(text) & pledges.keys()) if pledges[word] != donor)
            named = known[text] = [*donors_named(text, others), *(f"pledge {word}" for word in of_others)]
        for one in named:
            yield Naming(number, member, one)
