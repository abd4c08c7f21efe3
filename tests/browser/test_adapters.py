"""Mappings, the bench, channels and the pages for developers, looked at in a browser."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from adapters.models import Channel
from governance.accounts.models import User
from governance.command.demo import adapters as demo
from governance.exchange.models import ApiClient
from tests.browser.test_desk_story import look, sign_in
from tests.cast import Cast

__all__ = ["sign_in"]


def sideways(page: Any) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


@pytest.mark.slow
def test_an_administrator_tries_a_document(sign_in: Callable, cast: Cast) -> None:
    User.objects.filter(username="administrator").update(username="admin")
    demo.build_adapters(ApiClient.objects.get(code="hotline"), at=timezone.now())
    page = sign_in("admin")

    def visit(address: str, name: str) -> None:
        if address:
            page.goto(address)
        look(page, f"adapters-{name}")
        assert sideways(page) <= 0, name

    visit("/connections/mappings/", "mappings")
    visit("/connections/mappings/hotline-json/", "mapping")
    visit("/connections/mappings/hotline-json/versions/2/", "editor")
    visit("/connections/mappings/hotline-json/bench/", "bench")
    sent = [demo.sample("CG-01", "占道经营"), demo.sample("XX-99", "未对照的业务")]
    page.fill("#id_document", json.dumps(sent, ensure_ascii=False, indent=2))
    page.locator("button[name=try]").click()
    page.locator(".bench-outcome").first.wait_for()
    visit("", "bench-tried")
    visit("/connections/channels/", "channels")
    page.locator("a[href$='/channels/new/']").click()
    page.locator("#dialog[open] form").wait_for()
    visit("", "channel-new")
    sealed = Channel.objects.get(code="wechat-sealed-trial")
    page.goto(f"/connections/channels/{sealed.pk}/secret/")
    page.locator(".dialog-foot .btn-danger").click()
    page.locator(".issued-key").first.wait_for()
    visit("", "channel-keys")
    assert page.locator(".issued-key").count() == 3
    page.set_viewport_size({"width": 1440, "height": 900})
    for name in ("", "tickets/", "errors/", "client/"):
        visit(f"/developers/{name}", f"developers-{name.strip('/') or 'start'}")
    page.set_viewport_size({"width": 390, "height": 844})
    visit("/developers/", "developers-phone")
