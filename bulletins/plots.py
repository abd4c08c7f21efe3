"""Static drawings as SVG: bars that lie and columns that stand. Pure: the same data give the same bytes.

Lengths are units of which 640 are as wide as the text of a page; 15 of them are as high as its small type. Values
begin at zero, numbers stand beside what they measure, and the two tones differ in lightness: a grey copy can be read.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10
from typing import Final
from xml.sax.saxutils import escape, quoteattr

WIDE: Final = 640
TYPE: Final = 15
NOW, THEN, LINE, INK, SOFT = "#1f5fbf", "#b7c4d3", "#d5dce4", "#1b2630", "#5b6875"
FONTS: Final = "Noto Sans SC, PingFang SC, Microsoft YaHei, sans-serif"
LONGEST_NAME: Final = 190
HIGH: Final = 210
MARKS: Final = 4


@dataclass(frozen=True, kw_only=True)
class Bar:
    """A name with its value and, where there is one, that of the time before; None is drawn as words alone."""

    name: str
    value: float | None
    words: str
    before: float | None = None
    before_words: str = ""


def width_of(words: str) -> float:
    """How wide words of the small type are: Chinese as wide as high, others a little more than half."""
    wide = sum(1 if unicodedata.east_asian_width(sign) in "WFA" else 0.58 for sign in words)
    return wide * TYPE


def shortened(words: str, most: float) -> str:
    """The words, or their beginning with … where they are too wide."""
    if width_of(words) <= most:
        return words
    while words and width_of(words) + TYPE > most:
        words = words[:-1]
    return f"{words}…"


def bars(rows: Sequence[Bar], *, top: float, legend: Sequence[str] = ()) -> str:
    """Bars that lie, one row for each, as long as its share of `top`; with two names in `legend` each row has two."""
    has_two = len(legend) > 1
    left = min(LONGEST_NAME, max(width_of(row.name) for row in rows)) + 10
    room = max(width_of(words) for row in rows for words in (row.words, row.before_words)) + 8
    long = WIDE - left - room
    thick, step = (13, 42) if has_two else (17, 28)
    head = 30 if has_two else 4
    parts = [*_legend(legend)] if has_two else []
    for number, row in enumerate(rows):
        y = head + number * step + 4
        middle = y + (thick if has_two else thick / 2)
        parts.append(_text(left - 10, middle, shortened(row.name, LONGEST_NAME), "end"))
        parts += _bar(left, y, long, thick, row.value, top, NOW)
        parts.append(_text(left + _long(row.value, top, long) + 6, y + thick / 2, row.words, "start"))
        if has_two:
            below = y + thick + 2
            parts += _bar(left, below, long, thick, row.before, top, THEN)
            where = left + _long(row.before, top, long) + 6
            parts.append(_text(where, below + thick / 2, row.before_words, "start", SOFT))
    high = head + len(rows) * step + 4
    parts.append(_rule(left, head, left, high - 4))
    return _svg(high, parts)


def columns(
    names: Sequence[str], now: Sequence[int], then: Sequence[int], *, legend: Sequence[str], unit: str
) -> str:
    """Columns that stand: what was counted now, beside it in the light tone what was counted before."""
    top, step = scale(max([*now, *then, 1]))
    left, head, foot = width_of(f"{top}") + 12, 34.0, 26.0
    high = head + HIGH + foot
    each = (WIDE - left) / len(names)
    parts = [*_legend(legend), _text(0, 12, unit, "start", SOFT)]
    for mark in range(0, top + 1, step):
        y = head + HIGH * (1 - mark / top)
        parts += [_rule(left, y, WIDE, y), _text(left - 8, y, f"{mark}", "end", SOFT)]
    thick = min(22.0, each * 0.38)
    skip = max(1, ceil(max(width_of(name) + 8 for name in names) / each))
    for number, name in enumerate(names):
        middle = left + each * (number + 0.5)
        for counts, x, tone in ((then, middle - thick, THEN), (now, middle, NOW)):
            if number < len(counts):
                tall = HIGH * counts[number] / top
                parts.append(_rect(x, head + HIGH - tall, thick - 0.5, tall, tone))
        if number % skip == 0:
            parts.append(_text(middle, head + HIGH + 14, name, "middle", SOFT))
    return _svg(high, parts)


def scale(most: int) -> tuple[int, int]:
    """The end of an axis that holds `most`, and the distance of its marks: one, two or five tens, hundreds, …"""
    rough = max(1.0, most / MARKS)
    ten = 10 ** floor(log10(rough))
    step = int(next(ten * factor for factor in (1, 2, 5, 10) if ten * factor >= rough))
    return step * ceil(most / step), step


def _long(value: float | None, top: float, long: float) -> float:
    return long * min(1.0, max(0.0, value or 0) / top)


def _bar(
    x: float, y: float, long: float, thick: float, value: float | None, top: float, tone: str
) -> list[str]:
    return [] if value is None else [_rect(x, y, _long(value, top, long), thick, tone)]


def _legend(names: Sequence[str]) -> Iterable[str]:
    x = float(WIDE)
    for name, tone in reversed(list(zip(names, (NOW, THEN), strict=True))):
        x -= width_of(name)
        yield _text(x, 12, name, "start", SOFT)
        x -= 18
        yield _rect(x, 6, 12, 12, tone)
        x -= 16


def _text(x: float, y: float, words: str, anchor: str, tone: str = INK) -> str:
    """Words whose middle line is at `y`."""
    return f'<text x="{x:.1f}" y="{y + TYPE * 0.36:.1f}" text-anchor="{anchor}" fill="{tone}">{escape(words)}</text>'


def _rect(x: float, y: float, wide: float, high: float, tone: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{high:.1f}" fill="{tone}"/>'


def _rule(x: float, y: float, to_x: float, to_y: float) -> str:
    return (
        f'<line x1="{x:.1f}" y1="{y:.1f}" x2="{to_x:.1f}" y2="{to_y:.1f}" stroke="{LINE}" stroke-width="1"/>'
    )


def _svg(high: float, parts: Iterable[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDE}" height="{high:.0f}" viewBox="0 0 {WIDE} {high:.0f}" '
        f'font-family={quoteattr(FONTS)} font-size="{TYPE}"><rect width="{WIDE}" height="{high:.0f}" fill="#ffffff"/>'
        f"{''.join(parts)}</svg>"
    )
