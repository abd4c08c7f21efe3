"""Hands that are quicker than the network, and a focus that comes back to where it was."""

from collections.abc import Callable

from playwright.sync_api import expect

from governance.foundation.clock import now
from tests.browser.test_desk_story import sign_in
from tests.cast import Cast, MakeTicket

__all__ = ["sign_in"]


def test_enter_before_the_answer_takes_what_was_typed(sign_in: Callable, cast: Cast) -> None:
    page = sign_in("duty")
    page.goto("/tickets/new/")
    held = []

    def hold(route) -> None:
        if route.request.url.endswith("q=bllj"):
            held.append(route)
        else:
            route.continue_()

    page.route("**/pick/categories**", hold)
    page.locator("#id_category_search").click()
    page.locator("#id_category_list .picker-option").first.wait_for()
    with page.expect_request(lambda request: request.url.endswith("q=bllj")):
        page.keyboard.type("bllj")
        page.keyboard.press("Enter")
    assert page.input_value("[name=category]") == "", "the first of the usual ones is not what was typed"
    for route in held:
        route.continue_()
    expect(page.locator("#id_category_search")).to_have_value("暴露垃圾")
    assert page.input_value("[name=category]") != ""
    assert page.locator("#id_category_list").is_hidden()


def test_the_focus_comes_back_from_a_dialog(sign_in: Callable, cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("handling", at=now())
    page = sign_in("oversight")
    page.goto(f"/tickets/{ticket.number}/")
    page.locator(".action-bar details.menu summary").click()
    page.locator(".action-bar .menu-item").first.click()
    page.locator("#dialog[open] form").wait_for()
    assert page.locator(".action-bar details[open]").count() == 0, "no menu hangs open behind the dialog"
    page.keyboard.press("Escape")
    expect(page.locator(".action-bar summary").first).to_be_focused()
    page.locator(".action-bar a[href$='/do/urge/']").focus()
    page.keyboard.press("Enter")
    page.locator("#dialog[open] form").wait_for()
    page.keyboard.press("Escape")
    expect(page.locator(".action-bar a[href$='/do/urge/']")).to_be_focused()
