"""The pages of flights: what was flown, one flight with its tickets, a new record."""

from datetime import date, datetime, timedelta
from typing import Any, Final

from django.contrib import messages
from django.db.models import Count, F, Q, Sum
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fieldwork.flights import recording
from fieldwork.flights.forms import NAMES, FlightForm, empty
from fieldwork.flights.models import Flight
from fieldwork.flights.querysets import READERS, FlightQuerySet, reading_paths
from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page, problem_words
from governance.foundation.clock import local, now
from governance.foundation.errors import Conflict, Forbidden, Invalid
from governance.foundation.naming import label_of
from grids.territory import current as territory
from grids.views.pagers import page_of
from incidents.forms import put_errors
from incidents.models import Ticket
from incidents.views.register import region_words

SIZE: Final = 50
USUAL_DAYS: Final = 30


def must_read(actor: Actor) -> None:
    """Raises Forbidden for anybody who sees no flights."""
    if not reading_paths(actor):
        words = pgettext("flight", "Flights are for the desks and grid leaders of their places")
        raise Forbidden(words, roles=sorted(READERS))


def place_words(path: str) -> str:
    """The places from the town down."""
    chain = [label_of(place) for place in territory().chain(path)]
    return " · ".join(chain[2:] or chain[-1:])


@require_safe
@desk_page
def list_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Newest first, of the days of `?since=&until=`; `?q=`; the hours and tickets of all of them."""
    must_read(actor)
    at = local(now())
    since, until = span_of(request.GET, at)
    rows = wanted(Flight.objects.visible_to(actor), request.GET).flown_between(since, until, at)
    seen = Ticket.objects.visible_to(actor).order_by().values("pk")
    counted = rows.annotate(tickets=Count("findings", filter=Q(findings__ticket__in=seen)))
    page = page_of(counted, "took_off_at", request.GET.get("cursor", ""), SIZE)
    context = {
        "page": page,
        "rows": [(row, place_words(row.region_path)) for row in page.rows],
        "since": since,
        "until": until,
        "sums": sums_of(rows),
        "may_record": recording.may_record(actor),
        "is_filtered": any(key != "cursor" for key in request.GET),
    }
    return render(request, "fieldwork/flights/list.html", context)


def wanted(rows: FlightQuerySet, query: QueryDict) -> FlightQuerySet:
    """Those that the words of the query leave."""
    if words := query.get("q", "").strip().replace("\x00", "")[:80]:
        found = Q(number=words) | Q(aircraft__icontains=words) | Q(purpose__icontains=words)
        rows = rows.filter(found | Q(area__icontains=words))
    return rows


def span_of(query: QueryDict, at: datetime) -> tuple[date, date]:
    """The days chosen, both included; the last thirty where there are none."""
    since, until = (_day(query.get(name, "")) for name in ("since", "until"))
    if since is None or until is None or since > until:
        return at.date() - timedelta(days=USUAL_DAYS - 1), at.date()
    return since, until


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2200 else None


def sums_of(rows: FlightQuerySet) -> dict[str, Any]:
    """How many flights stand, and the minutes in the air: one statement."""
    found = rows.standing().aggregate(flights=Count("pk"), span=Sum(F("landed_at") - F("took_off_at")))
    span = found["span"] or timedelta()
    return {"flights": found["flights"], "minutes": round(span.total_seconds() / 60)}


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def new(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Record a flight."""
    recording.recording_role(actor)
    if request.method != "POST":
        return form_answer(request, empty())
    form = FlightForm(request.POST)
    if not form.is_valid():
        return form_answer(request, form, status=422)
    try:
        done = recording.record(form.draft(), by=actor, at=now())
    except Invalid as problem:
        put_errors(form, problem, NAMES)
        return form_answer(request, form, status=422)
    except (Conflict, Forbidden) as problem:
        form.add_error(None if isinstance(problem, Conflict) else "place_code", str(problem.detail))
        return form_answer(request, form, status=problem.status)
    words = pgettext("flight", "Flight recorded: %(number)s. Name the tickets that came of it")
    messages.success(request, words % {"number": done.flight.number})
    return redirect("fieldwork:flight", done.flight.number)


def form_answer(request: HttpRequest, form: FlightForm, *, status: int = 200) -> HttpResponse:
    """The form as a page."""
    shown = region_words(str(form["place_code"].value() or ""))
    return render(request, "fieldwork/flights/form.html", {"form": form, "shown": shown}, status=status)


@require_safe
@desk_page
def detail(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """One flight, and its tickets as far as this person sees them."""
    row = recording.visible_flight(actor, number)
    seen = Ticket.objects.visible_to(actor).order_by().values("pk")
    found = row.findings.filter(ticket__in=seen).select_related("ticket").defer("ticket__search")
    context = {
        "row": row,
        "place": place_words(row.region_path),
        "tickets": [finding.ticket for finding in found.order_by("at", "pk")],
        "may_change": row.withdrawn_at is None and recording.may_record(actor, row.region_path),
    }
    return render(request, "fieldwork/flights/flight.html", context)


@require_POST
@desk_page
def finding(request: HttpRequest, actor: Actor, number: str) -> HttpResponseBase:
    """A ticket came of it."""
    try:
        recording.add_finding(number, request.POST.get("ticket", ""), by=actor, at=now())
    except (Conflict, Invalid) as problem:
        messages.error(request, problem_words(problem))
    else:
        messages.success(request, pgettext("flight", "The ticket stands with this flight now"))
    return redirect("fieldwork:flight", number)


@require_POST
@desk_page
def withdraw(request: HttpRequest, actor: Actor, number: str) -> HttpResponseBase:
    """Take a wrong record back."""
    try:
        recording.withdraw(number, why=request.POST.get("why", ""), by=actor, at=now())
    except (Conflict, Invalid) as problem:
        messages.error(request, problem_words(problem))
    else:
        messages.success(request, pgettext("flight", "The record is taken back"))
    return redirect("fieldwork:flight", number)
