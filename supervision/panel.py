"""What supervision shows on a ticket's page, and what may be begun from there."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import pgettext

from governance.accounts.actors import Actor
from governance.accounts.roles import Role
from grids import scope as scopes
from grids.scope import Scope
from incidents.models import Ticket
from incidents.sides import Side, SideButton
from supervision.ground import answering_unit
from supervision.models import Appeal, LeaderInstruction, RecurrenceWarning, SupervisionTask
from supervision.names import Kind
from supervision.rules import has_lead
from supervision.states import ORDERING, SPEAKERS
from supervision.views.faces import KIND_TONES, TONES

ORDER = frozenset(ORDERING) - {Role.GRID_SUPERVISOR}
"""Grid supervisors supervise grids, not tickets."""


def panel(ticket: Ticket, actor: Actor, at: datetime) -> Mapping[str, Any] | None:
    """What supervision has about this ticket and this person may see; None where there is nothing."""
    tasks = list(SupervisionTask.objects.visible_to(actor).filter(ticket=ticket).select_related("unit"))
    given = LeaderInstruction.objects.visible_to(actor).filter(ticket=ticket)
    instructions = list(given.select_related("leader").order_by("-pk"))
    appeals = list(Appeal.objects.visible_to(actor).filter(ticket=ticket).order_by("-pk"))
    warnings = list(RecurrenceWarning.objects.visible_to(actor).filter(links__ticket=ticket).order_by("-pk"))
    if not (tasks or instructions or appeals or warnings):
        return None
    tasks.sort(key=lambda row: -row.pk)
    return {
        "tasks": [
            (row, KIND_TONES[Kind(row.kind)], TONES[row.state], row.lamp(at) if row.is_open else "")
            for row in tasks
        ],
        "instructions": [(row, TONES[row.state]) for row in instructions],
        "warnings": [(row, TONES[row.state]) for row in warnings],
        "appeals": [(row, TONES[row.state]) for row in appeals],
    }


def buttons(ticket: Ticket, actor: Actor, at: datetime) -> Sequence[SideButton]:
    """Supervise, instruct, appeal: by the scope and the ticket's own columns; a handler's lead costs one statement."""
    scope = scopes.of(actor.user)
    over = scope.roles_over(ticket.region_path)
    found = []
    if over & ORDER:
        found.append(_button(pgettext("supervision", "Supervise"), "order", ticket))
    if Role.LEADER in over:
        found.append(_button(pgettext("supervision", "Write an instruction"), "instruct", ticket))
    is_late = ticket.is_overdue or (ticket.due_at is not None and ticket.due_at < at)
    has_result = is_late or ticket.feedback_at or ticket.checked_at or ticket.closed_at
    if has_result and not ticket.excluded_from_assessment and speaks_for(scope, answering_unit(ticket)):
        found.append(_button(pgettext("supervision", "Appeal"), "lodge", ticket))
    return found


def speaks_for(scope: Scope, unit_id: int | None) -> bool:
    """Whether the person may object for that unit: handlers only where it has no lead."""
    if unit_id not in scope.unit_ids:
        return False
    speaking = scope.roles & set(SPEAKERS)
    return bool(speaking - {Role.DEPT_HANDLER}) or (bool(speaking) and not has_lead(unit_id))


API = {"order": "tasks", "instruct": "instructions", "lodge": "appeals"}


def _button(label: str, name: str, ticket: Ticket) -> SideButton:
    return SideButton(
        label=label,
        url=reverse(f"supervision:{name}", args=[ticket.number]),
        name={"order": "supervise", "lodge": "appeal"}.get(name, name),
        api=reverse(f"supervision-api:ticket-{API[name]}", args=[ticket.number]),
    )


SIDE = Side(name="supervision", template="supervision/_panel.html", panel=panel, buttons=buttons)
