"""The page and the sheet of how departments answer whistles."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from consultation.rules import may_read_statistics
from consultation.states import CallKind
from consultation.statistics import Line, lines, total
from governance.accounts.actors import Actor
from governance.audit import journal
from governance.exchange.doors import desk_page
from governance.foundation.clock import local, now
from governance.foundation.errors import Forbidden, Invalid
from governance.foundation.spreadsheets import csv_lines

MONTH = timedelta(days=29)


@require_safe
@desk_page
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """`?since=` and `?until=` are days, both included; the last thirty without them."""
    found, first, last = asked(request, actor)
    context = {
        "rows": found,
        "total": total(found),
        "since": first,
        "until": last,
        "kinds": CallKind.choices,
        "kind": request.GET.get("kind", ""),
    }
    return render(request, "consultation/statistics.html", context)


@require_safe
@desk_page
def export(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """The same as CSV; kept in the journal."""
    found, first, last = asked(request, actor)
    assert actor.user is not None
    with transaction.atomic():
        facts = {"rows": len(found), "since": str(first), "until": str(last)}
        journal.record("whistle.export", by=actor, obj=actor.user, at=now(), details=facts)
    response = StreamingHttpResponse(sheet(found), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = (
        f'attachment; filename="whistles-{first:%Y%m%d}-{last:%Y%m%d}.csv"'
    )
    response.headers["Cache-Control"] = "private, no-store"
    return response


def sheet(found: list[Line]) -> Iterator[str]:
    """Heads and lines."""
    heads = (
        _("Department"),
        pgettext("whistle", "Times called"),
        pgettext("whistle", "Answers due"),
        pgettext("whistle", "Answered in time"),
        pgettext("whistle", "Rate in time"),
        pgettext("whistle", "Times declined"),
        pgettext("whistle", "Times arrived"),
        pgettext("whistle", "Results given"),
        pgettext("whistle", "Times scored"),
        pgettext("whistle", "Average points"),
    )
    names = ("name", "called", "due", "in_time", "rate", "declined", "arrived", "done", "scored", "score")
    return csv_lines(heads, ([str(getattr(row, name)) for name in names] for row in found))


def asked(request: HttpRequest, actor: Actor) -> tuple[list[Line], date, date]:
    """The lines and the days asked for. Raises Forbidden, Invalid."""
    if not may_read_statistics(actor):
        raise Forbidden(_("These figures are for the centre, towns, leaders and the departments' leads"))
    at = now()
    today = local(at).date()
    last = day_of(request, "until", today)
    first = day_of(request, "since", last - MONTH)
    if first > last:
        raise Invalid(fields={"since": [_("The last day cannot be before the first")]})
    kind = request.GET.get("kind", "")
    found = lines(
        actor,
        since=midnight(first),
        until=midnight(last + timedelta(days=1)),
        at=at,
        kind=kind if kind in CallKind.values else "",
    )
    return found, first, last


def day_of(request: HttpRequest, name: str, default: date) -> date:
    """A day of the query. Raises Invalid."""
    text = request.GET.get(name, "")
    if not text:
        return default
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Invalid(fields={name: [_("A day is written like 2026-11-22")]}) from error


def midnight(day: date) -> datetime:
    """When a local day begins."""
    return timezone.make_aware(datetime.combine(day, time.min))  # made aware here
