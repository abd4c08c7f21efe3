"""One case: parties masked, its limits, sessions, agreement and story, and the verbs this person may do now."""

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import now
from governance.foundation.errors import Invalid
from governance.foundation.prepared import fetch_models
from incidents.models import Ticket
from mediation import disclosure
from mediation.archive import faults_of
from mediation.models import Callback, MediationCase, PartyRelation, PetitionVisit
from mediation.opening import visible_case
from mediation.rules import permitted
from mediation.states import TONES, CaseState
from mediation.views import faces
from mediation.views.buttons import arranged, standing_of
from mediation.views.frames import frame_of

CALLS: Final = "WHERE t.case_id = %s AND t.dropped_at IS NULL ORDER BY t.due_at"
OF_MEDIATOR: Final = ("case_id", "is_lead", "chosen_by", "until", "mediator__name", "mediator__body__name")


@require_safe
@desk_page
def detail(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Everything about one case that this person may read."""
    at = now()
    row = visible_case(actor, number)
    parties = faces.parties(row, actor)
    numbers = {item["row"].pk: item["row"].number for item in parties}
    context: dict[str, Any] = {
        "row": row,
        "tone": TONES[row.state],
        "lamp": row.lamp(at),
        "place": faces.place_words(row.region_path),
        "category": faces.category_words(row.category_code),
        "ticket": _ticket(row, actor),
        "parties": parties,
        "relations": [
            (relation, numbers.get(relation.one_id), numbers.get(relation.other_id))
            for relation in fetch_models(PartyRelation, "WHERE t.case_id = %s ORDER BY t.id", [row.pk])
        ],
        "mediators": list(
            row.mediators.select_related("mediator__body")
            .only(*OF_MEDIATOR)
            .order_by("until", "-is_lead", "pk")
        ),
        "limits": faces.limits(row, at),
        "sessions": list(
            row.sessions.prefetch_related("present", "files__attachment").order_by("-starts_at")
        ),
        "agreement": faces.agreement(row),
        "callbacks": fetch_models(Callback, CALLS, [row.pk]),
        "reports": list(row.reports.select_related("read_by").order_by("pk")),
        "conferrals": list(row.conferrals.select_related("unit").order_by("pk")),
        "visits": fetch_models(PetitionVisit, "WHERE t.case_id = %s ORDER BY t.at DESC", [row.pk]),
        "missing": faults_of(row) if row.state == CaseState.FOLLOW_UP else [],
        "entries": faces.entries(row),
        **frame_of(actor),
    }
    has = standing_of(row, context, at)
    context["buttons"], context["more"] = arranged(row, permitted(row, actor, at), has)
    context["papers_first"] = has.drafted and actor.user_id in row.handled_by
    return render(request, "mediation/case.html", context)


def _ticket(row: MediationCase, actor: Actor) -> str:
    """The number of the ticket that it came from, where the reader may see that."""
    if row.ticket_id is None:
        return ""
    seen = Ticket.objects.visible_to(actor).filter(pk=row.ticket_id)
    return seen.values_list("number", flat=True).first() or ""


@require_http_methods(["POST"])
@desk_page
def reveal(request: HttpRequest, actor: Actor, number: str, party: int, field: str) -> HttpResponse:
    """A masked field with a reason; the part of the page with the field in the clear."""
    row = visible_case(actor, number)
    context: dict[str, Any] = {"name": f"masked-{party}-{field}", "url": request.path, "value": "***"}
    try:
        reason = request.POST.get("reason", "")
        found = disclosure.reveal(row, party, field, by=actor, at=now(), reason=reason)
        context["shown"] = found[1]
    except Invalid as problem:
        context["error"] = problem.fields["reason"][0]
        return render(request, "parts/_masked.html", context, status=422)
    return render(request, "parts/_masked.html", context)
