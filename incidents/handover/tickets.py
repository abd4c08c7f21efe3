"""Open tickets follow a revision: their place, whoever holds them, the units of their running limits. No limit starts
anew, and the version stays: a form that somebody has open is still good, the matter has not changed.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from governance.accounts.actors import SYSTEM_ACTOR
from governance.foundation.prepared import fetch_all
from grids.models import Region
from incidents.handover.standing import Ground, Standing
from incidents.ledger import ledger
from incidents.models import Step
from incidents.states import OPEN

BATCH = 500
UNITS = ("holder_id", "lead_unit_id", "accepted_unit_id", "dispatched_unit_id")
_OPEN = ", ".join(f"'{state}'" for state in sorted(OPEN))

_CONCERNED = f"""
SELECT id FROM incidents_ticket WHERE state IN ({_OPEN}) AND region_path = ANY(%s)
UNION
SELECT id FROM incidents_ticket WHERE state IN ({_OPEN}) AND holder_id = ANY(%s)
UNION
SELECT id FROM incidents_ticket WHERE state IN ({_OPEN}) AND grid_id IS NULL AND region_id = ANY(%s)
UNION
SELECT t.id FROM incidents_assignment a JOIN incidents_ticket t ON t.id = a.ticket_id
 WHERE a.unit_id = ANY(%s) AND a.ended_at IS NULL AND t.state IN ({_OPEN})
ORDER BY 1
"""  # noqa: S608  # only the names of states are put in

_LOCKED = f"""
SELECT id, number, state, grid_id, filed_grid_id, filed_region_id, region_id, region_path, lon, lat, holder_id,
       lead_unit_id, accepted_unit_id, dispatched_unit_id
  FROM incidents_ticket WHERE id = ANY(%s) AND state IN ({_OPEN}) ORDER BY id FOR UPDATE
"""  # noqa: S608  # only the names of states are put in

_MOVE = """
UPDATE incidents_ticket t
   SET grid_id = v.grid_id, community_id = v.community_id, town_id = v.town_id, region_id = v.community_id,
       region_path = v.region_path, filed_grid_id = v.filed_grid_id, now_grid_id = NULL
  FROM jsonb_to_recordset(%s::jsonb) AS v(id bigint, grid_id bigint, community_id bigint, town_id bigint,
       region_path text, filed_grid_id bigint)
 WHERE t.id = v.id
"""
_MOVE_REGION = """
UPDATE incidents_ticket t
   SET region_id = v.region_id, community_id = v.community_id, town_id = v.town_id, region_path = v.region_path,
       filed_region_id = v.filed_region_id
  FROM jsonb_to_recordset(%s::jsonb) AS v(id bigint, region_id bigint, community_id bigint, town_id bigint,
       region_path text, filed_region_id bigint)
 WHERE t.id = v.id
"""
_HOLD = """
UPDATE incidents_ticket t
   SET holder_id = v.holder_id, lead_unit_id = v.lead_unit_id, accepted_unit_id = v.accepted_unit_id,
       dispatched_unit_id = v.dispatched_unit_id
  FROM jsonb_to_recordset(%s::jsonb) AS v(id bigint, holder_id bigint, lead_unit_id bigint,
       accepted_unit_id bigint, dispatched_unit_id bigint)
 WHERE t.id = v.id
"""
_CLOCKS = """
UPDATE incidents_deadline d SET unit_id = v.new
  FROM jsonb_to_recordset(%s::jsonb) AS v(id bigint, old bigint, new bigint)
 WHERE d.ticket_id = v.id AND d.unit_id = v.old AND d.stopped_at IS NULL
"""
_ASSIGN = """
WITH v AS (SELECT * FROM jsonb_to_recordset(%s::jsonb) AS v(id bigint, old bigint, new bigint)),
ended AS (
    UPDATE incidents_assignment a SET ended_at = %s, state = '',
           due_at = NULL, warn_at = NULL
      FROM v, incidents_assignment o
     WHERE a.ticket_id = v.id AND a.unit_id = v.old AND a.ended_at IS NULL AND a.role <> 'registrar' AND o.id = a.id
    RETURNING o.*, v.new),
begun AS (
    INSERT INTO incidents_assignment (ticket_id, unit_id, role, from_unit_id, at, signed_at, is_auto_signed, ended_at,
                                      state, due_at, warn_at, answered_at, result_kind, answer)
    SELECT ticket_id, new, role, unit_id, %s, signed_at, is_auto_signed, NULL, state, due_at, warn_at, answered_at,
           result_kind, answer FROM ended
    RETURNING id, ticket_id, unit_id, role, from_unit_id)
UPDATE incidents_deadline d SET assignment_id = begun.id
  FROM begun JOIN ended ON ended.ticket_id = begun.ticket_id AND ended.unit_id = begun.from_unit_id
                       AND ended.role = begun.role AND ended.new = begun.unit_id
 WHERE d.assignment_id = ended.id AND d.stopped_at IS NULL
"""


@dataclass(frozen=True, slots=True)
class Row:
    """An open ticket, locked."""

    id: int
    number: str
    state: str
    grid_id: int | None
    filed_grid_id: int | None
    filed_region_id: int | None
    region_id: int
    region_path: str
    lon: float | None
    lat: float | None
    holder_id: int
    lead_unit_id: int | None
    accepted_unit_id: int | None
    dispatched_unit_id: int | None


@dataclass
class Changes:
    """What one batch writes: places, units on the ticket, (ticket, old unit, new unit), steps, whom to nudge."""

    places: list[dict[str, Any]] = field(default_factory=list)
    regions: list[dict[str, Any]] = field(default_factory=list)
    holds: list[dict[str, Any]] = field(default_factory=list)
    units: list[dict[str, int]] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    topics: set[str] = field(default_factory=set)


def follow(ground: Ground, *, at: datetime) -> int:
    """Hand over what is open, in the caller's transaction; returns how many tickets changed. Run twice, none."""
    teams = sorted(ground.teams)
    with connection.cursor() as cursor:
        cursor.execute(_CONCERNED, [ground.old_paths, teams, ground.old_regions, teams])
        ids = [key for (key,) in cursor.fetchall()]
    return sum(_hand_over(ground, ids[start : start + BATCH], at) for start in range(0, len(ids), BATCH))


def _hand_over(ground: Ground, ids: Sequence[int], at: datetime) -> int:
    changes = Changes()
    for row in _locked(ids):
        _work_out(ground, row, changes, at)
    _write(ground, changes, at)
    return len(changes.steps)


def _locked(ids: Sequence[int]) -> Iterator[Row]:
    with connection.cursor() as cursor:
        cursor.execute(_LOCKED, [list(ids)])
        rows = cursor.fetchall()
    return (Row(*row) for row in rows)


def _work_out(ground: Ground, row: Row, changes: Changes, at: datetime) -> None:
    old = new = None
    if row.grid_id in ground.old_ids:
        old, new = ground.standings[row.grid_id], ground.landing(row.grid_id, row.lon, row.lat)
    elif row.grid_id is None:
        _work_out_region(ground, row, changes, at)
        return
    units = {name: ground.unit_instead(getattr(row, name), old, new) for name in UNITS}
    has_moved = old is not None and new is not None and new.id != old.id
    is_held = any(units[name] != getattr(row, name) for name in UNITS)
    if not (has_moved or is_held):
        return
    if has_moved:
        assert old is not None
        assert new is not None
        changes.places.append(_place(row, old, new))
    if is_held:
        changes.holds.append({"id": row.id, **units})
    pairs = _pairs(ground, row, old, new)
    changes.units += [{"id": row.id, "old": before, "new": after} for before, after in pairs.items()]
    holder = units["holder_id"] or row.holder_id
    changes.steps.append(_step(ground, row, old if has_moved else None, new, holder, at))
    changes.topics |= {f"ticket:{row.number}", f"unit:{row.holder_id}", f"unit:{holder}"}


def _work_out_region(ground: Ground, row: Row, changes: Changes, at: datetime) -> None:
    """A ticket that lies in no grid follows its region."""
    region = ground.region_landing(row.region_id, row.lon, row.lat)
    before, after = row.region_path, region.path if region is not None else row.region_path

    def instead(unit_id: int | None) -> int | None:
        if unit_id is None:
            return None
        unit = ground.chains.instead(unit_id, before, after) if before != after else unit_id
        return ground.teams.get(unit, unit)

    units = {name: instead(getattr(row, name)) for name in UNITS}
    is_held = any(units[name] != getattr(row, name) for name in UNITS)
    if region is None and not is_held:
        return
    if region is not None:
        changes.regions.append({"id": row.id, **_region_place(row, region)})
    if is_held:
        changes.holds.append({"id": row.id, **units})
    for unit in {*ground.teams, *ground.chains.before.values()}:
        if (other := instead(unit)) not in (None, unit):
            changes.units.append({"id": row.id, "old": unit, "new": other or unit})
    holder = units["holder_id"] or row.holder_id
    changes.steps.append(_step(ground, row, None, None, holder, at, region=region))
    changes.topics |= {f"ticket:{row.number}", f"unit:{row.holder_id}", f"unit:{holder}"}


def _region_place(row: Row, region: Region) -> dict[str, Any]:
    is_community = region.level == Region.Level.COMMUNITY
    filed = row.filed_region_id or row.region_id
    return {
        "region_id": region.pk,
        "community_id": region.pk if is_community else None,
        "town_id": region.parent_id if is_community else region.pk,
        "region_path": region.path,
        "filed_region_id": None if filed == region.pk else filed,
    }


def _pairs(ground: Ground, row: Row, old: Standing | None, new: Standing | None) -> dict[int, int]:
    """Every unit that is replaced on this ticket, whether it stands on the ticket or takes part as a co-handler."""
    candidates = {*ground.teams, *ground.chains.before.values()}
    candidates |= {old.team_id} if old is not None and old.team_id else set()
    pairs = {unit: ground.unit_instead(unit, old, new) for unit in candidates}
    return {before: after for before, after in pairs.items() if after is not None and after != before}


def _place(row: Row, old: Standing, new: Standing) -> dict[str, Any]:
    filed = row.filed_grid_id or old.id
    return {
        "id": row.id,
        "grid_id": new.id,
        "community_id": new.community_id,
        "town_id": new.town_id,
        "region_path": new.path,
        "filed_grid_id": None if filed == new.id else filed,
    }


def _step(
    ground: Ground,
    row: Row,
    old: Standing | None,
    new: Standing | None,
    holder: int,
    at: datetime,
    *,
    region: Region | None = None,
) -> Step:
    data: dict[str, Any] = {"revision": ground.effect.revision.number}
    if region is not None and ground.regions is not None:
        former = next(item for item in ground.regions.successions if item.old_id == row.region_id).old
        data["grids"] = [{"code": place.code, "name": place.name} for place in (former, region)]
    if old is not None and new is not None:
        data["grids"] = [{"code": grid.code, "name": grid.name} for grid in (old, new)]
    if holder != row.holder_id:
        data |= {"teams": [ground.units[row.holder_id], ground.units[holder]], "unit": holder}
    return Step(
        ticket_id=row.id,
        verb="regrid",
        from_state=row.state,
        to_state=row.state,
        at=at,
        actor_name=SYSTEM_ACTOR.name,
        role=SYSTEM_ACTOR.role,
        holder_id=holder,
        client=SYSTEM_ACTOR.client,
        data=data,
    )


def _write(ground: Ground, changes: Changes, at: datetime) -> None:
    if not changes.steps:
        return
    written = (
        (_MOVE, changes.places),
        (_MOVE_REGION, changes.regions),
        (_HOLD, changes.holds),
        (_CLOCKS, changes.units),
    )
    for statement, rows in written:
        if rows:
            fetch_all(statement, [json.dumps(rows)])
    if changes.units:
        fetch_all(_ASSIGN, [json.dumps(changes.units), at, at])
    ledger().add_many(changes.steps)
    first, last = changes.steps[0].pk, changes.steps[-1].pk
    ledger().record(
        "tickets.regrid",
        by=SYSTEM_ACTOR,
        obj=ground.effect.revision,
        at=at,
        details={"steps": [first, last], "count": len(changes.steps)},
    )
    event = {"id": last, "verb": "regrid", "number": "", "state": ""}
    ledger().nudge({"tickets", *changes.topics}, event)
