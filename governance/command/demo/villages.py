"""Small disputes that the villages and communities of the demo city settle themselves, by the real verbs; some of them
passed on by the police, a few handed up to the town.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import cycle
from typing import Final, NamedTuple

from django.contrib.contenttypes.models import ContentType

from governance.accounts.actors import Actor
from governance.accounts.models import Appointment
from governance.accounts.roles import Role
from governance.command.demo.mediation_words import MATTERS, SMALL, SMALL_SESSION, TAKEN_UP
from governance.command.demo.quarrels import DAY, Place, Way, at_work
from grids.models import Grid, Region
from mediation.models import Mediator

FIRST: Final = 200
"""Their numbers begin above those of the town."""


class Turn(NamedTuple):
    """How many days ago one began, how far it came, and in how many days its promise was kept."""

    days: int
    state: str = "settled"
    kept: int = 0
    origin: str = "by_hand"
    level: str = "community"


TURNS: Final = (
    *(
        Turn(days, origin=origin, level=level)
        for days, origin, level in (
            (3, "by_hand", "community"),
            (5, "police", "community"),
            (9, "screening", "grid"),
            (12, "by_hand", "grid"),
            (16, "police", "community"),
            (21, "screening", "grid"),
            (24, "by_hand", "community"),
            (29, "by_hand", "grid"),
            (33, "police", "community"),
            (38, "screening", "community"),
            (44, "by_hand", "grid"),
            (51, "police", "community"),
            (58, "by_hand", "community"),
            (66, "screening", "grid"),
            (73, "by_hand", "community"),
            (81, "by_hand", "grid"),
        )
    ),
    *(Turn(days, kept=kept) for days, kept in ((8, 3), (14, 5), (26, 2), (40, 4), (62, 6))),
    *(Turn(days) for days in (106, 118, 131)),
    Turn(1, "accepted"),
    Turn(2, "mediating", level="grid"),
    Turn(4, "mediating"),
    Turn(6, "handed_up"),
    Turn(20, "handed_up"),
)


def build_villages(town: Place, at: datetime) -> None:
    """One case for each turn, every third in the community of the demo's accounts."""
    homes = list(_homes(town))
    own, others = homes[0], cycle(homes[1:] or homes)
    for number, turn in enumerate(TURNS):
        place = _in_a_grid(own if number % 3 == 0 else next(others), number)
        began = at_work(at - turn.days * DAY, number)
        matter = (
            MATTERS[0] if turn.state == "handed_up" else SMALL[(number + number // len(SMALL)) % len(SMALL)]
        )
        _one(Way(place, FIRST + number, began, own=matter), turn, town, at)


def _homes(town: Place) -> Iterator[Place]:
    """Communities of the town with a committee whose mediator signs in; the one of the demo's accounts first."""
    rows = Mediator.objects.filter(
        body__level="community", body__kind="people", body__region_path__startswith=town.body.region.path
    ).exclude(user=None)
    found = rows.select_related("body__region", "body__unit", "user__unit").order_by(
        "body__region_path", "pk"
    )
    for mediator in found:
        region, user = mediator.body.region, mediator.user
        assert user is not None
        grids = list(Grid.objects.filter(valid_to=None, community=region).order_by("path"))
        led = [grid for grid in grids if _holders(Role.GRID_LEADER, grid)]
        me = Actor(user=user, unit_id=user.unit_id)
        staff = holder(Role.COMMUNITY_STAFF, region)
        yield Place(
            town=town.town,
            sorter=staff,
            clerk=staff,
            patroller=town.patroller,
            mediator=me,
            body=mediator.body,
            grids=led or grids[:1],
        )


def _in_a_grid(home: Place, number: int) -> Place:
    """One grid of the community; whoever mediates does not call back, its leader does."""
    grid = home.grids[number * 5 % len(home.grids)]
    is_own = home.clerk.user_id == home.mediator.user_id
    return home._replace(grids=[grid], clerk=holder(Role.GRID_LEADER, grid) if is_own else home.clerk)


def _one(way: Way, turn: Turn, town: Place, at: datetime) -> None:
    by = way.place.sorter
    if turn.origin == "police":
        by = _police(way.place) or by
    way.register(by=by, origin=turn.origin, level=turn.level)
    way.sort(turn.level)
    way.consented()
    if turn.state == "accepted":
        return
    kind, where = ("grid" if turn.level == "grid" else "cadre"), way.place.body.region.name
    way.meet(kind, *SMALL_SESSION, hours=3, others="楼长、邻居", place=f"{where}社区调解室")
    if turn.state == "handed_up":
        way.do("level_up", hours=20, body=town.body.pk, opinion=TAKEN_UP["opinion"], tried=TAKEN_UP["tried"])
        way.place = town
        way.name()
    elif turn.state == "settled":
        _settled(way, turn, at)


def _settled(way: Way, turn: Turn, at: datetime) -> None:
    """Agreed by word, kept, called back as often as it is due by now, archived after the last call."""
    way.agree_orally(turn.kept)
    way.do("watch", hours=0.5)
    if turn.kept:
        way.at += (turn.kept - 1) * DAY
        way.receive()
    way.do("complete", hours=0.5)
    for days in (7.1, 23, 60):
        if way.at + days * DAY + timedelta(hours=1) > at:
            return
        way.call(days)
    if way.at + DAY < at:
        way.do("archive", way.place.town, hours=20)


def holder(role: str, target: Region | Grid) -> Actor:
    """The first person who holds the role over a region or grid."""
    return _holders(role, target)[0]


def _holders(role: str, target: Region | Grid) -> list[Actor]:
    kind = ContentType.objects.get_for_model(type(target))
    rows = Appointment.objects.filter(role=role, target_type=kind, target_id=target.pk).order_by("pk")
    people = [row.user for row in rows.select_related("user__unit")[:1]]
    return [Actor(user=user, unit_id=user.unit_id) for user in people]


def _police(place: Place) -> Actor | None:
    """The police officer of the grid or of its community."""
    found = _holders(Role.POLICE_GRID_OFFICER, place.grids[0]) + _holders(
        Role.POLICE_GRID_OFFICER, place.body.region
    )
    return found[0] if found else None
