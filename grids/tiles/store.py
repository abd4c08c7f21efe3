"""Tiles packed and kept, in Redis and by browsers, under their edition: a new territory never meets an old tile, and
neither does a new program.
"""

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.core.cache import cache

from grids import territory as land
from grids.tiles.cutting import Tile
from grids.tiles.layers import sheet_of, tile_bytes

KEPT_SECONDS: Final = 7 * 24 * 3600
PACKING: Final = 4  # a third of the time of the usual level for an eighth more bytes


def _program() -> str:
    """Names the source of this package: another one may draw the same territory otherwise."""
    sources = sorted(Path(__file__).parent.glob("*.py"))
    return hashlib.blake2s(b"".join(path.read_bytes() for path in sources), digest_size=4).hexdigest()


PROGRAM: Final = _program()


@dataclass(frozen=True, slots=True)
class PackedTile:
    """A tile as it is sent: gzipped, of that `edition`. An empty tile has no body."""

    edition: str
    body: bytes
    tag: str

    @property
    def plain(self) -> bytes:
        """The tile for those who cannot unpack."""
        return gzip.decompress(self.body) if self.body else b""


def edition(number: int | None = None) -> str:
    """What tiles of the territory `number`, of now without one, are kept under."""
    return f"{land.current().number if number is None else number}-{PROGRAM}"


def packed_tile(layer: str, tile: Tile) -> PackedTile:
    """The tile of the territory of now. `layer` is one of `LAYERS`, and the tile exists."""
    number = land.current().number
    body = cache.get(_key(number, layer, tile))
    if body is None:
        number, sheet = sheet_of(layer)
        plain = tile_bytes(layer, sheet, tile)
        body = gzip.compress(plain, PACKING, mtime=0) if plain else b""
        if plain:
            cache.set(_key(number, layer, tile), body, KEPT_SECONDS)
    return PackedTile(edition(number), body, _tag(number, layer, tile))


def _key(number: int, layer: str, tile: Tile) -> str:
    return f"tile:{edition(number)}:{layer}:{tile.z}:{tile.x}:{tile.y}"


def _tag(number: int, layer: str, tile: Tile) -> str:
    return hashlib.blake2s(_key(number, layer, tile).encode(), digest_size=12).hexdigest()
