"""Results as rows of a spreadsheet: read with every fault by its row, and the sheet to fill in."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from django.utils.translation import pgettext, pgettext_lazy

from assessment.surveys.keeping import MOST_ROWS, NUMBERS, Answers, Fault
from exports import reading
from governance.foundation.errors import Text, Unprocessable

MOST_BYTES: Final = 5 * 1024 * 1024
MOST_FAULTS: Final = 200
COLUMNS: Final[Mapping[str, tuple[Sequence[str], Text]]] = {
    "place": (("社区编码", "编码", "社区", "村社"), pgettext_lazy("survey column", "Code of the community")),
    "surveyed_on": (("测评日期", "调查日期", "日期"), pgettext_lazy("survey column", "Day of the survey")),
    "sample_size": (("样本量", "样本数", "发放问卷"), pgettext_lazy("survey column", "Sample size")),
    "valid": (("有效问卷", "有效问卷数"), pgettext_lazy("survey column", "Valid questionnaires")),
    "satisfied": (("满意",), pgettext_lazy("survey column", "Satisfied")),
    "basically": (("基本满意",), pgettext_lazy("survey column", "Basically satisfied")),
    "dissatisfied": (("不满意",), pgettext_lazy("survey column", "Dissatisfied")),
}
"""Field: the heads by which its column may go besides the field's name, and its word in the sheet to fill in."""


def heads() -> list[str]:
    """The heads of the sheet to fill in; a column for the name, which is not read, stands second."""
    words = [str(word) for _heads, word in COLUMNS.values()]
    return [words[0], pgettext("survey column", "Name of the community"), *words[1:]]


def read(raw: bytes) -> tuple[list[tuple[int, Answers]], list[Fault]]:
    """The rows with their number in the file, and the faults of those that cannot be read.

    Raises TooLarge, Unprocessable for what is no table, or a table without the columns.
    """
    sheet = reading.read(raw, most_bytes=MOST_BYTES, most_rows=MOST_ROWS)
    places = _columns(sheet.head)
    found: list[tuple[int, Answers]] = []
    faults: list[Fault] = []
    for line, cells in sheet.rows:
        row, wrong = _row({name: cells[at].strip() for name, at in places.items()}, line)
        faults += wrong
        if row is not None:
            found.append((line, row))
    return found, faults


def _columns(head: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for name, (words, word) in COLUMNS.items():
        for known in (str(word), name, *words):
            if known in head:
                found[name] = head.index(known)
                break
    if missing := [str(COLUMNS[name][1]) for name in COLUMNS if name not in found]:
        text = pgettext("survey", "Columns are missing: %(names)s") % {"names": "、".join(missing)}
        raise Unprocessable(fields={"file": [text]})
    return found


def _row(cells: Mapping[str, str], line: int) -> tuple[Answers | None, list[Fault]]:
    values: dict[str, Any] = {"place": cells["place"]}
    faults: list[Fault] = []
    for name in NUMBERS:
        if cells[name].isascii() and cells[name].isdigit() and len(cells[name]) <= 6:
            values[name] = int(cells[name])
        else:
            text = pgettext("survey", "%(column)s: a whole number is expected")
            text %= {"column": COLUMNS[name][1]}
            faults.append(Fault(line=line, field=name, text=text))
    day = day_of(cells["surveyed_on"])
    if day is None:
        text = pgettext("survey", "%(column)s: a day like 2026-06-30 is expected")
        text %= {"column": COLUMNS["surveyed_on"][1]}
        faults.append(Fault(line=line, field="surveyed_on", text=text))
    values["surveyed_on"] = day
    return (None if faults else Answers(**values)), faults


def day_of(text: str) -> date | None:
    """`2026-06-30`, `2026/6/30` or a moment of that day."""
    try:
        year, month, day = text.split(" ")[0].replace("/", "-").replace(".", "-").split("-")
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
