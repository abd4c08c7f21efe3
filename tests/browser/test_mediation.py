"""The desks of mediation in a real browser: the mediator records a consent, the window sorts, the public asks."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from governance.foundation.clock import local, now
from tests.assessment.props import take_in
from tests.browser.test_desk_story import look, sign_in
from tests.cast import DAY, HOUR, Cast
from tests.knowledge.props import entry, question
from tests.mediation.props import Way

__all__ = ["sign_in"]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_the_desks_of_mediation(sign_in: Callable, cast: Cast) -> None:
    at = now()
    fresh = Way(cast, at=at - HOUR)
    case = Way(cast, at=at - 3 * DAY, facts="双方多次争吵，一方扬言报复，楼道内发生推搡").to("mediating").row
    Way(cast, at=at - 5 * DAY).to("agreed_written")
    Way(cast, at=at - 30 * DAY).to("performed")
    waiting = Way(cast, at=at - timedelta(hours=5)).to("triaged").row
    page = sign_in("mediator")

    def visit(address: str, name: str) -> None:
        if address:
            page.goto(address)
        look(page, f"mediation-{name}")
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, name

    visit("/mediation/", "desk")
    visit(f"/mediation/case/{case.number}/", "case")
    bar = page.locator(".mediation-bar")
    expect(bar.locator("> .btn")).to_have_count(3)
    bar.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(bar.locator(".menu-item").first).to_be_visible()
    page.keyboard.press("Tab")
    expect(bar.locator(".menu-item").first).to_be_focused()
    visit("", "case-menu")
    page.keyboard.press("Escape")
    expect(bar.locator(".menu-item").first).to_be_hidden()
    expect(bar.locator("summary")).to_be_focused()
    page.goto(f"/mediation/case/{waiting.number}/")
    page.locator(".action-bar a[href$='/do/consent/']").click()
    page.locator("#dialog[open] form").wait_for()
    visit("", "consent-dialog")
    page.locator("#dialog select[name=party]").select_option(index=1)
    page.locator("#dialog input[name=manner][value=written]").check()
    with page.expect_navigation():
        page.locator("#dialog .dialog-foot .btn-primary").click()
    expect(page.locator(".mediation-party").first).to_contain_text("同意 · 书面")
    page = sign_in("town")
    visit("/mediation/window/", "window")
    visit("/mediation/cases/", "cases")
    visit("/mediation/red/", "red")
    visit("/mediation/new/", "new")
    visit("/mediation/limits/", "limits")
    visit(f"/mediation/case/{fresh.row.number}/", "to-sort")
    take_in(at)
    days = f"since={local(at - 40 * DAY):%Y-%m-%d}&last={local(at):%Y-%m-%d}"
    visit(f"/assessment/indicators/K31/?{days}", "indicator")
    expect(page.get_by_role("region", name="按纠纷类型")).to_be_visible()
    visit("/mediation/ties/", "ties")
    known, asked = entry(cast, at=at), question(cast, at=at)
    for name, address in {
        "knowledge": "/knowledge/",
        "knowledge-new": "/knowledge/new/",
        "knowledge-entry": f"/knowledge/{known.number}/",
        "questions": "/knowledge/questions/",
        "question": f"/knowledge/questions/{asked.number}/",
    }.items():
        visit(address, name)
    page.set_viewport_size({"width": 390, "height": 844})
    visit(f"/mediation/case/{case.number}/", "phone-case")
    page.locator(".mediation-bar summary").click()
    expect(page.locator(".mediation-bar .menu-item").last).to_be_visible()
    visit("", "phone-case-menu")
    visit("/mediation/", "phone-desk")
    visit("/mediation/query/", "query")
    visit("/c/ask/", "ask")
    page.fill("[name=words]", "老人补贴怎么领")
    page.get_by_role("button", name="提问").click()
    page.get_by_text(known.question).wait_for()
    visit("", "ask-answers")
    page.get_by_role("button", name="没有").first.click()
    page.locator("[name=phone]").wait_for()
    visit("", "ask-person")
    visit("/c/ask/answer/", "ask-look-up")
