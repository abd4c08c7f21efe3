"""An administrator keeps the systems that connect and reads what they called: every page looked at in a browser."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from governance.command.demo.exchange import build_systems
from governance.exchange.models import ApiClient, ExchangeCall
from tests.browser.test_desk_story import look, sign_in
from tests.cast import Cast

__all__ = ["sign_in"]


@pytest.mark.slow
def test_an_administrator_keeps_clients(sign_in: Callable, cast: Cast) -> None:
    at = timezone.now()
    build_systems(ApiClient.objects.get(code="hotline"), at=at - timedelta(minutes=1))
    page = sign_in("administrator")

    def visit(address: str, name: str) -> None:
        if address:
            page.goto(address)
        look(page, f"connections-{name}")
        sideways = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert sideways <= 0, name

    visit("/connections/", "list")
    page.locator("a[href='/connections/new/']").click()
    page.locator("#dialog[open] form").wait_for()
    page.fill("#dialog #id_code", "emergency")
    page.fill("#dialog #id_name", "市应急指挥平台")
    page.fill("#dialog #id_networks", "10.20.0.0/16")
    page.locator("#dialog input[name=sources][value=dept_transfer]").check()
    visit("", "new-dialog")
    page.locator("#dialog .dialog-foot .btn-primary").click()
    page.locator("#dialog .issued-key").first.wait_for()
    visit("", "issued")
    key = page.locator("#dialog .issued-key").first.inner_text()
    assert key.startswith("wg_")
    with page.expect_navigation():
        page.locator("#dialog .dialog-foot a").click()
    assert ApiClient.objects.get(code="emergency").key_hint == key[-6:]
    page.locator("a[href$='/key/']").first.click()
    page.locator("#dialog[open] form").wait_for()
    visit("", "rotate-dialog")
    visit("/connections/calls/", "calls")
    refused = ExchangeCall.objects.filter(status=422).order_by("-at")[0]
    visit(f"/connections/calls/{refused.pk}/", "call")
    visit("/connections/calls/?q=nothing", "calls-empty")
