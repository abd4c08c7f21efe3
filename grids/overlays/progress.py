"""How far a system's grids are merged with ours (indicator K30), by system and town."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q

from governance.accounts.actors import Actor
from grids.models import GridOverlay
from grids.overlays.visible import visible_professional_grids


@dataclass(frozen=True, slots=True)
class Progress:
    """Professional grids of one system in one town: `confirmed` ones have an overlay that a person confirmed."""

    system: str
    town_id: int | None
    confirmed: int
    waiting: int
    total: int

    @property
    def rate(self) -> float | None:
        """K30: confirmed ÷ all; None where there is nothing to merge."""
        return self.confirmed / self.total if self.total else None

    @property
    def unmatched(self) -> int:
        """Neither confirmed nor waiting for a decision."""
        return self.total - self.confirmed - self.waiting


def progress(by: Actor) -> list[Progress]:
    """One row for each system and town that `by` may see, in order. One statement."""
    overlays = GridOverlay.objects.filter(professional_grid=OuterRef("pk"))
    confirmed = Exists(overlays.filter(state=GridOverlay.State.CONFIRMED))
    waiting = Exists(overlays.filter(state=GridOverlay.State.SUGGESTED))
    rows = (
        visible_professional_grids(by)
        .annotate(has_confirmed=confirmed, has_waiting=waiting)
        .values("system", "town_id")
        .annotate(
            confirmed=Count("pk", filter=Q(has_confirmed=True)),
            waiting=Count("pk", filter=Q(has_confirmed=False, has_waiting=True)),
            total=Count("pk"),
        )
        .order_by("system", "town__path")
    )
    return [
        Progress(row["system"], row["town_id"], row["confirmed"], row["waiting"], row["total"])
        for row in rows
    ]


def progress_of(rows: Iterable[Progress], system: str) -> Progress:
    """The whole of one system."""
    mine = [row for row in rows if row.system == system]
    return Progress(
        system,
        None,
        sum(row.confirmed for row in mine),
        sum(row.waiting for row in mine),
        sum(row.total for row in mine),
    )
