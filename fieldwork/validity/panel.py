"""What the review of a worker's report shows on the ticket's page, and the button while it may still be made."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import pgettext, pgettext_lazy
from django.views.decorators.http import require_http_methods

from fieldwork.validity.models import ReportReview
from fieldwork.validity.reviewing import LONGEST, SIDE, review
from fieldwork.validity.rules import role_for, worker_sources
from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import now
from governance.foundation.errors import Conflict, Forbidden, Problem
from governance.foundation.pages import is_partial
from incidents.models import Ticket
from incidents.opening import visible_ticket
from incidents.sides import Side, SideButton

OFFERED: Final = timedelta(days=31)
"""Beyond it no number of days keeps a review open; the deed asks for the exact one."""


class ReviewForm(forms.Form):
    """Valid, or why not."""

    ground = forms.ChoiceField(
        label=pgettext_lazy("report review", "This report is"),
        required=False,
        choices=[("", pgettext_lazy("report review", "Valid information")), *ReportReview.Ground.choices],
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label=pgettext_lazy("invalid report", "Remark"), required=False, max_length=LONGEST
    )


def panel(ticket: Ticket, actor: Actor, at: datetime) -> Mapping[str, Any] | None:
    """The verdict of a person; for everybody who sees the ticket."""
    row = ReportReview.objects.filter(ticket=ticket).select_related("by").first()
    return {"row": row} if row is not None else None


def buttons(ticket: Ticket, actor: Actor, at: datetime) -> Sequence[SideButton]:
    """For whoever reviews reports of this place, on the desk. No statement."""
    is_open = SIDE not in ticket.sides and at - ticket.registered_at < OFFERED
    if actor.client == "phone" or not is_open or ticket.source_id not in worker_sources():
        return ()
    try:
        role_for(ticket, actor)
    except Forbidden:
        return ()
    url = reverse("fieldwork:report-review", args=[ticket.number])
    return [SideButton(label=pgettext("report review", "Review the report"), url=url)]


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def dialog(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """GET: the form. POST: the verdict."""
    ticket = visible_ticket(actor, number)
    role_for(ticket, actor)
    form = ReviewForm(request.POST if request.method == "POST" else None)
    problem: Problem | None = None
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            review(ticket.pk, by=actor, at=now(), **form.cleaned_data)
        except Conflict as refusal:
            problem, status = refusal, refusal.status
        else:
            messages.success(request, pgettext("report review", "The review is noted"))
            url = reverse("incidents:ticket", args=[number])
            return HttpResponse(headers={"HX-Redirect": url}) if is_partial(request) else redirect(url)
    context = {
        "title": f"{pgettext('report review', 'Review the report')} · {number}",
        "verb": pgettext("report review", "Note the review"),
        "url": request.path,
        "back": reverse("incidents:ticket", args=[number]),
        "form": form,
        "note": pgettext("report review", "Handing up and rejecting are no verdict about the worker"),
        "problem": problem,
        "task": ticket,
    }
    template = "fieldwork/desk/_verb.html" if is_partial(request) else "fieldwork/validity/page.html"
    return render(request, template, context, status=status)


VALIDITY: Final = Side(
    name=SIDE,
    template="fieldwork/validity/_panel.html",
    panel=panel,
    buttons=buttons,
    phone="fieldwork/validity/_phone_panel.html",
)
