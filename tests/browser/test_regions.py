"""Merging two communities in a real browser: town staff prepare, oversight approves; and the coordinators' pages."""

import re
from collections.abc import Callable

import pytest
from django.utils import timezone

from grids.models import RegionRevision
from incidents.handover import apply_due
from staffing import coordinating
from staffing.models import Coordinator
from tests.browser.test_desk_story import look, sign_in
from tests.cast import Cast, MakeTicket
from tests.recast import BOOKS, GARDEN

__all__ = ["sign_in"]
PHONE = {"width": 390, "height": 844}


def fits(page, name: str) -> None:
    look(page, f"regions-{name}")
    sideways = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert sideways <= 0, name


def decide(page, verb: str) -> None:
    page.locator(f".action-bar a[href$='/do/{verb}/']").click()
    page.locator("#dialog[open] form").wait_for()
    with page.expect_navigation():
        page.locator("#dialog .dialog-foot .btn").last.click()
    page.locator(".case-head").wait_for()


@pytest.mark.slow
def test_two_communities_become_one(cast: Cast, sign_in: Callable, make_ticket: MakeTicket) -> None:
    make_ticket("dispatched", to="W2", column=2, at=timezone.now())
    page = sign_in("town")
    page.goto("/grids/regions/")
    fits(page, "empty")
    page.locator("a[href$='/grids/regions/new/']").first.click()
    page.locator(f"#region-{BOOKS}").check()
    page.locator(f"#region-{GARDEN}").check()
    page.locator("#way-merge").check()
    page.fill("#id_title", "书院社区与桂园社区合并")
    page.fill("#id_reason", "两个社区规模偏小，合并后统一配置社区工作力量")
    fits(page, "new")
    with page.expect_navigation():
        page.locator("form[method=post] .form-actions .btn-primary").click()
    page.wait_for_url(re.compile(r"/edit/"))
    page.fill("[name=name-0]", "书桂社区")
    page.fill("#id_day", timezone.localdate().isoformat())
    fits(page, "edit")
    page.set_viewport_size(PHONE)
    fits(page, "edit-phone")
    page.set_viewport_size({"width": 1440, "height": 900})
    with page.expect_navigation():
        page.locator("button[value=save]").click()
    page.locator(".case-head").wait_for()
    page.locator("#after-map[data-state=ready]").wait_for()
    fits(page, "draft")
    decide(page, "submit")
    number = RegionRevision.objects.get().number
    second = sign_in("oversight")
    second.goto(f"/grids/regions/{number}/")
    decide(second, "approve")
    assert RegionRevision.objects.get().state == "approved"
    assert apply_due(at=timezone.now()) == 1
    second.reload()
    second.locator(".case-head").wait_for()
    assert "查看网格变动" in second.content()
    second.locator("#after-map[data-state=ready]").wait_for()
    fits(second, "effective")
    second.goto("/grids/regions/")
    fits(second, "list")
    second.set_viewport_size(PHONE)
    second.goto(f"/grids/regions/{number}/")
    fits(second, "effective-phone")


@pytest.mark.slow
def test_coordinators(cast: Cast, sign_in: Callable) -> None:
    at = timezone.now()
    row = Coordinator(
        region=cast.region(BOOKS),
        name="白专人",
        phone="0990-6620001",
        duty="网格事务",
        starts_on=timezone.localdate(),
    )
    coordinating.name(row, by=cast.town, at=at)
    page = sign_in("town")
    for address, name in (
        ("/staffing/coordinators/", "coordinators"),
        (f"/staffing/coordinators/of/{BOOKS}/", "coordinator"),
        ("/staffing/coordinators/new/", "coordinator-form"),
        ("/staffing/vacancies/", "vacancies"),
        ("/grids/coverage/", "coverage"),
    ):
        page.goto(address)
        fits(page, name)
    page.goto("/map/?grid=990101001001001")
    page.locator(".side-people, .person-line").first.wait_for()
    assert "白专人" in page.content()
    look(page, "regions-map-card")
