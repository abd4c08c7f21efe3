"""The rates K31 to K36 of what this person may read, whole or split, and where disputes come again."""

from datetime import date
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from governance.accounts.actors import Actor
from governance.accounts.roles import Role
from governance.audit import journal
from governance.exchange.doors import desk_page
from governance.foundation.clock import now
from mediation import queries
from mediation.models import MediationCase
from mediation.querysets.cases import COUNTERS
from mediation.rules import holds, may_read, must_count, must_read
from mediation.sifting import sift
from mediation.views import counting
from mediation.views.faces import category_words, place_words
from mediation.views.frames import frame_of

SPLITS: Final = (
    ("", pgettext_lazy("figures", "Together")),
    ("level", pgettext_lazy("figures", "By level")),
    ("kind", pgettext_lazy("figures", "By kind of mediation")),
    ("cause", pgettext_lazy("figures", "By cause")),
)
WATCHERS: Final = frozenset({Role.TOWN_STAFF, Role.DISPATCHER, Role.COMMUNITY_STAFF, Role.MEDIATOR})
"""Whose work it is to see who quarrels again."""
MOST_TEXTS: Final = 300


@require_safe
@desk_page
def figures(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Every rate with both its numbers; `?by=` level, kind or cause; `?from=`, `?to=`."""
    must_count(actor)
    first, last = counting.period_of(request.GET)
    by = request.GET.get("by", "")
    by = by if by in queries.GROUPS else ""
    cases = MediationCase.objects.counted_for(actor)
    found = queries.rates(cases, *counting.instants(first, last), by)
    context = {
        "tab": "figures",
        "by": by,
        "splits": SPLITS,
        "first": first,
        "last": last,
        "lists": may_read(actor),
        "counts_more": holds(actor, COUNTERS),
        "rows": [
            (item, [_line(item.code, by, rate, first, last) for rate in rates]) for item, rates in found
        ],
        **frame_of(actor),
    }
    return render(request, "mediation/figures.html", context)


def _line(code: str, by: str, rate: queries.Rate, first: date, last: date) -> dict[str, Any]:
    """A rate with the name of its group and where the cases behind both its numbers stand."""
    sides = {
        side: counting.address(
            queries.Number(code=code, is_part=side == "part", by=by, group=rate.group), first, last
        )
        for side in ("part", "whole")
    }
    return {"name": counting.group_words(by, rate.group), "rate": rate, **sides}


@require_safe
@desk_page
def again(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Places and people whose disputes come again. Looking at people is for the line, and journalled."""
    must_count(actor)
    first, last = counting.period_of(request.GET)
    period = counting.instants(first, last)
    cases = MediationCase.objects.visible_to(actor)
    counted = MediationCase.objects.counted_for(actor)
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
            for row in queries.repeated_places(counted, *period)
        ],
        "people": people,
        "lists": may_read(actor),
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
