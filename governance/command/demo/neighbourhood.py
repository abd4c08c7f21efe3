"""One community of the demo city as its history needs it: places with addresses, people, photos."""

import random
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from uuid import UUID

import shapely

from governance.accounts.actors import Actor
from governance.accounts.models import OrgUnit
from governance.accounts.roles import Role
from governance.command.demo.cast import Cast, workers_of
from governance.command.demo.matters import SPOTS
from governance.command.demo.memory import MemoryLedger
from governance.command.demo.photos import Album
from governance.command.demo.territory import ground_plan
from grids.geometry import Area, parse_area
from grids.models import Grid, Region
from grids.territory import Unit
from grids.territory import current as territory
from incidents.models import Ticket
from incidents.places import Spot

Kind = OrgUnit.Kind
STAFF = {Kind.SUB_CENTER: Role.TOWN_STAFF, Kind.WORKSTATION: Role.COMMUNITY_STAFF}


@dataclass
class Neighbourhood:
    """A community with its grids and whoever deals with its tickets."""

    community: Region
    grids: list[Grid]
    cast: Cast
    album: Album
    ledger: MemoryLedger

    @cached_property
    def center(self) -> Unit:
        """The city's centre."""
        return self._command("city")

    @cached_property
    def sub_center(self) -> Unit:
        return self._command("town")

    @cached_property
    def workstation(self) -> Unit:
        return self._command("community")

    def _command(self, tier: str) -> Unit:
        unit = territory().command_unit(self.community.path, tier)
        assert unit is not None, tier
        return unit

    @cached_property
    def streets(self) -> list[str]:
        plan = next(item for item in ground_plan().regions if item.code == self.community.code)
        return [street.zh for street in plan.streets]

    @cached_property
    def areas(self) -> dict[int, Area]:
        areas = {grid.pk: parse_area(grid.polygon) for grid in self.grids}
        shapely.prepare(list(areas.values()))
        return areas

    def address(self, grid: Grid, rng: random.Random) -> str:
        """A street with a house number, or a building of the estate that the grid is called after."""
        estate = grid.name.removesuffix("网格")
        if estate.startswith(self.community.name) or grid.kind == Grid.Kind.EXCLUSIVE or rng.random() < 0.55:
            return f"{rng.choice(self.streets)}{rng.randint(1, 320)}号{rng.choice(('', *SPOTS))}"
        return f"{estate}{rng.randint(1, 38)}栋{rng.choice(('', f'{rng.randint(1, 4)}单元', *SPOTS[:3]))}"

    def spot(self, grid: Grid, text: str, rng: random.Random) -> Spot:
        """A point inside the grid with the words for it."""
        area = self.areas[grid.pk]
        west, south, east, north = area.bounds
        for _try in range(60):
            lon, lat = rng.uniform(west, east), rng.uniform(south, north)
            if shapely.intersects_xy(area, lon, lat):
                return Spot(lon=lon, lat=lat, accuracy=rng.choice((5.0, 8.0, 12.0, 20.0)), text=text)
        point = area.representative_point()
        return Spot(lon=point.x, lat=point.y, text=text)

    def reporters(self, grid: Grid) -> list[Actor]:
        return workers_of(self.cast, grid)

    def photo(self, by: Actor, at: datetime, rng: random.Random, *, is_after: bool) -> UUID:
        """An uploaded photo, ready to be bound."""
        pictures = self.album.after if is_after else self.album.before
        key = UUID(int=rng.getrandbits(128), version=4)
        row = rng.choice(pictures).attachment(key, by=by, at=at - timedelta(seconds=rng.randint(20, 200)))
        return self.ledger.bring(row)

    def taker(self, ticket: Ticket, rng: random.Random) -> Actor:
        """Who accepts what lies in a pool."""
        if ticket.holder_id == self.center.id:
            role = Role.DISPATCHER if rng.random() < 0.85 else Role.DUTY_OFFICER
            return rng.choice(self.cast.of(role, self.center.id))
        return rng.choice(self._staff(ticket))

    def dispatcher(self, ticket: Ticket, rng: random.Random) -> Actor:
        if ticket.holder_id == self.center.id:
            return rng.choice(self.cast.of(Role.DISPATCHER, self.center.id))
        return rng.choice(self._staff(ticket))

    def _staff(self, ticket: Ticket) -> list[Actor]:
        unit = territory().units[ticket.holder_id]
        return self.cast.of(STAFF[Kind(unit.kind)], unit.id)

    def overseer(self, rng: random.Random) -> Actor:
        return rng.choice(self.cast.of(Role.OVERSIGHT_OFFICER, self.center.id))

    def checker(self, ticket: Ticket, rng: random.Random) -> Actor:
        """Who checks: the dispatching unit's staff or the grid supervisor, never who handled it."""
        if ticket.holder_id == self.center.id:
            return self.overseer(rng)
        town = territory().command_unit(ticket.region_path, "town") or self.sub_center
        supervisors = self.cast.of(Role.GRID_SUPERVISOR, town.id)
        mine = supervisors if rng.random() < 0.15 else self._staff(ticket)
        return self._fresh(mine, self.ledger.hands(ticket.pk).handled, Role.OVERSIGHT_OFFICER, rng)

    def caller(self, ticket: Ticket, rng: random.Random) -> Actor:
        """Who calls back: neither who handled it nor who checked the result."""
        at_centre = ticket.holder_id == self.center.id
        mine = [] if at_centre else self._staff(ticket)
        hands = self.ledger.hands(ticket.pk)
        return self._fresh(mine, hands.handled | hands.checked, Role.DUTY_OFFICER, rng)

    def closer(self, ticket: Ticket, rng: random.Random) -> Actor:
        if ticket.holder_id == self.center.id:
            role = Role.OVERSIGHT_OFFICER if rng.random() < 0.6 else Role.DISPATCHER
            return rng.choice(self.cast.of(role, self.center.id))
        return rng.choice(self._staff(ticket))

    def _fresh(
        self, actors: Iterable[Actor], worked: Collection[int], other: Role, rng: random.Random
    ) -> Actor:
        """One of the actors who has not had it in hand; somebody of that role at the centre where all have."""
        free = [actor for actor in actors if actor.user_id not in worked]
        return rng.choice(free or self.cast.of(other, self.center.id))
