"""Hands that are quicker than the network, and a focus that comes back to where it was."""

from collections.abc import Callable

from playwright.sync_api import Page, Route, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from governance.foundation.clock import now
from tests.browser.test_desk_story import jpeg, sign_in
from tests.cast import LITTER, Cast, MakeTicket

__all__ = ["sign_in"]


def opened(page: Page) -> None:
    """The list of usual categories; a click before the field's script is there opens none, so it is tried again."""
    for _second in range(60):
        page.locator("#id_category_search").click()
        try:
            page.locator("#id_category_list .picker-option").first.wait_for(timeout=1_000)
        except PlaywrightTimeout:
            continue
        return
    raise AssertionError("the list never opened")


def test_enter_before_the_answer_takes_what_was_typed_though_one_goes_on(
    sign_in: Callable, cast: Cast
) -> None:
    page = sign_in("duty")
    page.goto("/tickets/new/")
    held = []

    def hold(route) -> None:
        if route.request.url.endswith("q=bllj"):
            held.append(route)
        else:
            route.continue_()

    page.route("**/pick/categories**", hold)
    opened(page)
    with page.expect_request(lambda request: request.url.endswith("q=bllj")):
        page.keyboard.type("bllj")
        page.keyboard.press("Enter")
    page.locator("#id_content").focus()
    assert page.input_value("[name=category]") == "", "the first of the usual ones is not what was typed"
    for route in held:
        route.continue_()
    expect(page.locator("#id_category_search")).to_have_value("暴露垃圾")
    assert page.input_value("[name=category]") != ""
    assert page.locator("#id_category_list").is_hidden()
    expect(page.locator("#id_content")).to_be_focused()


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


def test_a_form_sent_while_its_photo_is_on_the_way_goes_with_the_photo(
    sign_in: Callable, cast: Cast, make_ticket: MakeTicket
) -> None:
    ticket = make_ticket("handling", to="G1", category=LITTER, at=now())
    page = sign_in("worker")
    page.goto(f"/tickets/{ticket.number}/")
    page.locator(".action-bar a[href$='/do/feedback/']").click()
    page.locator("#dialog [name=result_kind][value=resolved]").check()
    page.fill("#verb_opinion", "已清运，地面已冲洗")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/attachments/", hold)
    photo = {"name": "after.jpg", "mimeType": "image/jpeg", "buffer": jpeg()}
    with page.expect_request("**/attachments/"):
        page.set_input_files("#dialog [data-photos] input[multiple]", photo)
    page.locator("#dialog .dialog-foot .btn-primary").click()
    expect(page.locator("#dialog [data-photo-error]")).to_have_text("正在上传")
    for route in held:
        route.continue_()
    expect(page.locator("#dialog")).to_be_hidden()
    ticket.refresh_from_db(fields=["state"])
    assert ticket.state == "feedback"
