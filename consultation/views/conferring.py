"""Consultations: the list, one with opinions and decision, and convening one from the ticket's page."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from consultation import conferences
from consultation.forms import ConveneForm, put_errors
from consultation.models import Consultation, Invitation
from consultation.querysets import ConsultationQuerySet
from consultation.rules import may_convene, permitted
from consultation.states import CONSULTATION_TABLE, ConsultationState
from consultation.states.who import CENTRE, STANCES
from consultation.views.doors import must_read, visible_consultation
from consultation.views.faces import FORWARD, TONES, entries, names_of, units_face
from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import now
from governance.foundation.errors import Conflict, Forbidden, Invalid, Problem
from governance.foundation.pages import is_partial
from grids import scope as scopes
from grids.views.pagers import page_of
from incidents.models import Ticket
from incidents.opening import visible_ticket
from incidents.views.faces import unit_name

SIZE = 50


@require_safe
@desk_page
def list_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Newest first. `?mine=opinion` waits for our opinion; `?state=` (several) and `?q=` narrow."""
    must_read(actor)
    units = sorted(scopes.of(actor.user).unit_ids)
    visible = Consultation.objects.visible_to(actor)
    waiting = asked(visible, units)
    rows = wanted(waiting if request.GET.get("mine") == "opinion" else visible, request)
    rows = rows.select_related("ticket", "centre", "lead").defer("ticket__search", "ticket__content")
    rows = rows.annotate(heard=Count("invitations", filter=Q(invitations__opined_at__isnull=False)))
    page = page_of(
        rows.annotate(invited=Count("invitations")), "convened_at", request.GET.get("cursor", ""), SIZE
    )
    at = now()
    context = {
        "page": page,
        "rows": [(row, TONES[row.state], row.lamp(at)) for row in page.rows],
        "states": ConsultationState.choices,
        "waiting": waiting.count(),
        "is_mine": request.GET.get("mine") == "opinion",
        "is_filtered": any(request.GET.get(key) for key in ("state", "q", "mine")),
    }
    return render(request, "consultation/consultations.html", context)


def asked(rows: ConsultationQuerySet, units: list[int]) -> ConsultationQuerySet:
    """Open ones that wait for the opinion of one of these units."""
    silent = Invitation.objects.filter(consultation=OuterRef("pk"), unit__in=units, opined_at=None)
    return rows.open().filter(Exists(silent))


def wanted(rows: ConsultationQuerySet, request: HttpRequest) -> ConsultationQuerySet:
    """The filters of the list."""
    if states := [state for state in request.GET.getlist("state") if state in ConsultationState.values]:
        rows = rows.filter(state__in=states)
    if words := request.GET.get("q", "").strip()[:100]:
        rows = rows.filter(
            Q(number__icontains=words)
            | Q(ticket__number__icontains=words)
            | Q(ticket__title__icontains=words)
        )
    return rows


@require_safe
@desk_page
def detail(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """The question, what each unit says, the decision, and the story."""
    row = visible_consultation(actor, number)
    context = facts_of(row, actor) | {
        "entries": entries(row.deeds.select_related("line").order_by("-pk"), CONSULTATION_TABLE),
        "sees_ticket": Ticket.objects.visible_to(actor).filter(pk=row.ticket_id).exists(),
        "topic": f"consultation:{row.pk}",
    }
    return render(request, "consultation/consultation.html", context)


def facts_of(row: Consultation, actor: Actor) -> dict[str, Any]:
    """What the page and the ticket's panel show of a consultation."""
    mine = scopes.of(actor.user).unit_ids
    stances = dict(STANCES)
    invitations = [
        {
            "row": item,
            "name": unit_name(item.unit_id),
            "stance": stances.get(item.stance, ""),
            "is_mine": item.unit_id in mine,
        }
        for item in row.invitations.select_related("opined_by").order_by("pk")
    ]
    return {
        "row": row,
        "tone": TONES[row.state],
        "lamp": row.lamp(now()),
        "invitations": invitations,
        "recusals": list(row.recusals.select_related("user").order_by("pk")),
        "co_handlers": names_of(row.co_handlers),
        "buttons": [(verb, verb_url(row, verb.name), verb.name in FORWARD) for verb in permitted(row, actor)],
    }


def verb_url(row: Consultation, verb: str) -> str:
    """Where a verb of a consultation is done."""
    return reverse("consultation:consultation-verb", args=[row.number, verb])


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def convene(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Convene a consultation on a ticket, in the dialog of its page."""
    ticket = visible_ticket(actor, number)
    if not may_convene(ticket, actor):
        raise Forbidden(_("The centre convenes consultations"), roles=sorted(CENTRE))
    if request.method != "POST":
        begun = [ticket.lead_unit_id] if ticket.lead_unit_id else []
        return answer(request, ticket, ConveneForm(initial={"units": begun}, auto_id="verb_%s"))
    form = ConveneForm(request.POST, auto_id="verb_%s")
    if not form.is_valid():
        return answer(request, ticket, form, status=422)
    data = form.cleaned_data
    try:
        row = conferences.convene(
            ticket.pk, by=actor, at=now(), question=data["opinion"], units=data["units"]
        )
    except Invalid as problem:
        put_errors(form, problem)
        return answer(request, ticket, form, status=422)
    except (Conflict, Forbidden) as problem:
        return answer(request, ticket, form, status=problem.status, problem=problem)
    messages.success(request, _("Convened: %(number)s") % {"number": row.number})
    url = reverse("consultation:consultation", args=[row.number])
    if is_partial(request):
        return HttpResponse(status=200, headers={"HX-Redirect": url})
    return redirect(url)


def answer(
    request: HttpRequest,
    ticket: Ticket,
    form: ConveneForm,
    *,
    status: int = 200,
    problem: Problem | None = None,
) -> HttpResponse:
    """The form, in the dialog or as a page."""
    verb = CONSULTATION_TABLE["convene"]
    context = {
        "row": ticket,
        "title": f"{verb.label} · {ticket.number}",
        "url": request.path,
        "back": ticket.get_absolute_url(),
        "form": form,
        "fields": [
            {"part": "plain", "bound": form["opinion"]},
            units_face(form["units"], ticket.region_path),
        ],
        "verb": verb.label,
        "note": str(verb.guard),
        "version": None,
        "problem": problem,
    }
    template = "consultation/_verb.html" if is_partial(request) else "consultation/verb.html"
    return render(request, template, context, status=status)
