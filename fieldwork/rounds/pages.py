"""The worker's pages of patrols and visits: the list, one task, one object, a finding. Deeds go through `deeds`."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fieldwork import teaming
from fieldwork.desk.proofs import PHONE, findings_of, proofs_of
from fieldwork.models import FieldTask, PatrolTour
from fieldwork.recording import nearness
from fieldwork.rounds import deeds
from fieldwork.rounds.deeds import DEEDS, Doing, object_of, record_form
from fieldwork.rounds.faces import (
    amiss_face,
    amiss_of,
    card_of,
    face_of,
    finding_address,
    heading,
    markers,
    object_face,
    objects_of,
)
from fieldwork.rounds.forms import CheckInForm, FindingForm, RoundForm, WordsForm
from fieldwork.rules import can_be_made_up, carries, is_of_crew, may_see_people, may_set_out, visible_task
from fieldwork.states import RECORDABLE, STARTABLE, TaskState
from fieldwork.telling import address
from fieldwork.terms import AnswerKind, ObjectState, Work
from governance.accounts.actors import Actor
from governance.exchange.doors import problem_json, problem_words, script_answer
from governance.foundation.clock import local, now
from governance.foundation.errors import Invalid, NotFound, Problem
from grids.views.ground import area_of, ground_of
from incidents.views.phone import answer, phone_page
from incidents.views.verbs import uploaded

SIZE, RECENT = 100, 10
OVER = (TaskState.SUBMITTED, TaskState.REVIEWED, TaskState.MADE_UP)
UNBEGUN = frozenset({TaskState.PLANNED, TaskState.ASSIGNED})
TABS = {Work.PATROL: "patrols", Work.VISIT: "visits"}


def _list(request: HttpRequest, actor: Actor, work: Work) -> HttpResponse:
    at = now()
    mine = FieldTask.objects.visible_to(actor).carried_by(actor).filter(work=work)
    rows = list(mine.workable(at).begun(at).for_rows().order_by("due_at", "pk")[:SIZE])
    done = list(mine.filter(state__in=OVER).for_rows().order_by("-submitted_at", "-pk")[:RECENT])
    context = {
        "work": work,
        "rows": [face_of(row, at) for row in rows],
        "done": [face_of(row, at) for row in done],
        "has_more": len(rows) == SIZE,
    }
    return answer(request, actor, "fieldwork/rounds/list.html", context, tab=TABS[work])


@require_safe
@phone_page
def patrols(request: HttpRequest, actor: Actor) -> HttpResponse:
    """My patrols, due first; then what I did lately."""
    return _list(request, actor, Work.PATROL)


@require_safe
@phone_page
def visits(request: HttpRequest, actor: Actor) -> HttpResponse:
    """My visits, due first; then what I did lately."""
    return _list(request, actor, Work.VISIT)


def own_task(actor: Actor, pk: int) -> FieldTask:
    """The worker's own task or one of the own team; the desk has pages of its own for others. Raises NotFound."""
    task = visible_task(actor, pk)
    if not (carries(task, actor) or is_of_crew(task, actor)):
        raise NotFound()
    return task


@require_safe
@phone_page
def task_page(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """One task: how long, which objects in which order, what to press now."""
    return _task(request, actor, own_task(actor, pk))


def _task(
    request: HttpRequest,
    actor: Actor,
    task: FieldTask,
    *,
    form: RoundForm | None = None,
    name: str = "",
    status: int = 200,
) -> HttpResponse:
    at = now()
    faces = objects_of(task, actor)
    tour = PatrolTour.objects.filter(task=task, user_id=actor.user_id or 0, stopped_at=None).first()
    may_start = task.state in STARTABLE and may_set_out(task, actor)
    is_missed = task.state == TaskState.MISSED and carries(task, actor)
    may_record = is_recordable(task, actor, at)
    context = {
        "face": face_of(task, at),
        "task": task,
        "objects": faces,
        "left": sum(face.target.state == ObjectState.OPEN for face in faces),
        "markers": markers(faces),
        "has_points": any(face.point for face in faces),
        "ground": ground_of(area_of(actor.user)),
        "tour": tour,
        "no_tour": tour is None,
        "is_patrol": task.work == Work.PATROL,
        "may_start": may_start,
        "may_record": may_record,
        "may_set_out": may_start or may_record,
        "companions": teaming.companions(task, actor),
        "is_carried": task.state in RECORDABLE and not carries(task, actor),
        "may_explain": is_missed,
        "start_form": RoundForm(),
        "check_form": form if name == "check_in" else CheckInForm(),
        "submit_form": form if name == "submit" else WordsForm(),
        "explain_form": form if name == "explain" else WordsForm(),
        "finding_url": finding_address(task),
        "findings": findings_of(task, actor, PHONE) if task.state not in UNBEGUN else (),
        "near": "" if faces else nearness(None, on=local(at).date()),
        "back_url": _back(task),
        "last_words": _last_words(task),
    }
    return answer(
        request, actor, "fieldwork/rounds/task.html", context, tab=TABS[Work(task.work)], status=status
    )


def is_recordable(task: FieldTask, actor: Actor, at: datetime) -> bool:
    """Whether the task is under way, or may be made up, by this person."""
    return carries(task, actor) and (task.state == TaskState.IN_PROGRESS or can_be_made_up(task, at))


def _back(task: FieldTask) -> str:
    return reverse("rounds:patrols" if task.work == Work.PATROL else "rounds:visits")


def _last_words(task: FieldTask) -> str:
    """What the reviewer said of a task that came back."""
    if task.state != TaskState.SENT_BACK:
        return ""
    step = task.steps.filter(verb="send_back").order_by("-pk").first()
    return step.words if step is not None else ""


@require_POST
@phone_page
def do(request: HttpRequest, actor: Actor, pk: int, name: str) -> HttpResponse:
    """One deed on a task as a whole."""
    task = own_task(actor, pk)
    if name not in DEEDS or name in {"visit", "finding", "track"}:
        raise NotFound()
    forms: dict[str, type[RoundForm]] = {"check_in": CheckInForm, "submit": WordsForm, "explain": WordsForm}
    try:
        done = DEEDS[name](Doing(task_id=task.pk, target_id=None, data=request.POST, by=actor, at=now()))
    except Invalid as problem:
        form = forms.get(name, RoundForm)(request.POST)
        shown(form, problem)
        return _task(request, actor, own_task(actor, pk), form=form, name=name, status=422)
    except Problem as problem:
        if problem.status != 409:
            raise
        messages.error(request, problem_words(problem))
        return redirect(address(task))
    messages.success(request, done.words)
    return redirect(done.url)


def shown(form: RoundForm, problem: Invalid) -> None:
    """The problem's sentences at their fields; what has none stands on top."""
    form.is_valid()
    for name, texts in problem.fields.items():
        for text in texts:
            form.add_error(name if name in form.fields else None, str(text))
    if not problem.fields:
        form.add_error(None, str(problem.detail))


@require_http_methods(["GET", "HEAD", "POST"])
@phone_page
def object_page(request: HttpRequest, actor: Actor, pk: int, target_id: int) -> HttpResponse:
    """One object: its card, the checklist, what was found. POST: recorded, with the check-in."""
    task, at = own_task(actor, pk), now()
    data = request.POST if request.method == "POST" else None
    doing = Doing(task_id=task.pk, target_id=target_id, data=data or QueryDict(), by=actor, at=at)
    target = object_of(doing)
    form = record_form(target, data, at=at)
    status = 200
    if data is not None:
        try:
            done = deeds.record(doing)
        except Invalid as problem:
            shown(form, problem)
            status = 422
        except Problem as problem:
            if problem.status != 409:
                raise
            messages.error(request, problem_words(problem))
            return redirect(address(task))
        else:
            messages.success(request, done.words)
            return redirect(done.url)
    face = object_face(target, is_clear=may_see_people(task, actor))
    found = findings_of(task, actor, PHONE) if task.state not in UNBEGUN else []
    context = {
        "task": task,
        "heading": heading(task),
        "face": face,
        "near": nearness(target, on=local(at).date()),
        "card": card_of(target),
        "form": form,
        "photos": uploaded(actor, form["attachments"].value()),
        "shots": proofs_of(task, [face], is_clear=may_see_people(task, actor))[0].photos,
        "may_record": target.state != ObjectState.DONE
        and ((task.state in STARTABLE and may_set_out(task, actor)) or is_recordable(task, actor, at)),
        "amiss": amiss_of(target),
        "findings": [face for face in found if face.row.target_id == target.pk],
        "may_be_amiss": [amiss_face(target, item) for item in form.items if item.kind == AnswerKind.YES_NO],
        "finding_url": finding_address(task, target.pk),
        "back_url": address(task),
    }
    return answer(
        request, actor, "fieldwork/rounds/object.html", context, tab=TABS[Work(task.work)], status=status
    )


@require_http_methods(["GET", "HEAD", "POST"])
@phone_page
def finding_page(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """A finding; `?target=&kind=&category=&text=` fill in what the checklist has said already."""
    task = own_task(actor, pk)
    target_id = _number(request.POST.get("target") or request.GET.get("target"))
    status = 200
    if request.method == "POST":
        form = FindingForm(request.POST)
        try:
            done = deeds.finding(
                Doing(task_id=task.pk, target_id=target_id, data=request.POST, by=actor, at=now())
            )
        except Invalid as problem:
            shown(form, problem)
            status = 422
        else:
            messages.success(request, done.words)
            return redirect(done.url)
    else:
        form = FindingForm(
            initial={name: request.GET.get(name, "")[:200] for name in ("kind", "category", "text")}
        )
    context: dict[str, Any] = {
        "task": task,
        "heading": heading(task),
        "form": form,
        "target_id": target_id,
        "photos": uploaded(actor, form["attachments"].value()),
        "back_url": address(task),
    }
    return answer(
        request, actor, "fieldwork/rounds/finding.html", context, tab=TABS[Work(task.work)], status=status
    )


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 18 else None


@require_POST
@script_answer
def track(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """A part of the track, sent by the page while a tour is open and there is a line."""
    task = own_task(actor, pk)
    try:
        key = UUID(request.POST.get("key", ""))
    except ValueError:
        return HttpResponse(status=400)
    try:
        deeds.track(Doing(task_id=task.pk, target_id=None, data=request.POST, by=actor, at=now(), key=key))
    except Problem as problem:
        return problem_json(problem)
    return HttpResponse(status=204)
