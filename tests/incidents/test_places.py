"""From what a reporter knows to the frozen place of the ticket."""

import pytest

from governance.foundation.errors import Unprocessable
from grids import locator_cache, territory
from grids.coordinates import from_wgs84
from grids.models import Grid, Region
from incidents.places import Spot, locate
from tests.cast import Cast
from tests.city import SOUTH, WEST, centre

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("column", [0, 1, 2, 3])
def test_a_point_lies_in_its_grid(cast: Cast, column: int) -> None:
    lon, lat = centre(column)
    found = locate(Spot(lon=lon, lat=lat))
    grid = cast.grid(column)
    assert (found.place.id, found.place.level, found.place.path) == (grid.pk, "grid", grid.path)
    assert (found.lon, found.lat, found.is_outside) == (lon, lat, False)


@pytest.mark.parametrize("system", ["gcj02", "bd09"])
def test_other_coordinate_systems_are_converted_once(cast: Cast, system: str) -> None:
    lon, lat = centre(2)
    shifted = from_wgs84(lon, lat, system)
    assert shifted != (lon, lat)
    found = locate(Spot(lon=shifted[0], lat=shifted[1], coord_system=system))
    assert found.place.id == cast.grid(2).pk
    assert (found.lon, found.lat) == pytest.approx((lon, lat), abs=1e-7)


def test_outside_every_grid_the_nearest_ones_community_has_it(cast: Cast) -> None:
    found = locate(Spot(lon=WEST - 0.05, lat=SOUTH))
    assert found.is_outside
    assert found.place.code == "990101001001"
    east = locate(Spot(lon=WEST + 0.3, lat=SOUTH))
    assert east.place.code == "990102001001"


@pytest.mark.parametrize(
    ("lon", "lat", "code"),
    [
        (31.1, 118.5, "bad_point"),
        (float("nan"), 31.1, "bad_point"),
        (200.0, 31.1, "bad_point"),
        (118.5, 33.0, "point_far_away"),
        (0.0, 0.0, "point_far_away"),
    ],
)
def test_impossible_and_far_points_are_refused(cast: Cast, lon: float, lat: float, code: str) -> None:
    with pytest.raises(Unprocessable) as caught:
        locate(Spot(lon=lon, lat=lat))
    assert (caught.value.code, list(caught.value.fields)) == (code, ["point"])


@pytest.mark.parametrize("code", ["990100000000", "990101001000", "990101001001", "990101001001002"])
def test_a_region_or_grid_by_its_code(cast: Cast, code: str) -> None:
    found = locate(Spot(region_code=code))
    assert (found.place.code, found.lon, found.lat, found.is_outside) == (code, None, None, False)


def test_words_alone_belong_to_the_city(cast: Cast) -> None:
    assert locate(Spot(text="人民路附近")).place.level == "city"


def test_half_a_point_is_no_point(cast: Cast) -> None:
    assert locate(Spot(lon=118.505, text="东苑")).place.level == "city"


@pytest.mark.parametrize("spot", [Spot(), Spot(text="  "), Spot(lat=31.1)])
def test_nothing_at_all_is_refused(cast: Cast, spot: Spot) -> None:
    with pytest.raises(Unprocessable) as caught:
        locate(spot)
    assert list(caught.value.fields) == ["place"]


def test_a_city_without_grids_takes_every_point(cast: Cast) -> None:
    Grid.objects.update(valid_to="2026-01-01")
    territory.forget()
    locator_cache.forget()
    found = locate(Spot(lon=118.505, lat=31.105))
    assert (found.place.level, found.is_outside) == ("city", True)


def test_without_any_region_nothing_can_be_placed(db: None) -> None:
    assert not Region.objects.exists()
    with pytest.raises(Unprocessable) as caught:
        locate(Spot(text="人民路"))
    assert caught.value.code == "no_territory"
