"""Lines of a list in which a unit only helps: its own part's clock and state instead of the ticket's."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from incidents.models import Deadline
from incidents.states import OPEN_PARTS, PartState
from incidents.views.faces import Row, clock_face, lamp_of

TONES = {
    PartState.ASSIGNED: "wait",
    PartState.WORKING: "work",
    PartState.RETURNING: "wait",
    PartState.ANSWERED: "done",
    PartState.RELEASED: "stop",
    PartState.UNFINISHED: "stop",
}


def as_helper(rows: Sequence[Row], unit_ids: Collection[int], at: datetime) -> list[Row]:
    """The lines as these units see them: what another unit leads shows their own part. At most one statement."""
    others = [row.ticket.pk for row in rows if row.ticket.holder_id not in unit_ids]
    if not others:
        return list(rows)
    clocks = Deadline.objects.filter(
        ticket__in=others,
        stopped_at=None,
        assignment__unit__in=sorted(unit_ids),
        assignment__state__in=sorted(OPEN_PARTS),
    )
    parts = {row.ticket_id: row for row in clocks.select_related("assignment").order_by("-due_at")}
    return [_seen(row, parts.get(row.ticket.pk), at) for row in rows]


def _seen(row: Row, clock: Deadline | None, at: datetime) -> Row:
    if clock is None or clock.assignment is None:
        return row
    state = PartState(clock.assignment.state)
    lamp = "" if clock.paused_at else lamp_of(clock.due_at, clock.warn_at, at)
    return replace(row, clock=clock_face(clock, at), lamp=lamp, state=str(state.label), tone=TONES[state])
