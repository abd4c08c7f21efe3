"""The figures and panes of a page in their order, ready for its template; and the indicators of the day's page, which
are fetched beside it and kept for all who see the same.
"""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.utils.translation import pgettext

from assessment.definitions import Definition, by_code, definitions, in_force
from assessment.figures import figures
from assessment.periods import DAY as ONE_DAY
from assessment.periods import Period
from assessment.subjects import Subject
from assessment.views.asking import Question
from governance.accounts.actors import Actor
from governance.command.layouts.pieces import CODE, PAGES, SPAN, Layout, rows
from governance.command.picture.cells import lamp_of, line
from governance.command.picture.spans import CONTENT, INTAKE, ON_TIME, REACH, Tile, tile_of

KEPT: Final = timedelta(seconds=15)
LATEST: Final = timedelta(minutes=2)
MOST_KEPT: Final = 256
LINES: Final[Mapping[str, str]] = {ON_TIME: "on_time", INTAKE: "worker_share"}


@dataclass(frozen=True, kw_only=True)
class Item:
    """A figure of a strip: its own template, or an indicator. `retired`: since when it counts no more."""

    key: str
    template: str = ""
    tile: Tile | None = None
    lamp: str = ""
    line: float | None = None
    beside: Tile | None = None
    month: Tile | None = None
    retired: date | None = None
    reason: str = ""
    html: str = ""

    @property
    def slot(self) -> str:
        """Part of an id."""
        return self.key.replace(".", "-")


def strip(page: str, layout: Layout, tiles: Mapping[str, Tile], period: Period) -> list[Item]:
    """The figures in their order; an indicator without a tile is not in the catalogue any more."""
    own = PAGES[page].figures
    return [
        Item(key=key, template=f"command/tiles/{key}.html") if key in own else indicator(key, tiles, period)
        for key in layout.figures
    ]


def indicator(code: str, tiles: Mapping[str, Tile], period: Period, month: Tile | None = None) -> Item:
    """One indicator with its lamp; one that was retired says so, and has a number while its days lie in the period."""
    tile = tiles.get(code)
    if tile is None:
        gone = pgettext("layout", "This indicator is not in the catalogue any more; take it off the page.")
        return Item(key=code, reason=gone)
    ended = tile.shown.figure.definition.valid_to
    limits = line(LINES[code]) if code in LINES else None
    percent = float(tile.percent) if tile.percent is not None else None
    return Item(
        key=code,
        tile=tile,
        lamp=lamp_of(percent, limits),
        line=limits[0] if limits else None,
        beside=tiles.get(REACH) if code == CONTENT else None,
        month=month,
        retired=ended if ended is not None and ended <= period.last else None,
        reason=tile.reason,
    )


def panes(page: str, layout: Layout, *, without: Sequence[str] = ()) -> list[tuple[str, list[str]]]:
    """The templates of the panes, in cells with their widths."""
    prefix = "span_" if page == SPAN else ""
    shown = [(key, width) for key, width in layout.panes if key not in without]
    return [(width, [f"command/panes/{prefix}{key}.html" for key in keys]) for width, keys in rows(shown)]


def of_day(layout: Layout, by: Actor, subject: Subject, day: date, today: date) -> list[Item]:
    """The indicators of a layout on one day, each with its month so far: a bounded number of statements."""
    wanted = {*layout.codes, *((REACH,) if CONTENT in layout.codes else ())}
    versions = [row for row in definitions() if row.code in wanted]
    spans = (
        Period(since=day, until=day + ONE_DAY),
        Period(since=day.replace(day=1), until=day + ONE_DAY),
    )
    one, month = (_tiles(by, subject, span, versions, today) for span in spans)
    return [indicator(code, one, spans[0], month.get(code)) for code in layout.codes]


def _tiles(
    by: Actor, subject: Subject, period: Period, versions: Sequence[Definition], today: date
) -> dict[str, Tile]:
    question = Question(by=by, subject=subject, period=period, today=today)
    waiting = pgettext("indicator", "Is being counted for the first time")
    found = figures(question.asked([subject], versions), waiting)
    return {code: tile_of(question, figure) for (code, _subject), figure in found.items()}


def offered(today: date) -> list[Definition]:
    """The indicators that may be put on a page: the version in force of each that is counted."""
    newest = [in_force(versions, today) for versions in by_code(definitions()).values()]
    return [row for row in newest if row.can_count and row.holds(today)]


def is_code(key: str) -> bool:
    """Whether it names an indicator."""
    return CODE.fullmatch(key) is not None


@dataclass
class Shelf:
    """Rendered tiles of this process by who sees the same; two requests at once count once."""

    entries: dict[tuple[Any, ...], tuple[datetime, Mapping[str, str]]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def peek(self, key: tuple[Any, ...], at: datetime) -> Mapping[str, str]:
        """What was rendered last, for a page that is about to fetch it anew."""
        known = self.entries.get(key)
        return known[1] if known is not None and timedelta(0) <= at - known[0] < LATEST else {}

    def get(self, key: tuple[Any, ...], at: datetime) -> Mapping[str, str] | None:
        """What is fresh enough to be given again."""
        known = self.entries.get(key)
        return known[1] if known is not None and timedelta(0) <= at - known[0] < KEPT else None

    def put(self, key: tuple[Any, ...], at: datetime, tiles: Mapping[str, str]) -> Mapping[str, str]:
        """Keep it."""
        with self.lock:
            if len(self.entries) >= MOST_KEPT:
                self.entries.clear()
            self.entries[key] = at, tiles
        return tiles


SHELF: Final = Shelf()
