"""The cases behind numbers that no filter of the ticket list can tell: what came again, what a hot spot is made of."""

from collections.abc import Sequence
from typing import Any, Final

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from analysis import recurrence
from analysis.counting import DAY, midnight
from analysis.frequency import check, kind_name
from analysis.models import HotSpot
from analysis.rules import must_cover
from analysis.values import Name, values
from analysis.views.asking import doors_of
from analysis.views.findings import category_asked, weeks_asked
from assessment.subjects import DIGITS
from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.errors import NotFound
from grids.territory import current as territory
from incidents import sandbox
from incidents.models import Ticket

MOST: Final = 500


@require_safe
@desk_page
def again(request: HttpRequest, actor: Actor) -> HttpResponse:
    """`?place=&since=&last=&category=`: the tickets that the figures of recurrence count as having come again."""
    must_cover(actor)
    question, category = weeks_asked(request, actor), category_asked(request)
    period, subject = question.period, question.subject
    check(period.since, period.last)
    days = values(period.last)[Name.RECUR_DAYS]
    prefix = subject.code[: DIGITS[subject.level]]
    found = recurrence.which(prefix, period.since, period.last, days, category)
    context = {
        "tab": "recurrence",
        "title": pgettext("analysis", "Came again"),
        "place": subject.name,
        "kind": kind_name(category) if category else "",
        "since": period.since,
        "last": period.last,
        "back": f"{reverse('analysis:recurrence')}?{question.query()}",
    }
    return _page(request, actor, found, context)


@require_safe
@desk_page
def hot_spot(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """The tickets of all grids of a hot spot."""
    must_cover(actor)
    row: HotSpot | None = HotSpot.objects.visible_to(actor).filter(pk=pk).first()
    if row is None:
        raise NotFound()
    since = row.day - (row.days - 1) * DAY
    context = {
        "tab": "hot-spots",
        "title": pgettext("analysis tab", "Hot spots"),
        "place": row.place_name,
        "kind": kind_name(row.category),
        "since": since,
        "last": row.day,
        "back": f"{reverse('analysis:hot-spots')}?day={row.day.isoformat()}",
    }
    return _page(request, actor, list(tickets_of(row).values_list("pk", flat=True)), context)


def tickets_of(row: HotSpot) -> Any:
    """Exactly what a hot spot counts."""
    since = row.day - (row.days - 1) * DAY
    here = Q(filed_grid__code__in=row.grids) | Q(filed_grid=None, filed_region=None, grid__code__in=row.grids)
    return (
        Ticket.objects.filter(
            here,
            registered_at__gte=midnight(since),
            registered_at__lt=midnight(row.day + DAY),
            category__code__startswith=row.category,
            is_sensitive=row.is_sensitive,
        )
        .exclude(state__in=["voided", "merged"])
        .exclude(source__in=sandbox.ids())
    )


def _page(request: HttpRequest, actor: Actor, found: Sequence[int], context: dict[str, Any]) -> HttpResponse:
    seen = Ticket.objects.visible_to(actor).filter(pk__in=found)
    names = territory().by_path
    shown = list(seen.order_by("-registered_at", "-id").select_related("category")[:MOST])
    lines = [(row, names[row.region_path].name if row.region_path in names else row.place) for row in shown]
    more = {"lines": lines, "count": len(found), "hidden": len(found) - seen.count(), "most": MOST}
    return render(request, "analysis/cases.html", {**context, **more, **doors_of(actor)})
