"""The ground of the maps: its window, the grid drawn strongest, and the place that a person begins with."""

import pytest

from grids.models import Grid, GridVersion
from grids.tiles import store
from grids.views import ground
from grids.views.ground import area_of, box_of, grids_from, ground_of, tiles_url
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
    assert found.tiles == tiles_url() == f"/map/tiles/{store.edition()}/{{layer}}/{{z}}/{{x}}/{{y}}.mvt"
    assert ground_of(cast.grid(1).community.path).chosen == ""


def test_where_a_person_begins(cast: Cast) -> None:
    assert area_of(cast.worker.user) == cast.region("990101001001").path
    assert area_of(cast.town.user) == cast.region("990101001000").path
    assert area_of(cast.enforcer.user) == cast.region("990101001000").path
    assert area_of(cast.outsider.user) == area_of(None) == ""


def test_grids_are_drawn_from_where_half_of_them_are_some_pixels_wide(cast: Cast) -> None:
    """The two grids of the first community lie side by side; those of the others stand alone and say nothing."""
    pixels = ground.WORLD_PIXELS * 2 ** grids_from() * city.SIDE / 360
    assert ground.GRID_PIXELS <= pixels < 1.1 * ground.GRID_PIXELS


def net(cast: Cast, across: int, side: float) -> None:
    """The first community has `across` x `across` grids with middles `side` degrees apart."""
    Grid.objects.exclude(code=city.GRIDS[0]).update(valid_to="2026-01-01")
    first = cast.grid(0)
    for number in range(1, across * across):
        Grid.objects.create(
            code=f"{city.GRIDS[0][:12]}{100 + number}",
            name=f"{number}",
            community=first.community,
            polygon=first.polygon,
            valid_from=city.FOUNDED_ON,
            lon=first.lon + number % across * side,
            lat=first.lat + number // across * side * 0.856,  # as high as it is wide at 31 degrees
        )
    GridVersion.bump()
    city.forget_snapshots()


def test_a_net_of_grids_is_as_fine_as_its_meshes(cast: Cast) -> None:
    net(cast, 3, 0.005)
    pixels = ground.WORLD_PIXELS * 2 ** grids_from() * 0.005 / 360
    assert ground.GRID_PIXELS <= pixels < 1.12 * ground.GRID_PIXELS


@pytest.mark.parametrize(("side", "zoom"), [(1.0, ground.FIRST_ZOOM), (0.00001, ground.LAST_ZOOM)])
def test_never_before_there_are_tiles_and_never_too_late(cast: Cast, side: float, zoom: float) -> None:
    net(cast, 2, side)
    assert grids_from() == zoom


def test_without_grids_the_first_zoom(cast: Cast) -> None:
    Grid.objects.update(valid_to="2026-01-01")
    GridVersion.bump()
    city.forget_snapshots()
    assert grids_from() == ground.FIRST_ZOOM
