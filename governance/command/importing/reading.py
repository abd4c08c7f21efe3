"""Rows of a CSV or XLSX file as text, whatever the cells were; nothing is held in memory."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from governance.foundation.errors import Invalid


@dataclass(frozen=True)
class Line:
    """One row: its number as a reader of the file counts, and its cells by column."""

    number: int
    cells: dict[str, str]


def read_lines(path: Path, needed: Iterable[str], time_format: str) -> Iterator[Line]:
    """The rows of the file. Raises Invalid for an unknown kind of file or missing columns."""
    if path.suffix.lower() == ".csv":
        lines = _from_csv(path)
    elif path.suffix.lower() == ".xlsx":
        lines = _from_xlsx(path, time_format)
    else:
        raise Invalid("Only .csv and .xlsx files can be read")
    wanted = set(needed)
    for line in lines:
        missing = sorted(wanted - set(line.cells))
        if missing:
            raise Invalid(f"The file has no column {', '.join(missing)}")
        yield line


def _from_csv(path: Path) -> Iterator[Line]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            for record in reader:
                yield Line(
                    reader.line_num, {key: (value or "").strip() for key, value in record.items() if key}
                )
    except UnicodeDecodeError as error:
        raise Invalid(f"The file is not UTF-8: {error}") from error


def _from_xlsx(path: Path, time_format: str) -> Iterator[Line]:
    book = load_workbook(path, read_only=True, data_only=True)
    try:
        rows = book.worksheets[0].iter_rows(values_only=True)
        head = [str(cell or "").strip() for cell in next(rows, ())]
        for number, row in enumerate(rows, 2):
            if any(cell is not None for cell in row):
                texts = (_text(cell, time_format) for cell in row)
                yield Line(number, {key: text for key, text in zip(head, texts, strict=False) if key})
    finally:
        book.close()


def _text(cell: Any, time_format: str) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime | date):
        return cell.strftime(time_format)
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
