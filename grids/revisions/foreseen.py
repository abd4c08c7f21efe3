"""What stands on the grids that a plan ends, and where it would go on: told on its page before anybody approves it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import shapely
from django.db.models import Q

from grids.geometry import stored_area
from grids.importing.endings import PLANS, Hanging, hangers_on
from grids.models import Grid, GridAssignment, GridPost, GridRevision, RevisionGrid

EVERYBODY = frozenset({GridPost.Kind.PART_TIME_WORKER})
"""Posts of which a grid has any number."""


@dataclass(frozen=True, kw_only=True)
class Passing:
    """A grid that ends, its heir in the plan (None: there is none yet), and what is of today there.

    `rivals` are posts that several people fill and the heir has once, with their names: one of them goes on.
    """

    grid: Grid
    heir: RevisionGrid | None
    hanging: Hanging = field(default_factory=Hanging)
    rivals: Sequence[tuple[str, Sequence[str]]] = ()


def passing(revision: GridRevision, *, on: date) -> list[Passing]:
    """By code, for a plan that is still open; nothing for one that is over."""
    if not revision.is_open:
        return []
    day = max(revision.effective_on or on, on)
    taken = revision.sources.select_related("grid").order_by("grid__code")
    sources = [row.grid for row in taken]
    results = {row.code: row for row in revision.results.select_related("heir_of").order_by("code")}
    ending = [grid for grid in sources if grid.code not in results]
    heirs = {grid.pk: _heir(grid, list(results.values())) for grid in ending}
    hanging = hangers_on(ending, on=day, apart=PLANS)
    people = _people(sources, results, heirs, day)
    return [
        Passing(
            grid=grid,
            heir=heirs[grid.pk],
            hanging=hanging.get(grid.pk, Hanging()),
            rivals=people.get(getattr(heirs[grid.pk], "code", ""), ()),
        )
        for grid in ending
    ]


def _heir(grid: Grid, results: Sequence[RevisionGrid]) -> RevisionGrid | None:
    """As it will be when the day comes: the one that was named, else the one with most of the ground."""
    if not results:
        return None
    named = next((row for row in results if row.heir_of_id == grid.pk), None)
    if named is not None:
        return named
    shared = shapely.area(
        shapely.intersection(stored_area(grid.polygon), [stored_area(row.polygon) for row in results])
    )
    return results[int(shared.argmax())]


def _people(
    sources: Sequence[Grid],
    results: dict[str, RevisionGrid],
    heirs: dict[int, RevisionGrid | None],
    day: date,
) -> dict[str, list[tuple[str, list[str]]]]:
    """By code of the planned grid: posts for which more than one person would come, who they are."""
    ends_in = {
        grid.pk: grid.code if grid.code in results else getattr(heirs[grid.pk], "code", "")
        for grid in sources
    }
    rows = GridAssignment.objects.filter(Q(ends_on=None) | Q(ends_on__gte=day), post__grid__in=sources)
    found: dict[tuple[str, str], dict[int, str]] = {}
    for row in rows.select_related("user", "post").order_by("post__grid__code", "pk"):
        if row.post.kind not in EVERYBODY:
            key = (ends_in[row.post.grid_id], row.post.kind)
            found.setdefault(key, {})[row.user_id] = row.user.name
    told: dict[str, list[tuple[str, list[str]]]] = {}
    for (code, kind), names in found.items():
        if len(names) > 1 and code:
            told.setdefault(code, []).append((str(GridPost.Kind(kind).label), list(names.values())))
    return told
