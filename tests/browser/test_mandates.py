"""Duty lists, access applications, powers and compliance in a real browser: each page as its role, desk and phone."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from governance.foundation.errors import Unprocessable
from incidents import transitions
from incidents.directing import RuleDraft, save
from mandates import standing
from mandates.models import DutyItem
from tests.browser.test_desk_story import look, sign_in
from tests.cast import DUTY_OF_GRID, ERRAND, LITTER, ROAD_DAMAGE, Cast, MakeTicket
from tests.mandates.props import application, duty_list, power

__all__ = ["sign_in"]
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def written(cast: Cast, make_ticket: MakeTicket) -> None:
    """Lists in two editions, applications, powers, tasks covered, overridden and stopped."""
    at = timezone.now()
    today = timezone.localdate()
    subjects = (
        ("0106", "垃圾分类劝导与桶边值守"),
        ("0107", "清理乱贴乱画小广告"),
        ("0302", "劝导沿街商铺店外经营"),
    )
    old = [("basic", code, name) for code, name in subjects] + [("basic", ERRAND, "行动不便居民上门代办服务")]
    new = [
        *old[:2],
        ("cooperating", "0601", "占堵消防通道现场劝导"),
        ("taken_back", ERRAND, "行动不便居民上门代办服务"),
    ]
    duty_list(old, since=today - timedelta(days=90))
    made = duty_list(new, edition=2, since=today - timedelta(days=1))
    duty_list([("basic", "0103", "社区环境整治")], code="SQSX", level="community", since=today)
    DutyItem.objects.filter(duty_list=made).update(
        lead_line="CG", support_lines=["TOWN"], content="日常巡查发现后当面劝导，拒不改正的上报"
    )
    standing.forget()
    for state in ("submitted", "reviewed", "in_force", "refused", "draft"):
        application(cast, state=state, since=today, until=today + timedelta(days=90), at=at)
    power(cast, state="approved")
    power(cast, state="proposed", title="违法建设拆除执法")
    make_ticket("dispatched", category=LITTER, to="G1", at=at)
    make_ticket("dispatched", category=ERRAND, to="G1", at=at, override_reason="节日慰问期间临时安排")
    stopped = make_ticket("accepted", category=DUTY_OF_GRID, at=at)
    with pytest.raises(Unprocessable):
        transitions.dispatch(stopped.pk, by=cast.dispatcher, to=cast.unit("G1").pk, at=at)


def visit(page, address: str, name: str) -> None:
    page.goto(address)
    look(page, f"mandates-{name}")
    sideways = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert sideways <= 0, name


@pytest.mark.slow
@pytest.mark.usefixtures("written")
def test_the_pages_of_each_role(sign_in: Callable) -> None:
    page = sign_in("oversight")
    visit(page, "/mandates/", "lists")
    visit(page, "/mandates/items/", "items")
    page.goto("/mandates/")
    page.locator("a.row-link").nth(1).click()
    page.wait_for_url(re.compile(r"/lists/\d+/"))
    look(page, "mandates-edition")
    visit(page, "/mandates/import/", "import")
    visit(page, "/mandates/access/", "access-list")
    visit(page, "/mandates/powers/", "powers")
    visit(page, "/mandates/powers/new/", "power-form")
    visit(page, "/mandates/compliance/", "compliance")
    page.locator(".k48 a").first.click()
    page.wait_for_url(re.compile(r"/compliance/tickets/"))
    look(page, "mandates-compliance-rows")
    page.set_viewport_size(PHONE)
    for address, name in (
        ("", "lists"),
        ("access/", "access"),
        ("compliance/", "compliance"),
        ("items/", "items"),
    ):
        visit(page, f"/mandates/{address}", f"{name}-phone")


@pytest.mark.slow
@pytest.mark.usefixtures("written")
def test_a_department_applies_and_a_dispatcher_is_warned(
    sign_in: Callable, cast: Cast, make_ticket: MakeTicket
) -> None:
    lead = sign_in("lead")
    lead.goto("/mandates/access/new/")
    lead.fill("#id_title", "冬季消防安全入户提醒")
    lead.locator("#id_matter_code_search").click()
    lead.keyboard.type("1604")
    lead.locator("#id_matter_code_list .picker-option", has_text="消防安全宣传").first.click()
    lead.locator("input[name=level][value=grid]").check()
    lead.select_option("#id_region", "990101001000")
    today = timezone.localdate()
    lead.fill("#id_starts_on", today.isoformat())
    lead.fill("#id_ends_on", (today + timedelta(days=60)).isoformat())
    for name in ("content", "legal_basis", "money", "training"):
        lead.fill(f"#id_{name}", "由部门负责，按年度工作要点执行")
    look(lead, "mandates-access-form")
    lead.locator(".form-actions .btn-primary").click()
    lead.wait_for_url(re.compile(r"/access/ZR\d+/"))
    lead.locator(".action-bar a[href$='/do/submit/']").click()
    lead.locator("#dialog[open] form").wait_for()
    with lead.expect_navigation():
        lead.locator("#dialog .dialog-foot .btn").last.click()
    look(lead, "mandates-access")
    assert lead.locator(".state-wait").count()

    ticket = make_ticket("accepted", category=DUTY_OF_GRID, at=timezone.now())
    dispatcher = sign_in("dispatcher")
    dispatcher.goto(f"/tickets/{ticket.number}/")
    dispatcher.locator(".action-bar a[href$='/do/dispatch/']").click()
    dispatcher.locator("#dialog[open] .cover-line").first.wait_for()
    look(dispatcher, "mandates-dispatch")
    dispatcher.locator("#dialog .dialog-foot .btn").last.click()
    dispatcher.locator("#dialog .has-error").first.wait_for()
    look(dispatcher, "mandates-dispatch-refused")


@pytest.mark.slow
def test_a_dispatcher_keeps_the_directory(sign_in: Callable, cast: Cast, make_ticket: MakeTicket) -> None:
    at = timezone.now()
    for unit in ("CG1", "CG1", "CG"):
        make_ticket("dispatched", category=ROAD_DAMAGE, to=unit, at=at - timedelta(days=2))
    for name, words in (("夜间烧烤扰民由综合执法先行处置", ["烧烤", "夜市"]), ("主干道井盖缺失", ["井盖"])):
        facts = {"name": name, "starts_on": timezone.localdate(), "line": "CG", "tier": "town"}
        save(RuleDraft(**facts, keywords=words, weekdays=[5, 6, 7]), by=cast.dispatcher, at=at)
    page = sign_in("dispatcher")
    visit(page, "/mandates/rules/new/", "rule-form")
    page.fill("#id_name", "市管道路破损")
    page.locator("#id_category_prefix_search").click()
    page.keyboard.type(ROAD_DAMAGE)
    page.locator("#id_category_prefix_list .picker-option", has_text="道路破损").first.click()
    page.select_option("#id_line", "CG")
    page.select_option("#id_tier", "city")
    page.locator(".form-actions .btn-primary").click()
    page.locator("#trial-head").wait_for()
    look(page, "mandates-rule-tried")
    page.locator("button[name=save]").first.click()
    page.locator("tr[id^=rule-]").nth(2).wait_for()
    page.locator("tr[id^=rule-]").nth(2).locator("form[action$='/up/'] button").press("Enter")
    page.wait_for_url(re.compile(r"#rule-"))
    assert "市管道路破损" in page.locator("tr[id^=rule-]").nth(1).inner_text()
    look(page, "mandates-rules")
    page.set_viewport_size(PHONE)
    visit(page, "/mandates/rules/", "rules-phone")
