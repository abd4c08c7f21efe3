"""Code tables as spreadsheets: their code, our code, a note that nobody reads; in and out as CSV and XLSX."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final
from zipfile import BadZipFile, ZipFile

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from adapters.document import LONGEST_WORD, MOST_CODES
from governance.foundation.errors import Invalid
from governance.foundation.spreadsheets import csv_lines, harmless

MOST_BYTES: Final = 2 * 1024 * 1024
MOST_UNPACKED: Final = 40 * 1024 * 1024


def heads() -> tuple[str, str]:
    """The heads of the two columns."""
    return pgettext("code table", "Their code"), pgettext("code table", "Our code")


def csv_of(codes: Mapping[str, str]) -> str:
    """A CSV file that `read` takes again."""
    return "".join(csv_lines(heads(), list(codes.items())))


def xlsx_of(codes: Mapping[str, str]) -> bytes:
    """A workbook that `read` takes again; codes stay text, also those with zeros in front."""
    from openpyxl import Workbook  # read when it is used: it is large

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(list(heads()))
    for row in codes.items():
        sheet.append([harmless(word) for word in row])
    for line in sheet.iter_rows(min_row=2):
        for cell in line:
            cell.number_format = "@"
    sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read(content: bytes, name: str) -> dict[str, str]:
    """The table of a file; its first line is the head. Raises Invalid with the lines that are wrong."""
    if len(content) > MOST_BYTES:
        raise Invalid(fields={"file": [_("The file is larger than 2 MB")]})
    rows = _xlsx(content) if name.lower().endswith(".xlsx") else _csv(content, name)
    found: dict[str, str] = {}
    wrong: list[str] = []
    for number, cells in enumerate(rows, 1):
        theirs, ours = ([*cells, "", ""])[:2]
        if number == 1 or not (theirs or ours):
            continue
        if fault := _fault(theirs, ours, found):
            wrong.append(_("line %(n)d: %(what)s") % {"n": number, "what": fault})
        found[theirs] = ours
        if len(found) > MOST_CODES:
            wrong.append(_("A code table has at most 2,000 rows"))
            break
    if not found and not wrong:
        wrong.append(_("The file has no rows"))
    if wrong:
        raise Invalid(fields={"file": wrong[:20]})
    return found


def _fault(theirs: str, ours: str, found: Mapping[str, str]) -> str:
    if not theirs or not ours or len(theirs) > LONGEST_WORD or len(ours) > LONGEST_WORD:
        return _("A code is a text of 1 to 120 characters")
    if theirs in found and found[theirs] != ours:
        return _("this code stands above with another meaning")
    return ""


def _csv(content: bytes, name: str) -> Iterator[Sequence[str]]:
    if not name.lower().endswith(".csv"):
        raise Invalid(fields={"file": [_("Only .xlsx and .csv files can be read")]})
    for code in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(code)
        except UnicodeDecodeError:
            continue
        try:
            return _plain(list(csv.reader(io.StringIO(text.replace("\x00", ""), newline=""))))
        except csv.Error:
            break
    raise Invalid(fields={"file": [_("The file cannot be read as text")]})


def _xlsx(content: bytes) -> Iterator[Sequence[str]]:
    try:
        from openpyxl import load_workbook  # read when it is used: it is large

        with ZipFile(io.BytesIO(content)) as archive:
            if sum(item.file_size for item in archive.infolist()) > MOST_UNPACKED:
                raise Invalid(fields={"file": [_("The file holds too much")]})
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        rows = book.worksheets[0].iter_rows(max_row=MOST_CODES + 2, max_col=2, values_only=True)
        return _plain([[_text(cell) for cell in row] for row in rows])
    except (BadZipFile, KeyError, ValueError, OSError, IndexError) as error:
        raise Invalid(fields={"file": [_("The file cannot be read as a spreadsheet")]}) from error


def _plain(rows: Iterable[Sequence[str]]) -> Iterator[Sequence[str]]:
    """Cells without the mark that keeps formulas away."""
    for row in rows:
        yield [cell.strip().removeprefix("'") for cell in row]


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
