"""Point -> grid at 20,000 polygons of about 100 vertices, beside a plain STRtree in the same run."""

import os
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

import numpy as np
import shapely
from numpy.typing import NDArray

from benchmarks.table import Row, against, show
from grids.locator import NO_GRID, Locator

COLUMNS, ROWS = 160, 125
VERTICES_PER_SIDE = 25
CELL_DEGREES = 0.005
SINGLE_LOOKUPS, MANY_LOOKUPS, TREE_LOOKUPS = 100_000, 1_000_000, 20_000
SINGLE_BAR, MANY_BAR, REFRESH_BAR = 25_000, 250_000, 3.0

Floats = NDArray[np.float64]
T = TypeVar("T")


def winding_mesh(
    columns: int, rows: int, seed: int = 0, *, jitter: float = 0.25, swing: float = 0.06
) -> list[shapely.Polygon]:
    """columns x rows adjacent polygons with four winding, shared sides of VERTICES_PER_SIDE vertices.

    `jitter` moves the corners and `swing` the sides, as shares of a cell; at 0.15 and 0.02 no two sides ever cross.
    """
    rng = np.random.default_rng(seed)
    x, y = np.meshgrid(np.arange(columns + 1.0), np.arange(rows + 1.0), indexing="ij")
    corners = np.stack([x, y], axis=2) + rng.uniform(-jitter, jitter, (columns + 1, rows + 1, 2))
    corners = corners * CELL_DEGREES + (118.5, 31.1)
    across = _winding(corners[:-1], corners[1:], rng, swing)
    upward = _winding(corners[:, :-1], corners[:, 1:], rng, swing)
    rings = np.concatenate(
        [across[:, :-1], upward[1:], across[:, 1:, ::-1], upward[:-1, :, ::-1]], axis=2
    ).reshape(columns * rows, -1, 2)
    return [shapely.Polygon(ring) for ring in rings]


def _winding(start: Floats, stop: Floats, rng: np.random.Generator, most: float) -> Floats:
    """(..., VERTICES_PER_SIDE + 1, 2) points from start to stop (..., 2), swinging to both sides."""
    part = np.linspace(0.0, 1.0, VERTICES_PER_SIDE + 1)[:, None]
    swing = rng.uniform(-most, most, (*start.shape[:-1], 1, 2))
    shape = np.concatenate([np.sin(np.pi * part), np.sin(3 * np.pi * part)], axis=1)
    along = (stop - start)[..., None, :]
    sideways = np.stack([-along[..., 1], along[..., 0]], axis=-1)
    line: Floats = start[..., None, :] + along * part + sideways * (shape * swing).sum(axis=-1, keepdims=True)
    line[..., 0, :], line[..., -1, :] = start, stop
    return line


def measure() -> list[Row]:
    """Look-ups per second (one by one and in arrays), seconds to refresh, memory; about 15 s in all."""
    polygons = winding_mesh(COLUMNS, ROWS)
    codes = [f"{i:015d}" for i in range(len(polygons))]
    ids = list(range(1, len(polygons) + 1))
    tree, tree_seconds = _timed(lambda: shapely.STRtree(polygons))
    locator, seconds = _timed(lambda: Locator.build(codes, ids, polygons))
    rng = np.random.default_rng(1)
    west, south, east, north = shapely.total_bounds(polygons)
    x, y = rng.uniform(west, east, MANY_LOOKUPS), rng.uniform(south, north, MANY_LOOKUPS)
    _compare(locator, tree, x[:TREE_LOOKUPS], y[:TREE_LOOKUPS])
    single, tree_single = _single_rate(locator, x, y), _tree_single_rate(tree, x, y)
    many, tree_many = _many_rate(locator, x, y), _tree_many_rate(tree, x, y)
    return [
        _faster("point to grid, single", single, tree_single, SINGLE_BAR),
        _faster("point to grid, array", many, tree_many, MANY_BAR),
        Row(
            "point to grid, refresh",
            seconds,
            "s",
            tree_seconds,
            None,
            f"<= {REFRESH_BAR:g}",
            seconds <= REFRESH_BAR,
        ),
        Row("point to grid, polygons and locator", _megabytes_in_a_fresh_process(), "MB"),
    ]


def _faster(name: str, value: float, yardstick: float, bar: int) -> Row:
    return Row(name, value, "points/s", yardstick, against(yardstick, value), f">= {bar:,}", value >= bar)


def _timed(deed: Callable[[], T]) -> tuple[T, float]:
    start = time.perf_counter()
    result = deed()
    return result, time.perf_counter() - start


def _single_rate(locator: Locator, x: Floats, y: Floats) -> float:
    points = list(zip(x[:SINGLE_LOOKUPS].tolist(), y[:SINGLE_LOOKUPS].tolist(), strict=True))
    locate = locator.locate
    return len(points) / _timed(lambda: [locate(lon, lat) for lon, lat in points])[1]


def _tree_single_rate(tree: shapely.STRtree, x: Floats, y: Floats) -> float:
    points = list(zip(x[:TREE_LOOKUPS].tolist(), y[:TREE_LOOKUPS].tolist(), strict=True))
    query, point = tree.query, shapely.Point
    return len(points) / _timed(lambda: [query(point(*pair), predicate="intersects") for pair in points])[1]


def _many_rate(locator: Locator, x: Floats, y: Floats) -> float:
    return len(x) / _timed(lambda: locator.locate_many(x, y))[1]


def _tree_many_rate(tree: shapely.STRtree, x: Floats, y: Floats) -> float:
    return len(x) / _timed(lambda: tree.query(shapely.points(x, y), predicate="intersects"))[1]


def _compare(locator: Locator, tree: shapely.STRtree, x: Floats, y: Floats) -> None:
    """A fast wrong answer is no answer: the two must agree before anything is timed."""
    expected = np.full(len(x), NO_GRID)
    points, positions = tree.query(shapely.points(x, y), predicate="intersects")
    for point, position in sorted(zip(points.tolist(), positions.tolist(), strict=True), reverse=True):
        expected[point] = position + 1
    if not np.array_equal(expected, locator.locate_many(x, y)):
        raise AssertionError("the locator and the plain tree disagree")


def _megabytes_in_a_fresh_process() -> float:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_megabytes_of_locator).result()


def _megabytes_of_locator() -> float:
    """Growth of this process by the polygons and their locator, with what building them leaves behind."""
    before = _resident_megabytes()
    polygons = winding_mesh(COLUMNS, ROWS)
    ids = range(1, len(polygons) + 1)
    locator = Locator.build([f"{i:015d}" for i in ids], ids, polygons)
    return _resident_megabytes() - before if len(locator) else 0.0


def _resident_megabytes() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    show(measure())
