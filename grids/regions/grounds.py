"""The ground of regions after a revision: boundaries follow the pieces, and so do those of the regions above."""

from collections.abc import Mapping, Sequence
from typing import Any

import shapely
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from grids.geometry import Area, label_point, to_geojson
from grids.models import Region
from grids.regions.planning import Piece, Setting, area_of, together


def grounds_after(
    setting: Setting, places: Mapping[str, str], heirs: Mapping[str, str]
) -> dict[str, BaseGeometry]:
    """The ground of each result, by code; results of which no ground is known are left out.

    A source that goes whole gives its whole boundary. Of one that is shared out, each result gets what its pieces
    cover, and `heirs` (source -> result) gets what no piece covers.
    """
    found: dict[str, list[BaseGeometry]] = {}
    for code, source in setting.sources.items():
        pieces = [piece for piece in setting.pieces.values() if piece.source == code]
        targets = {places[piece.code] for piece in pieces} or {heirs[code]}
        boundary = area_of(source.boundary)
        whole = boundary if boundary is not None else together(piece.area for piece in pieces)
        if len(targets) == 1:
            if whole is not None:
                found.setdefault(targets.pop(), []).append(whole)
            continue
        for target in sorted(targets):
            own = _of(pieces, places, target)
            others = together(piece.area for piece in pieces if places[piece.code] != target)
            if target == heirs[code] and boundary is not None and others is not None:
                own = shapely.difference(boundary, others)
            if own is not None and not own.is_empty:
                found.setdefault(target, []).append(own)
    return {code: shapely.union_all(areas) for code, areas in found.items()}


def _of(pieces: Sequence[Piece], places: Mapping[str, str], target: str) -> BaseGeometry | None:
    return together(piece.area for piece in pieces if places[piece.code] == target)


def surfaces(area: BaseGeometry | None) -> Area | None:
    """What of a geometry is surface; None for none."""
    if area is None:
        return None
    found = [part for part in shapely.get_parts(area) if isinstance(part, Polygon) and part.area]
    if not found:
        return None
    return found[0] if len(found) == 1 else MultiPolygon(found)


def draw(region: Region, area: BaseGeometry | None) -> None:
    """Give the (unsaved) region this ground and the point of its name; without ground it stays as it is."""
    whole = surfaces(area)
    if whole is not None:
        region.boundary = to_geojson(whole)
        region.lon, region.lat = label_point(whole)


def move_above(moves: Sequence[tuple[Region, Region, BaseGeometry | None]]) -> dict[str, Any]:
    """Where ground has come below another region, change the boundaries above on both sides; the former ones by code.

    `moves`: (region above before, region above after, ground). Regions without a boundary stay without one.
    """
    former: dict[str, Any] = {}
    for before, after, ground in moves:
        if ground is None or before.path == after.path:
            continue
        for region, is_loss in [
            *((row, True) for row in _up(before, but=after.path)),
            *((row, False) for row in _up(after, but=before.path)),
        ]:
            area = area_of(region.boundary)
            if area is None:
                continue
            former.setdefault(region.code, region.boundary)
            draw(region, shapely.difference(area, ground) if is_loss else shapely.union(area, ground))
            region.save(update_fields=["boundary", "lon", "lat"])
    return former


def _up(region: Region, *, but: str) -> list[Region]:
    """The region and those above it that do not hold the place `but`."""
    parts = region.path.rstrip("/").split("/")
    paths = ["/".join(parts[: index + 1]) + "/" for index in range(len(parts))]
    apart = [path for path in paths if not but.startswith(path)]
    rows = Region.objects.select_for_update(of=("self",), no_key=True)
    return list(rows.filter(path__in=apart, valid_to=None).order_by("pk"))
