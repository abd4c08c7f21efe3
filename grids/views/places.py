"""Choosing a place in a filter: towns for a city, communities for a town; only inside the reader's own area."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from governance.accounts.actors import Actor
from governance.foundation.errors import Invalid
from governance.foundation.naming import label_of
from grids import scope as scopes
from grids.territory import Place
from grids.territory import current as territory

MOST_OPTIONS = 400


@dataclass(frozen=True, kw_only=True)
class Option:
    """A place that can be chosen; `depth` 1 stands below the one before."""

    code: str
    label: str
    depth: int


def options(actor: Actor) -> list[Option]:
    """Towns of the reader's area with their communities; without the communities where those would be too many."""
    land, paths = territory(), scopes.of(actor.user).paths
    inside = [
        place
        for path, place in sorted(land.by_path.items())
        if place.level in {"town", "community"} and any(path.startswith(own) or own.startswith(path) for own in paths)
    ]  # fmt: skip
    if len(inside) > MOST_OPTIONS:
        inside = [place for place in inside if place.level == "town"]
    has_towns = any(place.level == "town" for place in inside)
    return [
        Option(code=place.code, label=label_of(place), depth=int(has_towns and place.level == "community"))
        for place in inside
    ]


def asked(code: str) -> Place | None:
    """The place with that code; None for none. Raises Invalid for an unknown one."""
    if not code:
        return None
    place = territory().by_code.get(code)
    if place is None:
        raise Invalid(fields={"region": [_("Unknown region or grid")]})
    return place


def common(paths: Sequence[str]) -> str:
    """The smallest region that holds all of these places; empty for none."""
    land = territory()
    chains = [[place for place in land.chain(path) if place.level != "grid"] for path in paths]
    found = ""
    for held in zip(*chains, strict=False):
        if len({place.path for place in held}) > 1:
            break
        found = held[0].path
    return found
