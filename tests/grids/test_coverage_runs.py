"""The check of the whole city by night: kept with its run, once at a time, and told on the page."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from governance.settings.schedule import BEAT_SCHEDULE
from grids import coverage, tasks
from grids.models import CommunityCoverage, CoverageRun, Region
from tests import city
from tests.cast import HOUR, MINUTE, MONDAY, Cast, at_once

pytestmark = pytest.mark.django_db


def later() -> datetime:
    return MONDAY + 3 * MINUTE


def test_the_run_and_its_reports_are_kept(cast: Cast) -> None:
    run = coverage.run_check(at=MONDAY, clock=later, by_name="夜检")
    assert run is not None
    assert (run.begun_at, run.ended_at, run.by_name, run.trouble) == (MONDAY, later(), "夜检", "")
    assert (run.community_count, run.grid_count) == (3, 4)
    kept = list(CommunityCoverage.objects.all())
    assert len(kept) == 3
    assert run.error_count == sum(row.error_count for row in kept)
    assert run.warning_count == sum(row.warning_count for row in kept)
    assert run.sound_count == sum(not (row.error_count or row.warning_count) for row in kept)


def test_a_second_run_forgets_communities_that_have_ended(cast: Cast) -> None:
    coverage.run_check(at=MONDAY, clock=later)
    Region.objects.filter(code="990101001002").update(valid_to=city.FOUNDED_ON)
    coverage.run_check(at=MONDAY + HOUR, clock=later)
    assert CommunityCoverage.objects.count() == 2
    assert CoverageRun.objects.count() == 2


def test_a_run_that_breaks_off_says_why(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(results: Any, *, at: datetime) -> None:
        raise RuntimeError("disk full")

    monkeypatch.setattr(coverage, "keep", fail)
    with pytest.raises(RuntimeError):
        coverage.run_check(at=MONDAY, clock=later)
    run = CoverageRun.objects.get()
    assert (run.trouble, run.ended_at) == ("RuntimeError: disk full", later())


def test_a_run_that_was_killed_is_closed_by_the_next(cast: Cast) -> None:
    CoverageRun.objects.create(begun_at=MONDAY - HOUR)
    coverage.run_check(at=MONDAY, clock=later)
    first, second = CoverageRun.objects.order_by("begun_at")
    assert (first.ended_at, bool(first.trouble), second.trouble) == (MONDAY, True, "")


@pytest.mark.django_db(transaction=True)
def test_one_at_a_time(cast: Cast) -> None:
    def holding() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [coverage.LOCK])
            results.extend(at_once([lambda: coverage.run_check(at=MONDAY, clock=later)]))
            cursor.execute("SELECT pg_advisory_unlock(%s)", [coverage.LOCK])

    results: list[Any] = []
    holding()
    assert results == [None]
    assert not CoverageRun.objects.exists()


def test_the_task_and_its_hour(cast: Cast) -> None:
    assert tasks.check_city_task() == 3
    entry = next(item for item in BEAT_SCHEDULE.values() if item["task"] == "grids.check_city")
    assert entry["task"] == tasks.check_city_task.name


def test_the_command_keeps_a_run_for_the_whole_city_only(
    cast: Cast, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    call_command("check_grids", "--region", "990101001001")
    assert not CoverageRun.objects.exists()
    call_command("check_grids")
    assert "3 communities, 4 grids" in capsys.readouterr().out
    assert CoverageRun.objects.get().by_name == "check_grids"
    monkeypatch.setattr("grids.management.commands.check_grids.run_check", lambda **_options: None)
    with pytest.raises(CommandError, match="another process"):
        call_command("check_grids")


def test_the_page_tells_the_last_run(cast: Cast) -> None:
    client = Client()
    assert cast.town.user is not None
    client.force_login(cast.town.user)
    assert "最近一次全市检查" not in client.get("/grids/coverage/").content.decode()
    coverage.run_check(at=MONDAY, clock=later)
    page = client.get("/grids/coverage/").content.decode()
    assert "最近一次全市检查" in page
    assert "3 个社区、4 个网格" in page
    CoverageRun.objects.create(begun_at=MONDAY + timedelta(days=1))
    assert "正在进行" in client.get("/grids/coverage/").content.decode()
    CoverageRun.objects.filter(ended_at=None).update(ended_at=MONDAY, trouble="磁盘已满")
    assert "磁盘已满" in client.get("/grids/coverage/").content.decode()
