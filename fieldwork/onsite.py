"""At the place: arriving, with how far it was, and calling for help. Both belong to whoever has the ticket in hand."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from fieldwork.devices.limits import limit
from fieldwork.devices.rules import must_be_at_work, person_of
from fieldwork.models import Arrival, HelpCall, PhoneLimit
from fieldwork.sync.kinds import Done, Position, Sent
from governance.accounts.actors import Actor
from governance.audit import journal
from governance.foundation.bulk import insert_rows
from governance.foundation.clock import local
from governance.foundation.errors import Unprocessable
from governance.foundation.prepared import fresh
from grids.coordinates import metres_between
from grids.territory import current as territory
from incidents import sides, telling
from incidents.models import Notice, Ticket
from incidents.opening import visible_ticket

SIDE = "fieldwork"
MAX_WORDS = 400


def arrive(
    ticket: Ticket, *, by: Actor, at: datetime, position: Position | None, occurred_at: datetime | None = None
) -> Arrival:
    """Note that somebody is at the place; far away it is noted as well, and said. Raises Forbidden, Unprocessable.

    Only the distance is kept: the point of a worker is a track (PIPL art. 28) and nobody needs it afterwards.
    """
    actor = must_be_at_work(ticket, by)
    if position is None:
        raise Unprocessable(fields={"position": [_("Arriving needs your position: allow it and tap again")]})
    metres = None
    if ticket.lon is not None and ticket.lat is not None:
        metres = round(metres_between(ticket.lon, ticket.lat, position.lon, position.lat))
    most = limit(PhoneLimit.Name.ARRIVE_METRES, on=local(at).date())
    row = fresh(
        Arrival,
        ticket_id=ticket.pk,
        user=person_of(by),
        at=occurred_at or at,
        received_at=at,
        metres=metres,
        accuracy=round(position.metres),
        is_near=None if metres is None else metres <= most + position.metres,
    )
    with transaction.atomic(savepoint=False):
        _add(row, ticket)
        journal.record("fieldwork.arrive", by=actor, obj=row, at=at, details={"ticket": ticket.number})
    return row


def arrived_words(row: Arrival) -> str:
    """What the worker is told."""
    if row.metres is None:
        return _("Arrival noted; the ticket has no point to measure from")
    if row.is_near:
        return _("Arrival noted, %(distance)s from the place") % {"distance": far_words(row.metres)}
    return _("Arrival noted, but %(distance)s from the place: go there, or say in the feedback why") % {
        "distance": far_words(row.metres)
    }


def far_words(metres: int) -> str:
    """`350 m` or `3.1 km`."""
    return f"{metres} m" if metres < 1000 else f"{metres / 1000:.1f} km"


def ask_help(
    ticket: Ticket, *, by: Actor, at: datetime, words: str, occurred_at: datetime | None = None
) -> HelpCall:
    """Call for help: the own unit and the community's workstation are told. Raises Forbidden, Unprocessable."""
    actor = must_be_at_work(ticket, by)
    words = words.strip()
    if not words:
        raise Unprocessable(fields={"words": [_("Say in a few words what is needed")]})
    community = territory().command_unit(ticket.region_path, "community")
    units = {ticket.holder_id} | ({community.id} if community is not None else set())
    row = fresh(
        HelpCall,
        ticket_id=ticket.pk,
        user=person_of(by),
        at=occurred_at or at,
        received_at=at,
        words=words[:MAX_WORDS],
    )
    with transaction.atomic(savepoint=False):
        _add(row, ticket)
        telling.tell(
            key=f"fieldwork:help:{row.pk}",
            kind="help",
            title=(_("%(name)s asks for help: %(words)s") % {"name": by.name, "words": row.words})[:200],
            url=reverse("incidents:ticket", args=[ticket.number]),
            at=at,
            unit_ids=units,
            audience=Notice.Audience.HANDLERS,
            ticket_id=ticket.pk,
            by=actor,
        )
        journal.record("fieldwork.ask_help", by=actor, obj=row, at=at, details={"ticket": ticket.number})
    return row


def _add(row: Arrival | HelpCall, ticket: Ticket) -> None:
    """Write it; a ticket that has been marked once stays marked."""
    insert_rows([row])
    if SIDE not in ticket.sides:
        sides.mark(ticket.pk, SIDE)


def arrive_sent(sent: Sent, *, by: Actor, at: datetime) -> Done:
    """`arrive` from the outbox."""
    ticket = visible_ticket(by, sent.one("number"))
    row = arrive(ticket, by=by, at=at, position=sent.position, occurred_at=sent.occurred_at)
    return _done(ticket, arrived_words(row))


def help_sent(sent: Sent, *, by: Actor, at: datetime) -> Done:
    """`ask_help` from the outbox."""
    ticket = visible_ticket(by, sent.one("number"))
    ask_help(ticket, by=by, at=at, words=sent.one("words"), occurred_at=sent.occurred_at)
    return _done(ticket, _("Help has been called for: your team and the community know"))


def _done(ticket: Ticket, words: str) -> Done:
    url = reverse("phone:ticket", args=[ticket.number])
    return Done(words=words, url=url, number=ticket.number, ticket_id=ticket.pk)
