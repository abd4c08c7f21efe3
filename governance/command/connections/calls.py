"""The exchange log as a page: which system called what, when, with what outcome; bodies are masked as they are kept."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_date
from django.utils.timezone import get_default_timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from governance.accounts.actors import Actor
from governance.audit import journal
from governance.command.connections.access import must_read
from governance.exchange.doors import desk_page
from governance.exchange.models import ApiClient, ExchangeCall
from governance.foundation.clock import local, now
from governance.foundation.errors import NotFound
from governance.foundation.spreadsheets import csv_lines
from grids.views.pagers import page_of

SIZE = 50
MOST_EXPORTED = 50_000
OUTCOMES = ("ok", "refused", "fault")
LIGHT = ("sent", "answered")


@require_safe
@desk_page
def calls_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Newest first; `?client=`, `?outcome=`, `?q=` (ticket, request id or address of a call), `?since=`, `?until=`."""
    must_read(actor.user)
    rows = wanted(ExchangeCall.objects.select_related("client"), request).defer(*LIGHT)
    page = page_of(rows, "at", request.GET.get("cursor", ""), SIZE)
    context = {
        "page": page,
        "clients": ApiClient.objects.order_by("code").values_list("code", "name"),
        "outcomes": [(name, outcome_words(name)) for name in OUTCOMES],
        "is_filtered": any(request.GET.get(name) for name in ("client", "outcome", "q", "since", "until")),
    }
    return render(request, "command/connections/calls.html", context)


def outcome_words(name: str) -> str:
    """An outcome in words."""
    return {
        "ok": pgettext("call of a client", "Done"),
        "refused": pgettext("call of a client", "Refused"),
        "fault": pgettext("call of a client", "Failed here"),
    }[name]


@require_safe
@desk_page
def call_page(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """One call with its masked bodies."""
    must_read(actor.user)
    row = ExchangeCall.objects.select_related("client").filter(pk=pk).first()
    if row is None:
        raise NotFound()
    return render(request, "command/connections/call.html", {"row": row})


@require_safe
@desk_page
def export(request: HttpRequest, actor: Actor) -> HttpResponse | StreamingHttpResponse:
    """The same rows as CSV, newest first, at most `MOST_EXPORTED`; the export is journalled."""
    must_read(actor.user)
    rows = wanted(ExchangeCall.objects.select_related("client"), request).defer(*LIGHT)
    assert actor.user is not None
    journal.record(
        "exchange_log.export",
        by=actor,
        obj=actor.user,
        at=now(),
        details={"query": request.GET.urlencode()[:500]},
    )
    head = [
        _("Time"),
        _("System"),
        _("Method"),
        pgettext("API", "Call"),
        pgettext("HTTP", "Status"),
        _("Code"),
        _("Milliseconds"),
        _("Ticket"),
        _("Request number"),
        pgettext("network address", "From"),
    ]
    lines = csv_lines(head, cells(rows.order_by("-at", "-id")[:MOST_EXPORTED]))
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="exchange-log.csv"'
    return answer


def cells(rows: QuerySet[ExchangeCall]) -> Iterator[list[Any]]:
    """The rows of the file."""
    for row in rows.iterator(2000):
        yield [
            f"{local(row.at):%Y-%m-%d %H:%M:%S}",
            row.client.name,
            row.method,
            row.path,
            row.status,
            row.code,
            row.took_ms,
            row.ticket,
            row.request_id,
            row.address,
        ]


def wanted(rows: QuerySet[ExchangeCall], request: HttpRequest) -> QuerySet[ExchangeCall]:
    """The filters; words that cannot be read restrict nothing."""
    if code := request.GET.get("client", ""):
        rows = rows.filter(client__code=code[:40])
    rows = rows.filter(_outcome(request.GET.get("outcome", "")))
    if word := request.GET.get("q", "").replace("\x00", "").strip()[:80]:
        rows = rows.filter(Q(ticket=word.upper()) | Q(request_id=word) | Q(address=word))
    since, until = _day(request.GET.get("since", "")), _day(request.GET.get("until", ""))
    if since is not None:
        rows = rows.filter(at__gte=since)
    if until is not None:
        rows = rows.filter(at__lt=until + timedelta(days=1))
    return rows


def _outcome(name: str) -> Q:
    bounds = {"ok": (0, 400), "refused": (400, 500), "fault": (500, 1000)}.get(name)
    if bounds is None:
        return Q()
    is_refused = Q(status__gte=400) if bounds[0] else Q()
    return is_refused & Q(status__gte=bounds[0], status__lt=bounds[1])


def _day(text: str) -> datetime | None:
    """The beginning of a day in the city's own time."""
    try:
        day = parse_date(text)
    except ValueError:
        return None
    if day is None or not 1900 < day.year < 2200:
        return None
    return datetime.combine(day, time(), get_default_timezone()).astimezone(UTC)
