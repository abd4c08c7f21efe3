"""The territory as files on the desk: who takes out what, and uploads that are checked before they are taken."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from shapely.geometry import box

from governance.accounts.actors import Actor
from governance.audit.models import AuditEntry
from grids.exporting import FORMATS
from grids.geometry import to_geojson
from grids.importing import pending
from grids.models import Grid
from tests.cast import Cast

pytestmark = pytest.mark.django_db
PAGE, CHECK, TAKE = "/grids/files/", "/grids/files/check/", "/grids/files/take/"
NEW = "990101001001009"


@pytest.fixture
def ask(client: Client) -> Any:
    def get(by: Actor, url: str, data: dict[str, Any] | None = None, *, post: bool = False) -> Any:
        assert by.user is not None
        client.force_login(by.user)
        return client.post(url, data or {}) if post else client.get(url, data)

    return get


def upload(code: str = NEW, *, name: str = "g.geojson", area: Any = None, **facts: Any) -> SimpleUploadedFile:
    item = {
        "type": "Feature",
        "properties": {"code": code, "name": "九网格", **facts},
        "geometry": to_geojson(area or box(118.5, 31.2, 118.51, 31.21)),
    }
    return SimpleUploadedFile(name, json.dumps({"type": "FeatureCollection", "features": [item]}).encode())


class TestTakingOut:
    def test_regions_of_the_own_area_as_csv(self, ask: Any, cast: Cast) -> None:
        answer = ask(cast.town, "/grids/files/regions.csv")
        lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
        assert lines[0].startswith("code,name,level,parent")
        assert [line.split(",")[1] for line in lines[1:]] == ["文津街道", "书院社区", "桂园社区"]
        assert AuditEntry.objects.get(verb="grids.export").details == {"form": "regions", "rows": 3}
        assert (
            b"".join(ask(cast.administrator, "/grids/files/regions.csv").streaming_content).count(b"\n") == 9
        )

    @pytest.mark.parametrize("form", list(FORMATS))
    def test_grids_in_every_form(self, ask: Any, cast: Cast, form: str) -> None:
        answer = ask(cast.oversight, f"/grids/files/grids/{form}/")
        content = b"".join(answer.streaming_content)
        assert answer["Content-Type"] == FORMATS[form].media_type
        assert FORMATS[form].suffix in answer["Content-Disposition"]
        assert len(content) > 500

    def test_not_without_an_area(self, ask: Any, cast: Cast) -> None:
        for name in ("handler", "auditor", "outsider"):
            for url in (PAGE, "/grids/files/regions.csv", "/grids/files/grids/kml/"):
                assert ask(cast.everybody[name], url).status_code == 403
        assert ask(cast.town, "/grids/files/grids/dwg/").status_code == 404
        assert not AuditEntry.objects.exists()


class TestBringingIn:
    def test_a_file_is_checked_then_taken(self, ask: Any, cast: Cast) -> None:
        checked = ask(cast.oversight, CHECK, {"file": upload(), "coord_system": "wgs84"}, post=True)
        assert "检查通过" in checked.content.decode()
        assert not Grid.objects.filter(code=NEW).exists()
        data = {"token": checked.context["token"], "coord_system": "wgs84", "file_name": "g.geojson"}
        taken = ask(cast.oversight, TAKE, data, post=True)
        assert "导入完成" in taken.content.decode()
        assert Grid.objects.get(code=NEW).name == "九网格"
        entry = AuditEntry.objects.get(verb="grids.import_grids")
        assert entry.actor_name == "韩督"
        assert ask(cast.oversight, TAKE, data, post=True).status_code == 404

    def test_faults_are_shown_with_row_and_place(self, ask: Any, cast: Cast) -> None:
        file = upload(area=box(118.505, 31.105, 118.506, 31.106))
        answer = ask(cast.oversight, CHECK, {"file": file}, post=True)
        text = answer.content.decode()
        assert "发现 1 处问题" in text
        assert "重叠" in text
        assert answer.context["places"]["features"][0]["geometry"]["coordinates"] == pytest.approx(
            [118.5055, 31.1055]
        )

    def test_other_column_names(self, ask: Any, cast: Cast) -> None:
        file = upload(WGMC="北网格")
        data = {"file": file, "map_name": "WGMC"}
        checked = ask(cast.administrator, CHECK, data, post=True)
        again = {"token": checked.context["token"], "map_name": "WGMC"}
        ask(cast.administrator, TAKE, again, post=True)
        assert Grid.objects.get(code=NEW).name == "北网格"

    def test_only_the_own_area_may_be_changed(self, ask: Any, cast: Cast) -> None:
        answer = ask(cast.far_oversight, CHECK, {"file": upload()}, post=True)
        assert "不在您的管辖范围内" in answer.content.decode()

    @pytest.mark.parametrize("name", ["town", "community", "worker", "leader", "outsider"])
    def test_others_bring_nothing_in(self, ask: Any, cast: Cast, name: str) -> None:
        by = cast.everybody[name]
        assert ask(by, CHECK, {"file": upload()}, post=True).status_code == 403
        assert ask(by, TAKE, {"token": "x"}, post=True).status_code == 403

    def test_another_persons_file_is_not_there(self, ask: Any, cast: Cast) -> None:
        token = ask(cast.oversight, CHECK, {"file": upload()}, post=True).context["token"]
        assert ask(cast.administrator, TAKE, {"token": token}, post=True).status_code == 404
        assert ask(cast.oversight, TAKE, {"token": f"{token}x"}, post=True).status_code == 404

    def test_what_is_no_file_of_that_kind(
        self, ask: Any, cast: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert ask(cast.oversight, CHECK, post=True).status_code == 400
        assert ask(cast.oversight, CHECK, {"file": upload(name="g.exe")}, post=True).status_code == 415
        bad = {"file": upload(), "coord_system": "mars"}
        assert ask(cast.oversight, CHECK, bad, post=True).status_code == 400
        monkeypatch.setattr(pending, "MOST_BYTES", 10)
        assert ask(cast.oversight, CHECK, {"file": upload()}, post=True).status_code == 413

    def test_what_nobody_confirms_is_removed(
        self, ask: Any, cast: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        first = ask(cast.oversight, CHECK, {"file": upload()}, post=True).context["token"]
        monkeypatch.setattr(pending, "KEPT_SECONDS", -5)
        ask(cast.oversight, CHECK, {"file": upload()}, post=True)
        monkeypatch.setattr(pending, "KEPT_SECONDS", 100)
        assert ask(cast.oversight, TAKE, {"token": first}, post=True).status_code == 404
