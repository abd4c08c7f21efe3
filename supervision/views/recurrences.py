"""Recurrence warnings: the list, and one with the tickets that led to it and what is done about it."""

from typing import Final

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import local
from governance.foundation.errors import Forbidden
from governance.foundation.spreadsheets import csv_lines
from grids.territory import current as territory
from grids.views.pagers import page_of
from incidents.models import Ticket
from incidents.rules import may_export
from incidents.views.register import region_words
from supervision.models import RecurrenceWarning
from supervision.names import RecurrenceKind, RecurrenceState
from supervision.querysets import PERSON_READERS, RecurrenceQuerySet
from supervision.rules import covers_as, may_read_warnings, permitted, role_for_recurrence
from supervision.states import RECURRENCE_TABLE
from supervision.views.doors import first
from supervision.views.faces import TONES, entries, place_words

SIZE: Final = 50
MOST: Final = 10_000
SHOWN_TICKETS: Final = 100
FORWARD: Final = ("acknowledge", "resolve")
HEADS: Final = (
    pgettext_lazy("supervision", "Number"),
    pgettext_lazy("supervision", "Kind"),
    pgettext_lazy("recurrence", "What recurs"),
    pgettext_lazy("supervision", "Place"),
    pgettext_lazy("recurrence", "Tickets"),
    pgettext_lazy("recurrence", "Last time"),
    pgettext_lazy("supervision", "State"),
    pgettext_lazy("supervision", "Responsible person"),
)


def must_read_warnings(actor: Actor) -> None:
    """Raises Forbidden for somebody who covers no place in a role that reads warnings."""
    if not may_read_warnings(actor):
        raise Forbidden(
            pgettext_lazy("recurrence", "Recurrence warnings are for those who answer for a place")
        )


@require_safe
@desk_page
def list_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """By the last time, newest first. `?standing=1`, `?state=`, `?kind=` (several), `?region=` and `?q=` narrow."""
    must_read_warnings(actor)
    page = page_of(wanted(request, actor), "last_at", request.GET.get("cursor", ""), SIZE)
    context = {
        "page": page,
        "rows": [(row, TONES[row.state], place_words(row.region_path)) for row in page.rows],
        "states": RecurrenceState.choices,
        "kinds": RecurrenceKind.choices if covers_as(actor, PERSON_READERS) else (),
        "region_shown": region_words(request.GET.get("region", "")),
        "is_filtered": any(request.GET.get(key) for key in ("standing", "state", "kind", "region", "q")),
        "may_export": may_export(actor) and bool(page.rows),
    }
    return render(request, "supervision/recurrences.html", context)


def wanted(request: HttpRequest, actor: Actor) -> RecurrenceQuerySet:
    """What this person may see of what is asked for."""
    rows, query = RecurrenceWarning.objects.visible_to(actor), request.GET
    if query.get("standing"):
        rows = rows.open()
    for name, values in (("state", RecurrenceState.values), ("kind", RecurrenceKind.values)):
        if chosen := [value for value in query.getlist(name) if value in values]:
            rows = rows.filter(**{f"{name}__in": chosen})
    if code := query.get("region", ""):
        place = territory().by_code.get(code)
        rows = rows.filter(region_path__startswith=place.path) if place is not None else rows.none()
    if words := query.get("q", "").replace("\0", "").strip()[:60]:
        rows = rows.filter(number__iexact=words) | rows.filter(subject__icontains=words)
    return rows


@require_safe
@desk_page
def export(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """The list as CSV, people masked as on the page; at most ten thousand rows."""
    must_read_warnings(actor)
    if not may_export(actor):
        raise Forbidden(pgettext_lazy("recurrence", "Exporting lists belongs to other roles"))
    found = wanted(request, actor).order_by("-last_at", "-pk")[:MOST]
    lines = (
        [
            row.number,
            row.get_kind_display(),
            row.subject,
            place_words(row.region_path),
            row.count,
            f"{local(row.last_at):%Y-%m-%d %H:%M}",
            row.get_state_display(),
            row.person,
        ]
        for row in found
    )
    answer = StreamingHttpResponse(csv_lines(HEADS, lines), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="recurrence.csv"'
    return answer


def visible_recurrence(actor: Actor, number: str) -> RecurrenceWarning:
    """The warning, if this person may see it. Raises NotFound."""
    return first(RecurrenceWarning.objects.visible_to(actor), number=number)


@require_safe
@desk_page
def detail(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """What recurs, by which rule, the tickets that this person may see, and what was done."""
    row = visible_recurrence(actor, number)
    rows = Ticket.objects.visible_to(actor).filter(recurrences__warning=row)
    rows = rows.only("number", "title", "state", "registered_at").order_by("-registered_at", "-id")
    tickets = list(rows[:SHOWN_TICKETS])
    verbs = permitted(RECURRENCE_TABLE, role_for_recurrence, row, actor)
    context = {
        "row": row,
        "tone": TONES[row.state],
        "where": place_words(row.region_path),
        "tickets": tickets,
        "hidden": row.count - len(tickets),
        "entries": entries(
            row.steps.prefetch_related("proofs__attachment").order_by("-pk"), RECURRENCE_TABLE
        ),
        "buttons": [(verb, verb.name in FORWARD) for verb in verbs],
    }
    return render(request, "supervision/recurrence.html", context)
