"""Writing one layer of a vector tile (specification 2.1).

Geometry commands and attributes are worked out on whole arrays; per feature only its finished pieces are joined.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from grids.tiles.attributes import Columns, dictionaries
from grids.tiles.protobuf import VARINT, field, key, split, varint, varints, zigzag

EXTENT: Final = 4096
VERSION: Final = 2
MOVE_TO: Final = 1
LINE_TO: Final = 2
CLOSE_PATH: Final = 15

Ints = NDArray[np.int64]


class Kind(IntEnum):
    """The geometry types of the specification."""

    POINT = 1
    LINE = 2
    POLYGON = 3


@dataclass(frozen=True, slots=True, eq=False)
class Shapes:
    """The geometry of some features in tile units, y down.

    `points` (n, 2) are the vertices of all parts one after another, without the one that closes a ring; part p is
    `points[starts[p]:starts[p + 1]]` of the feature at position `owners[p]`. The parts of a feature stand together. An
    outer ring has a positive area by the surveyor's formula, its holes follow it with a negative one.
    """

    kind: Kind
    points: Ints
    starts: Ints
    owners: Ints


def layer_bytes(name: str, shapes: Shapes, ids: Sequence[int], columns: Columns) -> bytes:
    """The layer as a field of a tile; empty bytes when nothing is in it.

    `ids` and every column run along the features' positions; only positions that occur in `shapes.owners` are written.
    """
    if not len(shapes.owners):
        return b""
    first_parts = np.flatnonzero(np.diff(shapes.owners, prepend=-1))
    drawn = shapes.owners[first_parts]
    geometries = _geometries(shapes, first_parts)
    tags, fields = dictionaries(drawn, columns)
    kind = key(3, VARINT) + varint(shapes.kind) + b"\x22"
    parts = [field(1, name.encode())]
    for position, tag, geometry in zip(drawn.tolist(), tags, geometries, strict=True):
        head = b"".join((b"\x08", varint(ids[position]), b"\x12", varint(len(tag)), tag, kind))
        size = varint(len(geometry))
        parts += (b"\x12", varint(len(head) + len(size) + len(geometry)), head, size, geometry)
    parts += fields
    parts += (key(5, VARINT), varint(EXTENT), key(15, VARINT), varint(VERSION))
    return field(3, b"".join(parts))


def _geometries(shapes: Shapes, first_parts: NDArray[np.intp]) -> list[bytes]:
    """The packed commands of each feature; `first_parts` are the positions of their first parts."""
    write = _point_commands if shapes.kind is Kind.POINT else _path_commands
    commands, begins = write(shapes, first_parts)
    packed, offsets = varints(commands)
    return split(packed, offsets[begins])


def _steps(points: Ints, feature_starts: Ints) -> Ints:
    """Each vertex as a step from the one before; the first of a feature from the corner of the tile."""
    steps = np.empty_like(points)
    np.subtract(points[1:], points[:-1], out=steps[1:])
    steps[feature_starts] = points[feature_starts]
    return zigzag(steps)


def _path_commands(shapes: Shapes, first_parts: NDArray[np.intp]) -> tuple[Ints, Ints]:
    """Lines and rings: MoveTo x y, LineTo x y …, and ClosePath for rings; where each feature begins."""
    starts, is_ring = shapes.starts, shapes.kind is Kind.POLYGON
    firsts, counts = starts[:-1], np.diff(starts)
    extra = 3 if is_ring else 2
    begins = 2 * firsts + extra * np.arange(len(firsts))
    out = np.empty(2 * len(shapes.points) + extra * len(firsts), dtype=np.int64)
    steps = _steps(shapes.points, firsts[first_parts])
    at = 2 * np.arange(len(steps)) + np.repeat(extra * np.arange(len(firsts)) + 2, counts)
    at[firsts] -= 1
    out[at], out[at + 1] = steps[:, 0], steps[:, 1]
    out[begins] = 1 << 3 | MOVE_TO
    out[begins + 3] = (counts - 1) << 3 | LINE_TO
    if is_ring:
        out[begins + 2 * counts + 2] = CLOSE_PATH
    return out, begins[first_parts]


def _point_commands(shapes: Shapes, first_parts: NDArray[np.intp]) -> tuple[Ints, Ints]:
    """One MoveTo for all points of a feature; where each feature begins."""
    firsts = shapes.starts[first_parts]
    counts = np.diff(np.append(firsts, len(shapes.points)))
    begins = 2 * firsts + np.arange(len(firsts))
    out = np.empty(2 * len(shapes.points) + len(firsts), dtype=np.int64)
    steps = _steps(shapes.points, firsts)
    at = 2 * np.arange(len(steps)) + np.repeat(np.arange(len(firsts)) + 1, counts)
    out[at], out[at + 1] = steps[:, 0], steps[:, 1]
    out[begins] = counts << 3 | MOVE_TO
    return out, begins
