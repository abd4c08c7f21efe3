"""Whistle calls: mine to answer, those that we called; one call with each department's line and clock; a new one."""

from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from consultation import whistles
from consultation.forms import CallForm, put_errors
from consultation.models import CallLine, CallPhoto, WhistleCall
from consultation.querysets import CallQuerySet
from consultation.rules import may_read_statistics, may_whistle, permitted
from consultation.states import CALL_TABLE, LINE_OPEN, CallKind, CallState
from consultation.views.doors import must_read, visible_call
from consultation.views.faces import FORWARD, TONES, FieldFace, entries, line_faces, names_of, units_face
from consultation.whistles import CallDraft
from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import now
from governance.foundation.errors import Conflict, Forbidden, Invalid, NotFound
from governance.foundation.naming import label_of
from governance.foundation.pages import is_partial
from grids import scope as scopes
from grids.territory import current as territory
from grids.views.pagers import page_of
from incidents.models import Ticket
from incidents.opening import visible_ticket
from incidents.places import Spot
from incidents.views.faces import unit_name

SIZE = 50
MINE = ("answer", "called", "all")
WHISTLE = pgettext_lazy("whistle", "Whistle")


@require_safe
@desk_page
def list_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Newest first. `?mine=answer` waits for us, `called` we have whistled; `?kind=`, `?state=`, `?q=`, `?unit=`."""
    must_read(actor)
    units = sorted(scopes.of(actor.user).unit_ids)
    visible = WhistleCall.objects.visible_to(actor)
    counts = {name: tab_of(visible, name, units).count() for name in MINE[:2]}
    tab = request.GET.get("mine") or ("answer" if counts["answer"] else "all")
    rows = wanted(tab_of(visible, tab, units), request).select_related("caller", "ticket", "region")
    lines = Prefetch("lines", queryset=CallLine.objects.select_related("unit").order_by("pk"))
    rows = rows.defer("ticket__search", "ticket__content", "region__boundary").prefetch_related(lines)
    page = page_of(rows, "made_at", request.GET.get("cursor", ""), SIZE)
    at = now()
    context = {
        "page": page,
        "rows": [row_face(row, at, set(units)) for row in page.rows],
        "tab": tab,
        "counts": counts,
        "kinds": CallKind.choices,
        "states": CallState.choices,
        "is_filtered": any(request.GET.get(key) for key in ("kind", "state", "q", "unit", "since", "until")),
        "may_whistle": may_whistle(actor),
        "may_read_statistics": may_read_statistics(actor),
    }
    return render(request, "consultation/calls.html", context)


def tab_of(rows: CallQuerySet, tab: str, units: list[int]) -> CallQuerySet:
    """What waits for these units, what they have whistled, or everything."""
    if tab == "answer":
        waiting = CallLine.objects.waiting_for(units).filter(call=OuterRef("pk"))
        to_confirm = Q(state=CallState.REQUESTED, caller__in=units)
        return rows.filter(Q(Exists(waiting)) | to_confirm)
    if tab == "called":
        return rows.filter(Q(caller__in=units) | Q(asked_by_unit__in=units))
    return rows


def wanted(rows: CallQuerySet, request: HttpRequest) -> CallQuerySet:
    """The filters of the list."""
    if kinds := [kind for kind in request.GET.getlist("kind") if kind in CallKind.values]:
        rows = rows.filter(kind__in=kinds)
    if states := [state for state in request.GET.getlist("state") if state in CallState.values]:
        rows = rows.filter(state__in=states)
    if words := request.GET.get("q", "").strip()[:100]:
        rows = rows.filter(
            Q(number__icontains=words) | Q(title__icontains=words) | Q(ticket__number__icontains=words)
        )
    unit = request.GET.get("unit", "")
    if unit.isdigit() and len(unit) < 19:  # digits of a key
        rows = rows.filter(Exists(CallLine.objects.filter(call=OuterRef("pk"), unit=int(unit))))
    return rows


def row_face(row: WhistleCall, at: Any, mine: set[int]) -> dict[str, Any]:
    """One line of the list: the worst lamp, how many have answered, when the next is due: of us, else of any."""
    lines = list(row.lines.all())
    waiting = [line for line in lines if line.state in LINE_OPEN]
    lamps = [line.lamp(at) for line in waiting]
    worst = next((lamp for lamp in ("red", "amber", "green") if lamp in lamps), "grey")
    ours = [line for line in waiting if line.unit_id in mine] or waiting
    dues = [line.due_at for line in ours if line.due_at is not None]
    return {
        "row": row,
        "tone": TONES[row.state],
        "lamp": worst,
        "units": "、".join(unit_name(line.unit_id) or line.unit.label for line in lines)
        or names_of(row.wanted),
        "answered": sum(1 for line in lines if line.answered_at is not None),
        "count": len(lines) or len(row.wanted),
        "due": min(dues) if dues and row.state == CallState.CALLED else None,
        "place": place_of(row),
    }


def place_of(row: WhistleCall) -> str:
    """Community and grid in words."""
    return " ".join(label_of(place) for place in territory().chain(row.region_path)[-2:])


@require_safe
@desk_page
def detail(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """What is needed, each department's line with its clock, and the story."""
    row = visible_call(actor, number)
    at = now()
    lines = list(row.lines.select_related("unit").prefetch_related("photos").order_by("pk"))
    for line in lines:
        line.call = row
    verbs = permitted(row, actor)
    ticket = row.ticket
    sees = ticket is not None and Ticket.objects.visible_to(actor).filter(pk=ticket.pk).exists()
    context = {
        "row": row,
        "tone": TONES[row.state],
        "place": " / ".join(label_of(place) for place in territory().chain(row.region_path)[1:]),
        "wanted": names_of(row.wanted),
        "lines": line_faces(lines, actor, at, scopes.of(actor.user).unit_ids),
        "entries": entries(row.deeds.select_related("line").order_by("-pk"), CALL_TABLE),
        "buttons": [(verb, verb_url(row, verb.name), verb.name in FORWARD) for verb in verbs],
        "sees_ticket": sees,
        "topic": f"whistle:{row.pk}",
    }
    return render(request, "consultation/call.html", context)


def verb_url(row: WhistleCall, verb: str) -> str:
    """Where a verb of the call is done."""
    return reverse("consultation:call-verb", args=[row.number, verb])


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def new(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Whistle, on the ticket `?ticket=` or for a place."""
    must_read(actor)
    if not may_whistle(actor):
        raise Forbidden(
            _("Towns whistle; communities ask their town to"), roles=["town_staff", "community_staff"]
        )
    number = request.GET.get("ticket", "")
    ticket = visible_ticket(actor, number) if number else None
    if request.method != "POST":
        begun = {"title": ticket.title, "kind": CallKind.HARD.value} if ticket is not None else {}
        return answer(request, CallForm(initial=begun), ticket)
    form = CallForm(request.POST)
    if not form.is_valid():
        return answer(request, form, ticket, status=422)
    data = form.cleaned_data
    spot = Spot(region_code=data["region"], text=data["place"]) if data["region"] else None
    draft = CallDraft(
        kind=data["kind"],
        title=data["title"],
        content=data["content"],
        units=data["units"],
        ticket=ticket,
        spot=None if ticket is not None else spot,
    )
    try:
        row = whistles.whistle(draft, by=actor, at=now())
    except (Invalid, Conflict, Forbidden) as problem:
        if isinstance(problem, Invalid):
            put_errors(form, problem, {"region_code": "region", "point": "region"})
        else:
            form.add_error(None, str(problem.detail))
        return answer(request, form, ticket, status=problem.status)
    said = (
        _("The town has been asked: %(number)s")
        if row.state == "requested"
        else _("Departments called: %(number)s")
    )
    messages.success(request, said % {"number": row.number})
    if is_partial(request):
        return HttpResponse(headers={"HX-Redirect": reverse("consultation:call", args=[row.number])})
    return redirect("consultation:call", row.number)


def answer(request: HttpRequest, form: CallForm, ticket: Ticket | None, *, status: int = 200) -> HttpResponse:
    """The form of a new call: in the dialog of its ticket's page, or as a page."""
    code = str(form["region"].value() or "")
    place = next((item for item in territory().by_path.values() if item.code == code), None) if code else None
    path = ticket.region_path if ticket is not None else (place.path if place is not None else "")
    units: FieldFace = units_face(form["units"], path, departments_only=True)
    context = {
        "form": form,
        "ticket": ticket,
        "units": units,
        "region_shown": label_of(place) if place is not None else "",
        "title": f"{WHISTLE} · {ticket.number}" if ticket is not None else WHISTLE,
        "url": request.get_full_path(),
        "verb": WHISTLE,
    }
    template = "consultation/_call_form.html" if is_partial(request) else "consultation/call_form.html"
    return render(request, template, context, status=status)


@require_safe
@desk_page
def photo(request: HttpRequest, actor: Actor, key: str) -> HttpResponseBase:
    """A picture from the spot, for those who may see the call."""
    row = CallPhoto.objects.filter(pk=key, line__in=CallLine.objects.visible_to(actor)).first()
    if row is None:
        raise NotFound()
    try:
        content = row.file.open("rb")
    except FileNotFoundError as error:
        raise NotFound() from error
    return FileResponse(
        content, content_type="image/jpeg", headers={"Cache-Control": "private, max-age=3600"}
    )
