"""Pilots and the stage of each town (S0-09), on any day."""

from datetime import date
from typing import Protocol

from django.db.models import OuterRef, QuerySet, Subquery

from grids.models import Region, TownRollout


def staged(rows: "QuerySet[Region]", day: date) -> "QuerySet[Region]":
    """Regions with `stage` and `is_pilot` as of that day; None where none has begun."""
    newest = TownRollout.objects.filter(region=OuterRef("pk"), begun_on__lte=day).order_by("-begun_on")
    return rows.annotate(
        stage=Subquery(newest.values("stage")[:1]), is_pilot=Subquery(newest.values("is_pilot")[:1])
    )


class Effect(Protocol):
    """What is asked of the effect of a revision of regions (`grids.regions`)."""

    @property
    def ended(self) -> tuple[Region, ...]: ...

    def heir(self, old_id: int) -> Region: ...


def follow(effect: Effect, *, on: date) -> int:
    """A town that comes after another one is as far as that one was, unless its own stage is known; what was planned
    for later goes along. In the caller's transaction; returns how many rows were written."""
    moved = 0
    for old in effect.ended:
        if old.level != Region.Level.TOWN:
            continue
        new = effect.heir(old.pk)
        later = TownRollout.objects.filter(region=old, begun_on__gt=on)
        present = TownRollout.objects.filter(region=old, begun_on__lte=on).order_by("-begun_on").first()
        known = TownRollout.objects.filter(region=new, begun_on__lte=on).exists()
        taken = set(TownRollout.objects.filter(region=new).values_list("begun_on", flat=True))
        if present is not None and not known:
            TownRollout.objects.create(
                region=new, stage=present.stage, is_pilot=present.is_pilot, begun_on=on, note=present.note
            )
            moved += 1
        moved += later.exclude(begun_on__in=taken).update(region=new)
        later.delete()
    return moved
