"""The two charts as SVG: whole numbers only, the same every time, every text escaped.

Each is drawn for a width, since a drawing scaled down to a telephone cannot be read.
"""

from __future__ import annotations

from datetime import date
from itertools import cycle, pairwise

from attrs import frozen

from mdfm_ledger.currencies import MINOR_DIGITS
from mdfm_ledger.money import Amount
from mdfm_ledger.render import svg
from mdfm_ledger.render.axis import month_marks, round_levels
from mdfm_ledger.render.catalogue import Catalogue
from mdfm_ledger.reports.document import Cell, MoneyByState, TargetCurve

WIDE, NARROW = 880, 340
"""Widths in pixels: a sheet of paper, and a telephone."""

_MILLION = 10**6
_STATE_COLOURS = (svg.BLUE, svg.LIGHT_BLUE, svg.AMBER, svg.GREY, svg.TEAL, svg.RUST)
_BAR_HEIGHT, _SWATCH, _SAMPLE = 40, 12, 26
_MARGIN = 42  # beside the plot, for the half of a month's name
_MOST_MONTHS = 8


def target_svg(curve: TargetCurve, words: Catalogue, *, ident: str = "target", width: int = WIDE) -> str:
    """Money received as steps, the straight line to the target, and the target as a level.

    ``ident`` begins the ids within the drawing: different for each drawing on a page.
    """
    legend, legend_height = _target_legend(curve, words, width)
    plot = _plot(curve, words, legend_height, width)
    bottom, right = plot.bottom, plot.left + plot.width
    level = plot.y(curve.target.minor)
    parts = [
        *legend,
        *_levels(plot, words),
        *_months(plot, words),
        svg.line((plot.left, bottom), (right, level), svg.SOFT, "1.5", "6 4"),
        svg.line((plot.left, level), (right, level), svg.RUST, "1.5", "2 3"),
        *_received(plot),
        *_day(plot, words),
    ]
    title, description = words.text("chart.target.title"), target_description(curve, words)
    return svg.drawing(ident, title, description, (width, bottom + 34), parts)


def target_description(curve: TargetCurve, words: Catalogue) -> str:
    """What the chart shows, in a sentence."""
    values: dict[str, Cell] = {
        "received": curve.latest,
        "as_of": curve.as_of,
        "target": curve.target,
        "starts_on": curve.starts_on,
        "ends_on": curve.ends_on,
    }
    return words.text("chart.target.description", tuple(values.items()))


@frozen(kw_only=True)
class _Plot:
    """The area of a curve, and where days and sums are in it."""

    curve: TargetCurve
    left: int
    top: int
    width: int
    height: int
    levels: tuple[int, ...]

    @property
    def bottom(self) -> int:
        return self.top + self.height

    def start_of(self, day: date) -> int:
        """Where a day begins, within the plot."""
        days = (self.curve.ends_on - self.curve.starts_on).days + 1
        passed = min(max((day - self.curve.starts_on).days, 0), days)
        return self.left + passed * self.width // days

    def end_of(self, day: date) -> int:
        """Where a day ends, within the plot: sums are those at the end of a day."""
        if day < self.curve.starts_on:
            return self.left
        return self.start_of(date.fromordinal(min(day.toordinal() + 1, date.max.toordinal())))

    def y(self, minor: int) -> int:
        """Where a sum stands; one below zero stands on the axis."""
        return self.bottom - max(minor, 0) * self.height // self.levels[-1]


def _plot(curve: TargetCurve, words: Catalogue, legend_height: int, width: int) -> _Plot:
    top = max(curve.target.minor, *(amount.minor for _, amount in curve.received), 1)
    levels = round_levels(top)
    unit, names = _level_names(levels, curve.target.currency, words)
    left = max(_MARGIN, 12 + max(map(svg.length, (unit, *names))))
    # Below the legend there is a line for the unit of the axis and the day of the report.
    return _Plot(
        curve=curve,
        left=left,
        top=legend_height + svg.LINE + 12,
        width=width - left - _MARGIN,
        height=260 if width >= WIDE else 200,
        levels=tuple(levels),
    )


def _level_names(levels: list[int], currency: str, words: Catalogue) -> tuple[str, list[str]]:
    """The unit of the axis, and the name of each level in it."""
    unit = 10 ** MINOR_DIGITS[currency]
    if all(level % (unit * _MILLION) == 0 for level in levels) and levels[-1] >= 10 * unit * _MILLION:
        name = words.text("chart.axis.million", (("currency", currency),))
        return name, [words.whole(level // (unit * _MILLION)) for level in levels]
    if all(level % unit == 0 for level in levels):
        return currency, [words.whole(level // unit) for level in levels]
    return currency, [words.amount(Amount(level, currency), currency=False) for level in levels]


def _levels(plot: _Plot, words: Catalogue) -> list[str]:
    unit, names = _level_names(list(plot.levels), plot.curve.target.currency, words)
    parts = [svg.label(plot.left - 8, plot.top - 14, unit, "end", svg.SOFT)]
    for level, name in zip(plot.levels, names, strict=True):
        at, colour = plot.y(level), svg.FAINT if level else svg.SOFT
        parts.append(svg.line((plot.left, at), (plot.left + plot.width, at), colour))
        parts.append(svg.label(plot.left - 8, at + 4, name, "end", svg.SOFT))
    return parts


def _months(plot: _Plot, words: Catalogue) -> list[str]:
    """The beginnings of months below the axis; of a term of a few weeks, its first and last day."""
    curve, base, parts = plot.curve, plot.bottom + 22, []
    for day in _marks(plot, words):
        at = plot.start_of(day)
        parts.append(svg.line((at, plot.bottom), (at, plot.bottom + 5), svg.SOFT))
        parts.append(svg.label(at, base, words.month(day), "middle", svg.SOFT))
    if parts:
        return parts
    return [
        svg.label(plot.left, base, words.date(curve.starts_on), "start", svg.SOFT),
        svg.label(plot.left + plot.width + _MARGIN, base, words.date(curve.ends_on), "end", svg.SOFT),
    ]


def _marks(plot: _Plot, words: Catalogue) -> list[date]:
    """As many first days of months as have room for their names, two at least, or none."""
    for most in range(_MOST_MONTHS, 1, -1):
        marks = month_marks(plot.curve.starts_on, plot.curve.ends_on, most)
        long = max((svg.length(words.month(day)) for day in marks), default=0)
        apart = (plot.start_of(after) - plot.start_of(day) for day, after in pairwise(marks))
        if len(marks) > 1 and min(apart) > long + 8:
            return marks
    return []


def _received(plot: _Plot) -> list[str]:
    """The steps of what was received, up to the day of the report, and the ground below them."""
    steps = [f"M{plot.left} {plot.bottom}"]
    for day, amount in plot.curve.received:
        steps.append(f"H{plot.end_of(day)}V{plot.y(amount.minor)}")
    end = plot.end_of(plot.curve.as_of)
    path = "".join([*steps, f"H{end}"])
    return [
        f'<path d="{path}V{plot.bottom}Z" fill="{svg.BLUE}" fill-opacity="0.09"/>',
        f'<path d="{path}" fill="none" stroke="{svg.BLUE}" stroke-width="2.5" stroke-linejoin="round"/>',
        f'<circle cx="{end}" cy="{plot.y(plot.curve.latest.minor)}" r="4" fill="{svg.BLUE}"/>',
    ]


def _day(plot: _Plot, words: Catalogue) -> list[str]:
    """The day of the report: a line through the plot, and its date above it."""
    at, name = plot.end_of(plot.curve.as_of), words.date(plot.curve.as_of)
    half, right = svg.length(name) // 2, plot.left + plot.width + _MARGIN
    middle = max(min(at, right - half), plot.left + half)
    return [
        svg.line((at, plot.top - 8), (at, plot.bottom), svg.INK, "1", "1 3"),
        svg.label(middle, plot.top - 14, name, "middle"),
    ]


def _target_legend(curve: TargetCurve, words: Catalogue, width: int) -> tuple[list[str], int]:
    """What each line is, side by side as far as the width goes; and how high that is."""
    received = words.text("chart.target.received", (("received", curve.latest),))
    target = words.text("chart.target.target", (("target", curve.target),))
    looks = (
        (received, svg.BLUE, "2.5", ""),
        (words.text("chart.target.straight"), svg.SOFT, "1.5", "6 4"),
        (target, svg.RUST, "1.5", "2 3"),
    )
    parts: list[str] = []
    x, y = 0, 16
    for name, colour, thick, dashes in looks:
        long = _SAMPLE + 8 + svg.length(name)
        if x and x + long > width:
            x, y = 0, y + svg.LINE
        parts.append(svg.line((x, y - 4), (x + _SAMPLE, y - 4), colour, thick, dashes))
        parts.append(svg.label(x + _SAMPLE + 8, y, name))
        x += long + 24
    return parts, y + 6


def states_svg(states: MoneyByState, words: Catalogue, *, ident: str = "states", width: int = WIDE) -> str:
    """One bar: what is free, allotted, obligated and spent, with a legend under it.

    A part below zero stands to the left of the line at zero, hollow.
    """
    rows = [
        _State(words.text(f"state.{key}"), words.amount(amount), amount.minor, colour)
        for (key, amount), colour in zip(states.parts, cycle(_STATE_COLOURS), strict=False)
    ]
    legend, height = _state_legend(rows, width)
    parts = [*_bar(rows, width), *legend]
    description = "; ".join(f"{row.name} {row.shown}" for row in rows)
    return svg.drawing(ident, words.text("chart.states.title"), description, (width, height), parts)


@frozen
class _State:
    name: str
    shown: str
    minor: int
    colour: str


def _bar(rows: list[_State], width: int) -> list[str]:
    above = sum(max(row.minor, 0) for row in rows)
    below = sum(max(-row.minor, 0) for row in rows)
    if not above + below:
        return [svg.box(0, 0, (width, _BAR_HEIGHT), svg.FAINT)]
    zero = below * width // (above + below)
    parts, right, left = [], 0, 0
    for row in rows:
        if row.minor > 0:
            start, right = right, right + row.minor
            at, end = zero + start * (width - zero) // above, zero + right * (width - zero) // above
            # A pixel between neighbours; what is there at all can be seen.
            parts.append(svg.box(min(at, width - 1), 0, (max(end - at - 1, 1), _BAR_HEIGHT), row.colour))
        elif row.minor < 0:
            start, left = left, left - row.minor
            at, end = zero - left * zero // below, zero - start * zero // below
            size = (max(end - at - 2, 1), _BAR_HEIGHT - 2)
            parts.append(svg.box(min(at + 1, width - 2), 1, size, row.colour, hollow=True))
    if below:
        parts.append(svg.line((zero, 0), (zero, _BAR_HEIGHT + 6), svg.INK, "1.5"))
    return parts


def _state_legend(rows: list[_State], width: int) -> tuple[list[str], int]:
    """A swatch, a name and an amount a state, in two columns where they fit; and the whole height."""
    longest = max((_SWATCH + 16 + svg.length(row.name) + svg.length(row.shown) for row in rows), default=0)
    gap = 40
    count = 2 if longest <= (width - gap) // 2 else 1
    room = (width - gap) // 2 if count == 2 else width
    # Under one another column by column, as a reader goes down a list.
    high = -(-len(rows) // count)
    parts = []
    for at, row in enumerate(rows):
        x = at // high * (room + gap)
        y = _BAR_HEIGHT + 30 + at % high * (svg.LINE + 2)
        parts.append(svg.box(x, y - 11, (_SWATCH, _SWATCH), row.colour, hollow=row.minor < 0))
        parts.append(svg.label(x + _SWATCH + 8, y, row.name))
        parts.append(svg.label(x + room, y, row.shown, "end"))
        parts.append(svg.line((x, y + 8), (x + room, y + 8), svg.FAINT))
    return parts, _BAR_HEIGHT + 30 + high * (svg.LINE + 2) - 10
