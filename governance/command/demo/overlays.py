"""Police grids and fire grids of the demo city, laid over the governance grids; most of them confirmed.

A police grid joins neighbouring grids of a community; some follow a main road instead of the community's
border and so cross it a little. A fire grid is a part of a town.
"""

import random
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Final

import shapely
from shapely.geometry import MultiPolygon, Polygon, shape

from governance.command.demo.plan import SEED
from governance.command.demo.territory import Land
from grids.geometry import Area, label_point, to_geojson
from grids.models import Grid, GridOverlay, ProfessionalGrid, Region
from grids.overlays import Thresholds, match

POLICE_TAKES: Final = 4
FIRE_TAKES: Final = 16
CONFIRMED: Final = 0.8
REFUSED: Final = 0.02
CROSSING: Final = 0.3
STEP: Final = 0.0005
"""How far a police grid reaches over a border, in degrees: some fifty metres."""


def build_overlays(land: Land, *, at: datetime, since: date) -> int:
    """Write both partitions and their overlays; how many professional grids. In a transaction."""
    rng = random.Random(SEED)
    grids = sorted(land.grids.values(), key=lambda grid: grid.code)
    areas = {grid.code: _area(grid) for grid in grids}
    rows = [*_police(land, grids, areas, since, rng), *_fire(land, grids, areas, since)]
    written = ProfessionalGrid.objects.bulk_create(rows)
    for system in (ProfessionalGrid.System.POLICE, ProfessionalGrid.System.FIRE):
        mine = [row for row in written if row.system == system]
        GridOverlay.objects.bulk_create(_overlays(mine, grids, areas, at, rng))
    return len(written)


def _area(grid: Grid) -> Area:
    found = shape(grid.polygon)
    assert isinstance(found, Polygon | MultiPolygon)
    return found


def _parts(grids: Sequence[Grid], size: int) -> Iterator[Sequence[Grid]]:
    """Neighbours in the order of their numbers, in parts of nearly equal size."""
    count = max(1, round(len(grids) / size))
    for number in range(count):
        part = grids[len(grids) * number // count : len(grids) * (number + 1) // count]
        if part:
            yield part


def _police(
    land: Land, grids: Sequence[Grid], areas: dict[str, Area], since: date, rng: random.Random
) -> Iterator[ProfessionalGrid]:
    for code, group in groupby(grids, key=lambda grid: grid.code[:12]):
        community = land.regions[code]
        town = _town(community)
        station = land.units.get(f"GA-{code[:9]}")
        for number, part in enumerate(_parts(list(group), POLICE_TAKES), 1):
            area = shapely.union_all([areas[grid.code] for grid in part])
            if rng.random() < CROSSING:
                area = area.buffer(STEP * rng.uniform(0.4, 1), quad_segs=1, join_style="mitre").simplify(1e-5)
            yield ProfessionalGrid(
                system=ProfessionalGrid.System.POLICE,
                code=f"JW{code[:12]}{number:02d}",
                name=f"{_stem(community.name)}第{number}警务网格",
                name_en=f"{community.name_en} Police Grid {number}",
                town=town,
                unit=station,
                valid_from=since,
                **_ground(area),
            )


def _fire(
    land: Land, grids: Sequence[Grid], areas: dict[str, Area], since: date
) -> Iterator[ProfessionalGrid]:
    for code, group in groupby(grids, key=lambda grid: grid.code[:9]):
        town = land.regions[f"{code}000"]
        for number, part in enumerate(_parts(list(group), FIRE_TAKES), 1):
            yield ProfessionalGrid(
                system=ProfessionalGrid.System.FIRE,
                code=f"XF{code}{number:02d}",
                name=f"{town.name}第{number}消防网格",
                name_en=f"{town.name_en} Fire Grid {number}",
                town=town,
                valid_from=since,
                **_ground(shapely.union_all([areas[grid.code] for grid in part])),
            )


def _town(community: Region) -> Region:
    assert community.parent is not None
    return community.parent


def _stem(name: str) -> str:
    return name.removesuffix("社区").removesuffix("村")


def _ground(area: shapely.Geometry) -> dict[str, object]:
    assert isinstance(area, Polygon | MultiPolygon)
    lon, lat = label_point(area)
    return {"polygon": to_geojson(area), "lon": lon, "lat": lat}


def _overlays(
    rows: Sequence[ProfessionalGrid],
    grids: Sequence[Grid],
    areas: dict[str, Area],
    at: datetime,
    rng: random.Random,
) -> Iterator[GridOverlay]:
    """What the rule suggests; four of five professional grids have been gone through by somebody."""
    found = match([_area_of(row) for row in rows], [areas[grid.code] for grid in grids], Thresholds())
    for position, items in groupby(found, key=lambda item: item.first):
        done = rng.random() < CONFIRMED
        decided_at = at - timedelta(days=rng.uniform(20, 80)) if done else None
        for item in items:
            state = GridOverlay.State.SUGGESTED
            if done:
                is_refused = item.grid_share < 0.5 or rng.random() < REFUSED
                state = GridOverlay.State.REFUSED if is_refused else GridOverlay.State.CONFIRMED
            yield GridOverlay(
                professional_grid=rows[position],
                grid=grids[item.second],
                share=item.share,
                grid_share=item.grid_share,
                state=state,
                decided_at=decided_at,
            )


def _area_of(row: ProfessionalGrid) -> Area:
    found = shape(row.polygon)
    assert isinstance(found, Polygon | MultiPolygon)
    return found
