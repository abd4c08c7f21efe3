"""Grids as GeoJSON, zipped Shapefile, GeoPackage or KML: written to a file, in WGS-84, with the importer's names."""

import json
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import shapely

from grids.models import Grid

CRS: Final = "EPSG:4326"
TEXTS: Final = ("code", "name", "name_en", "kind", "exclusive_type", "community", "valid_from")
DBF_NAME: Final = 10


@dataclass(frozen=True)
class Format:
    """A form of file: what its name ends with, its media type, and the library's word for it."""

    suffix: str
    media_type: str
    driver: str = ""


FORMATS: Final = {
    "geojson": Format(".geojson", "application/geo+json"),
    "shapefile": Format(".zip", "application/zip", "ESRI Shapefile"),
    "geopackage": Format(".gpkg", "application/geopackage+sqlite3", "GPKG"),
    "kml": Format(".kml", "application/vnd.google-earth.kml+xml", "LIBKML"),
}


def write_layer(grids: Iterable[Grid], form: str, path: Path) -> None:
    """Write the grids to `path`; `community` must have been fetched. Folder of `path` is used for parts."""
    if form == "geojson":
        with path.open("w", encoding="utf-8") as file:
            file.writelines(geojson_lines(grids))
        return
    rows = list(grids)
    if form == "shapefile":
        _shapefile(rows, path)
    else:
        _write(rows, path, FORMATS[form].driver, names=(*TEXTS, "household_count"))


def geojson_lines(grids: Iterable[Grid]) -> Iterator[str]:
    """A FeatureCollection, one feature a line."""
    yield '{"type":"FeatureCollection","features":[\n'
    comma = ""
    for grid in grids:
        facts = dict(zip(TEXTS, _texts(grid), strict=True)) | {"household_count": grid.household_count}
        feature = {"type": "Feature", "properties": facts, "geometry": grid.polygon}
        yield comma + json.dumps(feature, ensure_ascii=False, separators=(",", ":"))
        comma = ",\n"
    yield "\n]}\n"


def _texts(grid: Grid) -> tuple[str, ...]:
    return (
        grid.code,
        grid.name,
        grid.name_en,
        grid.kind,
        grid.exclusive_type,
        grid.community.name,
        grid.valid_from.isoformat(),
    )


def _shapefile(rows: Sequence[Grid], path: Path) -> None:
    """The parts of a Shapefile in a zip; its column names end after ten characters, its texts are UTF-8."""
    stem = path.with_name("grids.shp")
    names = tuple(name[:DBF_NAME] for name in (*TEXTS, "household_count"))
    _write(rows, stem, FORMATS["shapefile"].driver, names=names, encoding="UTF-8")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in sorted(stem.parent.glob("grids.*")):
            if part != path:
                archive.write(part, part.name)
                part.unlink()


def _write(rows: Sequence[Grid], path: Path, driver: str, *, names: Sequence[str], **options: Any) -> None:
    import pyogrio  # read when it is used: it is large

    documents = [json.dumps(row.polygon) for row in rows]
    shapes = np.asarray(shapely.to_wkb(shapely.from_geojson(documents)), dtype=object)
    texts = [np.array(column, dtype=object) for column in zip(*map(_texts, rows), strict=True)]
    columns = texts or [np.empty(0, dtype=object) for _name in TEXTS]
    households = np.array([row.household_count for row in rows], dtype=np.int32)
    is_multi = driver == "GPKG"
    pyogrio.raw.write(
        path,
        shapes,
        [*columns, households],
        list(names),
        layer="grids",
        driver=driver,
        geometry_type="Unknown" if driver == "LIBKML" else "MultiPolygon" if is_multi else "Polygon",
        promote_to_multi=is_multi,
        crs=CRS,
        **options,
    )
