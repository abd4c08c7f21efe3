"""What still hangs on regions that shall end, in whatever app it lives: found through the relations themselves.

A row counts as present by the field that says so in its table (`valid_to`, `ends_on`, `is_active`, `closed_at`);
rows that only tell of the past stand in nobody's way.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, ForeignKey, ManyToOneRel, Model, Q

from governance.accounts.models import Appointment
from governance.foundation.errors import Text
from grids.models import Region, RevisionGrid, UnitArea
from grids.states import OPEN


@dataclass
class Hanging:
    """How many of what; in words, in the language of whoever reads them."""

    counts: list[tuple[int, Text]] = field(default_factory=list)

    def __str__(self) -> str:
        return ", ".join(f"{count} {noun}" for count, noun in self.counts)


def hangers_on(regions: Sequence[Region], *, on: date) -> dict[int, Hanging]:
    """By id of the region, what is there: `3 grids`, `1 unit` … Regions that end together do not count."""
    ids = [region.pk for region in regions]
    found: dict[int, Hanging] = defaultdict(Hanging)
    if not ids:
        return {}
    for relation in Region._meta.get_fields(include_hidden=True):
        if isinstance(relation, ManyToOneRel) and isinstance(relation.field, ForeignKey):
            _count(relation.related_model, relation.field.name, ids, on, found)
    rows = Appointment.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=on),
        target_type=ContentType.objects.get_for_model(Region),
        target_id__in=ids,
    )
    for pk, count in rows.values_list("target_id").annotate(Count("pk")).order_by():
        found[pk].counts.append((count, Appointment._meta.verbose_name_plural or ""))
    return dict(found)


def _count(model: Any, name: str, ids: list[int], on: date, found: dict[int, Hanging]) -> None:
    present = present_rows(model, on)
    if present is None:
        return
    rows = model._base_manager.filter(present, **{f"{name}__in": ids})
    if model is Region:
        rows = rows.exclude(pk__in=ids)
    for pk, count in rows.values_list(f"{name}_id").annotate(Count("pk")).order_by():
        found[pk].counts.append((count, model._meta.verbose_name_plural))


def present_rows(model: type[Model], on: date) -> Q | None:
    """The condition under which a row of that table is of today; None for tables that tell of the past.

    A table for which the names of its columns do not say it has a `still_hangs(day)` of its own.
    """
    own = getattr(model, "still_hangs", None)
    if own is not None:
        return own(on)  # type: ignore[no-any-return]
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
    elif name := next((name for name in ("closed_at", "finished_at") if name in names), ""):
        conditions.append(Q(**{name: None}))
    return Q(*conditions) if conditions else None
