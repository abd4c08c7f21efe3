"""The encoder against a reader of its own: geometry, attributes, numbers of every size."""

import numpy as np
import pytest

from grids.tiles.attributes import Column
from grids.tiles.encoding import Kind, Shapes, layer_bytes
from grids.tiles.protobuf import varint, varints, zigzag
from tests.grids.tiles_read import read_tile


def shapes(kind: Kind, *features: list[list[tuple[int, int]]]) -> Shapes:
    """Features, each a list of parts."""
    parts = [part for feature in features for part in feature]
    owners = [position for position, feature in enumerate(features) for _ in feature]
    starts = np.concatenate([[0], np.cumsum([len(part) for part in parts])]).astype(np.int64)
    points = np.array([point for part in parts for point in part], dtype=np.int64).reshape(-1, 2)
    return Shapes(kind, points, starts, np.array(owners, dtype=np.int64))


@pytest.mark.parametrize("value", [0, 1, 127, 128, 300, 16_383, 16_384, 2_097_151, 2_097_152, 2**33])
def test_varints_of_every_length(value: int) -> None:
    packed, starts = varints(np.array([value, 1, value], dtype=np.int64))
    assert packed == varint(value) + b"\x01" + varint(value)
    assert starts.tolist() == [0, len(varint(value)), len(varint(value)) + 1, len(packed)]


def test_zigzag_follows_the_specification() -> None:
    folded = zigzag(np.array([0, -1, 1, -2, 2_147_483_647, -2_147_483_648]))
    assert folded.tolist() == [0, 1, 2, 3, 4_294_967_294, 4_294_967_295]


def test_polygons_with_holes_and_parts() -> None:
    outer, hole = [(0, 0), (100, 0), (100, 100), (0, 100)], [(10, 10), (10, 20), (20, 20), (20, 10)]
    far = [(-64, 4160), (5, 4160), (5, 4170)]
    tile = layer_bytes("areas", shapes(Kind.POLYGON, [outer, hole], [far]), [990101001001001, 7], {})
    layer = read_tile(tile)["areas"]
    assert (layer.version, layer.extent) == (2, 4096)
    first, second = layer.features
    assert (first.id, first.kind) == (990101001001001, 3)
    assert first.parts == [[*outer, outer[0]], [*hole, hole[0]]]
    assert (second.id, second.parts) == (7, [[*far, far[0]]])


def test_lines_and_points() -> None:
    line, other = [(5, 5), (6, 9), (0, 0)], [(1, 1), (2, 2)]
    found = read_tile(layer_bytes("ways", shapes(Kind.LINE, [line, other], [other]), [1, 2], {}))["ways"]
    assert [feature.parts for feature in found.features] == [[line, other], [other]]
    dots = shapes(Kind.POINT, [[(3, 4)]], [[(4096, 0)], [(1, 2)]])
    found = read_tile(layer_bytes("dots", dots, [1, 2], {}))["dots"]
    assert [feature.parts for feature in found.features] == [[[(3, 4)]], [[(4096, 0)], [(1, 2)]]]


def test_attributes_keep_their_types_and_share_their_values() -> None:
    dots = shapes(Kind.POINT, [[(0, 0)]], [[(1, 1)]], [[(2, 2)]])
    columns = {
        "name": ["东苑", None, "东苑"],
        "count": [1, -5, 2**40],
        "share": [1.0, 0.25, None],
        "is_open": [True, False, True],
        "empty": [None, None, None],
    }
    tile = layer_bytes("dots", dots, [1, 2, 3], {name: Column.of(values) for name, values in columns.items()})
    tags = [feature.tags for feature in read_tile(tile)["dots"].features]
    assert tags == [
        {name: values[row] for name, values in columns.items() if values[row] is not None} for row in range(3)
    ]
    assert [type(value) for value in tags[0].values()] == [str, int, float, bool]
    assert tile.count("东苑".encode()) == 1


def test_only_what_is_drawn_is_written() -> None:
    one = Shapes(Kind.POINT, np.array([[9, 9]]), np.array([0, 1]), np.array([2]))
    tile = layer_bytes("dots", one, [10, 11, 12], {"name": Column.of(["a", "b", "c"])})
    [feature] = read_tile(tile)["dots"].features
    assert (feature.id, feature.tags) == (12, {"name": "c"})
    assert b"a" not in tile.replace(b"name", b"")


def test_a_layer_without_features_is_no_layer() -> None:
    nothing = Shapes(
        Kind.POLYGON, np.empty((0, 2), dtype=np.int64), np.array([0]), np.array([], dtype=np.int64)
    )
    assert layer_bytes("areas", nothing, [], {}) == b""
