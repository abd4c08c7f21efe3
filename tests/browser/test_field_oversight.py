"""Hazards, mobile grid workers and field oversight in a real browser: each page as its role, desk and phone."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from fieldwork.guests import inviting
from fieldwork.hazards.models import Hazard
from fieldwork.models import TaskRule
from incidents.models import Ticket
from tests.browser.test_desk_story import look, sign_in
from tests.cast import DAY, Cast, jpeg
from tests.fieldwork.props_hazards import hazard
from tests.fieldwork.test_guests import member, wanted
from tests.fieldwork.test_oversight import task, thing
from tests.registers.props import key_place

__all__ = ["sign_in"]
PHONE = {"width": 390, "height": 844}
PICTURE = {"name": "spot.jpg", "mimeType": "image/jpeg", "buffer": jpeg()}


def visit(page, address: str, name: str) -> None:
    page.goto(address)
    page.locator("main h1").first.wait_for()
    look(page, f"field-{name}")
    sideways = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert sideways <= 0, name


@pytest.mark.slow
def test_hazards_and_the_overview_of_a_town(sign_in: Callable, cast: Cast) -> None:
    at = timezone.now()
    hazard(cast, "accepted", at=at - 20 * DAY)
    hazard(cast, "rectifying", at=at - 40 * DAY)
    listed = hazard(cast, "rectifying", major=True, at=at - 9 * DAY)
    fresh = hazard(cast, at=at)
    of_places = TaskRule.objects.filter(subject="key_place").order_by("pk").first()
    done = task(cast, "patrol", "reviewed", rule=of_places, object_count=2, done_count=1)
    thing(done, "key_place", "done", key_place(name="兴旺餐馆"), rule=of_places)
    thing(done, "key_place", "open", key_place(1, name="旺角旅馆"), rule=of_places)
    task(cast, "patrol", "missed")
    task(cast, "visit", "made_up", object_count=3, done_count=2)
    page = sign_in("town")
    visit(page, "/fieldwork/hazards/", "hazards")
    visit(page, "/fieldwork/hazards/rate/", "hazard-rate")
    visit(page, f"/fieldwork/hazards/{listed.number}/", "hazard-listed")
    page.goto(f"/fieldwork/hazards/{fresh.number}/")
    page.locator(".action-bar a[href$='/do/order/']").click()
    page.locator("#dialog[open] form").wait_for()
    page.locator("#dialog .field-load summary").click()
    look(page, "field-hazard-order")
    page.locator("#dialog [name=measures]").fill("清空通道，修复应急灯")
    page.locator("#verb_unit_search").click()
    page.keyboard.type("城市管理局")
    page.locator("#verb_unit_list .picker-option", has_text="城市管理局").first.click()
    with page.expect_navigation():
        page.locator("#dialog .dialog-foot .btn").last.click()
    page.locator(".action-bar").wait_for()
    assert Hazard.objects.get(pk=fresh.pk).state == "rectifying"
    visit(page, "/fieldwork/oversight/?place=990101001001", "oversight")
    visit(page, "/fieldwork/oversight/rows/k23/", "oversight-rows")
    page.set_viewport_size(PHONE)
    for address, name in (
        ("/fieldwork/oversight/", "oversight-phone"),
        ("/fieldwork/hazards/", "hazards-phone"),
        (f"/fieldwork/hazards/{listed.number}/", "hazard-phone"),
        ("/fieldwork/hazards/new/", "hazard-new-phone"),
    ):
        visit(page, address, name)


@pytest.mark.slow
def test_a_courier_scans_and_reports(sign_in: Callable, browser, live_server, cast: Cast) -> None:
    at = timezone.now()
    row = inviting.invite(wanted(ends_on=timezone.localdate() + timedelta(days=90)), by=cast.community, at=at)
    context = browser.new_context(
        base_url=live_server.url,
        viewport=PHONE,
        locale="zh-CN",
        geolocation={"longitude": 118.505, "latitude": 31.105},
        permissions=["geolocation"],
    )
    context.set_default_timeout(60_000)
    wrong: list[str] = []
    page = context.new_page()
    page.on("pageerror", lambda error: wrong.append(str(error)))
    visit(page, f"/c/g/{inviting.token_of(row)}/", "guest-join")
    page.fill("#id_name", "小张")
    page.locator("button.citizen-button").click()
    page.wait_for_url(re.compile(r"/c/g/p/"))
    page.locator(".position button").click()
    page.locator("#id_lon[value]:not([value=''])").wait_for(state="attached")
    page.set_input_files("[data-photo-input][multiple]", PICTURE)
    page.locator("[data-photo-list] input[name=photos]").wait_for(state="attached")
    page.locator("input[name=category][value='0201']").check()
    page.fill("#id_content", "东苑路口井盖翘起，电动车差点摔倒")
    look(page, "field-guest-form")
    page.locator("button.citizen-button").click()
    page.wait_for_url(re.compile(r"sent=WG"))
    look(page, "field-guest-sent")
    ticket = Ticket.objects.defer("search").get()
    assert (ticket.source.code, ticket.lon) == ("mobile_worker", 118.505)
    assert wrong == []
    context.close()
    inviting.revoke(member(row, at=at, address="10.1.1.1"), by=cast.town, at=at)
    desk = sign_in("community")
    visit(desk, "/fieldwork/guests/", "guests")
    visit(desk, f"/fieldwork/guests/{row.pk}/", "guest-group")
    visit(desk, f"/fieldwork/guests/{row.pk}/poster/", "guest-poster")
