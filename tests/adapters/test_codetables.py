"""Code tables as spreadsheets: out and in again, zeros in front kept, formulas harmless, faults by line."""

import io
import zipfile

import pytest
from openpyxl import Workbook, load_workbook

from adapters import codetables
from governance.foundation.errors import Invalid

TABLE = {"001": "0201", "=1+1": "0301", "物业": "1408"}


def test_out_and_in_again() -> None:
    text = codetables.csv_of(TABLE)
    assert text.startswith("\ufeff")
    assert "'=1+1" in text
    assert codetables.read(text.encode(), "codes.csv") == TABLE
    content = codetables.xlsx_of(TABLE)
    cells = [
        cell.value for row in load_workbook(io.BytesIO(content)).active.iter_rows(min_row=2) for cell in row
    ]
    assert "'=1+1" in cells
    assert codetables.read(content, "codes.XLSX") == TABLE


def test_a_file_of_a_spreadsheet_program() -> None:
    book = Workbook()
    book.active.append(["原代码", "平台代码", "说明"])
    book.active.append([7.0, "0201", "井盖"])
    book.active.append([None, None])
    out = io.BytesIO()
    book.save(out)
    assert codetables.read(out.getvalue(), "x.xlsx") == {"7": "0201"}
    assert codetables.read("原,平台\nA,0201\n".encode("gb18030"), "x.csv") == {"A": "0201"}


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"a,b\n", "x.csv"),
        (b"a,b\nc,\n", "x.csv"),
        (b"a,b\nc,d\nc,e\n", "x.csv"),
        (b"a,b\n" + b"x" * 121 + b",d\n", "x.csv"),
        (b'a,b\n"' + b"x" * 200_000 + b'",d\n', "x.csv"),
        (b"a,b\n\xff\xff\xff,d\n", "x.csv"),
        (b"a,b\n" + b"".join(b"%d,0201\n" % number for number in range(2001)), "x.csv"),
        (b"a" * (2 * 1024 * 1024 + 1), "x.csv"),
        (b"a,b\nc,d\n", "x.txt"),
        (b"no workbook", "x.xlsx"),
    ],
)
def test_faults(content: bytes, name: str) -> None:
    with pytest.raises(Invalid) as caught:
        codetables.read(content, name)
    assert caught.value.fields["file"]


def test_a_workbook_that_unpacks_to_much() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * (codetables.MOST_UNPACKED + 1))
    assert len(out.getvalue()) < codetables.MOST_BYTES
    with pytest.raises(Invalid):
        codetables.read(out.getvalue(), "bomb.xlsx")
