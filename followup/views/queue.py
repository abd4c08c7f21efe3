"""The call queue: what waits, one call with its script, its result, and the decision about a poor answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from followup import calls
from followup.forms import CallForm, ReasonForm
from followup.models import CallTask
from followup.querysets import CallTaskQuerySet
from followup.rules import may_call, permitted, role_for
from followup.states import CALL_TABLE, CALLERS, CallState, Verdict
from followup.views.dialogs import Dialog, posted, put_errors
from followup.views.doors import visible_call
from followup.views.paging import due_page
from followup.wording import script_for
from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import now
from governance.foundation.errors import Conflict, Forbidden, Invalid, NotFound, Problem
from governance.foundation.naming import label_of
from grids.territory import current as territory
from incidents import disclosure
from incidents.models import Requester

SIZE = 30
TONES = {"waiting": "wait", "taken": "work", "to_decide": "stop", "done": "done", "dropped": "done"}


@dataclass(frozen=True)
class View:
    """One way to look at the queue."""

    name: str
    label: str
    rows: CallTaskQuerySet
    what: str


def views(rows: CallTaskQuerySet, actor: Actor, at: datetime) -> list[View]:
    """The chips above the queue."""
    return [
        View(
            "ready",
            pgettext("call queue", "To be called now"),
            rows.owed().ready(at),
            _("Tickets whose result has been checked wait here until the citizen is called."),
        ),
        View(
            "later",
            pgettext("call queue", "Next try later"),
            rows.owed().later(at),
            _("Whoever could not be reached comes back here with the time of the next try."),
        ),
        View(
            "samples",
            pgettext("call queue", "Samples"),
            rows.sampled().waiting(at),
            _("Closed tickets that the sampling rate has drawn are called from here."),
        ),
        View(
            "mine",
            pgettext("call queue", "My calls"),
            rows.taken_now(at).filter(taken_by_id=actor.user_id),
            _("A call that you take is yours for some minutes and stands here."),
        ),
        View(
            "decide",
            pgettext("call queue", "To be decided"),
            rows.filter(state=CallState.TO_DECIDE),
            _("Answers that say unsolved or dissatisfied wait here for a decision."),
        ),
    ]


def must_call(actor: Actor) -> None:
    """Raises Forbidden for people who never call."""
    if not may_call(actor):
        raise Forbidden(
            _("Duty and oversight officers, towns and communities call back"), roles=sorted(CALLERS)
        )


@require_safe
@desk_page
def queue_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Sorted by what is due first; `?view=` chooses."""
    must_call(actor)
    at = now()
    found = views(CallTask.objects.visible_to(actor), actor, at)
    chosen = next((view for view in found if view.name == request.GET.get("view")), found[0])
    field = "next_try_at" if chosen.name == "later" else "due_at"
    rows = chosen.rows.select_related("ticket").defer("ticket__search", "ticket__content")
    page = due_page(rows, field, request.GET.get("cursor", ""), SIZE)
    context = {
        "view": chosen,
        "views": [(view.name, view.label, counted(view.rows)) for view in found],
        "page": page,
        "rows": [row_of(task, at) for task in page.rows],
        "can_take": chosen.name in {"ready", "samples"},
    }
    return render(request, "followup/queue.html", context)


def counted(rows: CallTaskQuerySet, cap: int = 999) -> str:
    """How many, counted no further than `cap`."""
    found = rows.order_by()[: cap + 1].count()
    return f"{cap}+" if found > cap else str(found)


def row_of(task: CallTask, at: datetime) -> dict[str, Any]:
    """One line of the queue."""
    ticket, land = task.ticket, territory()
    places = [label_of(place) for place in land.chain(ticket.region_path)[-2:]]
    unit = land.units.get(ticket.lead_unit_id or 0)
    return {
        "task": task,
        "ticket": ticket,
        "lamp": "red" if at >= task.due_at else "green",
        "place": " / ".join(places),
        "unit": label_of(unit) if unit else "",
        "is_later": task.next_try_at > at,
    }


@require_POST
@desk_page
def next_call(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Take the most urgent call."""
    must_call(actor)
    task = calls.take_next(by=actor, at=now())
    if task is None:
        messages.info(request, _("No call that you may make is waiting now."))
        return redirect("followup:queue")
    return redirect("followup:call", task.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def call_page(request: HttpRequest, actor: Actor, pk: int) -> HttpResponseBase:
    """GET: script, ticket and form of one call. POST: store its result."""
    must_call(actor)
    at, task = now(), visible_call(actor, pk)
    script = script_for(task.ticket, at=at)
    form = CallForm(list(script.questions), posted(request))
    status, problem = 200, None
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                stored = calls.record(
                    task.pk,
                    by=actor,
                    at=at,
                    answers=form.answers(),
                    script_id=script.id,
                    **{name: form.cleaned_data[name] for name in ("outcome", "satisfaction", "opinion")},
                )
            except Invalid as refusal:
                put_errors(form, refusal)
            except (Conflict, Forbidden) as refusal:
                problem, status = refusal, refusal.status
            else:
                return after_call(request, stored)
    return render(
        request, "followup/call.html", page_of_call(task, actor, at, form, script, problem), status=status
    )


def after_call(request: HttpRequest, task: CallTask) -> HttpResponseBase:
    """Where one goes on: the decision about a poor answer, else the queue."""
    messages.success(request, _("Stored: %(number)s") % {"number": task.ticket.number})
    if task.state == CallState.TO_DECIDE:
        return redirect("followup:call", task.pk)
    return redirect("followup:queue")


def page_of_call(
    task: CallTask, actor: Actor, at: datetime, form: CallForm, script: Any, problem: Problem | None
) -> dict[str, Any]:
    """The context of a call's page."""
    verbs = {verb.name: verb for verb in permitted(task, actor, at)}
    state = task.state_at(at)
    people = list(Requester.objects.filter(ticket=task.ticket).order_by("pk"))
    steps = list(task.ticket.steps.filter(verb__in=["feedback", "check", "self_handle"]).order_by("-pk")[:4])
    return {
        "task": task,
        "ticket": task.ticket,
        "script": script,
        "form": form,
        "problem": problem,
        "state": state,
        "state_label": CallState(state).label,
        "tone": TONES[state],
        "verbs": verbs,
        "is_mine": task.taken_by_id == actor.user_id and state == CallState.TAKEN,
        "people": people,
        "results": steps,
        "tries": task.ticket.follow_ups.select_related("step").order_by("-pk")[:6],
        "decisions": [verbs[name] for name in ("redo", "excuse") if name in verbs],
        "row": row_of(task, at),
    }


@require_POST
@desk_page
def phone(request: HttpRequest, actor: Actor, pk: int, requester_id: int) -> HttpResponse:
    """The citizen's number for the one who has taken the call; the reason in the journal is the call itself."""
    must_call(actor)
    at, task = now(), visible_call(actor, pk)
    if task.taken_by_id != actor.user_id or task.state_at(at) != CallState.TAKEN:
        raise Conflict(_("Take the call first"), code="not_taken")
    reason = _("Callback about %(number)s") % {"number": task.ticket.number}
    person = disclosure.reveal(task.ticket, requester_id, by=actor, at=at, reason=reason)
    return render(request, "followup/_phone.html", {"task": task, "person": person, "shown": True})


@require_POST
@desk_page
def move(request: HttpRequest, actor: Actor, pk: int, name: str) -> HttpResponseBase:
    """Take a call, or give it back."""
    must_call(actor)
    task = visible_call(actor, pk)
    deed = {"take": calls.take, "let_go": calls.let_go}[name]
    try:
        deed(task.pk, by=actor, at=now())
    except (Invalid, Conflict, Forbidden) as problem:
        messages.error(request, str(problem.detail))
        return redirect(
            "followup:queue" if name == "take" else "followup:call", *([] if name == "take" else [pk])
        )
    return redirect(*(["followup:call", task.pk] if name == "take" else ["followup:queue"]))


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def decide(request: HttpRequest, actor: Actor, pk: int, name: str) -> HttpResponse:
    """Send it back to work, or say why the answer may be appealed against."""
    must_call(actor)
    task = visible_call(actor, pk)
    verb = CALL_TABLE.verbs.get(name)
    if verb is None or name not in {"redo", "excuse"}:
        raise NotFound()
    verdict = Verdict.REDO if name == "redo" else Verdict.APPEALABLE

    def deed(data: Mapping[str, Any]) -> str:
        calls.decide(task.pk, verdict=verdict, by=actor, at=now(), opinion=data["opinion"])
        return _("%(verb)s: done, %(number)s") % {"verb": verb.label, "number": task.ticket.number}

    if request.method != "POST":
        CALL_TABLE.check(name, task.state)
        role_for(verb, task, actor)
    return Dialog(
        request=request,
        title=f"{verb.label} · {task.ticket.number}",
        verb=str(verb.label),
        back=reverse("followup:queue") + "?view=decide",
        form=ReasonForm(posted(request)),
        deed=deed,
        note=str(verb.guard),
        is_grave=verdict == Verdict.REDO,
    ).serve()
