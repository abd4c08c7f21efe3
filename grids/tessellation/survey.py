"""Codes, names and households for the polygons of the demo city.

Codes follow the statistical rule: towns count from 001 (streets) and 101 (towns), communities from 001
(residents' committees) and 201 (villages). Siblings are numbered west to east, north to south.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely

from grids.geometry import area_m2, label_point, reading_order
from grids.tessellation import names
from grids.tessellation.cuts import Plan
from grids.tessellation.names import Name, Pool, joined
from grids.tessellation.places import DemoCity, DemoGrid, DemoRegion, ExclusiveType

CITY_PREFIX: Final = "9901"
STREETS, VILLAGES = 5, 22
FIRST_TOWN, FIRST_VILLAGE = 101, 201
ORDINAL_SHARE: Final = 0.25
HOUSEHOLDS: Final = (500, 75)  # mean and spread of a comprehensive grid
HOUSEHOLDS_WITHIN: Final = (300, 700)
EXCLUSIVE_NAMES: Final = {
    ExclusiveType.BUSINESS_DISTRICT: Name("商圈网格", "Business District Grid"),
    ExclusiveType.INDUSTRIAL_PARK: Name("产业园网格", "Industrial Park Grid"),
    ExclusiveType.SCHOOL: Name("实验学校网格", "Experimental School Grid"),
    ExclusiveType.HOSPITAL: Name("医院网格", "Hospital Grid"),
    ExclusiveType.MARKET: Name("农贸市场网格", "Farmers' Market Grid"),
}
GRID: Final = Name("网格", "Grid")


@dataclass(frozen=True, slots=True)
class Area:
    """An area before it has a code: its polygon and the areas inside it, in the order of numbering."""

    polygon: shapely.Polygon
    children: "tuple[Area, ...]" = ()

    @property
    def grid_count(self) -> int:
        """Grids inside, itself when it is one."""
        return sum(child.grid_count for child in self.children) or 1


def survey(plan: Plan, cells: Sequence[shapely.Polygon], rng: np.random.Generator) -> DemoCity:
    """The city of the cells, which come in the plan's depth-first order."""
    city = _assembled(plan, iter(cells))
    surveyor = _Surveyor(city, rng)
    surveyor.walk(city)
    rank = ("city", "district", "town", "community")
    regions = sorted(surveyor.regions, key=lambda region: (rank.index(region.level), region.code))
    return DemoCity(tuple(regions), tuple(sorted(surveyor.grids, key=lambda grid: grid.code)))


def _assembled(plan: Plan, cells: Iterator[shapely.Polygon]) -> Area:
    if plan is None:
        return Area(next(cells))
    children = [_assembled(child, cells) for child in plan]
    order = reading_order(np.array([label_point(child.polygon) for child in children]))
    whole = shapely.get_parts(shapely.coverage_union_all([child.polygon for child in children]))
    return Area(whole[0], tuple(children[i] for i in order))


def _densest(areas: Sequence[Area], count: int) -> set[int]:
    """`id` of the areas with the most grids per surface."""
    ranked = sorted(areas, key=lambda area: area.grid_count / area_m2(area.polygon), reverse=True)
    return {id(area) for area in ranked[:count]}


class _Surveyor:
    """Walks over the areas from the city down; keeps the names that are still free."""

    def __init__(self, city: Area, rng: np.random.Generator) -> None:
        towns = [town for district in city.children for town in district.children]
        communities = [community for town in towns for community in town.children]
        self.rng = rng
        self.urban = _densest(towns, STREETS) | _densest(communities, len(communities) - VILLAGES)
        self.districts = iter(names.DISTRICTS)
        self.streets, self.towns = iter(names.STREETS), iter(names.TOWNS)
        self.communities, self.villages = Pool(rng, names.URBAN_COMMUNITIES), Pool(rng, names.VILLAGES)
        self.estates, self.hamlets = Pool(rng, names.estates()), Pool(rng, names.hamlets())
        self.roads, self.avenues = Pool(rng, names.roads()), Pool(rng, names.avenues())
        self.regions: list[DemoRegion] = []
        self.grids: list[DemoGrid] = []

    def walk(self, city: Area) -> None:
        """Fill `regions` and `grids`."""
        code = self._region("city", CITY_PREFIX, "", names.CITY, city)
        for number, district in enumerate(city.children, 1):
            prefix = f"{CITY_PREFIX}{number:02d}"
            below = self._region("district", prefix, code, next(self.districts), district)
            for town, suffix in self._numbered(district.children, FIRST_TOWN):
                self._town(town, prefix + suffix, below)

    def _town(self, town: Area, prefix: str, parent: str) -> None:
        is_street = id(town) in self.urban
        kind = Name("街道", "Subdistrict") if is_street else Name("镇", "Town")
        name = joined(next(self.streets if is_street else self.towns), kind)
        code = self._region("town", prefix, parent, name, town)
        avenues = (self.avenues.take(), self.avenues.take())
        for community, suffix in self._numbered(town.children, FIRST_VILLAGE):
            self._community(community, prefix + suffix, code, avenues)

    def _community(self, area: Area, code: str, parent: str, avenues: tuple[Name, ...]) -> None:
        is_urban = id(area) in self.urban
        stem = (self.communities if is_urban else self.villages).take()
        name = joined(stem, Name("社区", "Community") if is_urban else Name("村", "Village"))
        lanes = tuple(self.roads.take() for _ in range(5)) if is_urban else names.village_roads(stem)
        self._region("community", code, parent, name, area, avenues + lanes)
        exclusive = self._exclusive(area, is_urban)
        is_ordinal = self.rng.random() < ORDINAL_SHARE
        for number, grid in enumerate(area.children, 1):
            kind = exclusive.get(id(grid))
            if kind:
                called = joined(stem, EXCLUSIVE_NAMES[kind])
            elif is_ordinal:
                called = names.ordinal_grid(name, number)
            else:
                called = joined((self.estates if is_urban else self.hamlets).take(), GRID)
            self._grid(grid, f"{code}{number:03d}", called, is_urban, kind)

    def _numbered(self, areas: Sequence[Area], first_rural: int) -> Iterator[tuple[Area, str]]:
        """Each area with its three digits: the urban ones from 001, the others from `first_rural`."""
        urban, rural = iter(range(1, 1000)), iter(range(first_rural, 1000))
        for area in areas:
            yield area, f"{next(urban if id(area) in self.urban else rural):03d}"

    def _exclusive(self, community: Area, is_urban: bool) -> dict[int, ExclusiveType]:
        """Which grids (by `id`) are exclusive, and for what: parks take the largest, others the smallest."""
        count = int(self.rng.choice(3, p=(0.15, 0.55, 0.30) if is_urban else (0.7, 0.3, 0.0)))
        kinds = list(ExclusiveType) if is_urban else [ExclusiveType.INDUSTRIAL_PARK, ExclusiveType.SCHOOL]
        grids = sorted(community.children, key=lambda grid: grid.polygon.area)
        chosen = [kinds[i] for i in self.rng.choice(len(kinds), size=count, replace=False)]
        return {id(grids.pop(-1 if kind is ExclusiveType.INDUSTRIAL_PARK else 0)): kind for kind in chosen}

    def _region(
        self, level: str, prefix: str, parent: str, name: Name, area: Area, streets: tuple[Name, ...] = ()
    ) -> str:
        code = prefix.ljust(12, "0")
        is_urban = id(area) in self.urban or level in ("city", "district")
        self.regions.append(
            DemoRegion(
                code=code,
                name=name.zh,
                name_en=name.en,
                polygon=area.polygon,
                level=level,
                parent_code=parent,
                is_urban=is_urban,
                streets=streets,
            )
        )
        return code

    def _grid(self, area: Area, code: str, name: Name, is_urban: bool, kind: ExclusiveType | None) -> None:
        households = int(np.clip(round(self.rng.normal(*HOUSEHOLDS)), *HOUSEHOLDS_WITHIN))
        self.grids.append(
            DemoGrid(
                code=code,
                name=name.zh,
                name_en=name.en,
                polygon=area.polygon,
                community_code=code[:12],
                household_count=households // 10 if kind else households,
                is_urban=is_urban,
                kind="exclusive" if kind else "comprehensive",
                exclusive_type=kind or "",
            )
        )
