"""One hazard with its story and what may be done now; its photos; the report of a new one."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from fieldwork.hazards import reporting
from fieldwork.hazards.forms import NAMES, HazardForm, OfTicketForm
from fieldwork.hazards.models import Hazard, HazardProof
from fieldwork.hazards.rules import permitted, reporting_role
from fieldwork.hazards.states import TONES
from fieldwork.hazards.views.faces import (
    FieldFace,
    entries,
    listing_of,
    matter_words,
    place_words,
    visible_hazard,
)
from fieldwork.hazards.views.listing import frame_of
from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import now
from governance.foundation.errors import Conflict, Invalid, NotFound, Problem
from governance.foundation.pages import is_partial
from grids.views.ground import area_of, ground_of
from incidents.forms import put_errors
from incidents.models import Ticket
from incidents.opening import visible_ticket
from incidents.places import Spot
from incidents.views.files import file_answer
from incidents.views.register import region_words
from incidents.views.verbs import uploaded


@require_safe
@desk_page
def detail(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """The facts, the limits, the listing, the story."""
    at = now()
    row = visible_hazard(actor, number)
    listing = listing_of(row)
    is_seen = row.ticket_id is not None and Ticket.objects.visible_to(actor).filter(pk=row.ticket_id).exists()
    context = {
        "row": row,
        "at": at,
        "tone": TONES[row.state],
        "lamp": row.lamp(at),
        "place": place_words(row.region_path),
        "matter": matter_words(row.category_code),
        "listing": listing,
        "is_look_late": bool(row.is_open and row.look_due_at and row.look_due_at <= at),
        "is_control_late": bool(
            row.control_due_at and not row.controlled_at and row.is_open and row.control_due_at <= at
        ),
        "ticket": row.ticket if is_seen else None,
        "entries": entries(row),
        "buttons": [
            (verb, reverse("fieldwork:hazard-verb", args=[row.number, verb.name]))
            for verb in permitted(row, actor)
        ],
        **frame_of(actor),
    }
    return render(request, "fieldwork/hazards/hazard.html", context)


@require_safe
@desk_page
def photo(request: HttpRequest, actor: Actor, attachment_id: UUID) -> HttpResponseBase:
    """A photo that proves a deed, or `?thumb=1` its small picture: for whoever sees the hazard."""
    proof = HazardProof.objects.filter(attachment=attachment_id).select_related("attachment", "step").first()
    if proof is None or not Hazard.objects.visible_to(actor).filter(pk=proof.step.hazard_id).exists():
        raise NotFound()
    is_small = request.GET.get("thumb") == "1" and bool(proof.attachment.thumbnail)
    return file_answer(request, proof.attachment, actor, is_thumbnail=is_small)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def new(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Report a hazard: a photo, the place, the matter, what one saw."""
    reporting_role(actor)
    if request.method != "POST":
        return form_answer(request, actor, HazardForm())
    form = HazardForm(request.POST)
    if not form.is_valid():
        return form_answer(request, actor, form, status=422)
    try:
        found = reporting.report(form.draft(), by=actor, at=now())
    except Invalid as problem:
        put_errors(form, problem, NAMES)
        return form_answer(request, actor, form, status=422)
    except Conflict as problem:
        form.add_error(None, str(problem.detail))
        return form_answer(request, actor, form, status=409)
    words = pgettext("hazard", "Hazard reported: %(number)s")
    if not found.created:
        words = pgettext("hazard", "This hazard has been reported before: %(number)s")
    messages.success(request, words % {"number": found.hazard.number})
    return redirect("fieldwork:hazard", found.hazard.number)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def of_ticket(request: HttpRequest, actor: Actor, number: str) -> HttpResponseBase:
    """Register the hazard that a ticket is about, in the dialog of its page."""
    reporting_role(actor)
    ticket = visible_ticket(actor, number)
    if request.method != "POST":
        start = {"content": ticket.content[:2000], "category": ticket.category.code}
        return dialog_answer(request, actor, OfTicketForm(initial=start), ticket)
    form = OfTicketForm(request.POST)
    if not form.is_valid():
        return dialog_answer(request, actor, form, ticket, status=422)
    spot = Spot(lon=ticket.lon, lat=ticket.lat, region_code=place_code(ticket), text=ticket.place)
    try:
        found = reporting.report(form.draft(spot), by=actor, at=now(), ticket=ticket)
    except Invalid as problem:
        put_errors(form, problem, NAMES)
        return dialog_answer(request, actor, form, ticket, status=422)
    except Conflict as problem:
        return dialog_answer(request, actor, form, ticket, status=409, problem=problem)
    messages.success(
        request, pgettext("hazard", "Hazard reported: %(number)s") % {"number": found.hazard.number}
    )
    url = reverse("incidents:ticket", args=[number])
    if is_partial(request):
        return HttpResponse(status=200, headers={"HX-Redirect": url})
    return redirect(url)


def place_code(ticket: Ticket) -> str:
    """The code of the ticket's place."""
    return ticket.region_path.rstrip("/").rpartition("/")[2]


def dialog_answer(
    request: HttpRequest,
    actor: Actor,
    form: OfTicketForm,
    ticket: Ticket,
    *,
    status: int = 200,
    problem: Problem | None = None,
) -> HttpResponse:
    """The form as the inside of the dialog or as a page."""
    label = pgettext("hazard", "Register as a hazard")
    photos = form["photos"]
    context = {
        "title": f"{label} · {ticket.number}",
        "url": request.path,
        "back": reverse("incidents:ticket", args=[ticket.number]),
        "row": ticket,
        "form": form,
        "fields": [
            FieldFace(
                part="photos",
                bound=photos,
                have=uploaded(actor, photos.value()),
                error=" ".join(map(str, photos.errors)),
                is_needed=True,
            ),
            *(FieldFace(part="plain", bound=form[name]) for name in ("category", "content", "party")),
        ],
        "verb": label,
        "problem": problem,
        **frame_of(actor),
    }
    template = "fieldwork/hazards/_verb.html" if is_partial(request) else "fieldwork/hazards/verb.html"
    return render(request, template, context, status=status)


def form_answer(request: HttpRequest, actor: Actor, form: HazardForm, *, status: int = 200) -> HttpResponse:
    """The form as a page."""
    context = {
        "form": form,
        "region_shown": region_words(str(form["region_code"].value() or "")),
        "have": uploaded(actor, form["photos"].value()),
        "ground": ground_of(area_of(actor.user)),
        **frame_of(actor),
    }
    return render(request, "fieldwork/hazards/form.html", context, status=status)
