"""The phone pages: my tasks, one ticket, me. One column, big targets; the deeds are those of the desk."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, ParamSpec

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods, require_safe

from governance.accounts.actors import Actor
from governance.accounts.models import User
from governance.accounts.roles import WORKERS, Role
from governance.exchange.doors import Page, Plain, mark_taken
from governance.exchange.edges import actor_of
from governance.foundation.clock import now
from governance.foundation.naming import label_of
from governance.foundation.pages import is_partial
from grids import scope as scopes
from grids.territory import current as territory
from incidents import sides
from incidents.models import Ticket
from incidents.opening import visible_ticket
from incidents.queries import Waiting, actionable_states, inbox, waiting
from incidents.rules import permitted, timely
from incidents.states import FINAL, OPEN
from incidents.views.case import Case
from incidents.views.doors import topics_of
from incidents.views.faces import rows_of, tone_of, unit_name
from incidents.views.helping import as_helper
from incidents.views.inbox import QUEUE_WORDS
from incidents.views.notes import limit_words
from incidents.views.parts import PHONE_PARTS, parts_of
from incidents.views.parts import serve as serve_part
from incidents.views.ticket import buttons_of, ground
from incidents.views.verbs import Room, serve
from staffing.presence import today_of

P = ParamSpec("P")
SIZE, RECENT, SHORT = 50, 20, 4
MONTH = timedelta(days=30)
GOING_OUT = frozenset({*WORKERS, Role.COMMUNITY_STAFF, Role.TOWN_STAFF})
"""Who has patrols and visits of his or her own."""
PHONE = Room("phone:verb", "phone:ticket", "phone:tasks", "phone/verb.html")


def phone_page(page: Page[P]) -> Plain[P]:
    """Sign-in first; then the page gets the actor of the request, acting by phone. Packed: lines are slow."""

    @gzip_page
    @login_required
    @wraps(page)
    def opened(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        return mark_taken(request, page(request, actor_of(request, client="phone"), *args, **kwargs))

    return opened


def answer(
    request: HttpRequest,
    actor: Actor,
    template: str,
    context: Mapping[str, Any],
    *,
    tab: str = "tasks",
    status: int = 200,
    tasks: Waiting | None = None,
) -> HttpResponse:
    """A page with the bottom bar. `tasks` saves a statement where the page has counted them."""
    found = tasks or waiting(scopes.of(actor.user), now())
    request.waiting = found  # type: ignore[attr-defined]  # for the navigation
    bar = {
        "tasks_url": reverse("phone:tasks"),
        "report_url": reverse("phone:report"),
        "me_url": reverse("phone:me"),
        "tasks_count": found.words if found.count else "",
    }
    if scopes.of(actor.user).roles & GOING_OUT:
        bar |= {"patrols_url": reverse("rounds:patrols"), "visits_url": reverse("rounds:visits")}
        bar |= {"hazards_url": reverse("phone-hazards:list"), "new_hazard_url": reverse("phone-hazards:new")}
    page = {**context, **bell_urls(), "phone_bar": bar, "phone_tab": tab}
    return render(request, template, page, status=status)


def bell_urls() -> dict[str, str]:
    """Where the bell of a phone page leads, and where it asks for its number."""
    return {"bell_url": reverse("phone:notices"), "bell_part_url": reverse("phone:bell")}


@dataclass(frozen=True, kw_only=True)
class Chip:
    """One queue above the tasks."""

    state: str
    label: str
    count: str
    lamp: str


@require_safe
@phone_page
def tasks_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """`?queue=<state>`: what my unit has to move on, what is due first on top; htmx gets the part."""
    at = now()
    found = inbox(actor, at=at, queue=request.GET.get("queue", ""), size=SIZE)
    chips = [
        Chip(
            state=queue.state,
            label=str(QUEUE_WORDS[queue.state]),
            count=str(queue.count),
            lamp="red" if queue.late else "amber" if queue.warned else "",
        )
        for queue in found.queues
    ]
    context = {
        "inbox": found,
        "chips": chips,
        "rows": as_helper(rows_of(found.rows, at), found.unit_ids, at),
        "topics": topics_of(actor),
        "only_reports": not actionable_states(scopes.of(actor.user).roles),
    }
    if is_partial(request):
        return render(request, "phone/_tasks.html", context)
    return answer(request, actor, "phone/tasks.html", context, tasks=Waiting(found.total, found.late))


@require_safe
@phone_page
def ticket_page(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """What, where, how it looks, how long is left, and what I may do now."""
    at = now()
    ticket = visible_ticket(actor, number)
    case = Case.read(ticket, at)
    entries = case.entries()
    context = {
        "ticket": ticket,
        "case": case,
        "entries": entries[:SHORT],
        "earlier": entries[SHORT:],
        "lamp": "" if ticket.state in FINAL else ticket.lamp(at),
        "tone": tone_of(ticket.state),
        "buttons": buttons_of(
            timely(permitted(ticket, actor, hands=case.hands, at=at), ticket, case.steps), case
        ),
        "limit_words": limit_words(ticket, actor, case.hands, at),
        "chain": [label_of(place) for place in territory().chain(ticket.region_path)][1:],
        "holder": unit_name(ticket.holder_id) if ticket.state in OPEN else "",
        "ground": ground(ticket) if ticket.lon is not None else None,
        "parts": parts_of(ticket, case, actor, at),
        "panels": list(sides.panels_of(ticket, actor, at, on_phone=True)),
        "others": [button for button in sides.buttons_of(ticket, actor, at) if button.on_phone],
    }
    if is_partial(request):
        return render(request, "phone/_ticket.html", context)
    return answer(request, actor, "phone/ticket.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@phone_page
def verb_dialog(request: HttpRequest, actor: Actor, number: str, name: str) -> HttpResponse:
    """The desk's own dialog of a verb; afterwards one is back on the phone's page. `?ahead=1`: to be prepared for what
    will have been signed by then."""
    return serve(request, actor, number, name, PHONE, is_ahead=request.GET.get("ahead") == "1")


@require_http_methods(["GET", "HEAD", "POST"])
@phone_page
def part_dialog(request: HttpRequest, actor: Actor, number: str, part_id: int, name: str) -> HttpResponse:
    """A co-handler's verb on the own part. `?ahead=1`: to be prepared for what will have been signed by then."""
    is_ahead = request.GET.get("ahead") == "1"
    return serve_part(request, actor, number, part_id, name, PHONE_PARTS, is_ahead=is_ahead)


@require_safe
@phone_page
def me_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Name, posts, what I reported in the last 30 days, how I want to see the screens, sign out."""
    at, person = now(), actor.user
    assert person is not None
    mine = my_reports(actor, at)
    counts = mine.aggregate(
        all=Count("pk"),
        open=Count("pk", filter=Q(state__in=sorted(OPEN))),
        self_handled=Count("pk", filter=Q(closure_kind=Ticket.ClosureKind.SELF_HANDLED)),
    )
    tickets = list(mine.for_rows().order_by("-registered_at", "-id")[:RECENT])
    context = {
        "person": person,
        "unit": unit_name(person.unit_id),
        "posts": posts_of(person),
        "today": today_of(person, at=at),
        "counts": counts,
        "rows": rows_of(tickets, at),
    }
    return answer(request, actor, "phone/me.html", context, tab="me")


def my_reports(actor: Actor, at: datetime) -> Any:
    """What the person registered in the last 30 days, as far as it can be seen."""
    rows = Ticket.objects.visible_to(actor)
    return rows.filter(reporter_id=actor.user_id, registered_at__gte=at - MONTH)


def posts_of(person: User) -> list[tuple[str, str]]:
    """(role, place or unit) of each appointment in force."""
    land = territory()
    found = []
    for reach in scopes.of(person).reaches:
        place = land.by_path.get(reach.path)
        where = unit_name(reach.unit_id) if reach.unit_id else label_of(place) if place else ""
        found.append((str(Role(reach.role).label), where))
    return found
