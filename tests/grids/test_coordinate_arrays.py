"""Datums in arrays: point for point what the single-point functions say."""

import numpy as np
import pytest

from grids.coordinate_arrays import looks_swapped, many_to_wgs84
from grids.coordinates import CoordSystem, to_wgs84
from grids.coordinates import looks_swapped as one_looks_swapped


@pytest.mark.parametrize("system", list(CoordSystem))
def test_many_points_are_moved_as_one_by_one(system: CoordSystem) -> None:
    rng = np.random.default_rng(7)
    points = rng.uniform((60, -5), (145, 60), (2_000, 2))
    expected = [to_wgs84(lon, lat, system) for lon, lat in points]
    assert np.allclose(many_to_wgs84(points, system), expected, rtol=0, atol=1e-10)


def test_swapped_points_are_found() -> None:
    points = np.array([[118.5, 31.1], [31.1, 118.5], [-71.0, 42.3], [80.0, 40.0]])
    assert looks_swapped(points).tolist() == [one_looks_swapped(lon, lat) for lon, lat in points]
