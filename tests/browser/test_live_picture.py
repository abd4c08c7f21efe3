"""The dashboard and the wall in a real browser: numbers change in place, scenes take turns, a link ends."""

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from assessment.loading import load_shipped
from assessment.running import catch_up
from governance.command.walls import links
from governance.foundation.clock import local, now
from tests.browser.test_desk_story import QUIET, look, sign_in
from tests.cast import DAY, LITTER, MINUTE, Cast, MakeTicket, earlier_today

__all__ = ["sign_in"]
SMALLEST = "Math.round(parseFloat(getComputedStyle(document.documentElement).fontSize))"
WIDTHS = ((1440, 900), (390, 844))


@pytest.fixture
def busy(cast: Cast, live_server: object, make_ticket: MakeTicket) -> None:
    """Tickets of today and of the days before, counted."""
    at = now()
    for number in range(8):
        make_ticket(
            ("closed", "handling", "registered", "dispatched")[number % 4],
            at=earlier_today(at) - (number % 3) * DAY,
            column=number % 4,
            **({"category": LITTER} if number % 2 else {}),
        )
    make_ticket("handling", at=at - 20 * DAY, column=2)
    load_shipped()
    catch_up(at=at)


def sideways(page) -> int:
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def silent(route) -> None:
    """A stream that says nothing, where the test hears another one."""
    route.fulfill(status=200, content_type="text/event-stream", body="retry: 600000\n\n")


@pytest.mark.slow
@pytest.mark.usefixtures("busy")
@pytest.mark.django_db(transaction=True)
def test_numbers_change_in_place_and_longer_periods(sign_in: Callable) -> None:
    page = sign_in("leader")
    at = local(now()).isoformat()

    def told(route) -> None:
        cells = {
            "intake": ["4321", "/tickets/?since=2026-01-01", ""],
            "soon": ["17", "/tickets/?soon=1", "amber"],
        }
        body = json.dumps({"at": at, "day": at[:10], "set": cells, "gone": []})
        route.fulfill(status=200, content_type="text/event-stream", body=f"retry: 600000\n\ndata: {body}\n\n")

    page.add_init_script("window.EventSource = window.TalkingEventSource;")
    page.context.route("**/events/**", silent)
    page.context.route("**/dashboard/events/**", told)
    page.goto("/dashboard/")
    expect(page.locator(".dashboard-figures [data-n=intake]").first).to_have_text("4321")
    expect(page.locator(".dashboard-figures [data-n=soon]")).to_have_attribute("href", "/tickets/?soon=1")
    page.locator("[data-chart=rhythm] canvas").wait_for()
    for kind in ("png", "svg"):
        with page.expect_download() as saved:
            page.locator(f"[data-chart-file={kind}][data-of-chart=rhythm]").click()
        assert re.fullmatch(rf"rhythm-[\d-]+\.{kind}", saved.value.suggested_filename)
    page.context.unroute("**/dashboard/events/**", told)
    for width, height in WIDTHS:
        page.set_viewport_size({"width": width, "height": height})
        for name in ("today", "month"):
            page.goto(f"/dashboard/?period={name}")
            page.locator("[data-chart] canvas").first.wait_for()
            look(page, f"live-{name}-{width}")
            assert sideways(page) <= 0, (name, width)
    page.goto("/walls/")
    look(page, "walls")


@pytest.mark.slow
@pytest.mark.usefixtures("busy")
@pytest.mark.django_db(transaction=True)
def test_a_screen_shows_the_wall_until_its_link_ends(
    cast: Cast, browser, browser_context_args, live_server
) -> None:
    made = links.make("大厅", "990100000000", days=9, by=cast.leader, at=now() - MINUTE)
    context = browser.new_context(**browser_context_args, base_url=live_server.url)
    context.set_default_timeout(60_000)
    context.add_init_script(QUIET)
    page, wrong = context.new_page(), []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda told: wrong.append(told.text) if told.type == "error" else None)
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.goto(f"/wall/k/{made.token}/")
    expect(page).to_have_url(re.compile(r"/wall/$"))
    page.locator(".wall-scene.is-on canvas").first.wait_for()
    expect(page.locator("[data-figure=intake] .roll .reel").first).to_be_visible()
    assert sideways(page) <= 0
    assert page.evaluate(SMALLEST) == 24
    look(page, "wall-1920")
    page.set_viewport_size({"width": 3840, "height": 2160})
    assert page.evaluate(SMALLEST) == 48
    assert sideways(page) <= 0
    assert wrong == []
    links.revoke(made.link.pk, by=cast.leader, at=now())
    page.goto("/wall/")
    expect(page.locator(".wall-closed")).to_contain_text("停用")
    context.close()
