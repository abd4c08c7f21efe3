"""Duty items as rows of a spreadsheet: read with every fault by its line, written so that they can be read again."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final
from zipfile import BadZipFile

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from governance.foundation.errors import Invalid, Text
from governance.foundation.spreadsheets import harmless
from mandates.models import DutyItem, ItemClass
from mandates.models.lists import MATTER_PATTERN, NO_MATTER

WHOLE = re.compile(r"[1-9][0-9]{0,4}\Z")
MOST_ROWS, MOST_BYTES, MOST_FAULTS = 5_000, 5 * 1024 * 1024, 200
COLUMNS: Final[Mapping[str, tuple[str, Text]]] = {
    "number": ("序号", gettext_lazy("No.")),
    "item_class": ("履职类别", gettext_lazy("Class")),
    "subject": ("事项名称", gettext_lazy("Subject")),
    "matter_code": ("事项编码", gettext_lazy("Matter code")),
    "lead_line": ("责任部门", gettext_lazy("Responsible department")),
    "support_lines": ("配合部门", gettext_lazy("Cooperating departments")),
    "content": ("工作内容", gettext_lazy("What is to be done")),
    "legal_basis": ("法律政策依据", gettext_lazy("Legal basis")),
}
"""Field: the head of the column in files, and its word on screens. Files may also use the field's own name."""
NEEDED: Final = ("number", "item_class", "subject")
CLASS_WORDS: Final = {
    "基本": ItemClass.BASIC,
    "基本履职": ItemClass.BASIC,
    "配合": ItemClass.COOPERATING,
    "配合履职": ItemClass.COOPERATING,
    "收回": ItemClass.TAKEN_BACK,
    "上级收回": ItemClass.TAKEN_BACK,
}
CLASS_HEADS: Final = {
    ItemClass.BASIC: "基本履职",
    ItemClass.COOPERATING: "配合履职",
    ItemClass.TAKEN_BACK: "上级收回",
}
LONGEST: Final = {"subject": 200, "content": 400, "legal_basis": 400, "lead_line": 12}


@dataclass(frozen=True, kw_only=True)
class Row:
    """One item as a file says it."""

    number: int
    item_class: str
    subject: str
    matter_code: str = ""
    lead_line: str = ""
    support_lines: tuple[str, ...] = ()
    content: str = ""
    legal_basis: str = ""

    @property
    def identity(self) -> tuple[str, str]:
        """What makes it the same duty in another edition."""
        return self.matter_code, self.subject

    @property
    def class_word(self) -> str:
        """The class in the reader's language."""
        return str(ItemClass(self.item_class).label)

    def plain(self) -> dict[str, Any]:
        """As JSON keeps it."""
        return asdict(self) | {"support_lines": list(self.support_lines)}


@dataclass(frozen=True)
class Fault:
    """What is wrong in a line of the file."""

    line: int
    text: str


@dataclass(kw_only=True)
class Reading:
    """The rows of a file and its faults; rows with a fault are left out."""

    rows: list[Row] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def read(content: bytes, name: str) -> Reading:
    """Read an XLSX or CSV file. Raises Invalid for a file that is none, too large, or without the needed columns."""
    if len(content) > MOST_BYTES:
        raise Invalid(fields={"file": [_("The file is larger than 5 MB")]})
    lines = _xlsx(content) if name.lower().endswith(".xlsx") else _csv(content, name)
    found, numbers, seen = Reading(), dict[int, int](), dict[tuple[str, str], int]()
    for count, (line, cells) in enumerate(lines, 1):
        if count > MOST_ROWS:
            raise Invalid(fields={"file": [_("At most %(n)d items in one list") % {"n": MOST_ROWS}]})
        faults = list(_faults(cells))
        row = None if faults else _row(cells)
        if row is not None:
            faults += _doubles(row, line, numbers, seen)
        found.faults += [Fault(line, str(text)) for text in faults]
        if row is not None and not faults:
            found.rows.append(row)
    if not found.rows and not found.faults:
        raise Invalid(fields={"file": [_("The file has no rows")]})
    found.faults = found.faults[:MOST_FAULTS]
    return found


def _faults(cells: Mapping[str, str]) -> Iterator[Text]:
    if not WHOLE.match(cells.get("number", "")):
        yield _("The number has to be a whole number")
    if _class_of(cells.get("item_class", "")) is None:
        yield _("Unknown class “%(value)s”") % {"value": cells.get("item_class", "")[:20]}
    if not cells.get("subject"):
        yield _("The subject is missing")
    code = cells.get("matter_code", "")
    if code and not MATTER_PATTERN.match(code):
        yield f"{code[:12]}: {NO_MATTER}"
    for name, longest in LONGEST.items():
        if len(cells.get(name, "")) > longest:
            told = {"name": str(COLUMNS[name][1]), "n": longest}
            yield _("%(name)s: at most %(n)d characters") % told


def _doubles(row: Row, line: int, numbers: dict[int, int], seen: dict[tuple[str, str], int]) -> Iterator[str]:
    if first := numbers.get(row.number):
        yield _("The number %(number)d stands in line %(line)d already") % {
            "number": row.number,
            "line": first,
        }
    if first := seen.get(row.identity):
        yield _("The same item stands in line %(line)d already") % {"line": first}
    numbers.setdefault(row.number, line)
    seen.setdefault(row.identity, line)


def _row(cells: Mapping[str, str]) -> Row:
    found = _class_of(cells["item_class"])
    assert found is not None
    helpers = cells.get("support_lines", "").replace("；", ";").replace("、", ";").replace(",", ";")
    return Row(
        number=int(cells["number"]),
        item_class=found,
        subject=cells["subject"],
        matter_code=cells.get("matter_code", ""),
        lead_line=cells.get("lead_line", ""),
        support_lines=tuple(part.strip()[:12] for part in helpers.split(";") if part.strip()),
        content=cells.get("content", ""),
        legal_basis=cells.get("legal_basis", ""),
    )


def _class_of(word: str) -> str | None:
    if word in ItemClass.values:
        return word
    return CLASS_WORDS.get(word)


def _csv(content: bytes, name: str) -> Iterator[tuple[int, dict[str, str]]]:
    if not name.lower().endswith(".csv"):
        raise Invalid(fields={"file": [_("Only .xlsx and .csv files can be read")]})
    for code in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(code)
        except UnicodeDecodeError:
            continue
        rows = csv.reader(io.StringIO(text, newline=""))
        return _cells(enumerate(rows, 1))
    raise Invalid(fields={"file": [_("The file cannot be read as text")]})


def _xlsx(content: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        from openpyxl import load_workbook  # read when it is used: it is large

        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        rows = [
            [_text(cell) for cell in row] for row in sheet.iter_rows(max_row=MOST_ROWS + 2, values_only=True)
        ]
    except (BadZipFile, KeyError, ValueError, OSError, IndexError) as error:
        raise Invalid(fields={"file": [_("The file cannot be read as a spreadsheet")]}) from error
    return _cells(enumerate(rows, 1))


def _cells(lines: Iterable[tuple[int, Sequence[str]]]) -> Iterator[tuple[int, dict[str, str]]]:
    """(line, cells by field) below the head. Raises Invalid where a needed column is missing."""
    rows = iter(lines)
    _line, head = next(rows, (0, ()))
    fields = {head_: name for name, words in COLUMNS.items() for head_ in (words[0], name)}
    names = [fields.get(cell.strip(), "") for cell in head]
    missing = [str(COLUMNS[name][0]) for name in NEEDED if name not in names]
    if missing:
        told = {"columns": "、".join(missing)}
        raise Invalid(fields={"file": [_("The file has no column %(columns)s") % told]})
    return _below(rows, names)


def _below(
    rows: Iterable[tuple[int, Sequence[str]]], names: Sequence[str]
) -> Iterator[tuple[int, dict[str, str]]]:
    for line, row in rows:
        cells = {name: cell.strip().removeprefix("'") for name, cell in zip(names, row, strict=False) if name}
        if any(cells.values()):
            yield line, cells


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def rows_of(items: Iterable[DutyItem]) -> list[Row]:
    """Stored items as rows."""
    return [
        Row(
            number=item.number,
            item_class=item.item_class,
            subject=item.subject,
            matter_code=item.matter_code,
            lead_line=item.lead_line,
            support_lines=tuple(item.support_lines),
            content=item.content,
            legal_basis=item.legal_basis,
        )
        for item in items
    ]


def cells_of(row: Row) -> list[str]:
    """The cells of a row, in the order of the columns."""
    words = row.plain() | {
        "item_class": CLASS_HEADS[ItemClass(row.item_class)],
        "support_lines": ";".join(row.support_lines),
    }
    return [str(words[name]) for name in COLUMNS]


def xlsx_of(rows: Iterable[Row], title: str) -> bytes:
    """A workbook that `read` takes again; codes stay text."""
    from openpyxl import Workbook  # read when it is used: it is large
    from openpyxl.styles import Alignment, Font

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "".join(char for char in title if char not in r"[]:*?/\'")[:31] or "1"
    sheet.append([head for head, _word in COLUMNS.values()])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for row in rows:
        sheet.append([harmless(text) for text in cells_of(row)])
    for letter, width in zip("ABCDEFGH", (7, 11, 36, 10, 12, 16, 40, 40), strict=True):
        sheet.column_dimensions[letter].width = width
    for line in sheet.iter_rows(min_row=2):
        for cell in line:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
