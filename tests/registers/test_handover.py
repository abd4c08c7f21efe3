"""Following a revision: every record gets the grid that holds its point, once, and the people of that grid."""

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest

from governance.audit.models import AuditEntry
from grids.models import Building, Grid, GridAssignment, GridPost
from registers.handover import follow
from registers.models import Household, KeyPerson, KeyPlace, Resident
from tests import city
from tests.cast import MONDAY, Cast
from tests.registers import props

pytestmark = pytest.mark.django_db


@dataclass
class Halves:
    """The first grid gives its eastern half to the second one."""

    revision: Any
    west: Grid
    east: Grid

    @property
    def continued(self) -> tuple[Grid, ...]:
        return self.west, self.east

    begun: tuple[Grid, ...] = ()

    @property
    def heirs(self) -> dict[int, Grid]:
        return {self.west.pk: self.west}

    def relocate(self, old_grid_id: int, lon: float, lat: float) -> Grid:
        assert old_grid_id == self.west.pk
        return self.east if lon > city.centre(0)[0] else self.west


@pytest.fixture
def effect(cast: Cast) -> Halves:
    west, east = cast.grid(0), cast.grid(1)
    return Halves(west.community, west, east)


def move(effect: Halves, django_assert_num_queries: Any = None) -> dict[str, int]:
    return follow(effect, at=MONDAY)


def test_everything_goes_where_its_point_is(cast: Cast, effect: Halves) -> None:
    lon, _lat = city.centre(0)
    stays = props.key_person(resident=props.resident(household=props.household()))
    house = props.building(lon=lon + 0.002)
    goes = props.key_person(resident=props.resident(household=props.household(building=house)))
    shop, mall = props.key_place(), props.key_place(lon=lon + 0.002)
    far = props.household(3)
    assert move(effect) == {"households": 1, "key_places": 1, "residents": 1, "key_people": 1}
    stays.refresh_from_db()
    goes.refresh_from_db()
    assert (stays.path, stays.resident.household.grid_id) == (effect.west.path, effect.west.pk)
    home = goes.resident.household
    assert (home.grid_id, home.path) == (effect.east.pk, effect.east.path)
    assert goes.path == goes.resident.path == effect.east.path
    assert KeyPlace.objects.get(pk=mall.pk).path == effect.east.path
    assert KeyPlace.objects.get(pk=shop.pk).path == effect.west.path
    assert Household.objects.get(pk=far.pk).path == far.path
    entry = AuditEntry.objects.get(verb="registers.follow")
    assert entry.details["households"] == 1


def test_twice_changes_nothing_more(effect: Halves) -> None:
    props.resident(household=props.household(building=props.building(lon=city.centre(0)[0] + 0.002)))
    move(effect)
    assert not any(move(effect).values())
    assert AuditEntry.objects.filter(verb="registers.follow").count() == 1


def test_the_worker_of_the_new_grid_takes_over(cast: Cast, effect: Halves) -> None:
    post = GridPost.objects.create(grid=effect.east, kind="grid_patroller")
    GridAssignment.objects.create(post=post, user=cast.neighbour.user, starts_on=city.FOUNDED_ON)
    house = props.building(lon=city.centre(0)[0] + 0.002)
    home = props.household(building=house, responsible=cast.worker.user)
    near = props.household(responsible=cast.worker.user)
    place = props.key_place(lon=city.centre(0)[0] + 0.002, responsible=cast.worker.user)
    move(effect)
    responsible = {row.pk: row.responsible_id for row in Household.objects.all()}
    assert responsible == {home.pk: cast.neighbour.user_id, near.pk: cast.worker.user_id}
    assert KeyPlace.objects.get(pk=place.pk).responsible_id == cast.neighbour.user_id


def test_what_lay_in_no_grid_comes_in_with_its_building(cast: Cast, effect: Halves) -> None:
    home = props.household(building=props.building(grid=None, path=""))
    assert home.path == effect.west.community.path
    Building.objects.update(grid=effect.west, path=effect.west.path)
    move(effect)
    assert Household.objects.get(pk=home.pk).path == effect.west.path


@pytest.mark.usefixtures("steady")
def test_nothing_to_follow_costs_nothing(cast: Cast, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert follow(SimpleNamespace(heirs={}, revision=None, relocate=None), at=MONDAY) == {}
    assert not Resident.objects.exists()
    assert not KeyPerson.objects.exists()


@pytest.mark.usefixtures("steady")
@pytest.mark.parametrize("rows", [1, 3])
def test_statements_do_not_grow_with_the_records(
    effect: Halves, django_assert_num_queries: Any, rows: int
) -> None:
    for _n in range(rows):
        props.resident(household=props.household(building=props.building(lon=city.centre(0)[0] + 0.002)))
        props.key_place(lon=city.centre(0)[0] + 0.002)
    with django_assert_num_queries(10):  # with the savepoint and the journal
        move(effect)
