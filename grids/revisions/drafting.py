"""What a draft says: planned grids out of GeoJSON, with every mistake told in words and with its place."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

import numpy as np
import shapely
from django.utils.translation import gettext_lazy as _
from shapely.geometry import MultiPolygon, Polygon, shape

from governance.foundation.errors import Text, Unprocessable
from grids.checks import Plot
from grids.checks.shapes import crossing_of
from grids.coordinates import looks_swapped
from grids.geometry import MALFORMED, POLYGONAL, Area, stored_area, to_geojson
from grids.models import ExclusiveType, Grid, RevisionGrid

MAX_RESULTS: Final = 200
MAX_POSITIONS: Final = 20_000
MAX_HOUSEHOLDS: Final = 100_000
NAME_LENGTH: Final = 120


@dataclass(frozen=True, kw_only=True)
class DraftGrid:
    """A grid as somebody wants it. `community` and `heir_of` are codes; `heir_of` is empty for a fresh one."""

    code: str
    name: str
    area: Area
    community: str
    name_en: str = ""
    kind: str = Grid.Kind.COMPREHENSIVE
    exclusive_type: str = ""
    households: int = 0
    heir_of: str = ""

    def plot(self) -> Plot:
        """As the check sees it."""
        return Plot(
            code=self.code,
            name=self.name,
            community=self.community,
            area=self.area,
            households=self.households,
            is_exclusive=self.kind == Grid.Kind.EXCLUSIVE,
            heir_of=self.heir_of,
            is_own=True,
        )

    def feature(self) -> dict[str, Any]:
        """As the editor sees it."""
        return {
            "type": "Feature",
            "id": self.code,
            "properties": {
                "code": self.code,
                "name": self.name,
                "name_en": self.name_en,
                "kind": self.kind,
                "exclusive_type": self.exclusive_type,
                "household_count": self.households,
                "community": self.community,
                "heir_of": self.heir_of,
            },
            "geometry": to_geojson(self.area),
        }

    def moved(self, area: Area) -> "DraftGrid":
        """The same grid with other borders."""
        return replace(self, area=area)


@dataclass(frozen=True, kw_only=True)
class Draft:
    """Everything that can be edited. `sources` None: the grids taken in stay as they are."""

    title: str
    reason: str
    effective_on: date | None
    results: Sequence[DraftGrid]
    sources: tuple[str, ...] | None = None


def collection(features: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Features as a FeatureCollection."""
    return {"type": "FeatureCollection", "features": list(features)}


def planned(row: RevisionGrid) -> DraftGrid:
    """A stored result; with `community` and `heir_of` read."""
    return DraftGrid(
        code=row.code,
        name=row.name,
        name_en=row.name_en,
        community=row.community.code,
        kind=row.kind,
        exclusive_type=row.exclusive_type,
        households=row.household_count,
        heir_of=row.heir_of.code if row.heir_of else "",
        area=stored_area(row.polygon),
    )


def present(grid: Grid) -> DraftGrid:
    """A grid in force, as a result that leaves it as it is; with `community` read."""
    return DraftGrid(
        code=grid.code,
        name=grid.name,
        name_en=grid.name_en,
        community=grid.community.code,
        kind=grid.kind,
        exclusive_type=grid.exclusive_type,
        households=grid.household_count,
        heir_of=grid.code,
        area=stored_area(grid.polygon),
    )


def parse_results(document: Any, *, may_cross: bool = False) -> list[DraftGrid]:
    """The planned grids of a FeatureCollection. Unprocessable names each feature that cannot be taken and why.

    `may_cross`: borders that cross themselves are let through, for a check that marks the place.
    """
    features = document.get("features") if isinstance(document, Mapping) else None
    if not isinstance(features, list):
        raise Unprocessable(fields={"results": [_("A GeoJSON FeatureCollection is needed")]})
    if len(features) > MAX_RESULTS:
        raise Unprocessable(
            fields={"results": [_("At most %(limit)d grids in one revision") % {"limit": MAX_RESULTS}]}
        )
    found, wrong = [], []
    for number, feature in enumerate(features, 1):
        try:
            found.append(_parsed(feature, may_cross=may_cross))
        except _Mistake as mistake:
            told = _told(feature, number)
            wrong.append(_("%(which)s: %(what)s") % {"which": told, "what": mistake.text})
    if wrong:
        raise Unprocessable(fields={"results": wrong})
    return found


class _Mistake(Exception):
    def __init__(self, text: Text) -> None:
        super().__init__(str(text))
        self.text = text


def _told(feature: Any, number: int) -> Text:
    """Which feature is meant: by name and code, else by its place in the file."""
    facts = feature.get("properties") if isinstance(feature, Mapping) else None
    named = [str(facts.get(key) or "")[:40] for key in ("name", "code")] if isinstance(facts, Mapping) else []
    words = " ".join(part for part in named if part)
    return words or _("Grid no. %(number)d") % {"number": number}


def _parsed(feature: Any, *, may_cross: bool) -> DraftGrid:
    facts = feature.get("properties") if isinstance(feature, Mapping) else None
    if not isinstance(facts, Mapping):
        raise _Mistake(_("A Feature with properties is needed"))
    texts = {key: str(facts.get(key) or "").strip() for key in ("code", "name", "name_en", "heir_of")}
    code, kind = texts["code"], str(facts.get("kind") or Grid.Kind.COMPREHENSIVE)
    if not (code.isascii() and code.isdigit() and len(code) == 15):
        raise _Mistake(_("The code has to have 15 digits: the community's twelve and three more"))
    if not texts["name"] or len(texts["name"]) > NAME_LENGTH or len(texts["name_en"]) > 160:
        raise _Mistake(_("The name is missing or too long"))
    return DraftGrid(
        code=code,
        name=texts["name"],
        name_en=texts["name_en"],
        community=str(facts.get("community") or code[:12]),
        kind=kind,
        exclusive_type=_exclusive_type(kind, str(facts.get("exclusive_type") or "")),
        households=_households(facts.get("household_count")),
        heir_of=texts["heir_of"],
        area=_area(feature.get("geometry"), may_cross=may_cross),
    )


def _exclusive_type(kind: str, asked: str) -> str:
    if kind not in Grid.Kind.values:
        raise _Mistake(_("The kind is neither comprehensive nor exclusive"))
    if kind != Grid.Kind.EXCLUSIVE:
        return ""
    if asked not in ExclusiveType.values:
        raise _Mistake(_("An exclusive grid needs its type"))
    return asked


def _households(value: Any) -> int:
    if value in (None, ""):
        return 0
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MAX_HOUSEHOLDS:
        raise _Mistake(
            _("The number of households is a whole number up to %(limit)d") % {"limit": MAX_HOUSEHOLDS}
        )
    return value


def _area(geometry: Any, *, may_cross: bool) -> Area:
    """The area of a GeoJSON geometry, or why there is none."""
    if not isinstance(geometry, Mapping) or geometry.get("type") not in POLYGONAL:
        raise _Mistake(_("The border is missing or is not a polygon"))
    try:
        with np.errstate(invalid="ignore"):  # what is no number is told below
            area = shapely.force_2d(shape(dict(geometry)))
        positions = shapely.get_coordinates(area)
    except MALFORMED:
        raise _Mistake(_("The border cannot be read as GeoJSON")) from None
    if not isinstance(area, Polygon | MultiPolygon) or area.is_empty or len(positions) > MAX_POSITIONS:
        raise _Mistake(_("The border is empty or has too many points"))
    _on_earth(positions.tolist())
    if not area.convex_hull.area:
        raise _Mistake(_("The border encloses no surface"))
    if not area.is_valid and not may_cross:
        place = crossing_of(area)
        raise _Mistake(
            _("The border crosses itself at %(lon).5f, %(lat).5f") % {"lon": place.x, "lat": place.y}
        )
    return area


def _on_earth(positions: Sequence[Sequence[float]]) -> None:
    for lon, lat in positions:
        where = {"lon": lon, "lat": lat}
        if not (math.isfinite(lon) and math.isfinite(lat)):
            raise _Mistake(_("The border has a position that is no number"))
        if looks_swapped(lon, lat):
            raise _Mistake(_("Longitude and latitude seem to be exchanged at %(lon).5f, %(lat).5f") % where)
        if abs(lon) > 180 or abs(lat) > 90:
            raise _Mistake(
                _("%(lon).1f, %(lat).1f are metres of a projection: give degrees of longitude and latitude")
                % where
            )
