"""The coverage check of communities as they are today: for a whole city in turn, and the last run kept."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import shapely
from django.db import connection, transaction
from django.db.models import TextField
from django.db.models.functions import Cast
from shapely.geometry.base import BaseGeometry

from governance.foundation.clock import local
from grids.checks import Ground, Kind, Plan, Plot, Points, Report, Standard, check
from grids.models import Building, CommunityCoverage, CoverageRun, Grid, Region
from grids.standard import standard_on

Progress = Callable[[int, int], object]
SMALL = 12
"""So many communities may be checked while a page is asked for."""


@dataclass(frozen=True, eq=False)
class Checked:
    """The report of one community, with what it had."""

    community: Region
    report: Report
    grid_count: int
    household_count: int

    def row(self, *, at: datetime) -> CommunityCoverage:
        """As it is kept."""
        stored = self.report.stored(at=at)
        gaps = [item.measure for item in self.report.findings if item.kind is Kind.GAP]
        return CommunityCoverage(
            community=self.community,
            path=self.community.path,
            checked_at=at,
            grid_count=self.grid_count,
            household_count=self.household_count,
            error_count=stored["counts"]["error"],
            warning_count=stored["counts"]["warning"],
            open_m2=sum(gaps),
            findings=[_small(finding) for finding in stored["findings"]],
        )


def _small(finding: dict[str, Any]) -> dict[str, Any]:
    """Without the outline of a whole grid, which its code tells."""
    return {**finding, "geometry": None} if finding["unit"] == "households" else finding


def check_city(
    *, at: datetime, path: str = "", progress: Progress | None = None, batch: int = 50
) -> Iterator[Checked]:
    """The check of every community inside `path`, in order. `progress(done, all)` is called after each.

    Grids are read once; those of other communities that come near a community are looked at with it.
    """
    regions = Region.objects.filter(level=Region.Level.COMMUNITY, valid_to=None, path__startswith=path)
    communities = list(regions.defer("boundary").order_by("path"))
    standard = standard_on(local(at).date())
    grids = _Grids.read(path)
    for start in range(0, len(communities), batch):
        some = communities[start : start + batch]
        boundaries = _boundaries(some)
        points = _points(some)
        for offset, community in enumerate(some, 1):
            yield _checked(community, boundaries.get(community.pk), grids, points, standard)
            if progress is not None:
                progress(start + offset, len(communities))


def keep(results: Sequence[Checked], *, at: datetime) -> None:
    """Keep these reports as the last ones of their communities."""
    names = [field.name for field in CommunityCoverage._meta.fields if field.name not in {"id", "community"}]
    with transaction.atomic():
        CommunityCoverage.objects.bulk_create(
            [item.row(at=at) for item in results],
            update_conflicts=True,
            unique_fields=["community"],
            update_fields=names,
            batch_size=200,
        )


BATCH = 200
LOCK = 5_107_003


def run_check(
    *,
    at: datetime,
    clock: Callable[[], datetime],
    by_name: str = "",
    progress: Progress | None = None,
    seen: Callable[[Checked], object] | None = None,
) -> CoverageRun | None:
    """Check the whole city, keep the report of each community and one row about the run.

    None where another process is at it. `clock` tells when it ended; `seen` is given each report. A run that breaks
    off says why and raises.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        if cursor.fetchone() != (True,):
            return None
    try:
        CoverageRun.objects.filter(ended_at=None).update(ended_at=at, trouble="broken off")
        run = CoverageRun.objects.create(begun_at=at, by_name=by_name)
        try:
            _run(run, at=at, progress=progress, seen=seen)
        except Exception as error:
            run.trouble = f"{type(error).__name__}: {error}"[:500]
            raise
        finally:
            run.ended_at = clock()
            run.save()
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
    return run


def _run(
    run: CoverageRun,
    *,
    at: datetime,
    progress: Progress | None,
    seen: Callable[[Checked], object] | None,
) -> None:
    waiting: list[Checked] = []
    for item in check_city(at=at, progress=progress):
        waiting.append(item)
        if seen is not None:
            seen(item)
        row = item.row(at=at)
        run.community_count += 1
        run.grid_count += row.grid_count
        run.error_count += row.error_count
        run.warning_count += row.warning_count
        run.sound_count += not (row.error_count or row.warning_count)
        run.open_m2 += row.open_m2
        if len(waiting) >= BATCH:
            keep(waiting, at=at)
            waiting = []
    keep(waiting, at=at)
    CommunityCoverage.objects.filter(checked_at__lt=at, community__valid_to__isnull=False).delete()


@dataclass(frozen=True, eq=False)
class _Grids:
    """All grids in force of a place as plots, by community, with a tree for neighbours."""

    plots: list[Plot]
    by_community: dict[str, list[int]]
    tree: shapely.STRtree

    @classmethod
    def read(cls, path: str) -> "_Grids":
        rows = list(
            Grid.objects.filter(valid_to=None, path__startswith=path)
            .order_by("code")
            .values_list(
                "code", "name", "community__code", "kind", "household_count", Cast("polygon", TextField())
            )
        )
        areas = shapely.from_geojson([row[5] for row in rows], on_invalid="ignore")
        plots = [
            Plot(
                code=code,
                name=name,
                community=community,
                area=area if area is not None else shapely.Polygon(),
                households=households,
                is_exclusive=kind == Grid.Kind.EXCLUSIVE,
            )
            for (code, name, community, kind, households, _text), area in zip(rows, areas, strict=True)
        ]
        by_community: dict[str, list[int]] = {}
        for position, plot in enumerate(plots):
            by_community.setdefault(plot.community, []).append(position)
        return cls(plots, by_community, shapely.STRtree([plot.area for plot in plots]))

    def around(self, own: Sequence[Plot], community: str) -> list[Plot]:
        """Grids of other communities whose box meets that of these."""
        if not own:
            return []
        window = shapely.box(*shapely.total_bounds([plot.area for plot in own]))
        near = (self.plots[position] for position in sorted(self.tree.query(window)))
        return [plot for plot in near if plot.community != community and not plot.area.is_empty]


def _checked(
    community: Region,
    boundary: BaseGeometry | None,
    grids: _Grids,
    points: dict[str, Points],
    standard: Standard,
) -> Checked:
    own = [grids.plots[position] for position in grids.by_community.get(community.code, ())]
    plan = Plan(
        grounds={community.code: Ground(community.code, community.name, boundary)},
        plots=own,
        others=grids.around(own, community.code),
        points=points.get(community.code, Points.none()),
        standard=standard,
    )
    return Checked(community, check(plan), len(own), sum(plot.households for plot in own))


def _boundaries(communities: Sequence[Region]) -> dict[int, BaseGeometry]:
    """The boundaries that are known, made usable."""
    rows = Region.objects.filter(pk__in=[row.pk for row in communities], boundary__isnull=False)
    found = dict(rows.values_list("pk", Cast("boundary", TextField())))
    areas = shapely.from_geojson(list(found.values()), on_invalid="ignore")
    return {
        pk: area if area.is_valid else shapely.make_valid(area)
        for pk, area in zip(found, areas, strict=True)
        if area is not None
    }


def _points(communities: Sequence[Region]) -> dict[str, Points]:
    """The address points of some communities, by the community's code."""
    rows = Building.objects.filter(is_active=True, community__in=communities).order_by("code")
    groups: dict[str, list[tuple[float, float, str, int]]] = {}
    for code, lon, lat, name, households in rows.values_list(
        "community__code", "lon", "lat", "name", "household_count"
    ):
        groups.setdefault(code, []).append((lon, lat, name, households))
    return {
        code: Points(
            np.array([item[0] for item in items]),
            np.array([item[1] for item in items]),
            [item[2] for item in items],
            [code] * len(items),
            np.array([item[3] for item in items], dtype=np.int64),
        )
        for code, items in groups.items()
    }
