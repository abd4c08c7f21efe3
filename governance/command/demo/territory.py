"""Regions, grids, units and their areas of the demo city, written in a handful of statements."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from governance.accounts.models import OrgUnit, Tier
from governance.command.demo.departments import LINES, TOWN_OFFICES
from governance.command.demo.plan import SEED
from governance.foundation.spelling import pinyin_of
from grids import locator_cache, territory
from grids.models import Grid, GridVersion, Region, UnitArea, region_path
from grids.tessellation import DemoCity, build_city

Kind = OrgUnit.Kind
COMMAND = {
    "city": (Kind.CENTER, "网格化联动中心", "Linkage Command Centre"),
    "district": (Kind.DISTRICT_CENTER, "网格化联动中心", "Linkage Centre"),
    "town": (Kind.SUB_CENTER, "网格化联动分中心", "Linkage Sub-centre"),
    "community": (Kind.WORKSTATION, "网格工作站", "Grid Workstation"),
}


@dataclass
class Land:
    """What has been written, by code."""

    regions: dict[str, Region] = field(default_factory=dict)
    grids: dict[str, Grid] = field(default_factory=dict)
    units: dict[str, OrgUnit] = field(default_factory=dict)
    areas: list[UnitArea] = field(default_factory=list)

    def at_level(self, level: str) -> list[Region]:
        return [region for region in self.regions.values() if region.level == level]

    def command_unit(self, region: Region) -> OrgUnit:
        return self.units[command_code(region.code)]


@lru_cache(1)
def ground_plan() -> DemoCity:
    """The city's polygons and names; about two seconds, once a process."""
    return build_city(SEED)


def build_territory(since: date) -> Land:
    """Write everything that stands still. Call it in a transaction, into an empty territory."""
    land = Land()
    _regions(land, since)
    _command_units(land)
    _departments(land)
    _town_offices(land)
    UnitArea.objects.bulk_create(land.areas)
    _grids(land, since)
    GridVersion.bump()
    territory.forget()
    locator_cache.forget()
    return land


def command_code(region_code: str) -> str:
    """The code of the command unit of a region: CMD for the city, CMD-990101 for a district, …"""
    digits = region_code.rstrip("0")
    length = next(size for size in (4, 6, 9, 12) if len(digits) <= size)
    return "CMD" if length == 4 else f"CMD-{region_code[:length]}"


def team_code(grid_code: str) -> str:
    return f"WG-{grid_code}"


def _regions(land: Land, since: date) -> None:
    for level in ("city", "district", "town", "community"):
        rows = []
        for plan in ground_plan().at_level(level):
            lon, lat = plan.centre
            row = Region(
                code=plan.code,
                level=plan.level,
                name=plan.name,
                name_en=plan.name_en,
                parent=land.regions.get(plan.parent_code),
                pinyin=pinyin_of(plan.name),
                valid_from=since,
                boundary=plan.geojson,
                lon=lon,
                lat=lat,
            )
            row.path = region_path(row)
            rows.append(row)
        land.regions |= {row.code: row for row in Region.objects.bulk_create(rows)}


def _add_units(land: Land, rows: Iterable[OrgUnit]) -> None:
    fresh = list(rows)
    for row in fresh:
        row.path = f"{row.parent.path if row.parent else ''}{row.code}/"
    land.units |= {row.code: row for row in OrgUnit.objects.bulk_create(fresh)}


def _command_units(land: Land) -> None:
    for level, (kind, suffix, suffix_en) in COMMAND.items():
        regions = land.at_level(level)
        _add_units(
            land,
            [
                OrgUnit(
                    code=command_code(region.code),
                    name=f"{region.name}{suffix}",
                    name_en=f"{region.name_en} {suffix_en}",
                    kind=kind,
                    tier=level,
                    line="CMD",
                    parent=land.command_unit(region.parent) if region.parent else None,
                )
                for region in regions
            ],
        )
        land.areas += [
            UnitArea(unit=land.command_unit(region), region=region, duty=UnitArea.Duty.COMMAND)
            for region in regions
        ]


def _departments(land: Land) -> None:
    for tier in (Tier.CITY, Tier.DISTRICT):
        regions = land.at_level(tier.value)
        rows = [row for region in regions for row in _department_rows(land, region, tier)]
        _add_units(land, [row for row, _region in rows])
        land.areas += [UnitArea(unit=row, region=region) for row, region in rows]


def _department_rows(land: Land, region: Region, tier: Tier) -> Iterator[tuple[OrgUnit, Region]]:
    for line in LINES:
        if tier not in line.tiers:
            continue
        place = region.name.removesuffix("市").removesuffix("区") + ("市" if tier == Tier.CITY else "区")
        yield (
            OrgUnit(
                code=line.code if tier == Tier.CITY else f"{line.code}-{region.code[:6]}",
                name=f"{place}{line.name}".replace("支队", "支队" if tier == Tier.CITY else "大队"),
                name_en=f"{region.name_en} {line.name_en}",
                kind=line.kind,
                tier=tier,
                line=line.code,
                parent=land.units.get(line.code) if tier == Tier.DISTRICT else None,
                calendar=line.calendar,
            ),
            region,
        )


def _town_offices(land: Land) -> None:
    rows = []
    for town in land.at_level("town"):
        for office in TOWN_OFFICES:
            above = land.units.get(f"{office.line}-{town.code[:6]}")
            stem = town.name.removesuffix("街道") if office.suffix == "派出所" else town.name
            unit = OrgUnit(
                code=f"{office.line or 'TJ'}-{town.code[:9]}",
                name=f"{stem}{office.suffix}",
                name_en=f"{town.name_en} {office.suffix_en}",
                kind=office.kind,
                tier=Tier.TOWN,
                line=office.line,
                parent=above,
                calendar=office.calendar,
            )
            rows.append(unit)
            land.areas.append(UnitArea(unit=unit, region=town))
    _add_units(land, rows)


def _grids(land: Land, since: date) -> None:
    plans = ground_plan().grids
    _add_units(
        land,
        [
            OrgUnit(
                code=team_code(plan.code),
                name=f"{plan.name}队",
                name_en=f"{plan.name_en} Team",
                kind=Kind.GRID_TEAM,
                tier=Tier.GRID,
                parent=land.units[command_code(plan.community_code)],
            )
            for plan in plans
        ],
    )
    rows = []
    for plan in plans:
        community = land.regions[plan.community_code]
        lon, lat = plan.centre
        rows.append(
            Grid(
                code=plan.code,
                community=community,
                name=plan.name,
                name_en=plan.name_en,
                kind=plan.kind,
                exclusive_type=plan.exclusive_type,
                path=f"{community.path}{plan.code}/",
                pinyin=pinyin_of(plan.name),
                polygon=plan.geojson,
                lon=lon,
                lat=lat,
                household_count=plan.household_count,
                team=land.units[team_code(plan.code)],
                valid_from=since,
            )
        )
    land.grids = {row.code: row for row in Grid.objects.bulk_create(rows)}
