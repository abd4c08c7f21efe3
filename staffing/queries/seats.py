"""The statement under every staffing number: template x grids in force, minus assignments in force, on a date."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

from django.db import connection

from staffing.queries.standard import Requirement

Parameters = list[Any]

# `seat`: a kind of post of one grid with the number of people that the template wants; `held`: how many there are.
SEATS = """
WITH want(grid_kind, post_kind, n, full_time, since) AS (
    SELECT * FROM unnest(%s::text[], %s::text[], %s::int[], %s::bool[], %s::date[])
), seat AS (
    SELECT g.id AS grid_id, g.code, g.name, g.name_en, g.path, g.community_id,
           w.post_kind, w.n, w.full_time, greatest(g.valid_from, w.since) AS began
      FROM grids_grid g JOIN want w ON w.grid_kind = g.kind
     WHERE g.valid_from <= %s AND (g.valid_to IS NULL OR g.valid_to >= %s) AND ({inside})
), held AS (
    SELECT p.grid_id, p.kind AS post_kind, count(DISTINCT a.user_id) AS n
      FROM grids_gridassignment a JOIN grids_gridpost p ON p.id = a.post_id
     WHERE a.starts_on <= %s AND (a.ends_on IS NULL OR a.ends_on >= %s)
     GROUP BY 1, 2
)
"""


def seats(
    posts: Iterable[Requirement],
    *,
    on: date,
    paths: Sequence[str] | None = None,
    grid_ids: Collection[int] | None = None,
) -> tuple[str, Parameters]:
    """The beginning of a statement with its parameters, for required posts inside `paths` or of `grid_ids`."""
    wanted = [post for post in posts if post.is_required]
    places: Parameters
    if grid_ids is not None:
        inside, places = "g.id = ANY(%s)", [list(grid_ids)]
    else:
        inside, places = "g.path LIKE ANY(%s)", [[f"{path}%" for path in paths or ()]]
    parameters: Parameters = [
        [post.grid_kind for post in wanted],
        [post.post_kind for post in wanted],
        [post.count for post in wanted],
        [post.is_full_time for post in wanted],
        [post.since for post in wanted],
        on,
        on,
        *places,
        on,
        on,
    ]
    return SEATS.format(inside=inside), parameters


def ask(sql: str, parameters: Parameters) -> list[tuple[Any, ...]]:
    """The rows of a statement."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
