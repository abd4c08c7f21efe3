"""A worker's round and the desk that plans and reviews it, in a real browser: looked at on a phone and on a desk."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from fieldwork.models import FieldTask
from tests import city
from tests.browser.test_desk_story import look, sign_in
from tests.cast import Cast
from tests.fieldwork import props as field
from tests.registers import props

__all__ = ["sign_in"]
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def planned(cast: Cast) -> FieldTask:
    """A round of visits and a patrol of this week, one missed, one drawn for review."""
    today = timezone.localdate()
    days = {"starts_on": today, "ends_on": today + timedelta(days=3)}
    field.post("worker")
    visits = field.task(title="住户每季度普遍走访", **days)
    for number in range(4):
        field.target(visits, props.household(door=f"2单元{number + 1}01室"))
    patrol = field.task(work="patrol", title="网格日常巡查", minutes_needed=120, **days)
    for name in ("兴旺餐馆", "书院小学", "便民超市"):
        field.target(patrol, props.key_place(name=name))
    field.task(
        "missed", title="高风险老年人每周走访", make_up_until=timezone.now() + timedelta(days=1), **days
    )
    drawn = field.task(
        "submitted",
        title="九小场所每月巡查",
        work="patrol",
        is_sampled=True,
        has_doubt=True,
        minutes=95,
        **days,
    )
    field.target(drawn, props.key_place(), state="done", done_at=timezone.now())
    FieldTask.objects.filter(pk=drawn.pk).update(
        submitted_at=timezone.now(), review_due_at=timezone.now() + timedelta(days=2), done_count=1
    )
    return visits


def still(page, name: str) -> None:
    look(page, f"rounds-{name}")
    sideways = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert sideways <= 0, name


@pytest.mark.slow
def test_a_round_on_the_phone(sign_in: Callable, planned: FieldTask) -> None:
    page = sign_in("worker")
    page.set_viewport_size(PHONE)
    lon, lat = city.centre(0)
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"longitude": lon, "latitude": lat, "accuracy": 12})
    page.goto("/m/patrols/")
    still(page, "patrols")
    page.goto("/m/visits/")
    still(page, "visits")
    page.get_by_role("link", name="住户每季度普遍走访").click()
    page.get_by_role("button", name="开始走访").click()
    first = page.locator(".route").get_by_role("link", name="2单元101室")
    first.wait_for()
    still(page, "task")
    first.click()
    page.get_by_text("已定位").wait_for()
    for line in page.locator("fieldset.field-choices").all()[1:]:
        line.get_by_text("正常", exact=True).click()
    page.get_by_role("textbox", name="走访情况").fill("家中平安，已提醒用电安全")
    still(page, "object")
    page.get_by_role("button", name="打卡并记录").click()
    page.get_by_text("已记录").first.wait_for()
    page.get_by_role("textbox", name="备注").fill("其余住户外出")
    page.get_by_role("button", name="提交", exact=True).click()
    page.get_by_text("已提交").first.wait_for()
    assert field.again(planned).state == "submitted"


@pytest.mark.slow
def test_the_desk(sign_in: Callable, planned: FieldTask) -> None:
    page = sign_in("supervisor")
    page.goto("/fieldwork/tasks/")
    still(page, "desk-tasks")
    page.goto("/fieldwork/review/")
    still(page, "desk-review")
    page.get_by_role("link", name="九小场所每月巡查").click()
    page.get_by_role("button", name="复核通过").wait_for()
    still(page, "desk-task")
    page.goto("/fieldwork/campaigns/new/")
    still(page, "desk-campaign-form")
    page.goto("/fieldwork/rules/")
    still(page, "desk-rules")
    page.goto(f"/fieldwork/tasks/new/?grid={city.GRIDS[0]}")
    still(page, "desk-hand")
