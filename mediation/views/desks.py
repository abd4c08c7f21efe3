"""The desks: the mediator's by clock, the one-window desk that sorts and watches, the leader's red cases."""

from datetime import datetime, timedelta
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from governance.accounts.actors import Actor
from governance.accounts.roles import Role
from governance.exchange.doors import desk_page
from governance.foundation.clock import local, now
from governance.foundation.errors import Forbidden
from grids import scope as scopes
from mediation.models import Agreement, Conferral, MediationCase, Session
from mediation.rules import holds, may_sort, must_read
from mediation.states import CaseState
from mediation.states.names import UNDER_WAY
from mediation.states.who import SORTERS
from mediation.views.frames import frame_of
from mediation.views.lines import lines, red_lines, shown
from mediation.views.sites import sites_of
from mediation.views.window import at_window

MOST: Final = 30
AT_WINDOW: Final = 8
"""So many of each sort, the most urgent first: the figures above lead to all of them."""
OF_CASE: Final = ("case__number", "case__title")
OF_SESSION: Final = (*OF_CASE, "starts_at", "ends_at", "kind", "place")
OF_DRAFT: Final = (*OF_CASE, "version", "created_at")
OF_CALL: Final = ("number", "title", "callbacks__days", "callbacks__due_at")
"""What a line says: nothing that is sealed is opened for a desk."""
S = CaseState


def day_of(at: datetime) -> tuple[datetime, datetime]:
    """From this midnight to the next."""
    start = local(at).replace(hour=0, minute=0, second=0, microsecond=0)
    return start, start + timedelta(days=1)


@require_safe
@desk_page
def desk(request: HttpRequest, actor: Actor) -> HttpResponse:
    """My cases by clock, today's sessions, drafts, what departments were asked of my unit, callbacks to make."""
    must_read(actor)
    at = now()
    seen = MediationCase.objects.visible_to(actor)
    mine = seen.open().filter(handled_by__contains=[actor.user_id])
    start, end = day_of(at)
    sessions = Session.objects.filter(case__in=mine, state="planned", starts_at__gte=start, starts_at__lt=end)
    drafts = Agreement.objects.filter(
        case__in=mine, replaced_at=None, effective_at=None, form="written", case__state__in=UNDER_WAY
    )
    own = {reach.unit_id for reach in scopes.of(actor.user).reaches if reach.role == Role.MEDIATOR}
    waiting = seen.open().filter(state=S.TRIAGED, handled_by=[], unit__in=own)
    units = sorted(scopes.of(actor.user).unit_ids)
    context: dict[str, Any] = {
        "tab": "desk",
        "mine": lines(shown(mine).order_by("next_due_at", "pk")[:MOST], at),
        "waiting": lines(shown(waiting).order_by("next_due_at", "pk")[:MOST], at),
        "sessions": sessions.select_related("case").only(*OF_SESSION).order_by("starts_at"),
        "drafts": drafts.select_related("case").only(*OF_DRAFT).order_by("-created_at")[:MOST],
        "registered": lines(
            shown(seen.filter(registered_by=actor.user_id)).order_by("-registered_at", "-pk")[:10], at
        ),
        "asked": Conferral.objects.filter(unit__in=units, answered_at=None).order_by("due_at")[:MOST],
        **frame_of(actor),
    }
    return render(request, "mediation/desk.html", context)


@require_safe
@desk_page
def window(request: HttpRequest, actor: Actor) -> HttpResponse:
    """One window of a community, a town, a district or the city: register, sort, assign, watch.

    Figures of what is seen, and what needs somebody now.
    """
    must_read(actor)
    if not may_sort(actor):
        raise Forbidden(roles=sorted(SORTERS))
    at = now()
    found = at_window(actor, at, AT_WINDOW)
    calls = MediationCase.objects.visible_to(actor).filter(
        callbacks__called_at=None, callbacks__dropped_at=None, callbacks__due_at__lte=at + timedelta(days=1)
    )
    context: dict[str, Any] = {
        "tab": "window",
        "sites": sites_of(actor, at),
        "counts": found.counts,
        "to_sort": lines(found.to_sort, at),
        "unassigned": lines(found.unassigned, at),
        "late": lines(found.late, at),
        "calls": list(calls.order_by("callbacks__due_at").values_list(*OF_CALL)[:AT_WINDOW]),
        **frame_of(actor),
    }
    return render(request, "mediation/window.html", context)


@require_safe
@desk_page
def red(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Red cases of the place, with who leads, what was reported and what comes next."""
    must_read(actor)
    if not holds(actor, {Role.LEADER, Role.TOWN_STAFF, Role.DISPATCHER}):
        raise Forbidden(roles=[Role.LEADER, Role.TOWN_STAFF, Role.DISPATCHER])
    at = now()
    rows = MediationCase.objects.visible_to(actor).red().order_by("next_due_at", "pk")
    context: dict[str, Any] = {
        "tab": "red",
        "rows": red_lines(rows[:MOST], actor, at),
        **frame_of(actor),
    }
    return render(request, "mediation/red.html", context)
