"""The rates K31 to K36 of what this person may read, whole or split, and where disputes come again."""

from datetime import date, datetime, timedelta
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from governance.accounts.actors import Actor
from governance.accounts.roles import Role
from governance.audit import journal
from governance.exchange.doors import desk_page
from governance.foundation.clock import local, now
from mediation import calendar, queries
from mediation.models import BodyKind, MediationCase
from mediation.rules import holds, must_read
from mediation.sifting import sift
from mediation.states import CaseLevel
from mediation.views.faces import category_words, place_words
from mediation.views.frames import frame_of

SPAN: Final = 90
SPLITS: Final = (
    ("", pgettext_lazy("figures", "Together")),
    ("level", pgettext_lazy("figures", "By level")),
    ("kind", pgettext_lazy("figures", "By kind of mediation")),
    ("cause", pgettext_lazy("figures", "By cause")),
)
WATCHERS: Final = frozenset({Role.TOWN_STAFF, Role.DISPATCHER, Role.COMMUNITY_STAFF, Role.MEDIATOR})
"""Whose work it is to see who quarrels again."""
MOST_TEXTS: Final = 300


def _period(request: HttpRequest) -> tuple[date, date]:
    """From the first to the last day asked for, both included; the last three months where nothing is asked."""
    today = local(now()).date()
    found = []
    for name, default in (("from", today - timedelta(days=SPAN)), ("to", today)):
        try:
            found.append(date.fromisoformat(request.GET.get(name, "")))
        except ValueError:
            found.append(default)
    return min(found), max(found)


def _instants(first: date, last: date) -> tuple[datetime, datetime]:
    return calendar.bounds(first, (last - first).days + 1)


@require_safe
@desk_page
def figures(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Every rate with both its numbers; `?by=` level, kind or cause; `?from=`, `?to=`."""
    must_read(actor)
    first, last = _period(request)
    by = request.GET.get("by", "")
    by = by if by in queries.GROUPS else ""
    cases = MediationCase.objects.visible_to(actor)
    found = queries.rates(cases, *_instants(first, last), by)
    context = {
        "tab": "figures",
        "by": by,
        "splits": SPLITS,
        "first": first,
        "last": last,
        "rows": [(item, [(_name(by, rate.group), rate) for rate in rates]) for item, rates in found],
        **frame_of(actor),
    }
    return render(request, "mediation/figures.html", context)


def _name(by: str, group: str) -> str:
    if by == "cause":
        return category_words(group)
    names = {"level": dict(CaseLevel.choices), "kind": dict(BodyKind.choices)}.get(by, {})
    return str(names.get(group, group or "–"))


@require_safe
@desk_page
def again(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Places and people whose disputes come again. Looking at people is for the line, and journalled."""
    must_read(actor)
    first, last = _period(request)
    period = _instants(first, last)
    cases = MediationCase.objects.visible_to(actor)
    sees_people = holds(actor, WATCHERS)
    people = queries.repeated_people(cases, *period) if sees_people else []
    if sees_people:
        assert actor.user is not None
        journal.record(
            "mediation.repeated_people", by=actor, obj=actor.user, at=now(), details={"rows": len(people)}
        )
    context = {
        "tab": "again",
        "first": first,
        "last": last,
        "places": [
            (row, place_words(row.region_path), category_words(row.category))
            for row in queries.repeated_places(cases, *period)
        ],
        "people": people,
        "sees_people": sees_people,
        **frame_of(actor),
    }
    return render(request, "mediation/again.html", context)


@require_safe
@desk_page
def sifted(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Open tickets whose words tell of a dispute and that have no case yet: a person opens one, or does not."""
    from incidents.models import Ticket

    must_read(actor)
    if not frame_of(actor)["may_register"]:
        rows = []
    else:
        tickets = (
            Ticket.objects.visible_to(actor)
            .open()
            .filter(mediation_cases=None)
            .select_related("category", "region")
            .defer("search")
            .order_by("-pk")[:MOST_TEXTS]
        )
        found = [(ticket, sift(f"{ticket.title}\n{ticket.content}")) for ticket in tickets]
        rows = sorted(
            ((ticket, item) for ticket, item in found if item.is_dispute), key=lambda pair: -pair[1].score
        )
    context = {
        "tab": "sifted",
        "rows": [
            (
                ticket,
                item,
                category_words(item.category) if item.category else "",
                [words for _code, words in item.reasons],
            )
            for ticket, item in rows
        ],
        "most": MOST_TEXTS,
        **frame_of(actor),
    }
    return render(request, "mediation/sifted.html", context)
