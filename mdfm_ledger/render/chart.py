"""Charts as inline SVG: the target curve, and a donor's money by state. Whole pixels, no scripts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TypeAlias, TypeVar
from xml.sax.saxutils import escape

from mdfm_ledger.money import Amount
from mdfm_ledger.render.catalogue import Catalogue
from mdfm_ledger.reports.document import MoneyByState, TargetCurve

T = TypeVar("T")
_Scale: TypeAlias = Callable[[T], int]
"""From a day or an amount to a pixel."""

_WIDTH, _HEIGHT = 720, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 92, 16, 28, 40
_PLOT_WIDTH = _WIDTH - _LEFT - _RIGHT
_PLOT_HEIGHT = _HEIGHT - _TOP - _BOTTOM
# Readable in print and to those who do not see red and green apart (Okabe and Ito, 2008).
_INK, _GREY, _BLUE, _ORANGE = "#1b1b1b", "#8a8f98", "#00599c", "#b34700"
_STATE_COLOURS = ("#00599c", "#56a0d3", "#e0a030", "#6b7078")


def target_svg(curve: TargetCurve, words: Catalogue) -> str:
    """Money received as steps, the straight line to the target, and the target as a level."""
    top = max([curve.target.minor, *(amount.minor for _, amount in curve.received)]) or 1

    def x(day: date) -> int:
        days = max((curve.ends_on - curve.starts_on).days, 1)
        passed = min(max((day - curve.starts_on).days, 0), days)
        return _LEFT + passed * _PLOT_WIDTH // days

    def y(minor: int) -> int:
        return _TOP + _PLOT_HEIGHT - max(minor, 0) * _PLOT_HEIGHT // top

    parts = [*_grid(curve, y, words), *_years(curve, x, words)]
    parts.append(_line(x(curve.starts_on), y(0), x(curve.ends_on), y(curve.target.minor), _GREY, "6 4"))
    level = y(curve.target.minor)
    parts.append(_line(_LEFT, level, _WIDTH - _RIGHT, level, _ORANGE, "2 3"))
    parts.append(_steps(curve, x, y))
    parts.append(_line(x(curve.as_of), _TOP, x(curve.as_of), _TOP + _PLOT_HEIGHT, _GREY, "1 3"))
    received = curve.received[-1][1] if curve.received else Amount.zero(curve.target.currency)
    description = words.text(
        "chart.target.description",
        (
            ("received", words.amount(received)),
            ("target", words.amount(curve.target)),
            ("as_of", words.date(curve.as_of)),
        ),
    )
    return _svg("target", words.text("chart.target.title"), description, _HEIGHT, parts)


def _grid(curve: TargetCurve, y: _Scale[int], words: Catalogue) -> list[str]:
    """A line at each quarter of the target, labelled in whole units."""
    lines = []
    for quarter in range(5):
        minor = curve.target.minor * quarter // 4
        whole = Amount(minor, curve.target.currency)
        label = words.whole(whole)
        lines.append(_line(_LEFT, y(minor), _WIDTH - _RIGHT, y(minor), "#e3e5e8", ""))
        lines.append(_text(_LEFT - 8, y(minor) + 4, label, "end"))
    lines.append(_text(_LEFT - 8, _TOP - 12, curve.target.currency, "end"))
    return lines


def _years(curve: TargetCurve, x: _Scale[date], words: Catalogue) -> list[str]:
    bottom = _TOP + _PLOT_HEIGHT
    labels = [
        _text(_LEFT, bottom + 24, words.date(curve.starts_on), "start"),
        _text(_WIDTH - _RIGHT, bottom + 24, words.date(curve.ends_on), "end"),
    ]
    middle = date.fromordinal((curve.starts_on.toordinal() + curve.ends_on.toordinal() + 1) // 2)
    labels.append(_text(x(middle), bottom + 24, words.date(middle), "middle"))
    return labels


def _steps(curve: TargetCurve, x: _Scale[date], y: _Scale[int]) -> str:
    points = [f"M{_LEFT} {y(0)}"]
    for day, amount in curve.received:
        points += [f"H{x(day)}", f"V{y(amount.minor)}"]
    end = min(max(curve.as_of, curve.starts_on), curve.ends_on)
    points.append(f"H{x(end)}")
    return f'<path d="{"".join(points)}" fill="none" stroke="{_BLUE}" stroke-width="2.5"/>'


def states_svg(states: MoneyByState, words: Catalogue) -> str:
    """One bar: what is free, allotted, obligated and spent, with a legend under it."""
    whole = sum(max(amount.minor, 0) for _, amount in states.parts)
    parts, at, row = [], 0, 0
    described = []
    for (key, amount), colour in zip(states.parts, _STATE_COLOURS, strict=False):
        name = words.text(f"state.{key}")
        width = max(amount.minor, 0) * _WIDTH // whole if whole else 0
        if width:
            parts.append(f'<rect x="{at}" y="0" width="{width}" height="34" fill="{colour}"/>')
            at += width
        x, y = (row % 2) * (_WIDTH // 2), 60 + row // 2 * 26
        parts.append(f'<rect x="{x}" y="{y - 11}" width="12" height="12" fill="{colour}"/>')
        parts.append(_text(x + 20, y, f"{name}: {words.amount(amount)}", "start"))
        described.append(f"{name} {words.amount(amount)}")
        row += 1
    if not whole:
        parts.append(f'<rect x="0" y="0" width="{_WIDTH}" height="34" fill="#e3e5e8"/>')
    height = 60 + (row + 1) // 2 * 26
    return _svg("states", words.text("chart.states.title"), "; ".join(described), height, parts)


def _svg(name: str, title: str, description: str, height: int, parts: list[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img"'
        f' aria-labelledby="{name}-title {name}-desc" font-family="inherit" font-size="13">'
        f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-desc">{escape(description)}</desc>'
        f"{''.join(parts)}</svg>"
    )


def _line(x1: int, y1: int, x2: int, y2: int, colour: str, dashes: str) -> str:
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="{colour}" stroke-width="1.5"{dashed}/>'


def _text(x: int, y: int, text: str, anchor: str) -> str:
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}" fill="{_INK}">{escape(text)}</text>'
