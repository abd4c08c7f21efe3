"""Accountability: the list, one case with its trace, opening one, and its verbs in a dialog."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from governance.accounts.actors import Actor
from governance.accounts.models import User
from governance.accounts.roles import SYSTEM, Role
from governance.exchange.doors import desk_page
from governance.foundation.clock import now
from governance.foundation.errors import Conflict, Forbidden, Invalid, NotFound, Problem
from governance.foundation.pages import is_partial
from governance.foundation.state_machine import Verb
from grids.views.pagers import page_of
from incidents.forms import VerbForm
from key_reports import answering, masks
from key_reports.forms import SuspicionForm, put_errors
from key_reports.models import AccountabilityCase
from key_reports.querysets import oversees
from key_reports.rules import must_read_accounts
from key_reports.states import ACCOUNT_TABLE, ACCOUNT_TONES, AccountState, Decision, Suspicion
from key_reports.tracing import trace
from key_reports.views.doors import visible_account, visible_report
from key_reports.views.faces import place_words
from key_reports.views.listing import frame_of

SIZE = 50


@require_safe
@desk_page
def list_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Newest first; `?state=`, `?kind=`, `?open=1` narrow."""
    must_read_accounts(actor)
    at = now()
    rows = AccountabilityCase.objects.visible_to(actor)
    if states := [value for value in request.GET.getlist("state") if value in AccountState.values]:
        rows = rows.filter(state__in=states)
    if kinds := [value for value in request.GET.getlist("kind") if value in Suspicion.values]:
        rows = rows.filter(kind__in=kinds)
    if request.GET.get("open"):
        rows = rows.open()
    page = page_of(rows.select_related("unit", "report"), "opened_at", request.GET.get("cursor", ""), SIZE)
    context = {
        "tab": "accounts",
        "page": page,
        "rows": [
            (row, ACCOUNT_TONES[row.state], row.lamp(at), place_words(row.region_path)) for row in page.rows
        ],
        "states": AccountState.choices,
        "kinds": Suspicion.choices,
        "is_filtered": any(key != "cursor" for key in request.GET),
        **frame_of(actor),
    }
    return render(request, "key_reports/accounts.html", context)


@require_safe
@desk_page
def detail(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """One case; the trace is for those who oversee the place."""
    row, at = visible_account(actor, number), now()
    is_overseer = any(row.region_path.startswith(path) for path in oversees(actor))
    context = {
        "tab": "accounts",
        "row": row,
        "tone": ACCOUNT_TONES[row.state],
        "lamp": row.lamp(at),
        "place": place_words(row.region_path),
        "decision": str(Decision(row.decision).label) if row.decision else "",
        "said": {
            name: masks.masked(getattr(row, name))
            for name in ("grounds", "explanation", "findings", "appeal")
        },
        "persons": row.persons.select_related("user").order_by("pk"),
        "trace": trace(row) if is_overseer else None,
        "entries": entries(row),
        "buttons": [
            (
                verb,
                reverse("key_reports:account-verb", args=[row.number, verb.name]),
                row.state in verb.next_in,
            )
            for verb in answering.permitted(row, actor, at)
        ],
        **frame_of(actor),
    }
    return render(request, "key_reports/account.html", context)


def entries(row: AccountabilityCase) -> list[dict[str, Any]]:
    """The story, newest first."""
    return [
        {
            "title": ACCOUNT_TABLE[step.verb].label,
            "at": step.at,
            "who": step.actor_name if step.role != SYSTEM else pgettext("key report", "Platform"),
            "role": str(Role(step.role).label) if step.role in Role.values else "",
            "text": masks.masked(step.words),
            "tone": ACCOUNT_TONES.get(step.to_state, ""),
        }
        for step in row.steps.order_by("-pk")
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def suspect(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Open a suspicion about a report, in its dialog."""
    row, at = visible_report(actor, number), now()
    answering.role_to_open(row.region_path, actor)
    form = SuspicionForm(row, at, *([request.POST] if request.method == "POST" else []))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = answering.open_case(data["kind"], report=row, grounds=data["grounds"], by=actor, at=at)
        except Invalid as problem:
            put_errors(form, problem)
        except Conflict as problem:
            return _answer(request, row, ACCOUNT_TABLE["open"], form, status=409, problem=problem)
        else:
            return _done(request, ACCOUNT_TABLE["open"], made)
    status = 422 if request.method == "POST" else 200
    return _answer(request, row, ACCOUNT_TABLE["open"], form, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def verb(request: HttpRequest, actor: Actor, number: str, name: str) -> HttpResponse:
    """GET: the form of a verb that may be done now. POST: do it, or say in words why not."""
    row, at = visible_account(actor, number), now()
    if name not in answering.DEEDS:
        raise NotFound()
    asked = ACCOUNT_TABLE[name]
    form = VerbForm(
        asked, *([request.POST] if request.method == "POST" else []), initial={"version": row.version}
    )
    try:
        if request.method != "POST":
            ACCOUNT_TABLE.check(name, row.state)
            answering.role_for(asked, row, actor)
            return _answer(request, row, asked, form)
        if not form.is_valid():
            return _answer(request, row, asked, form, status=422)
        return _perform(request, actor, row, asked, form, at)
    except Invalid as problem:
        form.show(problem)
        return _answer(request, row, asked, form, status=422)
    except (Conflict, Forbidden) as problem:
        if isinstance(problem, Forbidden) and request.method != "POST":
            raise
        return _answer(request, row, asked, form, status=problem.status, problem=problem)


def _perform(
    request: HttpRequest, actor: Actor, row: AccountabilityCase, asked: Verb, form: VerbForm, at: datetime
) -> HttpResponse:
    data = form.data_of_verb()
    if str(data.get("person", "")).isdigit():  # chosen from the search, which gives keys
        data["person"] = (
            User.objects.filter(pk=int(data["person"][:18])).values_list("username", flat=True).first()
        )
    done = answering.perform(
        asked.name, row.pk, by=actor, at=at, data=data, version=form.cleaned_data["version"]
    )
    return _done(request, asked, done)


def _done(request: HttpRequest, asked: Verb, row: AccountabilityCase) -> HttpResponse:
    said = pgettext("key report", "%(verb)s: done, %(number)s")
    messages.success(request, said % {"verb": asked.label, "number": row.number})
    if is_partial(request):
        return HttpResponse(status=200, headers={"HX-Redirect": row.get_absolute_url()})
    return redirect(row.get_absolute_url())


def _answer(
    request: HttpRequest,
    row: Any,
    asked: Verb,
    form: Any,
    *,
    status: int = 200,
    problem: Problem | None = None,
) -> HttpResponse:
    context = {
        "row": row,
        "title": f"{asked.label} · {row.number}",
        "url": request.path,
        "back": row.get_absolute_url(),
        "form": form,
        "verb": asked.label,
        "is_grave": asked.dangerous,
        "note": str(asked.guard),
        "version": None,
        "problem": problem,
    }
    template = "key_reports/_account_verb.html" if is_partial(request) else "key_reports/account_verb.html"
    return render(request, template, context, status=status)
