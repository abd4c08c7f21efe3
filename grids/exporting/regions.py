"""The division tree as CSV, in the columns that the importer reads."""

from collections.abc import Iterable, Iterator
from typing import Final

from governance.foundation.spreadsheets import csv_lines
from grids.models import Region

COLUMNS: Final = (
    "code",
    "name",
    "level",
    "parent",
    "urban_rural_class",
    "name_en",
    "valid_from",
    "valid_to",
    "lon",
    "lat",
)
LEVELS: Final = {"city": "2", "district": "3", "town": "4", "community": "5"}


def region_lines(regions: Iterable[Region]) -> Iterator[str]:
    """The lines of the file; `parent` must have been fetched."""
    return csv_lines(COLUMNS, map(_cells, regions))


def _cells(row: Region) -> tuple[str, ...]:
    return (
        row.code,
        row.name,
        LEVELS[row.level],
        row.parent.code if row.parent else "",
        row.urban_rural_class,
        row.name_en,
        row.valid_from.isoformat(),
        row.valid_to.isoformat() if row.valid_to else "",
        "" if row.lon is None else f"{row.lon:.7f}",
        "" if row.lat is None else f"{row.lat:.7f}",
    )
