"""What a revision of regions has done, for those who follow it: appointments, registers, lists, rules and tickets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import shapely
from shapely.geometry.base import BaseGeometry

from grids.models import Region, RegionRevision, RegionRevisionStep, RegionSuccession
from grids.regions.planning import area_of
from grids.revisions.effect import Effect
from grids.revisions.effect import effect_of as grids_effect_of


@dataclass(frozen=True, eq=False)
class RegionEffect:
    """`ended` are in force no longer, `begun` are new, `kept` are sources that go on under their code.

    `units` names the command unit that stands in for one that has nothing left to command; `commands` are the command
    units as they were, by path. `grids` is what became of grids, None where none has another code.
    `is_new` is False when the revision had taken effect before.
    """

    revision: RegionRevision
    ended: tuple[Region, ...]
    begun: tuple[Region, ...]
    kept: tuple[Region, ...]
    successions: tuple[RegionSuccession, ...]
    units: Mapping[int, int] = field(default_factory=dict)
    commands: Mapping[str, int] = field(default_factory=dict)
    grids: Effect | None = None
    is_new: bool = True

    @cached_property
    def regions(self) -> dict[int, Region]:
        """All regions of the revision that are in force after it, by id."""
        return {region.pk: region for region in (*self.begun, *self.kept)}

    @cached_property
    def heirs(self) -> dict[int, Region]:
        """The region that takes over from each old one, by the old one's id."""
        return {row.old_id: self.regions[row.new_id] for row in self.successions if row.is_heir}

    @property
    def ended_ids(self) -> list[int]:
        """The ids of the regions that ended."""
        return [region.pk for region in self.ended]

    def heir(self, old_id: int) -> Region:
        """The main successor of an old region."""
        return self.heirs[old_id]

    def successors(self, old_id: int) -> list[Region]:
        """The regions that an old one went to, the largest share first."""
        rows = sorted((row for row in self.successions if row.old_id == old_id), key=lambda row: -row.share)
        return [self.regions[row.new_id] for row in rows]

    def relocate(self, old_id: int, lon: float | None, lat: float | None) -> Region:
        """The successor whose boundary holds the point; the heir when none does or there is no point."""
        if lon is not None and lat is not None:
            point = shapely.Point(lon, lat)
            for region in sorted(self.successors(old_id), key=lambda item: item.code):
                area = self._area(region)
                if area is not None and area.intersects(point):
                    return region
        return self.heir(old_id)

    @cached_property
    def _areas(self) -> dict[int, BaseGeometry | None]:
        return {}

    def _area(self, region: Region) -> BaseGeometry | None:
        if region.pk not in self._areas:
            area = area_of(region.boundary)
            if area is not None:
                shapely.prepare(area)
            self._areas[region.pk] = area
        return self._areas[region.pk]


def effect_of(revision: RegionRevision) -> RegionEffect:
    """The effect of a revision that took effect before, read back from its successions and its step."""
    rows = list(
        RegionSuccession.objects.filter(revision=revision)
        .select_related("old", "new", "new__parent")
        .defer("new__parent__boundary")
        .order_by("old__code", "-share")
    )
    olds = {row.old_id: row.old for row in rows}
    news = {row.new_id: row.new for row in rows}
    step = RegionRevisionStep.objects.filter(revision=revision, verb="take_effect").order_by("-pk").first()
    data = step.data if step else {}
    grids = getattr(revision, "grid_revision", None)
    return RegionEffect(
        revision=revision,
        ended=_by_path([region for pk, region in olds.items() if pk not in news]),
        begun=_by_path([region for pk, region in news.items() if pk not in olds]),
        kept=_by_path([region for pk, region in news.items() if pk in olds]),
        successions=tuple(rows),
        units={int(old): new for old, new in data.get("units", {}).items()},
        commands=data.get("commands", {}),
        grids=grids_effect_of(grids) if grids is not None else None,
        is_new=False,
    )


def _by_path(regions: Sequence[Region]) -> tuple[Region, ...]:
    return tuple(sorted(regions, key=lambda region: region.path))
