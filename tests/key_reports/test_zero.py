"""Daily reports in sensitive periods."""

from collections.abc import Callable
from datetime import time, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from governance.foundation.clock import local, now
from governance.foundation.errors import Conflict, Forbidden, NotFound, Unprocessable
from incidents.models import Notice
from key_reports import sweep, zero
from key_reports.models import OwingUnit, SensitivePeriod, ZeroReport
from tests.cast import DAY, HOUR, MINUTE, MONDAY, Cast, shanghai

pytestmark = pytest.mark.django_db
Enter = Callable[[str], Client]


def plan(cast: Cast, **changes: Any) -> zero.Plan:
    today = MONDAY.date()
    facts: dict[str, Any] = {
        "key": uuid4(),
        "name": "重要会议期间",
        "region_code": "990100000000",
        "starts_on": today,
        "ends_on": today + timedelta(days=2),
        "due_time": time(17, 0),
        "units": [cast.unit("T1").pk, cast.unit("T2").pk],
    }
    return zero.Plan(**facts | changes)


def test_the_centre_sets_a_period_and_units_report_once_a_day(cast: Cast) -> None:
    for who in (cast.town, cast.leader, cast.far_oversight):
        with pytest.raises(Forbidden):
            zero.begin(plan(cast), by=who, at=MONDAY)
    yesterday = MONDAY.date() - timedelta(days=1)
    for wrong in (
        {"name": " "},
        {"units": []},
        {"units": [10**9]},
        {"starts_on": yesterday, "ends_on": yesterday},
        {"ends_on": MONDAY.date() + timedelta(days=90)},
        {"region_code": "1"},
    ):
        with pytest.raises(Unprocessable):
            zero.begin(plan(cast, **wrong), by=cast.oversight, at=MONDAY)
    same = plan(cast)
    row = zero.begin(same, by=cast.oversight, at=MONDAY)
    assert zero.begin(same, by=cast.oversight, at=MONDAY) == row
    one, two = cast.unit("T1").pk, cast.unit("T2").pk
    with pytest.raises(Forbidden):
        zero.report(row.pk, two, words="", by=cast.town, at=MONDAY)
    with pytest.raises(NotFound):
        zero.report(row.pk, cast.unit("P1").pk, words="", by=cast.town, at=MONDAY)
    made = zero.report(row.pk, one, words=" ", by=cast.town, at=MONDAY)
    assert (made.is_zero, made.day) == (True, MONDAY.date())
    with pytest.raises(Conflict):
        zero.report(row.pk, one, words="有", by=cast.town, at=MONDAY + HOUR)
    with pytest.raises(Conflict):
        zero.report(row.pk, one, words="", by=cast.town, at=MONDAY + 5 * DAY)
    assert ZeroReport.objects.count() == 1


def test_missing_by_the_hour_is_red_and_told_until_midnight(cast: Cast) -> None:
    row = zero.begin(plan(cast), by=cast.duty, at=MONDAY)
    zero.report(row.pk, cast.unit("T1").pk, words="", by=cast.town, at=MONDAY)
    for hour, minute in ((16, 31), (17, 0), (17, 10), (23, 50)):
        sweep.sweep(at=shanghai(16, hour, minute))
    late = Notice.objects.filter(kind="overdue")
    assert set(late.values_list("unit__code", flat=True)) == {"T2", "CMD"}
    assert late.filter(unit__code="T2", audience="duty").count() == 3, "at the hour, and again"
    days, rows = zero.board(row, at=shanghai(16, 18))
    lamps = {owing.unit.code: [cell.lamp for cell in cells] for owing, cells in rows}
    assert (len(days), lamps) == (1, {"T1": ["green"], "T2": ["red"]})
    sweep.sweep(at=shanghai(17, 0, 30))
    waiting = OwingUnit.objects.get(unit__code="T2")
    assert waiting.awaited_on == shanghai(17, 9).date()
    zero.report(row.pk, waiting.unit_id, words="有人聚集，已处置", by=cast.far_town, at=shanghai(17, 18))
    _days, rows = zero.board(row, at=shanghai(17, 18))
    lamps = {owing.unit.code: [cell.lamp for cell in cells] for owing, cells in rows}
    assert lamps == {"T1": ["green", "red"], "T2": ["red", "amber"]}
    for day in (18, 19, 20):
        sweep.sweep(at=shanghai(day, 0, 5))
        sweep.sweep(at=shanghai(day, 0, 6))
    assert not OwingUnit.objects.filter(next_alarm_at__isnull=False).exists()


def test_the_board_and_its_forms(cast: Cast, enter: Enter) -> None:
    today = local(now()).date()
    boss, town, board = enter("oversight"), enter("town"), reverse("key_reports:zero")
    new = reverse("key_reports:zero-new")
    assert town.get(new).status_code == 403
    assert "设定敏感时段" in boss.get(new).content.decode()
    typed = {
        "key": str(uuid4()),
        "name": "两会期间",
        "region_code": "990100000000",
        "starts_on": str(today),
        "ends_on": str(today + timedelta(days=1)),
        "due_time": "23:59",
        "units": [cast.unit("T1").pk],
    }
    assert boss.post(new, typed | {"name": ""}).status_code == 422
    assert boss.post(new, typed).status_code == 302
    row = SensitivePeriod.objects.get()
    assert "报送今日情况" in town.get(board).content.decode()
    assert "两会期间" not in enter("worker").get(board).content.decode()
    place = reverse("key_reports:zero-report", args=[row.pk, cast.unit("T1").pk])
    assert enter("far_town").post(place, {"words": ""}).status_code == 404
    assert boss.post(place, {"words": ""}).status_code == 403
    for _time in range(2):
        assert town.post(place, {"words": ""}).status_code == 302
    assert ZeroReport.objects.count() == 1
    assert "无情况" in boss.get(board).content.decode()
    assert MINUTE < DAY
