"""A small reader of vector tiles, written from the specification: what the tests hold the encoder against."""

import itertools
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Ring = list[tuple[int, int]]


@dataclass
class Feature:
    id: int = 0
    kind: int = 0
    tags: dict[str, Any] = field(default_factory=dict)
    parts: list[Ring] = field(default_factory=list)


@dataclass
class Layer:
    name: str = ""
    version: int = 1
    extent: int = 4096
    features: list[Feature] = field(default_factory=list)


def read_tile(content: bytes) -> dict[str, Layer]:
    """The layers by name."""
    layers = [_layer(value) for number, value in _fields(content) if number == 3]
    return {layer.name: layer for layer in layers}


def _varint(content: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = content[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at


def _fields(content: bytes) -> Iterator[tuple[int, Any]]:
    at = 0
    while at < len(content):
        tag, at = _varint(content, at)
        number, wire = tag >> 3, tag & 7
        if wire == 0:
            value, at = _varint(content, at)
            yield number, value
        elif wire == 1:
            yield number, content[at : at + 8]
            at += 8
        elif wire == 2:
            size, at = _varint(content, at)
            assert at + size <= len(content), "a field reaches beyond the end"
            yield number, content[at : at + size]
            at += size
        else:
            raise AssertionError(f"wire type {wire}")


def _packed(content: bytes) -> list[int]:
    at, found = 0, []
    while at < len(content):
        value, at = _varint(content, at)
        found.append(value)
    return found


def _value(content: bytes) -> Any:
    [(number, raw)] = list(_fields(content))
    return {
        1: lambda: raw.decode(),
        3: lambda: struct.unpack("<d", raw)[0],
        5: lambda: raw,
        6: lambda: (raw >> 1) ^ -(raw & 1),
        7: lambda: bool(raw),
    }[number]()


def _layer(content: bytes) -> Layer:
    layer, raw, keys, values = Layer(), [], [], []
    for number, value in _fields(content):
        if number == 1:
            layer.name = value.decode()
        elif number == 2:
            raw.append(value)
        elif number == 3:
            keys.append(value.decode())
        elif number == 4:
            values.append(_value(value))
        elif number == 5:
            layer.extent = value
        elif number == 15:
            layer.version = value
    layer.features = [_feature(item, keys, values) for item in raw]
    return layer


def _feature(content: bytes, keys: list[str], values: list[Any]) -> Feature:
    feature = Feature()
    for number, value in _fields(content):
        if number == 1:
            feature.id = value
        elif number == 2:
            tags = _packed(value)
            feature.tags = {keys[k]: values[v] for k, v in zip(tags[::2], tags[1::2], strict=True)}
        elif number == 3:
            feature.kind = value
        elif number == 4:
            feature.parts = _parts(_packed(value))
    return feature


def _parts(commands: list[int]) -> list[Ring]:
    parts: list[Ring] = []
    x = y = at = 0
    while at < len(commands):
        command, count = commands[at] & 7, commands[at] >> 3
        at += 1
        if command == 7:
            assert count == 1
            parts[-1].append(parts[-1][0])
            continue
        for _ in range(count):
            dx, dy = commands[at], commands[at + 1]
            at += 2
            x, y = x + ((dx >> 1) ^ -(dx & 1)), y + ((dy >> 1) ^ -(dy & 1))
            if command == 1:
                parts.append([])
            parts[-1].append((x, y))
    return parts


def surface(ring: Ring) -> float:
    """The area of a closed ring by the surveyor's formula: positive for an outer ring of the specification."""
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in itertools.pairwise(ring)) / 2
