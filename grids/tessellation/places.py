"""What the demo city consists of: regions and grids with codes, names and polygons in WGS-84."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import shapely

from grids.geometry import label_point, to_geojson
from grids.tessellation.names import Name


class ExclusiveType(StrEnum):
    """What an exclusive grid is about."""

    BUSINESS_DISTRICT = "business_district"
    INDUSTRIAL_PARK = "industrial_park"
    SCHOOL = "school"
    HOSPITAL = "hospital"
    MARKET = "market"


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """Anything with a code, names and a polygon."""

    code: str
    name: str
    name_en: str
    polygon: shapely.Polygon

    @property
    def geojson(self) -> dict[str, Any]:
        """The polygon as a GeoJSON geometry."""
        return to_geojson(self.polygon)

    @property
    def centre(self) -> tuple[float, float]:
        """(lon, lat) of a point inside, the centroid where possible."""
        return label_point(self.polygon)


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoRegion(Placed):
    """A region: `level` is city, district, town or community; the city has no parent.

    `is_urban` tells a street from a town and a residents' committee from a village; `streets` are the roads
    that addresses in a community use.
    """

    level: str
    parent_code: str
    is_urban: bool = True
    streets: tuple[Name, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoGrid(Placed):
    """A grid: `kind` is comprehensive or exclusive; `exclusive_type` is empty for the former."""

    community_code: str
    household_count: int
    is_urban: bool
    kind: str = "comprehensive"
    exclusive_type: str = ""


@dataclass(frozen=True, slots=True)
class DemoCity:
    """Regions from the city down and grids, both in the order of their codes within a level."""

    regions: tuple[DemoRegion, ...]
    grids: tuple[DemoGrid, ...]

    def at_level(self, level: str) -> list[DemoRegion]:
        """The regions of a level, in the order of their codes."""
        return [region for region in self.regions if region.level == level]
