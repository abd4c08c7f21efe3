"""One statement that derives every occasion of some cases from their present rows.

Left out are cases of tickets that came in for trial. The place is the one where the case was registered: where a
revision of grids has moved it, its first hand-over says what that was.
"""

from typing import Any, Final

from django.utils import timezone

from assessment.disputes.words import TOLD
from assessment.sources import Wanted
from incidents.sandbox import clause

_HELD: Final = """
WITH held AS MATERIALIZED (
    SELECT c.id, c.state, c.origin, c.level, c.kind, c.category_code, c.unit_id, c.is_sensitive, c.registered_at,
           c.accepted_at, c.agreed_at,
           rpad(split_part(rtrim(coalesce((SELECT s.data->>'from_path' FROM mediation_casestep s
                                            WHERE s.case_id = c.id AND s.verb = 'hand_over' AND s.data ? 'from_path'
                                            ORDER BY s.id LIMIT 1), c.region_path), '/'), '/', -1), 15, '0')::bigint
               AS place
      FROM mediation_mediationcase c LEFT JOIN incidents_ticket t ON t.id = c.ticket_id
     WHERE {cases}{real}
)
"""
_ONE: Final = """SELECT h.id, {number}::smallint, {serial}::bigint, {at}, h.place, h.unit_id, ({facts})::int, NULL::int,
       h.is_sensitive
  FROM {rows}"""


def derive(wanted: Wanted) -> tuple[str, dict[str, Any]]:
    """The statement for these cases, with its values."""
    real = clause("t")
    parts = _HELD.format(cases=wanted.on("c.id"), real=f" AND (t.id IS NULL OR ({real[5:]}))" if real else "")
    names = {
        "steps": wanted.on("d.case_id"),
        "agreements": wanted.on("a.case_id"),
        "clocks": wanted.on("l.case_id"),
        "callbacks": wanted.on("d.case_id"),
    }
    rows = " UNION ALL ".join(
        _ONE.format(
            number=told.kind.number,
            serial=told.serial,
            at=told.at,
            facts=told.facts,
            rows=told.rows.format(**names),
        )
        for told in TOLD
    )
    zone = str(timezone.get_default_timezone())
    return f"{parts} {rows}", wanted.values | {"zone_of_days": zone}
