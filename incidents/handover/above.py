"""Whatever lives in apps above the ticket and names a place by `region_path` follows it, without being imported here;
so does what names a unit that is no more.

Only rows of today follow, by the same rule that says what still hangs on what has ended (`grids.importing.endings`);
what is finished keeps its place. What needs more than that registers a follower of its own.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.apps import apps
from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet, UniqueConstraint
from django.db.models.lookups import IsNull

from governance.accounts.actors import SYSTEM_ACTOR
from governance.accounts.models import OrgUnit
from governance.audit import journal
from grids.importing.endings import present_rows, relations_to
from grids.models import Grid, ProfessionalGrid, Region
from incidents.handover.standing import Ground
from incidents.models import Assignment, Deadline, RoutingRule, Ticket

BELOW: Final = frozenset(
    {"accounts", "audit", "exchange", "grids", "staffing", "registers", "mandates", "incidents"}
)
"""Apps whose places are followed by name."""
BY_NAME: Final = frozenset({Ticket, Assignment, Deadline, RoutingRule})
"""Tables whose units are followed by name; besides those of people and of the territory."""
FOLLOWERS: Final[dict[str, Callable[[Ground, datetime], int]]] = {}


def register(name: str, follow: Callable[[Ground, datetime], int]) -> None:
    """Called from an app's `ready()`: what else of its rows of today follows, and how many did.

    A table that says `follows_alone` is left to it altogether.
    """
    FOLLOWERS[name] = follow


@dataclass(frozen=True, kw_only=True)
class Landing:
    """Where a place is now: its path, the region it lies in (itself for a region), the grid for a grid."""

    path: str
    region_id: int
    grid_id: int | None = None


def follow(ground: Ground, *, at: datetime) -> int:
    """Let rows of today follow their ticket, else their place, and their unit; returns how many.

    Once tickets have followed, in the caller's transaction. Run twice, none.
    """
    revision = ground.regions.revision if ground.regions is not None else ground.effect.revision
    day = revision.effective_on
    assert day is not None, "a revision in effect has its day"
    landings, done = landings_of(ground), Counter[str]()
    for model in _tables():
        done[model._meta.label_lower] += _with_tickets(model, ground, day) + _move(model, landings, day)
    for model, name in _naming_units():
        done[model._meta.label_lower] += _units(model, name, ground.teams, day)
    for app, own in FOLLOWERS.items():
        done[app] += own(ground, at)
    counts = {name: count for name, count in done.items() if count}
    if counts:
        journal.record("places.follow", by=SYSTEM_ACTOR, obj=revision, at=at, details=counts)
    return sum(counts.values())


def _tables() -> Iterator[Any]:
    for model in apps.get_models():
        names = {field.name for field in model._meta.concrete_fields}
        is_alone = getattr(model, "follows_alone", False)
        if "region_path" in names and model._meta.app_label not in BELOW and not is_alone:
            yield model


def _naming_units() -> Iterator[tuple[Any, str]]:
    for model, name in relations_to(OrgUnit):
        is_territory = model._meta.app_label == "grids" and model is not ProfessionalGrid
        is_alone = getattr(model, "follows_alone", False)
        if model not in BY_NAME and model._meta.app_label != "accounts" and not is_territory | is_alone:
            yield model, name


def landings_of(ground: Ground) -> Mapping[str, Landing]:
    """Where each place that has ended goes on, by its path."""
    found = {}
    if ground.regions is not None:
        for region in ground.regions.ended:
            heir = ground.regions.heir(region.pk)
            found[region.path] = Landing(path=heir.path, region_id=heir.pk)
    for grid in ground.effect.ended:
        new = ground.effect.heir(grid.pk)
        found[grid.path] = Landing(path=new.path, region_id=new.community_id, grid_id=new.pk)
    return found


def _with_tickets(model: type[Model], ground: Ground, day: date) -> int:
    """What is about a ticket goes where the ticket went, and to the unit that holds there."""
    link = _column(model, Ticket)
    present = present_rows(model, day)
    if not link or present is None:
        return 0
    ended = ground.regions.ended if ground.regions is not None else ()
    former = [*ground.old_paths, *(region.path for region in ended)]
    rows = model._base_manager.filter(present, region_path__in=former, **{f"{link}__isnull": False})
    rows = rows.exclude(region_path=F(f"{link}__region_path"))
    by_path = {standing.path: standing for standing in ground.standings.values()}
    units = [name for other, name in relations_to(OrgUnit) if other is model]
    places = [f"{link}__{name}" for name in ("region_path", "region_id", "grid_id")]
    moved = 0
    for found in list(rows.order_by("pk").values("pk", "region_path", *places, *units)):
        path, region_id, grid_id = (found[name] for name in places)
        values = _place(model, Landing(path=path, region_id=region_id, grid_id=grid_id))
        old, new = by_path.get(found["region_path"]), by_path.get(path)
        values |= {f"{name}_id": ground.unit_instead(found[name], old, new) for name in units}
        some = model._base_manager.filter(pk=found["pk"])
        _keep_empty(some, values)
        moved += some.update(**values)
    return moved


def _column(model: type[Model], target: type[Model]) -> str:
    """The column that names a row of another table; empty where there is none."""
    fields = model._meta.concrete_fields
    found = (f.name for f in fields if f.remote_field is not None and f.remote_field.model is target)
    return next(found, "")


def _place(model: type[Model], landing: Landing) -> dict[str, Any]:
    """The columns of a place as they shall be."""
    values: dict[str, Any] = {"region_path": landing.path}
    if _column(model, Region) == "region":
        values["region_id"] = landing.region_id
    if _column(model, Grid) == "grid" and landing.grid_id is not None:
        values["grid_id"] = landing.grid_id
    return values


def _keep_empty(rows: "QuerySet[Any]", values: dict[str, Any]) -> None:
    """A row that names no region or grid names none afterwards."""
    for name in ("region_id", "grid_id"):
        if name in values and rows.filter(**{name: None}).exists():
            del values[name]


def _move(model: type[Model], landings: Mapping[str, Landing], day: date) -> int:
    present = present_rows(model, day)
    if present is None:
        return 0
    rows = model._base_manager.filter(present, region_path__in=list(landings))
    moved = 0
    for pk, path in list(rows.order_by("pk").values_list("pk", "region_path")):
        values = _place(model, landings[path])
        some = model._base_manager.filter(pk=pk)
        if _twins(some, "region_path", values["region_path"]).exists():
            moved += _give_way(some)
            continue
        _keep_empty(some, values)
        moved += some.update(**values)
    return moved


def _give_way(rows: "QuerySet[Any]") -> int:
    """Where two rows have become the same, a table may say which of them goes; one that does not keeps both."""
    own = getattr(rows.model, "give_way", None)
    return int(own(rows)) if own is not None else 0


def _twins(rows: "QuerySet[Any]", name: str, value: Any) -> "QuerySet[Any]":
    """Those of the rows that another row would be the same as, once they have this value."""
    for constraint in rows.model._meta.constraints:
        if isinstance(constraint, UniqueConstraint) and name in constraint.fields:
            same = constraint.condition or Q()
            for field in constraint.fields:
                if field != name:
                    same &= Q(**{field: OuterRef(field)}) | _both_empty(constraint, field)
            return rows.filter(Exists(rows.model._base_manager.filter(same, **{name: value})))
    return rows.none()


def _both_empty(constraint: UniqueConstraint, field: str) -> Q:
    if constraint.nulls_distinct is False:
        return Q(**{f"{field}__isnull": True}) & Q(IsNull(OuterRef(field), True))
    return Q(pk__in=[])


def _units(model: type[Model], name: str, teams: Mapping[int, int], day: date) -> int:
    """Rows of today that name a unit that is no more name the one in its stead."""
    present = present_rows(model, day) if teams else None
    if present is None:
        return 0
    moved = 0
    for before, after in teams.items():
        rows = model._base_manager.filter(present, **{name: before})
        ids = list(rows.values_list("pk", flat=True))
        some = model._base_manager.filter(pk__in=ids)
        twins = set(_twins(some, name, after).values_list("pk", flat=True)) if ids else set()
        moved += model._base_manager.filter(pk__in=set(ids) - twins).update(**{name: after})
        moved += _give_way(model._base_manager.filter(pk__in=twins)) if twins else 0
    return moved
