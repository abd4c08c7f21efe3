"""Key reports for the engine: each is due once, when the limit of its written first report ends (K38).

Whether it came in time is known from when it came, or from when the platform noted that the limit has passed; until
then the report is neither. What was downgraded before its first report was due to nobody and counts nowhere.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import pgettext_lazy

from assessment.fieldwork.reading import last_of, pending_by
from assessment.kinds import Fact, Kind
from assessment.sources import Changes, Item, Source, Wanted
from governance.accounts.actors import Actor
from governance.foundation.horizon import reach
from incidents.sandbox import clause
from key_reports.models import KeyReport, KeyStep
from key_reports.states import Origin, ReportState, Stage

ORIGINS: Final = pgettext_lazy("figures", "By origin")
DUE: Final = Kind(
    number=38,
    name="key_report_due",
    label=pgettext_lazy("occasion", "First report of important urgent information"),
    when=pgettext_lazy("occasion", "when the limit of the written first report ends"),
    facts=(
        Fact(name="judged", label=pgettext_lazy("fact", "Sent, or its limit has passed")),
        Fact(name="in_time", label=pgettext_lazy("fact", "Sent within the limit")),
        *(Fact(name=item.value, label=item.label, group=ORIGINS) for item in Origin),
    ),
)

_REPORTS: Final = """
SELECT r.id, {number}::smallint, 0::bigint, r.written_due_at,
       rpad(split_part(rtrim(r.region_path, '/'), '/', -1), 15, '0')::bigint, r.unit_id,
       (CASE WHEN r.first_at IS NOT NULL
               OR EXISTS (SELECT FROM key_reports_reportclock c
                           WHERE c.report_id = r.id AND c.stage = %(written)s AND c.rung > 0)
             THEN {judged} ELSE 0 END
        | CASE WHEN r.first_at <= r.written_due_at THEN {in_time} ELSE 0 END
        | CASE r.origin {origins} ELSE 0 END)::int,
       NULL::int, k.is_sensitive
  FROM key_reports_keyreport r
  JOIN incidents_mattercategory k ON k.id = r.category_id
  LEFT JOIN incidents_ticket t ON t.id = r.ticket_id
 WHERE {reports} AND NOT (r.state = %(downgraded)s AND r.first_at IS NULL){real}"""


def derive(wanted: Wanted) -> tuple[str, dict[str, Any]]:
    """One occasion of each report."""
    real = clause("t")
    statement = _REPORTS.format(
        number=DUE.number,
        judged=DUE.bits["judged"],
        in_time=DUE.bits["in_time"],
        origins=" ".join(f"WHEN '{item.value}' THEN {DUE.bits[item.value]}" for item in Origin),
        reports=wanted.on("r.id"),
        real=f" AND (t.id IS NULL OR ({real[5:]}))" if real else "",
    )
    states = {"written": Stage.WRITTEN.value, "downgraded": ReportState.DOWNGRADED.value}
    return statement, wanted.values | states


def changed(after: int, upto: int, limit: int) -> Changes:
    """The reports of the next steps; steps of accountability cases are passed over."""
    rows = KeyStep.objects.filter(pk__gt=after, pk__lte=upto).order_by("pk")
    found = list(rows.values_list("pk", "report_id")[:limit])
    reached = found[-1][0] if len(found) == limit else upto
    return Changes(
        ids=sorted({pk for _step, pk in found if pk is not None}), reached=reached, steps=len(found)
    )


def shown(by: Actor, ids: Sequence[int]) -> Mapping[int, Item]:
    """Those of the reports that the reader may open."""
    rows = KeyReport.objects.visible_to(by).filter(pk__in=ids)
    return {
        pk: Item(
            number=number,
            title=title,
            url=reverse("key_reports:report", args=[number]),
            words=str(ReportState(state).label),
        )
        for pk, number, title, state in rows.values_list("pk", "number", "title", "state")
    }


SOURCE: Final = Source(
    name="key_reports",
    kinds=(DUE,),
    horizon=lambda: reach(KeyStep),
    changed=changed,
    last_item=last_of(KeyReport),
    pending=pending_by(KeyStep, "report_id"),
    derive=derive,
    items=shown,
)
