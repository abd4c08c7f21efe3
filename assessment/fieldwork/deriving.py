"""The statements that derive the occasions of fieldwork: each from the rows of its items alone.

A task counts when it has ended for the worker: handed in, made up or missed. Called off and missed on leave without a
substitute it counts nowhere. What field oversight shows is counted by the same rules; tests hold both together.
"""

from typing import Any, Final

from django.utils import timezone

from assessment.fieldwork.words import GRID, HAZARD, JOINT, KEY_OBJECT, PATROL, PLACE, REVIEW, VISIT
from assessment.kinds import Kind
from assessment.sources import Wanted
from fieldwork.hazards.states import Grade
from fieldwork.models import MonthObject, ReportReview
from fieldwork.states import DONE, LATE_DONE, TaskState
from incidents.sandbox import clause

_PLACE: Final = "rpad(split_part(rtrim({path}, '/'), '/', -1), 15, '0')::bigint"


def _bits(kind: Kind, **conditions: str) -> str:
    """Everything that is true, as one number."""
    parts = [f"CASE WHEN {text} THEN {kind.bits[name]} ELSE 0 END" for name, text in conditions.items()]
    return f"({' | '.join(parts)})::int"


def _zone() -> dict[str, Any]:
    return {"zone_of_days": str(timezone.get_default_timezone())}


_TASKS: Final = """
SELECT t.id, CASE t.work WHEN 'patrol' THEN {patrol} ELSE {visit} END::smallint, n.n::bigint,
       (t.ends_on::timestamp AT TIME ZONE %(zone_of_days)s), {place}, g.team_id, {facts}, NULL::int, false
  FROM fieldwork_fieldtask t
  LEFT JOIN grids_grid g ON g.id = t.grid_id
 CROSS JOIN LATERAL generate_series(1, CASE t.work WHEN 'patrol' THEN 1 ELSE t.object_count END) AS n(n)
 WHERE {tasks} AND (t.state = ANY(%(ended)s::varchar[]) AND NOT (t.state = %(missed)s AND t.is_excused))
 UNION ALL
SELECT t.id, {joint}::smallint, n.n::bigint, (t.ends_on::timestamp AT TIME ZONE %(zone_of_days)s), {place}, g.team_id,
       (CASE WHEN t.state <> %(missed)s AND n.n * 15 <= t.minutes THEN {walked} ELSE 0 END)::int, NULL::int, false
  FROM fieldwork_fieldtask t
  LEFT JOIN grids_grid g ON g.id = t.grid_id
 CROSS JOIN LATERAL generate_series(1, (t.minutes_needed + 14) / 15) AS n(n)
 WHERE {tasks} AND t.work = 'patrol' AND t.team_id IS NOT NULL
   AND (t.state = ANY(%(ended)s::varchar[]) AND NOT (t.state = %(missed)s AND t.is_excused))"""


def tasks(wanted: Wanted) -> tuple[str, dict[str, Any]]:
    """One occasion of a patrol, one for each planned visit of a round of visits (K23, K24); of a patrol of a team also
    one for each planned quarter of an hour (K37).
    """
    is_reached = "(t.work = 'patrol' OR n.n <= t.done_count)"
    facts = _bits(
        PATROL,
        in_time=f"t.state = ANY(%(done)s::varchar[]) AND {is_reached}",
        made_up=f"t.state = ANY(%(late)s::varchar[]) AND {is_reached}",
    )
    statement = _TASKS.format(
        patrol=PATROL.number,
        visit=VISIT.number,
        joint=JOINT.number,
        walked=JOINT.bits["done"],
        place=_PLACE.format(path="t.region_path"),
        facts=facts,
        tasks=wanted.on("t.id"),
    )
    states = {
        "ended": sorted({*DONE, *LATE_DONE, TaskState.MISSED}),
        "missed": TaskState.MISSED.value,
        "done": sorted(DONE),
        "late": sorted(LATE_DONE),
    }
    return statement, wanted.values | states | _zone()


_HAZARDS: Final = """
SELECT h.id, {number}::smallint, 0::bigint, h.due_at, {place}, h.unit_id, {facts}, NULL::int, false
  FROM fieldwork_hazard h
 WHERE {hazards} AND h.due_at IS NOT NULL AND h.state <> 'dismissed'"""


def hazards(wanted: Wanted) -> tuple[str, dict[str, Any]]:
    """One occasion of each hazard that was ordered to be rectified, on its date (K42)."""
    grades = {grade.value: f"h.grade = '{grade.value}'" for grade in Grade}
    facts = _bits(HAZARD, met="h.state = 'accepted' AND h.accepted_at <= h.due_at", **grades)
    place = _PLACE.format(path="h.region_path")
    statement = _HAZARDS.format(number=HAZARD.number, place=place, facts=facts, hazards=wanted.on("h.id"))
    return statement, wanted.values


_MONTHS: Final = """
SELECT m.id, CASE m.measure {kinds} END::smallint, 0::bigint,
       ((m.month + interval '1 month' - interval '1 day')::timestamp AT TIME ZONE %(zone_of_days)s),
       {place}, NULL::bigint, m.is_met::int, NULL::int, false
  FROM fieldwork_monthobject m
 WHERE {objects}"""
_OF: Final = {
    MonthObject.Measure.PATROL: PLACE,
    MonthObject.Measure.GRID: GRID,
    MonthObject.Measure.KEY: KEY_OBJECT,
}


def months(wanted: Wanted) -> tuple[str, dict[str, Any]]:
    """One occasion of each object that had to be seen in a month that is over (K22, K25)."""
    kinds = " ".join(f"WHEN '{measure.value}' THEN {kind.number}" for measure, kind in _OF.items())
    place = _PLACE.format(path="m.region_path")
    statement = _MONTHS.format(kinds=kinds, place=place, objects=wanted.on("m.id"))
    return statement, wanted.values | _zone()


_REVIEWS: Final = """
SELECT r.id, {number}::smallint, 0::bigint, r.at, {place}, g.team_id, {facts}, NULL::int, t.is_sensitive
  FROM fieldwork_reportreview r
  JOIN incidents_ticket t ON t.id = r.ticket_id
  LEFT JOIN grids_grid g ON g.id = t.filed_grid_id
  LEFT JOIN grids_region f ON f.id = t.filed_region_id
 WHERE {reviews}{real}"""


def reviews(wanted: Wanted) -> tuple[str, dict[str, Any]]:
    """One occasion of each report that was reviewed (K16)."""
    grounds = {ground.value: f"r.ground = '{ground.value}'" for ground in ReportReview.Ground}
    facts = _bits(REVIEW, valid="r.is_valid", by_person="r.by_id IS NOT NULL", **grounds)
    place = "rpad(coalesce(g.code, f.code, split_part(rtrim(t.region_path, '/'), '/', -1)), 15, '0')::bigint"
    statement = _REVIEWS.format(
        number=REVIEW.number, place=place, facts=facts, reviews=wanted.on("r.id"), real=clause("t")
    )
    return statement, wanted.values
