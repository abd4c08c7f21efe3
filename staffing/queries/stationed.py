"""Stationed staff in sums: postings, days and deeds by the unit that sends and by the town that receives."""

from dataclasses import dataclass, replace

from django.db.models import Count, Q, QuerySet

from grids.territory import current as territory
from staffing.models import Stationing

SUMS = {
    "postings": Count("pk", distinct=True),
    "present": Count("days", distinct=True),
    "deeds": Count("days", distinct=True, filter=~Q(days__deed="")),
}


@dataclass(frozen=True)
class StationedSum:
    """Of one unit or town; `key` is what the list filters by: the unit's id or the town's code."""

    key: str
    name: str
    postings: int = 0
    present: int = 0
    deeds: int = 0


def sums_by_unit(rows: QuerySet[Stationing]) -> list[StationedSum]:
    """Most days first."""
    found = rows.order_by().values_list("unit", "unit__name").annotate(**SUMS)
    return _sorted([StationedSum(str(row[0]), *row[1:]) for row in found])


def sums_by_town(rows: QuerySet[Stationing]) -> list[StationedSum]:
    """Most days first; names in the reader's language are the page's business, so the path's own is given."""
    land, towns = territory(), dict[str, StationedSum]()
    for path, *numbers in rows.order_by().values_list("region__path").annotate(**SUMS):
        town = land.at_level(path, "town") or land.by_path.get(path)
        if town is None:
            continue
        old = towns.get(town.code, StationedSum(town.code, town.name))
        towns[town.code] = replace(
            old,
            postings=old.postings + numbers[0],
            present=old.present + numbers[1],
            deeds=old.deeds + numbers[2],
        )
    return _sorted(list(towns.values()))


def _sorted(rows: list[StationedSum]) -> list[StationedSum]:
    return sorted(rows, key=lambda row: (-row.present, -row.postings, row.name))
