"""One tile out of a sheet: what is in it, how it is wound, clipped and rounded, and that no gap opens."""

import numpy as np
import pytest
import shapely
from shapely.geometry import MultiPolygon, Polygon, box

from benchmarks.point_to_grid import winding_mesh
from grids.tiles.cutting import BUFFER, Tile, areas_in, labels_in
from grids.tiles.encoding import Shapes, layer_bytes
from grids.tiles.sheets import TOP_ZOOM, WORLD, Sheet, world
from tests.grids.tiles_read import Feature, read_tile, surface

LON, LAT = 118.5, 31.1


def sheet(*areas: Polygon | MultiPolygon, ranks: list[int] | None = None) -> Sheet:
    labels = [area.representative_point().coords[0] for area in areas]
    return Sheet.of(areas, list(range(1, len(areas) + 1)), {}, labels, ranks)


def tile_at(lon: float, lat: float, z: int) -> Tile:
    x, y = (int(value) >> (TOP_ZOOM + 12 - z) for value in world([lon], [lat])[0])
    return Tile(z, x, y)


def features(shapes: Shapes, count: int) -> list[Feature]:
    tile = read_tile(layer_bytes("areas", shapes, list(range(1, count + 1)), {}))
    return tile["areas"].features if tile else []


def test_the_plane_of_the_world() -> None:
    assert world([0.0], [0.0]).tolist() == [[WORLD // 2, WORLD // 2]]
    assert world([-180.0, 180.0], [90.0, -90.0]).tolist() == [[0, 0], [WORLD - 1, WORLD - 1]]
    north, south = world([LON, LON], [LAT + 1, LAT])
    assert north[1] < south[1]


@pytest.mark.parametrize("z", [9, 12, 14, 16])
def test_an_area_in_the_tile_comes_back_to_a_pixel(z: int) -> None:
    tile = tile_at(LON, LAT, z)
    side = 360 / 2**z
    area = box(LON, LAT, LON + side / 50, LAT + side / 60)
    [feature] = features(areas_in(sheet(area), tile), 1)
    [ring] = feature.parts
    assert ring[0] == ring[-1]
    assert surface(ring) > 0
    expected = (world(*np.array(area.exterior.coords).T) - tile.corner) / 2.0**tile.shift
    assert shapely.hausdorff_distance(shapely.LinearRing(ring), shapely.LinearRing(expected)) <= 3


def test_either_way_of_drawing_and_holes_are_wound_alike() -> None:
    hole = [(LON + 0.01, LAT + 0.01), (LON + 0.02, LAT + 0.01), (LON + 0.02, LAT + 0.02)]
    outer = list(box(LON, LAT, LON + 0.05, LAT + 0.05).exterior.coords)
    for ring in (outer, outer[::-1]):
        for inner in (hole, hole[::-1]):
            area = Polygon(ring, [inner])
            for z in (8, 11):
                found = features(areas_in(sheet(area), tile_at(LON, LAT, z)), 1)
                signs = [surface(part) > 0 for part in found[0].parts]
                assert signs == [True, False]


def test_parts_of_one_area_stay_one_feature() -> None:
    pair = MultiPolygon([box(LON, LAT, LON + 0.01, LAT + 0.01), box(LON + 0.02, LAT, LON + 0.03, LAT + 0.01)])
    [feature] = features(areas_in(sheet(pair), tile_at(LON, LAT, 9)), 1)
    assert [surface(part) > 0 for part in feature.parts] == [True, True]


def test_what_crosses_the_edge_is_cut_a_little_beyond_it() -> None:
    wide = box(LON - 5, LAT - 5, LON + 5, LAT + 5)
    holed = Polygon(
        wide.exterior.coords, [box(LON - 0.001, LAT - 0.001, LON + 0.001, LAT + 0.001).exterior.coords]
    )
    found = features(areas_in(sheet(wide, holed), tile_at(LON, LAT, 12)), 2)
    for feature in found:
        points = np.array([point for part in feature.parts for point in part])
        assert points.min() == -BUFFER
        assert points.max() == 4096 + BUFFER
    assert [len(feature.parts) for feature in found] == [1, 2]
    assert surface(found[1].parts[1]) < 0


def test_two_pieces_of_one_area_in_a_tile() -> None:
    tile = tile_at(LON, LAT, 12)
    side, middle = 360 / 2**12, LON
    left, right = (
        box(middle, LAT - 1, middle + side / 8, LAT + 1),
        box(middle + side / 4, LAT - 1, middle + side / 2, LAT + 1),
    )
    bridge = box(middle, LAT + 0.9, middle + side / 2, LAT + 1)
    [feature] = features(areas_in(sheet(shapely.union_all([left, right, bridge])), tile), 1)
    assert len(feature.parts) == 2


def test_far_away_and_too_small_is_not_drawn() -> None:
    tiny = box(LON, LAT, LON + 1e-5, LAT + 1e-5)
    assert features(areas_in(sheet(tiny), tile_at(LON, LAT, 6)), 1) == []
    assert len(features(areas_in(sheet(tiny), tile_at(LON, LAT, 16)), 1)) == 1
    assert features(areas_in(sheet(tiny), tile_at(LON + 1, LAT, 16)), 1) == []


def test_ranks_are_left_out_below_their_zoom() -> None:
    both = sheet(box(LON, LAT, LON + 1, LAT + 1), box(LON, LAT, LON + 0.5, LAT + 0.5), ranks=[0, 3])
    tile = tile_at(LON + 0.1, LAT + 0.1, 9)
    assert [feature.id for feature in features(areas_in(both, tile, 2), 2)] == [1]
    assert [feature.id for feature in features(areas_in(both, tile, 3), 2)] == [1, 2]
    assert len(labels_in(both, tile_at(*both_label(both), 9), 2).owners) == 1


def both_label(both: Sheet) -> tuple[float, float]:
    """Degrees of the first label."""
    x, y = (both.labels[0] / WORLD).tolist()
    return (x - 0.5) * 360, float(np.degrees(np.arcsin(np.tanh((0.5 - y) * 2 * np.pi))))


def test_a_label_lies_in_one_tile_only() -> None:
    wide = sheet(box(LON - 1, LAT - 1, LON + 1, LAT + 1))
    middle = tile_at(*both_label(wide), 12)
    around = [Tile(12, middle.x + dx, middle.y + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)]
    assert [len(labels_in(wide, tile).owners) for tile in around] == [0, 0, 0, 0, 1, 0, 0, 0, 0]
    assert all(len(areas_in(wide, tile).owners) == 1 for tile in around)


@pytest.mark.parametrize("z", [9, 10, 12, 13])
def test_shared_borders_open_no_gap_and_no_overlap(z: int) -> None:
    """In every tile the pieces add up to the ground that they cover together, and leave no hole in it."""
    mesh = winding_mesh(12, 12, seed=3)
    both, ground = sheet(*mesh), sheet(shapely.union_all(mesh))
    first = tile_at(LON + 0.03, LAT + 0.03, z)
    for tile in (first, Tile(z, first.x + 1, first.y), Tile(z, first.x, first.y - 1)):
        drawn = [part for item in features(areas_in(both, tile), len(mesh)) for part in item.parts]
        pieces = sum(surface(part) for part in drawn)
        together = shapely.union_all([shapely.make_valid(Polygon(part)) for part in drawn])
        holes = sum(
            Polygon(ring).area
            for part in shapely.get_parts(together)
            for ring in getattr(part, "interiors", ())
        )
        assert abs(pieces - together.area) <= 16.0
        assert holes <= 16.0
        whole = sum(surface(part) for item in features(areas_in(ground, tile), 1) for part in item.parts)
        assert abs(pieces - whole) <= max(16.0, 1e-3 * whole), (
            "and it is the ground as it would be drawn whole"
        )


@pytest.mark.parametrize("z", [9, 11, 13])
def test_neighbours_share_their_vertices_after_rounding(z: int) -> None:
    west, east = winding_mesh(2, 1, seed=1)
    found = features(areas_in(sheet(west, east), tile_at(LON, LAT, z)), 2)
    left, right = (shapely.make_valid(Polygon(item.parts[0])) for item in found)
    assert left.intersection(right).area == 0
    assert len(shapely.get_parts(left.union(right))) == 1
    assert not left.union(right).interiors


@pytest.mark.parametrize("tile", [Tile(17, 0, 0), Tile(3, 8, 0), Tile(3, 0, 8), Tile(3, -1, 0)])
def test_tiles_that_are_none(tile: Tile) -> None:
    assert not tile.exists


def test_the_whole_world_is_a_tile() -> None:
    assert Tile(0, 0, 0).exists
    found = features(areas_in(sheet(box(-170, -80, 170, 80)), Tile(0, 0, 0)), 1)
    assert surface(found[0].parts[0]) > 0


def test_an_empty_sheet() -> None:
    nothing = sheet()
    assert len(nothing) == 0
    assert features(areas_in(nothing, Tile(0, 0, 0)), 0) == []
    assert len(labels_in(nothing, Tile(0, 0, 0)).owners) == 0


def degrees(units: list[tuple[int, int]]) -> list[tuple[float, float]]:
    """Positions of whole units of the plane."""
    x, y = (np.array(units) / WORLD).T
    lats = np.degrees(np.arcsin(np.tanh((0.5 - y) * 2 * np.pi)))
    return list(zip(((x - 0.5) * 360).tolist(), lats.tolist(), strict=True))


def test_a_ring_that_crosses_itself_does_not_fill_the_tile() -> None:
    """As whole units leave a narrow corner: GEOS alone would answer the whole window."""
    ring = [(222665377, 109602550), (222665667, 109601934), (222666688, 109600102), (222666802, 109599732)]
    crossed = Polygon(degrees(ring))
    tile = Tile(15, 27180, 13378)
    flat = Polygon([tuple(point) for point in world(*np.array(degrees(ring)).T).tolist()])
    assert not flat.is_valid
    assert shapely.clip_by_rect(flat, *tile.window()).area > 0.9 * box(*tile.window()).area
    covered = sum(
        surface(part) for item in features(areas_in(sheet(crossed), tile), 1) for part in item.parts
    )
    assert abs(covered) < 0.05 * 4096**2
