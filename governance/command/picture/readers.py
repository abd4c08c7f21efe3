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
from incidents.querysets import TicketQuerySet
from incidents.sight import sight_of

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

    `paths`: changes below them may change the picture.
    """

    key: str
    level: str
    paths: tuple[str, ...]
    counted: TicketQuerySet
    open: TicketQuerySet


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
    )


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
    )
