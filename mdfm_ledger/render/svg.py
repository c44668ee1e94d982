"""The few SVG elements the charts are drawn with, as text; all that comes from outside is escaped."""

from __future__ import annotations

import unicodedata
from xml.sax.saxutils import escape, quoteattr

FONT_SIZE = 13
LINE = 22
"""From one line of text to the next, in pixels."""

INK, SOFT, FAINT = "#1a1f26", "#5b6470", "#dfe3e8"
# Told apart in print and by those who do not see red and green apart (after Okabe and Ito, 2008).
BLUE, LIGHT_BLUE, AMBER, GREY, TEAL, RUST = "#00568f", "#6fb1dc", "#e3a32b", "#737b87", "#1d8a72", "#a8431b"

_FONTS = '"Noto Sans","Segoe UI","DejaVu Sans",Roboto,Helvetica,Arial,sans-serif'


def drawing(ident: str, title: str, description: str, size: tuple[int, int], parts: list[str]) -> str:
    """The whole image, with the title and description that a screen reader reads out in its place."""
    width, height = size
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}"'
        f' height="{height}" role="img" aria-labelledby="{ident}-title {ident}-desc"'
        f' font-family={quoteattr(_FONTS)} font-size="{FONT_SIZE}">'
        f'<title id="{ident}-title">{clean(title)}</title><desc id="{ident}-desc">{clean(description)}</desc>'
        f"{''.join(parts)}</svg>"
    )


def line(
    start: tuple[int, int], end: tuple[int, int], colour: str, width: str = "1", dashes: str = ""
) -> str:
    """A straight line; ``dashes`` as SVG writes them."""
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    (x1, y1), (x2, y2) = start, end
    return f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="{colour}" stroke-width="{width}"{dashed}/>'


def label(x: int, y: int, text: str, anchor: str = "start", colour: str = INK) -> str:
    """A text that starts, ends or has its middle at x; y is its base line."""
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}" fill="{colour}">{clean(text)}</text>'


def box(x: int, y: int, size: tuple[int, int], colour: str, *, hollow: bool = False) -> str:
    """A rectangle, filled, or hollow with a dashed outline."""
    width, height = size
    if hollow:
        look = f'fill="#fff" stroke="{colour}" stroke-width="1.5" stroke-dasharray="3 2"'
    else:
        look = f'fill="{colour}"'
    return f'<rect x="{x}" y="{y}" width="{width}" height="{height}" {look}/>'


def length(text: str) -> int:
    """How many pixels a text takes at most, by a wide guess: no font is at hand to measure it."""
    wide = sum(unicodedata.east_asian_width(character) in ("W", "F") for character in text)
    return (len(text) + wide) * (FONT_SIZE * 5 // 8)


def clean(text: str) -> str:
    """Escaped, and without the characters XML does not allow, which are shown by a replacement mark."""
    return escape("".join(character if _is_allowed(ord(character)) else "\ufffd" for character in text))


def _is_allowed(point: int) -> bool:
    if point < 0x20:
        return point in {0x09, 0x0A, 0x0D}
    return not (0xD800 <= point <= 0xDFFF or point in {0xFFFE, 0xFFFF})
