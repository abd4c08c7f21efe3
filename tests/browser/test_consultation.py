"""A town whistles, a department answers and arrives by phone, the town scores; a dispatcher decides a consultation.

Every page on the way is looked at: no console error, nothing serious for axe, no sideways scroll.
"""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from consultation import conferences, meetings
from consultation.meetings import MeetingPlan, Point, Task
from consultation.models import CallLine, Consultation, WhistleCall
from incidents.models import Ticket
from tests.browser.test_desk_story import look, sign_in
from tests.cast import STREET_TRADE, Cast, MakeTicket, jpeg

__all__ = ["sign_in"]
PHONE = {"width": 390, "height": 844}
HOUR = timedelta(hours=1)


def dialog(page, verb: str, fill: Callable | None = None) -> None:
    """Open a verb's dialog, fill it in, send it, and wait for the page after it."""
    page.locator(f"a[href$='/do/{verb}/']").first.click()
    page.locator("#dialog[open] form").wait_for()
    if fill is not None:
        fill(page)
    look(page, f"consultation-{verb}")
    with page.expect_navigation():
        page.locator("#dialog .dialog-foot .btn").last.click()


def fits(page, name: str) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"], name
    look(page, name)


def choose(page, field: str, words: str) -> None:
    """Search in a list of several and tick the first match."""
    page.locator(f"#{field}_search").click()
    page.keyboard.type(words)
    page.locator(f"#{field}_list .picker-option").first.wait_for()
    page.keyboard.press("Enter")
    page.locator(f"[data-units] input[name={field.removeprefix('id_')}]:checked").first.wait_for()
    page.locator("h1").click()
    page.locator(f"#{field}_list").wait_for(state="hidden")


@pytest.mark.slow
def test_whistle_answer_arrive_and_score(sign_in: Callable, cast: Cast) -> None:
    town, handler = sign_in("town"), sign_in("handler")
    town.goto("/consultation/calls/new/")
    town.locator("input[name=kind][value=emergency]").check()
    town.fill("#id_title", "东门燃气管线被挖断，需联合处置")
    town.fill("#id_content", "书院社区东门施工挖断燃气管线，请携警戒器材到东门岗亭会合")
    choose(town, "id_units", "城市管理局")
    town.locator("#id_region_search").click()
    town.keyboard.type("sysq")
    town.locator("#id_region_list .picker-option", has_text="书院社区").first.click()
    town.locator("h1").click()
    town.locator("#id_region_list").wait_for(state="hidden")
    look(town, "whistle-form")
    town.locator(".form-actions .btn-primary").click()
    town.wait_for_url(re.compile(r"/calls/CS\d+/"))
    row = WhistleCall.objects.get()

    handler.set_viewport_size(PHONE)
    handler.goto("/consultation/")
    fits(handler, "whistle-list-phone")
    handler.locator(".row-link").first.click()
    handler.locator(".whistle-line.is-mine").wait_for()
    fits(handler, "whistle-phone")
    dialog(handler, "accept", lambda page: page.fill("#verb_opinion", "朱办带队 4 人，13 时到"))

    def arrival(page) -> None:
        page.set_input_files(
            "#dialog [data-photos] input[multiple]",
            {"name": "spot.jpg", "mimeType": "image/jpeg", "buffer": jpeg()},
        )
        page.locator("#dialog [data-photo-list] input[name=photos]").wait_for(state="attached")

    dialog(handler, "arrive", arrival)
    dialog(handler, "report", lambda page: page.fill("#verb_opinion", "已设置警戒，燃气公司关阀抢修"))
    fits(handler, "whistle-phone-done")
    assert CallLine.objects.get().state == "done"

    town.goto(f"/consultation/calls/{row.number}/")

    def score(page) -> None:
        page.locator("#dialog [name=score][value='5']").check()

    dialog(town, "score", score)
    fits(town, "whistle-call")
    assert CallLine.objects.get().score == 5
    for address, name in (
        ("/consultation/?mine=all", "whistle-list"),
        ("/consultation/statistics/", "whistle-figures"),
    ):
        town.goto(address)
        fits(town, name)


@pytest.mark.slow
def test_a_consultation_is_decided(sign_in: Callable, cast: Cast, make_ticket: MakeTicket) -> None:
    at = timezone.now() - HOUR
    ticket = make_ticket("returned", to="CG", category=STREET_TRADE, at=at)
    units = [cast.unit(code).pk for code in ("CG", "E1")]
    row = conferences.convene(
        ticket.pk, by=cast.oversight, at=at + HOUR / 2, question="商铺门前占道由谁牵头、谁协办", units=units
    )
    lead = sign_in("lead")
    lead.goto(f"/consultation/consultations/{row.number}/")

    def opinion(page) -> None:
        page.locator("#dialog [name=stance][value=assists]").check()
        page.fill("#verb_opinion", "依据职责清单第 12 项，由镇街执法局牵头，我局可以协办")

    dialog(lead, "opine", opinion)
    dispatcher = sign_in("dispatcher")
    dispatcher.goto(f"/tickets/{ticket.number}/")
    look(dispatcher, "consultation-ticket")

    def decision(page) -> None:
        page.locator("#verb_lead_search").click()
        page.keyboard.type("文津街道综合执法局")
        page.locator("#verb_lead_list .picker-option", has_text="综合执法局").first.click()
        page.fill("#verb_basis", "《镇街职责清单》第 12 项")
        page.fill("#verb_opinion", "经会商，由文津街道综合执法局牵头，城市管理局协办。")
        page.fill("#verb_without", "执法局限时未提交书面意见，电话听取")

    dialog(dispatcher, "decide", decision)
    dispatcher.locator("#decision-head").wait_for()
    fits(dispatcher, "consultation")
    assert Ticket.objects.defer("search").get(pk=ticket.pk).is_final_assignment
    assert Consultation.objects.get().state == "decided"
    dispatcher.goto("/consultation/consultations/")
    fits(dispatcher, "consultations")


def test_meetings_are_planned_minuted_and_printed(sign_in: Callable, cast: Cast) -> None:
    at = timezone.now()
    facts = {"kind": "regular", "host": cast.unit("T1").pk, "place": "街道三楼会议室"}
    who = {"units": [cast.unit(code).pk for code in ("W1", "CG", "E1")], "people": [cast.police.user_id]}
    agenda = [Point(title="通报上周事件办理情况"), Point(title="研究东门占道经营联合整治")]
    begun = MeetingPlan(
        title="网格工作周例会", starts_at=at - HOUR, ends_at=at, agenda=agenda, **facts, **who
    )
    row = meetings.plan(begun, by=cast.town, at=at - 5 * HOUR)
    ahead = MeetingPlan(
        title="燃气安全专题协商会",
        starts_at=at + 24 * HOUR,
        ends_at=at + 26 * HOUR,
        **facts | {"kind": "thematic"},
        **who,
    )
    meetings.plan(ahead, by=cast.town, at=at)
    meetings.sign_in(row.pk, by=cast.lead, at=at - HOUR)
    task = Task(
        text="清理东门占道摊点并固定值守", unit=cast.unit("CG").pk, due_on=timezone.localdate(at + 72 * HOUR)
    )
    meetings.minute(
        row.pk,
        by=cast.town,
        at=at,
        minutes="会议听取了情况通报。\n\n会议议定：一周内完成整治。",
        tasks=[task],
    )
    meetings.publish(row.pk, by=cast.town, at=at)
    town = sign_in("town")
    for address, name in (
        ("/consultation/meetings/", "meetings"),
        (f"/consultation/meetings/{row.number}/", "meeting"),
        (f"/consultation/meetings/{row.number}/print/", "meeting-print"),
        ("/consultation/meetings/new/", "meeting-form"),
        ("/consultation/meetings/items/", "meeting-items"),
        ("/consultation/meetings/series/new/", "meeting-series-form"),
    ):
        town.goto(address)
        fits(town, name)
    lead = sign_in("lead")
    lead.set_viewport_size(PHONE)
    for address, name in (
        ("/consultation/meetings/", "meetings-phone"),
        (f"/consultation/meetings/{row.number}/", "meeting-phone"),
    ):
        lead.goto(address)
        fits(lead, name)
