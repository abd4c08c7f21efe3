"""The ground that a phone keeps: outlines of the own grids and of those around them, to draw a map without a line."""

from datetime import datetime
from functools import lru_cache
from typing import Any, Final

import shapely
from django.urls import reverse

from fieldwork.sync.packing import Section
from governance.accounts.actors import Actor
from governance.foundation.naming import label_of
from grids import locator_cache
from grids import scope as scopes

MOST_OWN: Final = 60
MOST_AROUND: Final = 60
MARGIN: Final = 0.0005
"""Of degrees, some fifty metres: what lies across a street is next door."""
DIGITS: Final = 5
KEPT: Final = 256


def outlines_of(actor: Actor) -> list[dict[str, Any]]:
    """Grids as GeoJSON features, the own ones first; none for somebody without a place of the own."""
    paths = tuple(sorted(scopes.of(actor.user).paths))
    return [
        {
            "type": "Feature",
            "geometry": geometry,
            "properties": {"code": code, "label": label, **({"level": 0.25} if is_own else {})},
        }
        for code, label, is_own, geometry in _outlines(locator_cache.current().territory.number, paths)
    ]


@lru_cache(maxsize=KEPT)
def _outlines(_number: int, paths: tuple[str, ...]) -> list[tuple[str, str, bool, dict[str, Any]]]:
    """(code, label, own, geometry), kept for each state of the territory."""
    snapshot = locator_cache.current()
    places, areas = snapshot.territory.grids, snapshot.areas
    known = [pk for pk in areas if pk in places]
    own = [pk for pk in known if any(places[pk].path.startswith(path) for path in paths)][:MOST_OWN]
    if not own:
        return []
    here = shapely.union_all([areas[pk] for pk in own]).buffer(MARGIN)
    ours = frozenset(own)
    near = [int(snapshot.locator.ids[row]) for row in snapshot.locator.tree.query(here, "intersects")]
    around = [pk for pk in near if pk in places and pk not in ours][:MOST_AROUND]
    return [
        (places[pk].code, label_of(places[pk]), pk in ours, shapely.geometry.mapping(_rounded(areas[pk])))
        for pk in (*own, *around)
    ]


def _rounded(area: Any) -> Any:
    """The outline with five digits: a metre is enough, and a tenth of the bytes."""
    return shapely.transform(area, lambda points: points.round(DIGITS))


def kept(actor: Actor, at: datetime) -> Section:
    """The section of the pack, with the page that draws it."""
    return Section(data=outlines_of(actor), pages=[reverse("phone-work:map")])
