"""The ground of the maps: its window, the grid drawn strongest, and the place that a person begins with."""

import pytest

from grids.models import Grid
from grids.territory import current as territory
from grids.views.ground import area_of, box_of, ground_of, tiles_url
from tests import city
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def numbers(box: str) -> list[float]:
    return [float(part) for part in box.split(",")]


def test_the_window_of_a_grid_of_a_town_and_of_the_city(cast: Cast) -> None:
    path = cast.grid(0).path
    west, south, east, north = numbers(box_of(path))
    assert (west, south) == pytest.approx((city.WEST, city.SOUTH))
    assert (east, north) == pytest.approx((city.WEST + city.SIDE, city.SOUTH + city.SIDE))
    assert numbers(box_of(area_of(cast.town.user)))[2] == pytest.approx(city.WEST + 3 * city.SIDE)
    assert numbers(box_of(""))[2] == pytest.approx(city.WEST + 4 * city.SIDE)


def test_a_place_without_grids_has_no_window(cast: Cast) -> None:
    Grid.objects.filter(code=city.GRIDS[3]).update(valid_to="2026-01-01")
    city.forget_snapshots()
    assert box_of(cast.region("990102001001").path) == ""


def test_a_grid_is_drawn_strongest_and_nothing_else(cast: Cast) -> None:
    found = ground_of(cast.grid(1).path)
    assert found.chosen == city.GRIDS[1]
    assert found.tiles == tiles_url() == f"/map/tiles/{territory().number}/{{layer}}/{{z}}/{{x}}/{{y}}.mvt"
    assert ground_of(cast.grid(1).community.path).chosen == ""


def test_where_a_person_begins(cast: Cast) -> None:
    assert area_of(cast.worker.user) == cast.region("990101001001").path
    assert area_of(cast.town.user) == cast.region("990101001000").path
    assert area_of(cast.enforcer.user) == cast.region("990101001000").path
    assert area_of(cast.outsider.user) == area_of(None) == ""
