"""Buildings and residents from tables: all or nothing, every fault with its row, numbers masked everywhere."""

import csv
import logging
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from openpyxl import Workbook

from governance.accounts.actors import Actor
from governance.audit.models import AuditEntry
from grids.importing.report import Report
from grids.models import Building
from registers.importing import import_buildings, import_residents
from registers.models import Household, Resident
from tests.cast import MONDAY, Cast
from tests.registers import props

pytestmark = pytest.mark.django_db
BY = Actor(role="system", client="import")
HOUSE = {
    "编码": "L1",
    "名称": "幸福里1栋",
    "经度": "118.505",
    "纬度": "31.105",
    "类型": "住宅楼",
    "户数": "24",
}
PERSON = {
    "楼栋编码": "B0001",
    "门牌": "1-101",
    "姓名": "王小明",
    "人口类型": "新居民",
    "身份证号码": props.identity(7),
}


def table(path: Path, *rows: dict[str, Any], encoding: str = "utf-8") -> Path:
    heads = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, heads)
        writer.writeheader()
        writer.writerows(rows)
    return path


def houses(tmp_path: Path, *rows: dict[str, Any], **options: Any) -> Report:
    return import_buildings(table(tmp_path / "b.csv", *rows), by=BY, at=MONDAY, **options)


def people(tmp_path: Path, *rows: dict[str, Any], **options: Any) -> Report:
    return import_residents(table(tmp_path / "r.csv", *rows), by=BY, at=MONDAY, **options)


class TestBuildings:
    def test_they_come_in_find_their_grid_and_are_changed_later(self, cast: Cast, tmp_path: Path) -> None:
        far = {**HOUSE, "编码": "L2", "经度": "118.515"}
        assert houses(tmp_path, HOUSE, far).created == 2
        first = Building.objects.get(code="L1")
        assert (first.grid_id, first.path, first.household_count) == (cast.grid(0).pk, cast.grid(0).path, 24)
        report = houses(tmp_path, {**HOUSE, "名称": "幸福里1号楼"}, far)
        assert (report.created, report.changed, report.unchanged) == (0, 1, 1)
        assert Building.objects.get(code="L1").name == "幸福里1号楼"
        assert AuditEntry.objects.filter(verb="buildings.import").count() == 2

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"编码": ""}, "code and name"),
            ({"经度": "x"}, "is no number"),
            ({"经度": "31.1", "纬度": "118.5"}, "exchanged"),
            ({"经度": "10", "纬度": "10"}, "远离"),
            ({"类型": "城堡"}, "none of"),
            ({"户数": "-1"}, "whole number"),
            ({"名称": "长" * 121}, "too long"),
        ],
    )
    def test_one_fault_and_nothing_is_written(
        self, cast: Cast, tmp_path: Path, change: dict[str, str], words: str
    ) -> None:
        report = houses(tmp_path, HOUSE, {**HOUSE, "编码": "L2", **change})
        assert [fault.row for fault in report.faults] == [3]
        assert words in report.faults[0].reason
        assert not Building.objects.exists()

    def test_a_code_twice_and_a_dry_run(self, cast: Cast, tmp_path: Path) -> None:
        assert "row 2 already" in houses(tmp_path, HOUSE, HOUSE).faults[0].reason
        assert houses(tmp_path, HOUSE, dry_run=True).created == 1
        assert not Building.objects.exists()

    def test_a_house_with_people_is_not_moved_behind_their_backs(self, cast: Cast, tmp_path: Path) -> None:
        houses(tmp_path, HOUSE)
        props.household(building=Building.objects.get())
        report = houses(tmp_path, {**HOUSE, "经度": "118.515"})
        assert "move it on its page" in report.faults[0].reason

    @pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
    def test_the_encodings_of_offices(self, cast: Cast, tmp_path: Path, encoding: str) -> None:
        path = table(tmp_path / "b.csv", HOUSE, encoding=encoding)
        assert import_buildings(path, by=BY, at=MONDAY).created == 1

    def test_workbooks(self, cast: Cast, tmp_path: Path) -> None:
        book = Workbook()
        book.active.append(list(HOUSE))
        book.active.append(["L1", "幸福里1栋", 118.505, 31.105, "住宅楼", 24.0])
        book.save(tmp_path / "b.xlsx")
        assert import_buildings(tmp_path / "b.xlsx", by=BY, at=MONDAY).created == 1

    @pytest.mark.parametrize(
        ("name", "content", "words"),
        [
            ("b.csv", b"", "empty"),
            ("b.csv", "编码,名称\n1,2\n".encode(), "columns are missing"),
            ("b.xlsx", b"no workbook", "no XLSX"),
            ("b.csv", b"\xff\xff\xff\x80", "neither UTF-8"),
        ],
    )
    def test_files_that_are_none(self, tmp_path: Path, name: str, content: bytes, words: str) -> None:
        path = tmp_path / name
        path.write_bytes(content)
        (fault,) = import_buildings(path, by=BY, at=MONDAY).faults
        assert words in fault.reason


class TestResidents:
    def test_people_come_in_behind_their_doors(self, cast: Cast, tmp_path: Path) -> None:
        house = props.building()
        child = {
            **PERSON,
            "姓名": "王小小",
            "身份证号码": "",
            "出生日期": "2020/5/1",
            "性别": "女",
            "特殊群体": "留守儿童、残疾人",
        }
        assert people(tmp_path, PERSON, child).created == 2
        home = Household.objects.get()
        assert (home.building, home.door, home.path) == (house, "1-101", cast.grid(0).path)
        first = Resident.objects.with_identity(props.identity(7)).get()
        assert (first.kind, first.sex, str(first.birth_date)) == (
            "migrant",
            "male",
            "1990-03-07",
        )
        assert Resident.objects.get(name="王小小").groups == ["disabled", "left_behind_child"]
        again = people(tmp_path, PERSON)
        assert (again.created, again.unchanged) == (0, 1)
        assert Household.objects.count() == 1

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"楼栋编码": "无"}, "not known"),
            ({"门牌": ""}, "door"),
            ({"姓名": ""}, "姓名"),
            ({"身份证号码": props.identity(7)[:-1] + "?"}, "身份证"),
            ({"身份证号码": "12345"}, "18位"),
            ({"人口类型": "游客"}, "none of"),
            ({"来本地日期": "去年"}, "no date"),
            ({"特殊群体": "富人"}, "none of"),
            ({"联系电话": "12"}, "电话"),
        ],
    )
    def test_one_fault_and_nothing_is_written(
        self, cast: Cast, tmp_path: Path, change: dict[str, str], words: str
    ) -> None:
        props.building()
        report = people(tmp_path, {**PERSON, "身份证号码": props.identity(8)}, {**PERSON, **change})
        assert [fault.row for fault in report.faults] == [3]
        assert words in report.faults[0].reason
        assert not Resident.objects.exists()
        assert not Household.objects.exists()

    def test_no_number_is_in_any_message(
        self, cast: Cast, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        props.building()
        number = props.identity(7)
        with caplog.at_level(logging.DEBUG):
            report = people(tmp_path, PERSON, PERSON, {**PERSON, "身份证号码": number[:-1] + "0"})
        text = "\n".join(report.lines("Residents")) + caplog.text.replace("\n", " ")
        assert report.faults
        assert "990***********" in text
        for part in (number, number[6:14]):
            assert part not in "\n".join(report.lines("Residents"))

    def test_the_commands(self, cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
        props.building()
        path = table(tmp_path / "r.csv", PERSON)
        call_command("import_residents", path, dry_run=True)
        assert "1 would be created" in capsys.readouterr().out
        call_command("import_residents", path)
        assert Resident.objects.count() == 1
        call_command("import_buildings", table(tmp_path / "b.csv", HOUSE))
        assert Building.objects.count() == 2
        for name in ("import_buildings", "import_residents"):
            with pytest.raises(CommandError, match="no file"):
                call_command(name, tmp_path / "none.csv")
            with pytest.raises(CommandError, match="nothing was written"):
                call_command(name, table(tmp_path / "x.csv", {"a": "1"}))
