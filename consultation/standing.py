"""What stands on a ticket's page: its whistle calls and consultations, and what may be begun for it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Prefetch
from django.urls import reverse

from consultation.conferences import DECIDABLE, SIDE
from consultation.models import CallLine, Consultation, WhistleCall
from consultation.rules import may_convene
from consultation.states import CALL_TABLE, CONSULTATION_TABLE
from governance.accounts.actors import Actor
from governance.accounts.models import Tier
from governance.accounts.roles import Role
from grids import scope as scopes
from grids.territory import current as territory
from incidents.models import Ticket
from incidents.sides import Side, SideButton
from incidents.states import OPEN


def panel(ticket: Ticket, actor: Actor, at: datetime) -> Mapping[str, Any] | None:
    """The calls and consultations of a ticket that this person may see; None where there are none."""
    from consultation.views.conferring import facts_of
    from consultation.views.faces import TONES, line_faces

    lines = Prefetch("lines", queryset=CallLine.objects.select_related("unit").order_by("pk"))
    calls = WhistleCall.objects.visible_to(actor).filter(ticket=ticket).order_by("-pk")
    shown = []
    for call in calls.prefetch_related(lines, "lines__photos"):
        for line in call.lines.all():
            line.call = call
        faces = line_faces(call.lines.all(), actor, at, scopes.of(actor.user).unit_ids)
        shown.append({"row": call, "tone": TONES[call.state], "lines": faces})
    rows = Consultation.objects.visible_to(actor).filter(ticket=ticket).select_related("lead", "decided_by")
    held = [facts_of(row, actor) for row in rows.order_by("-pk")]
    return {"calls": shown, "consultations": held} if shown or held else None


def buttons(ticket: Ticket, actor: Actor, at: datetime) -> Sequence[SideButton]:
    """A town (or community) may whistle for an open ticket; the centre may convene where the lead is open."""
    found = []
    scope = scopes.of(actor.user)
    land = territory()
    for tier, role, verb in (
        (Tier.TOWN, Role.TOWN_STAFF, "call"),
        (Tier.COMMUNITY, Role.COMMUNITY_STAFF, "request"),
    ):
        unit = land.command_unit(ticket.region_path, tier)
        if ticket.state in OPEN and unit is not None and unit.id in scope.unit_ids and role in scope.roles:
            url = f"{reverse('consultation:call-new')}?ticket={ticket.number}"
            label, api = (
                str(CALL_TABLE[verb].label),
                reverse("consultation-api:whistles", args=[ticket.number]),
            )
            found.append(SideButton(label=label, url=url, is_wide=True, name="whistle", api=api))
            break
    is_open = ticket.state in DECIDABLE and not ticket.is_final_assignment
    if is_open and may_convene(ticket, actor):
        url = reverse("consultation:convene", args=[ticket.number])
        label = str(CONSULTATION_TABLE["convene"].label)
        api = reverse("consultation-api:consultations", args=[ticket.number])
        found.append(SideButton(label=label, url=url, is_wide=True, name="convene", api=api))
    return found


SIDE_OF_TICKET = Side(name=SIDE, template="consultation/_panel.html", panel=panel, buttons=buttons)
