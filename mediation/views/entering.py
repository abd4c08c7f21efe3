"""Registering by hand or on a ticket's page; files given out; a department's answer; the public query."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import pgettext, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.exchange.edges import address_of
from governance.foundation.clock import now
from governance.foundation.errors import Conflict, Forbidden, Invalid, NotFound, TooMany
from governance.foundation.pages import is_partial
from grids.territory import current as territory
from incidents.opening import visible_ticket
from incidents.views.files import file_answer
from mediation import asking, conferring, intake
from mediation.entry import CaseForm
from mediation.forms import put_errors, words
from mediation.models import CaseFile, MediationCase
from mediation.opening import visible_case
from mediation.rules import may_register, must_read, role_over
from mediation.states import CASE_TABLE, CaseOrigin
from mediation.views.faces import place_words
from mediation.views.frames import frame_of

BY_HAND = {CaseOrigin.BY_HAND, CaseOrigin.SCREENING, CaseOrigin.COURT, CaseOrigin.PETITION, CaseOrigin.POLICE}


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def new(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Register a dispute by hand; `?origin=` says how it came in."""
    must_read(actor)
    if not may_register(actor):
        raise Forbidden(roles=sorted(CASE_TABLE["register"].who))
    origin = request.GET.get("origin", "")
    origin = origin if origin in BY_HAND else CaseOrigin.BY_HAND.value
    form, status = CaseForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                row = intake.register(form.draft(origin), by=actor, at=now()).row
            except Invalid as problem:
                put_errors(form, problem)
            except Forbidden as problem:
                form.add_error(None, str(problem.detail))
                status = problem.status
            else:
                return registered(request, row)
    place = territory().by_code.get(str(form["region_code"].value() or ""))
    context = {
        "tab": "new",
        "form": form,
        "shown": place_words(place.path) if place is not None else "",
        "origin": CaseOrigin(origin).label,
        **frame_of(actor),
    }
    return render(request, "mediation/new.html", context, status=status)


def registered(request: HttpRequest, row: MediationCase) -> HttpResponse:
    """Where the page goes on."""
    messages.success(request, pgettext("mediation", "Registered as %(number)s") % {"number": row.number})
    back = reverse("mediation:case", args=[row.number])
    return HttpResponse(status=200, headers={"HX-Redirect": back}) if is_partial(request) else redirect(back)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def from_ticket(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """The dialog on a ticket's page: its dispute becomes a case."""
    ticket = visible_ticket(actor, number)
    status, problem = 200, None
    citizen = ticket.requesters.order_by("pk").first()
    start: dict[str, Any] = {
        "category": intake.category_of(ticket),
        "title": ticket.title,
        "facts": ticket.content,
    }
    if citizen is not None and not ticket.is_confidential:
        start |= {"name1": citizen.name, "phone1": citizen.phone}
    given = [request.POST] if request.method == "POST" else []
    form = CaseForm(*given, initial=start, has_place=True, auto_id="verb_%s")
    try:
        if request.method != "POST":
            role_over(CASE_TABLE["register"], actor, ticket.region_path)
        elif not form.is_valid():
            status = 422
        else:
            draft = form.draft(CaseOrigin.TICKET.value)
            return registered(request, intake.from_ticket(ticket.pk, draft, by=actor, at=now()))
    except Invalid as error:
        put_errors(form, error)
        status = 422
    except (Conflict, Forbidden) as error:
        if isinstance(error, Forbidden) and request.method != "POST":
            raise
        status, problem = error.status, error
    label = pgettext("mediation", "Open a mediation case")
    context = {
        "title": f"{label} · {ticket.number}",
        "heading": ticket.title,
        "url": request.path,
        "back": reverse("incidents:ticket", args=[ticket.number]),
        "form": form,
        "problem": problem,
        "verb": label,
        "is_grave": False,
        "note": str(CASE_TABLE["register"].guard),
        **frame_of(actor),
    }
    template = "mediation/_from_ticket.html" if is_partial(request) else "mediation/from_ticket.html"
    return render(request, template, context, status=status)


@require_safe
@desk_page
def case_file(request: HttpRequest, actor: Actor, number: str, pk: int) -> HttpResponseBase:
    """A file of a case, for those who may read the case."""
    row = visible_case(actor, number)
    found = CaseFile.objects.select_related("attachment").filter(case=row, pk=pk).first()
    if found is None:
        raise NotFound()
    return file_answer(request, found.attachment, actor)


class AnswerForm(forms.Form):
    """What a department answers."""

    answer = words(pgettext_lazy("mediation", "answer"), 5_000, rows=5)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def asked(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """A question to the own department: the question alone, not the case."""
    row = conferring.visible(actor, pk)
    form, status = AnswerForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                conferring.answer(row.pk, by=actor, at=now(), text=form.cleaned_data["answer"])
                messages.success(request, pgettext("mediation", "Answered"))
                return redirect("mediation:asked", row.pk)
            except Conflict as problem:
                form.add_error(None, str(problem.detail))
                status = problem.status
    return render(
        request, "mediation/asked.html", {"row": row, "form": form, **frame_of(actor)}, status=status
    )


class QueryForm(forms.Form):
    """What somebody without an account gives."""

    number = words(pgettext_lazy("mediation", "case code"), 20)
    code = words(pgettext_lazy("mediation", "query code"), 8)


@require_http_methods(["GET", "HEAD", "POST"])
def public(request: HttpRequest) -> HttpResponse:
    """How far a case is, by its code and its query code: no account, no names."""
    form, found, status = QueryForm(request.POST or None), None, 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                found = asking.look_up(
                    form.cleaned_data["number"],
                    form.cleaned_data["code"],
                    address=address_of(request),
                    at=now(),
                )
                status = 200
            except (NotFound, TooMany) as problem:
                form.add_error(None, str(problem.detail))
                status = problem.status
    answer = render(request, "mediation/public.html", {"form": form, "found": found}, status=status)
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer
