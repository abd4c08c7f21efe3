"""One case: parties masked, its limits, sessions, agreement and story, and the verbs this person may do now."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import now
from governance.foundation.errors import Invalid
from incidents.models import Ticket
from mediation import disclosure
from mediation.archive import faults_of
from mediation.models import MediationCase, Party
from mediation.opening import visible_case
from mediation.rules import permitted
from mediation.states import TONES, CaseState
from mediation.views import faces
from mediation.views.buttons import arranged, standing_of
from mediation.views.dossier import Dossier
from mediation.views.frames import frame_of


@require_safe
@desk_page
def detail(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Everything about one case that this person may read."""
    at = now()
    row = visible_case(actor, number)
    dossier, is_veiled = Dossier(row), actor.user_id not in row.handled_by
    missing = faults_of(row) if row.state == CaseState.FOLLOW_UP else []
    has = standing_of(dossier, at, is_complete=not missing)
    buttons, more = arranged(row, permitted(row, actor, at), has)
    if is_veiled:
        dossier.veil()
    context: dict[str, Any] = {
        "row": row,
        "tone": TONES[row.state],
        "lamp": row.lamp(at),
        "place": faces.place_words(row.region_path),
        "category": faces.category_words(row.category_code),
        "ticket": _ticket(row, actor),
        "dossier": dossier,
        "parties": faces.parties(dossier, actor),
        "limits": faces.limits(row, at),
        "missing": missing,
        "pauses": [(pause, pause.length(at).total_seconds() / 60) for pause in dossier.pauses],
        "entries": faces.entries(dossier, is_veiled=is_veiled),
        "buttons": buttons,
        "more": more,
        "has_new_draft": has.drafted or has.signed,
        "papers_first": has.drafted and actor.user_id in row.handled_by,
        **frame_of(actor),
    }
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
    context: dict[str, Any] = {"name": f"masked-{party}-{field}", "url": request.path}
    try:
        reason = request.POST.get("reason", "")
        found = disclosure.reveal(row, party, field, by=actor, at=now(), reason=reason)
        context["shown"] = found[1]
    except Invalid as problem:
        shown = disclosure.masked(Party.objects.get(case=row, pk=party), field)
        context |= {"value": shown, "error": problem.fields["reason"][0]}
        return render(request, "parts/_masked.html", context, status=422)
    return render(request, "parts/_masked.html", context)
