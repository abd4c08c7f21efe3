"""The leader's picture: read only, few figures, the tickets that need a word, and the button for an instruction."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from governance.accounts.actors import Actor
from governance.accounts.roles import Role
from governance.exchange.doors import desk_page
from governance.foundation.clock import now
from governance.foundation.errors import Forbidden
from governance.foundation.pages import is_partial
from grids import scope as scopes
from incidents import sides
from incidents.models import Ticket
from incidents.queries import TicketFilter, bounded_count, filtered
from incidents.views.desk.workbench import day_ends
from incidents.views.faces import Row, rows_of, unit_name
from incidents.views.links import list_url

READERS = frozenset({Role.LEADER, Role.OVERSIGHT_OFFICER})
CAP, SHOWN, UNITS = 9_999, 8, 8


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A number that is a door to its list."""

    title: str
    number: str
    url: str
    lamp: str = ""


@dataclass(frozen=True, kw_only=True)
class Group:
    """Tickets that need a word for one reason, with what may be done about each."""

    title: str
    url: str
    rows: list[tuple[Row, list[sides.SideButton]]]


@require_safe
@desk_page
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Figures, what needs a word, which units are behind."""
    if not scopes.of(actor.user).roles & READERS:
        raise Forbidden(_("The picture is for leaders"), roles=sorted(READERS))
    at = now()
    context = {"figures": figures(actor, at), "groups": groups(actor, at), "units": behind(actor, at)}
    template = "incidents/desk/_picture.html" if is_partial(request) else "incidents/desk/picture.html"
    return render(request, template, context)


def figures(actor: Actor, at: datetime) -> list[Figure]:
    """One bounded count each."""
    day = day_ends(at)
    wanted = (
        (_("Open"), TicketFilter(is_open=True), ""),
        (_("Late now"), TicketFilter(is_late_now=at), "red"),
        (_("Critical, open"), TicketFilter(is_open=True, urgency="critical"), "red"),
        (_("Due today"), TicketFilter(is_open=True, due_since=at, due_until=day), "amber"),
        (_("Returned, to be decided"), TicketFilter(states=("returned",)), ""),
        (_("Suspended"), TicketFilter(states=("suspended",)), "grey"),
    )
    found = []
    for title, item, lamp in wanted:
        number = bounded_count(filtered(Ticket.objects.visible_to(actor), item), CAP)
        words = f"{CAP:,}+" if number > CAP else f"{number:,}"
        found.append(Figure(title=title, number=words, url=list_url(item), lamp=lamp if number else ""))
    return found


def groups(actor: Actor, at: datetime) -> list[Group]:
    """The tickets that a leader would ask about first."""
    return [
        _group(actor, at, _("Critical"), TicketFilter(is_open=True, urgency="critical")),
        _group(actor, at, _("Urged again and again"), TicketFilter(is_open=True, is_urged=True)),
        _group(actor, at, _("Reworked, still open"), TicketFilter(is_open=True, was_reworked=True)),
    ]


def _group(actor: Actor, at: datetime, title: str, wanted: TicketFilter) -> Group:
    rows = filtered(Ticket.objects.visible_to(actor), wanted).defer("search", "content")
    tickets = list(rows.order_by(F("next_due_at").asc(nulls_last=True), "id")[:SHOWN])
    shown = rows_of(tickets, at)
    return Group(
        title=title,
        url=list_url(wanted),
        rows=[(row, sides.buttons_of(row.ticket, actor, at)) for row in shown],
    )


def behind(actor: Actor, at: datetime) -> list[tuple[str, int, str]]:
    """The units with most late tickets, each with the door to them: one statement."""
    rows = Ticket.objects.visible_to(actor).open().overdue(at).order_by()
    counted = rows.values_list("holder_id").annotate(number=Count("pk")).order_by("-number", "holder_id")
    return [
        (unit_name(key), number, list_url(TicketFilter(holder_id=key, is_late_now=at)))
        for key, number in counted[:UNITS]
    ]
