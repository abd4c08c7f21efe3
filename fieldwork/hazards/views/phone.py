"""Hazards on the worker's phone: which there are, a new one, a second look. The same forms go through the outbox."""

from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from fieldwork.hazards import deeds, reporting
from fieldwork.hazards.forms import NAMES, HazardForm, RecheckForm
from fieldwork.hazards.models import Hazard
from fieldwork.hazards.phone import checkable, rechecks_of
from fieldwork.hazards.rules import must_read, reporting_role
from fieldwork.hazards.states import TONES, HazardState
from fieldwork.hazards.views.faces import entries, matter_words, place_words, row_of, visible_hazard
from governance.accounts.actors import Actor
from governance.exchange.doors import problem_words
from governance.foundation.clock import now
from governance.foundation.errors import Conflict, Invalid
from grids.views.ground import area_of, ground_of
from incidents.forms import put_errors
from incidents.views.phone import answer, phone_page
from incidents.views.register import region_words
from incidents.views.verbs import uploaded

SIZE: Final = 20
"""Of each part of the list: what one looks at on a phone."""
TAB: Final = "report"


@require_safe
@phone_page
def list_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What waits for a second look, what is under way, what the person reported."""
    must_read(actor)
    at, seen = now(), Hazard.objects.visible_to(actor)
    mine = seen.filter(reporter=actor.user_id)
    under_way = seen.open().exclude(state=HazardState.SUBMITTED)
    context = {
        "waiting": [row_of(row, at) for row in checkable(actor, SIZE)],
        "under_way": [row_of(row, at) for row in under_way.order_by("due_at", "pk")[:SIZE]],
        "mine": [row_of(row, at) for row in mine.order_by("-reported_at", "-pk")[:SIZE]],
        "back_url": reverse("phone:report"),
    }
    return answer(request, actor, "fieldwork/hazards/phone/list.html", context, tab=TAB)


@require_http_methods(["GET", "HEAD", "POST"])
@phone_page
def new(request: HttpRequest, actor: Actor) -> HttpResponse:
    """GET: an empty report. POST: the hazard, or the form again with what is missing."""
    reporting_role(actor)
    form, status = HazardForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                found = reporting.report(form.draft(), by=actor, at=now())
            except Invalid as problem:
                put_errors(form, problem, NAMES)
            except Conflict as problem:
                form.add_error(None, problem_words(problem))
                status = 409
            else:
                words = pgettext("hazard", "Hazard reported: %(number)s")
                messages.success(request, words % {"number": found.hazard.number})
                return redirect("phone-hazards:hazard", found.hazard.number)
    context = {
        "form": form,
        "region_shown": region_words(str(form["region_code"].value() or "")),
        "have": uploaded(actor, form["photos"].value()),
        "ground": ground_of(area_of(actor.user)),
        "back_url": reverse("phone-hazards:list"),
    }
    return answer(request, actor, "fieldwork/hazards/phone/new.html", context, tab=TAB, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@phone_page
def case(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """One hazard, and the second look where it is this person's to take. POST: accepted, lifted or sent back."""
    row = visible_hazard(actor, number)
    choices = rechecks_of(row, actor)
    form, status = RecheckForm(request.POST or None, choices=choices, version=row.version), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            data = form.cleaned_data
            try:
                deeds.perform(
                    data["verb"],
                    row.pk,
                    by=actor,
                    at=now(),
                    version=data["version"],
                    photos=data["photos"],
                    key=data["key"],
                    opinion=data["opinion"],
                )
            except Invalid as problem:
                put_errors(form, problem)
            except Conflict as problem:
                messages.error(request, problem_words(problem))
                return redirect("phone-hazards:hazard", number)
            else:
                messages.success(
                    request, pgettext("hazard", "Checked again: %(number)s") % {"number": number}
                )
                return redirect("phone-hazards:hazard", number)
    shown = visible_hazard(actor, number)
    context = {
        "row": shown,
        "face": row_of(shown, now()),
        "tone": TONES[shown.state],
        "place": place_words(shown.region_path),
        "matter": matter_words(shown.category_code),
        "entries": entries(shown),
        "form": form if choices else None,
        "have": uploaded(actor, form["photos"].value()),
        "back_url": reverse("phone-hazards:list"),
    }
    return answer(request, actor, "fieldwork/hazards/phone/case.html", context, tab=TAB, status=status)
