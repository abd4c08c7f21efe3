"""Rows of a file that somebody has brought: CSV in UTF-8 or GB 18030, or XLSX that is no bomb; texts by column."""

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.utils.translation import pgettext_lazy

from governance.foundation.errors import Text, TooLarge, Unprocessable

MOST_UNPACKED: Final = 256 * 1024 * 1024
MOST_RATIO: Final = 200
MOST_COLUMNS: Final = 100
MOST_CELL: Final = 20_000
MAGIC: Final = b"PK\x03\x04"
ENCODINGS: Final = ("utf-8-sig", "gb18030")


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A file that could be read: its columns, its rows with their number in the file, and what it was written in."""

    head: list[str]
    rows: list[tuple[int, list[str]]]
    encoding: str


def _refuse(words: Text) -> Unprocessable:
    return Unprocessable(fields={"file": [words]})


def read(raw: bytes, *, most_bytes: int, most_rows: int) -> Sheet:
    """The rows of a file. Raises TooLarge, and Unprocessable for what is no table, a bomb, or has too many rows."""
    if len(raw) > most_bytes:
        raise TooLarge(
            pgettext_lazy("import", "The file is too large; please split it"), limit_bytes=most_bytes
        )
    lines, encoding = (_xlsx(raw), "xlsx") if raw.startswith(MAGIC) else _csv(raw)
    head: list[str] = []
    rows: list[tuple[int, list[str]]] = []
    for number, cells in lines:
        if not any(cells):
            continue
        if any(len(cell) > MOST_CELL for cell in cells):
            raise _refuse(
                pgettext_lazy("import", "Row %(row)d has a cell that is too long") % {"row": number}
            )
        if not head:
            head = _head(cells)
            continue
        if len(rows) >= most_rows:
            words = pgettext_lazy("import", "More than %(most)d rows; please split the file")
            raise _refuse(words % {"most": most_rows})
        rows.append((number, [*cells, *[""] * len(head)][: len(head)]))
    if not head or not rows:
        raise _refuse(pgettext_lazy("import", "The file has no rows below its headings"))
    return Sheet(head=head, rows=rows, encoding=encoding)


def _head(cells: Sequence[str]) -> list[str]:
    """The names of the columns, each once. A line that begins with # is a watermark and no heading."""
    names = [cell.strip()[:80] for cell in cells]
    while names and not names[-1]:
        names.pop()
    if len(names) > MOST_COLUMNS:
        raise _refuse(pgettext_lazy("import", "The file has more than 100 columns"))
    found: list[str] = []
    for number, name in enumerate(names, 1):
        plain = name or f"#{number}"
        found.append(plain if plain not in found else f"{plain} ({number})")
    return found


def _csv(raw: bytes) -> tuple[Iterator[tuple[int, list[str]]], str]:
    for encoding in ENCODINGS:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            break
        return _csv_rows(text), encoding.removesuffix("-sig")
    raise _refuse(pgettext_lazy("import", "This is neither a workbook nor a text in UTF-8 or GB 18030"))


def _csv_rows(text: str) -> Iterator[tuple[int, list[str]]]:
    sample = text[:4096]
    delimiter = max((",", "\t", ";"), key=sample.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for cells in reader:
            if reader.line_num == 1 and cells and cells[0].startswith("#"):
                continue
            yield reader.line_num, [_unquoted(cell.strip()) for cell in cells]
    except csv.Error as error:
        words = pgettext_lazy("import", "Row %(row)d cannot be read as CSV") % {"row": reader.line_num}
        raise _refuse(words) from error


def _unquoted(cell: str) -> str:
    """Without the apostrophe that keeps a spreadsheet from taking a cell for a formula."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in {"=", "+", "-", "@"} else cell


def _xlsx(raw: bytes) -> Iterator[tuple[int, list[str]]]:
    """Cells of the first sheet; what would unpack beyond all measure is not unpacked."""
    from openpyxl import load_workbook  # read when it is used: it is large

    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as pack:
            unpacked = sum(item.file_size for item in pack.infolist())
        if unpacked > MOST_UNPACKED or unpacked > MOST_RATIO * max(len(raw), 1):
            raise _refuse(pgettext_lazy("import", "This workbook unpacks to far too much and was not opened"))
        book = load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
    except Unprocessable:
        raise
    except Exception as error:  # the library raises whatever a broken archive makes it raise
        raise _refuse(pgettext_lazy("import", "This is no workbook that can be read")) from error
    try:
        for number, cells in enumerate(book.worksheets[0].iter_rows(values_only=True), 1):
            yield number, [_unquoted(_text(cell)) for cell in cells[: MOST_COLUMNS + 1]]
    except Exception as error:
        raise _refuse(pgettext_lazy("import", "This is no workbook that can be read")) from error
    finally:
        book.close()


def _text(cell: Any) -> str:
    """A cell as a person reads it."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d %H:%M}"
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
