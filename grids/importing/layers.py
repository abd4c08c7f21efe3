"""Layers of any format that is taken: GeoJSON, zipped Shapefile, GeoPackage, KML. Facts and outlines as they stand.

What comes from outside is not trusted: a file is what its first bytes say, never what a library would make of
it, and it is opened only when its coordinate system is one that becomes WGS-84 exactly.
"""

import json
import re
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import numpy as np
import shapely
from django.utils.translation import gettext_lazy as _

from grids.importing.report import Unreadable
from grids.importing.unpacking import unpack

MOST_BYTES: Final = 400 * 1024 * 1024
MOST_FEATURES: Final = 200_000
SUFFIXES: Final = (".geojson", ".json", ".zip", ".gpkg", ".kml")
DEGREES: Final = frozenset({"EPSG:4326", "EPSG:4490", "OGC:CRS84", "EPSG:4979", "EPSG:4480"})
# WGS 84 Pseudo-Mercator, its UTM zones north, and the Gauss-Krüger zones of CGCS2000.
EXACT: Final = frozenset({3857, *range(32643, 32654), *range(4491, 4555)})
OF_THE_SAME_DATUM: Final = re.compile(
    r"WGS[_ ]?(19)?84|CGCS[_ ]?2000|China[_ ](Geodetic[_ ])?.*2000", re.IGNORECASE
)
ENCODINGS: Final = ("utf-8", "gb18030")
KML_LIMITS: Final = re.compile(rb"<!(DOCTYPE|ENTITY)|<NetworkLink", re.IGNORECASE)


@dataclass(frozen=True)
class Item:
    """One feature: its properties, and its outline as GeoJSON or as a geometry. None: it is no feature."""

    facts: Mapping[str, Any] | None
    outline: Any = None


@dataclass(frozen=True)
class Layer:
    """The features of a file in turn, and the properties that some of them have."""

    items: list[Item]
    names: tuple[str, ...] = field(default=())


def read_layer(path: Path, *, layer: str = "") -> Layer:
    """Read a file. Raises Unreadable, in words, for what is too large, of another kind or in another projection."""
    if path.stat().st_size > MOST_BYTES:
        raise Unreadable(_("The file is larger than %(size)d MB"), size=MOST_BYTES // 1024 // 1024)
    suffix = path.suffix.lower()
    if suffix in {".geojson", ".json"}:
        return _geojson(path)
    with tempfile.TemporaryDirectory(prefix="layer-") as folder:
        place = Path(folder)
        if suffix == ".zip":
            shape = unpack(path, place)
            _must_begin(shape, b"\x00\x00\x27\x0a")
            return _vector(shape, place, "ESRI Shapefile", layer, encoding=_encoding(shape))
        if suffix == ".gpkg":
            _must_begin(path, b"SQLite format 3\x00")
            return _vector(path, place, "GPKG", layer)
        if suffix == ".kml":
            _must_be_kml(path)
            return _vector(path, place, "LIBKML", layer)
    raise Unreadable(_("Only GeoJSON, zipped Shapefiles, GeoPackage and KML can be read"))


def _geojson(path: Path) -> Layer:
    try:
        document = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise Unreadable(_("not GeoJSON: %(error)s"), error=str(error)[:120]) from error
    items = document.get("features") if isinstance(document, dict) else None
    if not isinstance(items, list):
        raise Unreadable(_("a FeatureCollection is needed"))
    _must_not_be_many(len(items))
    _must_be_degrees(document.get("crs"))
    found = [_feature(item) for item in items]
    return Layer(found, tuple(dict.fromkeys(name for item in found for name in item.facts or ())))


def _feature(item: Any) -> Item:
    facts = item.get("properties") if isinstance(item, dict) else None
    return Item(facts, item.get("geometry") or {}) if isinstance(facts, dict) else Item(None)


def _must_be_degrees(crs: Any) -> None:
    """The `crs` member of older GeoJSON names a coordinate system; RFC 7946 knows only WGS-84."""
    facts = crs.get("properties") if isinstance(crs, dict) else None
    name = str(facts.get("name", "")) if isinstance(facts, dict) else ""
    number = name.rpartition(":")[2]
    if name and number not in {"CRS84", "4326", "4490"}:
        raise _not_exact(name)


def _vector(path: Path, folder: Path, driver: str, layer: str, *, encoding: str | None = None) -> Layer:
    """The one polygon layer of a file, in degrees."""
    import pyogrio  # read when it is used: it is large
    from pyogrio.errors import DataLayerError, DataSourceError, FieldError

    try:
        name = layer or _only_layer(path)
        info = pyogrio.read_info(path, layer=name, encoding=encoding)
        if info["driver"] != driver:
            raise Unreadable(_("The content of the file is not what its name says"))
        _must_not_be_many(int(info["features"]))
        source = path if _is_degrees(info["crs"]) else _warped(path, folder, name)
        meta, _ids, shapes, columns = pyogrio.raw.read(source, layer=name, encoding=encoding, force_2d=True)
    except (DataSourceError, DataLayerError, FieldError, UnicodeDecodeError, ValueError) as error:
        words = str(error).replace(str(path), path.name)[:200]
        raise Unreadable(_("The file cannot be read: %(error)s"), error=words) from error
    outlines = shapely.from_wkb(shapes, on_invalid="ignore")
    names = [str(name) for name in meta["fields"]]
    rows = zip(outlines, *columns, strict=True) if names else ((outline,) for outline in outlines)
    items = [Item(dict(zip(names, map(_plain, cells), strict=True)), outline) for outline, *cells in rows]
    return Layer(items, tuple(names))


def _only_layer(path: Path) -> str:
    import pyogrio  # read when it is used: it is large

    layers = [(str(name), kind) for name, kind in pyogrio.list_layers(path)]
    areas = [name for name, kind in layers if kind is None or "Polygon" in kind or kind == "Unknown"]
    if len(areas) != 1:
        names = ", ".join(name for name, _kind in layers)
        raise Unreadable(_("Name one layer of the file: %(names)s"), names=names or "-")
    return areas[0]


def _is_degrees(crs: str | None) -> bool:
    """Whether positions are longitude and latitude of WGS-84 or CGCS2000 already. Raises Unreadable.

    A file without a coordinate system is taken as degrees; what is none is found position by position.
    """
    if not crs or crs in DEGREES:
        return True
    number = crs.removeprefix("EPSG:")
    if number.isdigit() and int(number) in EXACT:
        return False
    if not number.isdigit() and OF_THE_SAME_DATUM.search(crs):
        return crs.lstrip().upper().startswith(("GEOG", "GEODCRS"))
    raise _not_exact(crs)


def _not_exact(crs: str) -> Unreadable:
    name = crs if len(crs) < 60 else crs.split('"')[1] if '"' in crs else crs[:60]
    return Unreadable(
        _(
            "The coordinate system %(name)s cannot be turned into WGS-84 exactly here; "
            "please export the file in CGCS2000 or WGS-84"
        ),
        name=name,
    )


def _warped(path: Path, folder: Path, name: str) -> Path:
    """A description of the same layer in degrees, which the library follows while it reads."""
    source = (
        "<OGRVRTDataSource><OGRVRTWarpedLayer>"
        f'<OGRVRTLayer name="{escape(name, {chr(34): "&quot;"})}">'
        f"<SrcDataSource>{escape(str(path.resolve()))}</SrcDataSource></OGRVRTLayer>"
        "<TargetSRS>EPSG:4490</TargetSRS></OGRVRTWarpedLayer></OGRVRTDataSource>"
    )
    found = folder / "degrees.vrt"
    found.write_text(source, encoding="utf-8")
    return found


def _must_begin(path: Path, mark: bytes) -> None:
    with path.open("rb") as file:
        if file.read(len(mark)) != mark:
            raise Unreadable(_("The content of the file is not what its name says"))


def _must_be_kml(path: Path) -> None:
    """A KML document without entities and without links to other documents. Raises Unreadable."""
    if any(KML_LIMITS.search(block) for block in _blocks(path)):
        raise Unreadable(_("A KML file may not contain entities or links to other files"))
    try:
        _event, root = next(iter(ElementTree.iterparse(path, events=("start",))))  # noqa: S314  # no entities
    except (ElementTree.ParseError, StopIteration) as error:
        raise Unreadable(_("The content of the file is not what its name says")) from error
    if root.tag.rpartition("}")[2] != "kml":
        raise Unreadable(_("The content of the file is not what its name says"))


def _blocks(path: Path, size: int = 1024 * 1024, overlap: int = 32) -> Iterator[bytes]:
    """The file in blocks that share some bytes, so that no word is cut."""
    with path.open("rb") as file:
        tail = b""
        while block := file.read(size):
            yield tail + block
            tail = block[-overlap:]


def _encoding(shape: Path) -> str | None:
    """The encoding of a .dbf that does not say one: UTF-8 where it fits, else that of Chinese Windows."""
    if shape.with_suffix(".cpg").exists():
        return None
    content = shape.with_suffix(".dbf").read_bytes()
    for name in ENCODINGS:
        try:
            content[32:].decode(name)
        except UnicodeDecodeError:
            continue
        return name
    return None


def _must_not_be_many(count: int) -> None:
    if count > MOST_FEATURES:
        raise Unreadable(_("The file has more than %(n)d features"), n=MOST_FEATURES)


def _plain(value: Any) -> Any:
    """A cell as JSON knows it: whole numbers without a fraction, nothing for not-a-number."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return None if value != value else int(value) if value.is_integer() else value  # NaN
    return value if isinstance(value, str | int | bool) or value is None else str(value)
