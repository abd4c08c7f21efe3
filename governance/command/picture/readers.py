"""For whom a picture is counted: the tickets that may count, the level of its places, and who else sees the same.

Two readers with the same `key` see the same numbers, so these are counted once for both.
"""

from dataclasses import dataclass
from typing import Final

from governance.accounts.actors import SYSTEM_ACTOR, Actor
from grids import scope as scopes
from grids.territory import Place
from grids.territory import current as territory
from incidents.models import Ticket
from incidents.queries.ground import inside
from incidents.queries.ground import level_of as place_level
from incidents.querysets import TicketQuerySet
from incidents.sight import sight_of
from incidents.standing import Scope

BELOW: Final = {
    "city": "town",
    "district": "town",
    "town": "community",
    "community": "grid",
    "grid": "grid",
}


@dataclass(frozen=True, kw_only=True)
class Reader:
    """`counted`: what every rate is made of; `open`: open tickets; `level`: what the places of the table are.

    `paths`: changes below them may change the picture. `standing`: whose sums of open tickets are the same as `open`.
    """

    key: str
    level: str
    paths: tuple[str, ...]
    counted: TicketQuerySet
    open: TicketQuerySet
    standing: Scope | None = None


def level_of(actor: Actor) -> str:
    """What the places of the table are: one level below the place that holds everything the reader covers."""
    paths = scopes.of(actor.user).paths
    place = territory().by_path.get(paths[0]) if len(paths) == 1 else None
    return BELOW[place.level] if place else "town"


def reader_of(actor: Actor) -> Reader:
    """A person: what is visible to him or her."""
    sight = sight_of(actor)
    seen = "all" if sight.is_whole else f"{sorted(sight.places)}{sorted(sight.own)}{sight.sees_sensitive}"
    level = level_of(actor)
    return Reader(
        key=f"{seen}/{level}",
        level=level,
        paths=scopes.of(actor.user).paths,
        counted=Ticket.objects.visible_to(actor).counted(),
        open=Ticket.objects.visible_to(actor, along="open").real(),
        standing=_standing(actor),
    )


def _standing(actor: Actor) -> Scope | None:
    """The whole city or towns as a whole; None for others, whose open tickets are few enough to be walked through."""
    sight, paths = sight_of(actor), scopes.of(actor.user).paths
    if not paths or sight.sources is not None:
        return None
    towns = None if any(path.count("/") == 1 for path in paths) else paths
    if towns is not None and any(place_level(path) != "town" for path in towns):
        return None
    return Scope(towns=towns, sees_sensitive=sight.sees_sensitive or sight.is_whole, own=sight.own)


def reader_of_place(place: Place) -> Reader:
    """A wall that hangs at a place: everything there except what is sensitive, which is for named people only."""
    rows = Ticket.objects.visible_to(SYSTEM_ACTOR).filter(is_sensitive=False)
    here = inside(rows, place.path)
    return Reader(
        key=f"wall {place.path}",
        level=BELOW[place.level],
        paths=(place.path,),
        counted=here.counted(),
        open=here.open().real(),
        standing=Scope(towns=None if place.level == "city" else (place.path,), sees_sensitive=False)
        if place.level in {"city", "town"}
        else None,
    )
