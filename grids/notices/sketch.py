"""A sketch of a grid among its neighbours as SVG. Pure: areas and names in, text out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape

import numpy as np
import shapely

from grids.geometry import Area, Floats, LocalPlane, label_point

WIDTH, HEIGHT, MARGIN = 560, 360, 26
NICE_METRES: Final = (10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000)
BAR_SHARE: Final = 0.28
NAME_SIZE: Final = 11


@dataclass(frozen=True)
class Frame:
    """From degrees to the units of the drawing; north is up."""

    plane: LocalPlane
    west: float
    north: float
    per_metre: float

    @classmethod
    def around(cls, area: Area) -> "Frame":
        plane = LocalPlane(*label_point(area))
        west, south, east, north = shapely.bounds(plane.flat(area))
        wide, high = max(east - west, 1.0), max(north - south, 1.0)
        scale = min((WIDTH - 2 * MARGIN) / wide, (HEIGHT - 2 * MARGIN) / high) * 0.8
        spare_x, spare_y = WIDTH / scale - wide, HEIGHT / scale - high
        return cls(plane, float(west - spare_x / 2), float(north + spare_y / 2), float(scale))

    def drawn(self, degrees: Floats) -> Floats:
        """(n, 2) degrees to (n, 2) units of the drawing."""
        metres = self.plane.metres(degrees)
        return np.column_stack(
            [(metres[:, 0] - self.west) * self.per_metre, (self.north - metres[:, 1]) * self.per_metre]
        )

    @property
    def box(self) -> shapely.Polygon:
        """What the drawing shows, in degrees."""
        corners = np.array(
            [
                [self.west, self.north - HEIGHT / self.per_metre],
                [self.west + WIDTH / self.per_metre, self.north],
            ]
        )
        (west, south), (east, north) = self.plane.degrees(corners)
        return shapely.Polygon([(west, south), (east, south), (east, north), (west, north)])


def sketch(area: Area, neighbours: Iterable[tuple[str, Area]], name: str) -> str:
    """The grid in colour, its neighbours pale with their names, a scale bar and an arrow to the north."""
    frame = Frame.around(area)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'width="{WIDTH}" height="{HEIGHT}" font-family="Noto Sans SC">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#f7f9fb"/>',
    ]
    names: list[str] = []
    for other, outline in neighbours:
        seen = shapely.intersection(outline, frame.box)
        if seen.is_empty:
            continue
        parts.append(f'<path d="{_path(frame, outline)}" fill="#eef2f6" stroke="#8a99a8" stroke-width="1"/>')
        names += _name(frame, seen, other, "#4a5866", NAME_SIZE)
    parts.append(
        f'<path d="{_path(frame, area)}" fill="#cfe2ff" stroke="#1f5fbf" stroke-width="3" stroke-linejoin="round"/>'
    )
    names += _name(frame, area, name, "#12386f", NAME_SIZE + 4)
    parts += [*names, *_scale(frame), *_north(), "</svg>"]
    return "".join(parts)


def _path(frame: Frame, area: Area) -> str:
    rings = shapely.get_rings(shapely.get_parts(area))
    return "".join(_ring(frame.drawn(shapely.get_coordinates(ring))) for ring in rings)


def _ring(points: Floats) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points[:-1]) + "Z"


def _name(frame: Frame, area: shapely.Geometry, name: str, colour: str, size: int) -> list[str]:
    """A name where it has room inside the drawing."""
    points = shapely.get_parts(area)
    largest = max(points, key=lambda part: part.area)
    if not largest.area:
        return []
    centre = largest.representative_point()
    (x, y), (left, _top), (right, _low) = frame.drawn(
        np.array([[centre.x, centre.y], [largest.bounds[0], centre.y], [largest.bounds[2], centre.y]])
    )
    width = sum(size if ord(letter) > 255 else size * 0.55 for letter in name)
    if right - left < width * 0.8:
        return []
    x = min(max(x, width / 2 + 4), WIDTH - width / 2 - 4)
    y = min(max(y, size + 4), HEIGHT - 8)
    style = f'font-size="{size}" text-anchor="middle"'
    halo = f'<text x="{x:.1f}" y="{y:.1f}" {style} stroke="#ffffff" stroke-width="3">{escape(name)}</text>'
    return [halo, f'<text x="{x:.1f}" y="{y:.1f}" {style} fill="{colour}">{escape(name)}</text>']


def _scale(frame: Frame) -> Sequence[str]:
    most = WIDTH * BAR_SHARE / frame.per_metre
    metres = max((length for length in NICE_METRES if length <= most), default=NICE_METRES[0])
    length, y = metres * frame.per_metre, HEIGHT - 14
    words = f"{metres} m" if metres < 1_000 else f"{metres // 1_000} km"
    return (
        f'<path d="M14 {y - 5}V{y}H{14 + length:.1f}V{y - 5}" fill="none" stroke="#37434f" stroke-width="1.5"/>',
        f'<text x="{14 + length / 2:.1f}" y="{y - 5}" font-size="10" text-anchor="middle" '
        f'fill="#37434f">{words}</text>',
    )


def _north() -> Sequence[str]:
    x = WIDTH - 24
    return (
        f'<path d="M{x} 12L{x + 7} 34L{x} 29L{x - 7} 34Z" fill="#37434f"/>',
        f'<text x="{x}" y="46" font-size="11" text-anchor="middle" fill="#37434f">N</text>',
    )
