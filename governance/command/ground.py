"""Which place a count belongs to, by the grids of today or by those that tickets were filed under.

Places that are no longer in force are read from the tables: figures "as it was" keep their rows.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from governance.command.counting import Tallies, Tally, total
from grids.models import Grid, Region
from grids.territory import Place
from grids.territory import current as territory


@dataclass(frozen=True)
class PlaceTally:
    """The counts of one place; None: at no place of that level."""

    place: Place | None
    tally: Tally


def by_place(tallies: Tallies, level: str) -> list[PlaceTally]:
    """One entry for each path in the order of paths, what lies nowhere last; at most two statements, for former
    places only."""
    overruling = _overruling({key for _own, key in tallies if key is not None})
    holders = _regions({grid.region_id for grid in overruling.values()}) if level == "community" else {}
    sums: dict[str, list[Tally]] = {}
    known: dict[str, Place] = {}
    own = _places(level, {own for own, key in tallies if key is None and own is not None})
    for (own_id, key), tally in tallies.items():
        place = _above(overruling[key], level, holders) if key is not None else own.get(own_id or 0)
        path = place.path if place else ""
        if place:
            known.setdefault(path, place)
        sums.setdefault(path, []).append(tally)
    rows = [
        PlaceTally(known.get(path), total(sums[path]))
        for path in sorted(sums, key=lambda item: (not item, item))
    ]
    return [row for row in rows if any(vars(row.tally).values())]


def _overruling(keys: set[int]) -> dict[int, Place]:
    """Grids by their ids, regions by theirs with a minus before it."""
    regions = _regions({-key for key in keys if key < 0})
    return _grids({key for key in keys if key > 0}) | {-key: place for key, place in regions.items()}


def _places(level: str, ids: set[int]) -> Mapping[int, Place]:
    return _grids(ids) if level == "grid" else _regions(ids)


def _regions(ids: set[int]) -> dict[int, Place]:
    land = territory().regions
    found = {pk: land[pk] for pk in ids if pk in land}
    return found | {place.id: place for place in _former_regions(ids - found.keys())}


def _grids(ids: set[int]) -> dict[int, Place]:
    land = territory().grids
    found = {pk: land[pk] for pk in ids if pk in land}
    return found | {place.id: place for place in _former_grids(ids - found.keys())}


def _former_regions(ids: set[int]) -> Iterable[Place]:
    for row in Region.objects.filter(pk__in=ids).defer("boundary") if ids else ():
        yield Place(row.pk, row.code, row.level, row.name, row.name_en, row.path, "", row.pk)


def _former_grids(ids: set[int]) -> Iterable[Place]:
    for row in (
        Grid.objects.filter(pk__in=ids).select_related("community").defer("polygon", "community__boundary")
        if ids
        else ()
    ):
        above = row.community
        yield Place(row.pk, row.code, "grid", row.name, row.name_en, row.path, above.path, above.pk)


def _above(held: Place, level: str, communities: Mapping[int, Place]) -> Place | None:
    """The place of that level which holds the grid or region, or is it; None where there is none."""
    if held.level == level:
        return held
    if held.level == "grid" and held.region_id in communities:
        return communities[held.region_id]
    return territory().at_level(held.path, level)
