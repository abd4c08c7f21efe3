"""The dialogs of the verbs: GET a form of what may be done now, POST to do it."""

from datetime import datetime
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import local, now
from governance.foundation.errors import (
    Conflict,
    Forbidden,
    IllegalTransition,
    Invalid,
    NotFound,
    Problem,
    StaleVersion,
)
from governance.foundation.pages import is_partial
from governance.foundation.state_machine import Verb
from mediation import transitions
from mediation.documents.drafting import first_words
from mediation.entry import TERMS, AgreementForm, OnePartyForm
from mediation.files import receive
from mediation.forms import VerbForm, put_errors
from mediation.models import MediationCase
from mediation.opening import visible_case
from mediation.rules import role_for
from mediation.states import CASE_TABLE
from mediation.views.faces import last_change
from mediation.views.frames import frame_of

OWN_FORMS: Final[dict[str, Any]] = {"draft": AgreementForm, "add_party": OnePartyForm}
"""Verbs that take more than a list of needs."""
WIDE: Final = frozenset({"draft", "add_party", "hold_session", "triage"})


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def verb(request: HttpRequest, actor: Actor, number: str, name: str) -> HttpResponse:
    """The dialog of one verb."""
    row = visible_case(actor, number)
    if name not in transitions.DEEDS:
        raise NotFound()
    asked, at, status, problem = CASE_TABLE[name], now(), 200, None
    given = [request.POST, request.FILES] if request.method == "POST" else []
    form = OWN_FORMS.get(name, VerbForm)(asked, row, at, *given, initial=start_of(asked, row, at))
    try:
        if request.method != "POST":
            CASE_TABLE.check(name, row.state)
            role_for(asked, row, actor)
        elif not form.is_valid():
            status = 422
        else:
            return _done(request, asked, row, form, actor)
    except Invalid as error:
        put_errors(form, error)
        status = 422
    except (Conflict, Forbidden) as error:
        if isinstance(error, Forbidden) and request.method != "POST":
            raise
        status, problem = error.status, _explained(error, row, form)
    context = {
        "title": f"{asked.label} · {row.number}",
        "heading": row.title,
        "url": request.path,
        "back": reverse("mediation:case", args=[number]),
        "form": form,
        "problem": problem,
        "verb": asked.label,
        "is_grave": asked.dangerous,
        "note": str(asked.guard),
        **frame_of(actor),
    }
    template = "mediation/_verb.html" if is_partial(request) else "mediation/verb.html"
    return render(request, template, context, status=status)


def _explained(problem: Problem, row: MediationCase, form: forms.Form) -> Problem:
    """With who has changed the case meanwhile and to what; the same form may then be sent as to the case of now."""
    if isinstance(problem, StaleVersion | IllegalTransition):
        problem.extra |= last_change(row)
    if isinstance(problem, StaleVersion) and form.is_bound:
        form.data = form.data.copy()  # type: ignore[attr-defined]  # what was posted, no plain dict
        form.data["version"] = problem.extra["current_version"]  # type: ignore[index]  # a copy that may be changed
    return problem


def _done(
    request: HttpRequest, asked: Verb, row: MediationCase, form: forms.Form, actor: Actor
) -> HttpResponse:
    data: dict[str, Any] = form.given()  # type: ignore[attr-defined]  # each of these forms has it
    at = now()
    if data.get("files"):
        data["files"] = receive(data["files"], by=actor, at=at)
    done = transitions.perform(asked.name, row.pk, by=actor, at=at, **data)
    said = pgettext("mediation", "%(verb)s: done, %(number)s")
    messages.success(request, said % {"verb": asked.label, "number": done.number})
    back = reverse("mediation:case", args=[done.number])
    if not MediationCase.objects.visible_to(actor).filter(pk=done.pk).exists():
        back = reverse("mediation:desk")
    if is_partial(request):
        return HttpResponse(status=200, headers={"HX-Redirect": back})
    return redirect(back)


def _planned(row: MediationCase, at: datetime) -> dict[str, Any]:
    """The session that was planned for now, or has been over longest."""
    found = row.sessions.filter(state="planned", starts_at__lte=at).order_by("starts_at").first()
    if found is None:
        return {}
    return {
        "session": found.pk,
        "session_kind": found.kind,
        "starts_at": local(found.starts_at),
        "ends_at": local(min(found.ends_at, at)),
        "place": found.place or (found.room.name if found.room is not None else ""),
    }


def start_of(asked: Verb, row: MediationCase, at: Any) -> dict[str, Any]:
    """What an empty form begins with."""
    start: dict[str, Any] = {"version": row.version, "risk_color": row.risk_color, "level": row.level}
    if asked.name in {"hold_session", "extend", "apply_confirmation"}:
        start["parties"] = list(row.parties.values_list("pk", flat=True))
    if asked.name == "hold_session":
        start |= {"place": row.body.address if row.body else "", "ends_at": local(at)} | _planned(row, at)
    if asked.name == "assign":
        named = list(row.mediators.filter(until=None).values_list("mediator", "is_lead"))
        start["mediators"] = [key for key, _leads in named]
        start["lead"] = next((key for key, leads in named if leads), "")
    if asked.name == "apply_confirmation" and row.body is not None:
        start["court"] = row.body.court
    if asked.name == "draft":
        start |= first_words(row, at, TERMS)
    if asked.name == "plan_session":
        start["minutes"] = 90
    return start
