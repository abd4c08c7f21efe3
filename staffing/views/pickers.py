"""Answers for the search fields: people, grids and places that the reader sees."""

from collections.abc import Iterable

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from governance.accounts.actors import Actor
from governance.accounts.models import User
from governance.exchange.doors import script_answer
from governance.foundation.naming import label_of
from grids.territory import Place
from grids.territory import current as territory
from staffing.querysets import grids_visible_to, people_visible_to
from staffing.rules import paths_of
from staffing.views.parts import where

FOUND, MAX_WORDS = 12, 60


def words_of(request: HttpRequest) -> str:
    """What was typed, cut to a sane length."""
    return request.GET.get("q", "").strip().replace("\x00", "")[:MAX_WORDS]


def named(words: str, *, prefix: str = "") -> Q:
    """People whose name, pinyin or end of the phone number matches."""
    found = Q(**{f"{prefix}name__icontains": words})
    if words.isascii():
        found |= Q(**{f"{prefix}worker_profile__pinyin__contains": words.lower().replace(" ", "")})
        found |= Q(**{f"{prefix}username__istartswith": words})
    if words.isdigit() and len(words) >= 4:
        found |= Q(**{f"{prefix}phone__endswith": words})
    return found


@require_safe
@script_answer
def people(request: HttpRequest, actor: Actor) -> HttpResponse:
    """`?q=` active people by name, pinyin or phone; `?value=` the one of that id."""
    rows = people_visible_to(actor).filter(is_active=True).select_related("unit")
    if value := request.GET.get("value"):
        return _answer(rows.filter(pk=value)[:1] if value.isdigit() and len(value) < 18 else [])
    words = words_of(request)
    found = rows.filter(named(words)) if words else rows
    return _answer(found.order_by("name", "pk")[:FOUND])


def _answer(rows: Iterable[User]) -> JsonResponse:
    return JsonResponse(
        [
            {
                "value": user.pk,
                "label": user.name,
                "hint": " · ".join(part for part in (str(user.unit or ""), (user.phone or "")[-4:]) if part),
            }
            for user in rows
        ],
        safe=False,
    )


@require_safe
@script_answer
def grids(request: HttpRequest, actor: Actor) -> HttpResponse:
    """`?q=` grids in force by name, pinyin or code; `?value=` the one of that code."""
    rows = grids_visible_to(actor)
    if value := request.GET.get("value"):
        rows = rows.filter(code=value[:20])
    elif words := words_of(request):
        rows = rows.filter(
            Q(name__icontains=words) | Q(code__startswith=words) | Q(pinyin__contains=words.lower())
        )
    found = rows.order_by("path")[:FOUND]
    return JsonResponse(
        [{"value": grid.code, "label": grid.label, "hint": where(grid.path)} for grid in found], safe=False
    )


@require_safe
@script_answer
def places(request: HttpRequest, actor: Actor) -> HttpResponse:
    """`?q=` regions and grids inside what is read, by name or code; empty: the largest ones."""
    land, inside = territory(), paths_of(actor) or ("-",)
    seen = [place for path, place in land.by_path.items() if path.startswith(inside)]
    if value := request.GET.get("value"):
        found = [place for place in seen if place.code == value]
    elif words := words_of(request):
        found = [p for p in seen if words in p.name or p.code.startswith(words) or words in p.name_en]
        spelled = {
            grid.path for grid in grids_visible_to(actor).filter(pinyin__contains=words.lower())[:FOUND]
        }
        found += [place for place in seen if place.path in spelled and place not in found]
    else:
        found = seen
    found.sort(key=lambda place: (place.path.count("/"), place.path))
    return JsonResponse([_place_row(place) for place in found[:FOUND]], safe=False)


def _place_row(place: Place) -> dict[str, str]:
    return {"value": place.code, "label": label_of(place), "hint": where(place.parent_path) or place.code}
