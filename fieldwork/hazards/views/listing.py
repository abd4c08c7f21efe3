"""The list of hazards with its filters, its export, and the rate K42 with the lists behind its numbers."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import pgettext, pgettext_lazy
from django.views.decorators.http import require_safe

from fieldwork.hazards import figures
from fieldwork.hazards.models import Hazard
from fieldwork.hazards.querysets import HazardQuerySet
from fieldwork.hazards.rules import may_read, must_read, reporting_role
from fieldwork.hazards.states import Grade, HazardState
from fieldwork.hazards.views.faces import matter_words, place_words, row_of
from governance.accounts.actors import Actor
from governance.audit import journal
from governance.exchange.doors import desk_page
from governance.foundation.clock import local, now
from governance.foundation.errors import Forbidden
from governance.foundation.spreadsheets import csv_lines
from grids.territory import current as territory
from grids.views.pagers import page_of
from incidents.views.faces import unit_name

SIZE: Final = 50
MOST_ROWS: Final = 20_000
USUAL_DAYS: Final = 30


@require_safe
@desk_page
def list_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Newest first; `?state=`, `?grade=`, `?listed=1`, `?late=1`, `?place=`, `?k42=`, `?since=`, `?until=`, `?q=`."""
    must_read(actor)
    at = now()
    rows = wanted(Hazard.objects.visible_to(actor), request.GET, at=at)
    page = page_of(rows.only(*COLUMNS), "reported_at", request.GET.get("cursor", ""), SIZE)
    context = {
        "page": page,
        "rows": [row_of(row, at) for row in page.rows],
        "states": HazardState.choices,
        "grades": Grade.choices,
        "is_filtered": any(key != "cursor" for key in request.GET),
        "narrowed": narrowed_words(request.GET),
        "kept": kept(request.GET),
        "query": request.GET.urlencode(),
        **frame_of(actor),
    }
    return render(request, "fieldwork/hazards/list.html", context)


COLUMNS = (
    "number",
    "state",
    "grade",
    "category_code",
    "title",
    "region_path",
    "unit_id",
    "due_at",
    "round_due_at",
    "warn_at",
    "accepted_at",
    "reported_at",
    "look_due_at",
    "rounds",
)


def frame_of(actor: Actor) -> dict[str, Any]:
    """What the frame of these pages asks for."""
    return {"may_report": may_report(actor), "may_read": may_read(actor)}


def may_report(actor: Actor) -> bool:
    """Whether the person reports hazards."""
    try:
        reporting_role(actor)
    except Forbidden:
        return False
    return True


FLAGS: Final[dict[str, Callable[[HazardQuerySet, datetime], HazardQuerySet]]] = {
    "open": lambda rows, _at: rows.open(),
    "listed": lambda rows, _at: rows.listed(),
    "late": lambda rows, at: rows.late(at),
    "look": lambda rows, at: rows.listed().filter(look_due_at__lte=at),
}


def wanted(rows: HazardQuerySet, query: QueryDict, *, at: datetime) -> HazardQuerySet:
    """The rows that the filters of a query leave."""
    for key, choices in {"state": HazardState, "grade": Grade}.items():
        if values := [value for value in query.getlist(key) if value in choices.values]:
            rows = rows.filter(**{f"{key}__in": values})
    for key, narrow in FLAGS.items():
        if query.get(key):
            rows = narrow(rows, at)
    place = territory().by_code.get(query.get("place", ""))
    if place is not None:
        rows = rows.inside([place.path])
    rows = of_rate(rows, query, at=at)
    if words := query.get("q", "").strip().replace("\x00", "")[:80]:
        rows = rows.filter(Q(number=words) | Q(title__icontains=words) | Q(party__icontains=words))
    return rows


K42 = {
    "due": pgettext_lazy("K42", "To be rectified in the period"),
    "met": pgettext_lazy("K42", "Accepted by their date"),
    "missed": pgettext_lazy("K42", "Not accepted by their date"),
}


def of_rate(rows: HazardQuerySet, query: QueryDict, *, at: datetime) -> HazardQuerySet:
    """The hazards that a number of K42 counts."""
    part = query.get("k42", "")
    if part not in K42:
        return rows
    since, until = span_of(query, at)
    rows = rows.due_between(*bounds(since, until, at))
    if part == "met":
        return rows.met()
    if part == "missed":
        return rows.exclude(state=HazardState.ACCEPTED, accepted_at__lte=F("due_at"))
    return rows


def span_of(query: QueryDict, at: datetime) -> tuple[date, date]:
    """The days of `?since=&until=`, both included; the last thirty days where they are none."""
    today = local(at).date()
    since, until = _day(query.get("since", "")), _day(query.get("until", ""))
    if since is None or until is None or since > until:
        return today - timedelta(days=USUAL_DAYS - 1), today
    return since, until


def bounds(since: date, until: date, at: datetime) -> tuple[datetime, datetime]:
    """The instants between which the days lie; never beyond now: what is not due yet is not counted."""
    zone = local(at).tzinfo
    begin = datetime.combine(since, time(), tzinfo=zone)
    return begin, min(datetime.combine(until, time(), tzinfo=zone) + timedelta(days=1), at)


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2200 else None


def narrowed_words(query: QueryDict) -> str:
    """What a number that one came from counts, in words."""
    return str(K42.get(query.get("k42", ""), ""))


def kept(query: QueryDict) -> list[tuple[str, str]]:
    """What the form of words keeps of the present filters."""
    return [(key, item) for key, items in query.lists() if key not in {"q", "cursor"} for item in items]


@require_safe
@desk_page
def export(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """The filtered list as CSV; the export stands in the journal."""
    must_read(actor)
    at = now()
    rows = wanted(Hazard.objects.visible_to(actor), request.GET, at=at).order_by("-reported_at", "-pk")
    found = list(rows.only(*COLUMNS, "place", "party", "submitted_at")[:MOST_ROWS])
    assert actor.user is not None
    details = {"rows": len(found), "filter": request.GET.urlencode()[:400]}
    journal.record("hazards.export", by=actor, obj=actor.user, at=at, details=details)
    head = (
        pgettext("hazard", "number"),
        pgettext("hazard", "title"),
        pgettext("hazard", "matter"),
        pgettext("hazard", "grade"),
        pgettext("hazard", "state"),
        pgettext("hazard", "Region or grid"),
        pgettext("hazard", "place"),
        pgettext("hazard", "Who is liable"),
        pgettext("hazard", "Unit that rectifies"),
        pgettext("hazard", "Reported"),
        pgettext("hazard", "To be rectified by"),
        pgettext("hazard", "Accepted"),
    )
    answer = StreamingHttpResponse(
        csv_lines(head, [line_of(row) for row in found]), content_type="text/csv; charset=utf-8"
    )
    answer.headers["Content-Disposition"] = f'attachment; filename="hazards-{local(at):%Y%m%d-%H%M}.csv"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def line_of(row: Hazard) -> list[object]:
    """A hazard as a line of a sheet."""
    return [
        row.number,
        row.title,
        matter_words(row.category_code),
        row.get_grade_display(),
        row.get_state_display(),
        place_words(row.region_path),
        row.place,
        row.party,
        unit_name(row.unit_id) if row.unit_id else "",
        *(
            f"{local(item):%Y-%m-%d %H:%M}" if item else ""
            for item in (row.reported_at, row.due_at, row.accepted_at)
        ),
    ]


@require_safe
@desk_page
def rate(request: HttpRequest, actor: Actor) -> HttpResponse:
    """K42 of a period: general and major hazards apart, by town; each number leads to its hazards."""
    must_read(actor)
    at = now()
    since, until = span_of(request.GET, at)
    rows = Hazard.objects.visible_to(actor).due_between(*bounds(since, until, at))
    context = {
        "since": since,
        "until": until,
        "span": f"since={since:%Y-%m-%d}&until={until:%Y-%m-%d}",
        "grades": figures.by_grade(rows),
        "towns": [(line, place_words(line.key)) for line in figures.by_town(rows)],
        **frame_of(actor),
    }
    return render(request, "fieldwork/hazards/rate.html", context)
