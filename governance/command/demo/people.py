"""About 1,500 people of the demo city in their posts, with their appointments."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from django.contrib.auth.hashers import make_password
from django.db.models import Model

from governance.accounts.appointments import Post, appoint_many
from governance.accounts.models import OrgUnit, Tier, User
from governance.accounts.roles import Role
from governance.command.demo.names import person_name, staff_phone
from governance.command.demo.plan import ACCOUNTS, PASSWORD, SEED
from governance.command.demo.territory import Land
from grids.models import Grid, GridAssignment, GridPost, Region

Kind = GridPost.Kind
PATROLLERS_ON_POST = 0.965
PART_TIME_EVERY = 5
CENTRE_STAFF = (
    (Role.DUTY_OFFICER, 8),
    (Role.DISPATCHER, 5),
    (Role.OVERSIGHT_OFFICER, 4),
    (Role.LEADER, 2),
    (Role.AUDITOR, 1),
    (Role.ADMINISTRATOR, 1),
)
DISTRICT_STAFF = ((Role.DUTY_OFFICER, 2), (Role.DISPATCHER, 2), (Role.OVERSIGHT_OFFICER, 1), (Role.LEADER, 1))
DEPARTMENT_KINDS = frozenset(
    {
        OrgUnit.Kind.DEPARTMENT,
        OrgUnit.Kind.UTILITY,
        OrgUnit.Kind.TOWN_ENFORCEMENT,
        OrgUnit.Kind.POLICE,
    }
)


@dataclass
class Person:
    """Somebody to be: home unit, roles over targets, posts in grids."""

    unit: OrgUnit
    appointments: list[tuple[Role, Model]]
    posts: list[tuple[Grid, str]] = field(default_factory=list)
    username: str = ""

    @property
    def role(self) -> Role:
        return self.appointments[0][0]


def build_people(land: Land, *, at: datetime, since: date) -> int:
    """Write users, posts, assignments and appointments; returns how many people. In a transaction."""
    people = list(_everybody(land))
    _give_accounts(people)
    users = _users(people)
    _fill_posts(land, people, users, since)
    wanted = [
        Post(user=user, role=role, target=target, starts_on=since)
        for person, user in zip(people, users, strict=True)
        for role, target in person.appointments
    ]
    appoint_many(wanted, at=at)
    return len(users)


def _everybody(land: Land) -> Iterator[Person]:
    city = land.at_level("city")[0]
    yield from _staff(land, city, CENTRE_STAFF)
    for district in land.at_level("district"):
        yield from _staff(land, district, DISTRICT_STAFF)
    for town in land.at_level("town"):
        yield from _town(land, town)
    for community in land.at_level("community"):
        yield from _community(land, community)
    for unit in land.units.values():
        if unit.kind in DEPARTMENT_KINDS:
            yield from _department(unit)


def _staff(land: Land, region: Region, table: tuple[tuple[Role, int], ...]) -> Iterator[Person]:
    unit = land.command_unit(region)
    for role, count in table:
        for _n in range(count):
            yield Person(unit, [(role, region)])


def _town(land: Land, town: Region) -> Iterator[Person]:
    yield from _staff(
        land, town, ((Role.TOWN_STAFF, 4), (Role.GRID_SUPERVISOR, 2), (Role.DISPATCHER, 1), (Role.LEADER, 1))
    )
    mediators = land.units[f"TJ-{town.code[:9]}"]
    for _n in range(2):
        yield Person(mediators, [(Role.MEDIATOR, mediators)])


def _community(land: Land, community: Region) -> Iterator[Person]:
    yield from _staff(land, community, ((Role.COMMUNITY_STAFF, 2),))
    grids = [grid for grid in land.grids.values() if grid.community_id == community.pk]
    station = land.units[f"GA-{community.code[:9]}"]
    yield Person(
        station,
        [(Role.POLICE_GRID_OFFICER, community), (Role.POLICE_GRID_OFFICER, station)],
        [(grid, Kind.POLICE_GRID_OFFICER) for grid in grids],
    )
    for first in range(0, len(grids), 2):
        yield _leader(grids[first : first + 2])
    for number, grid in enumerate(grids):
        if number == 0 or random.Random(grid.code).random() < PATROLLERS_ON_POST:
            yield Person(_team(grid), [(Role.GRID_PATROLLER, grid)], [(grid, Kind.GRID_PATROLLER)])
        if number % PART_TIME_EVERY == 0:
            yield Person(_team(grid), [(Role.PART_TIME_WORKER, grid)], [(grid, Kind.PART_TIME_WORKER)])


def _leader(grids: list[Grid]) -> Person:
    """One leader for two neighbouring grids: at home in the first team, appointed to the second as well."""
    appointments: list[tuple[Role, Model]] = [(Role.GRID_LEADER, grid) for grid in grids]
    appointments += [(Role.GRID_LEADER, _team(grid)) for grid in grids[1:]]
    return Person(_team(grids[0]), appointments, [(grid, Kind.GRID_LEADER) for grid in grids])


def _team(grid: Grid) -> OrgUnit:
    assert grid.team is not None
    return grid.team


def _department(unit: OrgUnit) -> Iterator[Person]:
    is_busy = unit.tier != Tier.CITY or unit.line == "CG"
    for _n in range(2 if is_busy else 1):
        yield Person(unit, [(Role.DEPT_HANDLER, unit)])
    yield Person(unit, [(Role.DEPT_LEAD, unit)])


def _give_accounts(people: list[Person]) -> None:
    """The demo accounts go to neighbours: the first of each role, departments from the first town."""
    town_bureau = next(
        person.unit
        for person in people
        if person.unit.kind == OrgUnit.Kind.TOWN_ENFORCEMENT and person.role == Role.DEPT_HANDLER
    )
    for account in ACCOUNTS:
        is_department = account.role in {Role.DEPT_HANDLER, Role.DEPT_LEAD}
        chosen = next(
            person
            for person in people
            if person.role == account.role and (not is_department or person.unit == town_bureau)
        )
        chosen.username = account.username


def _users(people: list[Person]) -> list[User]:
    rng = random.Random(SEED)
    password = make_password(PASSWORD)
    rows = []
    for serial, person in enumerate(people, 1):
        is_admin = person.role == Role.ADMINISTRATOR
        rows.append(
            User(
                username=person.username or f"p{serial:04d}",
                phone=staff_phone(serial),
                name=person_name(rng),
                unit=person.unit,
                password=password,
                is_staff=is_admin or person.role == Role.AUDITOR,
                is_superuser=is_admin,
            )
        )
    return User.objects.bulk_create(rows)


def _fill_posts(land: Land, people: list[Person], users: list[User], since: date) -> None:
    """Every grid has a leader's, a patroller's and a police officer's post; who is there fills it."""
    fixed = (Kind.GRID_LEADER, Kind.GRID_PATROLLER, Kind.POLICE_GRID_OFFICER)
    wanted = {(grid.pk, kind.value): grid for grid in land.grids.values() for kind in fixed}
    filled = {
        (grid.pk, str(kind)): user
        for person, user in zip(people, users, strict=True)
        for grid, kind in person.posts
    }
    keys = list(dict.fromkeys([*wanted, *filled]))
    posts = GridPost.objects.bulk_create([GridPost(grid_id=grid, kind=kind) for grid, kind in keys])
    GridAssignment.objects.bulk_create(
        GridAssignment(post=post, user=filled[key], starts_on=since)
        for key, post in zip(keys, posts, strict=True)
        if key in filled
    )
