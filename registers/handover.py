"""The registers follow a revision of grids: each record gets the grid that now holds its point.

Households go where their building went; residents and files follow their household; a key place follows its own
point. Statements are bounded and set-based; doing it twice changes nothing the second time.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from django.db import connection, transaction

from governance.accounts.actors import SYSTEM_ACTOR, Actor
from governance.audit import journal
from grids.models import Grid, Region
from registers.models import KeyPlace

BATCH = 1000


class Effect(Protocol):
    """What is asked of the effect of a revision (`grids.revisions`)."""

    @property
    def revision(self) -> Any: ...

    @property
    def begun(self) -> Sequence[Grid]: ...

    @property
    def continued(self) -> Sequence[Grid]: ...

    @property
    def heirs(self) -> Mapping[int, Grid]: ...

    def relocate(self, old_grid_id: int, lon: float, lat: float) -> Grid: ...


def follow(effect: Effect, *, at: datetime, by: Actor = SYSTEM_ACTOR) -> dict[str, int]:
    """Move what lay in the grids that changed; returns how many of each kind moved. In the caller's transaction."""
    old = sorted(effect.heirs)
    if not old:
        return {}
    new = sorted(grid.pk for grid in (*effect.begun, *effect.continued))
    with transaction.atomic():
        moved = {"households": _households(effect, old, new), "key_places": sum(_key_places(effect, old))}
        moved |= _people(new)
        if any(moved.values()):
            journal.record("registers.follow", by=by, obj=effect.revision, at=at, details=moved)
    return moved


class RegionEffect(Protocol):
    """What is asked of the effect of a revision of regions (`grids.regions`)."""

    @property
    def revision(self) -> Any: ...

    @property
    def ended_ids(self) -> Sequence[int]: ...

    @property
    def heirs(self) -> Mapping[int, Region]: ...

    def relocate(self, old_id: int, lon: float | None, lat: float | None) -> Region: ...


def follow_regions(effect: RegionEffect, *, at: datetime, by: Actor = SYSTEM_ACTOR) -> dict[str, int]:
    """Move what lay in the regions that ended and in no grid; what lay in grids has followed those.

    In the caller's transaction, once address points have moved.
    """
    ended = list(effect.ended_ids)
    rows = KeyPlace.objects.select_for_update(of=("self",)).select_related("grid").filter(community__in=ended)
    places = 0
    for place in rows.order_by("pk"):
        region = (
            place.grid.community if place.grid else effect.relocate(place.community_id, place.lon, place.lat)
        )
        place.community = region
        place.path = place.grid.path if place.grid else region.path
        place.save(update_fields=["community", "path"])
        places += 1
    regions = [region.pk for region in effect.heirs.values()]
    with connection.cursor() as cursor:
        cursor.execute(_GRIDLESS_HOUSEHOLDS, [regions])
        moved = {"households": cursor.rowcount, "key_places": places}
        cursor.execute(_GRIDLESS_RESIDENTS, [regions])
        moved["residents"] = cursor.rowcount
        cursor.execute(_GRIDLESS_PEOPLE, [regions])
        moved["key_people"] = cursor.rowcount
    if any(moved.values()):
        journal.record("registers.follow_regions", by=by, obj=effect.revision, at=at, details=moved)
    return moved


def _households(effect: Effect, old: Sequence[int], new: Sequence[int]) -> int:
    """Households whose building has a point in a grid that changed. The worker of the new grid takes them over."""
    moved = 0
    with connection.cursor() as cursor:
        cursor.execute(_BUILDINGS, [list(old)])
        rows = cursor.fetchall()
        for some in _batches(rows):
            targets = [(*row[:2], effect.relocate(row[1], row[2], row[3])) for row in some]
            cursor.execute(
                _MOVE_HOUSEHOLDS,
                [
                    [building for building, _old, _new in targets],
                    [old_id for _building, old_id, _new in targets],
                    [new.pk for *_ids, new in targets],
                    [new.path for *_ids, new in targets],
                ],
            )
            moved += cursor.rowcount
        cursor.execute(_STRAY_HOUSEHOLDS, [list(new)])
        return moved + int(cursor.rowcount)


def _key_places(effect: Effect, old: Sequence[int]) -> Iterator[int]:
    rows = KeyPlace.objects.filter(grid_id__in=old).order_by("pk").values_list("pk", "grid_id", "lon", "lat")
    for some in _batches(list(rows)):
        targets = [(pk, effect.relocate(grid_id, lon, lat)) for pk, grid_id, lon, lat in some if grid_id]
        with connection.cursor() as cursor:
            cursor.execute(
                _MOVE_PLACES,
                [
                    [pk for pk, _grid in targets],
                    [grid.pk for _pk, grid in targets],
                    [grid.path for _pk, grid in targets],
                ],
            )
            yield cursor.rowcount


def _people(grids: Sequence[int]) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(_RESIDENTS, [list(grids)])
        residents = cursor.rowcount
        cursor.execute(_KEY_PEOPLE, [list(grids)])
        return {"residents": residents, "key_people": cursor.rowcount}


def _batches(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (rows[start : start + BATCH] for start in range(0, len(rows), BATCH))


_BUILDINGS = """
SELECT DISTINCT b.id, h.grid_id, b.lon, b.lat
  FROM registers_household h JOIN grids_building b ON b.id = h.building_id
 WHERE h.grid_id = ANY(%s)
 ORDER BY b.id, h.grid_id
"""

_PATROLLER = """
(SELECT a.user_id FROM grids_gridpost p JOIN grids_gridassignment a ON a.post_id = p.id
  WHERE p.grid_id = n.grid_id AND p.kind = 'grid_patroller' AND a.ends_on IS NULL ORDER BY a.id LIMIT 1)
"""

# names of our own tables only; values are parameters
_MOVE_HOUSEHOLDS = f"""
UPDATE registers_household h
   SET grid_id = n.grid_id, path = n.path,
       responsible_id = CASE WHEN h.grid_id = n.grid_id THEN h.responsible_id
                             ELSE coalesce({_PATROLLER}, h.responsible_id) END
  FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::text[]) AS n(building_id, old_id, grid_id, path)
 WHERE h.building_id = n.building_id AND h.grid_id = n.old_id
   AND (h.grid_id <> n.grid_id OR h.path <> n.path)
"""  # noqa: S608  # ours

# What lay in no grid and has come into one of these with its building.
_STRAY_HOUSEHOLDS = """
UPDATE registers_household h SET grid_id = b.grid_id, path = b.path
  FROM grids_building b
 WHERE b.id = h.building_id AND h.grid_id IS NULL AND b.grid_id = ANY(%s)
"""

_MOVE_PLACES = f"""
UPDATE registers_keyplace k
   SET grid_id = n.grid_id, path = n.path,
       community_id = g.community_id,
       responsible_id = CASE WHEN k.grid_id = n.grid_id THEN k.responsible_id
                             ELSE coalesce({_PATROLLER}, k.responsible_id) END
  FROM unnest(%s::bigint[], %s::bigint[], %s::text[]) AS n(id, grid_id, path)
  JOIN grids_grid g ON g.id = n.grid_id
 WHERE k.id = n.id AND (k.grid_id <> n.grid_id OR k.path <> n.path)
"""  # noqa: S608  # ours

_RESIDENTS = """
UPDATE registers_resident r SET path = h.path FROM registers_household h
 WHERE h.id = r.household_id AND h.grid_id = ANY(%s) AND r.path <> h.path
"""

_KEY_PEOPLE = """
UPDATE registers_keyperson k SET path = r.path FROM registers_resident r
  JOIN registers_household h ON h.id = r.household_id
 WHERE r.id = k.resident_id AND h.grid_id = ANY(%s) AND k.path <> r.path
"""

_GRIDLESS_HOUSEHOLDS = """
UPDATE registers_household h SET path = r.path
  FROM grids_building b JOIN grids_region r ON r.id = b.community_id
 WHERE b.id = h.building_id AND h.grid_id IS NULL AND b.community_id = ANY(%s) AND h.path <> r.path
"""

_GRIDLESS_RESIDENTS = """
UPDATE registers_resident r SET path = h.path
  FROM registers_household h JOIN grids_building b ON b.id = h.building_id
 WHERE h.id = r.household_id AND h.grid_id IS NULL AND b.community_id = ANY(%s) AND r.path <> h.path
"""

_GRIDLESS_PEOPLE = """
UPDATE registers_keyperson k SET path = r.path
  FROM registers_resident r JOIN registers_household h ON h.id = r.household_id
  JOIN grids_building b ON b.id = h.building_id
 WHERE r.id = k.resident_id AND h.grid_id IS NULL AND b.community_id = ANY(%s) AND k.path <> r.path
"""
