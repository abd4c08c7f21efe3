"""Where people live in the demo city: a winding outline and settlements of different density, in metres."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]

CENTRE: Final = (118.70, 31.275)
HALF_WIDTH, HALF_HEIGHT = 17_500.0, 17_800.0
OUTLINE_VERTICES: Final = 700
SETTLEMENTS: Final = (  # metres east and north of the centre, spread in metres, share of all households
    (-5_500.0, 3_500.0, 1_500.0, 0.16),
    (-4_500.0, 1_500.0, 3_600.0, 0.30),
    (8_000.0, -4_500.0, 1_300.0, 0.10),
    (7_500.0, -4_000.0, 3_000.0, 0.14),
    (-9_500.0, -8_500.0, 1_400.0, 0.05),
    (5_500.0, 9_500.0, 1_400.0, 0.05),
    (1_500.0, -11_000.0, 1_300.0, 0.04),
)


@dataclass(frozen=True, slots=True)
class Land:
    """The outline, sampled households (n, 2) and how many of these samples make one grid."""

    outline: shapely.Polygon
    households: Floats
    per_grid: float

    def grid_side(self, places: Floats) -> Floats:
        """Metres along a side that a grid has at the (n, 2) places."""
        rural = (1 - sum(share for *_, share in SETTLEMENTS)) / self.outline.area
        density = np.full(len(places), rural)
        for east, north, spread, share in SETTLEMENTS:
            square = (places[:, 0] - east) ** 2 + (places[:, 1] - north) ** 2
            density += share * np.exp(-square / (2 * spread**2)) / (2 * math.pi * spread**2)
        side: Floats = np.sqrt(self.per_grid / (density * len(self.households)))
        return side


def make_land(rng: np.random.Generator, grids: int, samples_per_grid: int = 60) -> Land:
    """A land with room for `grids` grids of about equal population."""
    outline = _outline(rng)
    wanted = grids * samples_per_grid
    people = [_inside(outline, rng.uniform(-1, 1, (4 * wanted, 2)) * (HALF_WIDTH, HALF_HEIGHT))]
    people[0] = people[0][: round(wanted * (1 - sum(share for *_, share in SETTLEMENTS)))]
    for east, north, spread, share in SETTLEMENTS:
        around = rng.normal((east, north), spread, (3 * round(wanted * share), 2))
        people.append(_inside(outline, around)[: round(wanted * share)])
    households = np.concatenate(people)
    return Land(outline, households, len(households) / grids)


def _outline(rng: np.random.Generator) -> shapely.Polygon:
    """A closed winding line: an ellipse with swings that get smaller as they get shorter."""
    angle = np.linspace(0, 2 * math.pi, OUTLINE_VERTICES, endpoint=False)
    radius = np.full(len(angle), 0.84)
    for waves in (2, 3, 5, 8, 13, 29, 61):
        radius += rng.uniform(0.09, 0.15) / waves**0.8 * np.sin(waves * angle + rng.uniform(0, 2 * math.pi))
    radius = np.minimum(radius, 1.05)
    ring = np.stack([np.cos(angle) * radius * HALF_WIDTH, np.sin(angle) * radius * HALF_HEIGHT], axis=1)
    return shapely.Polygon(ring)


def _inside(outline: shapely.Polygon, points: Floats) -> Floats:
    shapely.prepare(outline)
    return points[shapely.contains_xy(outline, points[:, 0], points[:, 1])]
