"""Tickets of a place, by either reading of the map: the grids of today, or those they were filed under.

A ticket carries both: `now_grid` and `filed_grid` say which grid counts where it is not the one that answers, and
`filed_region` which region does for one that lies in no grid. Either reading is one indexed condition, and the plain
one for a place that no revision has touched.
"""

from collections.abc import Mapping
from typing import Final

from django.db import connection
from django.db.models import Q

from grids.territory import current as territory
from incidents.querysets import TicketQuerySet

TODAY: Final = "now_grid"
FILED: Final = "filed_grid"
# How many digits the last code of a path has.
LEVELS: Final[Mapping[int, str]] = {15: "grid", 12: "community", 9: "town", 6: "district", 4: "city"}
INDEXED: Final = frozenset({"town", "community", "grid"})


def reading(*, as_filed: bool) -> str:
    """The column that overrules the grid of a ticket in this reading."""
    return FILED if as_filed else TODAY


def inside(rows: TicketQuerySet, path: str, *, as_filed: bool = False) -> TicketQuerySet:
    """Rows at the place `path`, along the index of its level where there is one (a region that was cut
    anew keeps its path, so all rows of that path count)."""
    land = territory()
    if not path or (path in land.by_path and land.by_path[path].level == "city"):
        return rows
    level = level_of(path)
    ids, grids, regions = _rows_of(path, level)
    if level in INDEXED and ids:
        own = Q(**{level: ids[0]} if len(ids) == 1 else {f"{level}__in": ids})
    else:
        own = Q(region_path__startswith=path)
    elsewhere = Q()
    if grids:
        column = reading(as_filed=as_filed)
        own &= Q(**{column: None})
        elsewhere |= Q(**{f"{column}__in": grids})
    if regions and as_filed:
        own &= Q(filed_region=None)
        elsewhere |= Q(filed_region__in=regions)
    return rows.filter(own | elsewhere if elsewhere else own)


def level_of(path: str) -> str:
    """What the place is, also one that is no longer in force; empty for no path of ours."""
    return LEVELS.get(len(path.rstrip("/").rpartition("/")[2]), "")


_ROWS = """
SELECT id, 'own' FROM grids_{table} WHERE path = %s
UNION ALL
SELECT id, 'grid' FROM grids_grid g WHERE path LIKE %s
   AND EXISTS (SELECT FROM grids_gridsuccession s WHERE g.id IN (s.old_id, s.new_id))
UNION ALL
SELECT id, 'region' FROM grids_region r WHERE path LIKE %s
   AND EXISTS (SELECT FROM grids_regionsuccession s WHERE r.id IN (s.old_id, s.new_id))
"""


def _rows_of(path: str, level: str) -> tuple[list[int], list[int], list[int]]:
    """Ids of the rows that are or were this place, and of the grids and regions in it that some revision touched."""
    statement = _ROWS.format(table="grid" if level == "grid" else "region")
    with connection.cursor() as cursor:
        cursor.execute(statement, [path, f"{path}%", f"{path}%"])
        found = cursor.fetchall()
    own, grids, regions = ([key for key, kind in found if kind == name] for name in ("own", "grid", "region"))
    return own, grids, regions
