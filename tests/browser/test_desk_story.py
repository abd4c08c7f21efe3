"""The main job in a real browser: sign in, register, accept, dispatch, handle, check, call back, close.

Every page on the way is looked at: no console error, nothing serious for axe, no sideways scroll on a phone.
"""

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from incidents import transitions
from incidents.models import Ticket
from tests import city
from tests.cast import LITTER, Cast, MakeTicket, Photo, jpeg

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
SCREENS = Path(__file__).parents[2] / "var" / "screens"
HANDLED = {409, 422}
PATIENCE_MS = 60_000
"""A busy machine may need long; whoever waits for a condition goes on as soon as it holds."""


QUIET = """
window.TalkingEventSource = window.EventSource;
window.EventSource = class extends EventTarget { readyState = 0; close() { this.readyState = 2; } };
"""
"""A stream that says nothing: the test's own server answers one request at a time. A route would do the same, but
a browser whose requests are held up keeps no script and no style sheet, and loads all of them anew for each page."""


@pytest.fixture
def sign_in(browser, browser_context_args, live_server, cast: Cast) -> Callable:
    """Signs a person of the cast in and gives the page; console errors of other than refused forms fail."""
    pages, wrong = [], []

    def listen(message) -> None:
        refused = any(f"status of {status}" in message.text for status in HANDLED)
        if message.type == "error" and not refused:
            wrong.append(message.text)

    def enter(name: str):
        context = browser.new_context(**browser_context_args, base_url=live_server.url)
        context.set_default_timeout(PATIENCE_MS)
        context.add_init_script(QUIET)
        page = context.new_page()
        page.on("console", listen)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto("/login/")
        page.fill("[name=username]", name)
        page.fill("[name=password]", city.PASSWORD)
        page.locator(".sign-in-card .btn-primary").click()
        page.wait_for_url(re.compile(r"/(inbox|dashboard|m|mediation)/"))
        pages.append(page)
        return page

    yield enter
    for page in pages:
        page.context.close()
    assert wrong == []


def keep_screen(page, name: str, **options) -> None:
    """What the page looks like, in `var/screens`; only with `KEEP_SCREENS=1`, since it takes its time."""
    if os.environ.get("KEEP_SCREENS") == "1":
        SCREENS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SCREENS / f"{name}.png", **options)


def look(page, name: str) -> None:
    """A screenshot for whoever wants one, and axe: nothing serious."""
    keep_screen(page, name)
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    serious = [
        (item["id"], [node["html"][:200] for node in item["nodes"]])
        for item in found["violations"]
        if item["impact"] in {"serious", "critical"}
    ]
    assert serious == [], name


def press(page, verb: str, fill: Callable | None = None) -> None:
    """Open a verb's dialog from the bar, fill it in, send it, and wait for the page after it."""
    page.locator(f".action-bar a[href$='/do/{verb}/']").click()
    page.locator("#dialog[open] form").wait_for()
    if fill is not None:
        fill(page)
    look(page, f"verb-{verb}")
    with page.expect_navigation():
        page.locator("#dialog .dialog-foot .btn").last.click()
    page.locator("#case").wait_for()


def state_of(page) -> str:
    return page.locator(".case-title .state").get_attribute("data-state")


def pick(page, field: str, words: str) -> None:
    """Type into a combobox and take the first match."""
    page.locator(f"#{field}_search").click()
    page.keyboard.press("Control+a")
    page.keyboard.type(words)
    page.locator(f"#{field}_list .picker-option").first.wait_for()
    page.keyboard.press("Enter")


def register(page) -> str:
    """Fill in the form with keyboard searches and a point on the map; the ticket's address."""
    page.goto("/tickets/new/")
    page.locator("#register-map[data-state=ready]").wait_for()
    look(page, "register")
    page.locator(".action-bar .btn-primary").click()
    page.locator(".has-error").first.wait_for()
    page.fill("#id_content", "书院社区门口成堆生活垃圾无人清运")
    page.fill("#id_caller_name", "张三丰")
    page.fill("#id_caller_phone", "13812345678")
    pick(page, "id_category", "bllj")
    pick(page, "id_region_code", "sysq")
    page.locator("#register-map[data-state=ready]").wait_for()
    canvas = page.locator("#register-map .map-canvas")
    box = canvas.bounding_box()
    canvas.click(position={"x": box["width"] / 6, "y": box["height"] / 2})  # the first of four grids in a row
    page.locator("[data-located][data-state=inside]").wait_for()
    look(page, "register-filled")
    page.locator(".action-bar .btn-primary").click()
    page.wait_for_url(re.compile(r"/tickets/WG\d+/"))
    return page.url.split("?")[0]


@pytest.mark.slow
def test_a_report_becomes_a_closed_ticket(sign_in: Callable, cast: Cast, photo: Photo) -> None:
    duty, dispatcher = sign_in("duty"), sign_in("dispatcher")
    address = register(duty)
    ticket = Ticket.objects.get()

    dispatcher.goto("/inbox/")
    look(dispatcher, "inbox")
    dispatcher.keyboard.press("j")
    with dispatcher.expect_navigation():
        dispatcher.keyboard.press("Enter")
    dispatcher.go_back()
    expect(dispatcher.locator("[data-row][aria-current] .row-link:focus")).to_have_count(1)
    with dispatcher.expect_navigation():
        dispatcher.keyboard.press("Enter")
    press(dispatcher, "accept")
    assert state_of(dispatcher) == "accepted"
    look(dispatcher, "ticket-accepted")

    def to_the_grid(page) -> None:
        pick(page, "verb_to", ticket.grid.team.name)

    press(dispatcher, "dispatch", to_the_grid)
    assert state_of(dispatcher) == "dispatched"

    leader = sign_in("grid_leader")
    leader.goto(address)
    press(leader, "sign")

    def result(page) -> None:
        page.locator("#dialog [name=result_kind][value=resolved]").check()
        page.fill("#verb_opinion", "已清运，地面已冲洗")
        page.set_input_files(
            "#dialog [data-photos] input[multiple]",
            {"name": "after.jpg", "mimeType": "image/jpeg", "buffer": jpeg()},
        )
        page.locator("#dialog [data-photo-list] input[name=attachments]").wait_for(state="attached")

    press(leader, "feedback", result)
    assert state_of(leader) == "feedback"

    oversight = sign_in("oversight")
    oversight.goto(address)
    press(oversight, "check")
    assert state_of(oversight) == "follow_up"

    duty.goto(address)
    press(duty, "follow_up", lambda page: page.locator("#dialog [name=outcome][value=solved]").check())
    oversight.goto(address)
    press(oversight, "close")
    assert state_of(oversight) == "closed"
    look(oversight, "ticket-closed")
    ticket.refresh_from_db(fields=["state"])
    assert ticket.state == "closed"


def test_a_refusal_is_shown_in_the_dialog_and_the_text_kept(
    sign_in: Callable, cast: Cast, make_ticket: MakeTicket
) -> None:
    ticket = make_ticket("handling", to="G1", category=LITTER)
    page = sign_in("worker")
    page.goto(f"/tickets/{ticket.number}/")
    page.locator(".action-bar a[href$='/do/feedback/']").click()
    page.locator("#dialog[open] form").wait_for()
    page.locator("#dialog [name=result_kind][value=resolved]").check()
    page.fill("#verb_opinion", "已清理，忘了拍照")
    page.locator("#dialog .dialog-foot .btn-primary").click()
    page.locator("#dialog .field-error:visible").first.wait_for()
    assert page.input_value("#verb_opinion") == "已清理，忘了拍照"
    look(page, "verb-refused")


def test_somebody_else_was_quicker(sign_in: Callable, cast: Cast, make_ticket: MakeTicket) -> None:
    from governance.foundation.clock import now

    ticket = make_ticket()
    page = sign_in("dispatcher")
    page.goto(f"/tickets/{ticket.number}/")
    page.locator(".action-bar a[href$='/do/accept/']").click()
    page.fill("#verb_opinion", "我先看到的")
    transitions.accept(ticket.pk, by=cast.second_dispatcher, at=now())
    page.locator("#dialog .dialog-foot .btn-primary").click()
    page.locator("#dialog .form-errors").wait_for()
    assert "蒋派" in page.locator("#dialog .form-errors").inner_text()
    assert page.input_value("#verb_opinion") == "我先看到的"


@pytest.mark.parametrize("path", ["/inbox/", "/tickets/", "/tickets/new/", "/notices/", "ticket"])
def test_nothing_scrolls_sideways_on_a_phone(sign_in: Callable, make_ticket: MakeTicket, path: str) -> None:
    ticket = make_ticket("called")
    page = sign_in("oversight" if path != "/tickets/new/" else "duty")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(ticket.get_absolute_url() if path == "ticket" else path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    look(page, f"phone-{path.strip('/').replace('/', '-') or 'home'}")


@pytest.mark.parametrize("path", ["/tickets/", "/notices/", "/tickets/?late=1&state=registered"])
def test_lists_are_fit_for_everybody(sign_in: Callable, make_ticket: MakeTicket, path: str) -> None:
    make_ticket()
    page = sign_in("oversight")
    page.goto(path)
    look(page, f"desk-{path.strip('/').split('/')[0]}")
