"""An exclusive grid cut out of others, by geometry and through the editor's endpoint; who gets the editor."""

import json
from typing import Any

import pytest
from django.test import Client
from shapely.geometry import box, shape

from governance.accounts.actors import Actor
from governance.foundation.clock import now
from grids import revisions
from grids.carving import carve
from grids.models import Building, GridRevision
from grids.recutting import CannotCut
from tests import city
from tests.cast import Cast

W, S = city.WEST, city.SOUTH
LEFT, RIGHT = box(W, S, W + 0.01, S + 0.01), box(W + 0.01, S, W + 0.02, S + 0.01)


class TestCarve:
    def test_ground_is_neither_lost_nor_doubled(self) -> None:
        drawn = box(W + 0.005, S + 0.002, W + 0.015, S + 0.008)
        found = carve([LEFT, RIGHT], drawn)
        assert found.area.symmetric_difference(drawn).area < 1e-9
        left, right = found.rests
        assert left is not None
        assert right is not None
        total = left.area + right.area + found.area.area
        assert total == pytest.approx(LEFT.area + RIGHT.area, rel=1e-6)
        assert left.intersection(found.area).area < 1e-12

    def test_what_is_not_touched_stays_the_same_object(self) -> None:
        found = carve([LEFT, RIGHT], box(W + 0.001, S + 0.001, W + 0.002, S + 0.002))
        assert found.rests[1] is RIGHT

    def test_a_grid_taken_whole_is_gone(self) -> None:
        found = carve([LEFT, RIGHT], box(W - 0.001, S - 0.001, W + 0.0105, S + 0.011))
        assert found.rests[0] is None
        assert found.area.bounds[0] == pytest.approx(W)

    def test_a_border_that_is_only_touched_is_left_alone(self) -> None:
        found = carve([LEFT, RIGHT], box(W + 0.002, S + 0.002, W + 0.01, S + 0.008))
        assert found.rests[1] is RIGHT
        assert [part is None for part in found.parts] == [False, True]

    def test_free_ground_is_taken_along_and_nothing_beyond(self) -> None:
        free = box(W, S + 0.01, W + 0.02, S + 0.013)
        found = carve([LEFT, RIGHT], box(W, S + 0.009, W + 0.01, S + 0.02), free)
        assert found.area.bounds == pytest.approx((W, S + 0.009, W + 0.01, S + 0.013))
        assert carve([LEFT], box(W, S + 0.01, W + 0.01, S + 0.02), free).parts == [None]

    def test_beside_the_plan_or_crossing_itself(self) -> None:
        with pytest.raises(CannotCut):
            carve([LEFT], box(W + 1, S, W + 1.1, S + 0.1))
        bow = shape(
            {
                "type": "Polygon",
                "coordinates": [[[W, S], [W + 0.01, S + 0.01], [W + 0.01, S], [W, S + 0.01], [W, S]]],
            }
        )
        with pytest.raises(CannotCut):
            carve([LEFT], bow)


@pytest.fixture
def revision(cast: Cast) -> GridRevision:
    return revisions.prepare(city.GRIDS[:2], title="划出专属网格", by=cast.town, at=now())


@pytest.fixture
def post(client: Client, revision: GridRevision) -> Any:
    def send(by: Actor, area: Any, **more: str) -> Any:
        assert by.user is not None
        client.force_login(by.user)
        draft = client.get(f"/grids/revisions/{revision.number}/draft.json")
        body = {"area": area, "results": draft.json().get("results"), **more}
        url = f"/grids/revisions/{revision.number}/carve.json"
        return client.post(url, json.dumps(body), content_type="application/json")

    return send


def ring(west: float, south: float, east: float, north: float) -> dict[str, Any]:
    return {
        "type": "Polygon",
        "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]],
    }


@pytest.mark.django_db
class TestEditor:
    def test_an_exclusive_grid_with_a_code_of_its_own(
        self, post: Any, cast: Cast, revision: GridRevision
    ) -> None:
        answer = post(cast.town, ring(W + 0.005, S + 0.002, W + 0.015, S + 0.008))
        assert answer.status_code == 200
        features = answer.json()["results"]["features"]
        facts = {item["properties"]["code"]: item["properties"] for item in features}
        [fresh] = set(facts) - set(city.GRIDS[:2])
        assert fresh == f"{city.GRIDS[0][:12]}003"
        assert (facts[fresh]["kind"], facts[fresh]["heir_of"]) == ("exclusive", "")
        assert sum(item["household_count"] for item in facts.values()) == 800
        assert revision.results.count() == 2

    def test_ground_that_no_grid_covers_with_its_houses(
        self, post: Any, cast: Cast, revision: GridRevision
    ) -> None:
        community = cast.region(city.GRIDS[0][:12])
        community.boundary = ring(W, S, W + 0.02, S + 0.013)
        community.save()
        for code, north, households in (("in", 0.006, 40), ("out", 0.012, 70)):
            Building.objects.create(
                code=code,
                name=code,
                community=community,
                path=community.path,
                lon=W + 0.005,
                lat=S + north,
                household_count=households,
            )
        answer = post(cast.town, ring(W, S + 0.01, W + 0.02, S + 0.02), kind="comprehensive")
        facts = {item["id"]: item["properties"] for item in answer.json()["results"]["features"]}
        first, second, fresh = facts.values()
        assert (first["household_count"], second["household_count"]) == (400, 400)
        assert (fresh["name"], fresh["kind"], fresh["household_count"]) == ("第3网格", "comprehensive", 70)
        assert (fresh["exclusive_type"], fresh["community"]) == ("", community.code)

    def test_a_kind_that_does_not_exist(self, post: Any, cast: Cast) -> None:
        answer = post(cast.town, ring(W, S, W + 0.005, S + 0.005), kind="round")
        assert answer.status_code == 422

    def test_a_figure_of_eight_is_told_as_one(self, post: Any, cast: Cast) -> None:
        eight = [[W, S], [W + 0.005, S + 0.005], [W + 0.005, S], [W, S + 0.005], [W, S]]
        answer = post(cast.town, {"type": "Polygon", "coordinates": [eight]})
        assert answer.status_code == 422
        assert "自相交" in answer.json()["detail"]

    @pytest.mark.parametrize(
        "area", [None, {"type": "Point", "coordinates": [1, 2]}, ring(0, 0, 1, 1), ring(W, S, W, S), "x"]
    )
    def test_what_is_no_area_of_the_plan(self, post: Any, cast: Cast, area: Any) -> None:
        answer = post(cast.town, area)
        assert answer.status_code == 422
        assert answer.json()["detail"]

    def test_who_gets_the_page(self, client: Client, cast: Cast, revision: GridRevision) -> None:
        url = f"/grids/revisions/{revision.number}/edit/"
        assert client.get(url).status_code == 302
        for by, status in (
            (cast.town, 200),
            (cast.oversight, 200),
            (cast.leader, 403),
            (cast.far_town, 404),
            (cast.outsider, 404),
        ):
            client.force_login(by.user)
            assert client.get(url).status_code == status

    def test_only_a_draft_is_edited(self, client: Client, cast: Cast, revision: GridRevision) -> None:
        GridRevision.objects.filter(pk=revision.pk).update(state="submitted")
        client.force_login(cast.town.user)
        assert client.get(f"/grids/revisions/{revision.number}/edit/").status_code == 409
