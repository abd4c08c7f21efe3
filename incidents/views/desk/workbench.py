"""The unit's workbench (部门工作台): by the clock, what others owe, who carries how much, what may still be asked."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from governance.accounts.actors import Actor
from governance.accounts.models import User
from governance.accounts.roles import Role
from governance.exchange.doors import desk_page
from governance.foundation.clock import local, now
from governance.foundation.errors import Forbidden
from governance.foundation.pages import is_partial
from grids import scope as scopes
from grids.models import Grid
from incidents.catalogue import current as catalogue
from incidents.models import Assignment, Ticket
from incidents.queries import workload
from incidents.views.doors import topics_of
from incidents.views.faces import Row, rows_of, tone_of

READERS = frozenset(
    {Role.DEPT_HANDLER, Role.DEPT_LEAD, Role.TOWN_STAFF, Role.COMMUNITY_STAFF, Role.POLICE_GRID_OFFICER}
)
GROUND_ROLES = frozenset({Role.TOWN_STAFF, Role.COMMUNITY_STAFF})
SHOWN = 12


@dataclass(frozen=True, kw_only=True)
class Column:
    """One stack of tickets."""

    key: str
    title: str
    empty: str
    rows: list[tuple[Row, workload.Allowance | None]]
    total: int
    tone: str = ""


@dataclass(frozen=True, kw_only=True)
class Carrier:
    """A person or a grid with its load."""

    name: str
    load: workload.Load


@dataclass(frozen=True, kw_only=True)
class PartRow:
    """A co-handled part as a line."""

    part: Assignment
    state: str
    tone: str
    lamp: str


@require_safe
@desk_page
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Everything of the person's units, `?column=` one stack to its end; htmx gets the part that refreshes."""
    scope = scopes.of(actor.user)
    if not scope.roles & READERS:
        raise Forbidden(_("The workbench is for units that handle tickets"), roles=sorted(READERS))
    at = now()
    found = workload.board(scope, at=at, day_ends=day_ends(at), week_ends=week_ends(at))
    if whole := whole_stack(found, request.GET.get("column", ""), at):
        part = "incidents/desk/_workbench_stack.html"
        rows = [row for row, _rights in whole.rows]
        context = {"part": part, "whole": whole, "rows": rows, "topics": topics_of(actor)}
        return render(request, part if is_partial(request) else "incidents/desk/workbench.html", context)
    part = "incidents/desk/_workbench.html"
    context = {
        "part": part,
        "columns": columns(found, at),
        "board": found,
        "people": people(actor, at),
        "grids": grids(actor, at),
        "parts": [part_row(part, at) for part in workload.parts(scope.unit_ids)],
        "may_sign_all": found.to_sign > 0,
        "key": uuid4(),
        "topics": topics_of(actor),
    }
    return render(request, part if is_partial(request) else "incidents/desk/workbench.html", context)


def day_ends(at: datetime) -> datetime:
    """Midnight of the city's own day."""
    return local(at).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)


def week_ends(at: datetime) -> datetime:
    """The end of Sunday."""
    return day_ends(at) + timedelta(days=6 - local(at).weekday())


def stacks_of(found: workload.Board) -> dict[str, tuple[str, str, list[Ticket]]]:
    """The stacks by key: title, what an empty one says, tickets."""
    return {
        "today": (pgettext("workbench", "Today"), _("Nothing has to be done today."), found.today),
        "week": (_("This week"), _("Nothing else is due this week."), found.week),
        "later": (_("Later"), _("Nothing lies beyond this week."), found.later),
        "others": (_("Waiting for others"), _("Nobody else keeps you waiting."), found.others),
    }


def whole_stack(found: workload.Board, key: str, at: datetime) -> Column | None:
    """One stack with every ticket that its number counts; None for a stack that does not exist."""
    title, empty, tickets = stacks_of(found).get(key, ("", "", []))
    if not title:
        return None
    rows: list[tuple[Row, workload.Allowance | None]] = [(row, None) for row in rows_of(tickets, at)]
    return Column(key=key, title=title, empty=empty, rows=rows, total=len(tickets))


def columns(found: workload.Board, at: datetime) -> list[Column]:
    """The stacks with what may still be asked for those that are handled now."""
    stacks = stacks_of(found)
    shown = {key: rows_of(tickets[:SHOWN], at) for key, (_title, _empty, tickets) in stacks.items()}
    handled = [
        row.ticket for key in ("today", "week") for row in shown[key] if row.ticket.state == "handling"
    ]
    policy = catalogue().policy
    rights = workload.allowances(
        handled, extensions=int(policy("extension.times")), returns=int(policy("return.consultation"))
    )
    return [
        Column(
            key=key,
            title=title,
            empty=empty,
            rows=[(row, rights.get(row.ticket.pk)) for row in shown[key]],
            total=len(tickets),
            tone="red" if key == "today" and any(row.lamp == "red" for row in shown[key]) else "",
        )
        for key, (title, empty, tickets) in stacks.items()
    ]


def people(actor: Actor, at: datetime) -> list[Carrier]:
    """Who of the units carries how much: three statements."""
    loads = workload.by_person(scopes.of(actor.user).unit_ids, at)
    names = dict(User.objects.filter(pk__in=[load.key for load in loads]).values_list("id", "name"))
    return [Carrier(name=names.get(load.key) or _("Signed by the platform"), load=load) for load in loads]


def grids(actor: Actor, at: datetime) -> list[Carrier]:
    """The grids of a town or community; nothing for others."""
    scope = scopes.of(actor.user)
    if not scope.roles & GROUND_ROLES or not scope.paths:
        return []
    loads = workload.by_grid(scope.paths, at)
    names = dict(Grid.objects.filter(pk__in=[load.key for load in loads]).values_list("id", "name"))
    return [Carrier(name=names.get(load.key, ""), load=load) for load in loads]


def part_row(part: Assignment, at: datetime) -> PartRow:
    """A part with its lamp."""
    lamp = "grey" if part.due_at is None else "green"
    if part.due_at is not None and at >= part.due_at:
        lamp = "red"
    elif part.warn_at is not None and at >= part.warn_at:
        lamp = "amber"
    return PartRow(part=part, state=str(part.get_state_display()), tone=tone_of(part.ticket.state), lamp=lamp)
