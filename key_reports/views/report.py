"""One report: its clocks, texts, receipts and story; numbers in a text shown with a reason."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import now
from governance.foundation.errors import Invalid, NotFound
from incidents.models import Ticket
from key_reports import masks
from key_reports.models import AccountabilityCase, KeyReport, labels
from key_reports.querysets import unit_ids
from key_reports.rules import knows_reporter, may_suspect, permitted
from key_reports.states import ENDING, ITEMS, TONES
from key_reports.views.doors import visible_report
from key_reports.views.faces import (
    clock_faces,
    entries,
    place_words,
    recipient_faces,
    text_faces,
    way_of,
)
from key_reports.views.listing import frame_of
from mediation.models import MediationCase


@require_safe
@desk_page
def detail(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Everything about one report that this person may read, and what may be done now."""
    row, at = visible_report(actor, number), now()
    note_opened(row, actor, at)
    texts = list(row.texts.select_related("author").order_by("pk"))
    recipients = row.recipients.select_related("unit", "user", "received_by", "clock").order_by(
        "is_relayed", "-is_centre", "pk"
    )
    context = {
        "tab": "list",
        "row": row,
        "tone": TONES[row.state],
        "lamp": row.lamp(at),
        "is_late": row.is_late(at),
        "place": place_words(row.region_path),
        "way": way_of(row),
        "clocks": clock_faces(row, at),
        "texts": text_faces(row, texts, actor),
        "known": [] if texts else labels(masks.masked_items(row.items), ITEMS),
        "recipients": recipient_faces(recipients, at),
        "entries": entries(row, row.steps.order_by("-pk")),
        "knows_reporter": knows_reporter(actor, row),
        "accounts": AccountabilityCase.objects.visible_to(actor).filter(report=row).order_by("-pk"),
        "may_suspect": may_suspect(actor, row),
        "causes": causes_of(row, actor),
        "buttons": [
            (verb, reverse("key_reports:verb", args=[row.number, verb.name]), row.state in verb.next_in)
            for verb in permitted(row, actor)
        ],
        **frame_of(actor),
    }
    return render(request, "key_reports/report.html", context)


def note_opened(row: KeyReport, actor: Actor, at: Any) -> None:
    """The first time that a recipient looks at it is kept: it is no receipt, but it tells who has seen it."""
    mine = row.recipients.filter(Q(user=actor.user_id) | Q(unit__in=unit_ids(actor)), opened_at=None)
    mine.update(opened_at=at, opened_by=actor.user)


def causes_of(row: KeyReport, actor: Actor) -> dict[str, Any]:
    """What it came out of, as links for those who may open them."""
    found: dict[str, Any] = {}
    if row.ticket is not None:
        may = Ticket.objects.visible_to(actor).filter(pk=row.ticket.pk).exists()
        found["ticket"] = {"number": row.ticket.number, "may_open": may}
    if row.case is not None:
        may = MediationCase.objects.visible_to(actor).filter(pk=row.case.pk).exists()
        found["case"] = {"number": row.case.number, "may_open": may}
    if row.finding is not None:
        found["finding"] = row.finding.task
    return found


@require_POST
@desk_page
def reveal(request: HttpRequest, actor: Actor, number: str, pk: int) -> HttpResponse:
    """A text with the numbers in the clear, for a reason; the part of the page."""
    row = visible_report(actor, number)
    text = row.texts.filter(pk=pk).first()
    if text is None:
        raise NotFound()
    names = ITEMS | (ENDING if text.kind == "final" else {})
    context: dict[str, Any] = {"url": request.path, "pk": pk}
    try:
        shown = masks.reveal(row, text, by=actor, at=now(), reason=request.POST.get("reason", ""))
    except Invalid as problem:
        context |= {"error": problem.fields["reason"][0]}
        return render(request, "key_reports/_reveal.html", context, status=422)
    context["shown"] = [
        (label, value) for label, value in labels(shown, names) if masks.masked(value) != value
    ]
    return render(request, "key_reports/_reveal.html", context)
