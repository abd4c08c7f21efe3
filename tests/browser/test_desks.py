"""The desks in a real browser: a dispatcher works by keyboard alone, at the sizes of two screens and on a phone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from governance.foundation.clock import now
from incidents.models import Ticket
from incidents.tasks import continue_bulk
from tests.browser.test_desk_story import look, sign_in
from tests.cast import DAY, MINUTE, Cast, MakeTicket
from tests.incidents.test_similar import spot

__all__ = ["sign_in"]
LAMP = "文津路与书院街路口的路灯不亮，晚上一片漆黑"


def no_sideways(page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


def chosen(page) -> str:
    return page.locator("#desk-case").get_attribute("data-number")


def send(page) -> None:
    """Send the open form by Enter and wait until the desk has gone on."""
    page.keyboard.press("Enter")
    page.locator("#dialog:not([open])").wait_for(state="attached")


@pytest.mark.slow
def test_a_dispatcher_accepts_merges_and_dispatches_by_keyboard(
    sign_in: Callable, cast: Cast, make_ticket: MakeTicket
) -> None:
    at = now()
    main = make_ticket(
        "dispatched", content="文津路书院街路口路灯不亮，请维修", spot=spot(0, 60), at=at - 2 * DAY
    )
    twin = make_ticket(content=LAMP, spot=spot(0, 20), at=at - 30 * MINUTE)
    other = make_ticket(content="书院社区3号楼前暖气管道漏水，路面结冰", spot=spot(1), at=at - 20 * MINUTE)
    for index in range(6):
        make_ticket(
            content=f"第{index}栋楼道堆放杂物，占用消防通道", spot=spot(index % 4, 90), at=at - index * MINUTE
        )
    page = sign_in("dispatcher")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto("/desk/")
    page.locator("[data-desk][data-state=idle]").wait_for()
    page.keyboard.press("?")
    page.locator("#dialog[open] .key-list").wait_for()
    look(page, "desk-keys")
    page.keyboard.press("Escape")

    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.locator("#desk-case [data-merge]").first.wait_for()
    page.locator("[data-desk][data-state=idle]").wait_for()
    assert chosen(page) == twin.number
    assert main.number in page.locator("#similar-pins").get_attribute("data-pins")
    no_sideways(page)
    look(page, "desk-1440")
    page.keyboard.press("m")
    page.locator("#dialog[open] #verb_target").wait_for()
    assert page.input_value("#verb_target") == main.number
    send(page)
    page.locator(f"#desk-case[data-number='{other.number}']").wait_for()
    twin.refresh_from_db()
    assert (twin.state, twin.merged_into_id) == ("merged", main.pk)

    page.keyboard.press("a")
    page.locator("#dialog[open] form").wait_for()
    send(page)
    page.locator("#desk-case [data-verb=dispatch]").wait_for()
    assert chosen(page) == other.number
    page.keyboard.press("d")
    page.locator("#dialog[open] #verb_to_search").wait_for()
    look(page, "desk-dispatch")
    send(page)
    page.locator(f"#desk-case:not([data-number='{other.number}'])").wait_for()
    other.refresh_from_db()
    assert other.state == "dispatched"
    page.keyboard.press("/")
    page.keyboard.type("楼道")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=*")
    expect(page.locator("#desk-queue [data-row]")).to_have_count(6)
    assert page.locator("#desk-pins").get_attribute("data-pins").count("number") == 6

    page.set_viewport_size({"width": 1920, "height": 1080})
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.locator("#desk-case").wait_for()
    page.locator("[data-desk][data-state=idle]").wait_for()
    look(page, "desk-1920")
    page.set_viewport_size({"width": 390, "height": 844})
    no_sideways(page)
    look(page, "desk-phone")


def test_a_department_signs_all_and_its_desk_keeps_up(
    sign_in: Callable, cast: Cast, make_ticket: MakeTicket
) -> None:
    at = now()
    for index in range(3):
        make_ticket(
            "dispatched", content=f"文津路{index}号占道经营影响通行", category="0301", at=at - index * MINUTE
        )
    make_ticket("handling", content="书院街人行道破损，老人摔倒", category="0202", at=at - 9 * DAY)
    make_ticket("feedback", content="桂园小区门口堆放建筑垃圾", category="0202", at=at - 2 * DAY)
    page = sign_in("lead")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto("/workbench/")
    no_sideways(page)
    look(page, "workbench")
    with page.expect_navigation():
        page.locator(".sign-all .btn-primary").click()
    assert continue_bulk() == 3
    page.locator("#bulk-run[data-bulk=done]").wait_for()
    expect(page.locator(".bulk-yes")).to_have_count(3)
    look(page, "bulk-signed")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/workbench/")
    expect(page.locator(".sign-all")).to_have_count(0)
    no_sideways(page)
    look(page, "workbench-phone")


def test_many_tickets_are_changed_and_taken_back_from_a_saved_filter(
    sign_in: Callable, cast: Cast, make_ticket: MakeTicket
) -> None:
    at = now()
    for index in range(4):
        make_ticket(content=f"第{index}栋楼道堆放杂物，占用消防通道", at=at - index * MINUTE)
    make_ticket("accepted", content="书院社区路灯不亮", at=at - 5 * MINUTE)
    page = sign_in("dispatcher")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto("/tickets/?open=1")
    page.locator("#views-bar [data-key=s]").click()
    page.locator("#dialog[open] #view_name").wait_for()
    page.keyboard.type("在办工单")
    look(page, "filter-save")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.locator("#views-bar .chip.is-on").wait_for()
    assert page.locator("#views-bar .chip.is-on").inner_text().split() == ["在办工单", "5"]
    look(page, "filter-bar")
    page.locator("#views-bar .btn", has_text="管理").click()
    page.locator("#dialog[open] .view-row").wait_for()
    look(page, "filter-arrange")
    page.keyboard.press("Escape")

    page.locator(".page-actions a[href*='/bulk/new/']").click()
    page.locator(".chip[href*='verb=accept']").click()
    page.locator(".bulk-no").wait_for()
    no_sideways(page)
    look(page, "bulk-preview")
    with page.expect_navigation():
        page.locator("[name=start]").click()
    assert continue_bulk() == 4
    page.locator("#bulk-run[data-bulk=done] [data-key=u]").wait_for()
    look(page, "bulk-done")
    with page.expect_navigation():
        page.keyboard.press("u")
    assert continue_bulk() == 4
    page.locator("#bulk-run[data-bulk=done]").wait_for()
    assert Ticket.objects.filter(state="registered").count() == 4

    leader = sign_in("leader")
    leader.set_viewport_size({"width": 1440, "height": 900})
    make_ticket("dispatched", content="文津路燃气泄漏，气味很大", category="0206", to="RQ", at=at - DAY)
    leader.goto("/picture/")
    no_sideways(leader)
    look(leader, "picture")
