"""What is vacant: posts that the template wants and nobody fills, and posts whose people are all on leave."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import get_language

from grids.models import GridAssignment, GridPost
from staffing.models import Leave
from staffing.queries.seats import ask, seats
from staffing.queries.standard import requirements
from staffing.states import LeaveState

VacancyKey = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Vacancy:
    """A kind of post of one grid that lacks `missing` people of `required` since the day `since`."""

    grid_id: int
    grid_code: str
    grid_name: str
    grid_name_en: str
    path: str
    kind: str
    required: int
    missing: int
    is_full_time: bool
    since: date

    @property
    def kind_label(self) -> str:
        return str(GridPost.Kind(self.kind).label)

    @property
    def grid_label(self) -> str:
        """The grid's name in the reader's language."""
        is_english = (get_language() or "").startswith("en")
        return self.grid_name_en if self.grid_name_en and is_english else self.grid_name

    @property
    def key(self) -> VacancyKey:
        """Where it stands in the list."""
        return self.path, self.kind


_VACANT = """
SELECT s.grid_id, s.code, s.name, s.name_en, s.path, s.post_kind, s.n, s.n - coalesce(h.n, 0), s.full_time, v.since
  FROM seat s LEFT JOIN held h ON h.grid_id = s.grid_id AND h.post_kind = s.post_kind
  CROSS JOIN LATERAL (
      SELECT greatest(s.began, coalesce(max(a.ends_on) + 1, s.began)) AS since
        FROM grids_gridassignment a JOIN grids_gridpost p ON p.id = a.post_id
       WHERE p.grid_id = s.grid_id AND p.kind = s.post_kind AND a.ends_on < %s
  ) v
 WHERE coalesce(h.n, 0) < s.n
"""


def vacancies(
    paths: Sequence[str],
    *,
    on: date,
    kinds: Collection[str] = (),
    since_before: date | None = None,
    full_time: bool = False,
    after: VacancyKey | None = None,
    limit: int | None = None,
) -> list[Vacancy]:
    """Vacancies of grids inside `paths` on the day `on`, by place and post; `after` continues behind a key.

    `since_before` keeps those that were vacant on that day already.
    """
    return _vacant(paths=paths, on=on, **_conditions(kinds, since_before, full_time, after, limit))


def vacancies_of(grid_ids: Collection[int], *, on: date) -> dict[int, list[Vacancy]]:
    """The vacancies of some grids, by grid; grids without one are missing."""
    found: dict[int, list[Vacancy]] = defaultdict(list)
    for row in _vacant(grid_ids=grid_ids, on=on):
        found[row.grid_id].append(row)
    return dict(found)


def count_vacancies(paths: Sequence[str], *, on: date) -> int:
    """How many people are missing inside `paths`."""
    head, parameters = seats(requirements(on), on=on, paths=paths)
    tail = """SELECT coalesce(sum(s.n - least(coalesce(h.n, 0), s.n)), 0)
                FROM seat s LEFT JOIN held h ON h.grid_id = s.grid_id AND h.post_kind = s.post_kind"""
    return int(ask(head + tail, parameters)[0][0])


def _conditions(
    kinds: Collection[str],
    since_before: date | None,
    full_time: bool,
    after: VacancyKey | None,
    limit: int | None,
) -> dict[str, Any]:
    more, values = "", list[Any]()
    if kinds:
        more, values = f"{more} AND s.post_kind = ANY(%s)", [*values, list(kinds)]
    if full_time:
        more = f"{more} AND s.full_time"
    if since_before is not None:
        more, values = f"{more} AND v.since <= %s", [*values, since_before]
    if after is not None:
        more = f'{more} AND (s.path COLLATE "C", s.post_kind COLLATE "C") > (%s, %s)'
        values = [*values, *after]
    order = ' ORDER BY s.path COLLATE "C", s.post_kind COLLATE "C"'
    if limit is not None:
        order, values = f"{order} LIMIT %s", [*values, limit]
    return {"more": more, "order": order, "values": values}


def _vacant(
    *,
    on: date,
    paths: Sequence[str] | None = None,
    grid_ids: Collection[int] | None = None,
    more: str = "",
    order: str = ' ORDER BY s.path COLLATE "C", s.post_kind COLLATE "C"',
    values: Sequence[Any] = (),
) -> list[Vacancy]:
    head, parameters = seats(requirements(on), on=on, paths=paths, grid_ids=grid_ids)
    rows = ask(head + _VACANT + more + order, [*parameters, on, *values])
    return [
        Vacancy(
            grid_id=row[0],
            grid_code=row[1],
            grid_name=row[2],
            grid_name_en=row[3],
            path=row[4],
            kind=row[5],
            required=row[6],
            missing=row[7],
            is_full_time=row[8],
            since=row[9],
        )
        for row in rows
    ]


@dataclass(frozen=True, kw_only=True)
class LeaveGap:
    """A post of a grid whose only person is on leave without a substitute."""

    leave: Leave
    assignment: GridAssignment


def away_on(on: date) -> Q:
    """The condition of leaves that keep somebody away on that day."""
    return Q(
        Q(returned_on=None) | Q(returned_on__gt=on),
        state__in=[LeaveState.APPROVED, LeaveState.RETURNED],
        starts_on__lte=on,
        ends_on__gte=on,
    )


def gaps_by_leave(paths: Sequence[str], *, on: date) -> list[LeaveGap]:
    """Posts inside `paths` with nobody present that day because of leave without a substitute."""
    held = Q(Q(ends_on=None) | Q(ends_on__gte=on), starts_on__lte=on)
    leaves = {row.user_id: row for row in Leave.objects.filter(away_on(on), substitute=None)}
    if not leaves:
        return []
    inside = Q(pk__in=[])
    for path in paths:
        inside |= Q(post__grid__path__startswith=path)
    alone = list(
        GridAssignment.objects.filter(inside, held, user_id__in=leaves)
        .select_related("post__grid", "user")
        .order_by("post__grid__path", "post__kind")
    )
    absent = set(Leave.objects.filter(away_on(on)).values_list("user_id", flat=True))
    present = {
        (grid_id, kind)
        for grid_id, kind in GridAssignment.objects.filter(
            held, post__grid__in={row.post.grid_id for row in alone}
        )
        .exclude(user_id__in=absent)
        .values_list("post__grid_id", "post__kind")
    }
    return [
        LeaveGap(leave=leaves[row.user_id], assignment=row)
        for row in alone
        if (row.post.grid_id, row.post.kind) not in present
    ]
