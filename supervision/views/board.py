"""The oversight board: what is late and how much, where its time went, and what oversight has to do now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import pgettext, pgettext_lazy
from django.views.decorators.http import require_POST, require_safe

from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page, problem_words
from governance.foundation.clock import now
from governance.foundation.errors import Conflict, Text, Unprocessable
from governance.foundation.pages import is_partial
from grids import scope as scopes
from incidents.queries import TicketFilter
from incidents.views.faces import unit_name
from incidents.views.links import list_url
from supervision import queries
from supervision.deeds.ordering import order_now
from supervision.ground import answering_unit
from supervision.rules import may_order, may_see_board
from supervision.values import Values, values_at
from supervision.views.doors import must_read, supervised_ticket
from supervision.views.faces import Card, bar_of, place_words
from supervision.views.ordering import quick_order

SIZE = 12
SHORT = 8


@dataclass(frozen=True, kw_only=True)
class Pane:
    """One column of the board."""

    key: str
    title: str
    lamp: str
    cards: Sequence[Card]
    count: int
    is_more: bool
    empty: Text


EMPTY: dict[str, Text] = {
    "far": pgettext_lazy("board", "Nothing is late enough for the bulletin."),
    "near": pgettext_lazy("board", "Nothing is late enough to be supervised by itself."),
    "late": pgettext_lazy("board", "Nothing has just become late."),
    "soon": pgettext_lazy("board", "Nothing is about to be late."),
}


@require_safe
@desk_page
def board(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The whole page. Whoever only has to answer goes to the list of tasks."""
    must_read(actor)
    if not may_see_board(actor):
        return redirect("supervision:tasks")
    at = now()
    values = values_at(at)
    found = queries.columns(actor, values, at, size=SIZE)
    since = at - timedelta(days=values["follow_up.days"])
    context = {
        "panes": panes(found, actor, values, at),
        "duties": queries.duties(actor, at),
        "late_url": list_url(TicketFilter(is_late_now=at, is_open=True)),
        "returned_url": list_url(TicketFilter(states=("returned",))),
        "ping_pong": [(row, unit_name(row.holder_id)) for row in queries.ping_pong(actor, size=SHORT)],
        "dissatisfied": queries.dissatisfied(actor, since, size=SHORT),
        "follow_up_days": values["follow_up.days"],
        "cap": queries.CAP,
        "may_order": may_order(actor),
        "at": at,
    }
    return render(request, "supervision/board.html", context)


def panes(found: Sequence[queries.Column], actor: Actor, values: Values, at: datetime) -> list[Pane]:
    """The columns with their cards; ways and days are read for all of them at once."""
    tickets = [ticket for column in found for ticket in column.rows]
    ways, days = queries.ways_of(tickets, at), queries.days_late(tickets, at)
    scope = scopes.of(actor.user)
    return [
        Pane(
            key=column.key,
            title=title_of(column.key, values),
            lamp="amber" if column.key == "soon" else "red",
            cards=[
                Card(
                    ticket=ticket,
                    unit=unit_name(answering_unit(ticket)),
                    place=place_words(ticket.region_path),
                    days=days[ticket.pk],
                    lamp="amber" if column.key == "soon" else "red",
                    bar=bar_of(ways[ticket.pk]),
                    may_order=not ticket.is_supervised
                    and bool(scope.roles_over(ticket.region_path) & {"oversight_officer", "town_staff"}),
                )
                for ticket in column.rows
            ],
            count=min(column.count, queries.CAP),
            is_more=column.is_more,
            empty=EMPTY[column.key],
        )
        for column in found
    ]


def title_of(key: str, values: Values) -> str:
    """The head of a column, with the days in force."""
    far, near = values["ladder.bulletin_workdays"], values["ladder.supervise_workdays"]
    words = {
        "far": pgettext("board", "Late by %(far)d workdays and more"),
        "near": pgettext("board", "Late by %(near)d workdays and more"),
        "late": pgettext("board", "Late by less than %(near)d workdays"),
        "soon": pgettext("board", "About to be late"),
    }
    return words[key] % {"far": far, "near": near} if key != "soon" else words[key]


@require_POST
@desk_page
def order_from_board(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Supervise this ticket at once, with the words of its lateness. Raises NotFound, Forbidden."""
    at = now()
    ticket = supervised_ticket(actor, number)
    try:
        task = order_now(quick_order(ticket), by=actor, at=at)
    except (Conflict, Unprocessable) as problem:
        messages.warning(request, problem_words(problem))
    else:
        told = pgettext("supervision", "%(number)s was sent to %(unit)s") % {
            "number": task.number,
            "unit": unit_name(task.unit_id),
        }
        messages.success(request, told)
    url = reverse("supervision:board")
    if is_partial(request):
        return HttpResponse(status=200, headers={"HX-Redirect": url})
    return redirect(url)
