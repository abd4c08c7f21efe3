"""The desk's pages of questions: what waits by clock, one question with the entries that may answer it, the answer."""

from typing import Any

from django.contrib import messages
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from governance.accounts.actors import Actor
from governance.accounts.roles import Role
from governance.exchange.doors import desk_page, problem_words
from governance.foundation.clock import now
from governance.foundation.errors import Conflict, Forbidden, Invalid, NotFound
from governance.foundation.pages import is_partial
from grids.views.pagers import page_of
from incidents.models import Ticket
from knowledge import answering, asking
from knowledge.finding import best
from knowledge.forms import AnswerForm, place_words, put_errors
from knowledge.models import KnowledgeEntry, Question
from knowledge.rules import home_unit, may_see_questions, may_write, permitted_on
from knowledge.states import ANSWERERS, QUESTION_TABLE, WATCHERS, QuestionState
from knowledge.views.entries import doors_of

SIZE = 30
TONES = {"asked": "wait", "answered": "done", "passed_on": "work", "dropped": "stop"}
SUGGESTED = 4


def must_see(actor: Actor) -> None:
    """Raises Forbidden for somebody who neither answers nor oversees."""
    if not may_see_questions(actor):
        raise Forbidden(
            pgettext("knowledge", "Questions of residents are answered by the centre, towns and communities"),
            roles=sorted({*ANSWERERS, *WATCHERS}),
        )


def visible_question(actor: Actor, number: str) -> Question:
    """The question, if this person may see it. Raises NotFound, Forbidden."""
    must_see(actor)
    rows = Question.objects.visible_to(actor).select_related("answered_by", "entry", "ticket")
    found: Question | None = rows.defer("entry__search", "ticket__search").filter(number=number).first()
    if found is None:
        raise NotFound()
    return found


@require_safe
@desk_page
def questions(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What waits, the most urgent first; `?state=` others, newest first; `?late=1` what is past its time."""
    must_see(actor)
    at = now()
    rows = Question.objects.visible_to(actor).defer("name", "phone")
    wanted = [item for item in request.GET.getlist("state") if item in QuestionState.values]
    is_late = request.GET.get("late") == "1"
    if wanted and not is_late:
        page = page_of(rows.filter(state__in=wanted), "asked_at", request.GET.get("cursor", ""), SIZE)
    else:
        waiting = rows.late(at) if is_late else rows.waiting()
        page = page_of(waiting, "due_at", request.GET.get("cursor", ""), SIZE, is_ascending=True)
    context = {
        "tab": "questions",
        "page": page,
        "rows": [(row, row.lamp(at), TONES[row.state], place_words(row.region_path)) for row in page.rows],
        "states": QuestionState.choices,
        "is_late": is_late,
        "counts": counts(actor),
        **doors_of(actor),
    }
    return render(request, "knowledge/questions.html", context)


def counts(actor: Actor) -> dict[str, Any]:
    """Of the last thirty days: how many a person answered, and how many in time."""
    at = now()
    rows = Question.objects.visible_to(actor)
    since = at - 30 * asking.ONE_DAY
    ended = rows.filter(answered_at__gte=since).exclude(state=QuestionState.DROPPED)
    whole, timely = ended.count(), ended.filter(answered_at__lte=F("due_at")).count()
    share = f"{100 * timely / whole:.2f}%" if whole else "–"
    return {"late": rows.late(at).count(), "ended": whole, "timely": timely, "share": share}


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def question(request: HttpRequest, actor: Actor, number: str) -> HttpResponseBase:
    """GET: the question beside the entries that may answer it; `?use=` takes one's words over. POST: the answer."""
    row = visible_question(actor, number)
    if request.method == "POST":
        return answered(request, actor, row)
    used = request.GET.get("use", "")
    initial: dict[str, Any] = {"version": row.version}
    if used:
        entry = KnowledgeEntry.objects.published().filter(number=used).only("number", "answer").first()
        initial |= {"entry": entry.number, "answer": entry.answer} if entry is not None else {}
    return shown(request, actor, row, AnswerForm(initial=initial))


def answered(request: HttpRequest, actor: Actor, row: Question) -> HttpResponseBase:
    """Store the answer, or show what is wrong with what was typed kept."""
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return shown(request, actor, row, form, status=422)
    data = form.cleaned_data
    try:
        answering.answer(
            row.pk,
            by=actor,
            at=now(),
            answer=data["answer"],
            entry=answering.entry_of(data["entry"]),
            keep=data["keep"],
            unit_id=home_unit(actor),
            version=data["version"],
        )
    except Invalid as problem:
        put_errors(form, problem)
        return shown(request, actor, row, form, status=422)
    except (Conflict, Forbidden) as problem:
        form.add_error(None, str(problem.detail))
        return shown(request, actor, row, form, status=problem.status)
    messages.success(request, pgettext("knowledge", "Answered: %(number)s") % {"number": row.number})
    return redirect("knowledge:question", row.number)


def shown(
    request: HttpRequest, actor: Actor, row: Question, form: AnswerForm, *, status: int = 200
) -> HttpResponse:
    """One question as a page."""
    verbs = permitted_on(row, actor)
    rows = KnowledgeEntry.objects.published().valid_at(row.region_path)
    sees_ticket = row.ticket_id and Ticket.objects.visible_to(actor).filter(pk=row.ticket_id).exists()
    context = {
        "tab": "questions",
        "row": row,
        "tone": TONES[row.state],
        "lamp": row.lamp(now()),
        "place": place_words(row.region_path),
        "form": form if any(verb.name == "answer" for verb in verbs) else None,
        "may_keep": may_write(actor),
        "found": best(row.words, rows, most=SUGGESTED) if row.state == QuestionState.ASKED else [],
        "sees_ticket": bool(sees_ticket),
        "has_person": bool(row.name or row.phone),
        "may_reveal": bool(verbs),
        "steps": steps_of(row),
        "buttons": [
            (verb, reverse("knowledge:ask-verb", args=[row.number, verb.name]))
            for verb in verbs
            if verb.name != "answer"
        ],
        **doors_of(actor),
    }
    return render(request, "knowledge/question.html", context, status=status)


def steps_of(row: Question) -> list[dict[str, Any]]:
    """The story, newest first."""
    titles = {verb.name: str(verb.label) for verb in QUESTION_TABLE}
    titles["ask"] = pgettext("knowledge", "Asked")
    return [
        {
            "title": titles.get(step.verb, step.verb),
            "at": step.at,
            "who": step.actor_name if step.actor_id else "",
            "role": Role(step.role).label if step.role in Role.values else "",
            "text": step.opinion,
        }
        for step in row.steps.order_by("-pk")
    ]


@require_POST
@desk_page
def reveal(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Name and telephone in the clear, with a reason: the masked part of the page, or a page of its own."""
    row = visible_question(actor, number)
    context: dict[str, Any] = {
        "row": row,
        "tab": "questions",
        "value": row.masked_words,
        "url": reverse("knowledge:reveal", args=[number]),
        "name": "asker",
    }
    status = 200
    try:
        answering.reveal(row, by=actor, at=now(), reason=request.POST.get("reason", "")[:200])
        context["shown"] = " ".join(part for part in (row.name, row.phone) if part)
    except Invalid as problem:
        context["error"] = problem_words(problem)
        status = problem.status
    template = "parts/_masked.html" if is_partial(request) else "knowledge/reveal.html"
    response = render(request, template, context | doors_of(actor), status=status)
    response.headers["Cache-Control"] = "private, no-store"
    return response
