"""The little of protocol buffers that a vector tile needs; whole arrays of varints at once."""

import itertools
from typing import Final

import numpy as np
from numpy.typing import NDArray

VARINT: Final = 0
LENGTH: Final = 2

Ints = NDArray[np.int64]


def varint(value: int) -> bytes:
    """One unsigned number in groups of seven bits, the lowest first."""
    return SHORT[value] if value < len(SHORT) else _varint(value)


def _varint(value: int) -> bytes:
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


SHORT: Final = [_varint(value) for value in range(1 << 14)]


def zigzag(values: Ints) -> Ints:
    """Signed numbers as unsigned ones: 0, -1, 1, -2 … become 0, 1, 2, 3 …"""
    folded: Ints = (values << 1) ^ (values >> 63)
    return folded


def varints(values: Ints) -> tuple[bytes, Ints]:
    """n unsigned numbers below 2**35 one after another, and where each begins: n + 1 offsets."""
    sizes = np.ones(len(values), dtype=np.int64)
    for bits in (7, 14, 21, 28):
        longer = values >= 1 << bits
        if not longer.any():
            break
        sizes += longer
    starts = np.zeros(len(values) + 1, dtype=np.int64)
    np.cumsum(sizes, out=starts[1:])
    out = np.empty(int(starts[-1]), dtype=np.uint8)
    out[starts[:-1]] = (values & 0x7F) | ((sizes > 1) << 7)
    for step in range(1, int(sizes.max(initial=1))):
        longer_at = np.flatnonzero(sizes > step)
        more = (sizes[longer_at] > step + 1) << 7
        out[starts[longer_at] + step] = (values[longer_at] >> (7 * step) & 0x7F) | more
    return out.tobytes(), starts


def split(content: bytes, starts: Ints) -> list[bytes]:
    """The pieces of `content` that begin at each of `starts`, to the end."""
    bounds = [*starts.tolist(), len(content)]
    return [content[start:stop] for start, stop in itertools.pairwise(bounds)]


def key(number: int, wire: int) -> bytes:
    """The tag in front of a field."""
    return varint(number << 3 | wire)


def field(number: int, content: bytes) -> bytes:
    """A field with its length: text, bytes, a message, packed numbers."""
    return b"".join((key(number, LENGTH), varint(len(content)), content))
