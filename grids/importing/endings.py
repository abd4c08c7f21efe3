"""What still hangs on regions, grids or units that end, in whatever app it lives: found through the relations
themselves, and through the paths that tables keep of a place.

A row counts as present by the field that says so in its table (`valid_to`, `ends_on`, `is_active`, `closed_at` …);
rows that only tell of the past stand in nobody's way.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, ForeignKey, ManyToOneRel, Model, Q

from governance.accounts.models import Appointment, OrgUnit
from governance.foundation.errors import Text
from grids.models import Grid, Region, RegionPart, RevisionGrid, UnitArea
from grids.states import OPEN

Ending = Region | Grid | OrgUnit
PLANS: Final = frozenset({RegionPart, RevisionGrid})
"""Plans are checked anew before they go on; a draft that names a grid of before does not keep it alive."""
PATHS: Final = ("region_path", "path")
OVER: Final = ("closed_at", "finished_at", "ended_on", "closed_on", "left_on")
"""Columns that are empty as long as a row is of today."""


@dataclass
class Hanging:
    """How many of what; in words, in the language of whoever reads them."""

    counts: list[tuple[int, Text]] = field(default_factory=list)

    def __str__(self) -> str:
        return ", ".join(f"{count} {noun}" for count, noun in self.counts)


def hangers_on(
    places: Sequence[Ending], *, on: date, apart: Collection[type[Model]] = ()
) -> dict[int, Hanging]:
    """By id of the region, grid or unit (all of one kind), what is there: `3 grids`, `1 unit` …

    What ends together does not count, nor do the tables `apart`.
    """
    found: dict[int, Hanging] = defaultdict(Hanging)
    if not places:
        return {}
    kind, ids = type(places[0]), [place.pk for place in places]
    for model, name in relations_to(kind):
        if model not in apart:
            _count(model, name, ids, on, found)
    if kind is not OrgUnit:
        _count_paths({place.path: place.pk for place in places}, kind, on, found, apart)
    rows = Appointment.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=on),
        target_type=ContentType.objects.get_for_model(kind),
        target_id__in=ids,
    )
    for pk, count in rows.values_list("target_id").annotate(Count("pk")).order_by():
        found[pk].counts.append((count, Appointment._meta.verbose_name_plural or ""))
    return dict(found)


def relations_to(kind: type[Model]) -> Iterator[tuple[type[Model], str]]:
    """Every table with a column that names one of these, and that column; those that tell of the past not."""
    for relation in kind._meta.get_fields(include_hidden=True):
        if isinstance(relation, ManyToOneRel) and isinstance(relation.field, ForeignKey):
            model, name = relation.related_model, relation.field.name
            if name not in getattr(model, "TELLS_OF_THE_PAST", ()):
                yield model, name


def _count(model: Any, name: str, ids: list[int], on: date, found: dict[int, Hanging]) -> None:
    present = present_rows(model, on)
    if present is None:
        return
    rows = model._base_manager.filter(present, **{f"{name}__in": ids})
    if model in (Region, OrgUnit):
        rows = rows.exclude(pk__in=ids)
    for pk, count in rows.values_list(f"{name}_id").annotate(Count("pk")).order_by():
        found[pk].counts.append((count, model._meta.verbose_name_plural))


def _count_paths(
    paths: dict[str, int],
    kind: type[Model],
    on: date,
    found: dict[int, Hanging],
    apart: Collection[type[Model]],
) -> None:
    """Tables that keep the path of a place; rows that name the place itself have been counted."""
    for model in apps.get_models():
        name = path_of(model)
        present = present_rows(model, on) if name and model not in apart else None
        if present is None or model in (Region, Grid):
            continue
        rows = model._base_manager.filter(present, **{f"{name}__in": list(paths)})
        for column in {column for other, column in relations_to(kind) if other is model}:
            rows = rows.exclude(**{f"{column}__in": list(paths.values())})
        for path, count in rows.values_list(name).annotate(Count("pk")).order_by():
            found[paths[path]].counts.append((count, model._meta.verbose_name_plural or ""))


def path_of(model: type[Model]) -> str:
    """The column in which a table keeps the path of a place; empty where it has none."""
    names = {field.name for field in model._meta.concrete_fields}
    return "" if model is OrgUnit else next((name for name in PATHS if name in names), "")


def present_rows(model: type[Model], on: date) -> Q | None:
    """The condition under which a row of that table is of today; None for tables that tell of the past.

    A table for which the names of its columns do not say it has a `still_hangs(day)` of its own.
    """
    own = getattr(model, "still_hangs", None)
    if own is not None:
        return own(on)  # type: ignore[no-any-return]  # the table's own answer
    if model is UnitArea:
        return Q(unit__is_active=True)
    if model is RevisionGrid:
        return Q(revision__state__in=OPEN)
    names = {field.name for field in model._meta.concrete_fields}
    conditions = [Q(is_active=True)] if "is_active" in names else []
    if "valid_to" in names:
        conditions.append(Q(valid_to=None))
    elif "ends_on" in names:
        conditions.append(Q(ends_on=None) | Q(ends_on__gte=on))
    elif name := next((name for name in OVER if name in names), ""):
        conditions.append(Q(**{name: None}))
    return Q(*conditions) if conditions else None
