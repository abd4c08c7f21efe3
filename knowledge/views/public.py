"""The public page: ask in own words, say whether it helped, hand the question to a person, read the answer.

No account, no script, nothing kept by the browser; what is asked stands in no address.
"""

import re
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from governance.accounts.actors import Actor
from governance.exchange.doors import Plain
from governance.exchange.edges import address_of, request_id_of
from governance.foundation.clock import now
from governance.foundation.errors import Invalid, NotFound, Problem
from grids.territory import current as territory
from knowledge import asking
from knowledge.finding import Found
from knowledge.forms import AskForm, LookUpForm, PersonForm, put_errors
from knowledge.models import KnowledgeEntry, Question
from knowledge.states import QuestionState
from knowledge.values import answer_due

OFTEN = 8
NUMBER = re.compile(r"WD[0-9]{14}\Z")
RESIDENT = "resident"


def public_page(page: Plain[Any]) -> Plain[Any]:
    """Never kept, never listed where something personal stands; a refusal is a page of the same kind."""

    def opened(request: HttpRequest, /, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            response = page(request, *args, **kwargs)
        except Problem as problem:
            response = render(
                request, "knowledge/public/problem.html", {"problem": problem}, status=problem.status
            )
            if "retry_after" in problem.extra:
                response.headers["Retry-After"] = str(problem.extra["retry_after"])
        response.headers["Cache-Control"] = "private, no-store"
        return response

    return opened


def resident(request: HttpRequest) -> Actor:
    """Whoever asks."""
    return Actor(role=RESIDENT, address=address_of(request), request_id=request_id_of(request))


@require_http_methods(["GET", "HEAD", "POST"])
@public_page
def ask(request: HttpRequest) -> HttpResponseBase:
    """GET: the field and what is asked often. POST: what answers best, and the way to a person."""
    if request.method != "POST":
        return render(request, "knowledge/public/ask.html", {"form": AskForm(), **often()})
    form = AskForm(request.POST)
    if not form.is_valid():
        return render(request, "knowledge/public/ask.html", {"form": form, **often()}, status=422)
    words, place = form.cleaned_data["words"], form.cleaned_data["place"]
    found = asking.find(words, place, address=address_of(request), at=now())
    return answers(request, words, place, found)


def answers(request: HttpRequest, words: str, place: str, found: list[Found]) -> HttpResponse:
    """What was found, and the form that hands the question to a person."""
    person = PersonForm(initial={"words": words, "place": place, "key": uuid4()})
    context = {"words": words, "place": place, "found": shown(found), "person": person, **places_of()}
    return render(request, "knowledge/public/answers.html", context)


def shown(found: list[Found]) -> list[tuple[KnowledgeEntry, str]]:
    """Entries with the place where they hold, where that is not everywhere."""
    land = territory()
    root = min(land.by_path, key=len, default="")
    return [
        (item.entry, "" if item.entry.region_path == root else land.by_path[item.entry.region_path].name)
        for item in found
        if item.entry.region_path in land.by_path
    ]


def places_of() -> dict[str, Any]:
    """Towns with their communities, to choose from."""
    land = territory()
    towns = sorted((place for place in land.by_path.values() if place.level == "town"), key=lambda p: p.path)
    below: dict[str, list[tuple[str, str]]] = {town.path: [] for town in towns}
    for place in sorted(land.by_path.values(), key=lambda item: item.path):
        if place.level == "community" and place.parent_path in below:
            below[place.parent_path].append((place.code, place.name))
    return {**promised(), "places": [(town.code, town.name, below[town.path]) for town in towns]}


def promised() -> dict[str, Any]:
    """Until when a question that is handed over now is answered."""
    return {"until": answer_due(now())}


def often() -> dict[str, Any]:
    """The entries that have helped most."""
    rows = KnowledgeEntry.objects.published().select_related("unit").defer("search")
    return {"often": list(rows.order_by("-helped", "-published_at")[:OFTEN]), **places_of()}


@require_POST
@public_page
def vote(request: HttpRequest) -> HttpResponseBase:
    """Did it help? Yes: thanks. No: the question goes on to a person."""
    did_help = request.POST.get("helped") == "1"
    number = request.POST.get("entry", "")[:20]
    asking.vote(number, did_help=did_help, address=address_of(request), at=now())
    if did_help:
        return redirect("ask:thanks", "helped")
    form = AskForm(request.POST)
    words, place = (form.cleaned_data["words"], form.cleaned_data["place"]) if form.is_valid() else ("", "")
    return answers(request, words, place, [])


@sensitive_post_parameters("phone", "name", "words")
@require_http_methods(["GET", "HEAD", "POST"])
@public_page
def person(request: HttpRequest) -> HttpResponseBase:
    """Hand a question to the duty officer."""
    if request.method != "POST":
        form = PersonForm(initial={"key": uuid4()})
        return render(request, "knowledge/public/person.html", {"person": form, **promised()})
    form = PersonForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        draft = asking.QuestionDraft(**data | {"key": f"web:{data['key']}"})
        try:
            made = asking.ask_person(draft, by=resident(request), address=address_of(request), at=now())
        except Invalid as problem:
            put_errors(form, problem)
        else:
            return redirect("ask:sent", made.question.number)
    return render(request, "knowledge/public/person.html", {"person": form, **promised()}, status=422)


@require_safe
@public_page
def sent(request: HttpRequest, number: str) -> HttpResponseBase:
    """The number to keep; nothing of the question itself."""
    if not NUMBER.match(number):
        raise NotFound()
    return render(request, "knowledge/public/sent.html", {"number": number, **promised()})


@require_safe
@public_page
def thanks(request: HttpRequest, what: str) -> HttpResponseBase:
    """It helped."""
    if what != "helped":
        raise NotFound()
    return render(request, "knowledge/public/thanks.html")


@sensitive_post_parameters("tail")
@require_http_methods(["GET", "HEAD", "POST"])
@public_page
def look_up(request: HttpRequest) -> HttpResponseBase:
    """The answer, for whoever knows the number and the end of the telephone."""
    form = LookUpForm(request.POST if request.method == "POST" else None, initial={"number": _asked(request)})
    found: Question | None = None
    status = 422 if form.errors else 200
    if request.method == "POST" and form.is_valid():
        try:
            found = asking.look_up(**form.cleaned_data, address=address_of(request), at=now())
        except NotFound as problem:
            form.add_error(None, str(problem.detail))
            status = problem.status
    context = {"form": form, "row": found, "waits": found is not None and found.state == QuestionState.ASKED}
    return render(request, "knowledge/public/look_up.html", context, status=status)


def _asked(request: HttpRequest) -> str:
    return request.GET.get("number", "")[:20]


@require_safe
@public_page
def entry(request: HttpRequest, number: str) -> HttpResponseBase:
    """One entry that answers now."""
    rows = KnowledgeEntry.objects.published().select_related("unit").defer("search")
    row = rows.filter(number=number).first()
    if row is None:
        raise NotFound()
    found = shown([Found(entry=row, score=1.0)])
    return render(
        request, "knowledge/public/entry.html", {"found": found, "words": row.question, "place": ""}
    )
