"""An administrator adds an endpoint, reads what was sent, sends dead letters again: every page looked at."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from governance.command.demo.exchange import build_systems
from governance.command.demo.plan import BASE, JOB
from governance.command.demo.webhooks import build_webhooks
from governance.command.models import mark_done
from governance.exchange.models import ApiClient
from governance.foundation.clock import now
from tests.browser.test_desk_story import look, sign_in
from tests.cast import DAY, Cast, MakeTicket
from webhooks.models import Delivery, Endpoint

__all__ = ["sign_in"]


@pytest.mark.slow
def test_an_administrator_keeps_endpoints(
    sign_in: Callable[[str], Any], cast: Cast, make_ticket: MakeTicket
) -> None:
    at = now()
    for number in range(4):
        make_ticket("handling", source="hotline", by=cast.client, external_no=f"D-{number}", at=at - 6 * DAY)
    mark_done(JOB, BASE, at=at)
    build_systems(ApiClient.objects.get(code="hotline"), at=at)
    build_webhooks()
    page = sign_in("administrator")

    def visit(address: str, name: str) -> None:
        if address:
            page.goto(address)
        look(page, f"webhooks-{name}")
        sideways = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert sideways <= 0, name

    visit("/connections/webhooks/", "endpoints")
    page.locator("a[href='/connections/webhooks/new/']").click()
    page.locator("#dialog[open] form").wait_for()
    page.fill("#dialog #id_name", "热线·办结结果")
    page.fill("#dialog #id_url", "https://10.1.2.3/hook")
    visit("", "new-dialog")
    page.locator("#dialog .dialog-foot .btn-primary").click()
    expect(page.locator("#dialog .has-error")).to_contain_text("不允许访问")
    page.fill("#dialog #id_url", "https://gd.hotline.example/closed")
    page.locator("#dialog .dialog-foot .btn-primary").click()
    page.locator("#dialog .issued-key").wait_for()
    visit("", "issued")
    assert page.locator("#dialog .issued-key").inner_text() == Endpoint.objects.latest("pk").secret
    broken = Endpoint.objects.get(state="broken")
    visit(f"/connections/webhooks/{broken.pk}/", "endpoint")
    visit("/connections/webhooks/messages/", "messages")
    dead = Delivery.objects.filter(state="dead").latest("pk")
    visit(f"/connections/webhooks/messages/{dead.pk}/", "message")
    visit("/connections/webhooks/messages/dead/", "dead")
    page.locator(f"input[name=message][value='{dead.pk}']").check()
    with page.expect_navigation():
        page.locator(".hook-deeds button").click()
    expect(page.locator("body")).to_contain_text("将重新推送 1 条消息")
    dead.refresh_from_db()
    assert (dead.state, dead.replays) == ("waiting", 1)
    page.locator("a[data-dialog*='replay-all']").click()
    page.locator("#dialog[open] form").wait_for()
    visit("", "replay-all")
