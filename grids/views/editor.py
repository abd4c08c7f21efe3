"""The grid editor: the page on which a draft is drawn, and a new grid drawn over others or on free ground."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import shapely
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page, script_answer
from governance.foundation.errors import Conflict, Forbidden, Unprocessable
from grids import recutting
from grids.carving import carve
from grids.geometry import InvalidArea, parse_area
from grids.models import ExclusiveType, Grid
from grids.naming import new_name
from grids.revisions import DraftGrid, parse_results, setting_of
from grids.revisions.planning import Setting, ground_of
from grids.rules import may
from grids.states import RevisionState
from grids.views.doors import body_of, visible_revision
from grids.views.drafting import features_of

CRUMB: Final = 1e-10
"""Square degrees that are no ground: a metre by a metre."""
MODULES: Final = (
    *(f"map/js/{name}.mjs" for name in ("view", "layers")),
    *(
        f"grids/js/editor-{name}.mjs"
        for name in ("borders", "plan", "map", "slide", "tools", "side", "saving")
    ),
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
    urls = {
        name: reverse(f"grids:revision-{name}", args=[number])
        for name in ("draft", "split", "merge", "check", "carve")
    }
    return {
        "number": number,
        "base": settings.MAP_TILES_URL,
        "note": settings.MAP_TILES_NOTE,
        "urls": urls,
    }


@require_POST
@script_answer
def carve_out(request: HttpRequest, actor: Actor, number: str) -> HttpResponseBase:
    """`{area, kind, results}` -> results with a new grid where the area was drawn; nothing is stored.

    It takes what it covers of the planned grids, and of the communities' ground that lies in no grid.
    """
    revision = visible_revision(actor, number)
    body = body_of(request)
    results = parse_results(body.get("results"))
    drawn, kind = _area(body.get("area")), _kind(body.get("kind"))
    setting = setting_of(revision, results)
    free = free_ground(setting, results)
    found = carve([item.area for item in results], drawn, shapely.union_all(list(free.values())))
    touched = [item for item, part in zip(results, found.parts, strict=True) if part is not None]
    newly = {code: shapely.intersection(ground, found.area) for code, ground in free.items()}
    communities = {item.community for item in touched}
    communities |= {code for code, ground in newly.items() if ground.area > CRUMB}
    if len(communities) > 1:
        raise Unprocessable(
            fields={"area": [_("A grid lies inside one community; the area drawn touches two")]}
        )
    community = communities.pop()
    used = setting.spent | {item.code for item in results} | setting.sources.keys()
    [code] = recutting.next_codes(community, used)
    kept, given = [], setting.points.households_in(shapely.union_all(list(newly.values())))
    for item, part, rest in zip(results, found.parts, found.rests, strict=True):
        if part is None:
            kept.append(item)
        elif rest is None:
            given += item.households
        else:
            share, left = recutting.shared_households(item.households, [part, rest], setting.points)
            given += share
            kept.append(replace(item, area=rest, households=left))
    is_exclusive = kind == Grid.Kind.EXCLUSIVE
    names = [item.name for item in touched]
    names += [item.name for item in results]
    names += [item.name for item in setting.neighbours]
    fresh = DraftGrid(
        code=code,
        name=_("New exclusive grid") if is_exclusive else new_name(names[0], code, names),
        area=found.area,
        community=community,
        kind=kind,
        exclusive_type=ExclusiveType.OTHER if is_exclusive else "",
        households=given,
    )
    return features_of(sorted([*kept, fresh], key=lambda item: item.code))


def free_ground(setting: Setting, results: Sequence[DraftGrid]) -> Mapping[str, BaseGeometry]:
    """What no grid covers of each community whose boundary is known, in degrees; none for those that are covered."""
    covered = shapely.union_all(
        [item.area for item in results] + [shape(grid.polygon) for grid in setting.neighbours]
    )
    found = {}
    for code, region in setting.communities.items():
        ground = ground_of(region).area
        rest = None if ground is None else shapely.difference(ground, covered)
        if rest is not None and rest.area > CRUMB:
            found[code] = rest
    return found


def _kind(value: Any) -> str:
    """The kind asked for; exclusive when nothing is said. Raises Unprocessable."""
    if value in (None, ""):
        return Grid.Kind.EXCLUSIVE
    if value not in Grid.Kind.values:
        raise Unprocessable(fields={"kind": [_("The kind is neither comprehensive nor exclusive")]})
    return str(value)


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
