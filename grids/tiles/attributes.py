"""Attributes of features: written once when a sheet is made, picked out by number for each tile."""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from grids.tiles.protobuf import field, split, varint, varints

Value = str | int | float | bool | None
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """One attribute of n features: its distinct values as finished fields, and which of them each has (-1: none)."""

    values: Sequence[bytes]
    numbers: Ints

    @classmethod
    def of(cls, values: Sequence[Value]) -> Self:
        """The column of n values. A text, a whole number, a fraction and a truth are never the same value."""
        known: dict[tuple[type, Value], int] = {}
        numbers = [
            -1 if value is None else known.setdefault((type(value), value), len(known)) for value in values
        ]
        return cls([field(4, _value(value)) for _type, value in known], np.array(numbers, dtype=np.int64))


Columns = Mapping[str, Column]


def _value(value: Value) -> bytes:
    """The message of one value."""
    if isinstance(value, bool):
        return b"\x38\x01" if value else b"\x38\x00"
    if isinstance(value, str):
        return field(1, value.encode())
    if isinstance(value, float):
        return b"\x19" + struct.pack("<d", value)
    assert value is not None
    return b"\x28" + varint(value) if value >= 0 else b"\x30" + varint((value << 1) ^ -1)


def dictionaries(drawn: Ints, columns: Columns) -> tuple[list[bytes], list[bytes]]:
    """The tags of each drawn feature (packed), and the keys and values of the layer that they point into."""
    tags = np.full((len(drawn), len(columns), 2), -1, dtype=np.int64)
    fields, count = [field(3, name.encode()) for name in columns], 0
    for number, column in enumerate(columns.values()):
        chosen = column.numbers[drawn]
        used, places = np.unique(chosen, return_inverse=True)
        is_there = chosen >= 0
        first = int(len(used) and used[0] < 0)  # -1 comes first and is no value
        tags[:, number, 0] = np.where(is_there, number, -1)
        tags[:, number, 1] = np.where(is_there, places - first + count, -1)
        fields += [column.values[value] for value in used[first:].tolist()]
        count += len(used) - first
    flat = tags.reshape(-1)
    packed, starts = varints(flat[flat >= 0])
    ends = np.cumsum((tags >= 0).sum(axis=(1, 2)))
    firsts = np.concatenate([[0], ends[:-1]]) if len(ends) else ends
    return split(packed, starts[firsts]), fields
