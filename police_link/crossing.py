"""Where a matter and a ticket meet: a matter that is accepted becomes a ticket, a ticket may be handed over to 110."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import pgettext_lazy

from governance.accounts.actors import Actor
from governance.foundation.clock import local
from governance.foundation.errors import Conflict, NotFound
from governance.foundation.numbers import next_numbers
from incidents import intake, sides
from incidents.drafts import Citizen, TicketDraft
from incidents.intake import known_source
from incidents.models import Ticket
from incidents.places import Spot
from incidents.states import OPEN as OPEN_TICKETS
from incidents.states import DemandType
from police_link import values
from police_link.frame import Move, grounds, leave_step, set_limit
from police_link.models import PoliceIncident
from police_link.rules import role_over
from police_link.states import INCIDENT_TABLE, Direction, FirstReceiver, IncidentKind, IncidentState
from police_link.telling import tell_police
from police_link.values import SOURCE

SIDE = "police_link"
BINDING = pgettext_lazy("police", "110 has refused this matter before; it may not be handed over again")


def draft_of(row: PoliceIncident, category: str, content: str) -> TicketDraft:
    """The report that the ordinary intake makes a ticket of."""
    where = Spot(lon=row.lon, lat=row.lat, text=row.place)
    if row.lon is None:
        code = row.region_path.rstrip("/").rpartition("/")[2]
        where = Spot(region_code=code, text=row.place)
    caller = (row.caller_name, row.caller_phone)
    return TicketDraft(
        source=row.source.code,
        category=category or row.category_code or values.category_of(row.kind),
        title=row.title,
        content=content,
        spot=where,
        demand_type=DemandType.HELP.value,
        urgency=row.urgency,
        external_no=row.external_no,
        citizen=Citizen(name=caller[0][:60], phone=caller[1][:30]) if any(caller) else None,
        occurred_at=row.received_at,
        external_due_at=row.external_due_at,
    )


def open_ticket(move: Move, category: str) -> Ticket:
    """Register the ticket of the matter: one for each number of 110, whoever asks first.

    What 110 added before the decision stands below its first words. A due time of 110 that has passed is left out.
    """
    row = move.row
    added = row.steps.filter(verb="supplement").order_by("pk").values_list("words", flat=True)
    content = "\n\n".join(part for part in (row.content, row.dealt, *added) if part)
    if row.external_due_at is not None and row.external_due_at <= move.at:
        row.external_due_at = None
    draft = draft_of(row, category, content[:10_000])
    ticket = intake.register(draft, by=move.by, at=move.at).ticket
    row.ticket, row.category_code = ticket, draft.category
    sides.mark(ticket.pk, SIDE)
    move.data["ticket"] = ticket.number
    return ticket


@transaction.atomic
def hand_over(
    ticket_id: int, *, by: Actor, at: datetime, reason_code: str = "", opinion: str = ""
) -> PoliceIncident:
    """Offer a ticket to 110. It stays where it is until 110 has taken the matter.

    Raises NotFound, Forbidden, Conflict (finished, on its way already, or refused by 110 before), Unprocessable.
    """
    ticket = Ticket.objects.select_for_update(of=("self",), no_key=True).defer("search").filter(pk=ticket_id)
    found = ticket.select_related("category", "source").first()
    if found is None:
        raise NotFound()
    verb, source = INCIDENT_TABLE["hand_over"], known_source(SOURCE, by)
    actor = by.acting_as(role_over(verb, by, path=found.region_path, source=source.code))
    if found.state not in OPEN_TICKETS:
        raise Conflict(
            pgettext_lazy("police", "The ticket is finished; there is nothing to hand over"), code="finished"
        )
    earlier = PoliceIncident.objects.filter(ticket=found)
    if earlier.filter(state__in=[IncidentState.HANDING, IncidentState.TAKEN]).exists():
        raise Conflict(pgettext_lazy("police", "The matter is with 110 already"), code="with_police")
    if earlier.filter(is_binding=True).exists():
        raise Conflict(BINDING, code="binding")
    row = _outgoing(found, at=at)
    row.source = source
    set_limit(row, "take", at)
    move = Move(row, verb, actor, at, row.state)
    grounds(move, {"reason_code": reason_code, "opinion": opinion})
    row.save(force_insert=True)
    sides.mark(found.pk, SIDE)
    move.data |= {"ticket": found.number}
    leave_step(move, "", None)
    tell_police(row, "handing", at=at, by=by)
    return row


def _outgoing(ticket: Ticket, *, at: datetime) -> PoliceIncident:
    citizen = ticket.requesters.order_by("pk").first()
    return PoliceIncident(
        number=next_numbers("JQ", at)[0],
        state=IncidentState.HANDING,
        direction=Direction.OUT,
        first_receiver=FirstReceiver.CENTRE,
        kind=IncidentKind.OTHER,
        category_code=ticket.category.code,
        urgency=ticket.urgency,
        title=ticket.title,
        content=ticket.content,
        place=ticket.place,
        lon=ticket.lon,
        lat=ticket.lat,
        region_id=ticket.region_id,
        region_path=ticket.region_path,
        caller_name=citizen.name if citizen is not None else "",
        caller_phone=citizen.phone if citizen is not None else "",
        received_at=ticket.registered_at,
        sent_at=at,
        day=local(at).date(),
        ticket=ticket,
    )
