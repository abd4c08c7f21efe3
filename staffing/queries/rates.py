"""The staffing rate (K27): filled posts of those required by template x grids in force, on a date.

Numerator and denominator are kept apart; percent has two decimals, half up; nothing required is no rate.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from django.utils.translation import get_language

from governance.foundation.percent import percent_of as exact
from grids.territory import Place
from grids.territory import current as territory
from staffing.queries.seats import ask, seats
from staffing.queries.standard import requirements


@dataclass(frozen=True)
class Rate:
    """`part` of `whole`; adding two rates adds both."""

    part: int = 0
    whole: int = 0

    @property
    def percent(self) -> Decimal | None:
        """Two decimals, half up; None when there is nothing to divide by."""
        return exact(self.part, self.whole)

    @property
    def missing(self) -> int:
        return self.whole - self.part

    @property
    def words(self) -> str:
        """`97.62 %`, or a dash."""
        return "–" if self.percent is None else f"{self.percent} %"

    def __add__(self, other: "Rate") -> "Rate":
        return Rate(self.part + other.part, self.whole + other.whole)


NOTHING = Rate()


@dataclass
class RateRow:
    """The rates of one place: all posts together, by kind of post, and of full-time posts only."""

    place: Place
    total: Rate = NOTHING
    full_time: Rate = NOTHING
    by_kind: dict[str, Rate] = field(default_factory=dict)

    def add(self, kind: str, rate: Rate, *, is_full_time: bool) -> None:
        """Count some posts of a kind in."""
        self.total += rate
        self.by_kind[kind] = self.by_kind.get(kind, NOTHING) + rate
        if is_full_time:
            self.full_time += rate


_BY_COMMUNITY = """
SELECT s.community_id, {grid} s.post_kind, s.full_time, sum(least(coalesce(h.n, 0), s.n)), sum(s.n)
  FROM seat s LEFT JOIN held h ON h.grid_id = s.grid_id AND h.post_kind = s.post_kind
 GROUP BY 1, 2, 3, 4
"""


def rates(paths: Sequence[str], *, on: date, level: str) -> list[RateRow]:
    """The rates of every place of `level` (city, district, town, community or grid) inside `paths`, by path.

    Places that lie above `level` or hold no grid that must be staffed are left out.
    """
    land, found = territory(), dict[str, RateRow]()
    above: dict[str, Place | None] = {}
    head, parameters = seats(requirements(on), on=on, paths=paths)
    tail = _BY_COMMUNITY.format(grid="s.grid_id," if level == "grid" else "0,")
    for community, grid_id, kind, is_full_time, part, whole in ask(head + tail, parameters):
        below = land.grids.get(grid_id) if level == "grid" else land.regions.get(community)
        if below is None:
            continue
        if below.path not in above:  # a place has a row for each kind of post
            above[below.path] = below if below.level == level else land.at_level(below.path, level)
        place = above[below.path]
        if place is None:
            continue
        row = found.setdefault(place.path, RateRow(place))
        row.add(kind, Rate(int(part), int(whole)), is_full_time=is_full_time)
    return [found[path] for path in sorted(found)]


@dataclass(frozen=True, kw_only=True)
class PostRow:
    """A kind of post of one grid: how many people the template wants, and how many of those there are."""

    code: str
    grid_name: str
    grid_name_en: str
    path: str
    kind: str
    filled: int
    required: int

    @property
    def grid_label(self) -> str:
        """The grid's name in the reader's language."""
        is_english = (get_language() or "").startswith("en")
        return self.grid_name_en if self.grid_name_en and is_english else self.grid_name

    def counted(self, side: str) -> int:
        """Its share of the numerator (`part`), of the denominator (`whole`) or of what is `missing`."""
        return {"part": self.filled, "whole": self.required, "missing": self.required - self.filled}[side]


_SIDES = {"part": "filled > 0", "whole": "true", "missing": "filled < required"}
_COUNTED = {"part": "filled", "whole": "required", "missing": "required - filled"}
_EACH = """, post AS (
    SELECT s.code, s.name, s.name_en, s.path, s.post_kind, least(coalesce(h.n, 0), s.n)::int AS filled, s.n AS required
      FROM seat s LEFT JOIN held h ON h.grid_id = s.grid_id AND h.post_kind = s.post_kind
)
SELECT *, count(*) OVER (), (sum({counted}) OVER ())::int FROM post WHERE {side}
 ORDER BY path COLLATE "C", post_kind COLLATE "C" LIMIT %s
"""


def posts(paths: Sequence[str], *, on: date, side: str, limit: int) -> tuple[list[PostRow], int, int]:
    """The first posts behind one side of the rate, how many there are, and the number that they sum up to."""
    head, parameters = seats(requirements(on), on=on, paths=paths)
    tail = _EACH.format(counted=_COUNTED[side], side=_SIDES[side])
    found = ask(head.rstrip() + tail, [*parameters, limit])
    names = ("code", "grid_name", "grid_name_en", "path", "kind", "filled", "required")
    rows = [PostRow(**dict(zip(names, row, strict=False))) for row in found]
    return (rows, found[0][-2], found[0][-1]) if found else ([], 0, 0)


_BY_GRID = """
SELECT s.grid_id, sum(least(coalesce(h.n, 0), s.n))::int, sum(s.n)::int
  FROM seat s LEFT JOIN held h ON h.grid_id = s.grid_id AND h.post_kind = s.post_kind
 GROUP BY 1
"""


def grid_totals(paths: Sequence[str], *, on: date) -> dict[int, tuple[int, int]]:
    """(filled, required) of every grid inside `paths` that must be staffed, by its id: for maps of a whole city."""
    head, parameters = seats(requirements(on), on=on, paths=paths)
    return {grid: (part, whole) for grid, part, whole in ask(head + _BY_GRID, parameters)}


def percent_of(part: int, whole: int) -> float | None:
    """As `Rate.percent`, in whole numbers: two decimals, half up."""
    return ((20_000 * part + whole) // (2 * whole)) / 100 if whole else None


@dataclass(frozen=True)
class TrendPoint:
    """The rate of everything together on one day."""

    on: date
    total: Rate
    full_time: Rate


def trend(paths: Sequence[str], *, days: Iterable[date]) -> list[TrendPoint]:
    """The rate as it was on each of the days, with the templates, grids and people of that day."""
    points = []
    for day in days:
        head, parameters = seats(requirements(day), on=day, paths=paths)
        tail = """SELECT s.full_time, sum(least(coalesce(h.n, 0), s.n)), sum(s.n)
                    FROM seat s LEFT JOIN held h ON h.grid_id = s.grid_id AND h.post_kind = s.post_kind
                   GROUP BY 1"""
        sums: dict[bool, Rate] = defaultdict(Rate)
        for is_full_time, part, whole in ask(head + tail, parameters):
            sums[bool(is_full_time)] = Rate(int(part), int(whole))
        points.append(TrendPoint(day, sums[True] + sums[False], sums[True]))
    return points


def month_ends(today: date, count: int) -> list[date]:
    """The last days of the `count` months before that of `today`, then `today` itself."""
    days, day = [today], today
    for _n in range(count):
        day = day.replace(day=1) - timedelta(days=1)
        days.append(day)
    return sorted(days)
