"""Presence on post (K28): on-post days of required days, by place; and the person-days behind every number.

Required: working days of the office calendar on which somebody holds a post that the template of that day calls
full-time, unless on approved leave. One person is one day at each place, however many posts he or she has there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from governance.foundation.calendars import load_calendar
from grids.territory import Place
from grids.territory import current as territory
from staffing.models import PostRequirement, Presence, StaffingTemplate
from staffing.queries.rates import NOTHING, Rate
from staffing.queries.seats import Parameters, ask
from staffing.queries.standard import newest_in_force

DayKey = tuple[str, int]
STATES = ("on_post", "absent", "unconfirmed", "excused")

# `due`: a person's day at a community or grid; `excused` by an approved leave, `on_post` by what is recorded.
_DUE = """
WITH want(on_day, grid_kind, post_kind) AS (SELECT * FROM unnest(%s::date[], %s::text[], %s::text[])),
place(scope_id, place_id) AS (SELECT * FROM unnest(%s::bigint[], %s::bigint[])),
held AS (
    SELECT w.on_day, a.user_id, {key} AS place_id, min(g.id) AS grid_id
      FROM want w
      JOIN grids_grid g ON g.kind = w.grid_kind AND g.path LIKE ANY(%s)
       AND g.valid_from <= w.on_day AND (g.valid_to IS NULL OR g.valid_to >= w.on_day)
      JOIN grids_gridpost p ON p.grid_id = g.id AND p.kind = w.post_kind
      JOIN grids_gridassignment a ON a.post_id = p.id
       AND a.starts_on <= w.on_day AND (a.ends_on IS NULL OR a.ends_on >= w.on_day)
      {join}
     GROUP BY 1, 2, 3
), due AS (
    SELECT h.*, r.id AS presence_id, coalesce(r.is_on_post, false) AS on_post,
           coalesce(r.decided_by_id IS NULL AND NOT r.is_on_post, false) AS unconfirmed,
           EXISTS (SELECT 1 FROM staffing_leave l WHERE l.user_id = h.user_id AND l.starts_on <= h.on_day
                      AND l.ends_on >= h.on_day AND l.state IN ('approved', 'returned')
                      AND (l.returned_on IS NULL OR l.returned_on > h.on_day)) AS excused
      FROM held h LEFT JOIN staffing_presence r ON r.user_id = h.user_id AND r."on" = h.on_day
)
"""
_DAYS = """
SELECT due.on_day, due.user_id, u.name, coalesce(o.name, ''), g.path, g.name,
       CASE WHEN excused THEN 'excused' WHEN on_post THEN 'on_post'
            WHEN unconfirmed THEN 'unconfirmed' ELSE 'absent' END,
       r.checked_at, coalesce(r.whereabouts, ''), coalesce(d.name, ''), coalesce(r.note, '')
  FROM due JOIN accounts_user u ON u.id = due.user_id LEFT JOIN accounts_orgunit o ON o.id = u.unit_id
  JOIN grids_grid g ON g.id = due.grid_id LEFT JOIN staffing_presence r ON r.id = due.presence_id
  LEFT JOIN accounts_user d ON d.id = r.decided_by_id
 WHERE """
_CONDITIONS = {
    "": "true",
    "required": "NOT excused",
    "on_post": "NOT excused AND on_post",
    "absent": "NOT excused AND NOT on_post",
    "unconfirmed": "NOT excused AND unconfirmed",
    "excused": "excused",
}
_SUMS = """
SELECT {key}, count(*) FILTER (WHERE NOT excused AND on_post), count(*) FILTER (WHERE NOT excused),
       count(*) FILTER (WHERE NOT excused AND unconfirmed), count(*) FILTER (WHERE excused)
  FROM due GROUP BY 1 ORDER BY 1
"""
_BY_PLACE, _BY_DAY = _SUMS.format(key="place_id"), _SUMS.format(key="on_day")


@dataclass(frozen=True)
class PresenceRow:
    """Of one place: on-post days of required days, how many wait to be confirmed, how many leave excuses."""

    place: Place
    rate: Rate = NOTHING
    unconfirmed: int = 0
    excused: int = 0


@dataclass(frozen=True)
class PresenceDay:
    """The same of one day."""

    on: date
    rate: Rate
    unconfirmed: int = 0
    excused: int = 0


@dataclass(frozen=True, kw_only=True)
class PersonDay:
    """One day of one person, as a line of the list."""

    on: date
    user_id: int
    name: str
    unit: str
    grid_path: str
    grid_name: str
    state: str
    checked_at: datetime | None
    whereabouts: str
    decided_by: str
    note: str

    @property
    def key(self) -> DayKey:
        """Where it stands in the list."""
        return self.on.isoformat(), self.user_id

    @property
    def whereabouts_label(self) -> str:
        """In words; empty while nothing is recorded."""
        is_there = self.checked_at is not None or self.decided_by
        return str(Presence.Whereabouts(self.whereabouts).label) if is_there else ""

    @property
    def state_label(self) -> str:
        """The state in words."""
        return state_words()[self.state]


def state_words() -> dict[str, str]:
    """The states of a person's day in words."""
    return {
        "on_post": pgettext("presence", "on post"),
        "absent": pgettext("presence", "absent"),
        "unconfirmed": pgettext("presence", "to be confirmed"),
        "excused": _("on leave"),
    }


def workdays(first: date, last: date) -> list[date]:
    """The working days between two days, both included, by the office calendar."""
    calendar, days = load_calendar(), (last - first).days + 1
    return [
        day
        for day in (first + timedelta(days=number) for number in range(max(days, 0)))
        if calendar.is_workday(day)
    ]


def presence(paths: Sequence[str], *, first: date, last: date, level: str) -> list[PresenceRow]:
    """K28 of every place of `level` inside `paths`, between two days."""
    head, values = _due(paths, workdays(first, last), level)
    land, found = territory(), dict[str, PresenceRow]()
    rows = ask(head + _BY_PLACE, values)
    for place_id, part, whole, unconfirmed, excused in rows:
        place = (land.grids if level == "grid" else land.regions).get(place_id)
        if place is not None:
            found[place.path] = PresenceRow(place, Rate(part, whole), unconfirmed, excused)
    return [found[path] for path in sorted(found)]


def presence_by_day(paths: Sequence[str], *, first: date, last: date) -> list[PresenceDay]:
    """K28 of everything inside `paths` together, day by day: a person in two towns is one day."""
    head, values = _due(paths, workdays(first, last), "")
    rows = ask(head + _BY_DAY, values)
    return [
        PresenceDay(day, Rate(part, whole), unconfirmed, excused)
        for day, part, whole, unconfirmed, excused in rows
    ]


def presence_rate(paths: Sequence[str], *, first: date, last: date) -> Rate:
    """The sum of those days."""
    return sum((row.rate for row in presence_by_day(paths, first=first, last=last)), NOTHING)


def person_days(
    paths: Sequence[str],
    *,
    first: date,
    last: date,
    state: str = "",
    user_id: int | None = None,
    after: DayKey | None = None,
    limit: int | None = None,
) -> list[PersonDay]:
    """The days behind the numbers, newest first, then by person; `after` continues behind a key."""
    head, values = _due(paths, workdays(first, last), "")
    more = _CONDITIONS.get(state, "true")
    if user_id is not None:
        more, values = f"{more} AND due.user_id = %s", [*values, user_id]
    if after is not None:
        more = f"{more} AND (due.on_day < %s::date OR (due.on_day = %s::date AND due.user_id > %s))"
        values = [*values, after[0], *after]
    order = " ORDER BY due.on_day DESC, due.user_id"
    if limit is not None:
        order, values = f"{order} LIMIT %s", [*values, limit]
    names = list(PersonDay.__dataclass_fields__)
    return [
        PersonDay(**dict(zip(names, row, strict=True))) for row in ask(head + _DAYS + more + order, values)
    ]


def _due(paths: Sequence[str], days: Sequence[date], level: str) -> tuple[str, Parameters]:
    """The beginning of a statement: the people whose days are due, by place of `level` ("": all together)."""
    wanted = _wanted(days)
    scopes, places = _places(level)
    key, join = ("g.id", "") if level == "grid" else ("0", "")
    if level not in {"", "grid"}:
        key, join = "place.place_id", "JOIN place ON place.scope_id = g.community_id"
    values: list[Any] = [
        [day for day, _grid, _post in wanted],
        [grid for _day, grid, _post in wanted],
        [post for _day, _grid, post in wanted],
        scopes,
        places,
        [f"{path}%" for path in paths],
    ]
    return _DUE.format(key=key, join=join), values


def _wanted(days: Sequence[date]) -> list[tuple[date, str, str]]:
    """(day, kind of grid, kind of post) of each post that has to be manned on a day: two statements."""
    templates = list(StaffingTemplate.objects.order_by("valid_from", "id")) if days else []
    posts: dict[int, list[str]] = {}
    for template_id, kind in PostRequirement.objects.filter(is_full_time=True).values_list(
        "template", "kind"
    ):
        posts.setdefault(template_id, []).append(kind)
    return [
        (day, grid_kind, post_kind)
        for day in days
        for grid_kind, template in newest_in_force(templates, day).items()
        for post_kind in posts.get(template.pk, [])
    ]


def _places(level: str) -> tuple[list[int], list[int]]:
    """Communities and the place of `level` that each lies in."""
    land = territory()
    pairs = [
        (community.id, place.id)
        for community in land.regions.values()
        if community.level == "community" and level not in {"", "grid"}
        if (place := land.at_level(community.path, level)) is not None
    ]
    return [pair[0] for pair in pairs], [pair[1] for pair in pairs]
