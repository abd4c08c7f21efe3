"""Public notices of a place for residents: no account, no personal data, one bounded page for each place."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from governance.accounts.actors import Actor
from governance.foundation.clock import local, now
from governance.foundation.errors import Invalid, NotFound, Problem
from grids.territory import Place
from grids.territory import current as territory
from grids.views.pagers import page_of
from incidents.views.files import file_answer
from publicity.models import PolicyNotice

SIZE = 20
LEVELS = ("city", "district", "town", "community")


@require_safe
def list_page(request: HttpRequest) -> HttpResponse:
    """`?place=` the code of a region: what is in force there, newest first."""
    land = territory()
    places = [place for place in land.by_path.values() if place.level in LEVELS]
    chosen = land.by_code.get(request.GET.get("place", ""))
    chosen = chosen if chosen is not None and chosen.level in LEVELS else None
    rows = PolicyNotice.objects.public(local(now()).date())
    if chosen is not None:
        rows = rows.filter(PolicyNotice.objects.reaching([chosen.path]))
    try:
        page = page_of(rows.select_related("unit"), "published_at", request.GET.get("cursor", ""), SIZE)
    except Invalid as problem:
        return refusal(request, problem)
    context = {"page": page, "chosen": chosen, "places": choices(places)}
    return shown(render(request, "publicity/public/list.html", context))


def choices(places: list[Place]) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Towns with their communities; the city and districts stand in front."""
    towns = sorted((place for place in places if place.level == "town"), key=lambda place: place.path)
    below: dict[str, list[tuple[str, str]]] = {town.path: [] for town in towns}
    for place in sorted(places, key=lambda item: item.path):
        if place.level == "community" and place.parent_path in below:
            below[place.parent_path].append((place.code, place.name))
    return [(town.code, town.name, below[town.path]) for town in towns]


@require_safe
def detail(request: HttpRequest, number: str) -> HttpResponse:
    """One public notice that is in force."""
    try:
        row = public_notice(number)
    except NotFound as problem:
        return refusal(request, problem)
    return shown(render(request, "publicity/public/notice.html", {"row": row}))


@require_safe
def attachment(request: HttpRequest, number: str) -> HttpResponseBase:
    """The file of a public notice; only what was found clean is given out."""
    try:
        row = public_notice(number)
        if row.attachment is None:
            raise NotFound()
        return file_answer(request, row.attachment, Actor())
    except Problem as problem:
        return refusal(request, problem)


def public_notice(number: str) -> PolicyNotice:
    """The notice, if everybody may read it today. Raises NotFound."""
    rows = PolicyNotice.objects.public(local(now()).date()).select_related("unit", "attachment")
    found: PolicyNotice | None = rows.filter(number=number).first()
    if found is None:
        raise NotFound()
    return found


def refusal(request: HttpRequest, problem: Problem) -> HttpResponse:
    """The page is not there any more."""
    return shown(render(request, "publicity/public/gone.html", {"problem": problem}, status=problem.status))


def shown(response: HttpResponse) -> HttpResponse:
    """Kept for a minute by anybody."""
    response.headers["Cache-Control"] = "public, max-age=60"
    return response
