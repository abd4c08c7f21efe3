"""The territory over REST: regions, grids, points, overlays; who reads what, 304, and every refusal."""

import json
from datetime import date
from functools import partial
from typing import Any

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient
from shapely.geometry import box

from grids import locator_cache, overlays
from grids.coordinates import CoordSystem, from_wgs84
from grids.geometry import to_geojson
from grids.models import Grid, GridVersion, ProfessionalGrid, Region
from tests import city
from tests.api.conftest import SignIn
from tests.cast import MONDAY, Cast
from tests.timing import processor_seconds

pytestmark = pytest.mark.django_db
REGIONS, GRIDS, LOCATE, OVERLAYS = "/api/v1/regions", "/api/v1/grids", "/api/v1/locate", "/api/v1/overlays"
READABLE = (
    REGIONS,
    f"{REGIONS}/990101001001",
    GRIDS,
    f"{GRIDS}/{city.GRIDS[0]}",
    f"{LOCATE}?lon=118.5&lat=31",
)


def codes(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [row["code"] for row in answer.json()["results"]]


class TestWhoReads:
    @pytest.mark.parametrize("url", READABLE)
    def test_clients_and_people_with_an_appointment_do(
        self, hotline: APIClient, sign_in: SignIn, url: str
    ) -> None:
        assert hotline.get(url).status_code == sign_in("worker").get(url).status_code == 200

    @pytest.mark.parametrize("url", [*READABLE, OVERLAYS])
    def test_nobody_else_does(self, nobody: APIClient, sign_in: SignIn, url: str) -> None:
        assert nobody.get(url).status_code == 401
        for name in ("outsider", "auditor", "administrator"):
            answer = sign_in(name).get(url)
            assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")

    def test_overlays_are_not_for_clients(self, hotline: APIClient) -> None:
        assert hotline.get(OVERLAYS).status_code == 403


class TestRegions:
    def test_the_tree_comes_in_the_order_of_codes_and_can_be_filtered(self, hotline: APIClient) -> None:
        assert len(codes(hotline.get(REGIONS))) == len(city.REGIONS)
        assert codes(hotline.get(REGIONS, {"level": "town"})) == ["990101001000", "990102001000"]
        below = hotline.get(REGIONS, {"parent": "990101001000"})
        assert codes(below) == ["990101001001", "990101001002"]
        assert below.json()["results"][0] == {
            "code": "990101001001",
            "name": "书院社区",
            "level": "community",
            "parent_code": "990101001000",
            "urban_rural_class": "",
            "lon": None,
            "lat": None,
            "valid_from": "2020-01-01",
            "valid_to": None,
        }
        assert codes(hotline.get(REGIONS, {"q": "桂园"})) == ["990101001002"]
        assert codes(hotline.get(REGIONS, {"q": "990102"})) == [
            "990102000000",
            "990102001000",
            "990102001001",
        ]

    def test_pages_follow_one_another(self, hotline: APIClient) -> None:
        answer, found = hotline.get(REGIONS, {"limit": 3}), []
        while True:
            found += codes(answer)
            if answer.json()["next"] is None:
                break
            answer = hotline.get(answer.json()["next"])
        assert found == sorted(code for code, *_ in city.REGIONS)

    def test_another_day_has_the_regions_of_that_day(self, hotline: APIClient) -> None:
        Region.objects.filter(code="990101001002").update(valid_to=date(2026, 6, 30))
        assert "990101001002" not in codes(hotline.get(REGIONS))
        assert "990101001002" in codes(hotline.get(REGIONS, {"on": "2026-06-30"}))
        assert "990101001002" not in codes(hotline.get(REGIONS, {"on": "2026-07-01"}))
        assert codes(hotline.get(REGIONS, {"on": "2019-12-31"})) == []

    def test_one_region_tells_the_way_down_and_its_boundary(self, hotline: APIClient) -> None:
        Region.objects.filter(code="990101001001").update(boundary=city.square(0))
        url = f"{REGIONS}/990101001001"
        plain, whole = hotline.get(url).json(), hotline.get(url, {"geometry": "true"}).json()
        assert [place["level"] for place in plain["places"]] == ["city", "district", "town", "community"]
        assert "geometry" not in plain
        assert whole["geometry"] == city.square(0)
        assert hotline.get(f"{REGIONS}/990199999999").status_code == 404

    @pytest.mark.parametrize(
        ("query", "field"),
        [
            ({"level": "village"}, "level"),
            ({"parent": "99"}, "parent"),
            ({"on": "yesterday"}, "on"),
            ({"on": "0001-01-01"}, "on"),
            ({"limit": "0"}, "limit"),
            ({"cursor": "nonsense"}, "cursor"),
            ({"cursor": "ä"}, "cursor"),
            ({"town": "1"}, "town"),
            ({"q": "a\x00b"}, "q"),
        ],
    )
    def test_a_wrong_query_is_named(self, hotline: APIClient, query: dict[str, str], field: str) -> None:
        answer = hotline.get(REGIONS, query)
        assert answer.status_code == 400
        assert list(answer.json()["errors"]) == [field]


class TestGrids:
    def test_grids_by_region_community_kind_and_box(self, hotline: APIClient) -> None:
        assert codes(hotline.get(GRIDS)) == sorted(city.GRIDS)
        assert codes(hotline.get(GRIDS, {"region": "990101000000"})) == list(city.GRIDS[:3])
        assert codes(hotline.get(GRIDS, {"region": "990199000000"})) == []
        assert codes(hotline.get(GRIDS, {"community": "990101001002"})) == [city.GRIDS[2]]
        assert codes(hotline.get(GRIDS, {"kind": "exclusive"})) == []
        west = city.WEST + 1.5 * city.SIDE
        bbox = f"{west},{city.SOUTH},{west + city.SIDE},{city.SOUTH + 0.001}"
        assert codes(hotline.get(GRIDS, {"bbox": bbox})) == [city.GRIDS[1], city.GRIDS[2]]
        assert hotline.get(GRIDS, {"bbox": "1,2,3"}).json()["errors"]["bbox"]
        assert hotline.get(GRIDS, {"bbox": "3,2,1,4"}).status_code == 400
        assert hotline.get(GRIDS, {"bbox": "nan,2,1,4"}).status_code == 400

    def test_geometry_comes_when_asked_for(self, hotline: APIClient) -> None:
        assert "geometry" not in hotline.get(GRIDS).json()["results"][0]
        assert hotline.get(GRIDS, {"geometry": "1"}).json()["results"][0]["geometry"] == city.square(0)
        one = hotline.get(f"{GRIDS}/{city.GRIDS[0]}", {"geometry": "true"}).json()
        assert one["geometry"] == city.square(0)
        assert one["area_m2"] == pytest.approx(1_058_000, rel=0.01)
        assert one["places"][-1] == {"code": city.GRIDS[0], "name": "第1网格", "level": "grid"}

    def test_ended_and_unknown_grids_are_not_found(self, hotline: APIClient) -> None:
        Grid.objects.filter(code=city.GRIDS[0]).update(valid_to=date(2026, 1, 1))
        assert hotline.get(f"{GRIDS}/{city.GRIDS[0]}").status_code == 404
        assert hotline.get(f"{GRIDS}/123").status_code == 404

    def test_nobody_who_works_there_is_named(self, hotline: APIClient) -> None:
        text = hotline.get(f"{GRIDS}/{city.GRIDS[0]}").content.decode()
        assert "王巡" not in text
        assert "1390000" not in text

    @pytest.mark.usefixtures("steady")
    def test_one_row_or_many_cost_the_same(self, hotline: APIClient) -> None:
        def statements(limit: int) -> int:
            with CaptureQueriesContext(
                connection,
            ) as found:
                hotline.get(GRIDS, {"limit": limit})
            return len(found)

        statements(1)
        assert statements(1) == statements(3) == 2


class TestRevalidation:
    @pytest.mark.parametrize("url", READABLE[:4])
    def test_what_has_not_changed_is_304_until_the_territory_moves(
        self, hotline: APIClient, url: str
    ) -> None:
        first = hotline.get(url)
        etag = first["ETag"]
        again = hotline.get(url, headers={"if-none-match": f'W/{etag}, "other"'})
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", etag)
        GridVersion.bump()
        city.forget_snapshots()
        moved = hotline.get(url, headers={"if-none-match": etag})
        assert (moved.status_code, moved["ETag"] != etag) == (200, True)

    def test_another_query_or_language_is_another_answer(self, hotline: APIClient) -> None:
        etags = {
            hotline.get(REGIONS)["ETag"],
            hotline.get(REGIONS, {"level": "town"})["ETag"],
            hotline.get(REGIONS, headers={"accept-language": "en"})["ETag"],
        }
        assert len(etags) == 3


class TestLocateOne:
    def test_a_point_has_its_grid_and_the_way_down(self, hotline: APIClient) -> None:
        lon, lat = from_wgs84(*city.centre(1), CoordSystem.GCJ02)
        found = hotline.get(LOCATE, {"lon": lon, "lat": lat, "coord_system": "gcj02"}).json()
        assert found["grid"] == {"code": city.GRIDS[1], "name": "第2网格"}
        assert [place["level"] for place in found["places"]] == [
            "city",
            "district",
            "town",
            "community",
            "grid",
        ]

    def test_outside_the_nearest_grid_is_told(self, hotline: APIClient) -> None:
        found = hotline.get(LOCATE, {"lon": city.WEST - 0.01, "lat": city.SOUTH + 0.005}).json()
        assert found["grid"] is None
        assert found["nearest"]["code"] == city.GRIDS[0]
        assert found["nearest"]["metres"] == pytest.approx(954, rel=0.01)

    @pytest.mark.parametrize(
        ("query", "code", "field"),
        [
            ({"lon": "31.1", "lat": "118.5"}, "swapped", "lat"),
            ({"lon": "500", "lat": "1"}, "out_of_range", "lat"),
            ({"lon": "nan", "lat": "1"}, "invalid", "lon"),
            ({"lon": "118.5"}, "invalid", "lat"),
            ({"lon": "118.5", "lat": "31.1", "coord_system": "mars"}, "invalid", "coord_system"),
        ],
    )
    def test_a_point_that_is_none_is_explained(
        self, hotline: APIClient, query: dict[str, str], code: str, field: str
    ) -> None:
        answer = hotline.get(LOCATE, query)
        assert answer.status_code == 400
        assert (answer.json()["code"], list(answer.json()["errors"])) == (code, [field])


class TestLocateMany:
    def test_each_point_has_its_code_in_turn(self, hotline: APIClient) -> None:
        points = [list(city.centre(2)), [0, 0], list(city.centre(0)), list(city.centre(2))]
        found = hotline.post(LOCATE, {"points": points}).json()
        assert found["codes"] == [city.GRIDS[2], None, city.GRIDS[0], city.GRIDS[2]]
        assert (found["count"], found["found"]) == (4, 3)
        assert found["grids"][city.GRIDS[2]] == {
            "code": city.GRIDS[2],
            "name": "第3网格",
            "community": {"code": "990101001002", "name": "桂园社区"},
            "town": {"code": "990101001000", "name": "文津街道"},
        }

    def test_the_datum_is_taken_into_account(self, hotline: APIClient) -> None:
        points = [list(from_wgs84(*city.centre(n), CoordSystem.BD09)) for n in range(4)]
        found = hotline.post(LOCATE, {"coord_system": "bd09", "points": points}).json()
        assert found["codes"] == list(city.GRIDS)

    def test_no_points_is_an_empty_answer(self, hotline: APIClient) -> None:
        assert hotline.post(LOCATE, {"points": []}).json() == {
            "count": 0,
            "found": 0,
            "codes": [],
            "grids": {},
        }

    @pytest.mark.parametrize(
        ("body", "fields"),
        [
            ({}, ["points"]),
            ([], [""]),
            ({"points": {}}, ["points"]),
            ({"points": [[1, 2], [1]]}, ["points.1"]),
            ({"points": [[1, True]]}, ["points.0"]),
            ({"points": [["1", 2]]}, ["points.0"]),
            ({"points": [[1, 2, 3]]}, ["points.0"]),
            ({"points": [[10**400, 2], [1, 1]]}, ["points.0"]),
            ({"points": [[1, 1], [31.1, 118.5], [200, 0]]}, ["points.1", "points.2"]),
            ({"points": [], "coord_system": "mars"}, ["coord_system"]),
            ({"points": [], "more": 1}, ["more"]),
        ],
    )
    def test_each_fault_is_pointed_at(self, hotline: APIClient, body: Any, fields: list[str]) -> None:
        answer = hotline.post(LOCATE, json.dumps(body), content_type="application/json")
        assert answer.status_code == 400, answer.content
        errors = answer.json()["errors"]
        assert list(errors) in (fields, ["points"]) if body == [] else list(errors) == fields
        if fields == ["points.1", "points.2"]:
            assert errors["points.1"] == ["经纬度可能颠倒"]

    def test_too_many_points_are_413(self, hotline: APIClient) -> None:
        answer = hotline.post(LOCATE, {"points": [[1, 1]] * 10_001})
        assert (answer.status_code, answer.json()["code"]) == (413, "too_many_points")
        assert answer.json()["limit"] == 10_000

    @pytest.mark.slow
    def test_ten_thousand_points_take_no_statement_and_little_time(self, hotline: APIClient) -> None:
        rng = np.random.default_rng(3)
        corner = (city.WEST, city.SOUTH)
        points = rng.uniform(corner, (city.WEST + 0.05, city.SOUTH + 0.012), (10_000, 2)).tolist()
        hotline.post(LOCATE, {"points": points[:1]})
        body = json.dumps({"coord_system": "gcj02", "points": points})
        ask = partial(hotline.post, LOCATE, body, content_type="application/json")
        assert ask().json()["count"] == 10_000
        assert processor_seconds(ask) < 0.3


class TestOverlays:
    @pytest.fixture(autouse=True)
    def _mapped(self, cast: Cast) -> None:
        for column, town in ((0, "990101001000"), (3, "990102001000")):
            west = city.WEST + column * city.SIDE
            ProfessionalGrid.objects.create(
                system="police",
                code=f"P{column}",
                name="警务网格",
                polygon=to_geojson(box(west, city.SOUTH, west + city.SIDE, city.SOUTH + city.SIDE)),
                town=Region.objects.get(code=town),
                valid_from=MONDAY.date(),
            )
        locator_cache.forget()
        overlays.suggest("police", by=cast.oversight, at=MONDAY)

    def test_a_person_sees_those_of_the_own_area_with_progress(self, sign_in: SignIn) -> None:
        found = sign_in("town").get(OVERLAYS).json()
        assert [row["grid"]["code"] for row in found["results"]] == [city.GRIDS[0]]
        assert found["results"][0]["state"] == "suggested"
        assert found["progress"] == [
            {
                "system": "police",
                "town": {"code": "990101001000", "name": "文津街道"},
                "confirmed": 0,
                "total": 1,
                "rate": 0.0,
            }
        ]

    def test_filters_and_pages(self, sign_in: SignIn) -> None:
        client = sign_in("oversight")
        first = client.get(OVERLAYS, {"limit": 1}).json()
        second = client.get(first["next"]).json()
        assert (len(first["results"]), len(second["results"]), second["next"]) == (1, 1, None)
        assert client.get(OVERLAYS, {"town": "990102001000"}).json()["results"][0]["town"]["name"] == "石桥镇"
        assert len(client.get(OVERLAYS, {"town": "990102001000"}).json()["progress"]) == 1
        for query in ({"system": "fire"}, {"state": "confirmed"}):
            assert client.get(OVERLAYS, query).json()["results"] == []
        assert client.get(OVERLAYS, {"system": "fire"}).json()["progress"] == []

    def test_a_decision_changes_the_etag(self, sign_in: SignIn, cast: Cast) -> None:
        client = sign_in("town")
        answer = client.get(OVERLAYS)
        etag = answer["ETag"]
        assert client.get(OVERLAYS, headers={"if-none-match": etag}).status_code == 304
        pk = answer.json()["results"][0]["id"]
        overlays.decide(pk, "confirmed", seen="suggested", by=cast.town, at=MONDAY)
        again = client.get(OVERLAYS, headers={"if-none-match": etag})
        assert again.status_code == 200
        assert again.json()["progress"][0]["rate"] == 1.0
