"""The lists behind the panel's numbers of posts, grids and communities: each sums up to exactly its number."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.urls import reverse
from django.utils.translation import pgettext

from governance.accounts.actors import Actor
from governance.command.goals.counting import Month, month_of
from governance.command.goals.measures import BY_KEY, Measure
from governance.foundation.clock import local
from governance.foundation.errors import NotFound
from governance.foundation.naming import label_of
from grids.models import CommunityCoverage, GridPost
from grids.territory import Place
from grids.territory import current as territory
from staffing import queries as staffing

MOST: Final = 500
SIDES: Final = ("part", "whole", "missing")


@dataclass(frozen=True, kw_only=True)
class Line:
    """One entry. `count` is its share of the number; `words` say what is there."""

    name: str
    where: str
    words: str
    count: int = 1
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class Listing:
    """What a number counts: `total` is that number, `lines` the first `MOST` entries of `entries`."""

    measure: Measure
    side: str
    place: Place
    lines: Sequence[Line]
    entries: int
    total: int

    @property
    def beyond(self) -> int:
        return self.entries - len(self.lines)


@dataclass(frozen=True, kw_only=True)
class _Asked:
    by: Actor
    place: Place
    side: str
    month: Month


_Found = tuple[list[Line], int, int]


def listing(by: Actor, place: Place, key: str, side: str, *, at: datetime) -> Listing:
    """The entries of one number; `place` is one that the reader covers. Raises NotFound."""
    if key not in LISTED or side not in SIDES:
        raise NotFound()
    asked = _Asked(by=by, place=place, side=side, month=month_of(local(at).date(), at))
    lines, entries, total = LISTED[key](asked)
    return Listing(measure=BY_KEY[key], side=side, place=place, lines=lines, entries=entries, total=total)


def _where(path: str) -> str:
    """The places that hold it, from the town down."""
    chain = [label_of(place) for place in territory().chain(path)][:-1]
    return " · ".join(chain[1:] or chain)


def _ground(asked: _Asked) -> _Found:
    rows = CommunityCoverage.objects.filter(path__startswith=asked.place.path, community__valid_to=None)
    if asked.side != "whole":
        rows = rows.filter(error_count=0) if asked.side == "part" else rows.exclude(error_count=0)
    count = rows.count()
    rows = rows.select_related("community").defer("community__boundary", "findings").order_by("path")
    sound = pgettext("goal", "No error found")
    faulty = pgettext("goal", "%(count)s errors found")
    lines = [
        Line(
            name=row.community.label,
            where=_where(row.path),
            words=faulty % {"count": row.error_count} if row.error_count else sound,
            url=reverse("grids:coverage-community", args=[row.community.code]),
        )
        for row in rows[:MOST]
    ]
    return lines, count, count


def _posts(asked: _Asked) -> _Found:
    rows, entries, total = staffing.posts(
        [asked.place.path], on=asked.month.last_day, side=asked.side, limit=MOST
    )
    words = pgettext("goal", "%(filled)s of %(required)s filled")
    lines = [
        Line(
            name=f"{row.grid_label} · {GridPost.Kind(row.kind).label}",
            where=_where(row.path),
            words=words % {"filled": row.filled, "required": row.required},
            count=row.counted(asked.side),
        )
        for row in rows
    ]
    return lines, entries, total


def _party(asked: _Asked) -> _Found:
    rows = staffing.grids_by_party([asked.place.path], on=asked.month.last_day)
    if asked.side != "whole":
        rows = rows.filter(has=asked.side == "part")
    count = rows.count()
    there, missing = pgettext("goal", "has a party organisation"), pgettext("goal", "has none")
    lines = [
        Line(name=row.label, where=_where(row.path), words=there if row.has else missing)
        for row in rows.defer("polygon").order_by("path")[:MOST]
    ]
    return lines, count, count


LISTED: Final[Mapping[str, Callable[[_Asked], _Found]]] = {
    "ground": _ground,
    "staffing": _posts,
    "party": _party,
}
"""Measures whose entries stand here; indicators and households have lists of their own."""
