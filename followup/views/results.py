"""What the calls say: the table by unit, town or matter, and the same as CSV."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db import transaction
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from followup.results import GROUPS, csv_rows, results
from followup.rules import RESULT_READERS, must
from governance.accounts.actors import Actor
from governance.audit import journal
from governance.exchange.doors import desk_page
from governance.foundation.clock import local, now
from governance.foundation.errors import Invalid
from governance.foundation.spreadsheets import csv_lines

DAYS = 30
MOST_DAYS = 370
LABELS = {
    "unit": pgettext_lazy("results", "By unit"),
    "town": pgettext_lazy("results", "By town"),
    "category": pgettext_lazy("results", "By matter"),
}
HEAD = (
    pgettext_lazy("results", "Name"),
    pgettext_lazy("results", "Called"),
    pgettext_lazy("results", "Should be called"),
    pgettext_lazy("results", "Callback rate %"),
    pgettext_lazy("results", "Reached"),
    pgettext_lazy("results", "Called"),
    pgettext_lazy("results", "Reach %"),
    pgettext_lazy("results", "Solved"),
    pgettext_lazy("results", "Answered"),
    pgettext_lazy("results", "Solved %"),
    pgettext_lazy("results", "Satisfied"),
    pgettext_lazy("results", "Rated"),
    pgettext_lazy("results", "Satisfied %"),
)


@dataclass(frozen=True)
class Period:
    """Half-open: [since, until), and the days as they were chosen."""

    since: datetime
    until: datetime
    first: str
    last: str


def period_of(request: HttpRequest, at: datetime) -> Period:
    """The days asked for, the last thirty otherwise. Raises Invalid."""
    today = local(at).date()
    given = {name: request.GET.get(name, "") for name in ("since", "until")}
    try:
        days = {name: parse_date(text) if text else None for name, text in given.items()}
    except ValueError as error:
        raise Invalid(_("This is not a day")) from error
    if any(text and days[name] is None for name, text in given.items()):
        raise Invalid(_("This is not a day"))
    last = days["until"] or today
    first = days["since"] or last - timedelta(days=DAYS - 1)
    if not first <= last <= first + timedelta(days=MOST_DAYS):
        raise Invalid(_("The last day comes after the first, at most a year later"))
    zone = local(at).tzinfo
    return Period(
        datetime.combine(first, time(), tzinfo=zone),
        datetime.combine(last + timedelta(days=1), time(), tzinfo=zone),
        first.isoformat(),
        last.isoformat(),
    )


def group_of(request: HttpRequest) -> str:
    """By what the lines are made."""
    wanted = request.GET.get("by", GROUPS[0])
    return wanted if wanted in GROUPS else GROUPS[0]


@require_safe
@desk_page
def results_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The table of a period."""
    must(RESULT_READERS, actor)
    period, group = period_of(request, now()), group_of(request)
    found = results(actor, since=period.since, until=period.until, group=group)
    context = {
        "found": found,
        "period": period,
        "group": group,
        "groups": [(name, LABELS[name]) for name in GROUPS],
    }
    return render(request, "followup/results.html", context)


@require_safe
@desk_page
def export(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """The table as CSV; kept in the journal."""
    must(RESULT_READERS, actor)
    at = now()
    period, group = period_of(request, at), group_of(request)
    found = results(actor, since=period.since, until=period.until, group=group)
    assert actor.user is not None
    with transaction.atomic():
        journal.record(
            "followup.export",
            by=actor,
            obj=actor.user,
            at=at,
            details={"since": period.first, "until": period.last, "by": group},
        )
    lines = csv_lines(HEAD, csv_rows([*found.lines, found.total, found.samples]))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    name = f"followup-{group}-{period.first}-{period.last}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response
