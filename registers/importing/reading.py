"""Rows of an XLSX or CSV file as texts by the names of the columns, Chinese or English."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from grids.importing.report import Fault

MOST_ROWS = 200_000
Row = Mapping[str, str]


class NotReadable(ValueError):
    """The file as a whole cannot be taken; the message says why."""


def read_rows(
    path: Path, columns: Mapping[str, Sequence[str]], required: Iterable[str]
) -> Iterator[tuple[int, Row]]:
    """(number of the row as a reader counts, its cells). Raises NotReadable.

    `columns` gives the headings by which each column may go.
    """
    rows = _xlsx(path) if path.suffix.lower() in {".xlsx", ".xlsm"} else _csv(path)
    try:
        head = [str(cell or "").strip() for cell in next(rows)]
    except StopIteration:
        raise NotReadable("the file is empty") from None
    places = {
        name: head.index(heading)
        for name, headings in columns.items()
        for heading in (name, *headings)
        if heading in head
    }
    if missing := [f"{name} ({columns[name][0]})" for name in required if name not in places]:
        raise NotReadable(f"columns are missing: {', '.join(missing)}")
    for number, cells in enumerate(rows, 2):
        if number > MOST_ROWS:
            raise NotReadable(f"more than {MOST_ROWS} rows: please split the file")
        found = {name: _text(cells[at]) if at < len(cells) else "" for name, at in places.items()}
        if any(found.values()):
            yield number, found


def _csv(path: Path) -> Iterator[Sequence[Any]]:
    raw = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise NotReadable("the file is neither UTF-8 nor GB 18030")
    yield from csv.reader(text.splitlines())


def _xlsx(path: Path) -> Iterator[Sequence[Any]]:
    try:
        from openpyxl import load_workbook  # read when it is used: it is large

        book = load_workbook(path, read_only=True, data_only=True)
    except Exception as error:  # the library raises whatever a broken archive makes it raise
        raise NotReadable("the file is no XLSX workbook") from error
    try:
        yield from book.worksheets[0].iter_rows(values_only=True)
    finally:
        book.close()


def _text(cell: Any) -> str:
    """A cell as a person reads it: dates as ISO, whole numbers without a fraction."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def read_date(text: str) -> date | None:
    """`2026-11-22`, `2026/11/22` or `20261122`; None for an empty cell. ValueError otherwise."""
    if not text:
        return None
    plain = text.replace("/", "-").replace(".", "-")
    if plain.isdigit() and len(plain) == 8:
        plain = f"{plain[:4]}-{plain[4:6]}-{plain[6:]}"
    year, month, day = plain.split("-")
    return date(int(year), int(month), int(day))


def once(seen: dict[Any, int], key: Any, number: int, what: str) -> Fault | None:
    """A fault when the file names `key` twice."""
    if key in seen:
        return Fault(number, f"{what} stands in row {seen[key]} already")
    seen[key] = number
    return None
