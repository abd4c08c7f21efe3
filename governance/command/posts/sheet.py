"""The workbook: a template with drop-downs and checks, and the same columns filled with who is in post."""

import io
from collections.abc import Iterable, Sequence
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from governance.command.posts.columns import COLUMNS
from governance.foundation.spreadsheets import harmless
from grids.models import GridPost

WIDTHS: Final = (14, 16, 16, 20, 20, 18, 14, 14)
ROWS_CHECKED: Final = 2_000
HEAD_FILL: Final = PatternFill("solid", fgColor="DCE8F8")


def heads() -> dict[str, str]:
    """The heads of the columns, in the reader's language."""
    return {
        "name": pgettext("people sheet", "Name"),
        "phone": pgettext("people sheet", "Phone"),
        "username": pgettext("people sheet", "User name"),
        "unit": pgettext("people sheet", "Unit code"),
        "grid": pgettext("people sheet", "Grid code"),
        "post": pgettext("people sheet", "Post"),
        "from": pgettext("people sheet", "From"),
        "to": pgettext("people sheet", "Until"),
    }


def template(grids: Sequence[tuple[str, str]], units: Sequence[tuple[str, str]]) -> bytes:
    """An empty workbook that offers these grids and units (code, name) and every kind of post."""
    book, page = _started()
    lists = book.create_sheet(_("Choices"))
    columns = (
        [str(label) for label in GridPost.Kind.labels],
        [code for code, _name in grids],
        [code for code, _name in units],
    )
    for column, values in enumerate(columns, 1):
        for row, value in enumerate(values, 1):
            lists.cell(row, column, harmless(value))
    for code, (_code, name) in zip(range(1, len(grids) + 1), grids, strict=True):
        lists.cell(code, 4, harmless(name))
    for code, (_code, name) in zip(range(1, len(units) + 1), units, strict=True):
        lists.cell(code, 5, harmless(name))
    _choose(page, "post", f"'{lists.title}'!$A$1:$A${max(len(columns[0]), 1)}")
    _choose(page, "grid", f"'{lists.title}'!$B$1:$B${max(len(grids), 1)}")
    _choose(page, "unit", f"'{lists.title}'!$C$1:$C${max(len(units), 1)}")
    for name in ("from", "to"):
        _check(
            page,
            name,
            DataValidation(
                type="date", operator="between", formula1="DATE(2000,1,1)", formula2="DATE(2100,1,1)"
            ),
            _("Write a date, such as 2026-11-20"),
        )
    for name in ("phone", "grid", "unit"):
        letter = get_column_letter(COLUMNS.index(name) + 1)
        for row in range(2, ROWS_CHECKED + 1):
            page[f"{letter}{row}"].number_format = "@"
    phone = DataValidation(type="textLength", operator="between", formula1="5", formula2="20")
    _check(page, "phone", phone, _("A phone number has 5 to 20 characters"))
    return _bytes(book)


def filled(rows: Iterable[Sequence[Any]]) -> bytes:
    """A workbook with these rows, in the order of the columns."""
    book, page = _started()
    for row in rows:
        page.append([harmless(cell) if isinstance(cell, str) else cell for cell in row])
    return _bytes(book)


def _started() -> tuple[Workbook, Worksheet]:
    book = Workbook()
    page = book.active
    assert isinstance(page, Worksheet)
    page.title = _("People in posts")
    page.append(list(heads().values()))
    page.freeze_panes = "A2"
    for number, width in enumerate(WIDTHS, 1):
        letter = get_column_letter(number)
        page.column_dimensions[letter].width = width
        page[f"{letter}1"].font = Font(bold=True)
        page[f"{letter}1"].fill = HEAD_FILL
    return book, page


def _choose(page: Worksheet, column: str, source: str) -> None:
    rule = DataValidation(type="list", formula1=f"={source}", allow_blank=True)
    _check(page, column, rule, _("Choose from the list"))


def _check(page: Worksheet, column: str, rule: DataValidation, words: str) -> None:
    letter = get_column_letter(COLUMNS.index(column) + 1)
    rule.error, rule.showErrorMessage = words, True
    page.add_data_validation(rule)
    rule.add(f"{letter}2:{letter}{ROWS_CHECKED}")


def _bytes(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
