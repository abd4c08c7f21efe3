"""Duty items from and to spreadsheets: what is read, every fault by its line, a round trip."""

import io

import pytest
from openpyxl import Workbook

from governance.foundation.errors import Invalid
from mandates import sheets
from mandates.sheets import Row, cells_of, read, xlsx_of

HEAD = "序号,履职类别,事项名称,事项编码,责任部门,配合部门,工作内容,法律政策依据"


def csv_of(*lines: str, head: str = HEAD) -> bytes:
    return "\n".join([head, *lines]).encode()


def faults_of(*lines: str) -> list[tuple[int, str]]:
    return [(fault.line, fault.text) for fault in read(csv_of(*lines), "清单.csv").faults]


def test_a_row_is_read() -> None:
    found = read(csv_of("1,基本履职,垃圾分类,0106,CG,TOWN、COMM;SW,入户宣传,条例第九条"), "清单.csv")
    assert not found.faults
    assert found.rows == [
        Row(
            number=1,
            item_class="basic",
            subject="垃圾分类",
            matter_code="0106",
            lead_line="CG",
            support_lines=("TOWN", "COMM", "SW"),
            content="入户宣传",
            legal_basis="条例第九条",
        )
    ]
    assert found.rows[0].identity == ("0106", "垃圾分类")


def test_codes_words_and_field_names_are_understood() -> None:
    lines = ("2,taken_back,甲", "3,收回,乙", "4,配合,丙", ",,", "5,基本,丁")
    found = read(csv_of(*lines, head="number,item_class,subject"), "LIST.CSV")
    assert [row.item_class for row in found.rows] == ["taken_back", "taken_back", "cooperating", "basic"]


def test_what_another_program_saved_is_read() -> None:
    content = (HEAD + "\n1,基本,垃圾分类,,,,,").encode("gb18030")
    assert read(content, "a.csv").rows[0].subject == "垃圾分类"


@pytest.mark.parametrize(
    "line",
    [
        "0,基本,甲",
        "一,基本,甲",
        f"{'9' * 5000},基本,甲",
        "1,别的,甲",
        "1,基本,",
        "1,基本,甲,12x",
        "1,基本,甲,123",
        f"1,基本,{'长' * 201}",
    ],
)
def test_a_fault_is_told_with_its_line_and_the_row_left_out(line: str) -> None:
    found = read(csv_of("7,基本,好", line), "a.csv")
    assert [fault.line for fault in found.faults] == [3]
    assert [row.number for row in found.rows] == [7]


def test_doubles_name_the_first_line() -> None:
    found = faults_of("1,基本,甲,0106", "1,基本,乙,0106", "2,配合,甲,0106")
    assert [line for line, _text in found] == [3, 4]
    assert all("2" in text for _line, text in found)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "a.csv"),
        (csv_of(), "a.csv"),
        (csv_of("1,基本,甲"), "a.txt"),
        (csv_of("1,甲", head="序号,事项名称"), "a.csv"),
        (b"\xff\xfe\x00\xff\xff", "a.csv"),
        (b"not a workbook", "a.xlsx"),
        (b"PK\x03\x04broken", "a.xlsx"),
        (b"x" * (sheets.MOST_BYTES + 1), "a.csv"),
    ],
)
def test_a_file_that_is_none_is_refused(content: bytes, name: str) -> None:
    with pytest.raises(Invalid) as caught:
        read(content, name)
    assert list(caught.value.fields) == ["file"]


def test_too_many_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MOST_ROWS", 2)
    assert len(read(csv_of("1,基本,甲", "2,基本,乙"), "a.csv").rows) == 2
    with pytest.raises(Invalid):
        read(csv_of("1,基本,甲", "2,基本,乙", "3,基本,丙"), "a.csv")


def test_a_workbook_comes_back_as_it_was_written() -> None:
    rows = [
        Row(number=1, item_class="basic", subject="=1+1", matter_code="0106", support_lines=("TOWN", "COMM")),
        Row(number=2, item_class="taken_back", subject="执法", lead_line="CG", legal_basis="法"),
    ]
    found = read(xlsx_of(rows, "清单[2026]/网格"), "清单.xlsx")
    assert not found.faults
    assert found.rows == rows
    assert cells_of(rows[1])[1] == "上级收回"


def test_numbers_that_a_spreadsheet_has_made_floats_are_whole() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["序号", "履职类别", "事项名称", "事项编码"])
    sheet.append([1.0, "基本", "甲", None])
    out = io.BytesIO()
    book.save(out)
    assert read(out.getvalue(), "a.xlsx").rows[0].number == 1
