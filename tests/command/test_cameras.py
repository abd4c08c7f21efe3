"""Cameras on the map: taken in by code, links for those who may, faults told by line, nonsense refused."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from governance.audit.models import AuditEntry
from governance.command.map import cameras
from governance.command.map.cameras import take_in
from governance.command.models import Camera
from governance.foundation.errors import Invalid
from tests.cast import MONDAY, Cast

pytestmark = pytest.mark.django_db
HEAD = "code,name,lon,lat,url\n"
ROWS = "C1,书院路口,118.505,31.105,https://video.example/c1\nC2,石桥桥头,118.535,31.105,http://video.example/c2\n"
BOX = "118,30,119,32"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "cameras.csv"
    path.write_text(HEAD + ROWS, encoding="utf-8")
    return path


def names(by: Any, client: Client) -> list[str]:
    client.force_login(by.user)
    found = client.get("/map/cameras.json", {"box": BOX}).json()["features"]
    return [item["properties"]["name"] for item in found]


def test_taken_in_by_code_and_seen_by_right(cast: Cast, file: Path, client: Client) -> None:
    assert take_in(file, by=cast.system, at=MONDAY).taken == 2
    assert take_in(file, by=cast.system, at=MONDAY).taken == 2
    assert Camera.objects.count() == 2
    assert names(cast.dispatcher, client) == ["书院路口", "石桥桥头"]
    assert names(cast.town, client) == names(cast.police, client) == ["书院路口"]
    for by in (cast.worker, cast.handler, cast.mediator):
        assert names(by, client) == []
    assert client.get("/map/cameras.json", {"box": "x"}).status_code == 400
    assert AuditEntry.objects.filter(verb="cameras.import").count() == 2


def test_a_whole_file_switches_off_the_others(cast: Cast, file: Path, client: Client) -> None:
    take_in(file, by=cast.system, at=MONDAY)
    file.write_text(HEAD + ROWS.splitlines()[0], encoding="utf-8")
    said = StringIO()
    call_command("import_cameras", file, "--whole", stdout=said)
    assert "停用 1 个" in said.getvalue()
    assert names(cast.dispatcher, client) == ["书院路口"]


def test_faults_are_told_by_line_and_change_nothing(cast: Cast, file: Path) -> None:
    wrong = (
        ",无编码,118.5,31.1,https://a.example",
        "C3,脚本,118.505,31.105,javascript:alert(1)",
        "C4,文字,x,31.105,https://a.example",
        "C5,太远,100.0,20.0,https://a.example",
        "C6,无穷,nan,31.1,https://a.example",
    )
    file.write_text(HEAD + ROWS + "\n".join(wrong), encoding="utf-8")
    take_in(file, by=cast.system, at=MONDAY)
    report = take_in(file, by=cast.system, at=MONDAY, is_whole=True)
    assert [line[:5] for line in report.faults] == ["第 4 行", "第 5 行", "第 6 行", "第 7 行", "第 8 行"]
    assert (report.taken, report.switched_off) == (2, 0)
    assert set(Camera.objects.values_list("code", flat=True)) == {"C1", "C2"}


def test_files_of_another_kind(cast: Cast, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for content in (b"code;name\n", b"\xff\xfe\x00", b""):
        file.write_bytes(content)
        with pytest.raises(Invalid):
            take_in(file, by=cast.system, at=MONDAY)
        with pytest.raises(CommandError):
            call_command("import_cameras", file)
    with pytest.raises(CommandError):
        call_command("import_cameras", file.parent / "none.csv")
    monkeypatch.setattr(cameras, "MOST_ROWS", 2)
    file.write_text(HEAD + ROWS, encoding="utf-8")
    with pytest.raises(Invalid):
        take_in(file, by=cast.system, at=MONDAY)
    assert not Camera.objects.exists()
