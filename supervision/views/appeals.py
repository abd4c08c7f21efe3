"""Appeals: the list, one with its proof and decisions, objecting from a ticket's page."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import now
from grids.views.pagers import page_of
from incidents.models import Ticket
from supervision.deeds.appealing import Objection, lodge
from supervision.forms import AppealForm
from supervision.ground import answering_unit
from supervision.models import Appeal
from supervision.names import AppealKind, AppealState
from supervision.rules import permitted, role_for_appeal, role_over
from supervision.states import APPEAL_TABLE
from supervision.values import values_at
from supervision.views.dialogs import Dialog, serve
from supervision.views.doors import must_read, supervised_ticket, visible_appeal
from supervision.views.faces import TONES, entries, place_words

SIZE = 50
FORWARD = ("review", "grant")


@require_safe
@desk_page
def list_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Newest first; `?state=` and `?kind=` (several) narrow."""
    must_read(actor)
    rows = Appeal.objects.visible_to(actor).select_related("unit", "ticket")
    for name, values in (("state", AppealState.values), ("kind", AppealKind.values)):
        if chosen := [value for value in request.GET.getlist(name) if value in values]:
            rows = rows.filter(**{f"{name}__in": chosen})
    rows = rows.defer("ticket__search", "ticket__content")
    page = page_of(rows, "lodged_at", request.GET.get("cursor", ""), SIZE)
    at = now()
    context = {
        "page": page,
        "rows": [(row, TONES[row.state], row.lamp(at)) for row in page.rows],
        "states": AppealState.choices,
        "is_filtered": any(request.GET.get(key) for key in ("state", "kind")),
    }
    return render(request, "supervision/appeals.html", context)


@require_safe
@desk_page
def detail(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """What is objected to, with which proof, and who decided what."""
    row = visible_appeal(actor, number)
    verbs = permitted(APPEAL_TABLE, role_for_appeal, row, actor)
    steps = row.steps.prefetch_related("proofs__attachment").order_by("-pk")
    context = {
        "row": row,
        "lamp": row.lamp(now()),
        "tone": TONES[row.state],
        "place": place_words(row.region_path),
        "entries": entries(steps, APPEAL_TABLE),
        "buttons": [(verb, verb.name in FORWARD) for verb in verbs],
        "is_seen": Ticket.objects.visible_to(actor).filter(pk=row.ticket_id).exists(),
    }
    return render(request, "supervision/appeal.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def lodge_page(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """The objection of the unit that answers for this ticket."""
    ticket = supervised_ticket(actor, number)
    role_over(APPEAL_TABLE["lodge"], actor, unit_id=answering_unit(ticket))
    days = values_at(now())["appeal.workdays"]

    def do(data: dict[str, Any]) -> tuple[str, str]:
        wanted = Objection(kind=data["kind"], reason=data["reason"], files=data["files"])
        row = lodge(ticket.pk, wanted, by=actor, at=now())
        said = pgettext("supervision", "Appeal %(number)s is with oversight") % {"number": row.number}
        return reverse("supervision:appeal", args=[row.number]), said

    dialog = Dialog(
        title=f"{pgettext('supervision', 'Appeal')} · {ticket.number}",
        url=reverse("supervision:lodge", args=[number]),
        back=reverse("incidents:ticket", args=[number]),
        verb=pgettext("supervision", "Lodge the appeal"),
        make=lambda data: AppealForm(data, initial={"kind": AppealKind.OVERDUE}),
        deed=do,
        note=pgettext(
            "supervision", "Within %(days)d workdays of the result, once for each result, with proof."
        )
        % {"days": days},
        needs_files=True,
    )
    return serve(request, actor, dialog)
