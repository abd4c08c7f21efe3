"""Files of tickets, written row by row: CSV, XLSX and GeoJSON, each with its watermark; nothing is held in memory.

The watermark says who took it, when, and the number of the export: as the first line of a CSV, as a sheet, header and
properties of a workbook, as a member of a GeoJSON document.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any, Final

from django.utils.translation import pgettext

from exports.columns import Column, Row, cells
from exports.states import ExportFormat
from governance.foundation.spreadsheets import harmless

MEDIA_TYPES: Final = {
    ExportFormat.CSV.value: "text/csv; charset=utf-8",
    ExportFormat.XLSX.value: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ExportFormat.GEOJSON.value: "application/geo+json",
}
PLACES: Final = 6


@dataclass(frozen=True, kw_only=True)
class Watermark:
    """Who took it, from which unit, when, under which number; whether personal data is in the clear."""

    number: str
    who: str
    unit: str
    at: str
    is_clear: bool

    @property
    def words(self) -> str:
        kind = pgettext("watermark", "personal data masked")
        if self.is_clear:
            kind = pgettext("watermark", "contains personal data: for official use, do not pass on")
        said = pgettext("watermark", "Export %(number)s · %(who)s (%(unit)s) · %(at)s · %(kind)s")
        return said % {
            "number": self.number,
            "who": self.who,
            "unit": self.unit,
            "at": self.at,
            "kind": kind,
        }


def write(
    kind: str, out: IO[bytes], columns: Sequence[Column], rows: Iterable[Row], mark: Watermark, at: datetime
) -> int:
    """Write the file; how many rows it holds."""
    writer = {
        ExportFormat.CSV.value: _csv,
        ExportFormat.XLSX.value: _xlsx,
        ExportFormat.GEOJSON.value: _geojson,
    }[kind]
    counted = Counted(rows)
    writer(out, columns, counted, mark, at)
    return counted.count


class Counted:
    """Rows that are counted as they pass."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self.rows, self.count = rows, 0

    def __iter__(self) -> Iterator[Row]:
        for row in self.rows:
            self.count += 1
            yield row


def _csv(
    out: IO[bytes], columns: Sequence[Column], rows: Iterable[Row], mark: Watermark, at: datetime
) -> None:
    text = io.TextIOWrapper(out, encoding="utf-8-sig", newline="")
    lines = csv.writer(text)
    lines.writerow([f"# {mark.words}"])
    lines.writerow([str(column.label) for column in columns])
    for row in rows:
        lines.writerow([harmless(str(value)) for value in cells(columns, row)])
    text.detach()


def _xlsx(
    out: IO[bytes], columns: Sequence[Column], rows: Iterable[Row], mark: Watermark, at: datetime
) -> None:
    heads = [str(column.label) for column in columns]
    book, sheet = sheet_of(mark, at, title=pgettext("watermark", "Tickets"), heads=heads)
    for row in rows:
        sheet.append([_plain(value) for value in cells(columns, row)])
    book.save(out)


def sheet_of(mark: Watermark, at: datetime, *, title: str, heads: Sequence[str]) -> tuple[Any, Any]:
    """A workbook that carries its watermark, and its sheet with the heads, ready for lines."""
    from openpyxl import Workbook  # read when it is used: it is large
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    book = Workbook(write_only=True)
    said = book.properties
    said.creator, said.title, said.identifier = mark.who, mark.number, mark.number
    said.description, said.subject = mark.words, mark.words
    said.created = said.modified = at.replace(tzinfo=None)
    about = book.create_sheet(pgettext("watermark", "About this export"))
    about.append([mark.words])
    about.append([pgettext("watermark", "Cells that would act as formulas begin with an apostrophe.")])
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    sheet.oddHeader.center.text = sheet.oddFooter.center.text = mark.words.replace("&", "&&")
    bold = []
    for head in heads:
        cell = WriteOnlyCell(sheet, value=str(head))
        cell.font = Font(bold=True)
        bold.append(cell)
    sheet.append(bold)
    book.active = sheet
    return book, sheet


def _plain(value: Any) -> str:
    """A cell without a formula and without what the format cannot hold."""
    return harmless("".join(sign for sign in str(value) if sign >= " " or sign in "\t\n\r"))


def _geojson(
    out: IO[bytes], columns: Sequence[Column], rows: Iterable[Row], mark: Watermark, at: datetime
) -> None:
    """Tickets without a position have no geometry; positions are rounded to a decimetre unless masked."""
    head = {"number": mark.number, "watermark": mark.words, "at": mark.at}
    out.write(f'{{"type":"FeatureCollection","export":{_json(head)},"features":['.encode())
    for number, row in enumerate(rows):
        ticket = row.ticket
        point = None
        if ticket.lon is not None and ticket.lat is not None:
            places = PLACES if row.shows_citizen else 3
            point = {
                "type": "Point",
                "coordinates": [round(ticket.lon, places), round(ticket.lat, places)],
            }
        properties = {column.name: column.get(row) for column in columns}
        feature = {"type": "Feature", "id": ticket.number, "geometry": point, "properties": properties}
        out.write(("," if number else "").encode() + _json(feature).encode())
    out.write(b"]}")


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
