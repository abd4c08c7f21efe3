"""Statistics, coverage and history of grids: who sees what, on which day, and what is told when nothing fits."""

import csv
from datetime import date
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from shapely.geometry import mapping, shape

from governance.accounts.actors import Actor
from grids import coverage, outlines, revisions
from grids.history import grids_on, states_of
from grids.models import CommunityCoverage, Grid, Region
from grids.statistics import counts_on
from tests import city
from tests.cast import DAY, MONDAY, Cast
from tests.grids.test_revisions_story import FIRST, SECOND, approved
from tests.grids.test_revisions_story import TODAY as BEFORE
from tests.grids.test_revisions_story import TOMORROW as AFTER

pytestmark = pytest.mark.django_db
NEW = "990101001001003"
COMMUNITY = "9901/990101/990101001/990101001001/"


@pytest.fixture
def ask(client: Client) -> Any:
    """Asks as one of the cast."""

    def get(by: Actor, url: str, **query: Any) -> Any:
        assert by.user is not None
        client.force_login(by.user)
        return client.get(url, query)

    return get


@pytest.fixture
def split(cast: Cast) -> None:
    """The first grid is split in two on the day after the Monday of the tests."""
    revisions.take_effect(approved(cast).pk, at=MONDAY + DAY)
    outlines.forget()


class TestAsOf:
    def test_the_map_of_any_day(self, cast: Cast, split: None) -> None:
        def codes(day: date) -> list[tuple[str, int]]:
            return [(state.code, state.household_count) for state in grids_on(day, COMMUNITY)]

        assert codes(BEFORE) == [(FIRST, 400), (SECOND, 400)]
        assert codes(AFTER) == [(FIRST, 200), (SECOND, 400), (NEW, 200)]
        assert codes(date(2019, 12, 31)) == []
        assert codes(city.FOUNDED_ON) == [(FIRST, 400), (SECOND, 400)]

    def test_an_ended_grid_is_there_until_its_last_day(self, cast: Cast) -> None:
        revision = revisions.prepare([FIRST, SECOND], title="合并", by=cast.community, at=MONDAY)
        whole = revisions.drafting.present(cast.grid(1)).moved(
            shape(city.square(0)).union(shape(city.square(1)))
        )
        draft = revisions.Draft(title="合并", reason="", effective_on=AFTER, results=[whole])
        revisions.edit(revision.pk, draft, by=cast.community, at=MONDAY, version=1)
        revisions.submit(revision.pk, by=cast.community, at=MONDAY)
        revisions.approve(revision.pk, by=cast.leader, at=MONDAY)
        revisions.take_effect(revision.pk, at=MONDAY + DAY)
        assert [state.code for state in grids_on(BEFORE, COMMUNITY)] == [FIRST, SECOND]
        assert [state.code for state in grids_on(AFTER, COMMUNITY)] == [SECOND]
        assert [(s.edition, s.valid_to) for s in states_of(Grid.objects.get(code=FIRST))] == [(1, BEFORE)]
        assert [s.edition for s in states_of(Grid.objects.get(code=SECOND))] == [2, 1]

    def test_as_geojson(self, cast: Cast, split: None, ask: Any) -> None:
        def codes(**query: str) -> list[str]:
            answer = ask(cast.community, "/map/grids.geojson", path=COMMUNITY, **query)
            return [feature["properties"]["code"] for feature in answer.json()["features"]]

        assert codes(on="2026-11-16") == [FIRST, SECOND]
        assert codes(on="2026-11-17") == [FIRST, SECOND, NEW]
        assert codes() == [FIRST, SECOND, NEW]
        assert ask(cast.community, "/map/grids.geojson", on="gestern").status_code == 400


class TestStatistics:
    def test_by_town_and_by_community(self, cast: Cast, split: None) -> None:
        city_rows = {
            row.name: (row.communities, row.total, row.households) for row in counts_on(AFTER, ["9901/"])
        }
        assert city_rows == {"文津街道": (2, 4, 1200), "石桥镇": (1, 1, 400)}
        town_rows = {row.name: row.total for row in counts_on(BEFORE, ["9901/990101/990101001/"])}
        assert town_rows == {"书院社区": 2, "桂园社区": 1}

    def test_the_page(self, cast: Cast, split: None, ask: Any) -> None:
        Grid.objects.filter(code=SECOND).update(kind="exclusive", exclusive_type="school")
        answer = ask(cast.community, "/grids/", on="2026-11-17")
        assert answer.status_code == 200
        total = answer.context["total"]
        assert (total.total, total.exclusive, total.mean) == (3, 1, 400.0)
        assert ask(cast.community, "/grids/", on="2026-11-16").context["total"].total == 2
        assert (
            ask(cast.oversight, "/grids/", region="990102001000", on="2026-11-17").context["total"].total == 1
        )
        assert ask(cast.worker, "/grids/", on="2026-11-17").context["total"].total == 1

    def test_what_is_refused(self, cast: Cast, ask: Any) -> None:
        assert ask(cast.community, "/grids/", on="x").status_code == 400
        assert ask(cast.community, "/grids/", region="990102001000").status_code == 403
        for name in ("handler", "auditor", "administrator", "outsider"):
            assert ask(getattr(cast, name), "/grids/").status_code == 403

    def test_as_csv(self, cast: Cast, ask: Any) -> None:
        Region.objects.filter(code="990101001001").update(name="=1+1社区")
        answer = ask(cast.town, "/grids/statistics.csv", on="2026-11-16")
        text = b"".join(answer.streaming_content).decode("utf-8-sig")
        head, first, second, total = csv.reader(text.splitlines())
        assert first == ["990101001001", "'=1+1社区", "1", "2", "2", "0", "800", "400", "", ""]
        assert (second[3], total[1], total[3]) == ("1", "合计", "3")
        assert len(head) == 10

    @pytest.mark.parametrize("communities", [1, 3])
    def test_the_number_of_statements_is_fixed(
        self, cast: Cast, ask: Any, steady: None, communities: int
    ) -> None:
        who = cast.community if communities == 1 else cast.oversight
        ask(who, "/grids/")
        with CaptureQueriesContext(connection) as asked:
            ask(who, "/grids/")
        assert len(asked) == 16


class TestCoverage:
    def test_a_small_area_is_checked_at_once(self, cast: Cast, ask: Any) -> None:
        region = cast.region("990101001001")
        region.boundary = mapping(
            shape(city.square(0)).union(shape(city.square(1))).buffer(0.001, join_style="mitre")
        )
        region.save()
        answer = ask(cast.town, "/grids/coverage/")
        (row,) = answer.context["rows"]
        assert (row.coverage.community, row.coverage.error_count, row.lamp) == (region, 1, "red")
        assert "未划入任何网格" in row.worst
        assert answer.context["hidden"] == 1
        assert len(ask(cast.town, "/grids/coverage/", all="1").context["rows"]) == 2
        assert not CommunityCoverage.objects.exists()
        page = ask(cast.town, f"/grids/coverage/{region.code}/")
        assert page.context["map"]["features"][-1]["properties"]["level"] == 1
        assert ask(cast.far_town, f"/grids/coverage/{region.code}/").status_code == 404
        assert ask(cast.worker, f"/grids/coverage/{region.code}/").status_code == 404

    def test_the_command_keeps_what_it_finds(self, cast: Cast, ask: Any, tmp_path: Any, capsys: Any) -> None:
        second = Grid.objects.get(code=SECOND)
        second.polygon = mapping(shape(city.square(1)).buffer(0.001, join_style="mitre"))
        second.save()
        file = tmp_path / "found.geojson"
        call_command("check_grids", json=file)
        said = capsys.readouterr().out
        assert "3 communities, 4 grids: 3 errors" in said
        assert '"kind": "overlap"' in file.read_text(encoding="utf-8")
        assert CommunityCoverage.objects.count() == 3
        call_command("check_grids", region="990101001001")
        assert CommunityCoverage.objects.count() == 3
        with pytest.raises(CommandError):
            call_command("check_grids", region="1")

    def test_a_large_area_shows_the_last_run(
        self, cast: Cast, ask: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("grids.views.coverage.SMALL", 1)
        empty = ask(cast.oversight, "/grids/coverage/")
        assert "核查运行后" in empty.content.decode()
        coverage.keep(list(coverage.check_city(at=MONDAY)), at=MONDAY)
        answer = ask(cast.oversight, "/grids/coverage/", all="1")
        assert answer.context["figures"]["communities"] == 3
        assert [row.name for row in answer.context["towns"]] == ["文津街道", "石桥镇"]
        assert {row.worst for row in answer.context["rows"]} == {""}
        Grid.objects.filter(code=SECOND).update(household_count=5)
        coverage.keep(list(coverage.check_city(at=MONDAY)), at=MONDAY)
        (row,) = ask(cast.oversight, "/grids/coverage/").context["rows"]
        assert (row.worst, row.lamp) == ("第2网格(002)有5户，少于300户。", "amber")
        assert ask(cast.town, "/grids/coverage/", all="1").context["figures"]["communities"] == 2

    def test_progress_is_told(self, cast: Cast) -> None:
        told: list[tuple[int, int]] = []
        list(coverage.check_city(at=MONDAY, progress=lambda done, total: told.append((done, total)), batch=2))
        assert told == [(1, 3), (2, 3), (3, 3)]


class TestHistory:
    def test_a_grid_through_time(self, cast: Cast, split: None, ask: Any) -> None:
        answer = ask(cast.community, f"/grids/{FIRST}/history/")
        rows = answer.context["rows"]
        assert [(row.state.edition, row.is_now, row.state.household_count) for row in rows] == [
            (2, True, 200),
            (1, False, 400),
        ]
        assert [row.new.code for row, _revision in answer.context["successors"]] == [NEW]
        assert len(answer.context["before_map"]["features"]) == 1
        assert len(answer.context["after_map"]["features"]) == 2
        fresh = ask(cast.community, f"/grids/{NEW}/history/")
        assert [row.old.code for row, _revision in fresh.context["predecessors"]] == [FIRST]

    def test_one_that_never_changed(self, cast: Cast, ask: Any) -> None:
        answer = ask(cast.worker, f"/grids/{FIRST}/history/")
        assert answer.status_code == 200
        assert "边界未调整" in answer.content.decode()

    def test_outside_the_own_area_there_is_none(self, cast: Cast, ask: Any) -> None:
        for name in ("far_community", "neighbour", "auditor", "handler", "outsider"):
            assert ask(getattr(cast, name), f"/grids/{FIRST}/history/").status_code == 404
