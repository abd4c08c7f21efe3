"""Which posts a grid of a kind must have on a day: the templates in force, read in one statement."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from grids.models import Grid
from staffing.models import PostRequirement, StaffingTemplate


@dataclass(frozen=True, kw_only=True)
class Requirement:
    """One post that grids of `grid_kind` have, from `since` on."""

    grid_kind: str
    post_kind: str
    count: int
    is_required: bool
    is_full_time: bool
    home_kinds: tuple[str, ...]
    held_role: str
    max_per_person: int | None
    since: date


def templates_in_force(on: date) -> dict[str, StaffingTemplate]:
    """By kind of grid: the newest template in force that day; one without a kind stands in for all others."""
    rows = StaffingTemplate.objects.filter(Q(valid_to=None) | Q(valid_to__gte=on), valid_from__lte=on)
    return newest_in_force(rows.order_by("valid_from", "id"), on)


def newest_in_force(rows: Iterable[StaffingTemplate], on: date) -> dict[str, StaffingTemplate]:
    """The same from templates already read, in the order of their first days."""
    newest: dict[str, StaffingTemplate] = {}
    for row in rows:
        if row.valid_from <= on and (row.valid_to is None or row.valid_to >= on):
            newest[row.grid_kind] = row
    found = {kind: newest.get(kind) or newest.get("") for kind in Grid.Kind.values}
    return {kind: row for kind, row in found.items() if row is not None}


def template_of(grid_kind: str, on: date) -> StaffingTemplate | None:
    """The template that holds for grids of that kind on that day."""
    return templates_in_force(on).get(grid_kind)


def requirements(on: date) -> list[Requirement]:
    """Every post that some kind of grid has on that day: two statements."""
    chosen = templates_in_force(on)
    posts: dict[int, list[PostRequirement]] = {}
    for row in PostRequirement.objects.filter(template__in={item.pk for item in chosen.values()}).order_by(
        "id"
    ):
        posts.setdefault(row.template_id, []).append(row)
    return [
        Requirement(
            grid_kind=kind,
            post_kind=row.kind,
            count=row.count,
            is_required=row.is_required,
            is_full_time=row.is_full_time,
            home_kinds=tuple(row.home_kinds),
            held_role=row.held_role,
            max_per_person=row.max_per_person,
            since=template.valid_from,
        )
        for kind, template in chosen.items()
        for row in posts.get(template.pk, [])
    ]
