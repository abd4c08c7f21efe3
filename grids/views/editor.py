"""The grid editor: the page on which a draft is drawn, and the cut of an exclusive grid out of others."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page, script_answer
from governance.foundation.errors import Conflict, Forbidden, Unprocessable
from grids import recutting
from grids.carving import carve
from grids.geometry import InvalidArea, parse_area
from grids.models import ExclusiveType, Grid
from grids.revisions import DraftGrid, parse_results, setting_of
from grids.rules import may
from grids.states import RevisionState
from grids.territory import current as territory
from grids.views.doors import body_of, visible_revision
from grids.views.drafting import features_of

MODULES: Final = (
    *(f"map/js/{name}.mjs" for name in ("view", "layers")),
    *(f"grids/js/editor-{name}.mjs" for name in ("borders", "plan", "map", "tools", "side", "saving")),
)


@require_safe
@desk_page
def editor_page(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """The editor of a draft. Raises NotFound, Conflict (no draft any more) and Forbidden."""
    revision = visible_revision(actor, number)
    if revision.state != RevisionState.DRAFT:
        raise Conflict(_("Only a draft can be edited; this revision has gone on"))
    if not may("edit", revision, actor):
        raise Forbidden(_("This step belongs to another role, or reaches beyond your area"))
    context = {
        "revision": revision,
        "modules": MODULES,
        "config": config(number),
        "kinds": Grid.Kind.choices,
        "exclusive_types": ExclusiveType.choices,
    }
    return render(request, "grids/editor.html", context)


def config(number: str) -> dict[str, Any]:
    """The addresses that the script talks to."""
    tile = reverse("grids:tile", args=[territory().number, "layer", 0, 0, 0])
    urls = {
        name: reverse(f"grids:revision-{name}", args=[number])
        for name in ("draft", "split", "merge", "check", "carve")
    }
    return {
        "number": number,
        "base": settings.MAP_TILES_URL,
        "note": settings.MAP_TILES_NOTE,
        "tiles": tile.replace("/layer/0/0/0.", "/{layer}/{z}/{x}/{y}."),
        "urls": urls,
    }


@require_POST
@script_answer
def carve_out(request: HttpRequest, actor: Actor, number: str) -> HttpResponseBase:
    """`{area, results}` -> results with a new exclusive grid where the area was drawn; nothing is stored."""
    revision = visible_revision(actor, number)
    body = body_of(request)
    results = parse_results(body.get("results"))
    drawn = _area(body.get("area"))
    found = carve([item.area for item in results], drawn)
    touched = [item for item, rest in zip(results, found.rests, strict=True) if rest is not item.area]
    communities = {item.community for item in touched}
    if len(communities) > 1:
        raise Unprocessable(
            fields={"area": [_("A grid lies inside one community; the area drawn touches two")]}
        )
    setting = setting_of(revision, results)
    used = setting.spent | {item.code for item in results} | setting.sources.keys()
    [code] = recutting.next_codes(communities.pop(), used)
    kept, given = [], 0
    for item, rest in zip(results, found.rests, strict=True):
        if rest is None:
            given += item.households
        elif rest is item.area:
            kept.append(item)
        else:
            share, left = recutting.shared_households(item.households, [found.area, rest], setting.points)
            given += share
            kept.append(replace(item, area=rest, households=left))
    fresh = DraftGrid(
        code=code,
        name=_("New exclusive grid"),
        area=found.area,
        community=touched[0].community,
        kind=Grid.Kind.EXCLUSIVE,
        exclusive_type=ExclusiveType.OTHER,
        households=given,
    )
    return features_of(sorted([*kept, fresh], key=lambda item: item.code))


def _area(document: Any) -> Any:
    """The polygon that was drawn. Raises Unprocessable."""
    try:
        return parse_area(document if isinstance(document, Mapping) else {})
    except InvalidArea as error:
        words = {
            "self_crossing": _("The line crosses itself: draw around the area once"),
            "empty": _("The area needs three corners at least"),
        }
        raise Unprocessable(
            fields={"area": [words.get(error.reason, _("This is not an area that can be used"))]}
        ) from error
