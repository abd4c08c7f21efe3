"""The pages of matters: the list of either side, one matter with what may be read of it, registering by hand."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from governance.accounts.actors import Actor
from governance.accounts.roles import Role
from governance.exchange.doors import desk_page
from governance.foundation.clock import local, now
from governance.foundation.errors import Forbidden, Invalid, NotFound
from grids.territory import current as territory
from grids.views.pagers import page_of
from incidents.models import Ticket
from police_link import fields, offering
from police_link.forms import OfferForm, put_errors
from police_link.models import FieldGrant, PoliceIncident
from police_link.querysets import IncidentQuerySet
from police_link.rules import POLICE_SIDE, may_offer, may_reconcile, must_read, permitted, side_of
from police_link.states import (
    INCIDENT_TABLE,
    TONES,
    WAITING,
    Direction,
    HandoverReason,
    IncidentKind,
    IncidentState,
    RefusalReason,
)

SIZE = 50
CHOICES = {"state": IncidentState, "direction": Direction, "kind": IncidentKind}
GROUNDS = {**dict(RefusalReason.choices), **dict(HandoverReason.choices)}


def visible_incident(actor: Actor, number: str) -> PoliceIncident:
    """The matter, if this actor may see it. Raises NotFound."""
    rows = PoliceIncident.objects.visible_to(actor).select_related("source", "ticket__category")
    found: PoliceIncident | None = rows.defer("ticket__search").filter(number=number).first()
    if found is None:
        raise NotFound()
    return found


@require_safe
@desk_page
def list_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Newest first; `?state=`, `?direction=`, `?kind=`, `?day=`, `?late=1`, `?waiting=1`, `?q=` narrow."""
    must_read(actor)
    at = now()
    rows = wanted(PoliceIncident.objects.visible_to(actor), request.GET, at=at)
    page = page_of(
        rows.select_related("ticket").only(*COLUMNS), "sent_at", request.GET.get("cursor", ""), SIZE
    )
    context = {
        "tab": "list",
        "page": page,
        "rows": [(row, TONES[row.state], row.lamp(at), place_words(row.region_path)) for row in page.rows],
        "states": IncidentState.choices,
        "directions": Direction.choices,
        "kinds": IncidentKind.choices,
        "is_filtered": any(key != "cursor" for key in request.GET),
        **frame_of(actor),
    }
    return render(request, "police_link/list.html", context)


COLUMNS = (
    "number",
    "state",
    "direction",
    "external_no",
    "kind",
    "urgency",
    "title",
    "region_path",
    "sent_at",
    "due_at",
    "warn_at",
    "ticket__number",
)


def frame_of(actor: Actor) -> dict[str, Any]:
    """What the frame of these pages asks for."""
    return {"may_offer": may_offer(actor), "may_reconcile": may_reconcile(actor)}


def wanted(rows: IncidentQuerySet, query: QueryDict, *, at: Any) -> IncidentQuerySet:
    """The rows that the filters of a query leave."""
    for key, choices in CHOICES.items():
        if values := [value for value in query.getlist(key) if value in choices.values]:
            rows = rows.filter(**{f"{key}__in": values})
    if day := parse_day(query.get("day", "")):
        rows = rows.filter(day=day)
    if query.get("late"):
        rows = rows.late(at)
    if query.get("waiting"):
        rows = rows.waiting()
    if words := query.get("q", "").strip().replace("\x00", "")[:80]:
        rows = rows.filter(
            Q(number=words) | Q(external_no=words) | Q(title__icontains=words) | Q(ticket__number=words)
        )
    return rows


def parse_day(text: str) -> Any:
    """A day in a query; None for anything else."""
    try:
        return parse_date(text)
    except ValueError:
        return None


def place_words(path: str) -> str:
    """The places from the town down."""
    chain = [place.name for place in territory().chain(path)]
    return " · ".join(chain[2:] or chain[-1:])


@require_safe
@desk_page
def detail(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """One matter as far as this side may read it, its ticket, its story and what may be done now."""
    at = now()
    row = visible_incident(actor, number)
    side, today = side_of(actor, row.region_path), local(at).date()
    ticket, may_open = None, False
    if row.ticket is not None:
        rights = fields.levels("ticket", side, today)
        ticket = lines(row, "ticket", fields.ticket_values(row.ticket), rights)
        may_open = Ticket.objects.visible_to(actor).filter(pk=row.ticket.pk).exists()
    context = {
        "row": row,
        "tone": TONES[row.state],
        "lamp": row.lamp(at),
        "is_police": side == POLICE_SIDE,
        "place": place_words(row.region_path),
        "written": lines(
            row, "incident", fields.incident_values(row), fields.levels("incident", side, today)
        ),
        "ticket": ticket,
        "may_open": may_open,
        "entries": entries(row),
        "buttons": [
            (verb, reverse("police_link:verb", args=[row.number, verb.name]))
            for verb in permitted(row, actor, at)
        ],
        **frame_of(actor),
    }
    return render(request, "police_link/incident.html", context)


def lines(
    row: PoliceIncident, what: str, values: dict[str, Any], rights: dict[str, str]
) -> list[dict[str, Any]]:
    """The fields that may be read, each with how; hidden ones are named without a value."""
    shown = fields.shown(values, rights)
    return [
        {
            "field": field,
            "name": fields.NAMES[field],
            "value": shown.get(field),
            "is_time": hasattr(shown.get(field), "tzinfo"),
            "is_hidden": level == fields.HIDDEN,
            "url": reverse("police_link:reveal", args=[row.number, what, field])
            if level == fields.MASKED and shown.get(field)
            else "",
        }
        for field, level in rights.items()
    ]


def entries(row: PoliceIncident) -> list[dict[str, Any]]:
    """The story, newest first."""
    supplement = pgettext("police", "Added by 110")
    return [
        {
            "title": INCIDENT_TABLE[step.verb].label if step.verb in INCIDENT_TABLE.verbs else supplement,
            "at": step.at,
            "who": step.actor_name if step.role != "system" else pgettext("police", "Platform"),
            "role": str(Role(step.role).label) if step.role in Role.values else "",
            "text": step.words,
            "tone": TONES.get(step.to_state, ""),
            "facts": [
                (name, value)
                for name, value in (
                    (pgettext("police", "Ground"), str(GROUNDS.get(step.data.get("reason_code"), ""))),
                    (pgettext("police", "Basis"), step.data.get("basis", "")),
                    (pgettext("police", "Ticket"), step.data.get("ticket", "")),
                )
                if value
            ],
        }
        for step in row.steps.order_by("-pk")
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def new(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Register a transfer by hand; `?external_no=` fills in the number of a row of a statement."""
    must_read(actor)
    if not may_offer(actor):
        raise Forbidden(
            pgettext("police", "Transfers are registered by the desks of the centre and by the police"),
            roles=sorted(INCIDENT_TABLE["offer"].who),
        )
    at = now()
    if request.method != "POST":
        start = OfferForm.start(local(at)) | {"external_no": request.GET.get("external_no", "")[:80]}
        return form_answer(request, actor, OfferForm(initial=start))
    form = OfferForm(request.POST)
    if not form.is_valid():
        return form_answer(request, actor, form, status=422)
    try:
        done = offering.offer(form.offer(), by=actor, at=at)
    except Invalid as problem:
        put_errors(form, problem)
        return form_answer(request, actor, form, status=422)
    except Forbidden as problem:
        form.add_error(None, str(problem.detail))
        return form_answer(request, actor, form, status=problem.status)
    said = pgettext("police", "Registered as %(number)s")
    if not done.created:
        said = pgettext("police", "This number is registered already: %(number)s")
    messages.success(request, said % {"number": done.row.number})
    return redirect("police_link:incident", done.row.number)


def form_answer(request: HttpRequest, actor: Actor, form: OfferForm, *, status: int = 200) -> HttpResponse:
    """The form as a page."""
    place = territory().by_code.get(str(form["region_code"].value() or ""))
    shown = place_words(place.path) if place is not None else ""
    context = {"form": form, "tab": "new", "shown": shown, **frame_of(actor)}
    return render(request, "police_link/form.html", context, status=status)


@require_safe
@desk_page
def grants_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Which field each side reads, as it stands today."""
    must_read(actor)
    today = local(now()).date()
    words = dict(FieldGrant.Level.choices)
    tables = [
        (label, [(fields.NAMES[field], level, words[level]) for field, level in found.items()])
        for label, found in (
            (label, fields.grants(reader, today)) for reader, label in FieldGrant.Reader.choices
        )
    ]
    context = {"tab": "grants", "tables": tables, "waiting": WAITING, **frame_of(actor)}
    return render(request, "police_link/grants.html", context)


@require_http_methods(["POST"])
@desk_page
def reveal(request: HttpRequest, actor: Actor, number: str, what: str, field: str) -> HttpResponse:
    """A masked field with a reason; the part of the page with the field in the clear."""
    row = visible_incident(actor, number)
    context: dict[str, Any] = {"name": f"masked-{what}-{field}", "url": request.path, "value": ""}
    try:
        side = side_of(actor, row.region_path)
        reason = request.POST.get("reason", "")
        context["shown"] = fields.reveal(row, what, field, by=actor, side=side, at=now(), reason=reason)
    except Invalid as problem:
        plain = str(fields.values_of(row, what).get(field) or "")
        context |= {"error": problem.fields["reason"][0], "value": fields.masked(field, plain)}
        return render(request, "parts/_masked.html", context, status=422)
    return render(request, "parts/_masked.html", context)
