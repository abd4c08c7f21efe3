"""The desks: the mediator's by clock, the one-window desk that sorts and watches, the leader's red cases."""

from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from governance.accounts.actors import Actor
from governance.accounts.roles import Role
from governance.exchange.doors import desk_page
from governance.foundation.clock import local, now
from governance.foundation.errors import Forbidden
from grids import scope as scopes
from mediation.models import Agreement, Callback, Conferral, MediationCase, Session
from mediation.rules import holds, may_sort, must_read
from mediation.states import CaseState
from mediation.states.names import ENDED, KEEPING, UNDER_WAY
from mediation.states.who import SORTERS
from mediation.views.faces import place_words
from mediation.views.frames import frame_of
from mediation.views.lists import lines, shown

MOST: Final = 30
AT_WINDOW: Final = 8
"""So many of each sort, the most urgent first: the figures above lead to all of them."""
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
    waiting = (
        seen.open().filter(state=S.TRIAGED, handled_by=[]) if holds(actor, {Role.MEDIATOR}) else seen.none()
    )
    units = sorted(scopes.of(actor.user).unit_ids)
    context: dict[str, Any] = {
        "tab": "desk",
        "mine": lines(shown(mine).order_by("next_due_at", "pk")[:MOST], at),
        "waiting": lines(shown(waiting).order_by("next_due_at", "pk")[:MOST], at),
        "sessions": sessions.select_related("case")
        .defer("case__facts", "case__claims")
        .order_by("starts_at"),
        "drafts": drafts.select_related("case").order_by("-created_at")[:MOST],
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
    """One window: register, sort, assign, watch. Figures of what is seen, and what needs somebody now."""
    must_read(actor)
    if not may_sort(actor):
        raise Forbidden(roles=sorted(SORTERS))
    at = now()
    seen = MediationCase.objects.visible_to(actor)
    counts = seen.open().aggregate(
        registered=Count("pk", filter=Q(state=S.REGISTERED)),
        triaged=Count("pk", filter=Q(state=S.TRIAGED)),
        under_way=Count("pk", filter=Q(state__in=UNDER_WAY)),
        keeping=Count("pk", filter=Q(state__in=KEEPING)),
        ended=Count("pk", filter=Q(state__in=ENDED)),
        late=Count("pk", filter=Q(next_due_at__lte=at)),
        red=Count("pk", filter=Q(risk_color="red")),
    )
    calls = Callback.objects.filter(
        case__in=seen, called_at=None, dropped_at=None, due_at__lte=at + timedelta(days=1)
    )
    context: dict[str, Any] = {
        "tab": "window",
        "counts": counts,
        "to_sort": lines(
            shown(seen.open().filter(state=S.REGISTERED)).order_by("next_due_at", "pk")[:AT_WINDOW], at
        ),
        "unassigned": lines(
            shown(seen.open().filter(state=S.TRIAGED, handled_by=[])).order_by("next_due_at", "pk")[
                :AT_WINDOW
            ],
            at,
        ),
        "late": lines(shown(seen.open().late(at)).order_by("next_due_at", "pk")[:AT_WINDOW], at),
        "calls": calls.select_related("case")
        .defer("case__facts", "case__claims")
        .order_by("due_at")[:AT_WINDOW],
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
    found = list(rows.select_related("body", "leader").prefetch_related("reports")[:MOST])
    context: dict[str, Any] = {
        "tab": "red",
        "rows": [
            {
                "row": row,
                "lamp": row.lamp(at),
                "place": place_words(row.region_path),
                "is_mine": row.leader_id == actor.user_id,
                "unread": [report for report in row.reports.all() if report.read_at is None],
            }
            for row in found
        ],
        **frame_of(actor),
    }
    return render(request, "mediation/red.html", context)
