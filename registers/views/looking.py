"""Looking closer: one masked value with a reason, a person by the exact number, and indicator K26."""

from typing import Any

from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page, problem_words
from governance.foundation.clock import local, now
from governance.foundation.errors import Forbidden, NotFound, Unprocessable
from governance.foundation.naming import label_of
from grids.territory import Place
from grids.territory import current as territory
from registers import disclosure
from registers.completeness import report
from registers.finding import find_people
from registers.forms import SearchForm, put_problem
from registers.models import Household, HouseholdLink, KeyPerson, KeyPlace, Register, Resident
from registers.querysets import inside, paths_for
from registers.roles import KEEPERS, PLACE_READERS, READERS, REPORT_READERS
from registers.rules import may_anywhere
from registers.views.frames import place_words
from registers.views.people import resident_rows


def shown_rows(name: str, actor: Actor) -> "QuerySet[Any]":
    """The rows of a kind that this person may see. Raises NotFound for a kind that has no masked values."""
    if name == "resident":
        files = KeyPerson.objects.visible_to(actor, on=local(now()).date()).open()
        return Resident.objects.filter(
            inside(paths_for(actor, READERS)) | Q(pk__in=files.values("resident_id"))
        )
    rows: dict[str, QuerySet[Any]] = {
        "household": Household.objects.visible_to(actor),
        "place": KeyPlace.objects.visible_to(actor),
        "link": HouseholdLink.objects.visible_to(actor),
    }
    if name not in rows:
        raise NotFound()
    return rows[name]


@require_POST
@desk_page
def reveal(request: HttpRequest, actor: Actor, kind: str, pk: int, field: str) -> HttpResponse:
    """Show one value in full, once, for a reason that goes into the journal."""
    obj: Model | None = shown_rows(kind, actor).filter(pk=pk).first()
    if obj is None:
        raise NotFound()
    context: dict[str, Any] = {"name": f"{kind}-{pk}-{field}", "url": request.path}
    try:
        reason = request.POST.get("reason", "")
        context["shown"] = disclosure.reveal(obj, field, by=actor, at=now(), reason=reason)
    except Unprocessable as problem:
        context |= {"value": masked(obj, field), "error": problem_words(problem)}
        return render(request, "parts/_masked.html", context, status=422)
    response = render(request, "parts/_masked.html", context)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def masked(obj: Model, field: str) -> str:
    """The value as it stands on the page."""
    names = {
        "identity_number": "masked_identity",
        "phone": "masked_phone",
        "name": "masked_name",
        "contact": "masked_contact",
        "member": "masked_phone",
        "address": "masked_address",
    }
    return str(getattr(obj, names[field]))


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def search(request: HttpRequest, actor: Actor) -> HttpResponse:
    """A person by the exact number; it is posted, so that no log of addresses keeps it."""
    if not may_anywhere(actor, KEEPERS):
        raise Forbidden(
            _("Searching by number belongs to those who keep the registers"), roles=sorted(KEEPERS)
        )
    if request.method != "POST":
        return render(request, "registers/search.html", {"form": SearchForm()})
    form, at = SearchForm(request.POST), now()
    if not form.is_valid():
        return render(request, "registers/search.html", {"form": form}, status=422)
    try:
        people = find_people(form.cleaned_data["field"], form.cleaned_data["text"], by=actor, at=at)
    except Unprocessable as problem:
        put_problem(form, problem)
        return render(request, "registers/search.html", {"form": form}, status=422)
    context = {"form": form, "rows": resident_rows(people, actor, at=at), "is_searched": True}
    response = render(request, "registers/search.html", context)
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_safe
@desk_page
def report_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """K26 below one place: by town, community, grid. Every number opens its list, for those who may open it."""
    place, paths = place_asked(request, actor)
    found = report(actor, path=place.path, on=local(now()).date())
    reads, reads_places = may_anywhere(actor, READERS), may_anywhere(actor, PLACE_READERS)
    context = {
        **below(place, paths),
        "registers": [
            (Register.HOUSEHOLDS, Register.HOUSEHOLDS.label, "registers:households", reads),
            (Register.RESIDENTS, Register.RESIDENTS.label, "registers:residents", reads),
            (Register.KEY_PLACES, Register.KEY_PLACES.label, "registers:places", reads_places),
        ],
        "whole": found.whole,
        "lines": [(line, label_of(line.place)) for line in found.lines if touches(line.place.path, paths)],
        "fresh_days": found.fresh_days,
    }
    return render(request, "registers/report.html", context)


def place_asked(request: HttpRequest, actor: Actor) -> tuple[Place, tuple[str, ...]]:
    """The place of `?region=`, else the reader's own, and the paths that he or she reads reports of.

    Raises Forbidden for somebody without any, NotFound for a place elsewhere.
    """
    paths = paths_for(actor, REPORT_READERS)
    if not paths:
        raise Forbidden(
            _("The registers are open to those who look after the place"), roles=sorted(REPORT_READERS)
        )
    land = territory()
    place = land.by_code.get(request.GET.get("region", "")) or land.by_path.get(paths[0])
    if place is None or not touches(place.path, paths):
        raise NotFound()
    return place, paths


def below(place: Place, paths: tuple[str, ...]) -> dict[str, Any]:
    """What the head of a report needs: the place, in words, and the way up to it."""
    chain = [item for item in territory().chain(place.path)[:-1] if touches(item.path, paths)]
    return {
        "here": place,
        "here_label": label_of(place),
        "here_words": place_words(place.path, first="city"),
        "chain": [(item, label_of(item)) for item in chain],
    }


def touches(path: str, paths: tuple[str, ...]) -> bool:
    """Whether the place lies in one of the paths, or above one."""
    return any(path.startswith(own) or own.startswith(path) for own in paths)
