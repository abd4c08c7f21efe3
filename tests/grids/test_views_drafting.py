"""The endpoints of the editor: what they answer, to whom, and how bad input is told."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from governance.accounts.actors import Actor
from governance.audit.models import AuditEntry
from grids import revisions
from grids.models import Building, GridRevision
from tests import city
from tests.cast import MONDAY, Cast

pytestmark = pytest.mark.django_db
FIRST, SECOND, THIRD, FOURTH = city.GRIDS
NEW = "990101001001003"
MIDDLE = city.WEST + city.SIDE / 2
LINE = [[MIDDLE, city.SOUTH - 0.001], [MIDDLE, city.SOUTH + 0.011]]


@pytest.fixture
def plan(cast: Cast) -> GridRevision:
    """A draft of the community that takes in its first grid."""
    return revisions.prepare([FIRST], title="书院一分为二", by=cast.community, at=MONDAY)


class Desk:
    """One person at the editor of one revision."""

    def __init__(self, client: Client, number: str) -> None:
        self.client, self.number = client, number

    def sit(self, by: Actor) -> "Desk":
        assert by.user is not None
        self.client.force_login(by.user)
        return self

    def get(self) -> Any:
        return self.client.get(f"/grids/revisions/{self.number}/draft.json")

    def post(self, what: str, **body: Any) -> Any:
        return self.client.post(
            f"/grids/revisions/{self.number}/{what}.json", json.dumps(body), content_type="application/json"
        )

    def results(self) -> dict[str, Any]:
        found: dict[str, Any] = self.get().json()["results"]
        return found


@pytest.fixture
def desk(client: Client, cast: Cast, plan: GridRevision) -> Desk:
    return Desk(client, plan.number).sit(cast.community)


def trace(plan: GridRevision) -> tuple[Any, ...]:
    return (
        GridRevision.objects.filter(pk=plan.pk).values().get(),
        list(plan.results.order_by("code").values()),
        list(plan.sources.order_by("pk").values()),
        plan.steps.count(),
        AuditEntry.objects.count(),
    )


class TestShow:
    def test_all_that_the_editor_needs(self, desk: Desk, cast: Cast) -> None:
        grid = cast.grid(0)
        Building.objects.create(
            code="B1", name="东院1号楼", community=grid.community, grid=grid, path=grid.path,
            lon=118.502, lat=31.105, household_count=12,
        )  # fmt: skip
        answer = desk.get()
        assert answer.status_code == 200
        assert answer["Cache-Control"] == "private, no-store"
        body = answer.json()
        assert (body["version"], body["state"], body["can_edit"]) == (1, "draft", True)
        assert body["standard"]["household_min"] == 300
        assert [f["properties"]["code"] for f in body["communities"]["features"]] == ["990101001001"]
        assert [f["properties"]["code"] for f in body["sources"]["features"]] == [FIRST]
        assert [f["properties"]["code"] for f in body["neighbours"]["features"]] == [SECOND, THIRD]
        assert body["results"]["features"][0]["properties"] == {
            "code": FIRST,
            "name": "第1网格",
            "name_en": "",
            "kind": "comprehensive",
            "exclusive_type": "",
            "household_count": 400,
            "community": "990101001001",
            "heir_of": FIRST,
        }
        assert body["buildings"] == [[118.502, 31.105, 12, "东院1号楼"]]

    def test_a_grid_next_door_in_another_community_is_shown(self, desk: Desk, cast: Cast) -> None:
        revision = revisions.prepare([SECOND], title="边界", by=cast.town, at=MONDAY)
        body = Desk(desk.client, revision.number).sit(cast.town).get().json()
        assert [f["properties"]["code"] for f in body["neighbours"]["features"]] == [FIRST, THIRD]

    def test_who_gets_nothing(self, desk: Desk, cast: Cast, client: Client) -> None:
        for name in (
            "far_community",
            "far_town",
            "worker",
            "handler",
            "auditor",
            "administrator",
            "outsider",
        ):
            assert desk.sit(getattr(cast, name)).get().status_code == 404, name
        client.logout()
        assert desk.get().status_code == 401
        for name in ("community", "town", "oversight", "leader"):
            assert desk.sit(getattr(cast, name)).get().status_code == 200, name

    @pytest.mark.parametrize("buildings", [1, 3])
    def test_the_number_of_statements_is_fixed(
        self, desk: Desk, cast: Cast, buildings: int, steady: None
    ) -> None:
        grid = cast.grid(0)
        for n in range(buildings):
            Building.objects.create(
                code=f"B{n}",
                name="楼",
                community=grid.community,
                grid=grid,
                path=grid.path,
                lon=118.5,
                lat=31.1,
            )
        desk.get()
        with CaptureQueriesContext(
            connection,
        ) as asked:
            desk.get()
        assert len(asked) == 13


class TestCuts:
    def test_a_split(self, desk: Desk, plan: GridRevision) -> None:
        before = trace(plan)
        answer = desk.post("split", code=FIRST, line=LINE, results=desk.results())
        assert answer.status_code == 200
        facts = [f["properties"] for f in answer.json()["results"]["features"]]
        assert [(f["code"], f["name"], f["household_count"], f["heir_of"]) for f in facts] == [
            (FIRST, "第1网格", 200, FIRST),
            (NEW, "第3网格", 200, ""),
        ]
        assert trace(plan) == before

    def test_households_go_with_the_houses(self, desk: Desk, cast: Cast) -> None:
        grid = cast.grid(0)
        for n, (lon, households) in enumerate([(118.501, 30), (118.502, 30), (118.509, 20)]):
            Building.objects.create(
                code=f"B{n}", name="楼", community=grid.community, grid=grid, path=grid.path, lon=lon, lat=31.105,
                household_count=households,
            )  # fmt: skip
        answer = desk.post("split", code=FIRST, line=LINE, results=desk.results())
        assert [f["properties"]["household_count"] for f in answer.json()["results"]["features"]] == [
            300,
            100,
        ]

    @pytest.mark.parametrize(
        ("line", "words"),
        [
            ([[118.6, 31.1], [118.6, 31.2]], "没有经过"),
            ([[118.502, 31.103], [118.504, 31.103]], "没有把网格分成两块"),
            ([[118.5, 31.1]], "两个点"),
            ([["a", 1], [2, 3]], "经纬度"),
            ("x", "经纬度"),
            ([[118.5000001, 31.09], [118.5000001, 31.12]], "平方米"),
        ],
    )
    def test_a_line_that_does_not_cut(self, desk: Desk, line: Any, words: str) -> None:
        answer = desk.post("split", code=FIRST, line=line, results=desk.results())
        assert answer.status_code in {400, 422}
        assert words in answer.json()["detail"]

    def test_a_merge(self, desk: Desk) -> None:
        cut = desk.post("split", code=FIRST, line=LINE, results=desk.results()).json()["results"]
        answer = desk.post("merge", codes=[FIRST, NEW], results=cut)
        (feature,) = answer.json()["results"]["features"]
        assert feature["properties"]["code"] == FIRST
        assert feature["properties"]["household_count"] == 400

    def test_what_cannot_be_merged(self, desk: Desk) -> None:
        results = desk.results()
        assert desk.post("merge", codes=[FIRST], results=results).status_code == 422
        assert desk.post("merge", codes="x", results=results).status_code == 400
        assert (
            "990101001001009"
            in desk.post("merge", codes=["990101001001009"], results=results).json()["detail"]
        )


def crossing() -> dict[str, Any]:
    ring = [[118.5, 31.1], [118.51, 31.11], [118.51, 31.1], [118.5, 31.11], [118.5, 31.1]]
    return {"type": "Polygon", "coordinates": [ring]}


def swapped() -> dict[str, Any]:
    ring = [[lat, lon] for lon, lat in city.square(0)["coordinates"][0]]
    return {"type": "Polygon", "coordinates": [ring]}


def projected() -> dict[str, Any]:
    ring = [[500_000 + x, 3_440_000 + y] for x, y in ((0, 0), (900, 0), (900, 900), (0, 0))]
    return {"type": "Polygon", "coordinates": [ring]}


class TestBadInput:
    @pytest.mark.parametrize(
        ("facts", "geometry", "words"),
        [
            ({}, crossing(), "自相交"),
            ({}, swapped(), "颠倒"),
            ({}, projected(), "投影坐标"),
            ({}, None, "不是面"),
            ({}, {"type": "Polygon", "coordinates": [[["x", "y"]]]}, "GeoJSON"),
            ({}, {"type": "Polygon", "coordinates": [[[118.5, 31.1]] * 4]}, "面"),
            ({"code": "12"}, city.square(0), "15位"),
            ({"code": "990199001001001"}, city.square(0), "990199001001"),
            ({"name": ""}, city.square(0), "名称"),
            ({"kind": "round"}, city.square(0), "类型"),
            ({"kind": "exclusive"}, city.square(0), "专属"),
            ({"household_count": -1}, city.square(0), "户数"),
            ({"heir_of": FOURTH}, city.square(0), FOURTH),
        ],
    )
    def test_it_is_told_in_words_and_nothing_is_stored(
        self, desk: Desk, plan: GridRevision, facts: Any, geometry: Any, words: str
    ) -> None:
        results = desk.results()
        feature = results["features"][0]
        feature["properties"] |= facts
        if "code" in facts:
            feature["properties"] |= {"community": facts["code"][:12], "heir_of": ""}
        feature["geometry"] = geometry
        before = trace(plan)
        answer = desk.post("draft", version=1, title="改", results=results)
        assert answer.status_code == 422
        assert words in answer.json()["detail"]
        assert trace(plan) == before

    def test_the_check_marks_where_a_border_crosses_itself(self, desk: Desk) -> None:
        results = desk.results()
        results["features"][0]["geometry"] = crossing()
        report = desk.post("check", results=results).json()
        found = next(item for item in report["findings"] if item["kind"] == "self_crossing")
        assert found["geometry"]["coordinates"] == [118.505, 31.105]
        assert "自相交" in found["message"]

    def test_a_code_given_twice(self, desk: Desk, plan: GridRevision) -> None:
        results = desk.results()
        results["features"] *= 2
        before = trace(plan)
        answer = desk.post("draft", version=1, title="改", results=results)
        assert answer.status_code == 422
        assert FIRST in answer.json()["detail"]
        assert trace(plan) == before
        report = desk.post("check", results=results).json()
        assert "code_wrong" in {item["kind"] for item in report["findings"]}

    @pytest.mark.parametrize("body", ["", "[]", "{", '"x"'])
    def test_no_object(self, desk: Desk, body: str) -> None:
        url = f"/grids/revisions/{desk.number}/draft.json"
        assert desk.client.post(url, body, content_type="application/json").status_code == 400

    def test_a_stale_edit(self, desk: Desk, plan: GridRevision) -> None:
        results = desk.results()
        assert desk.post("draft", version=1, title="改一", results=results).json()["version"] == 2
        before = trace(plan)
        answer = desk.post("draft", version=1, title="改二", results=results)
        assert (answer.status_code, answer.json()["code"]) == (409, "stale_version")
        assert trace(plan) == before
        assert desk.post("draft", title="改二", results=results).status_code == 400


class TestStore:
    def test_all_is_stored_and_checked(self, desk: Desk, plan: GridRevision) -> None:
        cut = desk.post("split", code=FIRST, line=LINE, results=desk.results()).json()["results"]
        answer = desk.post(
            "draft", version=1, title="书院调整", reason="户数多", effective_on="2026-12-01", results=cut
        )
        assert answer.status_code == 200
        body = answer.json()
        assert body["version"] == 2
        assert body["report"]["counts"]["error"] == 0
        assert {item["kind"] for item in body["report"]["findings"]} == {"households_low"}
        plan.refresh_from_db()
        assert (plan.title, str(plan.effective_on), plan.results.count()) == ("书院调整", "2026-12-01", 2)
        assert plan.report["households_total"] == 400

    def test_who_sees_it_but_may_not(self, desk: Desk, plan: GridRevision, cast: Cast) -> None:
        results = desk.results()
        before = trace(plan)
        answer = desk.sit(cast.leader).post("draft", version=1, title="改", results=results)
        assert answer.status_code == 403
        assert trace(plan) == before
        assert desk.get().json()["can_edit"] is False

    def test_more_grids_can_be_taken_in(self, desk: Desk, plan: GridRevision, cast: Cast) -> None:
        results = desk.results()
        results["features"][0]["geometry"]["coordinates"][0][1][0] += 0.002
        results["features"][0]["geometry"]["coordinates"][0][2][0] += 0.002
        report = desk.post("check", results=results).json()
        assert report["counts"]["error"] == 1
        second = revisions.drafting.present(cast.grid(1)).feature()
        for ring in second["geometry"]["coordinates"]:
            for point in ring:
                point[0] = 118.512 if point[0] == 118.51 else point[0]
        results["features"].append(second)
        answer = desk.post("draft", version=1, title="移界", sources=[FIRST, SECOND], results=results)
        assert answer.status_code == 200, answer.json()
        assert answer.json()["report"]["counts"]["error"] == 0
        assert set(plan.sources.values_list("grid__code", flat=True)) == {FIRST, SECOND}
