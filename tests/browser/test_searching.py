"""Search and the live map in a real browser: the box while somebody types, filters and faults, desk and telephone."""

import re
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from governance.command.burden.counting import count_due
from incidents import saved
from tests.assessment.props import take_in
from tests.browser.test_desk_story import look, sign_in
from tests.cast import DUTY_OF_GRID, HOUR, LITTER, ROAD_DAMAGE, Cast, MakeTicket
from tests.registers.props import key_place

__all__ = ["sign_in"]
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def tickets(cast: Cast, make_ticket: MakeTicket) -> None:
    """Some open tickets in two grids, a key place, a saved filter."""
    at = timezone.now()
    for column, title in ((0, "书院路 12 号旁垃圾堆放"), (1, "书院路路灯不亮"), (0, "桂园路口占道经营")):
        make_ticket("accepted", column=column, title=title, category=LITTER, at=at)
    make_ticket("handling", to="G1", category=DUTY_OF_GRID, title="书院路早市占道", at=at)
    make_ticket("accepted", category=ROAD_DAMAGE, column=2, title="书院路人行道地砖破损", at=at)
    key_place(name="书院幼儿园", address="书院路 3 号")
    saved.save(cast.dispatcher, page="list", name="待派遣", query="state=accepted", at=at)
    count_due(at=at + HOUR)
    take_in(at=at + HOUR)


def steady(page) -> None:
    sideways = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert sideways <= 0


@pytest.mark.slow
@pytest.mark.usefixtures("tickets")
def test_the_box_and_the_page(sign_in: Callable) -> None:
    page = sign_in("dispatcher")
    page.goto("/search/")
    look(page, "search-help")
    page.keyboard.press("/")
    box = page.locator("#global-search")
    expect(box).to_be_focused()
    box.press_sequentially("书院")
    listed = page.locator("#global-search-list")
    expect(listed.get_by_role("option", name=re.compile("书院路路灯不亮"))).to_be_visible()
    look(page, "search-box")
    box.fill("状")
    expect(listed.get_by_role("option", name=re.compile("状态:"))).to_be_visible()
    box.press("ArrowDown")
    box.press("Enter")
    expect(box).to_have_value("状态:")
    expect(listed.get_by_role("option", name="办理中")).to_be_visible()
    look(page, "search-completion")
    box.fill("书院")
    with page.expect_navigation():
        box.press("Enter")
    expect(page.locator(".ticket-rows tbody tr")).to_have_count(4)
    expect(page.locator("#group-places")).to_be_visible()
    look(page, "search-page")
    page.goto("/search/?q=书院 状态:胡说 超期:否")
    expect(page.locator(".search-faults mark")).to_have_count(2)
    look(page, "search-faults")
    page.goto("/search/saved/")
    page.get_by_role("button", name="关注").click()
    expect(page.get_by_role("button", name="取消关注")).to_be_visible()
    look(page, "search-saved")
    page.goto("/burden/")
    expect(page.locator("#burden-line")).to_be_visible()
    look(page, "burden")
    with page.expect_navigation():
        page.locator(".burden-table tbody a").first.click()
    expect(page.locator(".pane table tbody tr")).to_have_count(1)
    look(page, "burden-list")
    page.set_viewport_size(PHONE)
    page.goto("/burden/")
    steady(page)
    look(page, "burden-phone")
    page.goto("/search/saved/")
    steady(page)
    look(page, "search-saved-phone")
    page.goto("/search/?q=书院")
    steady(page)
    look(page, "search-page-phone")


@pytest.mark.slow
@pytest.mark.usefixtures("tickets")
def test_tickets_on_the_map(sign_in: Callable) -> None:
    page = sign_in("dispatcher")
    page.goto("/map/?tickets=1")
    ready = page.locator("[data-map-page][data-tickets='5']")
    ready.wait_for()
    expect(page.locator(".side-tickets li")).to_have_count(5)
    expect(page.locator("[data-tickets-total]")).to_have_text("5")
    look(page, "map-tickets")
    page.locator("[data-tickets-heat]").click()
    page.wait_for_url(re.compile("heat=1"))
    expect(page.locator("[data-tickets-heat][aria-pressed=true]")).to_be_visible()
    look(page, "map-heat")
    page.goto("/map/?tickets=1&q=书院路&area=118.499,31.099;118.511,31.099;118.511,31.111;118.499,31.111")
    expect(page.locator(".side-tickets li")).to_have_count(2)
    expect(page.locator("[data-tickets-undraw]")).to_be_visible()
    look(page, "map-area")
    page.locator("[data-tickets-undraw]").click()
    expect(page.locator(".side-tickets li")).to_have_count(4)
    page.locator("[data-tickets-draw]").click()
    expect(page.locator("[data-sketch-hint]")).to_be_visible()
    canvas = page.locator(".map-canvas canvas").first
    for x, y in ((250, 250), (800, 250), (800, 600), (250, 600)):
        canvas.click(position={"x": x, "y": y})
    look(page, "map-sketch")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("area="))
    expect(page.locator(".side-tickets li")).to_have_count(2)
    page.goto("/map/?measure=K02")
    expect(page.locator(".map-key[data-measure=K02]")).to_be_visible()
    expect(page.locator("[data-months]")).to_be_visible()
    look(page, "map-indicator")
    page.set_viewport_size(PHONE)
    page.goto("/map/?tickets=1")
    expect(page.locator(".side-tickets li")).to_have_count(5)
    steady(page)
    look(page, "map-tickets-phone")
