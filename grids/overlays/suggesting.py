"""Suggestions: which professional grids and grids share enough ground, kept in step with both partitions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from django.db import transaction
from django.db.models import Q

from governance.accounts.actors import SYSTEM_ACTOR, Actor
from governance.audit import journal
from governance.foundation.clock import local
from grids import locator_cache
from grids.geometry import Area, parse_area
from grids.models import Grid, GridOverlay, GridRevision, GridStandard, ProfessionalGrid, Region
from grids.overlays.matching import Match, Thresholds, match

State = GridOverlay.State
DISTRICT_PARTS = 2


@dataclass(frozen=True)
class Changed:
    """What a run did. `dropped` counts decisions whose grids no longer share enough ground."""

    created: int = 0
    updated: int = 0
    removed: int = 0
    dropped: int = 0

    def __add__(self, other: "Changed") -> "Changed":
        return Changed(
            self.created + other.created,
            self.updated + other.updated,
            self.removed + other.removed,
            self.dropped + other.dropped,
        )

    @property
    def counts(self) -> dict[str, int]:
        """As it goes into the journal."""
        return {
            "created": self.created,
            "updated": self.updated,
            "removed": self.removed,
            "dropped": self.dropped,
        }


class Effect(Protocol):
    """What a revision did, as far as overlays are concerned (`grids.revisions.Effect`)."""

    @property
    def revision(self) -> GridRevision: ...
    @property
    def ended(self) -> Sequence[Grid]: ...
    @property
    def begun(self) -> Sequence[Grid]: ...
    @property
    def continued(self) -> Sequence[Grid]: ...


def thresholds(on: date) -> Thresholds:
    """The shares of the standard in force on that day; the model's defaults where there is none."""
    row = GridStandard.objects.filter(valid_from__lte=on).order_by("-valid_from").first() or GridStandard()
    return Thresholds(share=row.overlay_share, grid_share=row.overlay_grid_share)


@transaction.atomic
def suggest(system: str, *, by: Actor, at: datetime, town: Region | None = None) -> Changed:
    """Lay one system's grids (of one town, if given) over the grids in force, and keep what people decided."""
    rows = ProfessionalGrid.objects.select_for_update().filter(system=system, valid_to=None)
    if town is not None:
        rows = rows.filter(town=town)
    professional = list(rows.order_by("id"))
    changed = _lay(professional, locator_cache.current().areas, at=at)
    top = town or Region.objects.filter(valid_to=None).order_by("path").first()
    if top is not None and changed != Changed():
        journal.record(
            "overlays.suggest", by=by, obj=top, at=at, details={"system": system, **changed.counts}
        )
    return changed


@transaction.atomic
def follow(effect: Effect, *, at: datetime) -> Changed:
    """After a revision: overlays of ended grids go, those of changed and new grids are worked out anew.

    A decision about a grid that goes on stands while the two still share enough ground. Runs in the
    transaction of the revision and reads the grids as they are now.
    """
    ended = [grid.pk for grid in effect.ended]
    gone = GridOverlay.objects.filter(grid__in=ended)
    decided = gone.exclude(state=State.SUGGESTED).count()
    touched = set(gone.values_list("professional_grid", flat=True))
    now_there = [grid for grid in (*effect.begun, *effect.continued) if grid.valid_to is None]
    areas = {grid.pk: parse_area(grid.polygon) for grid in now_there}
    total = gone.count()
    gone.delete()
    near = _near(now_there, touched)
    changed = Changed(removed=total - decided, dropped=decided) + _lay(near, areas, at=at)
    if changed != Changed():
        journal.record("overlays.follow", by=SYSTEM_ACTOR, obj=effect.revision, at=at, details=changed.counts)
    return changed


def _near(grids: Iterable[Grid], touched: set[int]) -> list[ProfessionalGrid]:
    """Professional grids of the districts concerned, and those that lay over a grid that has ended."""
    wanted = Q(pk__in=touched) | Q(town=None)
    wanted |= Q(overlays__grid__in=[grid.pk for grid in grids])
    for district in {"/".join(grid.path.split("/")[:DISTRICT_PARTS]) + "/" for grid in grids}:
        wanted |= Q(town__path__startswith=district)
    found = ProfessionalGrid.objects.filter(wanted, valid_to=None).values("pk")
    return list(ProfessionalGrid.objects.select_for_update().filter(pk__in=found).order_by("id"))


def _lay(professional: Sequence[ProfessionalGrid], areas: Mapping[int, Area], *, at: datetime) -> Changed:
    """Bring the overlays between these professional grids and these grids in step with the ground."""
    ids = list(areas)
    found = match(
        [parse_area(row.polygon) for row in professional],
        [areas[pk] for pk in ids],
        thresholds(local(at).date()),
    )
    wanted = {(professional[item.first].pk, ids[item.second]): item for item in found}
    present = {
        (row.professional_grid_id, row.grid_id): row
        for row in GridOverlay.objects.select_for_update()
        .filter(professional_grid__in=professional, grid__in=ids)
        .order_by("id")
    }
    fresh = [_overlay(key, item) for key, item in wanted.items() if key not in present]
    moved = [row for key, row in present.items() if key in wanted and _moved(row, wanted[key])]
    over = [row for key, row in present.items() if key not in wanted]
    GridOverlay.objects.bulk_create(fresh, batch_size=2_000)
    GridOverlay.objects.bulk_update(moved, ["share", "grid_share"], batch_size=500)
    GridOverlay.objects.filter(pk__in=[row.pk for row in over]).delete()
    decided = sum(row.state != State.SUGGESTED for row in over)
    return Changed(len(fresh), len(moved), len(over) - decided, decided)


def _overlay(key: tuple[int, int], item: Match) -> GridOverlay:
    facts: dict[str, Any] = {"share": item.share, "grid_share": item.grid_share}
    return GridOverlay(professional_grid_id=key[0], grid_id=key[1], **facts)


def _moved(row: GridOverlay, item: Match) -> bool:
    """Take over the shares; True when they have changed."""
    if (row.share, row.grid_share) == (item.share, item.grid_share):
        return False
    row.share, row.grid_share = item.share, item.grid_share
    return True
