"""Text on a terminal: how wide it is, where it breaks, and what must not reach the screen as it is."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from enum import Enum
from functools import lru_cache


class Align(Enum):
    """On which side of its column a text stands."""

    LEFT = "left"
    RIGHT = "right"


# Control characters (an escape sequence could rewrite the screen), line and paragraph separators, lone
# surrogates, and the characters that turn the direction of writing.
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)


def printable(text: str) -> str:
    """The text with characters that would disturb a terminal shown by their codes."""
    return _UNSAFE.sub(_code, text) if _UNSAFE.search(text) else text


def _code(found: re.Match[str]) -> str:
    point = ord(found.group())
    return f"\\x{point:02x}" if point <= 0xFF else f"\\u{point:04x}"


def width_of(text: str) -> int:
    """Columns on a terminal: wide characters take two, combining marks none."""
    return len(text) if text.isascii() else sum(map(_width, text))


@lru_cache(maxsize=4096)
def _width(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1


def wrap(text: str, width: int) -> list[str]:
    """Lines of at most ``width`` columns: broken at spaces, and within a word only where it is longer.

    Every character is kept but the spaces a line is broken at. An empty text is one empty line.
    """
    if width_of(text) <= width:
        return [text]
    lines, line = [], ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if width_of(longer) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        *full, line = _chopped(word, width)
        lines += full
    return [*lines, line]


def _chopped(word: str, width: int) -> list[str]:
    pieces, piece, used = [], "", 0
    for character in word:
        wide = _width(character)
        if piece and used + wide > width:
            pieces.append(piece)
            piece, used = "", 0
        piece, used = piece + character, used + wide
    return [*pieces, piece]


def columns(cells: Sequence[str], widths: Sequence[int], aligns: Sequence[Align], gap: int) -> Iterator[str]:
    """A row of cells side by side, each wrapped in its column and aligned, over as many lines as it takes."""
    wrapped = [wrap(cell, width) for cell, width in zip(cells, widths, strict=True)]
    for at in range(max(map(len, wrapped), default=0)):
        yield (" " * gap).join(
            _padded(lines[at] if at < len(lines) else "", width, align)
            for lines, width, align in zip(wrapped, widths, aligns, strict=True)
        )


def _padded(text: str, width: int, align: Align) -> str:
    blank = " " * (width - width_of(text))
    return blank + text if align is Align.RIGHT else text + blank
