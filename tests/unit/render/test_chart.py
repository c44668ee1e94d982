"""The charts: sound XML, within their frame, saying what they show, and true to their figures."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections import defaultdict
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mdfm_ledger.money import Amount
from mdfm_ledger.render import svg
from mdfm_ledger.render.catalogue import Catalogue, catalogue
from mdfm_ledger.render.chart import NARROW, WIDE, states_svg, target_svg
from mdfm_ledger.reports.document import MoneyByState, TargetCurve
from tests.support.documents import ENGLISH, HOSTILE, curves, states

WORDS = catalogue("en")
LANGUAGES = {"en": WORDS, "fr": Catalogue("fr", ENGLISH), "es": Catalogue("es", ENGLISH)}
SVG = "{http://www.w3.org/2000/svg}"
WIDTHS = st.sampled_from([WIDE, NARROW])
IN_LANGUAGES = st.sampled_from(sorted(LANGUAGES))


def _usd(minor: int) -> Amount:
    return Amount(minor, "USD")


CURVE = TargetCurve(
    starts_on=date(2020, 1, 1),
    ends_on=date(2021, 12, 31),
    as_of=date(2020, 12, 31),
    target=_usd(100_000_000),
    received=((date(2020, 3, 2), _usd(25_000_000)), (date(2020, 9, 30), _usd(40_000_000))),
)


def _numbers(path: str) -> list[tuple[str, int]]:
    return [(letter, int(number)) for letter, number in re.findall(r"([MHV ])(-?\d+)", path)]


def _line(root: ET.Element) -> str:
    (path,) = [path.attrib["d"] for path in root.iter(f"{SVG}path") if path.get("fill") == "none"]
    return path


def _frame(root: ET.Element) -> tuple[int, int]:
    _, _, width, height = map(int, root.attrib["viewBox"].split())
    return width, height


def _assert_inside(root: ET.Element) -> None:
    width, height = _frame(root)
    for element in root.iter():
        across = [int(element.attrib[name]) for name in ("x", "x1", "x2", "cx") if name in element.attrib]
        down = [int(element.attrib[name]) for name in ("y", "y1", "y2", "cy") if name in element.attrib]
        if element.tag == f"{SVG}rect":
            across.append(across[0] + int(element.attrib["width"]))
            down.append(down[0] + int(element.attrib["height"]))
        assert all(0 <= x <= width for x in across), element.attrib
        assert all(0 <= y <= height for y in down), element.attrib


def _assert_texts_apart(root: ET.Element) -> None:
    """No two texts on one line touch, by the widths the drawing reckons with."""
    width, _ = _frame(root)
    lines: dict[int, list[tuple[int, int, str]]] = defaultdict(list)
    for element in root.iter(f"{SVG}text"):
        shown, x = element.text or "", int(element.attrib["x"])
        long = svg.length(shown)
        start = {"start": x, "middle": x - long // 2, "end": x - long}[element.attrib["text-anchor"]]
        assert start >= 0, shown
        assert start + long <= width, shown
        lines[int(element.attrib["y"])].append((start, start + long, shown))
    for line in lines.values():
        for (_, end, one), (start, _, other) in pairwise(sorted(line)):
            assert end <= start, (one, other)
    heights = sorted(lines)
    assert all(below - above >= svg.FONT_SIZE for above, below in pairwise(heights))


def _assert_described(root: ET.Element, ident: str) -> None:
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert root.attrib["role"] == "img"
    assert title is not None
    assert description is not None
    assert root.attrib["aria-labelledby"].split() == [title.get("id"), description.get("id")]
    assert (title.get("id"), description.get("id")) == (f"{ident}-title", f"{ident}-desc")
    assert title.text
    assert description.text


@given(curves(), IN_LANGUAGES, WIDTHS)
def test_any_curve_is_drawn_within_its_frame_and_no_text_touches_another(
    curve: TargetCurve, language: str, width: int
) -> None:
    words = LANGUAGES[language]
    drawn = target_svg(curve, words, ident="b1", width=width)
    root = ET.fromstring(drawn)
    _assert_described(root, "b1")
    _assert_inside(root)
    _assert_texts_apart(root)
    assert _frame(root)[0] == width
    assert drawn == target_svg(curve, words, ident="b1", width=width)


@given(curves())
def test_the_steps_go_on_in_time_and_are_as_high_as_the_sums(curve: TargetCurve) -> None:
    """A higher sum is never drawn lower; the same sum never at two heights."""
    steps = _numbers(_line(ET.fromstring(target_svg(curve, WORDS))))
    across = [number for letter, number in steps if letter in "MH"]
    heights = [number for letter, number in steps if letter == "V"]
    assert across == sorted(across)
    drawn = sorted(
        (max(amount.minor, 0), -height) for (_, amount), height in zip(curve.received, heights, strict=True)
    )
    assert [height for _, height in drawn] == sorted(height for _, height in drawn)


def test_sums_and_days_stand_where_they_should() -> None:
    """Half of the term has passed: the day is in the middle, and what was received at two fifths."""
    root = ET.fromstring(target_svg(CURVE, WORDS))
    axis = [line for line in root.iter(f"{SVG}line") if line.get("stroke") == svg.FAINT]
    left, right = int(axis[0].attrib["x1"]), int(axis[0].attrib["x2"])
    (dot,) = root.iter(f"{SVG}circle")
    straight = next(
        line
        for line in root.iter(f"{SVG}line")
        if line.get("stroke-dasharray") == "6 4" and line.get("x2") == str(right)
    )
    bottom, top = int(straight.attrib["y1"]), int(straight.attrib["y2"])
    assert (int(straight.attrib["x1"]), int(straight.attrib["x2"])) == (left, right)
    # What came on 2 March is there at its end: 62 of 731 days; 30 September, 274 of them.
    across = [number for letter, number in _numbers(_line(root)) if letter == "H"]
    assert across == [left + days * (right - left) // 731 for days in (62, 274, 366)]
    # 366 of 731 days; 400,000 of 1,000,000.
    assert int(dot.attrib["cx"]) == left + 366 * (right - left) // 731
    assert int(dot.attrib["cy"]) == bottom - 40_000_000 * (bottom - top) // 100_000_000


def test_the_description_says_the_figures() -> None:
    description = ET.fromstring(target_svg(CURVE, WORDS)).find(f"{SVG}desc")
    assert description is not None
    assert description.text == (
        "Received USD 400,000.00 by 31 Dec 2020, against a target of USD 1,000,000.00"
        " for the term from 1 Jan 2020 to 31 Dec 2021."
    )


@pytest.mark.parametrize(
    ("target", "labels"),
    [
        (_usd(100_000_000), ["USD", "0", "200,000", "400,000", "600,000", "800,000", "1,000,000"]),
        (_usd(3), ["USD", "0.00", "0.01", "0.02", "0.03"]),
        (Amount(5, "JPY"), ["JPY", "0", "1", "2", "3", "4", "5"]),
        (_usd(5 * 10**11), ["USD million", "0", "1,000", "2,000", "3,000", "4,000", "5,000"]),
    ],
)
def test_levels_are_named_in_whole_units_where_they_are_whole(target: Amount, labels: list[str]) -> None:
    curve = TargetCurve(
        starts_on=date(2020, 1, 1),
        ends_on=date(2020, 1, 20),
        as_of=date(2020, 1, 1),
        target=target,
        received=(),
    )
    root = ET.fromstring(target_svg(curve, WORDS))
    found = [text.text for text in root.iter(f"{SVG}text") if text.get("fill") == svg.SOFT]
    # A term of a few weeks is named by its first and last day.
    assert found == [*labels, "1 Jan 2020", "20 Jan 2020"]


@given(states(), IN_LANGUAGES, WIDTHS)
def test_any_states_are_drawn_within_their_frame_each_with_its_name_and_amount(
    money: MoneyByState, language: str, width: int
) -> None:
    words = LANGUAGES[language]
    drawn = states_svg(money, words, ident="b2", width=width)
    root = ET.fromstring(drawn)
    _assert_described(root, "b2")
    _assert_inside(root)
    _assert_texts_apart(root)
    shown = [text.text for text in root.iter(f"{SVG}text")]
    named = [(words.text(f"state.{key}"), words.amount(amount)) for key, amount in money.parts]
    assert list(zip(shown[::2], shown[1::2], strict=True)) == named
    assert drawn == states_svg(money, words, ident="b2", width=width)


def _bars(parts: dict[str, int]) -> list[tuple[int, int, bool]]:
    """Where each bar begins and ends, and whether it is hollow; legend and line left out."""
    money = MoneyByState(parts=tuple((key, _usd(minor)) for key, minor in parts.items()))
    boxes = [
        box for box in ET.fromstring(states_svg(money, WORDS)).iter(f"{SVG}rect") if int(box.attrib["y"]) < 2
    ]
    return [
        (int(box.attrib["x"]), int(box.attrib["x"]) + int(box.attrib["width"]), "stroke" in box.attrib)
        for box in boxes
    ]


def test_bars_are_as_long_as_their_amounts() -> None:
    assert _bars({"free": 300, "allotted": 100, "obligated": 0, "spent": 400}) == [
        (0, 329, False),
        (330, 439, False),
        (440, 879, False),
    ]


def test_what_is_below_zero_stands_hollow_before_the_rest() -> None:
    assert _bars({"free": -100, "allotted": 200, "spent": 100}) == [
        (1, 219, True),
        (220, 659, False),
        (660, 879, False),
    ]


def test_a_cent_among_millions_can_be_seen() -> None:
    bars = _bars({"free": 10**12, "allotted": 1, "spent": 10**12})
    assert [end - start for start, end, _ in bars] == [438, 1, 439]


def test_nothing_at_all_is_an_empty_bar() -> None:
    assert _bars({"free": 0, "spent": 0}) == [(0, WIDE, False)]


@pytest.mark.parametrize("name", HOSTILE)
def test_texts_are_escaped(name: str) -> None:
    """Names of states come from the catalogue; should a name ever come from data, it stays a text."""
    words = Catalogue("en", {**ENGLISH, "state.free": name.replace("{", "").replace("}", "")})
    root = ET.fromstring(states_svg(MoneyByState(parts=(("free", _usd(1)),)), words))
    assert {element.tag.removeprefix(SVG) for element in root.iter()} == {
        "svg",
        "title",
        "desc",
        "rect",
        "text",
        "line",
    }
