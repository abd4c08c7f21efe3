"""The demo city put together: how many of what, cut out of the land, then surveyed."""

from typing import Final

import numpy as np
import shapely

from grids.geometry import LocalPlane
from grids.tessellation.cuts import cut_land, shared_vertex_by_vertex
from grids.tessellation.land import CENTRE, make_land
from grids.tessellation.places import DemoCity
from grids.tessellation.survey import survey

TOWNS_PER_DISTRICT: Final = (5, 3)
COMMUNITIES, COMMUNITY_SPREAD = 60, 1
GRIDS, GRID_SPREAD = 600, 3

CityPlan = list[list[list[list[None]]]]


def build_city(seed: int = 0) -> DemoCity:
    """1 city, 2 districts, 8 towns, 60 communities and 600 grids; the same seed gives the same city."""
    rng = np.random.default_rng(seed)
    plan = make_plan(rng)
    land = make_land(rng, GRIDS)
    plane = LocalPlane(*CENTRE)
    cells = [shapely.transform(cell, plane.degrees) for cell in cut_land(land, plan, rng)]
    return survey(plan, shared_vertex_by_vertex(cells), rng)


def make_plan(rng: np.random.Generator) -> CityPlan:
    """District -> town -> community -> grids, as nested lists with the wanted totals."""
    per_town = spread_out(rng, sum(TOWNS_PER_DISTRICT), COMMUNITIES, COMMUNITY_SPREAD)
    per_community = iter(spread_out(rng, COMMUNITIES, GRIDS, GRID_SPREAD))
    towns: list[list[list[None]]] = [
        [[None] * next(per_community) for _ in range(count)] for count in per_town
    ]
    first = TOWNS_PER_DISTRICT[0]
    return [towns[:first], towns[first:]]


def spread_out(rng: np.random.Generator, parts: int, total: int, spread: int) -> list[int]:
    """`parts` whole numbers with that total, each at most `spread` from the whole part of their mean."""
    mean = total // parts
    counts = rng.integers(mean - spread, mean + spread, size=parts, endpoint=True)
    while missing := total - int(counts.sum()):
        step = 1 if missing > 0 else -1
        counts[rng.choice(np.flatnonzero(np.abs(counts + step - mean) <= spread))] += step
    return [int(count) for count in counts]
