"""Access compliance (K48) as a page: numerator and denominator by line and town, and the tickets behind each number."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import local, now
from governance.foundation.errors import Forbidden
from governance.foundation.naming import label_of
from grids import scope as scopes
from grids.territory import current as territory
from grids.views.pagers import page_of
from incidents.models import BlockedDispatch
from incidents.queries.access import Period, blocked, compliance, tasks
from incidents.views.facts import unit_by_code
from mandates.forms import line_name
from mandates.queries import GAPS, has_lists
from mandates.rules import READERS

USUAL, SIZE = 30, 50
WHAT = {
    "tasks": pgettext_lazy("K48", "Tasks given to the base"),
    "covered": pgettext_lazy("K48", "Covered"),
    "uncovered": pgettext_lazy("K48", "Given for a reason"),
    "blocked": pgettext_lazy("K48", "Blocked attempts"),
}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the address asks for: local days, both included."""

    since: date
    until: date
    period: Period


def asked_of(request: HttpRequest) -> Asked:
    """The period of the address, else the last thirty days; a strange or reversed one counts as none."""
    at = local(now())
    first, last = _day(request.GET.get("since")), _day(request.GET.get("until"))
    if first is None or last is None or first > last:
        last = at.date()
        first = last - timedelta(days=USUAL - 1)
    begin = datetime.combine(first, time(), tzinfo=at.tzinfo)
    end = datetime.combine(last, time(), tzinfo=at.tzinfo) + timedelta(days=1)
    return Asked(since=first, until=last, period=Period(since=begin, until=end))


def _day(text: str | None) -> date | None:
    try:
        found = date.fromisoformat(text or "")
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2200 else None


def must_read(actor: Actor) -> None:
    """The figures are for those who find the pages in the navigation. Raises Forbidden."""
    if not scopes.of(actor.user).roles & READERS:
        raise Forbidden(_("These figures belong to desks, departments and leaders"), roles=sorted(READERS))


@require_safe
@desk_page
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The whole, by line, by town."""
    must_read(actor)
    asked = asked_of(request)
    found = compliance(actor, asked.period)
    land = territory()
    for tally in found.lines:
        tally.label = line_name(tally.key)
    for tally in found.towns:
        place = land.by_path.get(tally.key)
        tally.label = label_of(place) if place else tally.key
    context = {
        "asked": asked,
        "whole": found.whole,
        "tables": [
            ("line", pgettext_lazy("K48", "By department line"), found.lines),
            ("town", pgettext_lazy("K48", "By town or street"), found.towns),
        ],
        "gaps": [(GAPS[gap], number) for gap, number in found.whole.why.items() if number],
        "has_lists": any(has_lists(path, local(now()).date()) for path in land.by_path),
        "span": f"since={asked.since:%Y-%m-%d}&until={asked.until:%Y-%m-%d}",
    }
    return render(request, "mandates/compliance.html", context)


@require_safe
@desk_page
def rows(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The tickets behind a number: `?what=`, `?line=`, `?town=` and the period."""
    must_read(actor)
    asked = asked_of(request)
    what = request.GET.get("what", "tasks")
    what = what if what in WHAT else "tasks"
    context = {"asked": asked, "what": WHAT[what], "kind": what, "narrowed": narrowed_words(request)}
    if what == "blocked":
        found = _of_place(blocked(actor, asked.period), request, "region_path", "line")
        shown = page_of(found.select_related("ticket", "unit", "by"), "at", _cursor(request), SIZE)
        context |= {"page": shown, "rows": [blocked_row(row) for row in shown.rows]}
    else:
        given = _of_place(tasks(actor, asked.period), request, "ticket__region_path", "data__covering__line")
        if what != "tasks":
            uncovered = {"data__covering__kind": "none"}
            given = given.filter(**uncovered) if what == "uncovered" else given.exclude(**uncovered)
        shown = page_of(given.select_related("ticket"), "at", _cursor(request), SIZE)
        context |= {"page": shown, "rows": [task_row(step) for step in shown.rows]}
    return render(request, "mandates/compliance_rows.html", context)


def _cursor(request: HttpRequest) -> str:
    return request.GET.get("cursor", "")


def _of_place(found: Any, request: HttpRequest, path_field: str, line_field: str) -> Any:
    """Only those of the line and town asked for."""
    if "line" in request.GET:
        found = found.filter(**{line_field: request.GET["line"][:12]})
    if town := request.GET.get("town", "")[:80]:
        found = found.filter(**{f"{path_field}__startswith": town})
    return found


def narrowed_words(request: HttpRequest) -> str:
    """Of which line or town, in words."""
    if "line" in request.GET:
        return line_name(request.GET["line"][:12])
    place = territory().by_path.get(request.GET.get("town", ""))
    return label_of(place) if place else ""


def task_row(step: Any) -> dict[str, Any]:
    """A task as a line of the list."""
    found = step.data["covering"]
    is_covered = found["kind"] != "none"
    return {
        "ticket": step.ticket,
        "at": step.at,
        "unit": unit_by_code(found.get("unit", "")),
        "who": step.actor_name,
        "is_covered": is_covered,
        "why": found.get("label", "") if is_covered else GAPS.get(found.get("gap", ""), ""),
        "reason": step.data.get("override_reason", ""),
    }


def blocked_row(row: BlockedDispatch) -> dict[str, Any]:
    """A blocked attempt as a line of the list."""
    return {
        "ticket": row.ticket,
        "at": row.at,
        "unit": row.unit.label,
        "who": row.by.name if row.by else "",
        "is_covered": False,
        "why": row.get_why_display(),
        "reason": "",
    }
