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
from tests.cast import DAY, HOUR, MONDAY, Cast, shanghai

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
    made = zero.report(row.pk, one, words=" ", by=cast.town, at=MONDAY).row
    assert (made.is_zero, made.day) == (True, MONDAY.date())
    again = zero.report(row.pk, one, words="", by=cast.town, at=MONDAY + HOUR)
    assert (again.row, again.created) == (made, False)
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
    days, rows = zero.board(row, by=cast.duty, at=shanghai(16, 18))
    lamps = {owing.unit.code: [cell.lamp for cell in cells] for owing, cells in rows}
    assert (len(days), lamps) == (1, {"T1": ["green"], "T2": ["red"]})
    sweep.sweep(at=shanghai(17, 0, 30))
    waiting = OwingUnit.objects.get(unit__code="T2")
    assert waiting.awaited_on == shanghai(17, 9).date()
    zero.report(row.pk, waiting.unit_id, words="有人聚集，已处置", by=cast.far_town, at=shanghai(17, 18))
    _days, rows = zero.board(row, by=cast.duty, at=shanghai(17, 18))
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


def test_what_is_owed_and_given_over_rest(cast: Cast, enter: Enter) -> None:
    """The town reads what it owes and reports once, however often it sends; other units' words stay theirs."""
    at = now()
    today, place = local(at).date(), "/api/v1/zero-reports"
    zero.begin(
        plan(cast, starts_on=today, ends_on=today + timedelta(days=1), due_time=time(23, 59)),
        by=cast.duty,
        at=at,
    )
    town, far, boss = enter("town"), enter("far_town"), enter("duty")
    page = town.get(place).json()
    period = page["results"][0]
    assert (page["day"], period["region"], page["next"]) == (str(today), "990100000000", None)
    assert [(item["unit"], item["mine"], item["standing"]) for item in period["units"]] == [
        ("T1", True, "awaited"),
        ("T2", False, "awaited"),
    ]
    body = {"period": period["id"], "unit": "T1", "day": str(today), "words": "聚集，联系人13812345678"}

    def send(browser: Client, **changes: Any) -> Any:
        return browser.post(place, body | changes, content_type="application/json")

    made = send(town)
    assert (made.status_code, made.json()["words"]) == (201, "聚集，联系人138****5678")
    assert (send(town).status_code, send(town).json()) == (200, made.json())
    assert send(town, words="").status_code == 409
    assert send(town, unit="T2").status_code == 403
    assert send(town, unit="none").status_code == 422
    assert send(far, period=10**9).status_code == 404
    assert send(far, unit="T2", day=str(today - timedelta(days=1))).status_code == 409
    assert send(far, unit="T2", words=None).status_code == 400
    assert ZeroReport.objects.count() == 1
    seen = {who: enter(who).get(place).json()["results"][0]["units"][0] for who in ("far_town", "duty")}
    assert seen["far_town"]["words"] == ""
    assert seen["duty"]["words"] == made.json()["words"]
    assert "138****5678" in boss.get(reverse("key_reports:zero")).content.decode()
    assert "138****5678" not in far.get(reverse("key_reports:zero")).content.decode()
    assert town.get(place, {"day": str(today - timedelta(days=9))}).json()["results"] == []
    assert town.get(place, {"day": "heute"}).status_code == 400
    assert enter("outsider").get(place).status_code == 403
